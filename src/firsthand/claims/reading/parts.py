"""Who did what to whom in a parsed English sentence, and whom it speaks of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from firsthand.claims.claim import Participant
from firsthand.claims.reading.phrases import (
    EN,
    GIVEN_NAME,
    conjuncts_of,
    is_aged_name,
    is_perpetrator_like,
    is_victim_like,
    participant_of,
    phrase_of,
    text_of,
)
from firsthand.claims.reading.places import gazetteer
from firsthand.claims.reading.told import Mention
from firsthand.claims.reading.words import words_of
from firsthand.passages.sentences import Sentence

__all__ = [
    "act_head",
    "mentions_of",
    "owners_of",
    "parties_of",
    "pronouns_of",
    "roles_of",
    "subject_of",
    "subjects_of",
    "topic_of",
]

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
# Whoever does this goes through something: she spent six months in a camp, he renounced his faith.
_GOES_THROUGH = frozenset(
    {"spend", "serve", "endure", "survive", "undergo", "suffer", "face", "experience", "renounce", "recant", "lose"}
)
_OBJECT_RECEIVES = frozenset({"bribery"})
_TO_RECEIVES = frozenset({"sale_of_person", "trafficking_in_persons", "forced_marriage", "bribery"})


def topic_of(sentence: Sentence, parsed: Any, skip: set[int]) -> tuple[Participant, ...]:
    """People in the sentence who can suffer an act, in order."""
    people = []
    for chunk in parsed.noun_chunks:
        root = chunk.root
        if root.i in skip:
            continue
        as_one = root.dep_ == "pobj" and root.head.lower_ in {"as", "like"}
        if root.lower_ != "who" and not as_one and is_victim_like(root):
            people.append(participant_of(sentence, root))
    return tuple(people)


_GROUPS = frozenset({"family", "couple", "gang", "group", "police", "population", "household", "crowd", "military"})
_OBJECTS = frozenset({"him", "her", "them", "me", "us"})
_PERSONAL = frozenset({"he", "she", "him", "her", "his", "they", "them", "their", "it", "its"})
_NAMED_AS = re.compile(
    r"\b(?:named|identified|known|called|referred to)(?: only)?(?: (?:as|by))?(?: the (?:name|pseudonym|alias))?"
    r" ((?:[A-Z][\w'’-]*\.?)+(?: [A-Z][\w'’.-]+)*)"
)


def subjects_of(sentence: Sentence, parsed: Any, skip: set[int]) -> tuple[Participant, ...]:
    """People who are the subject of something told, outside of relative and adverbial clauses, in order."""
    found = []
    for token in parsed:
        if token.dep_ not in {"nsubj", "nsubjpass"} or token.i in skip or _is_aside(token):
            continue
        owner = next((c for c in token.children if c.dep_ == "poss" and is_victim_like(c)), None)
        if is_victim_like(token) and token.lower_ != "who":
            found.append(participant_of(sentence, token))
        elif owner is not None and owner.pos_ == "NOUN" and not is_perpetrator_like(token):
            found.append(participant_of(sentence, owner))  # her family's position
    return tuple(found)


def mentions_of(sentence: Sentence, parsed: Any) -> tuple[Mention, ...]:
    """Nouns for people and those who act, which pronouns behind them may mean."""
    found = []
    for chunk in parsed.noun_chunks:
        root = chunk.root
        if root.pos_ == "PRON" or root.dep_ == "appos" or (root.dep_ == "attr" and root.pos_ != "PROPN"):
            continue
        if gazetteer().named(root.text) is not None and root.ent_type_ not in {"GPE", "NORP"}:
            continue  # a town that the parser takes for a person
        suffers, does = is_victim_like(root), is_perpetrator_like(root)
        heads = _heads_of(root)
        person = bool(heads & words_of("person_noun", EN))
        if not (suffers or does or person) or (
            root.dep_ == "pobj" and root.head.lower_ in {"of", "in", "from"} and root.ent_type_ in {"GPE", "LOC", "FAC"}
        ):
            continue  # what stands behind "of", "in" and "from" with a capital is mostly a place
        named = root.ent_type_ == "PERSON" or bool(GIVEN_NAME.fullmatch(root.text)) or is_aged_name(root)
        name = next((c for c in root.children if c.dep_ == "appos" and c.ent_type_ == "PERSON"), None)
        text = text_of(phrase_of(root if named or name is None else name))
        named = named or name is not None
        found.append(
            Mention(
                text=text,
                start=sentence.start + root.idx,
                is_plural=root.tag_ in {"NNS", "NNPS"} or root.lower_ in {"people", "women", "men", "police", "couple"},
                gender=_gender_of(heads),
                is_name=named,
                can_do=does and not named,
                can_suffer=suffers or (person and not does),
                is_subject=root.dep_ in {"nsubj", "nsubjpass"},
                is_group=root.lower_ in _GROUPS,
                is_body=not named and (root.ent_type_ in {"ORG", "GPE"} or _is_body(root.lower_)),
                role=_role_of(root),
                verb=_verb_of(sentence, root),
                heads=heads,
                is_aside=_is_aside(root),
            )
        )
        both = _pair_of(root, found[-1])
        if both is not None:
            found.append(both)
    found += _ones_of(sentence, parsed)
    return tuple(_with_alias(found, str(parsed.text), sentence.start))


def _ones_of(sentence: Sentence, parsed: Any) -> list[Mention]:
    """One person out of several: one of the men, another of them; by the name that stands beside it, if any."""
    found = []
    for token in parsed:
        of = next((t for c in token.children if c.lower_ == "of" for t in c.children if t.dep_ == "pobj"), None)
        if token.lower_ not in {"one", "another"} or of is None or not is_victim_like(of):
            continue
        name = next((c for c in token.children if c.dep_ == "appos" and c.ent_type_ == "PERSON"), None)
        heads = frozenset({str(of.lemma_.lower())})
        found.append(
            Mention(
                text=text_of(phrase_of(token if name is None else name)),
                start=sentence.start + token.idx,
                gender=_gender_of(heads),
                is_name=name is not None,
                can_suffer=True,
                is_subject=token.dep_ in {"nsubj", "nsubjpass"},
                role=_role_of(token),
                verb=_verb_of(sentence, token),
                heads=heads,
                is_aside=_is_aside(token),
            )
        )
    return found


def _with_alias(mentions: list[Mention], words: str, offset: int) -> list[Mention]:
    """The subject of "she asked to be named only as S.Y." goes by that name from then on."""
    alias = _NAMED_AS.search(words)
    subject = next((m for m in mentions if m.is_subject and not (m.is_plural or m.is_body)), None)
    if alias is None or subject is None or subject.is_name or subject.start - offset > alias.start():
        return mentions
    return [replace(m, text=alias[1].rstrip(","), is_name=True) if m is subject else m for m in mentions]


def _is_body(noun: str) -> bool:
    return noun in words_of("institution_noun", EN) or noun in words_of("author_noun", EN)


def _heads_of(root: Any) -> frozenset[str]:
    """The nouns by which somebody is called: their own and those of appositions and of what they are described as."""
    heads = {str(root.lemma_.lower())}
    for child in root.children:
        if child.dep_ == "appos" and child.pos_ in {"NOUN", "PROPN"}:
            heads.add(str(child.lemma_.lower()))
        elif child.dep_ == "acl":
            heads |= {
                str(noun.lemma_.lower())
                for preposition in child.children
                if preposition.lower_ == "as"
                for noun in preposition.children
                if noun.dep_ == "pobj"
            }
        elif child.dep_ == "compound" and child.pos_ == "NOUN" and root.pos_ == "PROPN":
            heads.add(str(child.lemma_.lower()))
    return frozenset(heads)


def _gender_of(heads: frozenset[str]) -> str:
    if heads & words_of("woman_noun", EN):
        return "f"
    return "m" if heads & words_of("man_noun", EN) else ""


def _is_aside(token: Any) -> bool:
    """Whether somebody is told of only in a relative or adverbial clause, or inside another noun's phrase."""
    while token.head.i != token.i:
        if token.dep_ in {"relcl", "advcl", "acl"}:
            return True
        token = token.head
    return False


