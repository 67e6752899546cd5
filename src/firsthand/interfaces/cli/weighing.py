"""Commands that weigh: independent sources, findings explained, rules, what a change reaches, who could be heard."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from firsthand.corroboration.effects import Effects, Support
from firsthand.corroboration.elements import RuleResult
from firsthand.corroboration.hearing import Heard
from firsthand.corroboration.independence import IndependentCount
from firsthand.corroboration.rules import RuleBook, RuleNotUsable
from firsthand.interfaces.cli.opening import unlock
from firsthand.interfaces.cli.options import Actor, Fd, Json
from firsthand.interfaces.cli.output import emit_json, emit_text
from firsthand.values.errors import UsageError
from firsthand.values.ids import ClaimId, FindingId
from firsthand.workbench.assessing import assess_vault
from firsthand.workbench.effects import retract_claims
from firsthand.workbench.explaining import Explanation, ShownClaim, explain_finding, map_of_finding
from firsthand.workbench.hearing import datasets_of, heard_in, sampling_note
from firsthand.workbench.rulebook import add_rules, own_rules, remove_rule, rules_of
from firsthand.workbench.session import Session

__all__ = ["effects_as_json", "heard", "heard_as_json", "retract", "rules", "weigh"]


def weigh(
    vault: Path,
    *,
    finding: str | None = None,
    map_out: Annotated[Path | None, Parameter(name="--map")] = None,
    passphrase_fd: Fd = None,
    json_output: Json = False,
) -> None:
    """Say for each act how many independent sources there are, and where accounts differ; or explain one finding.

    Args:
        vault: The vault.
        finding: The identifier of a finding: its claims for and against, elements, gaps, and what would change it.
            Claims are named by their ids and codes; no word of a source is written.
        map_out: Write the finding's argument map to this file (AIF, JSON).
        passphrase_fd: A file descriptor that holds the passphrase.
        json_output: Write one JSON document.
    """
    if map_out is not None and finding is None:
        raise UsageError("A map was asked for without a finding.", next_step="Name one with --finding.")
    with unlock(vault, passphrase_fd) as session:
        if finding is not None:
            _weigh_finding(session, FindingId(finding), map_out, json_output=json_output)
            return
        weighing = assess_vault(session).weighing
        findings = [(f.id, f.act, weighing.count(f.supporting), f.needs_review) for f in session.read.all("finding")]
    rows: list[dict[str, object]] = [
        {
            "act": act.group.act,
            "earliest": str(act.group.earliest or ""),
            "claims": list(act.supporting),
            "denials": list(act.denials),
            "at_least": act.count.at_least,
            "at_most": act.count.at_most,
            "proven": act.count.proven,
            "contested": act.is_contested,
        }
        for act in weighing.acts
    ]
    if json_output:
        kept = [
            {"finding": name, "act": act, **_interval(count), "needs_review": review}
            for name, act, count, review in findings
        ]
        emit_json({"schema": "weighing/1", "acts": rows, "findings": kept})
        return
    lines = [
        f"{row['act']:36} {len(act.supporting):4} claims, {act.count.at_least} to {act.count.at_most} independent"
        for row, act in zip(rows, weighing.acts, strict=True)
    ]
    lines += [
        f"{name} {act}: {count.at_least} to {count.at_most} independent{', needs review' if review else ''}"
        for name, act, count, review in findings
    ]
    emit_text("\n".join(lines) or "nothing")


def _interval(count: IndependentCount) -> dict[str, object]:
    return {"at_least": count.at_least, "at_most": count.at_most, "accounts": count.accounts, "proven": count.proven}


def _weigh_finding(session: Session, finding: FindingId, map_out: Path | None, *, json_output: bool) -> None:
    explained = explain_finding(session, finding)
    if map_out is not None:
        drawn = map_of_finding(session, finding, "en").as_json()
        map_out.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if json_output:
        emit_json(_as_json(explained))
        return
    count = explained.count
    proof = "" if count.proven else " (bounds, not proven exact)"
    lines = [
        f"{explained.finding.act}, held to {explained.finding.standard.value}",
        f"{count.at_least} to {count.at_most} independent of {count.accounts} accounts{proof}",
        f"{len(explained.supporting)} claims for it, {len(explained.contradicting)} against",
    ]
    for result in explained.rules:
        lines.append(f"{result.rule.id}: {result.whole.value}")
        lines += [
            f"  {element.element.cite:24} {element.truth.value:13} {element.element.label.label('en')}"
            for element in result.elements.values()
            if element.element.follows is None
        ]
    lines += [f"would change it: {one.change.value}" for one in explained.changes]
    if explained.finding.needs_review:
        lines.append(f"needs review: {explained.finding.needs_review}")
    emit_text("\n".join(lines))


def _as_json(explained: Explanation) -> dict[str, object]:
    return {
        "schema": "finding/1",
        "finding": explained.finding.id,
        "act": explained.finding.act,
        "standard": explained.finding.standard.value,
        "needs_review": explained.finding.needs_review,
        "second_assessor_agrees": explained.finding.second.agrees if explained.finding.second else None,
        "sources": _interval(explained.count),
        "supporting": [_shown(one) for one in explained.supporting],
        "contradicting": [_shown(one) for one in explained.contradicting],
        "rules": [_rule(result) for result in explained.rules],
        "would_change": [
            {
                "what": one.change.value,
                "number": one.number,
                "low": one.low,
                "high": one.high,
                "claims": list(one.claims),
            }
            for one in explained.changes
        ],
    }


def _shown(one: ShownClaim) -> dict[str, object]:
    return {"claim": one.claim.id, "account": one.letter, "left": one.has_left}


def _rule(result: RuleResult) -> dict[str, object]:
    return {
        "rule": result.rule.id,
        "whole": result.whole.value,
        "truth": result.truth.value,
        "context": result.context.value if result.context else None,
        "elements": [
            {
                "element": name,
                "cite": element.element.cite,
                "truth": element.truth.value,
                "shown": list(element.shown),
                "refuted": list(element.refuted),
                "at_least": element.count.at_least if element.count else 0,
                "question": element.element.question.label("en") if element.asked and element.element.question else "",
                "ends": [answer.value for answer in element.ends],
            }
            for name, element in result.elements.items()
        ],
    }


def rules(
    vault: Path,
    *,
    add: list[Path] | None = None,
    remove: list[str] | None = None,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """List the rules by which legal elements are checked; add rule files or folders of them, or take own ones out.

    Args:
        vault: The vault.
        add: A rule file, or a folder of rule files (.toml); may be given more than once. All are kept, or none.
        remove: The id of a rule that was added; may be given more than once.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    files = _rule_files(add or [])
    with unlock(vault, passphrase_fd, actor) as session:
        if files:
            add_rules(session, files)
        for name in remove or []:
            remove_rule(session, name)
        book, own = rules_of(session), set(own_rules(session))
    if json_output:
        emit_json({"schema": "rules/1", "rules": _listed(book, own)})
        return
    emit_text("\n".join(f"{r.id:28} {'own ' if r.id in own else '    '} {r.label.label('en')}" for r in book.values()))


