"""What may leave, for whom."""
