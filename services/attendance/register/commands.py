"""What can be asked about presence: check-ins, late and void ones, nights in the village (Art. 9)."""

from pydantic import Field

from contracts.attendance import CheckInMethod
from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, EventId, Flag, Instant, PersonId, TeamId, VillageCode
from services.attendance.forms import Evidence, Text

MAX_RECORDS = 1_000


class CheckIn(Frozen):
    """Presence on one civil day; its author is the person, whoever's device carries it."""

    person: PersonId
    team: TeamId
    village: VillageCode
    date: CivilDate
    method: CheckInMethod
    record: CaseId
    device_time: Instant | None = None
    overnight: Flag | None = None


class CheckInBatch(Frozen):
    records: tuple[CheckIn, ...] = Field(min_length=1, max_length=MAX_RECORDS)


class BackfillCheckIn(Frozen):
    """Enters a presence after the sync horizon. `township_consent` is the person who gives this command."""

    person: PersonId
    team: TeamId
    village: VillageCode
    date: CivilDate
    record: CaseId
    evidence: Evidence
    leader_consent: PersonId
    township_consent: PersonId


class VoidCheckIn(Frozen):
    person: PersonId
    date: CivilDate
    voids: EventId
    reason: Text


class RecordLodging(Frozen):
    """Where the person eats and sleeps from one day to another."""

    person: PersonId
    village: VillageCode
    starts_on: CivilDate
    ends_on: CivilDate


class RecordRestDay(Frozen):
    """A day of rest by the calendar, as the team's book has it; it changes no status (Art. 9)."""

    person: PersonId
    date: CivilDate


class MarkSignal(Frozen):
    """Whether phones reach the network in a village, from that day on (A25)."""

    village: VillageCode
    without_signal: Flag
    starts_on: CivilDate
    reason: Text


CheckInCommand = CheckIn | CheckInBatch | BackfillCheckIn | VoidCheckIn | RecordLodging | RecordRestDay | MarkSignal
