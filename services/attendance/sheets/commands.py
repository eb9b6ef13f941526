"""What can be asked about monthly sheets: drafted, signed, submitted, reviewed, filed, fed back (Art. 9).

What a township does with all its teams' sheets on one day it does in one command: one bad sheet refuses the whole.
"""

from typing import Annotated, Literal

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import CivilDate, Count, PersonId, Role, Sha256, TeamId
from contracts.sheets import Month
from services.attendance.forms import Evidence, Text

Teams = Annotated[tuple[TeamId, ...], Field(min_length=1, max_length=60)]
Recipient = Literal[Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY]


class ClaimedRow(Frozen):
    """A person's month as somebody has it on paper; it is compared with the register, never taken over."""

    person: PersonId
    on_post: Count = 0
    travel: Count = 0
    training: Count = 0
    seconded: Count = 0
    leave: Count = 0
    rest: Count = 0
    excused: Count = 0
    absent: Count = 0


class DraftSheet(Frozen):
    """Draws up the month from the register. `rows`: the paper that the result has to agree with."""

    team: TeamId
    month: Month
    rows: Annotated[tuple[ClaimedRow, ...], Field(max_length=60)] = ()


class DelegateSignature(Frozen):
    """Secretary and director are away: `delegate`, of the village committees, may sign this month (A33)."""

    team: TeamId
    month: Month
    delegated_by: PersonId
    delegate: PersonId
    evidence: Evidence


class SignSheet(Frozen):
    """`digest`: what the signer has before him; where it is given it must be that of the version."""

    team: TeamId
    month: Month
    version: Count
    digest: Sha256 | None = None


class SubmitSheet(Frozen):
    team: TeamId
    month: Month


class ReturnSheet(Frozen):
    team: TeamId
    month: Month
    reasons: Text


class ReviewSheets(Frozen):
    month: Month
    teams: Teams


class FileSheets(Frozen):
    """Puts them on file with both county departments unless only one is named."""

    month: Month
    teams: Teams
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=2)] = (
        Role.COUNTY_ORGANISATION,
        Role.COUNTY_POVERTY,
    )


class FeedBackSheets(Frozen):
    """Tells every dispatching unit that has people on the sheets about these people."""

    month: Month
    teams: Teams


class DeclareSheetOverdue(Frozen):
    """The clock's own: `due_on` is over and the sheet was not submitted."""

    team: TeamId
    month: Month
    due_on: CivilDate


OneSheetCommand = DraftSheet | DelegateSignature | SignSheet | SubmitSheet | ReturnSheet | DeclareSheetOverdue
SheetsCommand = ReviewSheets | FileSheets | FeedBackSheets
SheetCommand = OneSheetCommand | SheetsCommand