def _role_of(token: Any) -> str:
    while token.dep_ == "conj":
        token = token.head
    if token.dep_ == "nsubj" and token.lower_ in _OBJECTS:
        return "object"
    if token.dep_ in {"nsubj", "nsubjpass"}:
        return "subject"
    if token.dep_ in {"dobj", "dative"}:
        return "object"
    return "owner" if token.dep_ == "poss" else "oblique"


def _verb_of(sentence: Sentence, token: Any) -> int:
    """Where the verb stands of which somebody is a part; -1 for parts of a noun."""
    while token.dep_ == "conj":
        token = token.head
    above = token.head
    if above.pos_ == "ADP" or (token.dep_ == "nsubj" and token.lower_ in _OBJECTS):
        above = above.head  # let her go: a part of "let"
    return int(sentence.start + above.idx) if above.pos_ in {"VERB", "AUX"} else -1


def _pair_of(root: Any, first: Mention) -> Mention | None:
    """Two people joined by "and", whom "they" may mean together."""
    if root.dep_ == "conj" or first.is_body:
        return None  # further parts of a list are asked for nothing: a long one would be gone through for each
    others = [t for t in root.conjuncts if t.i > root.i and (is_victim_like(t) or is_perpetrator_like(t))]
    if not others:
        return None
    last = phrase_of(others[-1])
    words = str(root.doc.text)[root.left_edge.idx : last[-1].idx + len(last[-1].text)]
    return replace(first, text=words, is_plural=True, is_name=False, gender="", is_group=False)


