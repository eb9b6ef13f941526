"""Streams of attendance are read as the parser reads their lines; what is foreign to a stream stops the reading."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.proofs import leaf_hash
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import canonical_bytes
from services.assessment.fold.reading import Person, Reader
from services.assessment.replay.attended import Attended
from services.assessment.replay.lines import LineError, read_lines
from services.assessment.replay.pages import Stream
from tests.assessment.test_forms import line as form_line
from tests.assessment.test_lines import WHOLE, changed, check_in

NAME = "P000001"
STREAM = f"attendance/{NAME}/2017"
REASONS = ("family", "家事", 'a "quoted" word')


def plainly(lines: list[bytes]) -> Any:
    """What the parser makes of the lines: a blank before each keeps it from the pattern. None: refused."""
    reader = Reader(cut_at(None))
    try:
        read_lines((b" " + line for line in lines), reader, {})
    except LineError:
        return None
    return {name: (sorted(one.check_ins()), sorted(one.facts)) for name, one in reader.people.items()}


def attended(lines: list[bytes], reads: Attended | None = None, stream: str = STREAM) -> Any:
    """The same of a stream of one person, and its last event."""
    person = Person()
    try:
        heads = (reads or Attended()).read(person, NAME, [Stream(stream, len(lines), b"\n".join(lines))])
    except FoldError:
        return None
    found = sorted(person.check_ins()), sorted(person.facts)
    return ({NAME: found} if found != ([], []) else {}), heads


def numbered(lines: list[bytes]) -> list[bytes]:
    """As one stream holds them: ids of their own, versions from 1, one stream."""
    own = {"stream": STREAM}
    events = [json.loads(line) | own | {"id": f"{at:036}", "version": at} for at, line in enumerate(lines, 1)]
    for event in events:
        event["data"]["person"] = NAME
    return [*map(canonical_bytes, events)]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(line=changed())
def test_of_every_line_that_a_stream_can_hold_the_same_is_read(line: bytes) -> None:
    try:
        event = json.loads(line)
        own = canonical_bytes(event) == line and event["stream"] == STREAM and type(event["version"]) is int
    except (ValueError, TypeError, KeyError):
        own = False
    found, plain = attended([line]), plainly([line])
    if own and (plain is None or plain.keys() <= {NAME}):
        assert (found and found[0]) == plain
    else:
        assert found is None or found[0] == plain or not own


EVENTS = form_line().filter(lambda line: b"data" in line)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    written=st.lists(st.lists(EVENTS, min_size=1, max_size=25), min_size=1, max_size=4), why=st.sampled_from(REASONS)
)
def test_a_stream_of_many_forms_is_read_as_the_parser_reads_it(written: list[list[bytes]], why: str) -> None:
    reads = Attended()
    for lines in map(numbered, written):
        more = json.loads(lines[-1]) | {"type": "zhucun.attendance.LeaveRequested.v1", "id": "more"}
        more["data"]["reason"] = why
        lines.insert(len(lines) // 2, canonical_bytes(more))
        last = json.loads(lines[-1])
        assert attended(lines, reads) == (plainly(lines), [(STREAM, last["version"], leaf_hash(lines[-1]).hex())])


@pytest.mark.parametrize("record", ["é", "驻村", "\U0002a700", 'a"b', "a\\b", "\x01"])
def test_a_check_in_with_an_escape_or_another_alphabet_is_read_as_it_stands(record: str) -> None:
    event = json.loads(WHOLE)
    event["data"]["record"] = record
    lines = numbered([WHOLE, WHOLE, canonical_bytes(event), WHOLE])
    found, _ = attended(lines)
    assert found == plainly(lines)
    assert record in [each[2] for each in found[NAME][0]]


@pytest.mark.parametrize(
    "foreign",
    [
        check_in(person="P000002"),
        WHOLE.replace(b"attendance/P000001/2017", b"attendance/P000002/2017"),
        WHOLE.replace(b"attendance/P000001/2017", b"attendance/P000001/2016"),
        WHOLE[:-1],
        b"[]",
        b"",
        WHOLE + b"\n" + WHOLE,
        WHOLE.replace(b"2017-03-06", b"2017-02-30"),
        b"\xff" + WHOLE,
    ],
)
def test_what_does_not_belong_to_the_stream_stops_the_reading(foreign: bytes) -> None:
    assert attended([foreign]) is None
    reads = Attended()
    assert attended(numbered([WHOLE] * 9), reads) is not None
    assert attended([foreign], reads) is None


def test_one_id_twice_in_what_should_have_every_id_once_stops_the_reading() -> None:
    assert attended([WHOLE, WHOLE.replace(b'"version":2', b'"version":3')]) is None
