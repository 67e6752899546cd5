"""A dossier as one HTML file that needs no network and no script, and as an accessible (tagged) PDF."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from importlib import resources
from typing import Any

import jinja2
from markupsafe import escape

from firsthand.publication.disclosure import PublishedCell, PublishedTable
from firsthand.publication.figures import Figure, PublishingPartMissing, draw_png, draw_svg
from firsthand.publication.formats.dossier import Dossier, TableOfDossier
from firsthand.publication.wording import say
from firsthand.values.errors import OurFault

__all__ = ["AddressInDossier", "dossier_as_html", "dossier_as_pdf"]


class AddressInDossier(OurFault):
    """Drawing a page asked for something outside of it."""


def dossier_as_html(dossier: Dossier) -> str:
    """One page with its figures as drawings inside it; nothing is loaded, nothing runs.

    Raises:
        PublishingPartMissing: there are figures, and the drawing library is not installed.
    """
    return _page(dossier, draw_svg)


def dossier_as_pdf(dossier: Dossier) -> bytes:
    """The same page as PDF/UA-1: tagged, with language, title and a text for every picture.

    Raises:
        PublishingPartMissing: the PDF library is not installed.
    """
    try:
        import weasyprint  # noqa: PLC0415  an optional library, asked for only when a PDF is made
    except (ImportError, OSError):
        raise PublishingPartMissing("A PDF needs weasyprint and Pango, which are not installed.") from None
    # Pictures stand in the page as data; any other address ends the drawing.
    fetcher: Any = weasyprint.urls.URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
    try:
        html: Any = weasyprint.HTML(string=_page(dossier, _as_image), url_fetcher=fetcher)
        return bytes(html.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=b"firsthand-dossier"))
    except weasyprint.urls.FatalURLFetchingError:
        raise AddressInDossier("A page asked for something outside of it.") from None


def _as_image(figure: Figure) -> str:
    picture = base64.b64encode(draw_png(figure)).decode("ascii")
    text = escape(f"{figure.title}. {figure.sentence}")
    return f'<img alt="{text}" src="data:image/png;base64,{picture}">'


def _page(dossier: Dossier, picture: Callable[[Figure], str]) -> str:
    folder = resources.files("firsthand.publication.formats")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    environment.tests["titled_table"] = lambda block: isinstance(block, TableOfDossier)
    template = environment.from_string((folder / "site.html").read_text("utf-8"))
    return template.render(
        dossier=dossier,
        style=(folder / "site.css").read_text("utf-8"),
        picture=picture,
        words=partial(_words, dossier),
        is_margin=_is_margin,
        say=partial(say, language=dossier.language),
    )


def _words(dossier: Dossier, category: str) -> str:
    return str(dossier.labels.get(category, category))


def _is_margin(table: PublishedTable, cell: PublishedCell) -> bool:
    return any(c not in d.categories for d, c in zip(table.dimensions, cell.categories, strict=True))
