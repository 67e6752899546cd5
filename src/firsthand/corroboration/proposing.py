"""Dependences that the texts and their attributions show: each proposed with its reason, for a person to decide."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from firsthand.corroboration.bodies import body_named, names_an_office
from firsthand.corroboration.dependence import HUBS, Dependence, DependenceKind, Standing
from firsthand.corroboration.echoes import Echo
from firsthand.corroboration.families import Told, carried_report, leading_account, upstream_bodies
from firsthand.corroboration.reuse import TextReuse
from firsthand.values.ids import DocumentId

__all__ = [
    "ANYBODY",
    "MACHINE",
    "Provenance",
    "bodies_spoken_for",
    "propose_for_document",
    "propose_for_echo",
    "propose_for_provenance",
    "propose_for_reprint",
    "propose_for_spokespersons",
    "propose_for_unnamed",
]

MACHINE = "machine"
LEADING_SHARE = 0.5
REPRINT_CONTAINMENT = 0.6

# The account of whoever stays unnamed. The space sorts it before every account, so that it names what it joins.
ANYBODY = " any unnamed speaker"


def propose_for_document(told: Sequence[Told], accounts: Mapping[str, str]) -> list[Dependence]:
    """What one document's attributions show.

    * A carried report: the author's voice rests on the body or person that the document gives most of its account
      to. Known where that body leads the document alone, possible where it only leads.
    * An unnamed speaker who is heard only through a body is that body's informant: a report with many interviews
      is one source body.
    """
    found = []
    leading = leading_account(told, accounts)
    if leading is not None:
        account, share = leading
        found.append(
            _proposed(
                f"document {told[0].document}",
                account,
                DependenceKind.QUOTES,
                f"gives {share:.0%} of what it attributes to this speaker, and no own basis for the rest",
                Standing.KNOWN if share >= LEADING_SHARE else Standing.POSSIBLE,
            )
        )
    unnamed = [one for one in told if accounts[one.key].startswith("unnamed ")]
    heard_through = {(accounts[one.key], body) for one in unnamed for body in upstream_bodies(one)}
    report = carried_report(told, accounts)
    perhaps = {(accounts[one.key], report) for one in unnamed if report is not None and not one.is_denial}
    found += [
        _proposed(
            account,
            body,
            DependenceKind.HEARD_FROM,
            "the document carries that body's report, and names nobody else who heard this speaker",
            Standing.POSSIBLE,
        )
        for account, body in sorted(perhaps - heard_through)
    ]
    found += [
        _proposed(account, body, DependenceKind.HEARD_FROM, "this unnamed speaker is heard only through that body")
        for account, body in sorted(heard_through)
    ]
    return found


def propose_for_reprint(pair: TextReuse, unnamed: Mapping[DocumentId, Iterable[str]]) -> list[Dependence]:
    """What a reprint shows: the two documents' own voices, and their equally worded unnamed speakers, are one.

    ``unnamed`` are the accounts of the unnamed speakers of each document.
    """
    if pair.containment < REPRINT_CONTAINMENT:
        return []
    a, b = DocumentId(pair.a), DocumentId(pair.b)
    reason = f"{pair.containment:.0%} of the shorter text's runs of words stand in the other"
    twins = set(unnamed.get(b, ()))
    return [
        _proposed(f"document {a}", f"document {b}", DependenceKind.REPRINT, reason),
        *(
            _proposed(
                account, twin, DependenceKind.SAME_SPEAKER, f"the same words for the speaker in a reprint ({reason})"
            )
            for account in sorted(set(unnamed.get(a, ())))
            if (twin := account.replace(f"unnamed {a} ", f"unnamed {b} ", 1)) in twins and twin != account
        ),
    ]


_OFFICE_AFTER = re.compile(r"[’']?,? (?:who is |is )?(?P<office>[^,.;:()\n“”\"]{4,90})")
_OFFICE_BEFORE = re.compile(r"(?P<office>[^,.;:()\n“”\"]{4,90}?),? ?$")


def bodies_spoken_for(text: str, names: Iterable[str]) -> dict[str, str]:
    """For each of the names whose office a text gives beside it, the code of the body that it speaks for.

    "N, the High Commissioner for Human Rights" and "High Commissioner for Human Rights N": only offices that the
    table of bodies knows by two words or more count, and none that only carries what others say.
    """
    found: dict[str, str] = {}
    for name in names:
        for match in re.finditer(rf"\b{re.escape(name)}\b", text):
            after = _OFFICE_AFTER.match(text, match.end()) if text[match.end() : match.end() + 1] == "," else None
            before = _OFFICE_BEFORE.search(text[max(0, match.start() - 90) : match.start()])
            for office in (after, before):
                words = office["office"] if office else ""
                body = body_named(words) if names_an_office(words) else None
                if body is not None and not body.is_carrier:
                    found.setdefault(name, body.code)
    return found


def propose_for_spokespersons(spoken_for: Mapping[str, str], accounts: Mapping[str, str]) -> list[Dependence]:
    """Whoever holds an office of a body speaks for it. ``accounts`` gives the account of each name."""
    return [
        _proposed(
            accounts[name],
            f"body {code}",
            DependenceKind.SPEAKS_FOR,
            "the text names an office of that body beside the speaker's name",
        )
        for name, code in sorted(spoken_for.items())
        if name in accounts and not accounts[name].startswith("body ")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a document came through: who speaks, who interviewed and interpreted, which datasets it is of.

    Any words that are the same for the same one; they are digested here and never shown.
    """

    informant: str = ""
    interviewer: str = ""
    interpreter: str = ""
    datasets: tuple[str, ...] = ()


