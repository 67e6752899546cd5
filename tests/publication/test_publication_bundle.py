"""A bundle proves what it holds, to us and to a stranger who has Python alone."""

import json
import subprocess
import sys

import pytest
from nacl.signing import SigningKey

from firsthand.publication.bundle import BundleAltered, BundleNameUnusable, Replaces, build_bundle, verify_bundle
from firsthand.publication.disclosure import CellCount, DisclosureRules, FrequencyTable, protect_table
from firsthand.publication.margins import Dimension
from firsthand.publication.redaction import publish_own_words
from firsthand.publication.verify_bundle import signature_is_good

KEY = SigningKey(bytes(range(32)))


def table():
    dimension = Dimension(name="act", categories=("arrest", "removal"))
    cells = {("arrest",): CellCount(count=40, informants=9), ("removal",): CellCount(count=31, informants=8)}
    return protect_table(FrequencyTable(dimensions=(dimension,), cells=cells), DisclosureRules())


def bundle(**options):
    given = {
        "title": publish_own_words("Counts of an invented place"),
        "statement": [publish_own_words("A documented count is a floor.")],
        "released": "2026-11-24",
        "public_key": bytes(KEY.verify_key),
        "sign": lambda message: KEY.sign(message).signature,
    }
    return build_bundle({"acts": table()}, **(given | options))


def run_verifier(folder, files, *arguments):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # -I -S: no site packages, no environment; the standard library alone.
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(folder / "verify.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_whole_bundle_is_whole_for_us_and_for_a_stranger(tmp_path):
    files = bundle()
    assert len(verify_bundle(files, key=bytes(KEY.verify_key).hex())) == 2
    found = run_verifier(tmp_path, files, "--key", bytes(KEY.verify_key).hex(), str(tmp_path))
    assert (found.returncode, found.stdout.split(":")[0]) == (0, "whole")


@pytest.mark.parametrize("name", sorted(bundle()))
def test_a_changed_byte_in_any_file_is_found(name):
    files = bundle()
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1
    with pytest.raises(BundleAltered):
        verify_bundle(files | {name: bytes(content)})


def test_added_and_missing_files_and_other_keys_are_found(tmp_path):
    files = bundle()
    with pytest.raises(BundleAltered, match="added"):
        verify_bundle(files | {"extra.txt": b"x"})
    with pytest.raises(BundleAltered, match="missing"):
        verify_bundle({name: content for name, content in files.items() if name != "statement.txt"})
    with pytest.raises(BundleAltered, match="another key"):
        verify_bundle(files, key="00" * 32)
    with pytest.raises(BundleAltered):
        verify_bundle({})
    found = run_verifier(tmp_path, files | {"statement.txt": b"other words"})
    assert found.returncode == 5
    assert "statement.txt was altered" in found.stdout


def test_a_correction_names_what_it_replaces_and_why():
    files = bundle(replaces=Replaces(content_sha256="ab" * 32, reason=publish_own_words("A consent was withdrawn.")))
    manifest = json.loads(files["manifest.json"])
    assert manifest["replaces"] == {"content_sha256": "ab" * 32, "reason": "A consent was withdrawn."}
    assert verify_bundle(files)


@pytest.mark.parametrize("name", ["", "../up", "a/b", "naïve", "a b"])
def test_table_names_that_are_no_file_names_are_refused(name):
    with pytest.raises(BundleNameUnusable):
        build_bundle(
            {name: table()},
            title=publish_own_words("x"),
            statement=[],
            released="2026-11-24",
            public_key=bytes(32),
            sign=lambda _message: bytes(64),
        )


def test_our_signature_check_agrees_with_libsodium():
    for n in range(8):
        message = bytes([n]) * n
        signature = KEY.sign(message).signature
        assert signature_is_good(bytes(KEY.verify_key), message, signature)
        assert not signature_is_good(bytes(KEY.verify_key), message + b"x", signature)
        for at in (0, 31, 32, 63):
            broken = bytearray(signature)
            broken[at] ^= 1
            assert not signature_is_good(bytes(KEY.verify_key), message, bytes(broken))
    assert not signature_is_good(bytes(31), b"", bytes(64))
    assert not signature_is_good(bytes([255]) * 32, b"", bytes(64))
