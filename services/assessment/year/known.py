"""What a decision of assessment knows: the outcome of the fold and what it rests on, as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from contracts import canonical
from contracts.assessment import FindingRecorded, LogBasis, StreamManifest
from services.assessment.fold.quota import Candidate
from services.runtime.in_force import Direction


@dataclass(frozen=True, slots=True)
class Digests:
    """The exact rules that were applied: text and articles, parameters, and the code of the fold."""

    text: str
    rules: str
    parameters: str
    calendars: str
    fold: str


@dataclass(frozen=True, slots=True)
class CalendarRevision:
    """A duty calendar as it stood from one notice on."""

    number: int
    notice: str
    digest: str
    """Of the calendar with this notice and those before it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The rules of a year, and who is on the county's list as far as is known when it is opened."""

    digests: Digests
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A parameter that a county may change: its committed value, which way is stricter, and its article."""

    committed: Any
    stricter: Direction | None
    article: str


@dataclass(frozen=True, slots=True)
class GroundShown:
    """One ground of Art. 15 that stands: `D3`, its clause, and the events it rests on."""

    ground: str
    clause: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attendance:
    """The year in numbers, and the digest of the status of every day."""

    on_post: int
    leave_days: int
    absences: int
    days: str


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One person as the fold shows them."""

    person: str
    village: str | None
    """Village of the latest posting of the year in the county; its township proposes the grade."""
    listed: bool
    """Whether the person is on the county's list of the year (考核对象)."""
    outcome: str
    """A grade, `未定等次`, `AWAITING_GRADE`, or why there is none (`outcome.py`)."""
    score: int | None
    """Of the latest proposal of this county, in hundredths of a point."""
    candidate: bool
    """Whether the county office upheld 优秀: the person stands at the line of the quota."""
    attendance: Attendance
    grounds: tuple[GroundShown, ...]
    findings: tuple[FindingRecorded, ...]
    flags: tuple[str, ...]
    inputs: str
    """Digest of the facts that were folded for this person, grades apart."""
    manifest: tuple[StreamManifest, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Another listed value of a parameter, and the outcome that it would give."""

    parameter: str
    value: Any
    outcome: str
    ruling: str | None
    """The ruling of the interpreters that settles the parameter, if there is one."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The other counties of the city, as far as they have come with the year: what a line over the whole city needs."""

    objects: int = 0
    """People on their lists."""
    candidates: tuple[Candidate, ...] = ()
    """Everybody there whose 优秀 was upheld, by person."""
    counties: tuple[tuple[str, bool], ...] = ()
    """Each county that has opened the year, and whether it is final."""


ALONE = Elsewhere()
"""No other county is known."""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Somebody whose outcome would differ under another reading (Art. 23)."""

    person: str
    outcome: str
    readings: tuple[Reading, ...]

    @property
    def waits(self) -> bool:
        """Whether one of the readings is not settled by a ruling."""
        return any(reading.ruling is None for reading in self.readings)

    def as_json(self) -> dict[str, Any]:
        """As the list is shown and digested."""
        return asdict(self) | {"readings": [asdict(reading) for reading in self.readings]}


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who asks, and for whom: the person's latest village of the year in the county, and the unit."""

    caller: str
    village: str
    unit: str
    posted_now: str | None = None
    """The village in which the person is posted on the day of the act: somebody moved speaks from there."""
    last_day: date | None = None
    """Of that latest posting in the county, if it has ended: somebody who has left speaks as of then."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A posting that has ended; `village` is where."""

    starts_on: date
    last_day: date
    village: str


@dataclass(frozen=True, slots=True)
class Persons:
    """People whose results a step is about, in order of their ids."""

    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearShown:
    """A county's year as the fold shows it, and the sealed logs that it was read from."""

    over: bool
    """Whether the year and the time for late uploads are past."""
    persons: dict[str, PersonShown]
    objects: int
    maximum: int
    """Places for 优秀."""
    excellent: tuple[str, ...]
    waiting_tie: tuple[str, ...]
    """People with equal scores at the quota line who wait for a decision."""
    basis: tuple[LogBasis, ...]
    digests: Digests
    parameters: Mapping[str, Any]
    """All that were applied, by name; `digests.parameters` is the digest of them."""
    sensitive: tuple[Sensitive, ...] = ()
    """People whose outcome another reading would change; only where the command asks for it."""
    elsewhere: Elsewhere = Elsewhere()
    """The other counties that the readings were tried with."""
    groups: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    """Area, people on the list and candidates of each township or team that has places of its own (A59)."""
    areas: Mapping[str, str] = field(default_factory=dict)
    """Person -> township or team, where the line was drawn for each of them."""
    referred: tuple[str, ...] = ()
    """People whose shortfall the county office has referred to the interpreters (A17)."""
    open_sheets: tuple[str, ...] = ()
    """`team month` of monthly sheets that are not through their review; only where the command asks for it."""
    folded: Mapping[str, int] = field(default_factory=dict)
    """Stream of the own log -> the version up to which it was folded."""

    @property
    def deferred(self) -> tuple[str, ...]:
        """People on the list who get no grade before the interpreters have ruled (Art. 23)."""
        waiting = {one.person for one in self.sensitive if one.waits} | set(self.referred)
        return tuple(sorted(name for name in waiting if name in self.persons and self.persons[name].listed))

    @property
    def sensitive_digest(self) -> str:
        """Digest of the list of interpretation-sensitive people, as it is shown."""
        return canonical.digest([one.as_json() for one in self.sensitive])

    @property
    def listed(self) -> list[PersonShown]:
        """The people on the county's list, in order of their ids."""
        return [self.persons[person] for person in sorted(self.persons) if self.persons[person].listed]
