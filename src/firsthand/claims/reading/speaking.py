"""Who speaks in a parsed English sentence: verbs of saying, "according to", figures of somebody, passives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from firsthand.claims.attribution import InformantType
from firsthand.claims.reading.phrases import (
    EN,
    GIVEN_NAME,
    is_aged_name,
    is_human,
    is_victim_like,
    phrase_of,
    span_of,
    text_of,
)
from firsthand.claims.reading.states import speaks_for_accused, speaks_for_state
from firsthand.claims.reading.told import Manner, Speaker
from firsthand.claims.reading.words import search_for, words_of
from firsthand.passages.sentences import Sentence

__all__ = ["speaker_of", "tells_of_self", "tells_of_speaker"]

_ONE = frozenset({InformantType.INSTITUTION, InformantType.UNNAMED_PERSON, InformantType.NAMED_PERSON})


# What is believed or estimated by nobody who is named.
_GUESSES = frozenset({"believe", "think", "estimate", "presume", "suspect", "fear", "expect"})


def speaker_of(sentence: Sentence, parsed: Any) -> tuple[Speaker | None, dict[str, list[Any]]]:
    for finder in (_according_to, _said_behind, _saying_verb, _figure_of, _concerned, _reported_passive):
        found = finder(parsed)
        if found:
            head, verb, cue = found
            if head is None:
                return (
                    Speaker(
                        type=InformantType.UNNAMED_GROUP,
                        cue=cue,
                        manner=Manner.ESTIMATES if verb.lemma_ in _GUESSES else Manner.SAYS,
                        is_hearsay=bool(search_for("hearsay", EN).search(cue)),
                    ),
                    {},
                )
            return _make_speaker(sentence, head, verb, cue), {"speaker": _words_of(head), "verb": [verb]}
    return None, {}


_RELATIVE = frozenset({"who", "whom", "whose", "which", "that", "where", "when"})


def _words_of(head: Any) -> list[Any]:
    """A teller's words, without a clause that only seems to hang on them: according to the source he sold her."""
    told = {
        token.i
        for clause in head.children
        if clause.dep_ == "relcl" and not any(t.lower_ in _RELATIVE for t in clause.subtree)
        for token in clause.subtree
    }
    return [token for token in head.subtree if token.i not in told]


def _according_to(parsed: Any) -> tuple[Any, Any, str] | None:
    for token in parsed:
        if token.lower_ == "according" and not _MEASURES.match(parsed.text, token.idx):
            for to in token.children:
                if to.lower_ == "to":
                    for head in to.children:
                        if head.dep_ == "pobj":
                            return head, token, "according to"
            following = [t for t in parsed[token.i + 2 : token.i + 12] if t.pos_ in {"NOUN", "PROPN", "PRON"}]
            if following:
                head = following[0]
                while head.head in following and head.dep_ in {"compound", "amod", "nmod", "poss"}:
                    head = head.head
                return head, token, "according to"
    return None


# What something is measured by tells nothing: according to the number of confessions, to their rank.
_MEASURES = re.compile(
    r"according to (?:\w+ ){0,3}?(?:number|amount|age|degree|extent|rank|status|needs?|plans?|schedule|size|type|origin"
    r"|background|ability|length|weight|law|rules?|regulations?|custom|tradition)\b",
    re.IGNORECASE,
)
MOST_WORDS_OF_TELLER = 14


