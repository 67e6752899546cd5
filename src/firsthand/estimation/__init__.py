"""What is documented, and what may lie beyond it."""
