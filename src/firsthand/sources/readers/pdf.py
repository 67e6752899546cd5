"""PDF: the text of each page through PDFium, of scanned pages through text recognition; a broken page is lost alone."""

from __future__ import annotations

import pypdfium2 as pdfium

from firsthand.sources.document import LeftBehind, Locator, ReadText
from firsthand.sources.readers.faults import BrokenPdf, FileTooLarge, NoTextFound, PasswordProtected
from firsthand.sources.readers.pictures import add_recognised
from firsthand.sources.readers.reader import MEGABYTE, Reader, TextBuilder
from firsthand.sources.readers.recognition import Aids
from firsthand.sources.readers.wrapping import unwrapped

__all__ = ["PDF", "SCAN", "read_pdf"]

MOST_PAGES = 5_000
SCAN = "page without text (a scan)"
# Recognition was measured at 300 dots an inch; a page larger than A3 is drawn more coarsely.
DOTS_PER_INCH = 300
MOST_DOTS = 24_000_000


def read_pdf(content: bytes, file_name: str, aids: Aids | None = None) -> ReadText:
    """Read a PDF; a segment a page. With text recognition at hand, scanned pages are read and marked as such.

    Raises:
        PasswordProtected, BrokenPdf, FileTooLarge, NoTextFound: as their names say.
    """
    del file_name
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise PasswordProtected("The PDF is encrypted.") from None
        raise BrokenPdf("The PDF cannot be opened.") from None
    try:
        return _read_pages(document, content, aids or Aids())
    finally:
        document.close()


def _read_pages(document: pdfium.PdfDocument, content: bytes, aids: Aids) -> ReadText:
    if len(document) > MOST_PAGES:
        raise FileTooLarge(f"The PDF has {len(document):,} pages; {MOST_PAGES:,} are read at most.")
    builder = TextBuilder()
    left: list[LeftBehind] = []
    for index in range(len(document)):
        try:
            page = document[index]
            text = page.get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\r", "\n")
            # PDFium marks a hyphen at a line's end as U+FFFE, and broken glyphs as U+0000
            text = text.replace("\ufffe", "-").replace("\0", "\ufffd").strip("\n")
            has_picture = not text.strip() and any(True for _ in page.get_objects(filter=[3], max_depth=2))
        except (pdfium.PdfiumError, ValueError, OSError):
            left.append(LeftBehind(what="broken page", detail=f"page {index + 1}"))
            continue
        if has_picture:
            found = _recognise(page, builder, aids, index + 1)
            left += found or [LeftBehind(what=SCAN, detail=f"page {index + 1}")]
        builder.add(unwrapped(text), Locator.PAGE, index + 1, end="\n\n")
    for mark, what in ((b"/JavaScript", "script"), (b"/EmbeddedFile", "attached file"), (b"/RichMedia", "media")):
        if count := content.count(mark):
            left.append(LeftBehind(what=what, count=count))
    if not any(segment.end > segment.start for segment in builder.segments):
        if left and all(item.what == "broken page" for item in left):
            raise BrokenPdf("None of the PDF's pages can be read.")
        raise NoTextFound("The PDF opens and holds no words.")
    facts = {key.lower(): value for key, value in document.get_metadata_dict(skip_empty=True).items()}
    known = {"title": facts.get("title", ""), "author": facts.get("author", ""), "created": _day(facts)}
    return builder.finish("application/pdf", left_behind=left, facts=known)


def _recognise(page: pdfium.PdfPage, builder: TextBuilder, aids: Aids, number: int) -> list[LeftBehind]:
    """Read a scanned page; what is to be compared, or nothing where nothing recognises or no words were found."""
    if aids.text_of_picture is None:
        return []
    width, height = page.get_size()
    inches = max(1.0, width * height / 72**2)
    dots = min(DOTS_PER_INCH, (MOST_DOTS / inches) ** 0.5)
    bitmap = page.render(scale=dots / 72, grayscale=True)
    try:
        rows = b"".join(
            bytes(bitmap.buffer[row * bitmap.stride : row * bitmap.stride + bitmap.width])
            for row in range(bitmap.height)
        )
        picture = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + rows
    finally:
        bitmap.close()
    return add_recognised(builder, aids.text_of_picture(picture), Locator.PAGE, number)


def _day(facts: dict[str, str]) -> str:
    digits = facts.get("creationdate", "").removeprefix("D:")[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}" if len(digits) == 8 and digits.isdigit() else ""


PDF = Reader(
    name="pdf",
    media_type="application/pdf",
    suffixes=(".pdf",),
    read=read_pdf,
    read_with=read_pdf,
    recognises=lambda head: b"%PDF-" in head[:1024],
    most_bytes=200 * MEGABYTE,
)