def _rule_files(paths: list[Path]) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in paths:
        found = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not found:
            raise RuleNotUsable("A folder holds no rule file.", next_step="Rule files end in .toml.")
        for file in found:
            try:
                files[file.name] = file.read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                raise RuleNotUsable("A rule file could not be read, or is not UTF-8 text.") from None
    return files


def _listed(book: RuleBook, own: set[str]) -> list[dict[str, object]]:
    return [
        {
            "id": rule.id,
            "label": dict(rule.label.by_language),
            "instrument": rule.instrument,
            "own": rule.id in own,
            "for_acts": sorted(rule.for_acts),
            "elements": [
                {"id": name, "cite": element.cite, "label": dict(element.label.by_language)}
                for name, element in rule.elements.items()
            ],
        }
        for rule in book.values()
    ]


def retract(
    vault: Path,
    *,
    claim: list[str],
    carry_out: Annotated[bool, Parameter(negative=())] = False,
    passphrase_fd: Fd = None,
    actor: Actor = "owner",
    json_output: Json = False,
) -> None:
    """Say what taking claims back reaches, and with --carry-out do it.

    Args:
        vault: The vault.
        claim: The identifier of a claim; may be given more than once.
        carry_out: Do it, instead of only saying what it would reach.
        passphrase_fd: A file descriptor that holds the passphrase.
        actor: The pseudonym under which your steps are kept.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd, actor) as session:
        effects = retract_claims(session, [ClaimId(one) for one in claim], carry_out=carry_out)
    if json_output:
        emit_json({"schema": "effects/1", "carried_out": carry_out, **effects_as_json(effects)})
        return
    emit_text("\n".join(_effect_lines(effects)))


def effects_as_json(effects: Effects) -> dict[str, Any]:
    """Effects as plain JSON values: ids and numbers, each before and after."""
    found: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(effects)))
    return found


def _words(support: Support | None) -> str:
    if support is None:
        return "nothing"
    return f"{support.claims} claims, {support.at_least} to {support.at_most} independent"


def _effect_lines(effects: Effects) -> list[str]:
    lines = [f"finding {one.finding}: {_words(one.before)} -> {_words(one.after)}" for one in effects.findings]
    lines += [f"act {one.address}: {_words(one.before)} -> {_words(one.after)}" for one in effects.acts]
    lines += [f"count {' · '.join(one.categories)}: {one.before} -> {one.after}" for one in effects.counts]
    lines += [f"estimate {one.id}: {one.before} claims -> {one.after}, {one.moved} moved" for one in effects.estimates]
    lines += [f"release {one.id}: {one.before} claims -> {one.after}, {one.moved} moved" for one in effects.releases]
    return lines or ["nothing is reached"]


def heard(vault: Path, *, dataset: str = "", passphrase_fd: Fd = None, json_output: Json = False) -> None:
    """Say who could be heard: whose accounts are counted, how long after the event, and which regions are unseen.

    Args:
        vault: The vault.
        dataset: "list:NAME" or "kind:KIND"; everything without it.
        passphrase_fd: A file descriptor that holds the passphrase.
        json_output: Write one JSON document.
    """
    with unlock(vault, passphrase_fd) as session:
        names = datasets_of(session)
        if dataset not in names:
            raise UsageError(
                "There is no dataset of that name.", next_step=f"Use one of: {', '.join(n for n in names if n)}."
            )
        found, note = heard_in(session, dataset), sampling_note(session, dataset)
    plain = {"schema": "heard/1", "dataset": dataset, **heard_as_json(found), "sampling": note}
    if json_output:
        emit_json(plain)
        return
    emit_text("\n".join(f"{key}: {value}" for key, value in plain.items() if key != "schema"))


def heard_as_json(found: Heard) -> dict[str, object]:
    """Who could be heard as plain JSON values, to stand beside a count."""
    return {
        "claims": found.claims,
        "sources": found.sources,
        "kinds": {key.value: n for key, n in found.kinds.items()},
        "speakers": {key.value: n for key, n in found.speakers.items()},
        "basis": {key.value: n for key, n in found.basis.items()},
        "ages": {key.value: n for key, n in found.ages.items()},
        "own_knowledge": round(found.own_knowledge, 4),
        "share_of_three_largest_sources": round(found.largest_share, 4),
        "years_to_telling": dataclasses.asdict(found.years),
        "first_year": found.first_year,
        "last_year": found.last_year,
        "regions": dict(found.regions),
        "nearly_unseen": list(found.nearly_unseen),
        "unplaced": found.unplaced,
    }
