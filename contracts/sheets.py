"""Facts of attendance that follow a team's month, a spot check or a village (Art. 8, 9).

What they say of single persons stands in those persons' own streams; a sheet is the team's paper about a month, a check
the occasion at which people were looked for.
"""

import calendar
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from contracts import canonical
from contracts.attendance import DayStatus, Evidence
from contracts.fact import Fact, Frozen
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    Flag,
    FreeText,
    OrganisationId,
    PersonId,
    PlaceCode,
    Role,
    Sha256,
    TeamId,
    VillageCode,
)

Month = Annotated[str, Field(pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$"), OPEN]
"""A calendar month, `YYYY-MM`."""

MAX_TEAMS = 3_000
"""Teams among which one spot check can be drawn; the facts of more would not fit one event."""

NOT_POSTED = "-"
LETTERS: Mapping[DayStatus, str] = {
    DayStatus.ON_POST: "P",
    DayStatus.TRAVEL: "T",
    DayStatus.TRAINING: "C",
    DayStatus.SECONDED: "S",
    DayStatus.LEAVE: "L",
    DayStatus.REST: "R",
    DayStatus.EXCUSED: "E",
    DayStatus.ABSENT: "A",
}
"""A row of a sheet has one letter for each day of the month. PENDING has none: what is pending cannot be signed."""


class SheetRow(Frozen):
    """One person's month: a letter for each day, `-` where he was not posted in that team."""

    person: PersonId
    unit: OrganisationId
    leader: Flag
    days: Annotated[str, Field(pattern=r"^[PTCSLREA-]{28,31}$"), OPEN]
    posted: Count
    """Days of the month on which he was posted: the sum of all statuses of the row."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not 0 < self.posted == len(self.days) - self.days.count(NOT_POSTED):
            raise ValueError("a row's statuses do not add up to its posted days")
        return self


Rows = Annotated[tuple[SheetRow, ...], Field(min_length=1, max_length=60), OPEN]


class SheetFact(Fact):
    """Follows one team and one month; `version` counts the drafts of that month from 1."""

    SERVICE: ClassVar[str] = "attendance"
    STREAM: ClassVar[str] = "sheet/{team}/{month}"
    team: TeamId
    month: Month


class MonthlySheetDrafted(SheetFact):
    """The month as the register had it. `corrects`: the signed version that this one takes the place of (A35)."""

    version: Count
    rows: Rows
    digest: Sha256
    corrects: Count | None = None

    @model_validator(mode="after")
    def _has_the_days_of_the_month(self) -> Self:
        if any(len(row.days) != days_in(self.month) for row in self.rows):
            raise ValueError("a row has not as many days as its month")
        return self


class SignatureDelegated(SheetFact):
    """Secretary and director are both away: one of them lets another committee member sign, in writing (A33)."""

    delegated_by: PersonId
    delegate: PersonId
    evidence: Evidence


class MonthlySheetSigned(SheetFact):
    version: Count
    digest: Sha256
    delegated: Flag | None = None


class MonthlySheetSubmitted(SheetFact):
    version: Count
    digest: Sha256
    date: CivilDate
    on_time: Flag


class MonthlySheetReturned(SheetFact):
    version: Count
    date: CivilDate
    reasons: FreeText


class MonthlySheetReviewed(SheetFact):
    version: Count
    digest: Sha256


class MonthlySheetFiled(SheetFact):
    """Put on file with the county's organisation (XZ) or poverty (XP) department: it takes both."""

    version: Count
    digest: Sha256
    recipient: Annotated[Role, OPEN]


class MonthlySheetFedBack(SheetFact):
    """What one dispatching unit is told: the rows of its own people and no others."""

    version: Count
    digest: Sha256
    unit: OrganisationId
    rows: Rows


class MonthlySheetSuperseded(SheetFact):
    """A reviewed version whose place a later reviewed one took; it stays readable."""

    version: Count
    by_version: Count


class MonthlySheetOverdue(SheetFact):
    """Said by the clock: it had not been submitted when `due_on` was over."""

    due_on: CivilDate


class SpotCheckKind(StrEnum):
    PERIODIC = "periodic"
    RANDOM = "random"


class SpotCheckFact(Fact):
    SERVICE: ClassVar[str] = "attendance"
    STREAM: ClassVar[str] = "check/{check}"
    check: CaseId


class SpotCheckPlanned(SpotCheckFact):
    """Who is to be looked for. A random one says among whom it was drawn and with which seed: see :func:`draw`."""

    kind: Annotated[SpotCheckKind, OPEN]
    area: PlaceCode
    starts_on: CivilDate
    ends_on: CivilDate
    teams: Annotated[tuple[TeamId, ...], Field(min_length=1, max_length=MAX_TEAMS), OPEN]
    seed: Sha256 | None = None
    candidates: Annotated[tuple[TeamId, ...], Field(min_length=1, max_length=MAX_TEAMS), OPEN] | None = None


class SpotCheckConducted(SpotCheckFact):
    """The visit to one team; what was found of each person stands in a `PersonSpotChecked` of its own."""

    team: TeamId
    date: CivilDate
    persons: Count
    finding: FreeText | None = None
    """What was found of the work, beside who was there."""


class VillageSignalMarked(Fact):
    """Whether phones reach the network in a village: where they do not, second-best ways to show presence count (A25).

    The latest marking that had begun on a day holds for it.
    """

    SERVICE: ClassVar[str] = "attendance"
    STREAM: ClassVar[str] = "signal/{village}"
    village: VillageCode
    without_signal: Flag
    starts_on: CivilDate
    reason: FreeText


def days_in(month: str) -> int:
    """How many days a month (`YYYY-MM`) has."""
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1]


def sheet_digest(team: str, month: str, version: int, rows: Sequence[SheetRow]) -> str:
    """SHA-256 over the canonical JSON of what is signed, hexadecimal."""
    plain: list[canonical.Json] = [row.model_dump(mode="json") for row in rows]
    return canonical.digest({"team": team, "month": month, "version": version, "rows": plain})


def draw(seed: str, candidates: Sequence[str], count: int) -> tuple[str, ...]:
    """The `count` teams that a seed draws: those whose SHA-256 of seed and team is lowest, in that order.

    Anybody with the recorded seed and candidates finds the same; nobody can choose them who cannot choose the seed.
    """
    lots = sorted((canonical.digest([seed, team]), team) for team in set(candidates))
    return tuple(team for _, team in lots[:count])


EVENTS: tuple[type[Fact], ...] = (
    MonthlySheetDrafted,
    SignatureDelegated,
    MonthlySheetSigned,
    MonthlySheetSubmitted,
    MonthlySheetReturned,
    MonthlySheetReviewed,
    MonthlySheetFiled,
    MonthlySheetFedBack,
    MonthlySheetSuperseded,
    MonthlySheetOverdue,
    SpotCheckPlanned,
    SpotCheckConducted,
    VillageSignalMarked,
)
