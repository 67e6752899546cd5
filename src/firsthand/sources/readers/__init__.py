"""Bytes in, text with positions out; one file for each format."""
