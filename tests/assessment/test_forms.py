"""Whatever forms the lines of a page have, the columns and the other lines are those that the parser sees."""

import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.attendance import CheckInMethod
from contracts.fact import Actor
from contracts.identifiers import Role
from services.assessment.fold.fold import canonical_bytes
from services.assessment.replay import forms
from services.assessment.replay.forms import Forms
from tests.assessment.test_lines import check_in

PERSONS = ("P000001", "P000002", "P00000031")
OTHER = "zhucun.attendance.LeaveRequested.v1"


@st.composite
def line(draw: st.DrawFn) -> bytes:
    """A check-in as attendance writes it, or another event; sometimes with a member of another length."""
    person, year = draw(st.sampled_from(PERSONS)), draw(st.sampled_from((2017, 2018)))
    written = check_in(
        draw(st.booleans()),
        person=person,
        actor=Actor(person=draw(st.sampled_from((person, "P7000000"))), role=Role.MEMBER),
        method=draw(st.sampled_from(list(CheckInMethod))),
        record=draw(st.sampled_from(("r1", "r2", "a-longer-record"))),
        date=date(year, 3, draw(st.integers(1, 28))),
        device_time=draw(st.sampled_from((None, datetime(2017, 3, 6, 1, tzinfo=UTC)))),
    )
    event: dict[str, Any] = json.loads(written)
    event["id"] = f"00000000-0000-4000-8000-{draw(st.integers(0, 10**12 - 1)):012d}"
    event["stream"] = f"attendance/{person}/{year}"
    event["version"] = draw(st.integers(1, 1200))
    match draw(st.sampled_from(["plain"] * 12 + ["type", "member", "person", "prev", "none"])):
        case "type":
            event["type"] = OTHER
        case "member":
            event["data"]["more"] = "x" * draw(st.integers(0, 3))
        case "person":
            event["stream"] = f"attendance/{draw(st.sampled_from(PERSONS))}/{year}"
        case "prev":
            event["prev"] = "0" * draw(st.integers(0, 70))
        case "none":
            return canonical_bytes({"id": event["id"], "correlationid": "c", "type": "t"})
        case _:
            pass
    return canonical_bytes(event)


def parsed(lines: list[bytes]) -> list[tuple[str, ...]]:
    """What the fold reads of a check-in in its stream, of every line that is one to the general pattern."""
    found: list[tuple[str, ...]] = []
    for line in lines:
        if forms.ANY_FORM.fullmatch(line.decode()):
            event = json.loads(line)
            data = event["data"]
            assert event["type"].endswith("CheckedIn.v1")
            assert event["stream"].startswith(f"attendance/{data['person']}/")
            found.append((data["date"], data["person"], data["record"], data["village"], event["id"]))
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.lists(line(), min_size=1, max_size=30), min_size=1, max_size=4))
def test_every_check_in_comes_out_whatever_was_learned_before(texts: list[list[bytes]]) -> None:
    learned = Forms()
    for lines in texts:
        rest, found = learned.read(b"\n".join(lines).decode())
        columns = sorted(zip(*found, strict=True))
        others = [json.loads(line) for line in lines if line.decode() not in rest]
        # A form may pass over a member that the general pattern does not know.
        read = ("date", "person", "record", "village")
        assert columns == sorted((*(event["data"][name] for name in read), event["id"]) for event in others)
        assert all(event["stream"].startswith(f"attendance/{event['data']['person']}/") for event in others)
        assert not {*parsed(lines)} - {*columns}
        assert len(rest) + len(columns) == len(lines)


def test_a_form_is_learned_once_and_then_spares_the_general_pattern() -> None:
    lines = [check_in(record=f"r{number:04}").decode() for number in range(50)]
    learned = Forms()
    for _ in range(3):
        rest, found = learned.read("\n".join(lines))
        assert rest == [] and sorted(found.records) == [f"r{number:04}" for number in range(50)]
    assert len(learned._known) == 1


def test_where_a_match_reaches_over_the_end_of_a_line_lines_are_missing() -> None:
    whole = check_in().decode()
    learned = Forms()
    learned.read("\n".join([whole] * 8))
    at = whole.index("kiosk") if "kiosk" in whole else whole.index("gps")
    torn = whole[:at] + "\n" + whole[at + 1 :]
    rest, found = learned.read("\n".join([whole, torn, whole]))
    assert len(rest) + len(found.ids) < 4, "told by the number of lines, and left to the parser, which refuses it"
