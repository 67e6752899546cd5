"""Timestamps over checkpoints, answered by an authority that the test itself makes with the command openssl."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from firsthand.vault import CertificateNotReadable, CheckpointMismatch, TimestampNotReadable, TimestampRefused
from firsthand.workbench.opening import ephemeral_session
from firsthand.workbench.settings import write_setting
from firsthand.workbench.timestamps import NoSuchRequest, keep_answer, kept_timestamps, request_timestamp

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the test's authority needs openssl")

CONFIGURATION = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
ess_cert_id_chain = no
[signer]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = keyCertSign
"""


class Authority:
    """A root, a signer below it, and answers."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder = folder
        (folder / "conf").write_text(CONFIGURATION.format(folder=folder), "utf-8")
        (folder / "serial").write_text("01", "utf-8")
        new = ["req", "-newkey", "rsa:2048", "-nodes", "-config", "conf"]
        self.openssl(*new, "-x509", "-extensions", "root", "-subj", "/CN=Invented root", "-keyout", "root.key",
                     "-out", "root.pem", "-days", "30")  # fmt: skip
        self.openssl(*new, "-subj", "/CN=Invented authority", "-keyout", "signer.key", "-out", "signer.csr")
        self.openssl("x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "20",
                     "-extfile", "conf", "-extensions", "signer", "-out", "signer.pem")  # fmt: skip
        self.root = (folder / "root.pem").read_bytes()

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def answer(self, request):
        (self.folder / "q").write_bytes(request)
        self.openssl("ts", "-reply", "-config", "conf", "-queryfile", "q", "-out", "r")
        return (self.folder / "r").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "a")


@pytest.fixture
def session():
    with ephemeral_session(actor="coder one") as session:
        write_setting(session, "a", "b")
        yield session


def test_a_timestamp_is_asked_for_answered_and_kept_as_a_step(session, authority):
    steps = len(session.vault)
    request = request_timestamp(session)
    assert b"firsthand" not in request
    found = keep_answer(session, authority.answer(request), [authority.root])
    assert found.size == steps
    assert found.chain_checked
    assert "Invented authority" in found.authority
    write_setting(session, "a", "c")
    assert kept_timestamps(session) == [found]
    assert session.vault.history(limit=2)[1].name == "keep timestamp"


def test_without_a_root_the_chain_is_said_to_be_unchecked_until_one_is_given(session, authority):
    found = keep_answer(session, authority.answer(request_timestamp(session)))
    assert not found.chain_checked
    assert kept_timestamps(session, [authority.root])[0].chain_checked


def test_a_root_of_another_authority_is_refused(session, authority, tmp_path):
    answer = authority.answer(request_timestamp(session))
    with pytest.raises(TimestampRefused):
        keep_answer(session, answer, [Authority(tmp_path / "b").root])
    assert kept_timestamps(session) == []


def test_the_nonce_tells_two_requests_over_one_checkpoint_apart(authority):
    from firsthand.vault import check_answer, make_request

    first, second = make_request(b"note"), make_request(b"note")
    answer = authority.answer(first)
    assert check_answer(answer, first, b"note", [authority.root]).chain_checked
    with pytest.raises(TimestampRefused):
        check_answer(answer, second, b"note", [authority.root])
    with pytest.raises(TimestampRefused):
        check_answer(answer, first, b"another note", [authority.root])


def test_any_altered_byte_of_what_is_signed_is_refused(session, authority):
    request = request_timestamp(session)
    answer = authority.answer(request)
    at = answer.index(request[-60:-20][:8]) if request[-60:-20][:8] in answer else len(answer) // 3
    signature = bytearray(answer)
    signature[-5] ^= 1
    imprint = bytearray(answer)
    imprint[at + 2] ^= 1
    for altered in (signature, imprint):
        with pytest.raises((TimestampRefused, TimestampNotReadable, NoSuchRequest)):
            keep_answer(session, bytes(altered), [authority.root])


def test_what_is_no_answer_is_said_so(session, authority):
    request = request_timestamp(session)
    for wrong in (b"", b"<html>busy</html>", request):
        with pytest.raises(TimestampNotReadable):
            keep_answer(session, wrong)
    with pytest.raises(CertificateNotReadable):
        keep_answer(session, authority.answer(request), [b"no certificate"])
    with ephemeral_session(actor="x") as other:
        write_setting(other, "a", "b")
        with pytest.raises(NoSuchRequest):
            keep_answer(other, authority.answer(request))


def test_a_timestamp_of_another_log_is_not_taken_for_this_one(session, authority):
    request = request_timestamp(session)
    keep_answer(session, authority.answer(request), [authority.root])
    kept = session.vault.all("timestamp")[0]
    with ephemeral_session(actor="x") as other:
        from firsthand.vault import Change
        from firsthand.workbench.steps import StepName

        other.take(StepName.KEEP_TIMESTAMP, [Change(kind="timestamp", id=kept.id, value=kept)])
        with pytest.raises(CheckpointMismatch):
            kept_timestamps(other)
