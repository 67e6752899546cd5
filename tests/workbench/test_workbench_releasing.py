"""Releases from a vault: two people, names, templates, corrections, recalls, crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest

from firsthand.estimation.counts import Breakdown
from firsthand.publication.bundle import BundleAltered, Format, verify_bundle
from firsthand.publication.formats.dossier import TemplateFieldNotReleased
from firsthand.publication.policy import Audience
from firsthand.publication.private import BudgetSpent
from firsthand.publication.rereading import NameInRelease
from firsthand.values.quantities import Quantity, QuantityKind
from firsthand.vault import Change, KdfParameters, Step
from firsthand.workbench.opening import create_session, open_session, practice_session
from firsthand.workbench.publishing import Sums, parts_of_sums, plan_release, releases_ever
from firsthand.workbench.releasing import (
    Release,
    ReleaseRefused,
    SecondPersonNeeded,
    approve_release,
    recall_release,
    release_files,
    write_bundle,
)
from firsthand.workbench.undoing import undo_step


@pytest.fixture
def session():
    with practice_session() as opened:
        yield opened


def by_basis(session):
    plan = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS])
    assert plan.passes, plan.reasons
    return plan


def files_in(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_release_in_every_format_of_tables_holds_no_name_and_proves_itself(session, tmp_path):
    formats = (Format.HTML, Format.PDF, Format.FIGURES, Format.PROV)
    asked = Release(title="Counts by basis", formats=formats)
    write_bundle(session, by_basis(session), tmp_path / "out", title=asked.title, release=asked)
    files = files_in(tmp_path / "out")
    assert {"index.html", "dossier.pdf", "figures/chart-counts-basis.svg", "provenance.json", "log-proof.json"} <= set(
        files
    )
    assert any("log of the vault" in line for line in verify_bundle(files))
    done = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "out" / "verify.py"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "the vault's log holds this release" in done.stdout) == (0, True)


@pytest.mark.parametrize("field", ["core", "opening", "plain", "proof", "key"])
def test_a_proof_that_is_not_of_this_release_is_found(session, field):
    from nacl.signing import SigningKey

    from firsthand.publication.bundle import close_bundle
    from firsthand.publication.redaction import publish_own_words

    _, files = release_files(session, by_basis(session), Release(title="A"))
    content = {p: c for p, c in files.items() if not p.startswith(("manifest", "log-proof"))}
    proof = json.loads(files["log-proof.json"])
    if field == "plain":
        proof["plain"] = proof["plain"].replace("content_sha256", "content_sha512")
    else:
        middle = len(proof[field]) // 2
        other = "0" if proof[field][middle] != "0" else "1"
        proof[field] = proof[field][:middle] + other + proof[field][middle + 1 :]
    key = SigningKey(bytes(32))
    forged = close_bundle(
        content,
        title=publish_own_words("A"),
        released="2026-11-25",
        public_key=bytes(key.verify_key),
        sign=lambda message: key.sign(message).signature,
        log_proof=json.dumps(proof).encode(),
    )
    with pytest.raises(BundleAltered, match="log-proof"):
        verify_bundle(forged)


def test_a_name_in_the_title_or_the_words_is_refused_and_nothing_is_kept(session, tmp_path):
    plan, steps = by_basis(session), len(session.vault)
    for title in ("Testimony of Gim Dallae", "About 김 달래", "KIM TALLAE's account"):
        with pytest.raises(NameInRelease):
            write_bundle(session, plan, tmp_path / "out", title=title)
    asked = Release(title="Counts", template="# {title}\n\n{words:summary}", words={"summary": "Ask Dallae Kim."})
    with pytest.raises(NameInRelease):
        write_bundle(session, plan, tmp_path / "out", title="Counts", release=replace(asked, formats=(Format.HTML,)))
    assert list(tmp_path.iterdir()) == []
    assert releases_ever(session) == []
    assert len(session.vault) <= steps + 1


def test_a_template_that_names_what_is_not_released_leaves_nothing(session, tmp_path):
    asked = Release(title="Counts", template="# {title}\n\n{table:counts-province}")
    with pytest.raises(TemplateFieldNotReleased):
        write_bundle(session, by_basis(session), tmp_path / "out", title="Counts", release=asked)
    assert list(tmp_path.iterdir()) == []
    assert releases_ever(session) == []


def test_what_left_stays_known_although_its_step_was_undone(session, tmp_path):
    write_bundle(session, by_basis(session), tmp_path / "out", title="Counts")
    undo_step(session)
    assert session.vault.count("release") == 0
    assert len(releases_ever(session)) == 1


def test_a_correction_names_what_it_replaces_and_a_recall_is_read_by_verify(session, tmp_path):
    first = write_bundle(session, by_basis(session), tmp_path / "one", title="Counts")
    with pytest.raises(ReleaseRefused, match="why"):
        release_files(session, by_basis(session), Release(title="Counts", replaces=first.id))
    asked = Release(title="Counts, corrected", replaces=first.id, reason="One statement was counted twice.")
    write_bundle(session, by_basis(session), tmp_path / "two", title=asked.title, release=asked)
    old, new = (json.loads((tmp_path / n / "manifest.json").read_text()) for n in ("one", "two"))
    assert new["replaces"] == {"content_sha256": old["content_sha256"], "reason": asked.reason}
    assert "replaced by" in session.vault.get("release", first.id).needs_recall
    recall_release(session, first.id, tmp_path / "notice", reason="It was replaced.")
    for name in ("recall.json", "recall.sig"):
        (tmp_path / "one" / name).write_bytes((tmp_path / "notice" / name).read_bytes())
    assert any("RECALLED" in line for line in verify_bundle(files_in(tmp_path / "one")))
    done = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "one" / "verify.py"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "RECALLED: It was replaced." in done.stdout) == (0, True)
    (tmp_path / "two" / "recall.json").write_bytes((tmp_path / "notice" / "recall.json").read_bytes())
    with pytest.raises(BundleAltered):
        verify_bundle(files_in(tmp_path / "two"))


def copied(session, path, *, second=""):
    """What the practice vault holds, in a vault of its own, with one or two people."""
    kinds = ("source", "document", "passage", "consent", "withdrawal", "claim", "dependence")
    with create_session(path, "one two three four", actor="first", light=True) as fresh:
        for kind in kinds:
            changes = tuple(Change(kind=kind, id=key, value=value) for key, value in session.vault.items(kind))
            if changes:
                fresh.vault.apply(Step(name="copy", actor="first", at=fresh.now(), changes=changes))
        if second:
            fresh.vault.add_person(
                "second", second, compartments=fresh.vault.ring.compartments, kdf=KdfParameters.for_tests()
            )


def test_where_the_vault_has_two_people_another_one_must_approve_the_very_same(session, tmp_path):
    copied(session, tmp_path / "vault", second="five six seven eight")
    with open_session(tmp_path / "vault", "one two three four", actor="first") as first:
        plan = by_basis(first)
        with pytest.raises(SecondPersonNeeded):
            write_bundle(first, plan, tmp_path / "out", title="Counts")
        approve_release(first, plan, title="Counts")
        with pytest.raises(SecondPersonNeeded):
            write_bundle(first, plan, tmp_path / "out", title="Counts")
    with open_session(tmp_path / "vault", "five six seven eight", actor="second") as second:
        approve_release(second, by_basis(second), title="Counts")
    with open_session(tmp_path / "vault", "one two three four", actor="first") as first:
        with pytest.raises(SecondPersonNeeded):
            write_bundle(first, by_basis(first), tmp_path / "out", title="Another title")
        kept = write_bundle(first, by_basis(first), tmp_path / "out", title="Counts")
        assert len(kept.approved_by) == 2


def test_private_counts_are_entered_in_the_ledger(session, tmp_path):
    plan = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS], epsilon=0.8)
    assert plan.passes
    kept = write_bundle(session, plan, tmp_path / "out", title="Private counts")
    assert kept.epsilon == 0.8
    again = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS], epsilon=0.8)
    assert not again.passes
    assert any("privacy budget" in reason for reason in again.reasons)
    assert BudgetSpent.next_step


CHILD = """
    import os, signal, sys
    from pathlib import Path
    from firsthand.estimation.counts import Breakdown
    from firsthand.publication.policy import Audience
    from firsthand.workbench import releasing
    from firsthand.workbench.opening import open_session
    from firsthand.workbench.publishing import plan_release

    left = int(sys.argv[3])
    real = os.fsync

    def fsync(number):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        real(number)

    with open_session(Path(sys.argv[1]), "one two three four", actor="first") as session:
        plan = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS])
        os.fsync = fsync
        releasing.write_bundle(session, plan, Path(sys.argv[2]), title="Counts")
