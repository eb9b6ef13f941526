"""The worked cases of the money that officials read and write (W60-W74), by the one runner of all cases."""

from pathlib import Path
from typing import Any

import pytest

from services.assessment.cases.cases import run_case, run_cases
from services.registry import services_of_cases

CASES = Path("tests/cases")
SERVICES = services_of_cases()


def test_every_worked_case_of_the_money_comes_out_as_written() -> None:
    outcomes = run_cases([CASES / "money"], SERVICES).outcomes
    assert [(one.case, one.differences) for one in outcomes if one.differences] == []
    assert [one.case for one in outcomes] == [f"W{number}" for number in range(60, 75)]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"does": "left", "with": {"kind": "special"}, "expect": 1}, "应为 1，实为 0"),
        ({"does": "left", "with": {"kind": "special"}}, "是提问，应写 expect"),
        ({"does": "moves", "with": {"kind": "special", "to": "work", "yuan": 1}}, "却被拒绝：CROSS_KIND"),
        ({"does": "in-book", "with": {"kind": "special", "yuan": 1}, "refused": "OVERSPEND"}, "却记录了"),
        ({"does": "in-book", "with": {"kind": "special", "yuan": 1}, "recorded": ["FundDisbursed"]}, "FundAllotted"),
        ({"does": "in-book", "with": {"kind": "special", "yuan": 1}, "expect": 1}, "不是提问"),
        ({"does": "in-book", "with": {"kind": "special", "yuan": 0.001}}, "不是整分"),
        ({"does": "in-book", "with": {"kind": "gold", "yuan": 1}}, "gold"),
        ({"does": "in-book", "who": "市财政", "with": {"kind": "special", "yuan": 1}}, "not CF"),
        ({"does": "left", "with": {"kind": "special", "colour": "red"}, "expect": 0}, "colour"),
        ({"does": "approves", "who": "县联席办", "with": {"payment": "Y1", "kind": "special"}}, "却被拒绝：AUTH"),
        ({"does": "moves", "with": {"kind": "special", "to": "work", "yuan": 1}, "refused": "QUOTA"}, "应以 QUOTA"),
        (
            {
                "does": "moves",
                "with": {"kind": "special", "to": "work", "yuan": 1},
                "refused": "CROSS_KIND",
                "article": "1",
            },
            "拒绝应依据第 1 条",
        ),
        (
            {"does": "work-fund-short", "with": {"level": "city", "people": [2017], "gave": 1}, "expect": 0},
            "不是起止日期",
        ),
    ],
)
def test_a_step_that_does_not_come_out_says_which_and_how(step: dict[str, Any], said: str) -> None:
    word = f"finance/{step['does']}"
    case = {"id": "X", "title": "错", "article": "19.1", "year": 2017, "steps": [{**step, "does": word}]}
    (outcome,) = run_case(case, SERVICES)
    (difference,) = outcome.differences
    assert difference.startswith(f"第1步 {word} / step 1: ")
    assert said in difference


@pytest.mark.parametrize("word", ["steals", "record", "give", "_day"])
def test_what_is_no_word_of_the_field_is_no_step(word: str) -> None:
    case = {"id": "X", "title": "错", "year": 2017, "steps": [{"does": f"finance/{word}", "with": {"yuan": 1}}]}
    assert "没有这个命令" in run_case(case, SERVICES)[0].differences[0]


def test_a_step_without_a_date_is_taken_on_the_day_that_the_desk_has_come_to() -> None:
    """A notice stands for its days: whatever is written below it is done when they are over."""
    notice = [
        {"date": "2017-12-28", "does": "finance/contributes", "with": {"yuan": 10000, "people": 1}},
        {"date": "2018-01-05", "does": "finance/closes", "with": {"kind": "work", "year": 2017}},
        {"does": "finance/opening", "with": {"kind": "work", "year": 2018}, "expect": 10000},
    ]
    case = {"id": "X", "title": "年末", "article": "19.1", "year": 2017, "steps": notice}
    assert run_case(case, SERVICES)[0].differences == ()
