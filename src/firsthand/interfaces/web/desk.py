"""The desk that pages work at: the session, jobs, language, and what a page needs to be drawn."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from firsthand.claims.claim import Statement
from firsthand.interfaces.web.preferences import Preferences, load_preferences
from firsthand.interfaces.web.security import Door
from firsthand.interfaces.web.words import (
    LANGUAGES,
    date_in_words,
    day_in_words,
    moment_in_words,
    translate,
    translate_reason,
    translate_told,
)
from firsthand.values.dates import UncertainDate
from firsthand.values.errors import ExitCode, FirsthandError, UsageError
from firsthand.values.quantities import Quantity
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.workbench.jobs import Job, JobList, JobState, Progress
from firsthand.workbench.lobby import Lobby
from firsthand.workbench.practice_progress import PracticeProgress
from firsthand.workbench.preparing import warm_vault
from firsthand.workbench.session import Session

__all__ = ["Desk", "NoVaultOpen", "Paged", "paged", "read_form", "redirect"]

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


class NoVaultOpen(UsageError):
    """A page of a vault was asked for while none is open."""

    next_step = "Go to the start page, and open one."


@dataclass(slots=True, kw_only=True)
class Desk:
    """Everything that a request needs. While ``locked`` nothing but the lock page is shown, and where ``unlock`` can
    open the vault again, it is closed, and its keys are gone from here. ``held`` is the open vault's session; with
    a ``lobby`` vaults are made, opened and left in the browser.

    ``idle_seconds``: after how long without a person the desk locks itself; looking at jobs is not counted as one.
    """

    door: Door
    jobs: JobList
    now: Callable[[], dt.datetime]
    held: Session | None = None
    lobby: Lobby | None = None
    title: str = ""
    is_practice: bool = False
    language: str = "en"
    locked: bool = False
    unlock: Callable[[str], Session] | None = None
    idle_seconds: float = 900.0
    touched: dt.datetime | None = None
    progress: PracticeProgress = field(default_factory=PracticeProgress)
    preferences: Preferences = field(default_factory=Preferences)
    worked_out: dict[str, Job] = field(default_factory=dict)
    environment: jinja2.Environment = field(default_factory=_environment)

    @property
    def session(self) -> Session:
        """The open vault's session.

        Raises:
            NoVaultOpen: there is none.
        """
        if self.held is None:
            raise NoVaultOpen("No vault is open.")
        return self.held

    def sit_down(
        self, session: Session, *, title: str, is_practice: bool, unlock: Callable[[str], Session] | None = None
    ) -> None:
        """Work at an open vault from now on."""
        self.held, self.title, self.is_practice, self.unlock = session, title, is_practice, unlock
        self.locked = False
        self.worked_out = {}
        self.take_preferences()
        self.touch()
        self.work_out("overview", lambda progress: warm_vault(session, progress), patience_seconds=0)

    def stand_up(self) -> None:
        """Close the vault and go back to the lobby."""
        for job in self.jobs:
            job.cancel()
        self.held, self.title, self.is_practice, self.unlock, self.locked = None, "", False, None, False
        self.worked_out = {}
        if self.lobby is not None:
            self.lobby.leave()

    def take_preferences(self) -> None:
        """Read how this person likes it."""
        self.preferences = load_preferences(self.session)
        self.language = self.preferences.language or self.language
        self.idle_seconds = self.preferences.idle_minutes * 60.0

    def touch(self) -> None:
        """Someone is here."""
        self.touched = self.now()

    def lock(self) -> None:
        """Lock: stop long work after its step, close the vault, forget what pages show."""
        self.locked = True
        self.worked_out = {}
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
                self.held = self.unlock(secret)
            except FirsthandError as error:
                if error.exit_code is not ExitCode.REFUSED:
                    raise
                return False
        self.locked = False
        self.touch()
        return True

    def did(self, task: str) -> None:
        """Something of a practice task was done."""
        if self.is_practice:
            self.progress.note(task)

    def work_out(self, name: str, work: Callable[[Progress], object], *, patience_seconds: float = 0.4) -> Job | None:
        """Let dear work be done aside for the vault as it stands; ``None`` when it is done, its job while it runs.

        Short work is waited for, so that most pages never say that they wait.
        """
        key = f"{name} at {len(self.session.vault)}"
        job = self.worked_out.get(name)
        if job is None or job.key != key:

            def run(progress: Progress) -> str:
                work(progress)
                return ""

            job = self.jobs.start("work out", run, key=key, quiet=True)
            self.worked_out[name] = job
        job.wait(patience_seconds)
        return job if job.state is JobState.RUNNING else None

    def take_language(self, request: Request) -> None:
        """Speak the language that the address asks for, from now on."""
        asked = request.query_params.get("lang")
        if asked in LANGUAGES:
            self.language = asked

    def page(self, request: Request, name: str, /, status: int = 200, **values: Any) -> HTMLResponse:
        """Draw a template. Language comes from the ``lang`` of the address, and stays until changed."""
        self.take_language(request)
        language = self.language
        words = partial(translate, language=language)
        keys = self.preferences.keys
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
            say=partial(translate_told, language=language),
            because=partial(translate_reason, language=language),
            key=keys.shown,
            shown_key=keys.shown,
            day=partial(day_in_words, language=language),
            moment=partial(moment_in_words, language=language),
            date=lambda edtf, told: date_in_words(UncertainDate(edtf=edtf, words=told), language),
            number="{:,}".format,
            keys_for_script=json.dumps(keys.for_script()),
            languages={code: str(request.url.include_query_params(lang=code)) for code in LANGUAGES},
            today=self.now().date(),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """One page of many rows: which, how many there are, and the addresses of the page before and after."""

    rows: list[Any]
    number: int
    pages: int
    first: int
    count: int
    before: str
    after: str


def paged(request: Request, rows: Sequence[Any], *, size: int = 50, name: str = "page") -> Paged:
    """The page of ``rows`` that the address asks for; the last one when it asks for too much."""
    pages = max(1, -(-len(rows) // size))
    asked = request.query_params.get(name, "1")
    number = min(max(1, int(asked)) if asked.isdigit() and len(asked) < 9 else 1, pages)

    def address(to: int) -> str:
        url = request.url.include_query_params(**{name: to})
        return f"{url.path}?{url.query}"

    return Paged(
        rows=list(rows[(number - 1) * size : number * size]),
        number=number,
        pages=pages,
        first=(number - 1) * size + 1,
        count=len(rows),
        before=address(number - 1) if number > 1 else "",
        after=address(number + 1) if number < pages else "",
    )


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
