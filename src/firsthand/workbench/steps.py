"""The names of steps: what a person can do and undo. The words shown for them are in the catalogues."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["StepName"]


class StepName(StrEnum):
    """Each step's name in the log; neutral words, never testimony."""

    ADD_DOCUMENT = "add document"
    RECORD_CONSENT = "record consent"
    WITHDRAW_CONSENT = "withdraw consent"
    REVISE_TESTIMONY = "revise testimony"
    PROPOSE_CLAIMS = "propose claims"
    ACCEPT_PROPOSAL = "accept proposal"
    EDIT_PROPOSAL = "edit and accept proposal"
    REFUSE_PROPOSAL = "refuse proposal"
    RECORD_CLAIM = "record claim"
    CODE_APART = "code apart"
    ASK_ENGINE = "ask engine"
    SUPERSEDE_CLAIM = "supersede claim"
    REJECT_CLAIM = "reject claim"
    JUDGE_PAIR = "judge pair"
    DECIDE_DEPENDENCE = "decide dependence"
    RECORD_FINDING = "record finding"
    GRADE_SOURCE = "grade source"
    GRADE_INFORMATION = "grade information"
    MARK_ELEMENT = "mark element"
    RULE_ON_ELEMENT = "rule on element"
    CHANGE_RULES = "change rules"
    SECOND_ASSESSMENT = "second assessment"
    REVIEW_FINDING = "review finding"
    RETRACT_CLAIMS = "retract claims"
    KEEP_ESTIMATE = "keep estimate"
    RELEASE = "release"
    CHANGE_SETTING = "change setting"
    START_PRACTICE = "start practice"
    ADD_INFORMANT = "add informant"
    ADD_PERSON = "add person"
    REMOVE_PERSON = "remove person"
    CHANGE_PASSPHRASE = "change passphrase"  # noqa: S105 - the name of a step
    REQUEST_TIMESTAMP = "request timestamp"
    KEEP_TIMESTAMP = "keep timestamp"
