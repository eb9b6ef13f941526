"""The worked cases of the money that officials read and write (W60-W74), and what the runner says of a wrong one."""

from pathlib import Path

import pytest
import yaml

from services.finance.case_steps import Steps
from services.finance.cases import run_cases

CASES = Path("tests/cases")
README = (CASES / "README.md").read_text("utf-8")


def test_every_worked_case_of_the_money_comes_out_as_written() -> None:
    outcomes = run_cases([CASES])
    assert [(one.case, one.differences) for one in outcomes if one.differences] == []
    assert [one.case for one in outcomes] == [f"W{number}" for number in range(60, 75)]


def test_every_step_is_described_and_used() -> None:
    steps = {name for name, member in vars(Steps).items() if callable(member) and not name.startswith("_")}
    text = (CASES / "money" / "art-17-20.yaml").read_text("utf-8")
    used = {step.get("step") for case in yaml.safe_load(text) for step in case["money"]} - {None}
    assert used == steps
    assert [step for step in sorted(steps) if f"`{step}`" not in README] == []


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("{step: left, kind: special, is: 1}", "left 应为 1 元，实为 0.00 元"),
        ("{step: moves, kind: special, to: work, yuan: 1}", "expected done, got CROSS_KIND"),
        ("{step: in_book, kind: special, yuan: 1, refused: OVERSPEND}", "expected OVERSPEND, got done"),
        ("{step: in_book, kind: special, yuan: 0.001}", "不是整分"),
        ("{step: in_book, kind: gold, yuan: 1}", "gold"),
        ("{step: steals, yuan: 1}", "没有这个步骤"),
        ("{step: record, stream: a, recorded: b}", "没有这个步骤"),
        ("{step: left, kind: special, colour: red}", "colour"),
        ("{step: approves, payment: Y1, kind: special, by: XO}", "got AUTH"),
        ("{step: work_fund_short, level: city, people: [2017], gave: 1, is: 0}", "不是起止日期"),
    ],
)
def test_a_step_that_does_not_come_out_says_which_and_how(tmp_path: Path, steps: str, said: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(f"- {{id: X, title: 错, article: '19.1', money: [{steps}]}}\n", encoding="utf-8")
    (outcome,) = run_cases([file])
    assert outcome.differences[0].startswith("第1步 / step 1: ")
    assert said in outcome.differences[0]


def test_a_case_with_unknown_members_is_wrong_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("- {id: X, title: 错, money: [], year: 2017}\n- {id: W1, year: 2017}\n", encoding="utf-8")
    (outcome,) = run_cases([file])
    assert "['article', 'year']" in outcome.differences[0]
