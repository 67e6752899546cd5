"""How a speaker knows what they tell: the basis of knowledge."""

from __future__ import annotations

import re

from firsthand.claims.attribution import InformantType
from firsthand.claims.claim import Participant, StatementKind
from firsthand.claims.reading.tellers import OWN_VOICE, TURN
from firsthand.claims.reading.told import Manner, Speaker, Told
from firsthand.claims.reading.words import search_for
from firsthand.values.grades import Basis
from firsthand.values.languages import Language

__all__ = ["NOT_SAID", "RESTS_ELSEWHERE", "basis_of", "is_of_collector", "rests_on_testimony", "words_of_body"]

_RESTS_ON_TESTIMONY = re.compile(
    r"(?:compiled|based|rests?|drawn|relies|draws|collected|gathered)\b.{0,40}\b(?:testimon|accounts|interviews)"
    r"|\b(?:interview(?:s|ed)|interviews with) .{0,20}\d+|"
    r"\d+ .{0,15}(?:first-hand )?(?:accounts|testimonies|interviews)"
    r"|\d+\s?여?\s?명.{0,15}(?:증언|면담|면접|인터뷰)",
    re.IGNORECASE,
)
NOT_SAID = "how the speaker knows is not said"
RESTS_HERE, RESTS_ELSEWHERE = "rests on testimony", "what it says rests on testimony, as is told elsewhere"
_RUMOUR = re.compile(r"\b(?:rumou?r|gossip|hearsay)|소문|풍문", re.IGNORECASE)
_HEARD = re.compile(
    r"\b(?:I|she|he) (?:was|were|had been) told (?:that|by)\b"
    r"|\b(?:I|she|he) (?:had |has |have )?(?:heard (?:that|from|of)|learn(?:ed|t) from)\b"
    r"|(?:다고|라고|(?:얘기|이야기|말|소식|대답)[을를도만])[^.]{0,30}(?:들었|들은|전해 들)"
    r"|(?:연락|소식|전갈)[을를][^.]{0,15}(?:받았|받은|전해 받)",
    re.IGNORECASE,
)
_TOLD_ME = re.compile(r"\b(?:told|said to) (?:me|us)\b")
# A body that publishes its own report, by the report's name.
_OWN_REPORT_KO = re.compile("보고서|백서|조사")
_FIRST_PERSON = frozenset({"i", "we", "나", "저", "내", "제", "우리"})
_ANYBODY = frozenset({"people", "some people", "many people", "some"})
_OURS = re.compile(r"(?:I|me|we|us|my|our)\b", re.IGNORECASE)
_QUOTES = re.compile('[“"”]')


def rests_on_testimony(told: Told) -> bool:
    """Whether a sentence says of a report that it rests on testimony."""
    return bool(_RESTS_ON_TESTIMONY.search(told.text)) and "denial" not in told.marks


def basis_of(
    told: Told,
    speaker: Speaker,
    kind: StatementKind,
    *,
    victims: tuple[Participant, ...],
    perpetrators: tuple[Participant, ...],
    whole_document: Basis | None,
) -> tuple[Basis, str]:
    """The basis of knowledge and why it is proposed; ``whole_document`` is that of the report as a whole."""
    marks = told.marks
    part = _basis_of_part(told, speaker, kind, victims)
    if part is not None:
        return part
    person = speaker.type in {InformantType.NAMED_PERSON, InformantType.UNNAMED_PERSON}
    own = _basis_of_account(told, speaker, perpetrators, victims) if person else None
    if speaker.type is InformantType.UNNAMED_GROUP and speaker.name and "witness" in marks:
        return Basis.WITNESSED, "the speakers tell of having seen it"
    if own is not None:
        return own
    if kind is StatementKind.OPINION and re.search(
        r"\b(?:may|might|could|would|risk|fear\w*|concern\w*|likely|looks? like)\b"
        r"|우려|가능성|위험|것으로 (?:보|본)|으로 (?:본다|보고)|전망|수 있다|수도 있|것으로 예상|모른다|걱정|것이라",
        told.text,
    ):
        return Basis.INFERRED, "told as a possibility"
    if (
        person
        and kind is not StatementKind.LAW
        and (
            told.tells_of_speaker
            or (told.first_person and (speaker.cue in OWN_VOICE or _QUOTES.search(told.text)))
            or _same_span(victims, speaker)
            or any(re.fullmatch(r"나|저|우리|저희|제|내", v.text) for v in victims)
            or (speaker.cue == "speaker: text" and not victims)
            or (speaker.cue == "first person" and not victims and re.search("[가-힣]", told.text))
        )
    ):
        return Basis.LIVED, "the speaker tells of themself"
    if "hearsay" in marks and (
        speaker.type not in {InformantType.AUTHOR_VOICE, InformantType.INSTITUTION} or _RUMOUR.search(told.text)
    ):
        return Basis.RUMOUR, "passed on as rumour or allegation"
    if "document" in marks:
        return Basis.DOCUMENT, "rests on a document"
    of_report = speaker.type is InformantType.AUTHOR_VOICE and bool(_OWN_REPORT_KO.search(speaker.name or ""))
    if (
        kind is not StatementKind.OPINION
        and ("testimony" in marks or whole_document is Basis.TOLD_BY_WITNESS)
        and (speaker.type is InformantType.INSTITUTION or (of_report and told.speaker is not None))
    ):
        return Basis.TOLD_BY_WITNESS, RESTS_HERE if "testimony" in marks else RESTS_ELSEWHERE
    return Basis.NOT_STATED, NOT_SAID


