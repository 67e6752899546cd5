"""Published values in, files out."""
