"""Which claims a sentence holds, and of which kind: one for each act or counted quantity, or one of context."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from firsthand.claims.attribution import InformantType, Span
from firsthand.claims.claim import StatementKind
from firsthand.claims.reading.quantities import QuantityFound
from firsthand.claims.reading.states import state_pattern
from firsthand.claims.reading.tellers import OWN_VOICE
from firsthand.claims.reading.told import DENIAL, JUDGEMENT, NOTHING, ActTold, Manner, Speaker, Told
from firsthand.claims.reading.words import search_for
from firsthand.values.languages import Language
from firsthand.values.quantities import QuantityKind

__all__ = ["SAME_AGAIN", "STATES_LAW", "Planned", "other_clauses", "plan", "stands_in"]

CONTEXT_ACTS = frozenset({"flight_from_country", "social_practice", "other_context"})
LAW_ACT = "legal_prohibition_exists"

Planned = tuple[StatementKind, list[ActTold], QuantityFound | None, str]


_VAGUE_COUNT = re.compile(r"^(?:scores|dozens|many millions|many)\b|^수십", re.IGNORECASE)
# An outlet tells of the denial: the accused party is the subject, not the one to whom the sentence is attributed.
_ACCUSED_DENIES = re.compile(
    rf"\b(?:{state_pattern(Language.ENGLISH, accused=True)})\b.{{0,25}}"
    r"\b(?:call|reject|den|dismiss|react|brand|condemn)\w*"
    rf"|(?:{state_pattern(Language.KOREAN, accused=True)})(?:은|이|\s?당국은).{{0,40}}(?:부인|일축|반박|날조|반발)"
)
# Things are refused to people, and nothing is said not to be so: denies its people freedom, rejected offers of aid.
_WITHHOLDS = re.compile(
    r"\b(?:den|reject|refus)\w* (?:[\w'’]+ ){0,3}?(?:offers?|aid|help|assistance|applications?|requests?|entry|access"
    r"|permission|visas?|asylum|food|rations|medical|medicine|treatment|freedoms?|rights?|education|work|passage)\b",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    r"\b(?:regard|treat|consider|put|categor|call|view)\w*|\b(?:are|were) (?:merely |only )?(?:illegal|economic)"
    r"|간주|규정|취급|분류|보고 있다"
)


def plan(told: Told, speaker: Speaker, quantities: list[QuantityFound], before: tuple[str, ...]) -> list[Planned]:
    """Which claims a sentence holds: one for each act or counted quantity, or one of context when it holds neither."""
    alone = _plan_of_one(told, speaker)
    if alone is not None:
        return alone
    rest = [act for act in told.acts if act.code != LAW_ACT]
    if "unverified" in told.marks and {act.code for act in rest} == {"human_rights_abuse_unspecified"}:
        return []  # somebody asked not to be named, out of fear
    amounts = [q for q in quantities if q.quantity.kind in {QuantityKind.MONEY, QuantityKind.DURATION}]
    possible = "opinion" in told.marks or (
        speaker.manner is Manner.ESTIMATES and speaker.cue.casefold() in _BELIEVING and told.speaker is not None
    )
    planned = _plan_of_law(told)
    counted = _countable(told, [q for q in quantities if not _is_of_teller(q, speaker)], rest, before)
    of_counts, taken = _plan_of_counts(told, counted, rest, before)
    planned += of_counts
    groups = _by_part(told, _together(rest)) if possible and not counted else _together(rest)
    for index, group in enumerate(groups):
        if any(act in taken for act in group):
            continue
        context = all(act.code in CONTEXT_ACTS for act in group)
        judged = possible and not counted and ("opinion" not in told.marks or _is_judged(told, group[0].start))
        opinion = judged or all(act.is_possibility and not _is_to_stop(told, act.start) for act in group)
        kind = StatementKind.OPINION if opinion else StatementKind.CONTEXT if context else StatementKind.ACT
        planned.append((kind, group, amounts[0] if amounts and index == 0 else None, _why(group[0])))
    if planned and told.clauses and speaker.cue not in OWN_VOICE:
        planned += _of_other_clauses(told, planned)
    return planned or _plan_without_acts(told, speaker, before, amounts[0] if amounts else None, possible=possible)


def _plan_of_one(told: Told, speaker: Speaker) -> list[Planned] | None:
    """A sentence that states a law or denies is one claim, whatever else it names; ``None`` for all others."""
    language, marks = told.sentence.language, told.marks
    states = STATES_LAW[language].search(told.text) if language in STATES_LAW else None
    if states is not None and ("opinion" not in marks or told.text.startswith("Under ")):
        at, words = told.sentence.start + states.start(), next(filter(None, states.groups()))
        law_act = ActTold(code=LAW_ACT, words=words, start=at, end=at + len(words))
        return [(StatementKind.LAW, [law_act], None, f"speaks of the law (“{words}”)")]
    if not _WITHHOLDS.search(told.text) and (
        speaker.manner is Manner.DENIES
        or ("denial" in marks and (speaker.is_accused or _ACCUSED_DENIES.search(told.text)))
    ):
        return _plan_of_denial(told, list(told.acts))
    category = [act for act in told.acts if act.code == "lack_of_protection_of_refugees"]
    if speaker.is_accused and category and _CATEGORY.search(told.text):
        return [(StatementKind.OPINION, category[:1], None, f"“{category[0].words}”")]
    wrongs = [act for act in told.acts if act.code not in {LAW_ACT, *CONTEXT_ACTS}]
    negates = speaker.is_accused and bool(_NEGATES.search(told.text))
    if negates and not wrongs and told.sentence.language is Language.KOREAN:
        return _plan_of_denial(told, list(told.acts))
    if negates and wrongs:
        return [(StatementKind.DENIAL, wrongs[:1], None, "the accused party says that it does not happen")]
    if DENIAL in _leanings(told) and speaker.type is InformantType.INSTITUTION and not {"law", "testimony"} & marks:
        return _plan_of_denial(told, list(told.acts))
    return None


def _leanings(told: Told) -> set[str]:
    return {code for code, _ in told.leans}


def _plan_of_law(told: Told) -> list[Planned]:
    """A claim of law, where the sentence speaks of one beside other things."""
    if "law" not in told.marks:
        return []
    law = [act for act in told.acts if act.code == LAW_ACT]
    if law:
        return [(StatementKind.LAW, law[:1], None, f"speaks of the law (“{law[0].words}”)")]
    if re.search(r"\brights? to\b|보편적|권리는", told.text):
        return [(StatementKind.LAW, [_unnamed(told, "other_context")], None, "speaks of rights in general")]
    return []


def _plan_of_counts(
    told: Told, counted: list[QuantityFound], acts: list[ActTold], before: tuple[str, ...]
) -> tuple[list[Planned], list[ActTold]]:
    """Claims of counted people, and the acts that they speak for, so that these are not claimed once more."""
    if not counted:
        return [], []
    sources: list[Planned] = []
    if "testimony" in told.marks:
        unnamed = _unnamed(told, "other_context")
        of_victims = [q for q in counted if (q.quantity.kind is QuantityKind.SHARE or _is_part(q)) and acts]
        sources = [(StatementKind.QUANTITY, [unnamed], q, "counts its sources") for q in counted if q not in of_victims]
        if not of_victims:
            # the report, which draws on 80 interviews, says that detainees are beaten: the acts stay claims
            return sources, [] if all(
                stands_in(q.span, told.teller_words, told.sentence.start) for q in counted
            ) else acts
        counted = of_victims
    main = next((act for act in acts if act.code not in CONTEXT_ACTS), acts[0] if acts else None)
    planned: list[Planned] = []
    taken: list[ActTold] = []
    for quantity in counted:
        if told.sentence.language is Language.KOREAN:
            main = _act_beside(told, acts, quantity.span.start) or main
        else:
            main = next((act for act in acts if _befell(act, quantity)), main)
        family = [act for act in acts if act.code in _SALES] if main and main.code in _SALES else []
        about = family or ([main] if main else [_unnamed(told, before[0] if before else "other_context")])
        taken += about
        planned.append((StatementKind.QUANTITY, about, quantity, f"“{quantity.quantity.words}”"))
    return sources + planned, taken


def _befell(act: ActTold, quantity: QuantityFound) -> bool:
    """Whether an act befell those whom a number counts: police raided two houses and detained 17 people."""
    span = quantity.span
    return any(v.span is not None and v.span.start < span.end and span.start < v.span.end for v in act.victims)


def _is_part(quantity: QuantityFound) -> bool:
    """Whether a number counts some of people spoken of: 22 of those interviewed."""
    return bool(_PART_OF.search(quantity.quantity.words or ""))


_PART_OF = re.compile(r"\bof (?:those|the|them)\b", re.IGNORECASE)


def _plan_without_acts(
    told: Told, speaker: Speaker, before: tuple[str, ...], amount: QuantityFound | None, *, possible: bool
) -> list[Planned]:
    """What a sentence is worth that names no act: the same again as before, a judgement, context, or nothing."""
    if before and not told.acts and SAME_AGAIN.search(told.text):
        kind = StatementKind.OPINION if possible else StatementKind.ACT
        return [(kind, [_unnamed(told, before[0])], None, "the same as the sentence before tells of")]
    if not _worth_keeping(told, speaker):
        return []
    by_clause = _of_other_clauses(told, [])
    if len({kind for kind, *_ in by_clause}) > 1:
        return by_clause  # a judgement beside something told
    judged = possible or JUDGEMENT in _leanings(told)
    kind = StatementKind.OPINION if judged else StatementKind.CONTEXT
    return [(kind, [_unnamed(told, "other_context")], amount, "no act is named")]


def other_clauses(told: Told, position: int) -> list[tuple[int, int]]:
    """Clauses told beside the one in which a character of the text stands; none where it stands in none."""
    at = position - told.sentence.start
    if not any(start <= at < end for start, end in told.clauses):
        return []
    if told.sentence.language is Language.KOREAN:  # a place or time told first holds for the clauses behind it
        return [(start, end) for start, end in told.clauses if start > at]
    return [(start, end) for start, end in told.clauses if not start <= at < end]


def stands_in(span: Span, clauses: Iterable[tuple[int, int]], offset: int = 0) -> bool:
    return any(start <= span.start - offset < end for start, end in clauses)


def _of_other_clauses(told: Told, planned: list[Planned]) -> list[Planned]:
    """A claim of context for each clause, told side by side with others, in which nothing else was found."""
    places = [act.start for _, acts, _, _ in planned for act in acts if act.words]
    places += [amount.span.start for _, _, amount, _ in planned if amount is not None]
    offset = told.sentence.start
    opinion = search_for("opinion", told.sentence.language)
    added: list[Planned] = []
    korean = told.sentence.language is Language.KOREAN
    if korean and any(kind is StatementKind.LAW for kind, *_ in planned):
        return []
    for start, end in told.clauses:
        if any(start <= place - offset < end for place in places):
            continue
        leans = any(code == JUDGEMENT and start <= at < end for code, at in told.leans)
        judged = leans or opinion.search(told.text, start, end) or _MODAL.search(told.text, start, end)
        if korean and not judged:
            continue  # of 14 such clauses of invented Korean articles, two were claims
        kind = StatementKind.OPINION if judged else StatementKind.CONTEXT
        act = ActTold(code="other_context", words="", start=offset + start, end=offset + end, score=0.2, source="none")
        added.append((kind, [act], None, "a clause beside it in which no act is named"))
    return added


_MODAL = re.compile(r"\b(?:may|might|could|should|must)\b", re.IGNORECASE)
_NEGATES = re.compile(
    r"\b(?:is|are) (?:strictly )?(?:prohibited|forbidden|banned|protected|guaranteed)\b"
    r"|\b(?:no one|nobody|none|never|(?:does|do|did|is|are|was|were|has|have|had) (?:not|no)|there (?:is|are) no)\b"
    r"|(?:하지 않|되지 않|적이? 없|는 없다|아무도|없으며|없다|없고|않는다|아니(?:다|라|며)"
    r"|모르(?:는|쇠)|모른다|아는 바|보장(?:된|한|하고)"
    r"|제공(?:한|하고)|스스로 (?:남|돌아|원|나서|[가-힣]+ 나서)"
    r"|자원|자발적|자진|법에 따라|법과 원칙|국제법을 지|존중하고)",
    re.IGNORECASE,
)
# A law is the subject of what is told: it forbids, requires or punishes something; nobody is said to have done it.
STATES_LAW = {
    Language.ENGLISH: re.compile(
        r"\b((?:law|code|constitution|convention|decree|statute|treaty|resolution)s?)\b[^.]{0,60}?\b(?:forbid(?:s|den)?"
        r"|prohibit(?:s|ed)?|bans?|punish(?:es)?|guarantees?|require[sd]?|oblige[sd]?|sets|must be informed|bars"
        r"|presumes|limits|restricts|permits|protects|grants|entitles|criminali[sz]es|outlaws|prescribes|stipulates|imposes"
        r"|provides (?:for|that)|makes it)\b"
        r"|\b(?:adopted|passed|enacted|amended|promulgated|ratified|signed|acceded to)\b (?:\w+ ){0,4}?"
        r"((?:law|code|constitution|convention|decree|treaty|covenant)s?)\b"
        r"|^under\b[^.]{0,60}?\b((?:law|code|constitution|convention|decree|statute|treaty|resolution|agreement)s?)\b"
        r"|^the (law|code|decree|statute|act) (?:on|against|of)\b[^.]{0,80}?"
        r"\b(?:threatens|provides|carries|allows|makes)\b",
        re.IGNORECASE,
    ),
    Language.KOREAN: re.compile(
        r"((?:형법|헌법|협약|조약|의정서|시행령|[가-힣]*법|결의(?: \d+호)?))(?:은|는)\s[^“]{0,90}?"
        r"(?:금지|규정|보장|명시|정하|정해|처하도록|하도록|돌려보내도록)[^.“]{0,12}(?:다|음)\.?$"
    ),
}
_BELIEVING = frozenset({"believe", "believes", "think", "thinks", "suspect", "suspects", "fear", "fears"})


def _why(act: ActTold) -> str:
    """Why an act is proposed, in words."""
    if act.source == "meaning":
        return f"near in meaning ({act.score:.2f}) to “{act.like}”"
    return f"“{act.words}”"


# Acts told of the same people in one breath; their number is the number of all of them.
_SALES = frozenset({"trafficking_in_persons", "sale_of_person", "forced_marriage"})
# Where a sentence goes over from a judgement to something told, or back.
_PART = re.compile(r",? and that |; |, while |, whereas |, but |[”\"’]? ?(?:라며|다며|면서),? ")


def _part_of(told: Told, position: int) -> tuple[int, int]:
    """Bounds, in the sentence, of the part in which a character of the text stands."""
    at = position - told.sentence.start
    own = next((part for part in told.parts if part[0] <= at < part[1]), None)
    if own is not None:
        return own
    cuts = [0, *(m.start() for m in _PART.finditer(told.text)), len(told.text)]
    return next(((a, b) for a, b in itertools.pairwise(cuts) if a <= at < b), (0, len(told.text)))


def _act_beside(told: Told, acts: list[ActTold], position: int) -> ActTold | None:
    """The first act in the part of the sentence in which a number stands."""
    start, end = _part_of(told, position)
    beside = [act for act in acts if start <= act.start - told.sentence.start < end]
    beside = [act for act in beside if act.start >= position] or beside  # 주민 3명이 체포됐다: the verb stands behind
    return next((act for act in beside if act.code not in CONTEXT_ACTS), beside[0] if beside else None)


def _is_judged(told: Told, position: int) -> bool:
    """Whether the part of the sentence around ``position`` holds a word of judgement or possibility."""
    start, end = _part_of(told, position)
    if told.sentence.language is Language.KOREAN and _ASKS_TO_STOP.search(told.text[start:end]):
        return False  # whoever asks that something stops says that it goes on
    if _is_to_stop(told, position):
        return False
    return bool(search_for("opinion", told.sentence.language).search(told.text[start:end]))


def _is_to_stop(told: Told, position: int) -> bool:
    """Whether what is told at a character is what somebody is asked not to do any more: so it is done."""
    at = position - told.sentence.start
    return bool(_ASKS_NOT_TO.search(told.text, max(0, at - 90), max(at, 0)))


# The English words stand before what is to stop: asked Beijing not to repatriate anyone.
_ASKS_NOT_TO = re.compile(
    r"\b(?:ask|urge|press|demand|appeal|call)\w*\b[^.;]{0,60}\b(?:not|to (?:stop|end|halt|cease))(?: to)? ?$",
    re.IGNORECASE,
)
_ASKS_TO_STOP = re.compile(
    r"(?:중단|멈추|그만|중지|철폐|폐지|근절|석방|풀어 ?주|말라고|말 것을"
    r"|말아야)[^.“]{0,40}(?:촉구|요구|권고|요청|호소|주문)"
)


def _by_part(told: Told, groups: list[list[ActTold]]) -> list[list[ActTold]]:
    """Acts that one judgement covers become one claim; those outside its part stay apart."""
    judged: dict[tuple[int, int], list[ActTold]] = {}
    result: list[list[ActTold]] = []
    for group in groups:
        part = _part_of(told, group[0].start)
        if not _is_judged(told, group[0].start):
            result.append(group)
        elif part in judged:
            judged[part] += group
        else:
            judged[part] = list(group)
            result.append(judged[part])
    return result


def _plan_of_denial(told: Told, acts: list[ActTold]) -> list[Planned]:
    """A denial, and beside it the category into which the accused party puts people."""
    categories = [act for act in acts if act.code == "lack_of_protection_of_refugees"]
    named = [act for act in acts if act.code not in {LAW_ACT, *CONTEXT_ACTS} and act not in categories][:1]
    planned: list[Planned] = [
        (StatementKind.DENIAL, named or [_unnamed(told, "human_rights_abuse_unspecified")], None, "a denial")
    ]
    if categories and _CATEGORY.search(told.text):
        planned.append((StatementKind.OPINION, categories[:1], None, f"“{categories[0].words}”"))
    return planned


def _countable(
    told: Told, quantities: list[QuantityFound], acts: list[ActTold], before: tuple[str, ...]
) -> list[QuantityFound]:
    """Counts and shares of people that make a claim of their own."""
    counted = [
        q
        for q in quantities
        if q.quantity.kind in {QuantityKind.COUNT, QuantityKind.SHARE}
        and not _VAGUE_COUNT.match(q.quantity.words or "")
        and not _says_who_they_are(told, q)
        and (q.quantity.kind is QuantityKind.COUNT or q.quantity.unit == "persons")
        and not (q.quantity.kind is QuantityKind.COUNT and (q.quantity.maximum or q.quantity.minimum or 0) < 3)
    ]
    # three who did it are no three whom it befell
    doers = [p.span for act in acts for p in act.perpetrators if p.span is not None]
    counted = [q for q in counted if not any(d.start < q.span.end and q.span.start < d.end for d in doers)]
    if not acts and told.sentence.language is Language.ENGLISH:  # it names four officials
        counted = [q for q in counted if not _DOERS.search(q.quantity.words or "")]
    people = sum(q.quantity.kind is QuantityKind.COUNT for q in counted)
    same_again = before and told.sentence.language is Language.KOREAN and SAME_AGAIN.search(told.text)
    if acts or "testimony" in told.marks or (before and people > 1) or same_again:
        return counted
    starts = [
        q for q in counted if before and (q.span.start - told.sentence.start < 12 or _of_those_before(told, q.span))
    ]
    return starts or [q for q in counted if q.quantity.kind is QuantityKind.COUNT and (q.quantity.minimum or 0) >= 100]


_DOERS = re.compile(r"\b(?:officials|officers|guards|agents|soldiers|policemen|generals|commanders)$", re.IGNORECASE)


def _is_of_teller(quantity: QuantityFound, speaker: Speaker) -> bool:
    """Whether a number only counts those who tell: according to four men who left the camp."""
    if quantity.quantity.kind is QuantityKind.SHARE or _is_part(quantity):
        return False  # 68% of those asked tell it of themselves
    return speaker.span is not None and speaker.span.start <= quantity.span.start < speaker.span.end


# A share that only says, between commas, who the people counted before are: most of them fishermen.
_WHO_THEY_ARE = re.compile(r"\w+ of (?:them|whom) (?!(?:was|were|had|have|has|are|is|did)\b)[^,.;()]{2,40}[,)]")


def _says_who_they_are(told: Told, quantity: QuantityFound) -> bool:
    at = quantity.span.start - told.sentence.start
    return told.text[max(0, at - 2) : at] in {", ", " ("} and bool(_WHO_THEY_ARE.match(told.text, at))


# The act of the sentence before, told again of others: 같은 일을 당했다, 비슷한 일이 벌어지고 있다.
SAME_AGAIN = re.compile(
    r"(?:같은|비슷한|이런|이와 같은|유사한) (?:일|방식|수법|피해|사례|사건|처지)[^.“]{0,12}"
    r"(?:의 (?:가족|사람|이들|여성|주민)|겪|당했|당하|벌어|일어|이어지|잇따|계속|있었)"
)
_THOSE = re.compile(r"(?:이들|피해자|그들|송환자|이|그)(?:의|들의|들)?(?: ?중| ?가운데)?\s?(?:약\s?)?$")
_OF_THOSE = re.compile(r"\s?(?:of )?(?:them|those|the (?:group|victims|women|people|returnees))\b", re.IGNORECASE)


def _of_those_before(told: Told, span: Span) -> bool:
    """Whether a share is one of the people counted before: half of them, 이들 대부분."""
    start, end = span.start - told.sentence.start, span.end - told.sentence.start
    if told.sentence.language is Language.KOREAN:
        return bool(_THOSE.search(told.text[:start]))
    return bool(_OF_THOSE.match(told.text, end))


LEAST_KOREAN = 14
# A writer's own turn of phrase rather than something told.
_REMARK = re.compile(
    r"(?:It['’]s|It is|Even|Regardless|Although|Often|What|Much like|Slowly|The reason|As its|The occasion|Learning)\b",
    re.IGNORECASE,
)


def _worth_keeping(told: Told, speaker: Speaker) -> bool:
    """Whether a sentence without an act is a claim: someone else than the author speaks, or people are spoken of."""
    if told.says_nothing or told.introduces or NOTHING in _leanings(told) or "unverified" in told.marks:
        return False
    if told.sentence.language is Language.KOREAN:
        return len(told.text) >= LEAST_KOREAN
    if speaker.type is not InformantType.AUTHOR_VOICE:
        return True
    if told.speaker is not None:
        return told.speaker.cue != "carried"
    return len(told.text) >= LEAST_CONTEXT and not _REMARK.match(told.text)


# Characters from which a sentence without an act is worth a claim of context.
LEAST_CONTEXT = 40
LEAST_KOREAN = 14


def _together(acts: list[ActTold]) -> list[list[ActTold]]:
    """Acts of one claim: a sale into marriage is one claim of two acts."""
    groups: list[list[ActTold]] = []
    for act in acts:
        if act.code == "forced_marriage" and groups and any(a.code == "sale_of_person" for g in groups for a in g):
            next(g for g in groups if any(a.code == "sale_of_person" for a in g)).append(act)
        elif groups and act.start < groups[-1][-1].end and groups[-1][-1].start < act.end:
            groups[-1].append(act)
        elif act.code == "sale_of_person" and groups and groups[-1][-1].code == "forced_marriage":
            groups[-1].insert(0, act)
        else:
            groups.append([act])
    return groups


def _unnamed(told: Told, code: str) -> ActTold:
    return ActTold(code=code, words="", start=told.sentence.start, score=0.3, source="none")
