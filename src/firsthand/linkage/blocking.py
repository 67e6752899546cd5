"""Which pairs of mentions are worth comparing: those that share a key of sound.

Several keys are made for each name, each a coarse sound of a part of it, so that a pair is missed only if all
its keys differ. A key shared by too many mentions is not paired out; what that leaves unpaired is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firsthand.linkage.hangul import decompose
from firsthand.linkage.mentions import Mention
from firsthand.linkage.names import NameKey, first_letters, name_key
from firsthand.linkage.places import place_key
from firsthand.linkage.readings import Reading

__all__ = ["Blocks", "block_mentions", "blocking_keys"]

_SOUND_GROUPS = {
    "k": "ㄱㄲㅋ",
    "t": "ㄷㄸㅌ",
    "p": "ㅂㅃㅍ",
    "c": "ㅈㅉㅊ",
    "s": "ㅅㅆ",
    "n": "ㄴㄹㅇ",
    "m": "ㅁ",
    "h": "ㅎ",
}
_SOUND_CLASS = {onset: sound for sound, onsets in _SOUND_GROUPS.items() for onset in onsets}
_LARGEST_BLOCK = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Pairs to compare, as positions in the list of mentions, and how many pairs oversize keys left out."""

    pairs: tuple[tuple[int, int], ...]
    pairs_left_out: int


def _skeletons(reading: Reading) -> set[str]:
    """Coarse sounds of a reading: the class of each syllable's first consonant, and whether it ends in one."""
    found = {""}
    for position in reading:
        classes = set()
        for syllable, weight in position.items():
            if weight >= 0.2 and len(syllable) == 1 and "가" <= syllable <= "힣":
                onset, _, coda = decompose(syllable)
                classes.add(_SOUND_CLASS[onset] + ("." if coda else "-"))
        if not classes:
            return set()
        found = {before + c for before in found for c in classes}
        if len(found) > 24:
            break
    return found


def _person_keys(key: NameKey) -> set[str]:
    keys: set[str] = set()
    for way in key.korean[:4]:
        if way.with_surname:
            given = _skeletons(way.positions[1:])
            keys.update(f"given {g}" for g in given)
            for surname, weight in way.positions[0].items():
                if weight >= 0.3:
                    keys.update(f"surname {surname} {g[:1]}" for g in given)
        elif len(way.positions) > 1:
            keys.update(f"given {g}" for g in _skeletons(way.positions))
    for spelled in key.mandarin[:4]:
        if spelled.with_surname:
            heads = sorted(spelled.positions[1], key=lambda s: -spelled.positions[1][s])[:3]
            keys.update(f"mandarin {s} {len(spelled.positions)}" for s in heads)
    if key.han:
        keys.add(f"han {key.han[1:]}")
    for token in key.tokens:
        if len(token) >= 3:
            keys.add(f"word {token[:4]}")
            keys.add(f"ending {token[-4:]}")
    if key.initials:
        keys.update(f"initial {i}" for i in key.initials)
    else:
        keys.update(f"initial {t[0]}" for t in key.tokens if t and t[0].isascii())
        for way in key.korean[:2]:
            for position in way.positions:
                keys.update(f"initial {letter}" for letter in first_letters(position))
    return keys


def blocking_keys(mention: Mention) -> frozenset[str]:
    """The keys of one mention; two mentions that share none are not compared."""
    if mention.kind == "place":
        key = place_key(mention.text)
        keys = {f"listed {p}" for p in key.listed} | {f"core {key.core[:4]}"}
        for reading in key.korean[:4]:
            keys.update(f"sound {s}" for s in _skeletons(reading))
        for spelled in key.mandarin[:4]:
            keys.update(f"mandarin {s}" for s in sorted(spelled[0])[:4])
        return frozenset(keys)
    keys = _person_keys(name_key(mention.text))
    if mention.kind == "institution":
        keys = {k for k in keys if not k.startswith("initial")}
    return frozenset(keys)


def block_mentions(mentions: Sequence[Mention]) -> Blocks:
    """Pairs of mentions of one kind that share a key, each once; bounded by oversize keys being left out.

    An initial pairs only with a mention that itself is written with initials: "P." against every 박 would
    bring every pair of 박 along.
    """
    blocks: dict[tuple[str, str], list[int]] = {}
    short = [bool(name_key(m.text).initials) if m.kind == "person" else False for m in mentions]
    for i, mention in enumerate(mentions):
        for key in blocking_keys(mention):
            blocks.setdefault((mention.kind, key), []).append(i)
    pairs: set[tuple[int, int]] = set()
    left_out = 0
    for (_, key), members in blocks.items():
        if key.startswith("initial"):
            brief = [i for i in members if short[i]]
            if len(brief) * len(members) <= _LARGEST_BLOCK**2:
                pairs.update((min(i, j), max(i, j)) for i in brief for j in members if i != j)
            else:
                left_out += len(brief) * len(members)
            continue
        if len(members) > _LARGEST_BLOCK:
            left_out += len(members) * (len(members) - 1) // 2
            continue
        pairs.update((i, j) for n, i in enumerate(members) for j in members[n + 1 :])
    return Blocks(pairs=tuple(sorted(pairs)), pairs_left_out=left_out)
