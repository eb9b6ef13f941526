"""Who may be taken out of a team, and how (Art. 8 and 10).

At the unit's wish only for a special reason that the city office approved; never for the unit's own work. By force
only level by level: `forced.py`.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import personnel as fact
from services.personnel.held import fields, held, one, person_stream, said
from services.personnel.leaving import commands as cmd
from services.personnel.leaving import forced
from services.personnel.leaving import refusals as no
from services.personnel.leaving.departing import replaced, withdrawn
from services.personnel.leaving.state import approved
from services.personnel.teams.refusals import NOT_POSTED
from services.personnel.teams.roster import hindrance
from services.personnel.teams.state import Career, Posting
from services.runtime.decisions import Act, Decision

KIND_OF = {
    fact.WithdrawalWish.REPLACEMENT: fact.ReplacementKind.ORDINARY,
    fact.WithdrawalWish.ROTATION: fact.ReplacementKind.ROTATION,
}


def decide(act: Act[Any, Any], command: cmd.LeavingCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a step towards somebody's leaving brings about, or why it is refused."""
    career = held(states, f"posting/{command.person}/*", Career)
    current = career.active(command.team)
    if current is None:
        return NOT_POSTED
    if command.person == act.by.person:
        return no.OWN_CASE
    match command:
        case cmd.RequestWithdrawal():
            return _request(act, command, career, current)
        case cmd.GiveCountyOpinion() | cmd.ApproveWithdrawal() | cmd.RefuseWithdrawal():
            return _answer(act, command, career, current)
        case cmd.WithdrawMember():
            return _withdraw(act, command, career, current, states)
        case cmd.ReplaceMember():
            return _replace(act, command, career, current, states)
        case cmd.ProposeSuccessor():
            return _propose(act, command, career, current, states)
        case (
            cmd.RecordMisconduct()
            | cmd.GiveEducation()
            | cmd.RecordNonCorrection()
            | cmd.RequestReplacement()
            | cmd.EscalateReplacement()
            | cmd.RejectReplacement()
            | cmd.DecideReplacement()
        ):
            return forced.decide(act, command, career, current, states)
    assert_never(command)


def _request(act: Act[Any, Any], command: cmd.RequestWithdrawal, career: Career, current: Posting) -> Decision:
    if command.unit != current.unit:
        return no.NOT_ITS_MEMBER
    if command.reason_class is cmd.ReasonClass.WORK:
        return no.WORK_IS_NO_REASON
    if not command.evidence:
        return no.NO_REASON_PROVEN
    if command.request in career.withdrawals:
        return no.REQUEST_EXISTS
    asked = fact.WithdrawalRequested(
        **said(act, "8", current.village), **fields(command, "unit", "reason_class"), on=act.today
    )
    return one(person_stream(act, command.person), asked)


def _answer(
    act: Act[Any, Any],
    command: cmd.GiveCountyOpinion | cmd.ApproveWithdrawal | cmd.RefuseWithdrawal,
    career: Career,
    current: Posting,
) -> Decision:
    asked = career.withdrawals.get(command.request)
    if asked is None:
        return no.REQUEST_UNKNOWN
    if asked.decided:
        return no.REQUEST_DECIDED
    header = said(act, "8", current.village)
    stream = person_stream(act, command.person)
    match command:
        case cmd.GiveCountyOpinion():
            return one(stream, fact.WithdrawalCountyOpinionGiven(**header, **fields(command), on=act.today))
        case cmd.ApproveWithdrawal():
            if approved(career.withdrawals, command.approval) is not None:
                return no.APPROVAL_EXISTS
            yes = fact.WithdrawalApproved(**header, **fields(command), wish=asked.wish, decided_on=act.today)
            return one(stream, yes)
        case cmd.RefuseWithdrawal():
            return one(stream, fact.WithdrawalRefused(**header, **fields(command), decided_on=act.today))
    assert_never(command)


def _withdraw(
    act: Act[Any, Any], command: cmd.WithdrawMember, career: Career, current: Posting, states: Mapping[str, Any]
) -> Decision:
    asked = approved(career.withdrawals, command.approval)
    if asked is None:
        return no.NO_CITY_APPROVAL
    if asked.wish is not fact.WithdrawalWish.WITHDRAWAL:
        return no.OTHER_WISH
    if asked.approved_on is not None and command.last_day < asked.approved_on:
        return no.BEFORE_THE_DECISION
    return withdrawn(act, command, career, current, states)


def _replace(
    act: Act[Any, Any], command: cmd.ReplaceMember, career: Career, current: Posting, states: Mapping[str, Any]
) -> Decision:
    asked = approved(career.withdrawals, command.approval)
    if asked is None:
        return no.NO_CITY_APPROVAL
    kind = KIND_OF.get(asked.wish)
    if kind is None:
        return no.OTHER_WISH
    if asked.approved_on is not None and command.last_day < asked.approved_on:
        return no.BEFORE_THE_DECISION
    return replaced(act, command, career, current, states, kind, "8")


def _propose(
    act: Act[Any, Any], command: cmd.ProposeSuccessor, career: Career, current: Posting, states: Mapping[str, Any]
) -> Decision:
    if command.unit != current.unit:
        return no.NOT_ITS_MEMBER
    agreed = any(asked.approval and asked.wish in KIND_OF for asked in career.withdrawals.values())
    if not agreed and career.chain.requested_on is None:
        return no.NOT_TO_REPLACE
    if command.successor.person == command.person:
        return no.SAME_PERSON
    problem = hindrance(states, command.successor, act.today)
    if problem is not None:
        return problem
    named = fact.SuccessorProposed(
        **said(act, "10.3", current.village),
        person=command.person,
        team=command.team,
        successor=command.successor.person,
        unit=command.unit,
        on=act.today,
    )
    return one(person_stream(act, command.person), named)
