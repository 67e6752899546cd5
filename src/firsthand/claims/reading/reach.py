"""Which words of an English sentence belong to an act: where its places and times may stand.

A place or time belongs to the act whose verb or noun governs it in the parse. One that no act governs belongs to
the acts below the verb that it hangs on, unless these stand in a relative clause (they only say who somebody is) or
the verb is one of saying (it is then the place of telling).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firsthand.claims.reading.phrases import EN, is_perpetrator_like, is_victim_like
from firsthand.claims.reading.told import ActTold
from firsthand.claims.reading.words import words_of
from firsthand.passages.sentences import Sentence

__all__ = ["Ranges", "names_no_place", "places_of_bodies", "reaches_of"]

Ranges = tuple[tuple[int, int], ...]

_VERBS = frozenset({"VERB", "AUX"})
# Words before a noun that date an act by another event: what stands below them is the other event's.
_DATING = frozenset({"after", "before", "since", "until", "following"})
_PARTS_OF_PLACES = frozenset(
    {"west", "east", "north", "south", "part", "parts", "area", "areas", "village", "villages", "town", "towns", "city"}
    | {"cities", "province", "provinces", "county", "counties", "district", "districts", "region", "regions", "side"}
    | {"border", "centre", "center", "market", "markets", "camp", "camps", "homes", "home", "house", "farm", "facility"}
    | {"places", "place", "school", "schools", "prison", "cell", "station", "outskirts", "bank", "river", "valley"}
)


def reaches_of(
    sentence: Sentence, parsed: Any, acts: Sequence[ActTold], told_by: set[int]
) -> list[tuple[Ranges, Ranges]]:
    """For each act the parts of the sentence, in characters of it, in which its places and its times may stand.

    ``told_by`` are the tokens of the speaker and of the verb of saying.
    """
    heads = [_head_of(sentence, parsed, act) for act in acts]
    everywhere = ((0, len(parsed.text)),)
    tokens = list(parsed)
    has_place = any(t.ent_type_ in _NAMED or t.pos_ == "PROPN" or t.lower_ in _UNNAMED for t in tokens)
    has_time = any(t.ent_type_ in {"DATE", "TIME", "EVENT"} or t.is_digit or t.lower_ in _TIMES for t in tokens)
    if not heads or not (has_place or has_time):
        return [(everywhere, everywhere)] * len(heads)
    # only words that a place or a time may begin with are looked at
    nominal = [t for t in tokens if t.pos_ in _NOMINAL]
    temporal = [t for t in tokens if t.pos_ not in _NOT_TEMPORAL] if has_time else []
    act_heads = {head.i for head in heads if head is not None}
    owners = [_owner(token, act_heads) for token in tokens]
    states = names_no_place(parsed)
    named = [t for t in tokens if t.ent_type_ in _NAMED and not any(a <= t.idx < b for a, b in states)]
    found: list[tuple[Ranges, Ranges]] = []
    for head in heads:
        if head is None:
            found.append((everywhere, everywhere))
            continue
        above = _act_above(head, owners)
        near = {
            token.i
            for token in nominal
            if token.i not in told_by
            and (_belongs(token, owners[token.i], head, told_by) or (above is not None and _is_reached(token, above)))
        }
        if not any(token.i in near for token in named):
            near |= {token.i for token in nominal if _may_belong(token, owners[token.i], head)} - told_by
        places = [token for token in nominal if token.i in near and not _is_elsewhere(token, head)]
        times = [token for token in temporal if _dates(token, owners[token.i], head, above, told_by)]
        found.append((_ranges(places), _ranges(times)))
    return found


_NAMED = frozenset({"GPE", "LOC", "FAC"})
_NOMINAL = frozenset({"NOUN", "PROPN", "DET", "ADJ", "PRON", "NUM"})
_NOT_TEMPORAL = frozenset({"VERB", "AUX", "PUNCT", "PRON", "CCONJ", "SPACE"})
# Words by which places without a name and times are told, besides those that the parser labels.
_UNNAMED = _PARTS_OF_PLACES | frozenset(
    {
        "country",
        "countryside",
        "south",
        "facility",
        "facilities",
        "brothel",
        "brothels",
        "cells",
        "hospital",
        "hospitals",
    }
    | {"mine", "mines", "site", "sites", "prisons", "fence", "stations", "centres", "centers"}
)
_TIMES = frozenset({"famine", "reform", "yesterday", "decade", "decades", "month", "months", "year", "years"})


def _may_belong(token: Any, owner: int | None, head: Any) -> bool:
    """Whether a place may be an act's that has none of its own: one of no act, or of the act above it."""
    step = token
    while owner is None and step.head.i != step.i and not step.is_ancestor(head):
        if step.pos_ in _VERBS and step.dep_ in {"conj", "ccomp"} and _has_subject(step):
            return False  # told in a clause of its own
        step = step.head
    if owner is None and step.is_ancestor(head) and _only_names_people(head, step):
        return False  # where people met is not where what befell their relatives took place
    return owner is None or bool(token.doc[owner].is_ancestor(head))


