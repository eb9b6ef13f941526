"""A check-in is read the same by the pattern and by the JSON parser, whatever its bytes look like."""

import json
import re
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.attendance import CheckedIn, CheckInMethod
from contracts.envelope import encode
from contracts.fact import Actor
from contracts.identifiers import Role
from services.assessment.fold.civil import cut_at
from services.assessment.fold.fold import canonical_bytes, fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay import lines as event_lines
from services.assessment.replay.lines import LineError, read_lines, read_pages
from services.assessment.rules.rules import fold_rules
from tests.assessment.histories import History, histories, lines_of

EVENT_ID = "00000000-0000-4000-8000-000000000001"


def check_in(whole: bool = True, **changes: Any) -> bytes:
    """The bytes of a check-in as attendance writes it; `whole`: with every member that may be missing."""
    more: dict[str, Any] = {"device_time": datetime(2017, 3, 6, 1, tzinfo=UTC), "overnight": False} if whole else {}
    given: dict[str, Any] = {
        "actor": Actor(
            person="P000001",
            role=Role.MEMBER,
            organisation="O0001" if whole else None,
            on_behalf_of="P000002" if whole else None,
            via="P000003" if whole else None,
        ),
        "article": "9.3",
        "ruleset": "kunming-2016-1",
        "place": "530113100201",
        "person": "P000001",
        "team": "T000001",
        "village": "530113100201",
        "date": date(2017, 3, 6),
        "method": CheckInMethod.GPS,
        "record": "r.-_9",
    }
    version = 2 if whole else 1
    return encode(
        CheckedIn(**{**given, **more, **changes}),
        service="attendance",
        event_id=EVENT_ID,
        origin="zhucun.demo/attendance",
        stream="attendance/P000001/2017",
        version=version,
        prev=b"\x07" * 32 if whole else None,
        recorded=datetime(2017, 3, 6, 2, tzinfo=UTC),
        correlation="c-1",
        causation="c-0" if whole else None,
        salt=lambda: b"\x05" * 16,
    ).body


