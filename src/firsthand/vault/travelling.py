"""A copy to travel with: a new vault under its own secret and keys that holds only what is needed on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

from firsthand.vault.files import ByteStream, open_blob
from firsthand.vault.keys import Secret
from firsthand.vault.merging import TRAVEL_STEP, Pieces
from firsthand.vault.records import Change, Step
from firsthand.vault.sealing import KdfParameters
from firsthand.vault.vault import Vault

__all__ = ["make_travel_copy"]


def make_travel_copy(
    vault: Vault,
    path: str | os.PathLike[str],
    *,
    secret: Secret,
    kinds: Collection[str],
    keys: Collection[str],
    actor: str,
    now: Callable[[], datetime],
    kdf: KdfParameters | None = None,
) -> int:
    """Make a vault with the present records of these kinds under these data keys, and the documents under them.

    Nothing else is in it: no history, no other names of kinds' records, no key of the vault at home. What is done on
    the way comes back by merging; a record that was changed both at home and on the way is shown there for a person
    to decide. Gives the number of records.

    Raises:
        VaultExists: the folder is not empty.
        RecordRefused: a chosen record rests on one that was not chosen; the folder then holds an empty vault.
    """
    with Vault.create(Path(path), secret=secret, kinds=vault.kinds.each(), now=now, kdf=kdf) as copy:
        for stream, key in _documents(vault, keys):
            copy.put_blob(stream, key)
        changes: list[Change] = []
        for kind in vault.kinds:
            if kind not in kinds:
                continue
            for name, record in vault.items(kind):
                present = vault.present_json(kind, name)
                if present is not None and present[1] in keys:
                    changes.append(Change(kind=kind, id=name, value=record, key=present[1]))
        copy.apply(Step(name=TRAVEL_STEP, actor=actor, at=now(), changes=tuple(changes)))
    return len(changes)


def _documents(vault: Vault, keys: Collection[str]) -> Iterator[tuple[ByteStream, str]]:
    for opened in vault.opened_entries():
        for attached in opened.entry.attachments:
            key = vault.ring.by_number(attached.key)
            if key is not None and key.name in keys:
                yield Pieces(open_blob(vault.blob_folder, attached.name, key)), key.name