def _said_behind(parsed: Any) -> tuple[Any, Any, str] | None:
    """``..., a source inside the country told the paper on Monday``: behind a comma stand a teller and a verb of
    saying, which the parser may well take for something else."""
    commas = [t.i for t in parsed if t.text in {",", "”", '"', ",”"}]
    for verb in reversed(parsed):
        if verb.lemma_.lower() not in words_of("say_verb", EN) or verb.tag_ not in {"VBD", "VBZ", "VBP"}:
            continue
        before = [i for i in commas if i < verb.i]
        if not before or before[-1] < LEAST_WORDS_TOLD or not 1 < verb.i - before[-1] <= MOST_WORDS_OF_TELLER:
            continue
        teller = parsed[before[-1] + 1 : verb.i]
        behind = parsed[verb.i + 1 : len(parsed)]
        if any(t.tag_ in _FINITE for t in teller) or any(c.dep_ == "ccomp" and c.i > verb.i for c in verb.children):
            continue
        if any(t.tag_ in _FINITE for t in behind) and not (len(behind) and behind[0].text == ","):
            continue
        head = next((t for t in teller if t.pos_ in {"NOUN", "PROPN", "PRON"}), None)
        while head is not None and head.dep_ in {"compound", "nmod", "poss"} and head.head in teller:
            head = head.head
        if head is None or head.tag_ in {"WDT", "WP", "WP$"}:
            continue
        if head.dep_ not in {"dobj", "nsubjpass"} and _can_speak(head):
            return head, verb, str(verb.text)
    return None


LEAST_WORDS_TOLD = 4
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})


def _saying_verb(parsed: Any) -> tuple[Any, Any, str] | None:
    verbs = words_of("say_verb", EN)
    for token in sorted(parsed, key=_depth):
        if token.lemma_.lower() not in verbs or token.pos_ not in {"VERB", "AUX"}:
            continue
        if token.dep_ == "acl" and token.tag_ == "VBN":
            continue
        subjects = [child for child in token.children if child.dep_ in {"nsubj", "nsubjpass"}]
        head = subjects[0] if subjects else _borrowed_subject(token)
        passive = any(child.dep_ in {"nsubjpass", "auxpass"} for child in token.children)
        if head is None or passive or _tells_on(token) or _tells_seldom(token):
            continue
        if not _can_speak(head) or _only_thinks(head, token):
            continue
        says = {child.dep_ for child in token.children}
        if "ccomp" not in says and any(
            c.dep_ == "parataxis" and c.lemma_ in verbs and any(g.dep_ == "nsubj" for g in c.children)
            for c in token.children
        ):
            continue  # Brokers speak of jobs, the report says: the inner verb is the teller's
        strong = token.lemma_ in {
            "say",
            "tell",
            "report",
            "add",
            "claim",
            "testify",
            "estimate",
            "write",
            "recall",
            "deny",
        }
        strong = strong or token.lemma_ in {
            "reject",
            "warn",
            "describe",
            "explain",
            "confirm",
            "argue",
            "conclude",
            "find",
        }
        if not (says & {"ccomp", "parataxis"}) and not (
            strong and token.dep_ in {"ROOT", "parataxis", "ccomp", "conj"}
        ):
            if (
                token.lemma_
                in {
                    "call",
                    "cite",
                    "condemn",
                    "criticise",
                    "criticize",
                    "urge",
                    "regard",
                    "blame",
                    "document",
                    "quote",
                    "put",
                    "reveal",
                    "accuse",
                    "fear",
                    "stress",
                    "compare",
                    "refute",
                    "dismiss",
                    "state",
                    "suppose",
                    "record",
                    "list",
                    "mention",
                    "note",
                    "detail",
                    "show",
                    "acknowledge",
                    "admit",
                    "relate",
                    "count",
                    "recount",
                }
                and token.dep_ == "ROOT"
            ) or (token.dep_ == "relcl" and token.lemma_ == "say"):
                pass
            else:
                continue
        if head.lower_ in {"which", "that", "who"} and token.dep_ == "relcl":
            head = token.head
            inner = next((t for t in head.subtree if t.dep_ == "pobj" and t.ent_type_ in {"ORG", "GPE"}), None)
            head = inner or head
        if token.lemma_ in {"cite", "quote"}:
            objects = [child for child in token.children if child.dep_ == "dobj"]
            if objects and _can_speak(objects[0]):
                head = objects[0]
        return head, token, str(token.text)
    return None


def _tells_seldom(verb: Any) -> bool:
    """Whether somebody is said not to tell: victims rarely report such abuse."""
    if any(c.dep_ in {"ccomp", "parataxis"} for c in verb.children):
        return False
    return any(
        c.lower_ in {"rarely", "seldom", "never", "hardly"} and c.dep_ in {"advmod", "neg"} for c in verb.children
    )


