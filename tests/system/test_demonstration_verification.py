"""The comparison of the demonstration finds what it is there to find: each disagreement by itself."""

from copy import deepcopy
from typing import Any

import pytest

from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.expectations import Expected, Table, expected_table
from deploy.local.demonstration.verify import (
    compare_earlier,
    compare_ordinary,
    compare_summary,
    compare_table,
    compare_year,
)


@pytest.fixture(scope="module")
def cast() -> Cast:
    return Cast()


@pytest.fixture(scope="module")
def table() -> Table:
    return expected_table()


@pytest.fixture
def fold(cast: Cast, table: Table) -> dict[str, Any]:
    """A fold in which everything comes out as the table and the proposals say."""
    persons = {person: shown_as(table.people[person]) for person in table.people}
    for person, life in cast.lives.items():
        if person not in table.people:
            persons[person] = {**shown_as(next(iter(table.people.values()))), "outcome": life.grade, "grounds": []}
    quota = {"objects": table.objects, "maximum": table.maximum, "excellent": [], "waiting_tie": []}
    return {"persons": persons, "counties": {table.county: {"quota": quota}}}


def shown_as(row: Expected) -> dict[str, Any]:
    return {
        "posted_days": row.posted,
        "on_post_days": row.on_post,
        "leave_days": row.leave,
        "absences": row.absent,
        "longest_run": row.longest_run,
        "carry_in_run": row.carry_in,
        "grounds": list(row.grounds),
        "outcome": row.outcome,
        "flags": list(row.flags),
        "listed": row.outcome not in ("NOT_ASSESSED_HERE", "OFF_LIST"),
    }


def test_a_fold_as_expected_agrees_with_the_table(fold: dict[str, Any], table: Table, cast: Cast) -> None:
    assert compare_table(fold, table) == []
    assert compare_ordinary(fold["persons"], cast) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("on_post_days", 201),
        ("absences", 1),
        ("longest_run", 1),
        ("leave_days", 0),
        ("posted_days", 364),
        ("carry_in_run", 3),
        ("grounds", ["D3"]),
        ("outcome", "不称职"),
    ],
)
def test_every_figure_of_a_named_person_is_compared(
    fold: dict[str, Any], table: Table, member: str, value: object
) -> None:
    fold["persons"]["P101702"][member] = value
    wrong = compare_table(fold, table)
    assert any(sentence.startswith("P101702 贺正好: expected") for sentence in wrong)


def test_a_missing_flag_a_missing_person_and_a_waiting_tie_are_found(fold: dict[str, Any], table: Table) -> None:
    fold["persons"]["P102303"]["flags"] = []
    del fold["persons"]["P101703"]
    fold["counties"][table.county]["quota"]["waiting_tie"] = ["P100302"]
    wrong = "\n".join(compare_table(fold, table))
    assert "run_broken_by_rest_day" in wrong
    assert "P101703 余差一: not folded" in wrong
    assert "quota: expected 182 objects" in wrong


def test_an_ordinary_person_with_a_ground_is_found(fold: dict[str, Any], cast: Cast) -> None:
    ordinary = next(person for person in cast.lives if person not in cast.named)
    fold["persons"][ordinary]["grounds"] = ["D4"]
    assert len(compare_ordinary(fold["persons"], cast)) == 1


def test_the_attendance_view_is_compared_person_by_person(fold: dict[str, Any]) -> None:
    people = fold["persons"]
    summary = {
        person: {
            "days_so_far": shown["posted_days"],
            "on_post_days": shown["on_post_days"],
            "leave_days": shown["leave_days"],
            "absences": shown["absences"],
        }
        for person, shown in people.items()
    }
    assert compare_summary(people, summary) == []
    summary["P101702"]["on_post_days"] -= 1
    del summary["P101703"]
    assert len(compare_summary(people, summary)) == 2


def test_the_determinations_are_compared_and_the_year_must_be_final(fold: dict[str, Any], table: Table) -> None:
    persons = [
        {
            "person": person,
            "outcome": shown["outcome"],
            "grounds": shown["grounds"] if shown["outcome"] == "不称职" else [],
        }
        for person, shown in fold["persons"].items()
        if shown["listed"]
    ]
    year: dict[str, Any] = {"state": {"final": True}, "persons": persons}
    assert compare_year(fold, table.county, year) == []
    assert compare_year(fold, table.county, {**year, "state": None}) == [f"{table.county}: the year is not final"]
    other = deepcopy(year)
    other["persons"][0]["outcome"] = "优秀"
    assert len(compare_year(fold, table.county, other)) == 1
    assert len(compare_year(fold, table.county, {**year, "persons": persons[1:]})) == 1


def test_the_grounds_of_the_year_before_are_compared(table: Table) -> None:
    found = {
        year: {"persons": {person: {"grounds": list(grounds)} for person, grounds in people.items()}}
        for year, people in table.earlier.items()
    }
    assert compare_earlier(found, table) == []
    found[2016]["persons"]["P100103"]["grounds"] = []
    assert len(compare_earlier(found, table)) == 1
