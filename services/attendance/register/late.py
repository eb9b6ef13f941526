"""Presence entered after the horizon: the person asks, the leader consents, the township enters it (A24; 3.1).

Each of the three gives his own word: nobody states another's consent, and nobody enters a day that its person did not
ask for (贵港 case, A25).
"""

from typing import Any, TypeAlias, assert_never

from contracts import attendance as fact
from contracts.attendance import Level
from contracts.identifiers import lies_in
from services.attendance import refusals as refused
from services.attendance.known import Known
from services.attendance.register import commands as cmd
from services.attendance.register import refusals as no
from services.attendance.register.state import Backfill
from services.attendance.said import COUNTY_DIGITS, level_of, one, said
from services.attendance.state import Register
from services.runtime.decisions import Act, Decision

Late: TypeAlias = cmd.ConsentToBackfill | cmd.RejectBackfill | cmd.BackfillCheckIn


def decide(act: Act[Any, Known], command: cmd.RequestBackfill | Late, register: Register) -> Decision:
    """The facts that a step of a late presence leads to, or why it is refused."""
    if isinstance(command, cmd.RequestBackfill):
        return _request(act, command, register)
    asked = register.backfills.get(command.record)
    if asked is None:
        return no.BACKFILL_UNKNOWN
    if act.by.person == command.person:
        return refused.OWN_CASE
    if asked.settled:
        return no.BACKFILL_SETTLED
    match command:
        case cmd.ConsentToBackfill():
            return _consent(act, command, asked)
        case cmd.RejectBackfill():
            return _reject(act, command, asked)
        case cmd.BackfillCheckIn():
            return _enter(act, command, asked)
    assert_never(command)


def _request(act: Act[Any, Known], command: cmd.RequestBackfill, register: Register) -> Decision:
    if act.by.person != command.person:
        return refused.NOT_APPLICANT
    if command.date > act.today:
        return refused.FUTURE
    post = act.known.post_in(command.person, command.team, command.date)
    if post is None:
        return refused.NOT_POSTED
    if not lies_in(command.village, post.village[:COUNTY_DIGITS]):
        return no.OTHER_COUNTY
    if not command.evidence:
        return no.NO_PROOF_OF_PRESENCE
    before = register.backfills.get(command.record)
    if before is not None and not before.settled:
        return no.BACKFILL_EXISTS
    day = register.day_of_record(command.record, command.date)
    if day is not None and day != command.date:
        return no.RECORD_OF_ANOTHER_DAY
    shown = (seen for seen in register.on(command.date) if not seen.voided and seen.village == command.village)
    if day is not None or next(shown, None) is not None:
        return no.SHOWN_ALREADY
    asked = fact.CheckInBackfillRequested(**said(act.by, "9.3", command.village), **dict(command))
    return one(asked, command.date)


def _consent(act: Act[Any, Known], command: cmd.ConsentToBackfill, asked: Backfill) -> Decision:
    if not act.known.leads(act.by.person, asked.team, act.today):
        return no.NOT_THE_LEADER
    if asked.consented_by is not None:
        return no.BACKFILL_SETTLED
    consented = fact.CheckInBackfillConsented(**said(act.by, "9.3", asked.village), **dict(command), date=asked.date)
    return one(consented, asked.date)


def _reject(act: Act[Any, Known], command: cmd.RejectBackfill, asked: Backfill) -> Decision:
    level = level_of(act.by.role)
    assert level in (Level.LEADER, Level.TOWNSHIP), "no other role may give the command"
    if level is Level.LEADER and asked.consented_by is not None:
        return no.BACKFILL_SETTLED
    rejected = fact.CheckInBackfillRejected(
        **said(act.by, "9.3", asked.village), **dict(command), date=asked.date, rejected_by=level
    )
    return one(rejected, asked.date)


def _enter(act: Act[Any, Known], command: cmd.BackfillCheckIn, asked: Backfill) -> Decision:
    """Without any leader the township decides alone (A41); where the leader himself asks, an acting one consents."""
    if asked.consented_by is None and act.known.has_leader(asked.team, act.today):
        return no.NO_CONSENT
    if asked.consented_by == act.by.person:
        return refused.OWN_CASE
    made = fact.CheckInBackfilled(
        **said(act.by, "9.3", asked.village),
        person=command.person,
        team=asked.team,
        village=asked.village,
        date=asked.date,
        record=command.record,
        evidence=asked.evidence,
        leader_consent=asked.consented_by,
        township_consent=act.by.person,
    )
    return one(made, asked.date)