def propose_for_provenance(
    accounts: Iterable[str], provenance: Provenance, shared: Collection[tuple[DependenceKind, str]]
) -> list[Dependence]:
    """What a document shares with others by how it came: each time with the one that is shared, not with each other.

    ``accounts`` are those of its own speakers; bodies that it quotes came to it otherwise. ``shared`` are those that
    at least two documents came through. The same informant is one speaker, known; an interviewer, an interpreter or
    a dataset may have shaped what was told, which is for a person to say.
    """
    return [
        _proposed(
            account,
            hub_of(kind, name),
            kind,
            _THROUGH[kind],
            Standing.KNOWN if kind is DependenceKind.SAME_INFORMANT else Standing.POSSIBLE,
        )
        for account in sorted(set(accounts))
        for kind, name in ways_of(provenance)
        if (kind, name) in shared
    ]


def ways_of(provenance: Provenance) -> list[tuple[DependenceKind, str]]:
    """What a document came through, by kind."""
    single = (
        (DependenceKind.SAME_INFORMANT, provenance.informant),
        (DependenceKind.SAME_INTERVIEWER, provenance.interviewer),
        (DependenceKind.SAME_INTERPRETER, provenance.interpreter),
    )
    found = [(kind, " ".join(name.casefold().split())) for kind, name in single if name.strip()]
    return found + [(DependenceKind.SAME_DATASET, " ".join(d.casefold().split())) for d in provenance.datasets]


def hub_of(kind: DependenceKind, name: str) -> str:
    """The account that stands for what is shared; tells nothing of its name."""
    digest = hashlib.sha256(f"{kind} {name}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{HUBS[kind]} {digest}"


_THROUGH = {
    DependenceKind.SAME_INFORMANT: "both come from one informant",
    DependenceKind.SAME_INTERVIEWER: "the same person interviewed, whose questions may have shaped the answers",
    DependenceKind.SAME_INTERPRETER: "the same person interpreted, whose words may stand for the speakers'",
    DependenceKind.SAME_DATASET: "both are of one dataset",
}


def propose_for_echo(
    echo: Echo, told: Mapping[DocumentId, Sequence[Told]], accounts: Mapping[str, str]
) -> list[Dependence]:
    """What an echo shows: the accounts of both passages may be one, or share where they have it from.

    The accounts are those of the statements in each passage, and the document's own voice where there are none.
    Passages that name one and the same source are known to rest on it already.
    """
    ends = []
    for document, (start, end) in ((echo.a, echo.at_a), (echo.b, echo.at_b)):
        within = {
            accounts[one.key]
            for one in told.get(document, ())
            if one.at is not None and start <= one.at < end and not one.is_denial
        }
        ends.append(within or {f"document {document}"})
    if ends[0] & ends[1]:
        return []
    return [
        _proposed(a, b, echo.kind, echo.reason, Standing.POSSIBLE) for a in sorted(ends[0]) for b in sorted(ends[1])
    ]


def propose_for_unnamed(unnamed: Iterable[str], decided: Iterable[Dependence]) -> list[Dependence]:
    """Unnamed speakers may all be one person, apart from those whom people told apart.

    ``decided`` are the dependences that people decided. Speakers of whom each pair was refused are as many persons
    at least; everybody else may be any of them, so that only the first of these is joined with the others. The set
    is found greedily: a smaller one errs on the side of fewer sources.
    """
    speakers = sorted(set(unnamed))
    refused: dict[str, set[str]] = {}
    for link in decided:
        if link.standing is Standing.REFUSED and link.kind in _ONE_SPEAKER:
            refused.setdefault(link.a, set()).add(link.b)
            refused.setdefault(link.b, set()).add(link.a)
    apart: list[str] = []
    for speaker in sorted(refused.keys() & set(speakers), key=lambda s: (-len(refused[s]), s)):
        if all(speaker in refused[other] for other in apart):
            apart.append(speaker)
    anybody = [speaker for speaker in speakers if speaker not in apart[1:]]
    if len(anybody) < 2:
        return []
    return [_perhaps_anybody(speaker) for speaker in anybody]


@lru_cache(maxsize=1 << 16)
def _perhaps_anybody(speaker: str) -> Dependence:
    return _proposed(
        speaker,
        ANYBODY,
        DependenceKind.POSSIBLY_SAME_SPEAKER,
        "the speaker is unnamed, so that one person may have spoken in several places",
        Standing.POSSIBLE,
    )


_ONE_SPEAKER = {DependenceKind.SAME_SPEAKER, DependenceKind.POSSIBLY_SAME_SPEAKER}


def _proposed(a: str, b: str, kind: DependenceKind, reason: str, standing: Standing = Standing.KNOWN) -> Dependence:
    return Dependence(a=a, b=b, kind=kind, standing=standing, reason=reason, asserted_by=MACHINE)
