"""Dependences that the texts and their attributions show: each proposed with its reason, for a person to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.families import Told, carried_report, leading_account, upstream_bodies
from firsthand.corroboration.reuse import TextReuse
from firsthand.values.ids import DocumentId

__all__ = ["ANYBODY", "MACHINE", "propose_for_document", "propose_for_reprint", "propose_for_unnamed"]

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
