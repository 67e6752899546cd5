"""Who could be heard: what each dataset can and cannot show."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.workbench.gazetteer import place_name
from firsthand.workbench.hearing import EVERYTHING, datasets_of, heard_in, sampling_note, write_sampling_note
from firsthand.workbench.session import NotInVault

__all__ = ["save_note", "show_heard"]


def _dataset(desk: Desk, asked: str) -> str:
    if asked not in datasets_of(desk.session):
        raise NotInVault("There is no dataset of that name.")
    return asked


def show_heard(desk: Desk, request: Request) -> Response:
    """One dataset, everything by default."""
    dataset = _dataset(desk, request.query_params.get("of", EVERYTHING))
    heard = heard_in(desk.session, dataset)
    return desk.page(
        request,
        "heard.html",
        dataset=dataset,
        datasets=list(datasets_of(desk.session)),
        heard=heard,
        note=sampling_note(desk.session, dataset),
        places={region: place_name(region, desk.language, region) for region in (*heard.regions, *heard.nearly_unseen)},
    )


async def save_note(desk: Desk, request: Request) -> Response:
    """Keep how people were found and chosen."""
    form = await read_form(request, desk)
    dataset = _dataset(desk, str(form.get("of", EVERYTHING)))
    write_sampling_note(desk.session, dataset, str(form.get("note", "")))
    return redirect(f"/heard?of={dataset}")
