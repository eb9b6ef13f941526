"""The bench runs and says what it should, on whatever servers the tests have. How fast anything is, is not asserted."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import ROWS
from tests.bench.measuring import Figure, Promise, Spread, Verdict, compared

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def quick_run(
    postgres_url: str, empty_bus: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Any]]:
    """Screen and JSON of one quick run of all rows."""
    place = tmp_path_factory.mktemp("bench")
    out = place / "bench.json"
    environ = {
        **os.environ,
        "ZHUCUN_TEST_POSTGRES_URL": postgres_url,
        "ZHUCUN_TEST_NATS_URL": empty_bus,
        "ZHUCUN_VAR": str(place),
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--out", str(out)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert not list((place / "bench").iterdir()), "nothing is left behind"
    return run.stdout, json.loads(out.read_text("utf-8"))


def test_every_row_is_measured_and_says_its_guarantee(quick_run: tuple[str, dict[str, Any]]) -> None:
    _, report = quick_run
    assert list(dict.fromkeys(figure["row"] for figure in report["figures"])) == list(ROWS)
    for figure in report["figures"]:
        assert figure["guarantee"]
        assert figure["verdict"] in set(Verdict)
        assert 0 <= figure["ours"]["min"] <= figure["ours"]["median"] <= figure["ours"]["max"]
        assert (figure["ratio"] is None) == (figure["bare"] is None) == (figure["against"] is None)


def test_every_promise_of_the_design_that_can_be_measured_is_among_the_figures(
    quick_run: tuple[str, dict[str, Any]],
) -> None:
    _, report = quick_run
    promised = {(figure["row"], figure["promise"]) for figure in report["figures"] if figure["promise"]}
    assert promised == {
        ("append", "≥ 0.5 × bare"),
        ("batch", "≥ 0.4 × bare"),
        ("publish", "≥ 6000"),
        ("consume", "≥ 6000"),
        ("chain", "≥ 3000"),
        ("refold", "≤ 3 × bare"),
        ("refold", "≤ 1.25 × bare"),
        ("replay", "≤ 100"),
        ("proof", "≤ 2"),
        ("proof", "≤ 1"),
    }


def test_the_conditions_of_the_run_stand_beside_the_figures(quick_run: tuple[str, dict[str, Any]]) -> None:
    screen, report = quick_run
    assert report["quick"] is True
    assert set(report["conditions"]) == set(ROWS)
    assert all(condition["load_before"] >= 0 for condition in report["conditions"].values())
    assert set(report["postgres"]) == {"fsync", "full_page_writes", "synchronous_commit"}
    assert "--quick" in screen


def test_without_fsync_a_promise_of_durable_appends_is_not_judged(quick_run: tuple[str, dict[str, Any]]) -> None:
    _, report = quick_run
    if report["postgres"]["fsync"] == "off":
        verdicts = {figure["verdict"] for figure in report["figures"] if figure["row"] == "append"}
        assert verdicts == {Verdict.NOT_JUDGED}


def test_a_missed_promise_says_so() -> None:
    ours, bare, ratio = compared([40.0, 50.0, 45.0], [100.0, 100.0, 100.0])
    half = Promise(0.5, of_ratio=True)
    figure = Figure("row", "what", "events/s", ours, "none", bare, "nothing", ratio, half)
    assert figure.verdict is Verdict.MISSED
    assert (ratio.least, ratio.median, ratio.most) == (0.4, 0.45, 0.5)


def test_a_bound_from_above_is_kept_from_below() -> None:
    three = Promise(3.0, of_ratio=False, at_least=False)
    assert Figure("row", "what", "s", Spread.of([2.0, 3.0, 9.0]), "none", promise=three).verdict is Verdict.KEPT
    assert Figure("row", "what", "s", Spread.of([2.0, 3.1, 9.0]), "none", promise=three).verdict is Verdict.MISSED