"""


def test_a_kill_at_any_write_leaves_no_partial_release(session, tmp_path):
    copied(session, tmp_path / "vault")
    killed = whole = 0
    for left in (0, 1, 3, 5, 8, 11, 40):
        out = tmp_path / f"out-{left}"
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(CHILD), tmp_path / "vault", out, str(left)],
            check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        killed += done.returncode == -signal.SIGKILL
        if out.exists():
            whole += 1
            verify_bundle(files_in(out))
        with open_session(tmp_path / "vault", "one two three four", actor="first") as again:
            assert again.vault.verify().holds
    # A kill after the folder took its name leaves it whole.
    assert killed == 6
    assert 1 <= whole <= 3


def test_synthetic_rows_leave_with_their_usefulness_and_never_beside_private_counts(session, tmp_path):
    plan = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS], synthetic=2000)
    assert plan.passes, plan.reasons
    write_bundle(session, plan, tmp_path / "out", title="Counts", release=Release(title="Counts"))
    files = files_in(tmp_path / "out")
    assert json.loads(files["synthetic/utility.json"])["rows"] == 2000
    assert files["synthetic/rows.csv"].decode().count("nobody told this") == 2000
    refused = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS], synthetic=2000, epsilon=0.5)
    assert not refused.passes


def test_a_table_of_money_needs_enough_people_who_told_of_it(session):
    plan = plan_release(session, Audience.PUBLIC, [Breakdown.BASIS], sums=Sums(by=(Breakdown.COUNTRY,), currency="CNY"))
    assert not plan.passes
    assert plan.reasons


def test_sums_of_money_are_of_single_amounts_in_one_currency(session):
    claims = session.claims(status="accepted")
    (first, second, third, *_) = (c for c in claims if c.statement.kind == "act" and c.statement.polarity == "affirmed")

    def with_amount(claim, least, most, unit):
        amount = Quantity(kind=QuantityKind.MONEY, minimum=least, maximum=most, unit=unit)
        return replace(claim, statement=replace(claim.statement, amount=amount))

    told = [with_amount(first, 5000, 5000, "CNY"), with_amount(second, 10, 20, "CNY"), with_amount(third, 7, 7, "KRW")]
    informants = {claim.id: claim.source for claim in told}
    parts, _ = parts_of_sums(told, informants, Sums(by=(Breakdown.BASIS,), currency="CNY"))
    assert [part.amount for part in parts] == [5000]
