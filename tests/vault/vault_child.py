"""A child process that does mixed work on a vault and says each step that was acknowledged; it waits to be killed.

python vault_child.py FOLDER SEED
"""

from __future__ import annotations

import io
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from vault_samples import KINDS, SECRET, make_step, remove, set_claim, set_passage

from firsthand.vault import Vault, VaultDiskFull

AT = datetime(2026, 1, 3, tzinfo=UTC)


def say(*words: object) -> None:
    """One line, out of this process before it goes on."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def work(vault: Vault, chance: random.Random, number: int) -> None:
    """One step of any sort, said only after the vault acknowledged it."""
    what = chance.choice(["passage", "passage", "claim", "many", "undo", "remove", "document", "key"])
    name = f"p{chance.randrange(40)}"
    if what == "claim" and vault.get("passage", name) is not None:
        step = vault.apply(make_step(set_claim(f"c{chance.randrange(40)}", name)))
        say("kept", step.index)
    elif what == "many":
        steps = vault.apply_many(
            [make_step(set_passage(f"p{number}-{each}", f"text {number} {each}")) for each in range(5)]
        )
        say("kept", steps[-1].index)
    elif what == "undo" and len(vault):
        latest = vault.history(limit=1)[0]
        if not latest.undoes:
            say("kept", vault.undo(latest.index, actor="coder-2", at=AT).index)
    elif what == "remove" and vault.get("passage", f"p{number - 1}-0") is not None:
        say("kept", vault.apply(make_step(remove("passage", f"p{number - 1}-0"))).index)
    elif what == "document":
        content = f"document {number}".encode() * chance.randrange(1, 40_000)
        ref = vault.put_blob(io.BytesIO(content))
        step = vault.apply(make_step(set_passage(f"d{number}", ref.digest, document=str(ref.size_bytes))))
        say("kept", step.index, f"d{number}")
    elif what == "key":
        step = vault.apply(make_step(set_passage(f"k{number}", f"text {number}", key=f"source:s{number}")))
        say("kept", step.index, f"k{number}")
    else:
        step = vault.apply(make_step(set_passage(name, f"text {number}")))
        say("kept", step.index, name)


def main() -> None:
    """Work until killed, or until the disk is full."""
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    with Vault.open(folder, secret=SECRET, kinds=KINDS, now=lambda: AT) as vault:
        say("open", len(vault))
        for number in range(seed * 100_000, seed * 100_000 + 100_000):
            try:
                work(vault, chance, number)
            except VaultDiskFull:
                say("full", len(vault))
                return


if __name__ == "__main__":
    main()
