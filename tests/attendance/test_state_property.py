"""State folded event by event as commands come is the state folded from the stored bytes of the log, in any process."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.attendance import (
    LeaveApprovedByLeader,
    LeaveApprovedByTownship,
    LeaveExtended,
    LeaveGranted,
)
from contracts.catalogue import read_open
from contracts.envelope import encode
from contracts.fact import Actor, Fact
from contracts.refusals import Refusal
from services.attendance import commands as cmd
from services.attendance.said import BEIJING
from services.attendance.state import evolve, initial
from services.runtime.decisions import Recorded
from tests.attendance.office import (
    BY_COLLEAGUE,
    BY_COMMITTEE,
    BY_COUNTY,
    BY_KIOSK,
    BY_LEADER,
    BY_MEMBER,
    BY_TOWNSHIP,
    LEADER,
    MEMBER,
    NEIGHBOUR,
    PAPERS,
    TEAM,
    VILLAGE,
    Office,
    at,
    check_in,
    days,
)

START = date(2016, 12, 25)
OFFICIALS = (BY_LEADER, BY_TOWNSHIP, BY_COMMITTEE, BY_COUNTY, BY_KIOSK, BY_COLLEAGUE)
OWN = (cmd.CheckIn, cmd.RequestTravel, cmd.WithdrawTravel, cmd.RequestLeave, cmd.WithdrawLeave, cmd.ExtendLeave)


@dataclass(frozen=True)
class Step:
    """One command in the making: dates are offsets from the day on which it is given."""

    form: type[cmd.Command]
    person: str
    case: str
    first: int
    length: int
    by: Actor
    days_later: int
    event: int


FORMS = (
    *[cmd.CheckIn] * 3,
    cmd.CheckInBatch,
    cmd.VoidCheckIn,
    *[cmd.RequestTravel, cmd.ApproveTravel, cmd.CloseTravel] * 2,
    *[cmd.RejectTravel, cmd.WithdrawTravel],
    *[cmd.RequestLeave, cmd.ApproveLeave, cmd.ApproveLeave] * 4,
    cmd.RejectLeave,
    cmd.WithdrawLeave,
    *[cmd.ExtendLeave, cmd.ApproveExtension, cmd.ApproveExtension] * 2,
    cmd.ShortenLeave,
    cmd.CloseLeave,
    cmd.RecordOverstay,
    cmd.RecordAbsence,
    cmd.JustifyAbsence,
    cmd.RejectJustification,
    cmd.CorrectDay,
    cmd.RecordSpotCheck,
)
STEPS = st.lists(
    st.builds(
        Step,
        form=st.sampled_from(FORMS),
        person=st.sampled_from([MEMBER, MEMBER, MEMBER, LEADER]),
        case=st.sampled_from("AAB"),
        first=st.integers(-4, 2),
        length=st.integers(-1, 5),
        by=st.sampled_from([*[BY_LEADER, BY_TOWNSHIP] * 3, *OFFICIALS]),
        days_later=st.sampled_from([0, 0, 0, 1, 3]),
        event=st.integers(1, 12),
    ),
    min_size=30,
    max_size=60,
)


def command_of(step: Step, today: date) -> tuple[cmd.Command, Actor]:
    """The command, and who gives it: what only the person can ask for is asked by him."""
    first = today + timedelta(days=step.first)
    last = first + timedelta(days=step.length)
    everything: dict[str, Any] = {
        "person": step.person,
        "team": TEAM,
        "village": NEIGHBOUR if step.length == 5 else VILLAGE,
        "date": first,
        "method": "gps",
        "record": step.case,
        "voids": str(UUID(int=step.event)),
        "travel": step.case,
        "leave": step.case,
        "kind": "sick",
        "starts_on": first,
        "ends_on": last,
        "last_day": last,
        "returned_on": last,
        "since": last,
        "status": "LEAVE",
        "reason": "事由",
        "purpose": "事由",
        "evidence": PAPERS,
        "check": step.case,
        "findings": ({"person": step.person, "finding": "absent"},),
    }
    if step.form is cmd.CheckInBatch:
        spread = [check_in(day, step.person) for day in days(first, last)]
        return cmd.CheckInBatch(records=(check_in(first, step.person), *spread)), BY_KIOSK
    command = step.form.model_validate({n: v for n, v in everything.items() if n in step.form.model_fields})
    own = BY_LEADER if step.person == LEADER else BY_MEMBER
    return command, own if step.form in OWN else step.by


def run(steps: list[Step]) -> Iterator[tuple[Office, list[Fact] | Refusal]]:
    """The office after each step, and what came of the step."""
    office = Office(at(START))
    for step in steps:
        office.now += timedelta(days=step.days_later)
        command, by = command_of(step, office.now.astimezone(BEIJING).date())
        yield office, office.when(command, by)


def as_read_back(recorded: Recorded) -> Recorded:
    """The fact as another process reads it from the log: through its bytes, nothing disclosed."""
    event = encode(
        recorded.fact,
        service="attendance",
        event_id=recorded.id,
        origin="zhucun.test/attendance",
        stream=recorded.stream,
        version=recorded.version,
        prev=None if recorded.version == 1 else b"0" * 32,
        recorded=datetime(2017, 1, 1, tzinfo=UTC),
        correlation="c",
        causation=None,
        salt=lambda: b"0" * 16,
    )
    envelope = json.loads(event.body)
    return Recorded(recorded.id, recorded.stream, recorded.version, read_open(envelope["type"], envelope["data"]))


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_incremental_state_is_the_state_folded_from_scratch(steps: list[Step]) -> None:
    *_, (office, _) = run(steps)
    for key, state in office.states.items():
        scratch = initial(key)
        for recorded in office.recorded:
            if recorded.stream == key or (key.endswith("*") and recorded.stream.startswith(key[:-1])):
                scratch = evolve(scratch, as_read_back(recorded))
        assert scratch == state


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_an_earlier_state_never_changes_when_later_facts_come(steps: list[Step]) -> None:
    kept = [(dict(office.states), repr(office.states)) for office, _ in run(steps)]
    assert all(repr(states) == shown for states, shown in kept)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_leave_is_granted_only_after_both_levels_and_never_by_oneself(steps: list[Step]) -> None:
    said: dict[tuple[str, str], list[str]] = {}
    for _, outcome in run(steps):
        for made in () if isinstance(outcome, Refusal) else outcome:
            if isinstance(made, LeaveApprovedByLeader | LeaveApprovedByTownship | LeaveGranted | LeaveExtended):
                said.setdefault((made.person, made.leave), []).append(type(made).NAME)
                assert made.actor.person != made.person
    for (person, _), names in said.items():
        first = "LeaveApprovedByTownship" if person == LEADER else "LeaveApprovedByLeader"
        assert names[:2] in ([first], [first, "LeaveGranted"])
        for position, name in enumerate(names):
            assert name != "LeaveExtended" or names[position - 1] == first
