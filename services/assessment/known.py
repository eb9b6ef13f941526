"""What a decision of assessment knows: the outcome of the fold and what it rests on, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.assessment import FindingRecorded, LogBasis, StreamManifest


@dataclass(frozen=True, slots=True)
class Digests:
    """The exact rules that were applied: text and articles, parameters, and the code of the fold."""

    text: str
    rules: str
    parameters: str
    fold: str


@dataclass(frozen=True, slots=True)
class CalendarRevision:
    """A duty calendar as it stood from one notice on."""

    number: int
    notice: str
    digest: str
    """Of the calendar with this notice and those before it."""


@dataclass(frozen=True, slots=True)
class GroundShown:
    """One ground of Art. 15 that stands: `D3`, its clause, and the events it rests on."""

    ground: str
    clause: str
    evidence: tuple[str, ...]


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
    grounds: tuple[GroundShown, ...]
    findings: tuple[FindingRecorded, ...]
    flags: tuple[str, ...]
    inputs: str
    """Digest of the facts that were folded for this person, grades apart."""
    manifest: tuple[StreamManifest, ...]


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
    folded: Mapping[str, int]
    """Stream of the own log -> the version up to which it was folded."""

    @property
    def listed(self) -> list[PersonShown]:
        """The people on the county's list, in order of their ids."""
        return [self.persons[person] for person in sorted(self.persons) if self.persons[person].listed]
