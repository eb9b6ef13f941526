"""The monthly sheet: drawn up, signed, submitted, reviewed, filed, fed back, and again after a correction (Art. 9)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias, assert_never

from contracts import sheets as fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from contracts.sheets import sheet_digest
from services.attendance import refusals as refused
from services.attendance.known import Known
from services.attendance.said import bounds_of, emit_of_sheet, said, sheet_of
from services.attendance.sheets import commands as cmd
from services.attendance.sheets import refusals as no
from services.attendance.sheets.rows import disagreement, draw_up
from services.attendance.sheets.state import Sheet, SheetStep, Version
from services.attendance.state import State
from services.runtime.decisions import Act, Decided, Decision

SheetAct: TypeAlias = Act[Any, Known]
States: TypeAlias = Mapping[str, State]
Facts: TypeAlias = list[fact.SheetFact]

SIGNERS = frozenset({Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR})


def decide(act: SheetAct, command: cmd.SheetCommand, states: States) -> Decision:
    """The facts that a step of one or of several sheets leads to, or why it is refused."""
    match command:
        case cmd.DraftSheet():
            return _draft(act, command, states)
        case cmd.DelegateSignature():
            return _delegate(act, command)
        case cmd.SignSheet():
            return _sign(act, command, states)
        case cmd.SubmitSheet():
            return _submit(act, command, sheet_in(states, command.team, command.month))
        case cmd.ReturnSheet():
            return _return(act, command, sheet_in(states, command.team, command.month))
        case cmd.DeclareSheetOverdue():
            return _overdue(act, command, sheet_in(states, command.team, command.month))
        case cmd.ReviewSheets():
            return _each(command, states, lambda team, sheet: _review(act, command, team, sheet, states))
        case cmd.FileSheets():
            return _each(command, states, lambda team, sheet: _file(act, command, team, sheet))
        case cmd.FeedBackSheets():
            return _each(command, states, lambda team, sheet: _feed_back(act, command, team, sheet))
    assert_never(command)


def sheet_in(states: States, team: str, month: str) -> Sheet:
    """The team's sheet among the loaded states."""
    state = states[sheet_of(team, month)]
    if not isinstance(state, Sheet):
        raise TypeError(f"{team} {month}: not a sheet")
    return state


def due_on(month: str, act: SheetAct) -> date:
    """The last day for submitting a month's sheet, included (A34)."""
    due = bounds_of(month)[1] + timedelta(days=act.rules["sheet.due_day"])
    while act.rules["deadline.rollover"] and not act.known.calendars[due.year].is_duty_day(due, act.now):
        due += timedelta(days=1)
    return due


def _said(act: SheetAct, article: str, command: Any, team: str) -> dict[str, Any]:
    return {**said(act.by, article, act.known.villages[team]), "team": team, "month": command.month}


def _one(said: fact.SheetFact) -> Decided:
    return Decided([emit_of_sheet(said)])


def _draft(act: SheetAct, command: cmd.DraftSheet, states: States) -> Decision:
    sheet = sheet_in(states, command.team, command.month)
    if bounds_of(command.month)[1] >= act.today:
        return no.MONTH_NOT_OVER
    rows = draw_up(act, command.team, command.month, states)
    if isinstance(rows, Refusal):
        return rows
    if not rows:
        return no.NOBODY_POSTED
    wrong = disagreement(command.rows, rows)
    if wrong is not None:
        return wrong
    current = sheet.current
    if current is not None and current.step is not SheetStep.RETURNED and current.rows == rows:
        return no.SHEET_UNCHANGED
    number = len(sheet.versions) + 1
    digest = sheet_digest(command.team, command.month, number, rows)
    signed = (v.number for v in reversed(sheet.versions) if v.step is not SheetStep.DRAFTED)
    drafted = fact.MonthlySheetDrafted(
        **_said(act, "9.4", command, command.team),
        version=number,
        rows=rows,
        digest=digest,
        corrects=next(signed, None),
    )
    return Decided([emit_of_sheet(drafted)], lambda _: {"version": number, "digest": digest})


def _delegate(act: SheetAct, command: cmd.DelegateSignature) -> Decision:
    holds = act.known.village_roles
    if act.by.person in (command.delegated_by, command.delegate):
        return refused.OWN_CASE
    if not holds.get(command.delegated_by, frozenset()) & SIGNERS:
        return no.NOT_TO_DELEGATE
    if Role.VILLAGE_COMMITTEES not in holds.get(command.delegate, frozenset()):
        return no.NOT_TO_DELEGATE
    if not command.evidence:
        return no.NO_WRITING
    return _one(
        fact.SignatureDelegated(
            **_said(act, "9.4", command, command.team),
            delegated_by=command.delegated_by,
            delegate=command.delegate,
            evidence=command.evidence,
        )
    )


