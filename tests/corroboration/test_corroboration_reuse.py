"""Runs of words that many texts share say nothing, whenever they came to be shared."""

from __future__ import annotations

from firsthand.corroboration import reuse
from firsthand.corroboration.reuse import ReuseIndex, reused_texts

FOOTER = "all rights in these salt roads belong to nobody at all"


def test_a_footer_that_became_common_joins_nothing_and_joins_again_when_it_is_rare(monkeypatch):
    monkeypatch.setattr(reuse, "COMMON_SHINGLE", 3)
    texts = dict.fromkeys("abc", FOOTER)
    index = ReuseIndex(texts)
    assert len(index.pairs()) == 3
    index.put("d", FOOTER)
    assert index.pairs() == reused_texts(dict.fromkeys("abcd", FOOTER)) == []
    index.drop("a")
    assert index.pairs() == reused_texts(dict.fromkeys("bcd", FOOTER))
    assert len(index.pairs()) == 3
