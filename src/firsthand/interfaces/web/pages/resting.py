"""Stop here: the place is kept, the text leaves the screen, and one link goes on from there."""

from __future__ import annotations

import json
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.values.ids import DocumentId
from firsthand.workbench.session import NotInVault
from firsthand.workbench.settings import read_setting, write_setting

__all__ = ["KeptPlace", "kept_place", "rest", "stop_here"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlace:
    """Where someone stopped reading: the document by its title, and the sentence from 0."""

    document: DocumentId
    title: str
    sentence: int

    @property
    def address(self) -> str:
        """The way back."""
        return f"/documents/{self.document}?at={self.sentence}#s{self.sentence}"


def _name(desk: Desk) -> str:
    return f"place:{desk.session.vault.own_slot}"


def kept_place(desk: Desk) -> KeptPlace | None:
    """The place that was kept, while its document is there."""
    try:
        kept = json.loads(read_setting(desk.session, _name(desk)) or "{}")
        document = desk.session.document(DocumentId(kept["document"]))
        sentence = int(kept["sentence"])
    except (ValueError, KeyError, TypeError, NotInVault):
        return None
    source = desk.session.source(document.source)
    return KeptPlace(document=document.id, title=document.title or source.designation, sentence=sentence)


async def stop_here(desk: Desk, request: Request) -> Response:
    """Keep the place and show a page without any testimony."""
    form = await read_form(request, desk)
    document = desk.session.document(DocumentId(request.path_params["id"]))
    sentence = str(form.get("sentence") or "0")
    place = {"document": document.id, "sentence": int(sentence) if sentence.isdigit() else 0}
    write_setting(desk.session, _name(desk), json.dumps(place))
    return redirect("/rest")


def rest(desk: Desk, request: Request) -> Response:
    """Nothing to read here."""
    return desk.page(request, "rest.html", place=kept_place(desk))
