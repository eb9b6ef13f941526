"""What a log holds is read from its table and folded person by person as the plain reader and the whole fold do it."""

import json
import tracemalloc
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.proofs import leaf_hash
from services.assessment.cases import cases
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.determination import Head, content
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import Rules, canonical_bytes, fold_read
from services.assessment.fold.one_by_one import OneByOne
from services.assessment.fold.reading import Reader
from services.assessment.replay.filed import Filed
from services.assessment.replay.lines import LineError, read_lines
from services.assessment.replay.pages import Page
from services.assessment.replay.shelf import Shelf
from services.assessment.rules import rules
from tests.assessment.histories import History, histories, lines_of
from tests.assessment.test_forms import line as form_line
from tests.assessment.test_lines import BARE, EVENT_ID, WHOLE, changed, check_in

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "contracts" / "examples").glob("*.v?.json"))
EVERYTHING = cut_at(None)
EVENT = form_line().filter(lambda line: b"data" in line)


def plainly(lines: list[bytes], texts: dict[str, str] | None = None) -> Any:
    """What the parser makes of the lines: a blank before each keeps it from the pattern. None: refused."""
    reader = Reader(EVERYTHING)
    try:
        count = read_lines((b" " + line for line in lines), reader, texts or {})
    except LineError:
        return None
    people = {name: (sorted(one.check_ins()), sorted(one.facts)) for name, one in reader.people.items()}
    return count, people, reader.common


def shelved(lines: list[bytes], texts: dict[str, str] | None = None, **sizes: Any) -> Any:
    """The same from the shelf."""
    with Shelf(texts, **sizes) as shelf:
        try:
            shelf.take(Page("log", 7, len(lines), b"\n".join(lines)))
            people = {name: (sorted(one.check_ins()), sorted(one.facts)) for name, one in shelf.people()}
        except FoldError:
            return None
        return len(lines), people, shelf.common()


def canonical(line: bytes) -> bool:
    """Whether a log can hold these bytes."""
    try:
        event = json.loads(line)
        return canonical_bytes(event) == line and line.endswith(b',"version":%d}' % event["version"])
    except (ValueError, KeyError, TypeError):
        return False


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(line=changed())
def test_the_shelf_and_the_parser_say_the_same_of_every_line_that_a_log_can_hold(line: bytes) -> None:
    found, plain = shelved([line]), plainly([line])
    assert found == plain or not (canonical(line) or (found and plain))


@pytest.mark.parametrize("kind", ["attendance", "personnel", "finance", "assessment"])
def test_every_class_of_event_is_read_alike(kind: str) -> None:
    lines = [path.read_bytes().strip() for path in EXAMPLES if path.name.startswith(f"zhucun.{kind}.")]
    assert len(lines) > 20
    for line in lines:
        assert canonical(line)
        assert shelved([line]) == plainly([line])
    assert shelved(lines, at_once=1, block=1) == plainly(lines)


def test_a_version_that_the_fold_does_not_know_stops_it_where_it_reads_the_event() -> None:
    for path in EXAMPLES:
        line = path.read_bytes().strip()
        event = json.loads(line)
        newer = canonical_bytes(event | {"type": event["type"].rpartition(".")[0] + ".v9"})
        assert shelved([newer]) == plainly([newer])
        read_at_all = shelved([line])[1:] != ({}, [])
        assert (shelved([newer]) is None) == read_at_all, path.name


@pytest.mark.parametrize("odd", ['"', "\\", "驻村", "\n", "\x01", "é", "\U0002a700"])
def test_a_page_with_an_escape_or_another_alphabet_is_read_as_it_stands(odd: str) -> None:
    event = {**json.loads(WHOLE), "correlationid": odd, "id": EVENT_ID.replace("1", "2")}
    event["data"]["record"] = odd
    lines = [canonical_bytes(event), WHOLE, BARE.replace(EVENT_ID.encode(), EVENT_ID.replace("1", "3").encode())]
    found = shelved(lines)
    assert found == plainly(lines)
    assert [record for _, _, record, _ in found[1]["P000001"][0]] == ["r.-_9", odd, "r.-_9"]


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"[]",
        b"1",
        WHOLE + b"," + WHOLE,
        WHOLE[:-1],
        WHOLE.replace(b"2017-03-06", b"2017-02-30"),
        WHOLE.replace(b"2017-03-06", b""),
        WHOLE.replace(b"CheckedIn.v1", b"CheckedIn.v2"),
        WHOLE.replace(b'"id"', b'"ID"'),
        WHOLE.replace(b"recordedtime", b"rcordedtime"),
        b"\xff" + WHOLE,
    ],
)
def test_what_is_no_event_stops_the_reading(broken: bytes) -> None:
    assert shelved([check_in(whole=False), broken]) is None