def _tells_on(verb: Any) -> bool:
    """Whether somebody is reported to the authorities rather than something reported: a classmate reported them."""
    objects = [c for c in verb.children if c.dep_ == "dobj"]
    return verb.lemma_ in {"report", "name", "describe"} and any(o.lower_ in {"him", "her", "them"} for o in objects)


# What a person does in a story rather than tells: she found a chance, she believed that a cousin had found her a job.
_MENTAL = frozenset({"believe", "think", "fear", "suspect", "suppose", "expect", "remember", "count", "find", "hold"})


def _only_thinks(head: Any, verb: Any) -> bool:
    """Whether a past verb of thinking or finding tells of a person in a story, not of words that somebody said."""
    if verb.lemma_ not in _MENTAL or verb.tag_ not in {"VBD", "VBN"}:
        return False
    person = head.ent_type_ == "PERSON" or GIVEN_NAME.fullmatch(head.text) or head.lower_ in {"he", "she"}
    person = person or (head.lower_ in words_of("person_noun", EN) and head.lower_ not in {"i", "expert", "researcher"})
    return bool(person or is_human(head))


def _depth(token: Any) -> int:
    count = 0
    while token.head.i != token.i and count < 60:
        token, count = token.head, count + 1
    return count


def _borrowed_subject(verb: Any) -> Any | None:
    if verb.dep_ == "conj":
        return next((c for c in verb.head.children if c.dep_ == "nsubj"), None)
    return None


def _figure_of(parsed: Any) -> tuple[Any, Any, str] | None:
    """``The figure is that of Dr X``."""
    for token in parsed:
        if token.lower_ == "that" and token.i + 1 < len(parsed) and parsed[token.i + 1].lower_ == "of":
            subject = next((t for t in token.head.children if t.dep_ == "nsubj"), None)
            if subject is not None and subject.lemma_ in {"figure", "number", "estimate", "count", "view"}:
                heads = [t for t in parsed[token.i + 1].children if t.dep_ == "pobj"]
                if heads:
                    return heads[0], token.head, "figure of"
    return None


def _concerned(parsed: Any) -> tuple[Any, Any, str] | None:
    """``Experts are concerned that``: a judgement with its holder named."""
    for token in parsed:
        if token.lower_ in {"concerned", "worried", "convinced", "afraid"} and any(
            c.dep_ in {"ccomp", "xcomp"} for c in token.children
        ):
            subject = next((c for c in token.head.children if c.dep_ in {"nsubj", "nsubjpass"}), None) or next(
                (c for c in token.children if c.dep_ in {"nsubj", "nsubjpass"}), None
            )
            if subject is not None and subject.pos_ != "PRON" and _can_speak(subject):
                return subject, token, str(token.text)
    return None


def _reported_passive(parsed: Any) -> tuple[Any, Any, str] | None:
    for token in parsed:
        if (
            (
                token.lemma_ in {"report", "say", "allege", "rumor", "rumour", "spot", "know", *_GUESSES}
                and token.tag_ == "VBN"
            )
            and any(c.dep_ in {"auxpass", "nsubjpass"} for c in token.children)
            and not any(c.dep_ == "agent" for c in token.children)
        ):
            return None, token, str(token.text)
    return None


def _can_speak(head: Any) -> bool:
    lower, lemma = head.lower_, head.lemma_.lower()
    if head.ent_type_ in {"PERSON", "ORG", "GPE", "NORP"} or head.pos_ == "PROPN":
        return True
    if head.pos_ == "PRON":
        return lower not in {"this", "what", "there", "everything", "nothing", "something"}
    return (
        is_human(head)
        or any(
            lower in words_of(kind, EN) or lemma in words_of(kind, EN)
            for kind in ("author_noun", "institution_noun", "group_noun", "person_noun")
        )
        or lemma in {"account", "figure", "figures", "testimony"}
    )