def pronouns_of(sentence: Sentence, parsed: Any) -> tuple[Mention, ...]:
    """Pronouns of the third person, with the part that each plays."""
    found = []
    for token in parsed:
        if token.lower_ not in _PERSONAL or token.pos_ not in {"PRON", "DET"}:
            continue
        owner = token.dep_ == "poss"
        found.append(
            Mention(
                text=token.text,
                start=sentence.start + token.idx,
                gender={"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "it": "n", "its": "n"}.get(
                    token.lower_, ""
                ),
                is_plural=token.lower_ in {"they", "them", "their"},
                is_subject=token.dep_ in {"nsubj", "nsubjpass"},
                is_pronoun=True,
                role=_role_of(token),
                verb=-1 if owner else _verb_of(sentence, token),
                is_aside=_is_aside(token),
                owns=int(sentence.start + token.head.idx) if owner else -1,
            )
        )
    return tuple(found)


def owners_of(head: Any) -> list[Any]:
    """Whose act it is where a noun tells it: the possessor, ``by`` or the governing verb's official subject."""
    for _ in range(4):
        if head.pos_ in {"NOUN", "PROPN"}:
            owners = [c for c in head.children if c.dep_ == "poss" and is_perpetrator_like(c) and c.pos_ != "PRON"]
            if owners:
                return owners[:1]
        if head.head.i == head.i or head.dep_ in {"relcl", "ccomp", "advcl"}:
            return []
        head = head.head
    return []


# Verbs that only help another one to name an act.
_LIGHT = frozenset(
    {"have", "let", "begin", "continue", "try", "start", "want", "enable", "allow", "get", "need", "be", "use", "face"}
)
_KEEPS = frozenset({"keep", "hold", "leave", "get", "have"})
_FORCES = frozenset({"force", "make", "order", "compel", "coerce", "trick", "lure", "persuade", "press", "pressure"})
_CALLS_ON = frozenset({"call", "urge", "press", "appeal", "ask"})
# What befalls the subject of a verb that has no object: they worked 14 hours, she agreed to live with a man.
_BEFALLS = frozenset(
    {
        "forced_labour",
        "arbitrary_detention",
        "ill_treatment",
        "killing",
        "forced_marriage",
        "torture",
        "sexual_violence",
    }
    | {"sexual_violence", "enforced_disappearance", "trafficking_in_persons", "sexual_exploitation"}
    | {"restriction_on_movement"}
)