def _sign(act: SheetAct, command: cmd.SignSheet, states: States) -> Decision:
    sheet = sheet_in(states, command.team, command.month)
    current = sheet.current
    if current is None:
        return no.SHEET_UNKNOWN
    if current.names(act.by.person):
        return no.ON_THE_SHEET
    delegated = act.by.role not in SIGNERS
    if delegated and not (act.by.role is Role.VILLAGE_COMMITTEES and act.by.person in sheet.delegates):
        return no.NOT_A_SIGNER
    if command.version != current.number or command.digest not in (None, current.digest):
        return no.OTHER_VERSION
    if current.step is not SheetStep.DRAFTED:
        return no.ALREADY_SIGNED
    if draw_up(act, command.team, command.month, states) != current.rows:
        return no.SHEET_STALE
    header = _said(act, "9.4", command, command.team)
    return _one(
        fact.MonthlySheetSigned(
            **header, version=current.number, digest=current.digest, delegated=True if delegated else None
        )
    )


def _submit(act: SheetAct, command: cmd.SubmitSheet, sheet: Sheet) -> Decision:
    current = sheet.current
    if current is None:
        return no.SHEET_UNKNOWN
    if current.step in (SheetStep.DRAFTED, SheetStep.RETURNED):
        return no.SIGNATURE_MISSING
    if current.step is not SheetStep.SIGNED:
        return no.ALREADY_SUBMITTED
    return _one(
        fact.MonthlySheetSubmitted(
            **_said(act, "9.5", command, command.team),
            version=current.number,
            digest=current.digest,
            date=act.today,
            on_time=_on_time(act, command.month, sheet),
        )
    )


def _on_time(act: SheetAct, month: str, sheet: Sheet) -> bool:
    """By the 15th; after a return, or a correction, the first submission counts, a returned one within days (A37)."""
    due = due_on(month, act)
    if sheet.submitted_on is None or sheet.submitted_on > due:
        return act.today <= due
    if sheet.reviewed is not None or sheet.returned_on is None:
        return True
    return act.today <= max(due, sheet.returned_on + timedelta(days=act.rules["sheet.return_grace"]))


def _return(act: SheetAct, command: cmd.ReturnSheet, sheet: Sheet) -> Decision:
    current = sheet.current
    if current is None:
        return no.SHEET_UNKNOWN
    if current.step is not SheetStep.SUBMITTED:
        return no.NOT_SUBMITTED
    header = _said(act, "9.6", command, command.team)
    return _one(fact.MonthlySheetReturned(**header, version=current.number, date=act.today, reasons=command.reasons))


def _each(command: cmd.SheetsCommand, states: States, step: Callable[[str, Sheet], Facts | Refusal]) -> Decision:
    """The same step for several sheets; the first that cannot take it refuses the whole."""
    emits = []
    for team in dict.fromkeys(command.teams):
        facts = step(team, sheet_in(states, team, command.month))
        if isinstance(facts, Refusal):
            return facts
        emits += [emit_of_sheet(said) for said in facts]
    return Decided(emits)


def _review(act: SheetAct, command: cmd.ReviewSheets, team: str, sheet: Sheet, states: States) -> Facts | Refusal:
    current = sheet.current
    if current is None:
        return no.SHEET_UNKNOWN
    if current.step is SheetStep.DRAFTED:
        return no.SIGNATURE_MISSING
    if current.step is not SheetStep.SUBMITTED:
        return no.NOT_SUBMITTED
    if current.names(act.by.person):
        return refused.OWN_CASE
    if draw_up(act, team, command.month, states) != current.rows:
        return no.SHEET_STALE
    header = _said(act, "9.6", command, team)
    facts: Facts = [fact.MonthlySheetReviewed(**header, version=current.number, digest=current.digest)]
    before = sheet.reviewed
    if before is not None:
        superseded = fact.MonthlySheetSuperseded(**header, version=before.number, by_version=current.number)
        facts.append(superseded)
    return facts


def _in_force(sheet: Sheet) -> Version | Refusal:
    current = sheet.current
    if current is None:
        return no.SHEET_UNKNOWN
    return current if current.step is SheetStep.REVIEWED else no.NOT_REVIEWED


def _file(act: SheetAct, command: cmd.FileSheets, team: str, sheet: Sheet) -> Facts | Refusal:
    current = _in_force(sheet)
    if isinstance(current, Refusal):
        return current
    header = _said(act, "9.7", command, team)
    missing = [recipient for recipient in dict.fromkeys(command.recipients) if recipient not in current.filed]
    if not missing:
        return no.FILED
    return [
        fact.MonthlySheetFiled(**header, version=current.number, digest=current.digest, recipient=recipient)
        for recipient in missing
    ]


def _feed_back(act: SheetAct, command: cmd.FeedBackSheets, team: str, sheet: Sheet) -> Facts | Refusal:
    current = _in_force(sheet)
    if isinstance(current, Refusal):
        return current
    header = _said(act, "9.8", command, team)
    missing = [unit for unit in current.units if unit not in current.fed_back]
    if not missing:
        return no.FED_BACK
    return [
        fact.MonthlySheetFedBack(
            **header,
            version=current.number,
            digest=current.digest,
            unit=unit,
            rows=tuple(row for row in current.rows if row.unit == unit),
        )
        for unit in missing
    ]


def _overdue(act: SheetAct, command: cmd.DeclareSheetOverdue, sheet: Sheet) -> Decision:
    due = due_on(command.month, act)
    in_time = sheet.submitted_on is not None and sheet.submitted_on <= due
    if sheet.overdue or in_time or act.today <= due:
        return no.NOT_OVERDUE
    return _one(fact.MonthlySheetOverdue(**_said(act, "9.5", command, command.team), due_on=due))