def _head_of(sentence: Sentence, parsed: Any, act: ActTold) -> Any | None:
    """The verb of an act's words, or their noun."""
    span = parsed.char_span(act.start - sentence.start, act.end - sentence.start, alignment_mode="expand")
    if span is None or not act.words:
        return None
    if span.root.pos_ == "VERB":
        return span.root
    return next((token for token in span if token.pos_ == "VERB"), span.root)


def _owner(token: Any, heads: set[int]) -> int | None:
    """The head of an act that stands nearest above a word, if any."""
    while token.i not in heads:
        if token.head.i == token.i:
            return None
        token = token.head
    return int(token.i)


def _act_above(head: Any, owners: Sequence[int | None]) -> Any | None:
    """The act in whose side clause an act is told: she crossed the river when a trafficker took her."""
    step = head
    while step.head.i != step.i:
        aside = step.dep_ == "advcl" or (step.dep_ == "relcl" and _is_remark(step))
        step = step.head
        if aside:
            owner = owners[step.i]
            return step.doc[owner] if owner is not None else None
    return None


def _is_reached(token: Any, verb: Any) -> bool:
    """Whether a word belongs to the place that a verb crosses or enters."""
    while token.head.i not in {verb.i, token.i}:
        token = token.head
    return token.head.i == verb.i and token.dep_ == "dobj" and verb.lemma_ in _REACHING


def _belongs(token: Any, owner: int | None, head: Any, told_by: set[int]) -> bool:
    if owner is not None:
        return owner == head.i or _is_one_with(token.doc[owner], head)
    above = token
    while not (above.pos_ in _VERBS and above.is_ancestor(head)):
        if above.head.i == above.i:
            return bool(above.is_ancestor(head))
        if above.dep_ in {"relcl", "conj"} and above.pos_ in _VERBS and _has_subject(above):
            return False  # a clause beside the act's
        above = above.head
    if above.i in told_by or above.lemma_ in words_of("say_verb", EN):
        return bool(token.i < above.i)  # in Hyesan, he said ...: of what is told; told him in Seoul: of the telling
    return not _only_names_people(head, above)


def _only_names_people(head: Any, above: Any) -> bool:
    """Whether an act below a verb only says who somebody is: relatives of people who were returned met in ..."""
    if above.lemma_ in _BEING:
        return False
    step = head
    while step.i != above.i:
        people = step.head.pos_ != "NOUN" or is_victim_like(step.head) or is_perpetrator_like(step.head)
        if (step.dep_ == "acl" and people) or (step.dep_ == "relcl" and people and not _is_remark(step)):
            return True
        step = step.head
    return False


def _is_remark(clause: Any) -> bool:
    """Whether a relative clause adds something, behind a comma, rather than saying who is meant."""
    return bool(clause.left_edge.i > 0 and clause.doc[clause.left_edge.i - 1].text == ",")


def _has_subject(verb: Any) -> bool:
    return any(c.dep_ in {"nsubj", "nsubjpass", "expl"} for c in verb.children)


def _is_one_with(other: Any, head: Any) -> bool:
    """Whether two acts are joined so closely that what follows both belongs to both: beaten and tortured at ..."""
    first, second = (head, other) if head.i < other.i else (other, head)
    if second.dep_ != "conj" or second.head.i != first.i:
        return False
    between = first.doc[first.i + 1 : second.i]
    return all(token.dep_ in {"cc", "punct", "advmod", "auxpass", "aux"} for token in between)


def _is_elsewhere(token: Any, head: Any) -> bool:
    """Whether a word hangs on the act only through something that took place or lives elsewhere."""
    things, dated = 0, False
    while token.dep_ in {"det", "compound", "amod", "nummod", "poss"} and token.head.i not in {token.i, head.i}:
        token = token.head
    step = token.head
    while step.i not in {head.i, step.head.i} and not (step.pos_ in _VERBS and step.is_ancestor(head)):
        if step.dep_ == "relcl" and token.head.lower_ in {"of", "from"}:
            return True  # a woman who was on her way out of the country
        if step.pos_ in {"NOUN", "PROPN"} and step.dep_ != "compound" and step.lower_ not in _PARTS_OF_PLACES:
            person = is_victim_like(step) or is_perpetrator_like(step)
            if person and _is_someones(step) and step.dep_ == "pobj" and step.head.head.pos_ == "NOUN":
                return True  # out of worry for her children in ...
            things += not person and step.ent_type_ not in {"GPE", "LOC", "FAC"}
        dated = dated or (step.lower_ in _DATING and things > 0)
        step = step.head
    return things > 1 or dated  # after the end of the Games in ...


