"""Vocabularies are data, and errors keep their promise."""

import pytest

from firsthand.values.errors import ExitCode, FirsthandError, InputError, IntegrityError, ProtectionRefusal, UsageError
from firsthand.values.grades import Basis, Handling, StandardOfProof, most_protective
from firsthand.values.ids import IdNotUsable, check_id, make_id
from firsthand.values.languages import Language, Script, language_of_letters, script_of
from firsthand.values.vocabularies import TermUnknown, VocabularyNotUsable, packaged_vocabulary, read_vocabulary


@pytest.mark.parametrize(
    "name", ["acts", "source_basis", "standards_of_proof", "reliability", "credibility", "handling_classes"]
)
def test_every_term_of_every_list_has_labels_in_both_languages(name):
    for term in packaged_vocabulary(name):
        assert term.label("en")
        assert script_of(term.label("ko")) is Script.HANGUL, term.code


def test_codes_of_grades_are_the_codes_of_the_lists():
    assert [b.value for b in sorted(Basis, key=str)] == sorted(t.code for t in packaged_vocabulary("source_basis"))
    assert [s.value for s in StandardOfProof] == [t.code for t in packaged_vocabulary("standards_of_proof")]


def test_an_act_of_sexual_violence_is_coded_only_and_an_unknown_age_is_protected():
    acts = packaged_vocabulary("acts")
    assert acts["sexual_violence"].is_coded_only
    assert acts["sexual_violence"].handling_class(may_be_child=False) is Handling.SEALED
    assert acts["forced_marriage"].handling_class(may_be_child=True) is Handling.RESTRICTED
    assert acts["forced_marriage"].handling_class(may_be_child=False) is Handling.INTERNAL


def test_the_most_protective_class_wins_and_silence_is_no_permission():
    assert most_protective(Handling.OPEN, Handling.SEALED, Handling.INTERNAL) is Handling.SEALED
    assert most_protective() is Handling.INTERNAL


def test_an_unknown_term_and_a_doubled_code_are_refused():
    with pytest.raises(TermUnknown):
        packaged_vocabulary("acts")["no such act"]
    with pytest.raises(VocabularyNotUsable):
        read_vocabulary("mine", "code,label_en,label_ko\na,A,가\na,B,나\n")
    with pytest.raises(VocabularyNotUsable):
        read_vocabulary("mine", "label_en,label_ko\nA,가\n")


def test_identifiers_have_one_shape():
    assert check_id(make_id("claim", bytes(range(10))))
    for wrong in ("claim-1", "Claim-aaaaaaaaaaaaaaaa", "", "claim-aaaaaaaaaaaaaaaa\n"):
        with pytest.raises(IdNotUsable):
            check_id(wrong)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The woman said that she had been arrested at the border and was held for days.", Language.ENGLISH),
        ("그는 국경에서 체포됐다고 말했다.", Language.KOREAN),
        ("Elle a dit que les gardes avaient pris son argent à la frontière du nord.", Language.OTHER),
        ("Guards beat prisoners every day, she said. She left.", Language.ENGLISH),
        ("De bewakers sloegen de gevangenen elke dag, zei ze, we waren in de stad.", Language.OTHER),
        ("Los guardias golpeaban a los presos cada día, dijo ella antes de irse.", Language.OTHER),
        ("12345 -- 678", Language.OTHER),
    ],
)
def test_the_language_of_a_passage_is_told_by_its_letters(text, language):
    assert language_of_letters(text) is language


def test_each_kind_of_mistake_has_its_exit_code():
    codes = [kind.exit_code for kind in (FirsthandError, UsageError, InputError, ProtectionRefusal, IntegrityError)]
    assert codes == [
        ExitCode.OUR_FAULT,
        ExitCode.WRONG_CALL,
        ExitCode.WRONG_INPUT,
        ExitCode.REFUSED,
        ExitCode.INTEGRITY,
    ]
