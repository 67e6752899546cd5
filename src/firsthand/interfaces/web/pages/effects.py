"""What changes reached, each with before and after; and taking back what was said."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, paged, read_form, redirect
from firsthand.values.ids import ClaimId, EffectId
from firsthand.workbench.effects import effects_kept, kept_effects, retract_claims
from firsthand.workbench.rulebook import rules_of

__all__ = ["retract", "show_effect", "show_effects", "show_retraction"]


def show_effects(desk: Desk, request: Request) -> Response:
    """All reports of what changes reached, latest first."""
    page = paged(request, effects_kept(desk.session))
    return desk.page(request, "effects.html", page=page)


def show_effect(desk: Desk, request: Request) -> Response:
    """One report."""
    kept = kept_effects(desk.session, EffectId(request.path_params["id"]))
    return desk.page(
        request,
        "effect.html",
        kept=kept,
        effects=kept.effects,
        rules=rules_of(desk.session),
        findings={f.id: f for f in desk.session.read.all("finding")},
    )


def show_retraction(desk: Desk, request: Request) -> Response:
    """What taking back a claim would reach; nothing is changed."""
    claim = desk.session.claim(ClaimId(request.path_params["id"]))
    return desk.page(
        request,
        "retraction.html",
        claim=claim,
        effects=retract_claims(desk.session, [claim.id], carry_out=False),
        rules=rules_of(desk.session),
        findings={f.id: f for f in desk.session.read.all("finding")},
    )


async def retract(desk: Desk, request: Request) -> Response:
    """Carry the retraction out."""
    await read_form(request, desk)
    retract_claims(desk.session, [ClaimId(request.path_params["id"])])
    return redirect(f"/effects/{effects_kept(desk.session)[0].id}")