Parties = tuple[list[Any], list[Any], list[Any]]


_VERB = frozenset({"VERB"})
_VERBS = frozenset({"VERB", "AUX"})


def _first_above(token: Any, kinds: frozenset[str] = _VERBS) -> Any:
    """The first verb (or word of ``kinds``) from a word upwards, itself included; the root where there is none."""
    while token.head.i != token.i and token.pos_ not in kinds:
        token = token.head
    return token


def parties_of(code: str, span: Any, skip: set[int]) -> Parties:
    """Perpetrators, recipients and victims of the act that a span of words names."""
    head = act_head(span)
    perpetrators, recipients, victims = roles_of(code, head, skip)
    if head.pos_ != "VERB" and not (perpetrators or victims):
        verb = _first_above(head, _VERB)
        regards = any(c.dep_ == "dobj" and is_victim_like(c) for c in verb.children)
        says = verb.lemma_ in words_of("say_verb", EN) and not regards
        if verb.pos_ == "VERB" and verb.i not in skip and not says:
            perpetrators, recipients, victims = roles_of(code, verb, skip, nominal=True)
    perpetrators = perpetrators or owners_of(head) or _enabled(code, head) or _by_whom(head, skip)
    return perpetrators or _behind_noun(head, skip), recipients, victims


def _by_whom(head: Any, skip: set[int]) -> list[Any]:
    """Who is named with "by" anywhere below an act's verb or its clause: were denied rations by officials."""
    verb = _first_above(head)
    if not any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.children) and verb.tag_ != "VBN":
        return []
    for token in verb.subtree:
        if token.lower_ != "by" or token.dep_ not in {"agent", "prep"} or token.i in skip:
            continue
        doers = [h for t in token.children if t.dep_ == "pobj" for h in conjuncts_of(t) if is_perpetrator_like(h)]
        if doers and _first_above(token.head).i == verb.i:
            return doers
    return []


def _behind_noun(head: Any, skip: set[int]) -> list[Any]:
    """Whose act it is that a noun names under an official subject: the police have stepped up surveillance."""
    if head.pos_ != "NOUN":
        return []
    verb = _first_above(head, _VERB)
    if verb.pos_ != "VERB" or verb.i in skip or verb.lemma_ not in _CARRIES_OUT:
        return []
    subject, passive = subject_of(verb)
    if subject is None or passive or subject.i in skip:
        return []
    return [h for h in conjuncts_of(subject) if h.pos_ != "PRON" and is_perpetrator_like(h)]


# Verbs by which somebody does what a noun names.
_CARRIES_OUT = frozenset(
    {"step", "launch", "conduct", "carry", "use", "practise", "practice", "impose", "order", "tighten", "begin"}
    | {"increase"}
    | {"intensify", "resume", "continue", "commit", "perpetrate", "inflict", "oversee", "run", "operate", "maintain"}
    | {"subject", "sentence", "mete", "direct", "lead", "mount", "stage", "start", "enforce", "expand", "strengthen"}
    | {"employ", "apply", "extend", "pursue", "sanction", "approve", "authorise", "authorize", "engage", "execute"}
)


_ENABLES = frozenset({"enable", "allow", "give", "let", "empower", "permit", "help"})
_BY_OFFICIALS = frozenset({"extortion_by_official", "abuse_of_office", "bribery"})


def _enabled(code: str, head: Any) -> list[Any]:
    """Officials whom something gives the means of an act: threats give officials a means of extortion."""
    if code not in _BY_OFFICIALS:
        return []
    for verb in head.sent:
        if verb.lemma_ in _ENABLES and verb.pos_ == "VERB":
            inner = [g for c in verb.children if c.dep_ == "ccomp" for g in c.children if g.dep_ == "nsubj"]
            given = [c for c in verb.children if c.dep_ in {"dobj", "dative"} and c.pos_ != "ADP"]
            found = [t for t in (*inner, *given) if is_perpetrator_like(t)]
            if found:
                return found[:1] if code != "bribery" else []
    return []


