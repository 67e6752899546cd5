"""The living page of components: every part that pages are made of, drawn by what draws the pages."""

from __future__ import annotations

import datetime as dt

from starlette.requests import Request
from starlette.responses import Response

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import Participant, Statement, StatementKind, TimeTold
from firsthand.estimation import EstimateResult
from firsthand.interfaces.web.desk import Desk, paged
from firsthand.interfaces.web.pictures.bars import Bar, draw_bars
from firsthand.interfaces.web.pictures.network import Node, Tie, draw_network
from firsthand.interfaces.web.pictures.spans import Span, draw_spans
from firsthand.interfaces.web.pictures.whiskers import draw_whiskers
from firsthand.interfaces.web.words import date_in_words
from firsthand.values.dates import UncertainDate
from firsthand.values.errors import InputError
from firsthand.values.grades import Basis
from firsthand.workbench.jobs import Job

__all__ = ["components"]


def components(desk: Desk, request: Request) -> Response:
    """All of them, with invented content."""
    act = desk.session.acts["arbitrary_detention"].label(desk.language)
    date = UncertainDate(edtf="2009-21")
    return desk.page(
        request,
        "components.html",
        sample=Statement(
            kind=StatementKind.ACT,
            informant=Informant(type=InformantType.UNNAMED_PERSON),
            acts=("arbitrary_detention",),
            basis=Basis("B2"),
            victims=(Participant(text="…"),),
            time=TimeTold(date=date),
        ),
        bars=draw_bars([Bar(label=act, value=12, address="/counts"), Bar(label="…", value=5, address="/counts")]),
        whiskers=draw_whiskers(
            120, [_result("chao", 180.0, (150.0, 240.0)), _result("loglinear", 210.0, (160.0, 300.0))]
        ),
        spans=draw_spans(
            [
                Span(
                    label=act,
                    words=date_in_words(date, desk.language),
                    earliest=dt.date(2009, 3, 1),
                    latest=dt.date(2009, 5, 31),
                    is_approximate=False,
                    address="/timeline",
                ),
                Span(
                    label="…",
                    words="",
                    earliest=dt.date(2010, 1, 1),
                    latest=None,
                    is_approximate=True,
                    address="/timeline",
                ),
            ]
        ),
        network=draw_network(
            [
                Node(id=str(n), label=label, kind=kind, address="/people", distance=min(n, 1))
                for n, (label, kind) in enumerate(
                    [("A", "person"), ("B", "person"), ("C", "institution"), ("D", "place")]
                )
            ],
            [Tie(a="0", b="1", weight=2), Tie(a="0", b="2", weight=1), Tie(a="0", b="3", weight=3)],
        ),
        job=Job(
            number=0, name="add files", started_at=desk.now() - dt.timedelta(seconds=20), stage="read", done=12, of=40
        ),
        page=paged(request, range(120), size=40),
        fault=InputError("Nothing was found. Try fewer letters, or another spelling."),
    )


def _result(method: str, total: float, interval: tuple[float, float]) -> EstimateResult:
    return EstimateResult(
        method=method,
        total=total,
        unseen=total - 120.0,
        interval=interval,
        level=0.95,
        interval_kind="",
        model="",
        seed=None,
        identifiable=True,
        warnings=(),
        seconds=0.0,
    )
