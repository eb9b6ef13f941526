"""State of a team's monthly sheet, version by version (Art. 9; `domain.md` 1.9)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from contracts import sheets as fact
from contracts.fact import Fact
from contracts.identifiers import Role
from contracts.sheets import SheetRow

FILED_WITH = frozenset({Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY})


class SheetStep(StrEnum):
    DRAFTED = "drafted"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    digest: str
    rows: tuple[SheetRow, ...]
    step: SheetStep = SheetStep.DRAFTED
    filed: frozenset[Role] = frozenset()
    fed_back: frozenset[str] = frozenset()

    @property
    def units(self) -> tuple[str, ...]:
        """The dispatching units whose people are on it."""
        return tuple(sorted({row.unit for row in self.rows}))

    @property
    def complete(self) -> bool:
        """Reviewed, filed with both departments and fed back to every unit (Art. 9)."""
        return self.step is SheetStep.REVIEWED and self.filed == FILED_WITH and self.fed_back >= set(self.units)

    def names(self, person: str) -> bool:
        return any(row.person == person for row in self.rows)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One team's month; the last version is the one that is being worked on."""

    versions: tuple[Version, ...] = ()
    delegates: frozenset[str] = frozenset()
    """Committee members who may sign in the place of secretary and director."""
    submitted_on: date | None = None
    """First submission: it decides whether the month was on time (A37)."""
    returned_on: date | None = None
    overdue: bool = False

    @property
    def current(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def reviewed(self) -> Version | None:
        """The latest version that was reviewed: the one in force."""
        return next((v for v in reversed(self.versions) if v.step is SheetStep.REVIEWED), None)

    @property
    def closed(self) -> bool:
        """Whether a signature stands: the month's days then change by correction alone (A24, A35).

        A version that was returned before any was reviewed opens the month again.
        """
        current = self.current
        signed = current is not None and current.step in (SheetStep.SIGNED, SheetStep.SUBMITTED)
        return signed or self.reviewed is not None


def sheet_after(sheet: Sheet, said: Fact) -> Sheet:
    """The sheet after one more fact; a fact that changes nothing here leaves it as it is."""
    match said:
        case fact.MonthlySheetDrafted(version=number, digest=digest, rows=rows):
            return replace(sheet, versions=(*sheet.versions, Version(number, digest, tuple(rows))))
        case fact.SignatureDelegated(delegate=delegate):
            return replace(sheet, delegates=sheet.delegates | {delegate})
        case fact.MonthlySheetSigned(version=number):
            return _stepped(sheet, number, SheetStep.SIGNED)
        case fact.MonthlySheetSubmitted(version=number, date=day):
            return replace(_stepped(sheet, number, SheetStep.SUBMITTED), submitted_on=sheet.submitted_on or day)
        case fact.MonthlySheetReviewed(version=number):
            return _stepped(sheet, number, SheetStep.REVIEWED)
        case fact.MonthlySheetReturned(version=number, date=day):
            return replace(_stepped(sheet, number, SheetStep.RETURNED), returned_on=day)
        case fact.MonthlySheetFiled(version=number, recipient=recipient):
            return _with(sheet, number, filed={recipient})
        case fact.MonthlySheetFedBack(version=number, unit=unit):
            return _with(sheet, number, fed_back={unit})
        case fact.MonthlySheetOverdue():
            return replace(sheet, overdue=True)
    return sheet


def _stepped(sheet: Sheet, number: int, step: SheetStep) -> Sheet:
    return _replaced(sheet, number, lambda version: replace(version, step=step))


def _with(sheet: Sheet, number: int, *, filed: Collection[Role] = (), fed_back: Collection[str] = ()) -> Sheet:
    def added(version: Version) -> Version:
        return replace(version, filed=version.filed | set(filed), fed_back=version.fed_back | set(fed_back))

    return _replaced(sheet, number, added)


def _replaced(sheet: Sheet, number: int, change: Callable[[Version], Version]) -> Sheet:
    versions = tuple(change(version) if version.number == number else version for version in sheet.versions)
    return replace(sheet, versions=versions)
