"""Bytes in, text with positions out; one file for each format."""

from firsthand.sources.readers.reader import Reader
from firsthand.sources.readers.registry import choose_reader, read_document, readers

__all__ = ["Reader", "choose_reader", "read_document", "readers"]
