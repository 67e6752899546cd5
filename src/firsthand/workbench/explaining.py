"""Explaining a finding: all that it rests on, all that speaks against it, what is missing, and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from firsthand.claims.ages import must_stay_coded
from firsthand.claims.claim import Claim, Statement
from firsthand.corroboration.arguments import ArgumentMap, argument_map
from firsthand.corroboration.bodies import label_of_body
from firsthand.corroboration.dependence import Dependence, Standing
from firsthand.corroboration.elements import RuleResult
from firsthand.corroboration.findings import CredibilityGrade, Finding
from firsthand.corroboration.independence import IndependentCount
from firsthand.values.grades import Basis
from firsthand.values.ids import FindingId
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.vault import AppliedStep
from firsthand.vault.tables.assessment import KeptEffects
from firsthand.workbench.assessing import assess_vault, count_for_finding, finding_by_id, history_of_finding
from firsthand.workbench.effects import effects_kept, elements_of_finding
from firsthand.workbench.session import Session

__all__ = [
    "Change",
    "Explanation",
    "ShownAccount",
    "ShownClaim",
    "WouldChange",
    "explain_finding",
    "findings_on",
    "map_of_finding",
]


class Change(StrEnum):
    """What would change a finding; the words are the interface's."""

    SECOND_SOURCE = "a second certain source"
    OPEN_DEPENDENCE = "open dependences"
    RESTS_ON_ONE = "one claim carries a source"
    ONLY_HEARSAY = "nobody heard lived or saw it"
    CONTRADICTED = "claims stand against it"
    NO_SECOND_ASSESSOR = "no second assessor"


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldChange:
    """One thing that would change a finding: ``number`` says how many, ``low`` and ``high`` the sources then."""

    change: Change
    number: int = 0
    low: int = 0
    high: int = 0
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownClaim:
    """A claim as a page shows it. ``held_back``: why its words stay covered. ``letter`` stands for its account.

    ``has_left``: it is no longer accepted, and counts no more.
    """

    claim: Claim
    passages: tuple[str, ...]
    language: str
    held_back: str
    letter: str
    designation: str
    file_name: str
    has_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAccount:
    """An account behind a finding: its letter, what it may be called on a screen, its claims.

    ``body`` is a public body's label; people are shown by the designations of the sources that they speak in.
    """

    account: str
    letter: str
    body: str
    designations: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A finding, explained. ``held_back``: why its own words stay covered where they could tell of a person."""

    finding: Finding
    held_back: str
    count: IndependentCount
    supporting: tuple[ShownClaim, ...]
    contradicting: tuple[ShownClaim, ...]
    accounts: tuple[ShownAccount, ...]
    dependences: tuple[Dependence, ...]
    rules: tuple[RuleResult, ...]
    changes: tuple[WouldChange, ...]
    grades: tuple[CredibilityGrade, ...]
    history: tuple[tuple[AppliedStep, Finding], ...]
    effects: tuple[KeptEffects, ...]


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OWN = {Basis.LIVED, Basis.WITNESSED, Basis.DID}


def _letter(number: int) -> str:
    return _LETTERS[number] if number < len(_LETTERS) else f"{_LETTERS[number // 26 - 1]}{_LETTERS[number % 26]}"


def explain_finding(session: Session, finding_id: FindingId) -> Explanation:
    """Everything behind a finding, as it stands now.

    Raises:
        NotInVault: there is none.
    """
    finding = finding_by_id(session, finding_id)
    assessment = assess_vault(session)
    weighing = assessment.weighing
    held = [key for key in (*finding.supporting, *finding.contradicting) if key in weighing.accounts]
    accounts = list(dict.fromkeys(weighing.accounts[key] for key in held))
    letters = {account: _letter(number) for number, account in enumerate(accounts)}

    def shown(keys: Sequence[str]) -> tuple[ShownClaim, ...]:
        return tuple(
            one
            for key in keys
            if (one := _shown(session, key, letters.get(weighing.accounts.get(key, ""), ""))) is not None
        )

    supporting, contradicting = shown(finding.supporting), shown(finding.contradicting)
    within = [
        link
        for link in weighing.dependences
        if link.standing is not Standing.REFUSED and (link.a in letters or link.b in letters)
    ]
    count = count_for_finding(assessment, finding)
    standing = [one for one in supporting if not one.has_left]
    rules = tuple(elements_of_finding(session, finding, weighing))
    return Explanation(
        finding=finding,
        held_back=next((one.held_back for one in (*supporting, *contradicting) if one.held_back), ""),
        count=count,
        supporting=supporting,
        contradicting=contradicting,
        accounts=tuple(
            ShownAccount(
                account=account,
                letter=letters[account],
                body=label_of_body(account.removeprefix("body ")) if account.startswith("body ") else "",
                designations=tuple(
                    dict.fromkeys(
                        one.designation for one in (*supporting, *contradicting) if one.letter == letters[account]
                    )
                ),
                claims=tuple(key for key in held if weighing.accounts[key] == account),
            )
            for account in accounts
        ),
        dependences=tuple(_of_pairs(within, letters)),
        rules=rules,
        changes=tuple(_changes(finding, count, standing, within, weighing.count)),
        grades=tuple(
            sorted(
                (g for g in session.read.all("credibility_grade") if g.finding == finding.id), key=lambda g: g.graded_at
            )
        ),
        history=tuple(history_of_finding(session, finding.id)),
        effects=tuple(k for k in effects_kept(session) if any(f.finding == finding.id for f in k.effects.findings)),
    )


def _of_pairs(links: Sequence[Dependence], letters: dict[str, str]) -> list[Dependence]:
    """Links between two of the accounts, and links of at least two of them to one and the same third."""
    thirds: dict[str, set[str]] = {}
    for link in links:
        for end, other in ((link.a, link.b), (link.b, link.a)):
            if end in letters and other not in letters:
                thirds.setdefault(other, set()).add(end)
    shared = {third for third, ends in thirds.items() if len(ends) > 1}
    return [link for link in links if (link.a in letters and link.b in letters) or link.a in shared or link.b in shared]


def _shown(session: Session, key: str, letter: str) -> ShownClaim | None:
    claim = session.read.get("claim", key)
    if not isinstance(claim, Claim):
        return None
    document = session.document(claim.document)
    passages = tuple(session.passage(passage).anchor.exact for passage in claim.passages)
    return ShownClaim(
        claim=claim,
        passages=passages,
        language=document.language.value,
        held_back=must_stay_coded(claim.statement, session.acts, " ".join(passages)),
        letter=letter,
        designation=session.source(claim.source).designation,
        file_name=document.file_name,
        has_left=not claim.counts,
    )


def _changes(
    finding: Finding,
    count: IndependentCount,
    supporting: Sequence[ShownClaim],
    links: Sequence[Dependence],
    count_of: Callable[[Collection[str]], IndependentCount],
) -> list[WouldChange]:
    found = []
    if count.at_least < 2:
        found.append(WouldChange(change=Change.SECOND_SOURCE, low=count.at_least, high=count.at_most))
    if count.at_least < count.at_most:
        possible = sum(link.standing is Standing.POSSIBLE for link in links)
        found.append(
            WouldChange(change=Change.OPEN_DEPENDENCE, number=possible, low=count.at_least, high=count.at_most)
        )
    keys = [one.claim.id for one in supporting]
    for key in keys:
        without = count_of([other for other in keys if other != key])
        if without.at_most < count.at_most:
            found.append(
                WouldChange(change=Change.RESTS_ON_ONE, low=without.at_least, high=without.at_most, claims=(key,))
            )
    if supporting and not any(one.claim.statement.basis in _OWN for one in supporting):
        found.append(WouldChange(change=Change.ONLY_HEARSAY, number=len(supporting)))
    if finding.contradicting:
        found.append(WouldChange(change=Change.CONTRADICTED, number=len(finding.contradicting)))
    if finding.second is None:
        found.append(WouldChange(change=Change.NO_SECOND_ASSESSOR))
    return found


def findings_on(session: Session, claims: Collection[str]) -> list[Finding]:
    """Findings that rest on any of the claims, for or against."""
    wanted = set(claims)
    found: list[Finding] = session.read.all("finding")
    return [f for f in found if not wanted.isdisjoint(f.supporting) or not wanted.isdisjoint(f.contradicting)]


def map_of_finding(session: Session, finding_id: FindingId, language: str) -> ArgumentMap:
    """The finding as an argument map. It leaves the screen, so that it holds codes, labels and designations alone:
    the finding's own words only where no victim is or may be a child and no act is sexual."""
    explained = explain_finding(session, finding_id)
    finding = explained.finding
    speakers = {one.account: one.body or f"Speaker {one.letter}" for one in explained.accounts}
    weighing = assess_vault(session).weighing
    act = session.acts[finding.act].label(language) if finding.act in session.acts else finding.act
    return argument_map(
        statement=act if explained.held_back else finding.statement,
        standard=packaged_vocabulary("standards_of_proof")[finding.standard.value].label(language),
        supporting={
            one.claim.id: _coded(session, one.claim.statement, language)
            for one in explained.supporting
            if not one.has_left
        },
        contradicting={
            one.claim.id: _coded(session, one.claim.statement, language)
            for one in explained.contradicting
            if not one.has_left
        },
        speakers=speakers,
        dependences=explained.dependences,
        accounts=weighing.accounts,
        rules=explained.rules,
        language=language,
    )


def _coded(session: Session, statement: Statement, language: str) -> str:
    """A claim in coded words: acts, polarity, year, basis; a place never more exact than its country."""
    acts = ", ".join(session.acts[code].label(language) for code in statement.acts if code in session.acts)
    date = statement.date
    parts = [acts or statement.kind.value, statement.polarity.value]
    if date and date.earliest:
        parts.append(str(date.earliest.year))
    parts.append(packaged_vocabulary("source_basis")[statement.basis.value].label(language))
    return " · ".join(parts)
