"""Timestamps by an authority (RFC 3161) over a checkpoint: the request to carry out, the answer to check.

The library ``rfc3161-client`` reads and writes the DER and checks the signature; it is an optional part
(``pip install firsthand[timestamps]``). Nothing here opens a connection.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from firsthand.values.errors import InputError, IntegrityError, UsageError

__all__ = [
    "CertificateNotReadable",
    "TimestampAnswer",
    "TimestampNotReadable",
    "TimestampRefused",
    "TimestampsNotInstalled",
    "check_answer",
    "imprint_of_answer",
    "make_request",
]


class TimestampsNotInstalled(UsageError):
    """The optional part that handles timestamps is not installed."""

    next_step = "Install Firsthand with its part for timestamps: firsthand[timestamps]."


class TimestampNotReadable(InputError):
    """A file is no answer of a timestamp authority, or the authority gave none."""

    next_step = "Send the request again, as application/timestamp-query, and bring the answer's own bytes."


class CertificateNotReadable(InputError):
    """A file holds no certificate."""

    next_step = "Give the authority's certificates as PEM or DER."


class TimestampRefused(IntegrityError):
    """An answer does not hold: another request, another digest, a broken signature or chain."""

    likely = "The answer belongs to another request, was altered, or the certificates are not the authority's."
    next_step = "Make a new request, and take the certificates from the authority's own site."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampAnswer:
    """What an answer says: when, by whom, and whether its signature and chain were held against a root."""

    at: datetime
    authority: str
    chain_checked: bool


def _library() -> Any:  # its types are its own; what is used is named here
    try:
        return importlib.import_module("rfc3161_client")
    except ImportError:
        raise TimestampsNotInstalled("Timestamps need a part of Firsthand that is not installed.") from None


def make_request(message: bytes) -> bytes:
    """The TimeStampReq (DER) over SHA-256 of the message, with a random nonce, asking for the certificate."""
    library = _library()
    builder = library.TimestampRequestBuilder().data(message).hash_algorithm(library.HashAlgorithm.SHA256)
    made: bytes = builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()
    return made


def _decoded(answer: bytes) -> Any:
    library = _library()
    try:
        found = library.decode_timestamp_response(answer)
        granted = found.status in {0, 1}
    except ValueError as error:
        raise TimestampNotReadable("This is no answer of a timestamp authority.") from error
    if not granted:
        raise TimestampNotReadable("The authority refused the request.")
    return found


def imprint_of_answer(answer: bytes) -> bytes:
    """The digest that an answer vouches for.

    Raises:
        TimestampNotReadable: it is none.
    """
    try:
        found: bytes = _decoded(answer).tst_info.message_imprint.message
    except ValueError as error:
        raise TimestampNotReadable("This is no answer of a timestamp authority.") from error
    return found


def _certificates(given: Sequence[bytes]) -> list[Any]:
    x509 = importlib.import_module("cryptography.x509")
    found: list[Any] = []
    for raw in given:
        try:
            if b"-----BEGIN" in raw:
                found += x509.load_pem_x509_certificates(raw)
            else:
                found.append(x509.load_der_x509_certificate(raw))
        except ValueError as error:
            raise CertificateNotReadable("A file holds no certificate.") from error
    return found


def _nonce_of(request: bytes) -> int:
    """The nonce of a TimeStampReq that ``make_request`` made: version, imprint, nonce, certReq, in this order."""
    at = 2 if request[1] < 0x80 else 2 + (request[1] & 0x7F)
    for _ in range(2):
        at += 2 + request[at + 1]
    if request[at] != 0x02:
        raise TimestampNotReadable("The request that was kept has no nonce.")
    return int.from_bytes(request[at + 2 : at + 2 + request[at + 1]], "big", signed=True)


def check_answer(answer: bytes, request: bytes, message: bytes, certificates: Sequence[bytes] = ()) -> TimestampAnswer:
    """Hold an answer against the request and the message, and its signature against its certificates.

    ``certificates`` (PEM or DER): those of the authority and above; a self-signed one counts as a root that is
    trusted. Without a root only digest and nonce are held against the request; signature and chain stay unchecked,
    and ``chain_checked`` says so, until a root is given.

    Raises:
        TimestampNotReadable, CertificateNotReadable: a file is not what it should be.
        TimestampRefused: digest, nonce, signature, purpose of the certificate or chain do not hold.
    """
    library = _library()
    found, given = _decoded(answer), _certificates(certificates)
    try:
        own = _certificates(sorted(found.signed_data.certificates))
        roots = [each for each in given if each.issuer == each.subject]
        nonce = _nonce_of(request)
        info = found.tst_info
        digest = sha256(message).digest()
        if info.message_imprint.message != digest or digest not in request:
            raise TimestampRefused("The answer vouches for another digest.")
        if info.nonce != nonce:
            raise TimestampRefused("The answer belongs to another request.")
        if roots:
            between = [each for each in given if each not in roots]
            library.VerifierBuilder(roots=roots, intermediates=between, nonce=nonce).build().verify(found, digest)
        signer = next(iter(found.signed_data.signer_infos))
        named = [c.subject for c in (*own, *given) if c.serial_number == signer.serial_number]
        return TimestampAnswer(
            at=info.gen_time, authority=named[0].rfc4514_string() if named else "", chain_checked=bool(roots)
        )
    except (library.VerificationError, ValueError, StopIteration) as error:
        raise TimestampRefused("The timestamp does not hold.") from error
