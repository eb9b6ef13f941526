"""What can be asked about spot checks (Art. 8, 9)."""

from typing import Annotated

from pydantic import Field

from contracts.attendance import SpotCheckFinding
from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, PersonId, PlaceCode, TeamId
from contracts.sheets import MAX_TEAMS, SpotCheckKind
from services.attendance.forms import Text


class Finding(Frozen):
    person: PersonId
    finding: SpotCheckFinding


class PlanSpotCheck(Frozen):
    """Without `teams` as many as `count` are drawn among all teams of the area."""

    check: CaseId
    area: PlaceCode
    kind: SpotCheckKind
    starts_on: CivilDate
    ends_on: CivilDate
    teams: Annotated[tuple[TeamId, ...], Field(max_length=MAX_TEAMS)] = ()
    count: Annotated[int, Field(ge=1, le=MAX_TEAMS)] | None = None


class RecordSpotCheck(Frozen):
    """The visit to one team. `check` names the plan it belongs to, or a new check that was not planned."""

    check: CaseId
    team: TeamId
    date: CivilDate
    findings: tuple[Finding, ...] = Field(min_length=1, max_length=60)
    work: Text | None = None
    """What was found of the work."""


SpotCheckCommand = PlanSpotCheck | RecordSpotCheck