def _make_speaker(sentence: Sentence, head: Any, verb: Any, cue: str) -> Speaker:
    if head.lemma_.lower() in {"account", "testimony", "words", "version", "story"}:
        owner = next((c for c in head.children if c.dep_ == "poss"), None)
        inner = next(
            (t for p in head.children if p.dep_ == "prep" and p.lower_ == "of" for t in p.children if t.dep_ == "pobj"),
            None,
        )
        head = owner or inner or head
    head = _body_behind(head)
    tokens = phrase_of(head)
    if head.pos_ == "PRON":
        tokens = [head]
    kind = _speaker_type(head, tokens)
    name = text_of(tokens)
    called, proper = name, _proper_name(head)
    writes = kind is InformantType.AUTHOR_VOICE and any(c.lower_ == "of" for c in head.children)
    if proper and (writes or kind in _ONE):  # the author of the study, X, is somebody; the author is who writes here
        kind, name = InformantType.NAMED_PERSON, text_of(proper)
        tokens = list(head.doc[min(tokens[0].i, proper[0].i) : max(tokens[-1].i, proper[-1].i) + 1])
    lemma = verb.lemma_.lower()
    manner = Manner.SAYS
    if lemma in words_of("deny_verb", EN):
        manner = Manner.DENIES
    elif lemma in words_of("estimate_verb", EN) or (lemma == "put" and any(c.lower_ == "at" for c in verb.subtree)):
        manner = Manner.ESTIMATES
    return Speaker(
        type=kind,
        name=name,
        span=span_of(sentence, tokens),
        manner=manner,
        cue=cue,
        is_accused=speaks_for_accused(called, EN) or (manner is Manner.DENIES and speaks_for_state(called, EN)),
    )


_CALLED = frozenset({"surname", "name", "call", "identify", "know", "nickname"})


def _called(head: Any) -> list[Any]:
    """The name that a clause beside a person gives: a man surnamed Lü; a woman, identified only as Kim; who asked to
    be called Ms Guo."""
    for token in head.subtree:
        if token.pos_ != "PROPN" or token.dep_ not in {"oprd", "pobj", "dobj", "attr"}:
            continue
        verb = token.head if token.dep_ != "pobj" or token.head.lower_ not in {"as", "by"} else token.head.head
        if verb.lemma_ in _CALLED and verb.dep_ in {"acl", "relcl", "xcomp", "conj"}:
            return [*(c for c in token.children if c.dep_ == "compound" and c.pos_ == "PROPN"), token]
    return []


def _proper_name(head: Any) -> list[Any]:
    """The name of a person told by what they are: the researcher Ilse Varnholt; another logger, Gwak."""
    people = words_of("person_noun", EN)
    if head.pos_ == "NOUN" and (is_human(head) or head.lower_ in people):
        beside = _called(head)
        if beside:
            return beside
    if head.pos_ == "PROPN":
        called = any(c.dep_ == "compound" and c.pos_ == "NOUN" and c.lower_ in people for c in head.children)
        own = [c for c in head.children if c.dep_ == "compound" and c.pos_ == "PROPN"]
        return [*own, head] if called else []
    for name in head.children:
        if name.dep_ != "appos" or name.pos_ != "PROPN" or name.ent_type_ in {"GPE", "NORP", "LOC", "FAC"}:
            continue
        parts = [*(c for c in name.children if c.dep_ == "compound"), name]
        body = any(part.lower_ in words_of("institution_noun", EN) for part in parts)
        names_body = head.lower_ in words_of("institution_noun", EN) | words_of("group_noun", EN)
        if (name.ent_type_ == "PERSON" and not names_body) or ((head.lower_ in people or is_human(head)) and not body):
            return parts
    return []


_REPORTS = frozenset({"report", "survey", "study", "assessment", "paper", "statement"})