def both_ways(
    lines: list[bytes], texts: dict[str, str], used: Any, year: int, cut: Cut = EVERYTHING, size: int = 7
) -> tuple[bytes, bytes]:
    """The whole fold of the plain reader, and the fold one by one from a shelf in the smallest pieces."""
    known = [line for line in lines if cut.recorded is None or json.loads(line)["recordedtime"] <= cut.recorded]
    reader = Reader(cut)
    read_lines(lines, reader, texts)
    told: Rules = used(reader.common)
    whole = fold_read(reader, told, year=year, cut=cut)
    with Shelf(texts, at_once=20, block=2) as shelf:
        for at in range(0, len(known), size):
            page = known[at : at + size]
            shelf.take(Page("log", at, len(page), b"\n".join(page)))
        waiting = Filed()
        passing = OneByOne(told, shelf.common(), year=year, cut=cut, packed=waiting)
        persons = dict(passing.persons(shelf.people()))
        waiting.close()
        proving = OneByOne(told, shelf.common(), year=year, cut=cut, whole=False)
        said = {name: content(shown) for name, shown in proving.persons(shelf.people())}
        assert said == {name: content(shown) for name, shown in persons.items()}, "a determination says the same"
        again = {**whole, "persons": persons, "counties": passing.counties}
    return canonical_bytes(whole), canonical_bytes(again)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(pages=st.lists(st.lists(EVENT, min_size=1, max_size=25), min_size=1, max_size=4), at_once=st.integers(1, 40))
def test_the_last_event_of_every_stream_is_known(pages: list[list[bytes]], at_once: int) -> None:
    wanted: dict[tuple[str, str], Head] = {}
    with Shelf(at_once=at_once, block=2) as shelf:
        first = 3
        for lines in pages:
            events = [json.loads(line) | {"id": f"{index:036}"} for index, line in enumerate(lines, first)]
            bodies = [*map(canonical_bytes, events)]
            shelf.take(Page("log", first, len(lines), b"\n".join(bodies)))
            for event, body in zip(events, bodies, strict=True):
                stream = event["stream"]
                wanted["log", stream] = Head("log", stream, event["version"], leaf_hash(body).hex())
            first += len(lines)
        found = [head for block in shelf.blocks() for shelved in block for head in shelved.last()]
    assert sorted(found) == sorted(wanted.values())


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), shuffle=st.randoms(use_true_random=False), size=st.integers(1, 400))
def test_one_by_one_from_a_shelf_gives_the_bytes_of_the_whole_fold(history: History, shuffle: Any, size: int) -> None:
    lines, texts = lines_of(history)
    shuffle.shuffle(lines)
    for cut in (EVERYTHING, cut_at("2017-06-20")):
        whole, again = both_ways(lines, texts, lambda common: rules.fold_rules(2017, None, common), 2017, cut, size)
        assert again == whole


@pytest.mark.parametrize("name", ["art-12-quota", "art-15-absence"])
def test_worked_cases_come_out_the_same_one_by_one(name: str) -> None:
    folded = 0
    for case in cases.load_cases(ROOT / "tests" / "cases" / f"{name}.yaml"):
        script, _ = cases._script(case)
        lines, texts, erased = script.encoded()
        for reading in [case, *case.get("readings", ())]:
            merged = {**{key: case.get(key) for key in ("year", "parameters", "as_of")}, **reading}
            parameters = {key: rules.load().parameter(key).check(v) for key, v in (merged["parameters"] or {}).items()}
            as_of = None if merged["as_of"] is None else str(merged["as_of"])
            used = partial(rules.fold_rules, merged["year"], parameters)
            if "refused" in merged.get("expect", {}):
                continue
            whole, again = both_ways(lines, texts, used, merged["year"], cut_at(as_of, erased=erased))
            assert again == whole, (case["id"], merged.get("parameters"))
            folded += 1
    assert folded > 10


