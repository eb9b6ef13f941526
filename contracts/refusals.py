"""Refusals: the closed list of reasons for which a command is refused, and what a refusal says.

A refusal is expected; it changes nothing. Everything else that goes wrong is a broken assumption and stops.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import OPEN, Article, Token


class Code(StrEnum):
    """Codes of `domain.md` 0.3 and of the edges (identity, form, repetition)."""

    AUTH = "AUTH"
    SELF = "SELF"
    SIZE = "SIZE<6"
    LEADER_NOT_FS = "LEADER_NOT_FS"
    NO_CITY_APPROVAL = "NO_CITY_APPROVAL"
    SECONDMENT_FORBIDDEN = "SECONDMENT_FORBIDDEN"
    NO_EVIDENCE = "NO_EVIDENCE"
    NOT_EDUCATED = "NOT_EDUCATED"
    NO_NONCORRECTION = "NO_NONCORRECTION"
    SIG_MISSING = "SIG_MISSING"
    SIG_NOT_ALLOWED = "SIG_NOT_ALLOWED"
    ROW_SUM = "ROW_SUM"
    FUTURE_DATE = "FUTURE_DATE"
    PERIOD_CLOSED = "PERIOD_CLOSED"
    DISQUALIFIED = "DISQUALIFIED"
    QUOTA = "QUOTA"
    TIE_UNRESOLVED = "TIE_UNRESOLVED"
    LIST_MISMATCH = "LIST_MISMATCH"
    BARRED = "BARRED"
    OVERSPEND = "OVERSPEND"
    NO_TOPUP = "NO_TOPUP"
    CROSS_KIND = "CROSS_KIND"
    USE_NOT_ALLOWED = "USE_NOT_ALLOWED"
    SUBSTITUTION = "SUBSTITUTION"
    NO_PROJECT_APPROVAL = "NO_PROJECT_APPROVAL"
    NO_VR_MEETING = "NO_VR_MEETING"
    NO_TWP_DOC = "NO_TWP_DOC"
    NO_CONSENT = "NO_CONSENT"
    NO_NOTICE = "NO_NOTICE"
    DUPLICATE = "DUPLICATE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    MALFORMED = "MALFORMED"
    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_PERSON = "UNKNOWN_PERSON"
    UNKNOWN_TEAM = "UNKNOWN_TEAM"
    UNKNOWN_PLACE = "UNKNOWN_PLACE"
    UNKNOWN_ORGANISATION = "UNKNOWN_ORGANISATION"
    UNKNOWN_CASE = "UNKNOWN_CASE"
    NOT_POSTED = "NOT_POSTED"
    ALREADY_POSTED = "ALREADY_POSTED"
    WRONG_STATE = "WRONG_STATE"
    WRONG_INTERVAL = "WRONG_INTERVAL"
    OVERLAP = "OVERLAP"
    HORIZON_PASSED = "HORIZON_PASSED"
    NO_CALENDAR = "NO_CALENDAR"
    NO_RULE_SET = "NO_RULE_SET"
    INPUTS_CHANGED = "INPUTS_CHANGED"
    NOT_SEALED = "NOT_SEALED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    CONCURRENT_CHANGE = "CONCURRENT_CHANGE"
    SIMULATED_CLOCK_FORBIDDEN = "SIMULATED_CLOCK_FORBIDDEN"
    NOT_YET_VISIBLE = "NOT_YET_VISIBLE"
    UNAVAILABLE = "UNAVAILABLE"
    NOT_FOUND = "NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was refused and what to do about it, Chinese first."""

    code: Code
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    article: str | None = None


class CommandRefused(Fact):
    """A refused command of weight, kept in a stream of its own for the auditor who asks who tried (A93).

    Every service publishes it under its own name; `SERVICE` is filled in by the service that records it.
    """

    SERVICE: ClassVar[str] = "*"
    STREAM: ClassVar[str] = "refusal/{person}/{year}"
    command: Token
    code: Annotated[Code, OPEN]
    target: Annotated[str, Field(min_length=1, max_length=200), OPEN]
    """Stream at which the command was aimed."""
    refused_article: Article | None = None
