"""Typed JSON, the wire formats."""