def read_from_anywhere(lines: list[bytes], shelf: Shelf, page: int = 3) -> int:
    return shelf.read(b"\n".join(lines[at : at + page]) for at in range(0, len(lines), page))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    history=histories(),
    shuffle=st.randoms(use_true_random=False),
    again=st.integers(0, 60),
    page=st.integers(1, 50),
    at_once=st.integers(1, 200),
    as_of=st.sampled_from([None, "2017-06-20"]),
)
def test_lines_from_anywhere_are_what_the_plain_reader_has_in_memory(
    history: History, shuffle: Any, again: int, page: int, at_once: int, as_of: str | None
) -> None:
    lines, texts = lines_of(history)
    lines += [path.read_bytes().strip() for path in EXAMPLES if "VillageRegistered" in path.name] * 3
    lines += shuffle.choices(lines, k=again)
    shuffle.shuffle(lines)
    reader = Reader(cut_at(as_of))
    count = read_lines(lines, reader, texts)
    with Shelf(texts, at_once=at_once, block=1, cut=cut_at(as_of)) as shelf:
        assert read_from_anywhere(lines, shelf, page) == count
        people = {name: (sorted(one.check_ins()), sorted(one.facts)) for name, one in shelf.people()}
        common = {fact.id: fact for fact in shelf.common()}
    assert people == {name: (sorted(one.check_ins()), sorted(one.facts)) for name, one in reader.people.items()}
    assert [*common.values()] == reader.common
    assert len(common) > 0


def numbered(number: int, **changes: Any) -> bytes:
    return check_in(**changes).replace(EVENT_ID.encode(), b"00000000-0000-4000-8000-%012d" % number)


@pytest.mark.parametrize("at_once", [1, 4, 1000])
@pytest.mark.parametrize(
    ("put", "at", "said"),
    [
        ([numbered(3, record="another")], [20], "line 21: event .* comes twice with different content"),
        ([numbered(3, person="P000002")], [20], "line 21: event .* comes twice with different content"),
        ([numbered(3, record="another"), b"{"], [20, 25], "line 21: event .* comes twice"),
        ([b"{", numbered(3, record="another")], [17, 25], "line 18: not JSON"),
        ([numbered(9, record="x"), numbered(3, record="x")], [23, 28], "line 24: event .*009 comes twice"),
        ([b" " + numbered(3, record="another")], [20], "line 21: event .* comes twice"),
        ([numbered(3), numbered(3, record="another")], [15, 20], "line 21: event .* comes twice"),
    ],
)
def test_one_id_with_two_contents_is_found_however_far_apart(
    put: list[bytes], at: list[int], said: str, at_once: int
) -> None:
    lines = [numbered(number) for number in range(30)]
    for place, line in zip(at, put, strict=True):
        lines.insert(place, line)
    with Shelf(at_once=at_once) as shelf, pytest.raises(LineError, match=said):
        read_from_anywhere(lines, shelf)


def test_memory_does_not_grow_with_the_events() -> None:
    def peak(events: int) -> int:
        lines = (numbered(number, person=f"P{number % 7:06d}") for number in range(events))
        with Shelf(at_once=100) as shelf:
            tracemalloc.start()
            shelf.read(iter(partial(next, lines, b""), b""))
            held = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert sum(len(one.ids) for _, one in shelf.people()) == events
        return held

    few, many = peak(600), peak(2400)
    assert many - few < 1800 * 80, "in memory one takes some 350 bytes"


def test_what_is_nested_too_deeply_to_be_laid_aside_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(3000):
        deep = [deep]
    with Shelf() as shelf, pytest.raises(FoldError, match="nested too deeply"):
        shelf.note("P000001", (deep,))
        shelf.common()