def act_head(span: Any) -> Any:
    """The word of a span that carries the act: its verb rather than a verb that only helps, or its noun."""
    verbs = [t for t in span if t.pos_ == "VERB" and t.dep_ not in {"amod", "compound"}]
    if not verbs:
        return span.root
    return next((verb for verb in verbs if verb.lemma_ not in _LIGHT), verbs[0])


def subject_of(verb: Any) -> tuple[Any | None, bool]:
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
        above = _first_above(verb.head)
        if above.pos_ == "VERB":
            return subject_of(above)[0], passive
    if verb.dep_ == "pcomp" or (verb.dep_ in {"acl", "relcl"} and verb.tag_ == "VBG"):
        return _subject_behind_preposition(verb) if verb.dep_ == "pcomp" else verb.head, passive
    if verb.dep_ in {"conj", "xcomp", "advcl"} and verb.head.pos_ in {"VERB", "AUX"}:
        called = [t for preposition, t in _prepositional(verb.head) if preposition in {"on", "upon"}]
        if called and verb.head.lemma_ in _CALLS_ON:
            return called[0], passive  # called on X to stop
        if verb.dep_ == "xcomp":
            objects = [c for c in verb.head.children if c.dep_ == "dobj"]
            if objects:
                return objects[0], passive
        subject, was_passive = subject_of(verb.head)
        return subject, passive or (was_passive and verb.tag_ == "VBN" and verb.dep_ == "conj")
    return None, passive


# Verbs whose object is the one who does what stands behind the preposition: accuses agents of having lured them.
_ACCUSES = frozenset(
    {"accuse", "suspect", "convict", "charge", "blame", "criticise", "criticize", "condemn", "stop", "prevent", "keep"}
    | {"bar", "ban", "discourage", "deter", "prohibit", "arrest", "punish", "jail", "imprison", "fine", "detain"}
    | {"sentence", "dismiss", "expel", "denounce"}
)


def _subject_behind_preposition(verb: Any) -> Any | None:
    """Who does what a preposition governs: of having lured them; by threatening to arrest them."""
    above = _first_above(verb.head)
    if above.pos_ not in _VERBS:
        return None
    objects = [c for c in above.children if c.dep_ == "dobj"]
    if objects and above.lemma_ in _ACCUSES:
        return objects[0]
    return subject_of(above)[0]


def _brought_about(verb: Any) -> tuple[Any | None, Any] | None:
    """Who brings it about, and whom it befalls, where another verb says so: kept her locked, forced her to marry."""
    above = verb.head
    if above.i == verb.i or any(c.dep_ in {"nsubj", "nsubjpass"} and c.lower_ not in _OBJECTS for c in verb.children):
        return None
    kept = verb.dep_ in {"oprd", "acomp", "ccomp", "xcomp"} and verb.tag_ == "VBN" and above.lemma_ in _KEEPS
    forced = verb.dep_ in {"xcomp", "ccomp"} and above.lemma_ in _FORCES
    whom = next((c for c in above.children if c.dep_ == "dobj" and is_victim_like(c)), None)
    whom = whom or next((c for c in verb.children if c.dep_ == "nsubj" and c.lower_ in _OBJECTS), None)
    if not (kept or forced) or whom is None:
        return None
    return subject_of(above)[0], whom


