"""What would change a result: every single fact, and every pair of them, exactly as trying each by itself would say."""

from collections import Counter
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from services.assessment.fold.civil import cut_at
from services.assessment.fold.fold import Rules
from services.assessment.replay.changes import Change
from services.assessment.replay.flips import Trial, flips
from services.assessment.replay.lenses import Facts, facts_now, facts_then
from services.assessment.replay.pairs import MOST_COMPOSED
from services.assessment.replay.replay import MOST_SINGLES, case_of
from services.assessment.rules import rules
from tests.assessment.kept import Kept
from tests.assessment.office import PERSON
from tests.assessment.test_disputes import ALL_YEAR, finalised

BUSY: dict[str, Any] = {
    "posted": ALL_YEAR,
    "sanction": {"decided": date(2017, 6, 1)},
    "present": [
        {"days": "2017-01-03..2017-01-24 duty"},
        {"days": "2017-01-14"},
        {"days": "2017-01-12", "times": 1, "record": "again"},
    ],
    "no_record": "2017-01-09..2017-01-11",
    "travel": [{"days": "2017-01-05..2017-01-06"}, {"days": "2017-02-06..2017-02-10", "last_day": date(2017, 2, 7)}],
    "training": {"days": "2017-02-08"},
    "found_absent": {"days": "2017-01-18"},
    "check_in_voided": {"days": "2017-01-19"},
    "justified": {"days": "2017-01-10"},
    "corrected": {"days": "2017-02-09", "status": "ONPOST"},
    "leave": [
        {"days": "2017-01-25..2017-02-03"},
        {"days": "2017-02-13..2017-12-30", "shortened_to": date(2017, 12, 29), "shortened_on": date(2017, 2, 13)},
    ],
}
"""Check-ins with every kind of neighbour: on travel, twice a day, on a rest day, voided, before and after leave."""


def taken(kept: Kept, settings: list[str]) -> tuple[Facts, Facts, Rules]:
    case = case_of(kept.known, PERSON, 2017)
    then = facts_then(case, cut_at(case.data["moment"], case.basis))
    used = rules.fold_rules(2017, rules.load().parse_set(settings), then.reader.common)
    return then, facts_now(case, cut_at("2018-06-01")), used


Kind = tuple[tuple[tuple[str, str], ...], str, tuple[str, ...]]


def one_by_one(trial: Trial, changes: list[Change]) -> Counter[Kind]:
    """Every pair of changes that are not enough alone, judged itself."""

    def result(*changed: Change) -> tuple[str, tuple[str, ...]]:
        judged = trial.judged(changed)
        return judged.outcome, tuple(judged.grounds)

    base = result()
    idle = [change for change in changes if result(change) == base]
    pairs = [(pair, result(*pair)) for pair in combinations(idle, 2)]
    return Counter((kind_of(pair), *found) for pair, found in pairs if found != base)


def kind_of(pair: tuple[Change, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((change.name, change.move) for change in pair)


@pytest.mark.parametrize(
    "settings",
    [
        ["shortfall.threshold=17"],
        ["absence.run_limit=5", "absence.year_limit=5"],
        ["absence.run_limit=1", "absence.year_limit=200"],
        ["absence.run_limit=2", "absence.year_limit=200", "absence.rest_in_run=break", "shortfall.threshold=16"],
        ["absence.run_limit=3", "absence.year_limit=200", "leave.resets_run=false"],
        ["absence.run_limit=6", "absence.basis=calendar"],
        ["absence.run_limit=5", "absence.rest_in_run=count", "leave.resets_run=false"],
        ["absence.year_limit=4", "absence.cumulative_window=rolling", "onpost.min_checkins=2"],
        ["absence.run_limit=5", "overstay.counts=false", "conflict.leave_checkin=presence"],
    ],
)
def test_pairs_are_those_that_trying_each_by_itself_would_find(settings: list[str]) -> None:
    kept = finalised(**BUSY)
    kept.given(recorded=date(2018, 2, 11), found_absent="2017-01-17")
    compare(*taken(kept, settings))


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
@pytest.mark.parametrize("rest", ["bridge", "break"])
def test_so_are_pairs_that_end_absences_which_were_too_long(limit: int, rest: str) -> None:
    """Two long runs and short ones; what came to light later ends each of them, in one place or in several."""
    days = "2017-01-03..2017-01-06, 2017-01-18..2017-01-24, 2017-02-04, 2017-02-15..2017-02-24"
    present = [{"days": f"{span} duty"} for span in days.split(", ")]
    kept = finalised(
        posted="2017-01-01..2017-08-31",
        present=present,
        leave={"days": "2017-03-01..2017-08-25"},
        travel={"days": "2017-01-20"},
    )
    for day in ("2017-01-11", "2017-01-13", "2017-02-08", "2017-02-13", "2017-02-27"):
        kept.given(recorded=date(2018, 2, 11), corrected={"days": day, "status": "ONPOST"})
    kept.given(recorded=date(2018, 2, 12), justified={"days": "2017-02-07..2017-02-08"}, found_absent="2017-02-16")
    settings = [f"absence.run_limit={limit}", "absence.year_limit=200", "shortfall.threshold=0"]
    found = compare(*taken(kept, [*settings, f"absence.rest_in_run={rest}", "longleave.no_grade=false"]))
    assert "D4" in found["from"]["grounds"] and any("D4" not in one["grounds"] for one in found["sets"])


def compare(then: Facts, now: Facts, used: Rules) -> dict[str, Any]:
    """What is found, after it was held against trying each pair by itself."""
    found = flips(then, now, used, most_singles=1_000, most_pairs=10_000)
    trial = Trial(then, now, used)
    changes = trial.changes()
    assert found["pairs"]["left_out"] == 0
    assert found["pairs"]["tried"] == found["pairs"]["of"] > found["pairs"]["judged"]
    sets = [one for one in found["sets"] if one["size"] == 2]
    shown = Counter(
        {
            (tuple((c["type"], c["move"]) for c in one["changes"]), one["outcome"], tuple(one["grounds"])): one["alike"]
            for one in sets
        }
    )
    assert shown == one_by_one(trial, changes)
    assert all(len(one["alike_events"]) == min(one["alike"], 5) for one in found["sets"])
    return found


def test_what_a_bound_leaves_out_is_counted_and_said() -> None:
    then, now, used = taken(finalised(**BUSY), [])
    whole = flips(then, now, used, most_singles=1_000, most_pairs=10_000)["pairs"]
    part = flips(then, now, used, most_singles=1_000, most_pairs=5)["pairs"]
    assert part["judged"] == 5
    assert part["of"] == whole["of"] == part["tried"] + part["left_out"]
    assert part["left_out"] > 0


def test_every_pair_of_as_many_facts_as_are_tried_can_be_put_together() -> None:
    assert MOST_SINGLES * (MOST_SINGLES - 1) // 2 <= MOST_COMPOSED


def test_a_year_of_check_ins_is_searched_whole() -> None:
    kept = finalised(posted=ALL_YEAR, present="201 duty days of 2017", leave={"days": "other duty days of 2017"})
    found = flips(*taken(kept, []), most_singles=1_000, most_pairs=3_000)
    pairs = [one for one in found["sets"] if one["size"] == 2]
    assert [(one["outcome"], one["grounds"], one["alike"]) for one in pairs] == [("不称职", ["D3"], 201 * 200 // 2)]
    assert (found["pairs"]["left_out"], found["pairs"]["tried"]) == (0, found["pairs"]["of"])
