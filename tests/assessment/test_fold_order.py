"""The same bytes whatever the order of arrival, the duplicates, the hash seed and the process."""

import json
import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import canonical_bytes, fold, fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay.lines import read_lines
from services.assessment.rules.rules import fold_rules
from tests.assessment.histories import History, bytes_of, folded, histories, lines_of

ROOT = Path(__file__).parents[2]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    history=histories(),
    shuffle=st.randoms(use_true_random=False),
    again=st.integers(0, 30),
    as_of=st.sampled_from([None, "2016-12-31", "2017-06-20", "2017-06-20T03:04:05Z", "2018-01-03"]),
)
def test_arrival_order_and_duplicates_change_no_byte(
    history: History, shuffle: random.Random, again: int, as_of: str | None
) -> None:
    lines, texts = lines_of(history)
    expected = bytes_of(lines, texts, 2017, cut_at(as_of))
    mixed = lines + shuffle.choices(lines, k=again)
    shuffle.shuffle(mixed)
    assert bytes_of(mixed, texts, 2017, cut_at(as_of)) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), as_of=st.dates(date(2016, 6, 1), date(2018, 1, 31)))
def test_what_was_recorded_after_the_cut_is_as_if_it_did_not_exist(history: History, as_of: date) -> None:
    lines, texts = lines_of(history)
    cut = cut_at(str(as_of))
    known = [line for line in lines if _recorded(line) <= str(cut.recorded)]
    assert bytes_of(known, texts, 2017, cut) == bytes_of(lines, texts, 2017, cut)


def _recorded(line: bytes) -> str:
    return line.split(b'"recordedtime":"', 1)[1][:27].decode("ascii")


def test_two_processes_with_different_hash_seeds_give_the_same_bytes(tmp_path: Path) -> None:
    history = History(
        ((date(2017, 1, 1), date(2017, 12, 31)),),
        frozenset(),
        {"leave": (), "travel": ((date(2017, 2, 1), date(2017, 5, 1)),)},
    )
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(lines_of(history)[0]))
    program = (
        "import sys; from pathlib import Path; from services.assessment.replay.offline import assess;"
        "from services.assessment.fold.fold import canonical_bytes;"
        "sys.stdout.buffer.write(canonical_bytes(assess(Path(sys.argv[1]), 2017)))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, str(events)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1", "424242")
    }
    assert len(outputs) == 1
    assert b'"TRAVEL"' in outputs.pop()


def _events(lines: list[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_a_cut_by_basis_folds_exactly_the_events_below_the_sizes() -> None:
    everyday = frozenset(date(2017, 3, day) for day in range(6, 11))
    history = History(((date(2017, 1, 1), date(2017, 12, 31)),), everyday)
    lines, _ = lines_of(history)
    events = _events(lines)
    indexes = {event["id"]: index for index, event in enumerate(events)}
    for size in range(len(events) + 1):
        basis = {"zhucun.demo/attendance": size, "zhucun.demo/personnel": len(events)}
        below = [e for e in events if e["origin"] != "zhucun.demo/attendance" or indexes[e["id"]] < size]
        cut = Cut(basis=basis)
        by_basis = fold(events, fold_rules(2017), year=2017, cut=cut, indexes=indexes)
        assert by_basis["persons"] == fold(below, fold_rules(2017), year=2017)["persons"]


def test_events_of_a_log_that_the_basis_does_not_name_do_not_count() -> None:
    history = History(((date(2017, 1, 1), date(2017, 12, 31)),), frozenset({date(2017, 3, 6)}))
    events = _events(lines_of(history)[0])
    indexes = dict.fromkeys((event["id"] for event in events), 0)
    cut = Cut(basis={"zhucun.demo/personnel": 9})
    shown = fold(events, fold_rules(2017), year=2017, cut=cut, indexes=indexes)["persons"]["P000001"]
    assert (shown["posted_days"], shown["on_post_days"]) == (365, 0)
    with pytest.raises(FoldError, match="log index"):
        fold(events, fold_rules(2017), year=2017, cut=cut)


def test_parsed_events_and_lines_give_the_same() -> None:
    history = History(((date(2017, 1, 1), date(2017, 12, 31)),), frozenset({date(2017, 3, 6), date(2017, 3, 7)}))
    lines, texts = lines_of(history)
    assert canonical_bytes(fold(_events(lines), fold_rules(2017), year=2017)) == bytes_of(lines, texts, 2017)


def test_a_reader_can_be_folded_again_for_another_year_and_county() -> None:
    history = History(((date(2016, 5, 1), date(2017, 12, 31)),), frozenset({date(2017, 3, 6)}))
    lines, texts = lines_of(history)
    reader = Reader(cut_at(None))
    read_lines(lines, reader, texts)
    for year in (2016, 2017):
        again = fold_read(reader, fold_rules(year), year=year, cut=cut_at(None))
        assert canonical_bytes(again) == bytes_of(lines, texts, year)
    elsewhere = fold_read(reader, fold_rules(2017), year=2017, cut=cut_at(None), county="530128")
    assert (elsewhere["persons"], elsewhere["counties"]) == ({}, {})


def test_a_newer_version_of_an_event_is_not_passed_over() -> None:
    history = History(((date(2017, 1, 1), date(2017, 12, 31)),), frozenset({date(2017, 3, 6)}))
    lines, texts = lines_of(history)
    newer = [line.replace(b"CheckedIn.v1", b"CheckedIn.v2") for line in lines]
    with pytest.raises(FoldError, match="newer than this fold"):
        folded(newer, texts, 2017)
