"""The seven practice tasks: each on its real screen, noticed when done, kept until started again."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from firsthand.interfaces.web.desk import Desk, read_form, redirect
from firsthand.workbench.practice import document_named

__all__ = ["Task", "coach_of", "go_on", "start_again", "tasks_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task: its number from 1, its words and how it is done, both in the catalogue; where; whether it is done."""

    number: int
    name: str
    message: str
    how: str
    address: str
    done: bool


def tasks_of(desk: Desk) -> tuple[Task, ...]:
    """All tasks, in their order; nothing outside of the practice vault."""
    if not desk.is_practice or desk.held is None:
        return ()
    told = document_named(desk.session, "05-officer.txt")
    proposed = document_named(desk.session, "15-daily.txt" if desk.language == "ko" else "14-gazette.txt")
    words = (
        (
            "mark",
            "Mark a passage in a testimony.",
            "Arrow keys move from sentence to sentence; with Shift the mark grows. Enter marks.",
            f"/documents/{told}",
        ),
        (
            "claim",
            "Record a claim on it, and say how the speaker knows.",
            "Choose the act and how the speaker knows; in that list a digit is enough. Then keep the claim.",
            f"/documents/{told}?mark=1#panel",
        ),
        (
            "suggestions",
            "Accept one suggestion and refuse another.",
            "Read the underlined sentence. One key accepts, one refuses; both can be undone.",
            f"/documents/{proposed}#now",
        ),
        (
            "pair",
            "Decide whether two names are one person.",
            "Compare the two and read the evidence. “Unsure” is an answer too.",
            "/pairs",
        ),
        (
            "circular",
            "See why two newspapers count as one source.",
            "Look for the two papers that carry the words of one group.",
            "/dependences",
        ),
        (
            "count",
            "Look at a count beside an estimate.",
            "The solid number was documented. The lines are what methods make of it, with their doubt.",
            "/estimates",
        ),
        (
            "publish",
            "Rehearse a publication and watch it refuse.",
            "Count by act: every cell is too small. Read which rule refuses.",
            "/publish",
        ),
    )
    done = desk.progress.done
    return tuple(
        Task(number=number, name=name, message=message, how=how, address=address, done=name in done)
        for number, (name, message, how, address) in enumerate(words, 1)
    )


def coach_of(desk: Desk) -> Task | None:
    """The task that comes next."""
    return next((task for task in tasks_of(desk) if not task.done), None)


def go_on(desk: Desk, request: Request) -> Response:
    """To the screen of the next task, or home when all are done."""
    del request
    task = coach_of(desk)
    return redirect(task.address if task else "/")


async def start_again(desk: Desk, request: Request) -> Response:
    """Forget what was done."""
    await read_form(request, desk)
    desk.progress.start_again()
    return redirect("/")