def roles_of(code: str, verb: Any, skip: set[int], *, nominal: bool = False) -> Parties:
    """Perpetrators, recipients and victims by the grammar of the verb or noun that names an act."""
    brought = _brought_about(verb)
    if brought is not None:
        by, whom = brought
        recipients = _recipients_of(code, verb)
        doers = [h for h in conjuncts_of(by) if is_perpetrator_like(h) or is_victim_like(h)] if by is not None else []
        return doers, recipients, [whom]
    perpetrators: list[Any] = []
    recipients = []
    victims: list[Any] = []
    subject, passive = subject_of(verb)
    if subject is not None and subject.i in skip and not (passive and verb.dep_ in {"xcomp", "pcomp"}):
        subject = None  # but: she described being beaten
    objects = [
        child
        for child in verb.children
        if child.dep_ in {"dobj", "dative"} and child.pos_ != "ADP" and child.i not in skip
    ]
    done_to = [head for child in objects for head in conjuncts_of(child) if is_victim_like(head)]
    is_doer = verb.lemma_ == "be" and any(c.dep_ == "attr" and is_perpetrator_like(c) for c in verb.children)
    befalls = code in _BEFALLS and not is_doer and not objects and not any(c.dep_ == "ccomp" for c in verb.children)
    suffers = (
        passive
        or (subject is not None and verb.lemma_ in _GOES_THROUGH and not done_to)
        or (code in _SUBJECT_SUFFERS and not (done_to and code not in _OBJECT_RECEIVES))
        or (nominal and subject is not None and not is_perpetrator_like(subject))
        or (befalls and not nominal and subject is not None and is_victim_like(subject))
    )
    subjects = conjuncts_of(subject) if subject is not None else []
    if suffers and not passive and subject is not None and subject.pos_ != "PRON":
        # a state that bars or divides its people is the doer even where the act's subject mostly suffers
        suffers = is_victim_like(subject) or not is_perpetrator_like(subject)
    if suffers:
        victims += [head for head in subjects if is_victim_like(head)]
    elif code != "flight_from_country":
        # whoever does it to a person is the doer: neighbours and brothers as well as officials
        aimed = done_to or any(p in {"on", "against", "at"} and is_victim_like(t) for p, t in _prepositional(verb))
        perpetrators += [head for head in subjects if is_perpetrator_like(head) or (aimed and is_victim_like(head))]
    if code in _OBJECT_RECEIVES:
        recipients += [head for child in objects for head in conjuncts_of(child) if is_perpetrator_like(head)]
    else:
        victims += [head for head in done_to if head not in victims]
    for child in verb.children:
        if child.dep_ == "agent":
            doers = [h for t in child.children if t.dep_ == "pobj" for h in conjuncts_of(t)]
            perpetrators += [h for h in doers if h.tag_ != "VBG"]  # followed by beating: nobody's name
    recipients += _recipients_of(code, verb)
    for preposition, target in _prepositional(verb):
        if preposition in {"on", "against", "of", "from"} and is_victim_like(target) and not victims:
            victims.append(target)
        elif preposition == "by" and verb.pos_ != "VERB":
            perpetrators.append(target)
        elif target.lemma_ in _BEHESTS.get(preposition, ()):  # at the hands of; on the orders of
            perpetrators += [c for c in target.children if c.dep_ == "poss" and is_perpetrator_like(c)]
            perpetrators += [h for of, whose in _prepositional(target) if of == "of" for h in conjuncts_of(whose)]
    return perpetrators, recipients, victims


_BEHESTS = {
    "at": frozenset({"hand", "behest", "direction", "instigation"}),
    "on": frozenset({"order", "instruction", "command", "behalf"}),
    "under": frozenset({"order", "instruction", "command"}),
}


def _recipients_of(code: str, verb: Any) -> list[Any]:
    """To whom people or money are handed; "to" before a place names nobody."""
    found = []
    for preposition, target in _prepositional(verb):
        if preposition not in {"to", "with"}:
            continue
        heads = [*conjuncts_of(target), *(h for c in target.children if c.dep_ == "appos" for h in conjuncts_of(c)[1:])]
        if code in _TO_RECEIVES:
            found += [h for h in heads if is_victim_like(h) or is_perpetrator_like(h)]
        elif code in _HANDS_OVER and preposition == "to":
            found += [h for h in heads if is_perpetrator_like(h) and h.ent_type_ != "GPE"]
    return found


_HANDS_OVER = frozenset({"refoulement", "deportation", "arbitrary_detention"})


def _prepositional(head: Any) -> list[tuple[str, Any]]:
    """Prepositions below a word, each with its object."""
    return [
        (str(child.lower_), target)
        for child in head.children
        if child.dep_ == "prep" or (child.dep_ == "dative" and child.pos_ == "ADP")
        for target in child.children
        if target.dep_ == "pobj"
    ]
