"""The desk that pages work at: the session, jobs, language, and what a page needs to be drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from firsthand.claims.claim import Statement
from firsthand.interfaces.web.security import Door
from firsthand.interfaces.web.words import LANGUAGES, date_in_words, translate
from firsthand.values.errors import ExitCode, FirsthandError
from firsthand.values.quantities import Quantity
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.jobs import JobList
from firsthand.workbench.session import Session

__all__ = ["Desk", "read_form", "redirect"]

_STATUS = {
    ExitCode.OUR_FAULT: 500,
    ExitCode.WRONG_CALL: 404,
    ExitCode.WRONG_INPUT: 422,
    ExitCode.REFUSED: 403,
    ExitCode.INTEGRITY: 500,
}


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("firsthand.interfaces.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(slots=True, kw_only=True)
class Desk:
    """Everything that a request needs. While ``locked`` nothing but the lock page is shown, and where ``unlock`` can
    open the vault again, it is closed, and its keys are gone from here.

    ``idle_seconds``: after how long without a request the desk locks itself; looking at jobs is not counted as one.
    """

    session: Session
    door: Door
    jobs: JobList
    title: str
    is_practice: bool
    now: Callable[[], dt.datetime]
    language: str = "en"
    locked: bool = False
    unlock: Callable[[str], Session] | None = None
    idle_seconds: float = 900.0
    touched: dt.datetime | None = None
    environment: jinja2.Environment = field(default_factory=_environment)

    def touch(self) -> None:
        """Someone is here."""
        self.touched = self.now()

    def lock(self) -> None:
        """Lock: stop long work after its step, close the vault, forget what pages show."""
        self.locked = True
        if self.unlock is not None:
            for job in self.jobs:
                job.cancel()
            self.session.vault.close()

    def lock_when_idle(self) -> bool:
        """Lock when nobody was here for too long; whether it did. A clock that was set back counts as being here."""
        if self.locked or self.unlock is None:
            return False
        if self.touched is None or self.now() < self.touched:
            self.touch()
        elif (self.now() - self.touched).total_seconds() > self.idle_seconds:
            self.lock()
            return True
        return False

    def open_again(self, secret: str) -> bool:
        """Unlock with the passphrase; whether it opened."""
        if self.unlock is not None:
            try:
                self.session = self.unlock(secret)
            except FirsthandError as error:
                if error.exit_code is not ExitCode.REFUSED:
                    raise
                return False
        self.locked = False
        self.touch()
        return True

    def page(self, request: Request, name: str, /, status: int = 200, **values: Any) -> HTMLResponse:
        """Draw a template. Language comes from the ``lang`` of the address, and stays until changed."""
        asked = request.query_params.get("lang")
        if asked in LANGUAGES:
            self.language = asked
        language = self.language
        words = partial(translate, language=language)
        html = self.environment.get_template(name).render(
            _=words,
            lang=language,
            desk=self,
            request=request,
            path=request.url.path,
            query=request.query_params,
            csrf=self.door.form_token,
            label=partial(self._label, language),
            when=partial(_when, language),
            how_many=partial(amount_in_words, language=language),
            **values,
        )
        return HTMLResponse(html, status_code=status)

    def fault(self, request: Request, error: FirsthandError) -> HTMLResponse:
        """A page for an error: what happened, likely why, what to do next."""
        return self.page(request, "fault.html", status=_STATUS[error.exit_code], error=error)

    def _label(self, language: str, vocabulary: str, code: str) -> str:
        terms = self.session.acts if vocabulary == "acts" else packaged_vocabulary(vocabulary)
        return terms[code].label(language) if code in terms else code


def _when(language: str, statement: Statement) -> str:
    return date_in_words(statement.date, language)


_UNITS_KO = {"persons": "명", "days": "일", "weeks": "주", "months": "개월", "years": "년", "households": "가구"}


def amount_in_words(quantity: Quantity | None, language: str) -> str:
    """A quantity for reading: at least 80 persons, up to 95, about 600."""
    if quantity is None:
        return ""
    low, high, unit = quantity.minimum, quantity.maximum, quantity.unit
    korean = language == "ko"
    if quantity.kind == "share":
        low, high = (None if bound is None else bound * 100 for bound in (low, high))
        unit = "%"
    name = _UNITS_KO.get(unit, unit) if korean else unit

    def number(bound: float) -> str:
        return f"{bound:,.0f}" if bound == int(bound) else f"{bound:,.2f}".rstrip("0")

    if low is not None and low == high:
        about = ("약 " if korean else "about ") if quantity.approximate else ""
        return f"{about}{number(low)}{'' if korean else ' '}{name}"
    if low is not None and high is not None:
        return f"{number(low)}–{number(high)}{'' if korean else ' '}{name}"
    if low is not None:
        return f"{number(low)}{name} 이상" if korean else f"at least {number(low)} {name}"
    assert high is not None  # noqa: S101  a quantity has a bound, its constructor says so
    return f"{number(high)}{name} 이하" if korean else f"up to {number(high)} {name}"


def redirect(address: str) -> Response:
    """Send the browser on after a form, so that reloading repeats nothing."""
    return RedirectResponse(address, status_code=303)


async def read_form(request: Request, desk: Desk) -> dict[str, Any]:
    """The fields of a form, its token checked; the last value of each name, files included.

    Raises:
        FormNotOurs: the token is missing or wrong.
    """
    form = await request.form()
    if form.get("csrf") != desk.door.form_token:
        raise FormNotOurs("This form did not come from the workbench.")
    return dict(form)


class FormNotOurs(FirsthandError):
    """A form without the token of this run of the workbench."""

    exit_code = ExitCode.REFUSED
    likely = "The page was open since before the workbench was started again."
    next_step = "Reload the page and send the form again."