WHOLE, BARE = check_in(), check_in(whole=False)
MEMBERS = [match.span() for match in re.finditer(rb'"\w+":(?:"[^"]*"|true|false|\d+)', WHOLE)]
BYTES = st.sampled_from([*b'"\\{}[]:,.0aP-_ \t\r\x00\x1f\x7f', 0x80, 0xC3, 0xA9, 0xFF])


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A check-in with something written otherwise: bytes put in or over others, members left out, twice, elsewhere."""
    line = draw(st.sampled_from([WHOLE, BARE]))
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(line)))
        match draw(st.sampled_from(["put", "member", "escape", "text"])):
            case "put":
                line = line[:at] + bytes(draw(st.lists(BYTES, max_size=3))) + line[at + draw(st.integers(0, 2)) :]
            case "member":
                first, last = draw(st.sampled_from(MEMBERS))
                member = WHOLE[first:last]
                comma = b"," if draw(st.booleans()) else b""
                line = line.replace(member + b",", b"", draw(st.integers(0, 1)))
                line = line[:at] + comma + member + b"," + line[at:] if draw(st.booleans()) else line
            case "escape":
                escaped = b"\\u00%02x" % line[at : at + 1][0] if at < len(line) else b""
                line = line[:at] + escaped + line[at + 1 :]
            case _:
                value = draw(st.sampled_from(['"', "\\", "é", "驻村", '","date":"2017-03-07', "\n", "2017-03-07", ""]))
                name = draw(st.sampled_from(["correlationid", "date", "person", "record", "id", "village", "origin"]))
                event = json.loads(WHOLE)
                (event if name in event else event["data"])[name] = value
                line = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return line.replace(b"\n", b"")


def read(line: bytes) -> Any:
    """What a reader has after the line, or that it was refused."""
    reader = Reader(cut_at(None))
    try:
        count = read_lines([line], reader, {})
    except LineError as error:
        return "refused", error.line
    people = {name: (list(person.check_ins()), person.facts) for name, person in reader.people.items()}
    return count, people, list(reader.seen)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(line=changed())
def test_the_pattern_and_the_parser_say_the_same_of_every_line(line: bytes) -> None:
    assert read(line) == read(b" " + line), "a blank before it leaves a line to the parser"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"version":2', b'"version":02'),
        (b'"version":2', b'"version":' + b"9" * 5000),
        (b'"version":2', b'"version":2e3'),
        (b'"role":"MB"', b'"role":"MB","role":"MB"'),
        (b'"role":"MB"', b'"role":["MB"]'),
        (b'"overnight":false', b'"overnight":null'),
        (b'"record":"r.-_9"', b'"record":"r\\\\9"'),
        (b'"record":"r.-_9"', b'"record":9'),
        (b'"date":"2017-03-06"', b'"date":""'),
        (EVENT_ID.encode(), b""),
        (b"c-1", b"c\x7f1"),
        (b"c-1", b"c\xc3\xa91"),
        (b"c-1", b"c\xc31"),
        (b"c-1", b"c\t1"),
        (b"CheckedIn.v1", b"CheckedIn.v2"),
    ],
)
def test_what_looks_like_a_check_in_and_is_not_quite_one_is_read_as_the_parser_reads_it(old: bytes, new: bytes) -> None:
    line = WHOLE.replace(old, new)
    assert line != WHOLE
    assert read(line) == read(b" " + line)


def test_every_form_that_attendance_writes_is_recognised_and_no_other() -> None:
    optional: list[tuple[str, Any]] = [("device_time", None), ("overnight", None), ("overnight", True)]
    forms = [WHOLE, BARE, *(check_in(**{name: value}) for name, value in optional)]
    forms += [check_in(actor=Actor(person="P1234567", role=role)) for role in (Role.MEMBER, Role.VILLAGE_COMMITTEES)]
    forms += [check_in(whole, method=method) for whole, method in product((True, False), CheckInMethod)]
    for form, pattern in product(forms, (event_lines._PLAIN, event_lines._STRICT)):
        assert pattern.findall(form.decode()) == [
            (form.decode(), "2017-03-06", "P000001", "r.-_9", "530113100201", EVENT_ID)
        ]
    text = WHOLE.decode()
    for wrong in (
        text[:-1],
        text + " ",
        text.replace('"village"', '"Village"'),
        text.replace("CheckedIn", "CheckedIx"),
    ):
        assert event_lines._PLAIN.findall(wrong) == [(wrong, "", "", "", "", "")]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), shuffle=st.randoms(use_true_random=False), size=st.integers(1, 400))
def test_pages_of_any_size_and_order_give_the_same(history: History, shuffle: Any, size: int) -> None:
    lines, texts = lines_of(history)
    shuffle.shuffle(lines)
    pages = [b"\n".join(lines[at : at + size]) for at in range(0, len(lines), size)]
    for cut in (cut_at(None), cut_at("2017-06-20")):
        reader = Reader(cut)
        assert read_pages(pages, reader, texts) == len(lines)
        outcomes = {canonical_bytes(fold_read(reader, fold_rules(2017), year=2017, cut=cut))}
        alone = Reader(cut)
        read_lines((b" " + line for line in lines), alone, texts)
        outcomes.add(canonical_bytes(fold_read(alone, fold_rules(2017), year=2017, cut=cut)))
        assert len(outcomes) == 1


@pytest.mark.parametrize(
    "at", [match.start() for match in re.finditer(rb"mandatory|gps|CheckedIn|c-1|[0-9]{4}-03", WHOLE)]
)
def test_a_check_in_torn_apart_by_a_line_break_is_none(at: int) -> None:
    torn = WHOLE[: at + 1] + b"\n" + WHOLE[at + 1 :]
    with pytest.raises(LineError, match="not JSON") as refused:
        read_pages([BARE.replace(b"001", b"002") + b"\n" + torn], Reader(cut_at(None)), {})
    assert refused.value.line == 2


@pytest.mark.parametrize("place", [0, 1, 511, 512, 1300])
def test_a_bad_line_among_many_is_named_by_its_number(place: int) -> None:
    lines = [WHOLE.replace(EVENT_ID.encode(), b"00000000-0000-4000-8000-%012d" % number) for number in range(1400)]
    for bad, reason in (
        (lines[place].replace(b"2017-03-06", b"2017-02-30"), "not a civil date"),
        (lines[place].replace(b'"method":"gps"', b'"method":"kiosk"'), "comes twice with different content"),
        (lines[place].replace(b'"method":"gps"', b'"method":"g\x01"'), "not JSON"),
    ):
        several = [*lines[:place], bad, *lines[place + 1 :]]
        wanted = place + 1
        if "twice" in reason:
            several = [*lines, bad]
            wanted = len(several)
        with pytest.raises(LineError, match=reason) as refused:
            read_lines(several, Reader(cut_at(None)), {})
        assert refused.value.line == wanted


def test_what_comes_twice_counts_once_also_with_another_line_ending() -> None:
    reader = Reader(cut_at(None))
    assert (
        read_pages([WHOLE + b"\n" + WHOLE + b"\r\n\n", WHOLE + b"\n" + BARE.replace(b"001", b"002")], reader, {}) == 4
    )
    assert len(list(reader.people["P000001"].check_ins())) == 1