def _basis_of_part(
    told: Told, speaker: Speaker, kind: StatementKind, victims: tuple[Participant, ...]
) -> tuple[Basis, str] | None:
    """What the part that the speaker has in the matter says: accused, asking people itself, estimating."""
    if speaker.is_accused and (kind is StatementKind.DENIAL or speaker.type is InformantType.INSTITUTION):
        return Basis.ACCUSED, "the accused party speaks"
    if "testimony" in told.marks and kind is StatementKind.QUANTITY and told.speaker is not None and not victims:
        return Basis.WITNESSED, "the speaker counts the people to whom it talked itself"
    if (speaker.name or "").casefold() in _ANYBODY and speaker.cue in {"say", "says", "said"}:
        return Basis.RUMOUR, "people say so: nobody in particular"
    if speaker.manner is Manner.ESTIMATES:
        return Basis.INFERRED, "the speaker estimates or expects it"
    return None


def _basis_of_account(
    told: Told, speaker: Speaker, perpetrators: tuple[Participant, ...], victims: tuple[Participant, ...]
) -> tuple[Basis, str] | None:
    """How a person knows, where their own words say it: heard, told, did it, saw it."""
    if _HEARD.search(told.text) and not _RUMOUR.search(told.text):
        return Basis.TOLD_IN_CHAIN, "the speaker passes on what others told them"
    if speaker.cue not in OWN_VOICE and _TOLD_ME.search(told.text):
        return Basis.TOLD_IN_CHAIN, "told to the one who tells it"
    if any(p.text.casefold() in _FIRST_PERSON for p in perpetrators):
        return Basis.DID, "the speaker tells of what they did"
    of_others = speaker.cue in OWN_VOICE and victims and not any(_OURS.match(v.text) for v in victims)
    if of_others and told.sentence.language is Language.ENGLISH and all(v.text != speaker.name for v in victims):
        return Basis.WITNESSED, "the speaker tells of others among whom they were"
    words = TURN.sub("", told.text, count=1)  # a label "Witness:" tells nothing of what was seen
    if "witness" in told.marks and search_for("witness", told.sentence.language).search(words):
        return Basis.WITNESSED, "the speaker tells of having seen it"
    return None


_BODY_WORDS = frozenset(
    {"the", "a", "an", "of", "on", "for", "and", "in", "its", "group", "organisation", "organization"}
)
_OWN_TEXT = frozenset({"report", "study", "survey", "assessment", "paper", "research", "findings"})


def words_of_body(name: str) -> frozenset[str]:
    """The words by which two names of a body are told to be of one: "UN" is written out."""
    words = re.findall(r"[\w가-힣]+", name.casefold().replace("united nations", "un"))
    return frozenset(words) - _BODY_WORDS


def is_of_collector(name: str, collectors: frozenset[str]) -> bool:
    """Whether what a body says rests on testimony that ``collectors`` (words of names) took: itself, or its report."""
    words = words_of_body(name)
    return bool(words & (collectors | _OWN_TEXT)) or bool(re.search("보고서|백서|조사", name))


def _same_span(victims: tuple[Participant, ...], speaker: Speaker) -> bool:
    if speaker.name and re.search("[가-힣]", speaker.name) and any(v.text == speaker.name for v in victims):
        return True  # 그를 or a subject left unsaid, which mean the speaker
    return any(victim.span == speaker.span is not None or victim.text == speaker.name for victim in victims)
