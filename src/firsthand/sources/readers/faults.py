"""Why a file cannot be read: one class for each cause, each with one line of reason."""

from __future__ import annotations

from firsthand.values.errors import InputError

__all__ = [
    "ArchiveBomb",
    "BrokenArchive",
    "BrokenDocument",
    "BrokenPdf",
    "BrokenTable",
    "EmptyFile",
    "EncodingUnknown",
    "FileTooLarge",
    "ForbiddenMarkup",
    "NoTextFound",
    "NotText",
    "PasswordProtected",
    "ReaderStopped",
    "RecognitionMissing",
    "UnsupportedFormat",
]


class EmptyFile(InputError):
    """The file has no bytes, or white space alone."""

    likely = "It was saved empty, or the copy was interrupted."
    next_step = "Copy the file again from where it came."


class NotText(InputError):
    """The file is named as text and holds other bytes."""

    likely = "It is a program, a picture or another binary file with a text file's name."
    next_step = "Give the file the suffix of what it is, or leave it out."


class EncodingUnknown(InputError):
    """The bytes fit no encoding, or more than one in turn."""

    likely = "Two files in different encodings were joined, or the encoding is none of UTF-8, UTF-16 and CP949."
    next_step = "Open the file in the program that wrote it and save it as UTF-8."


class PasswordProtected(InputError):
    """The file is encrypted."""

    likely = "Whoever made it set a password."
    next_step = "Open it with its password, save a copy without one, and add the copy."


class BrokenPdf(InputError):
    """A PDF file cannot be opened at all."""

    likely = "The file was cut off, or it is no PDF."
    next_step = "Copy the file again, or print it to a new PDF."


class BrokenArchive(InputError):
    """A ZIP container cannot be opened, or lies about what it holds."""

    likely = "The file was cut off or was made to deceive a reader."
    next_step = "Copy the file again; if it stays broken, save the document anew."


class BrokenDocument(InputError):
    """The inside of a document is not what its format says."""

    likely = "The file was damaged or written by a faulty program."
    next_step = "Open it in the program that wrote it and save it anew."


class BrokenTable(InputError):
    """Rows of a table do not fit together."""

    likely = "A quote is not closed, or rows have other numbers of cells than the first."
    next_step = "Mend the rows that are named, or save the table anew from the spreadsheet."


class ArchiveBomb(InputError):
    """A container unpacks to far more than it should."""

    likely = "It was made to fill the memory of whoever opens it."
    next_step = "Do not open it elsewhere; ask whoever sent it for the document alone."


class ForbiddenMarkup(InputError):
    """Markup declares entities or a document type, or nests beyond reason."""

    likely = "It was made to read other files, to call the network or to fill the memory."
    next_step = "Ask for the document in another format."


class FileTooLarge(InputError):
    """The file is larger than its format is read up to."""

    likely = "It holds many documents in one, or is no document."
    next_step = "Split the file and add the parts."


class UnsupportedFormat(InputError):
    """No reader knows this format."""

    likely = "Firsthand reads text, web pages, office documents, PDF, tables, mail, subtitles and web archives."
    next_step = "Save it as DOCX, PDF or text, and add that file."


class NoTextFound(InputError):
    """The file opens and holds no words."""

    likely = "Its pages are pictures, such as scans."
    next_step = "Install text recognition (`firsthand doctor` says how), or add its words as a text."


class RecognitionMissing(InputError):
    """The file is a picture or a recording, and what reads such files is not installed."""

    likely = "Text recognition (tesseract) and the speech recogniser are optional parts."
    next_step = "Run `firsthand doctor`, which says what to install; or write down its words and add them as a text."


class ReaderStopped(InputError):
    """A reader was stopped: it took too long, needed too much memory, or broke down."""

    likely = "The file is damaged or was made to break readers."
    next_step = "Split it, save it anew in a simpler format, or leave it out; nothing else was touched."
