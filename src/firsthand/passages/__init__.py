"""Exact places in a document."""
