"""Small frozen values that all rooms speak in."""