def _body_behind(head: Any) -> Any:
    """Whose report it is that says something: a report released on Tuesday by X."""
    if head.lemma_.lower() not in _REPORTS:
        return head
    for clause in head.children:
        if clause.dep_ in {"relcl", "acl"} and clause.lemma_ in {
            "publish",
            "release",
            "issue",
            "conduct",
            "carry",
            "produce",
        }:
            body = next((c for c in clause.children if c.dep_ == "nsubj" and c.pos_ == "PROPN"), None)
            if body is not None:
                return body  # a survey that the Centre published
    for child in head.children:
        if child.dep_ in {"acl", "prep"} and (child.lower_ in {"released", "published", "issued", "written", "by"}):
            by = child if child.lower_ == "by" else next((c for c in child.children if c.lower_ == "by"), None)
            body = next((t for t in by.children if t.dep_ == "pobj"), None) if by is not None else None
            known = body is not None and body.lower_ in words_of("institution_noun", EN) - _REPORTS
            if body is not None and (known or body.ent_type_ == "ORG" or body.pos_ == "PROPN"):
                return body
    return head


def _speaker_type(head: Any, tokens: Sequence[Any]) -> InformantType:
    lower, lemma = head.lower_, head.lemma_.lower()
    if lower in words_of("author_noun", EN):
        return InformantType.AUTHOR_VOICE
    called = any(t.ent_type_ == "PERSON" for t in tokens) or (
        head.pos_ == "PROPN" and (is_aged_name(head) or any(c.dep_ == "appos" and is_human(c) for c in head.children))
    )  # Tesfalem, a taxi driver
    if (
        called
        and head.text[:1].isupper()
        and lower not in words_of("institution_noun", EN)
        and lower not in words_of("group_noun", EN)
    ):
        return InformantType.NAMED_PERSON
    if head.pos_ == "PRON":
        if lower in {"they", "those", "some", "many", "others", "several", "most", "who"}:
            return InformantType.UNNAMED_GROUP
        return InformantType.INSTITUTION if lower == "it" else InformantType.UNNAMED_PERSON
    if lower in {"many", "some", "several", "others", "both"}:
        return InformantType.UNNAMED_GROUP
    plural = head.tag_ in {"NNS", "NNPS"} or lower in {"people", "women", "men"}
    if plural and (lower in words_of("group_noun", EN) or is_human(head)):
        return InformantType.UNNAMED_GROUP
    if (
        head.ent_type_ in {"ORG", "GPE"}
        or lower in words_of("institution_noun", EN)
        or lemma in words_of("institution_noun", EN)
    ):
        return InformantType.INSTITUTION
    if lower in words_of("person_noun", EN) or is_human(head):
        return InformantType.UNNAMED_PERSON
    if head.pos_ == "PROPN" and head.text[:1].isupper():
        return (
            InformantType.NAMED_PERSON
            if head.ent_type_ == "PERSON" or len(tokens) in {2, 3}
            else InformantType.INSTITUTION
        )
    return InformantType.UNNAMED_GROUP if head.tag_ == "NNS" else InformantType.UNNAMED_PERSON


def tells_of_self(content: dict[str, list[Any]]) -> bool:
    """Whether a teller without a word for themself tells what befell them: she described being beaten."""
    return "verb" in content and any(
        c.dep_ in {"xcomp", "pcomp"}
        and (c.tag_ == "VBG" or any(g.dep_ == "auxpass" and g.tag_ == "VBG" for g in c.children))
        for c in content["verb"][0].children
    )


def tells_of_speaker(speaker: Speaker | None, content: dict[str, list[Any]], parsed: Any) -> bool:
    """Whether what is said has the speaker as its own subject or object: ``she said that she was sold``."""
    if speaker is None or "verb" not in content:
        return False
    plural = speaker.type is InformantType.UNNAMED_GROUP
    inside = {t.i for t in content["speaker"]}
    own = {"they", "them", "we", "us"} if plural else {"he", "she", "him", "her", "i", "me"}
    if content["verb"][0].lower_ == "according" and any(
        t.dep_ == "poss" and t.lower_ in {"her", "his"} for t in content["speaker"]
    ):
        return True  # according to her account
    for token in parsed:
        if token.i in inside:
            continue
        if token.lower_ in own and token.dep_ in {"nsubj", "nsubjpass", "dobj", "dative", "pobj"}:
            return True
        # somebody else is spoken of first: a pronoun behind them means them
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ in {"nsubj", "nsubjpass"} and is_victim_like(token):
            return False
    return False
