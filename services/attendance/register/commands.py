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


class RequestBackfill(Frozen):
    """The person was there and no upload came in time; leader and township have to consent (A24)."""

    person: PersonId
    team: TeamId
    village: VillageCode
    date: CivilDate
    record: CaseId
    evidence: Evidence


class ConsentToBackfill(Frozen):
    """The leader's word on a presence that somebody asked to have entered late."""

    person: PersonId
    record: CaseId


class RejectBackfill(Frozen):
    """The no of the leader or of the township."""

    person: PersonId
    record: CaseId
    reason: Text


class BackfillCheckIn(Frozen):
    """The township's consent, which enters the presence as it was asked for."""

    person: PersonId
    record: CaseId


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


CheckInCommand = (
    CheckIn
    | CheckInBatch
    | RequestBackfill
    | ConsentToBackfill
    | RejectBackfill
    | BackfillCheckIn
    | VoidCheckIn
    | RecordLodging
    | RecordRestDay
    | MarkSignal
)