def _is_someones(person: Any) -> bool:
    return any(c.dep_ == "poss" for c in person.children)


def _dates(token: Any, owner: int | None, head: Any, above: Any | None, told_by: set[int]) -> bool:
    """Whether a time at a word dates an act: its own, of the act in whose side clause it stands, or of no act."""
    step, beside = token, False
    while step.i not in {head.i, step.head.i}:
        if step.dep_ == "relcl" and (step.head.ent_type_ == "PERSON" or step.head.i in told_by):
            return False  # X, who left in 2014
        beside = beside or _stands_beside(step)
        step = step.head
    if step.i == head.i:
        return not beside
    if owner is None:
        if _is_day_of_telling(token):
            return False
        verb = token
        while verb.head.i != verb.i and not (verb.pos_ in _VERBS and verb.is_ancestor(head)):
            if any(c.lower_ in _CONTRAST for c in verb.children):
                return False  # although rules were eased in 2010
            verb = verb.head
        counts = verb.lemma_ in words_of("say_verb", EN)  # put the number of women who were sold since 1995 at ...
        return bool(counts or not (verb.is_ancestor(head) and _only_names_people(head, verb)))
    if above is not None and owner == above.i:
        return True
    joined = head
    while joined.dep_ == "conj" and joined.pos_ == "VERB" and not _has_subject(joined):
        joined = joined.head
        if owner == joined.i:
            return bool(token.i < head.i)  # arrested in May and then jailed
    return _is_one_with(token.doc[owner], head)


_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "yesterday"})


def _is_day_of_telling(token: Any) -> bool:
    """Whether a day of the week says when something was told: he said on Tuesday that ..."""
    if token.lower_ not in _DAYS and not any(c.lower_ in _DAYS for c in token.children):
        return False
    while token.pos_ not in _VERBS and token.head.i != token.i:
        token = token.head
    return token.lemma_ in words_of("say_verb", EN)


def _stands_beside(verb: Any) -> bool:
    """Whether a verb's clause tells something apart: and he was freed in 2012; although rules were eased in 2010."""
    if verb.pos_ not in _VERBS:
        return False
    return bool((verb.dep_ == "conj" and _has_subject(verb)) or any(c.lower_ in _CONTRAST for c in verb.children))


_CONTRAST = frozenset({"although", "though", "while", "whereas", "but"})
_BEING = frozenset({"be", "live", "reside", "stay", "remain", "work", "sit", "lie"})


def _ranges(tokens: Sequence[Any]) -> Ranges:
    found: list[tuple[int, int]] = []
    last = -2
    for token in tokens:
        end = token.idx + len(token.text)
        if token.i == last + 1 and found:
            found[-1] = (found[-1][0], end)
        else:
            found.append((token.idx, end))
        last = token.i
    return tuple(found)


# Verbs whose object is a place.
_REACHING = frozenset(
    {"cross", "enter", "reach", "leave", "flee", "escape", "visit", "depart", "exit", "pass", "traverse", "quit"}
)


def names_no_place(parsed: Any) -> Ranges:
    """Where names of countries and towns stand that act, speak, own or are spoken to, and so are no place of an act."""
    found = []
    for token in parsed:
        if token.ent_type_ not in {"GPE", "LOC", "FAC", "ORG"} and token.pos_ != "PROPN":
            continue
        if token.dep_ == "compound" and token.head.ent_type_ == token.ent_type_:
            continue
        if _acts_itself(token):
            start = token.left_edge.idx if token.dep_ != "compound" else token.idx
            found.append((start, token.idx + len(token.text)))
    return tuple(found)


def places_of_bodies(parsed: Any) -> Ranges:
    """Where countries and towns stand in what a body is called: the government of Eritrea. It acts where it is, unless
    another place is told."""
    bodies = words_of("institution_noun", EN) | words_of("perpetrator_noun", EN)
    return tuple(
        (token.left_edge.idx, token.idx + len(token.text))
        for token in parsed
        if token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.lower_ in bodies
    )


def _acts_itself(token: Any) -> bool:
    while token.dep_ in {"conj", "appos"} and token.head.i != token.i:
        token = token.head
    verb = token.head
    if token.dep_ == "nsubj":
        return bool(verb.lemma_ != "be")
    if token.dep_ in {"agent", "poss"}:
        return True
    if token.dep_ == "dobj":
        return str(verb.lemma_) not in _REACHING
    if token.dep_ == "pobj":
        if verb.dep_ == "agent" or (
            verb.lower_ in {"on", "upon", "against", "with", "by"} and token.ent_type_ == "GPE"
        ):
            return True
        return str(verb.lower_) == "to" and verb.head.lemma_ in {"accord", "appeal", "belong", "thank"}
    return False
