"""`zhucun replay`, `refold` and `rules` as people type them; files only, no server."""

import json
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from services.assessment.replay.alarm import say
from services.assessment.replay.county_proof import CountyRefold
from services.cli import app
from tests.assessment.office import PERSON
from tests.assessment.test_disputes import w57
from tests.assessment.test_refold import altered, written

LOGS = ("assessment", "attendance", "personnel")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The export of a disputed year."""
    events, disclosures = written(w57(), tmp_path_factory.mktemp("export"))
    return str(events), str(disclosures)


def zhucun(*words: str) -> tuple[int, str]:
    """Exit code, and what stands on the screen."""
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def printed(*words: str) -> tuple[int, str, list[str]]:
    """Exit code, standard output, and the lines beside it."""
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr.splitlines()


def test_a_replay_is_printed_for_people_and_as_json(export: tuple[str, str]) -> None:
    given = ("--events", export[0], "--disclosures", export[1], "--now", "2018-03-01")
    code, text = zhucun("replay", PERSON, "2017", "--version", "1", *given)
    assert code == 0
    assert "逐字节一致" in text and "DayStatusCorrected" in text and "迟 46 天" in text
    code, text, _ = printed(
        "replay", PERSON, "2017", *given, "--json", "--no-search", "--set", "onpost.travel_counts=false"
    )
    found = json.loads(text)
    assert (code, found["determination"], "flips" in found) == (0, 2, False)
    assert found["lenses"]["now-now"]["result"]["grounds"] == ["D3"]


def test_a_replay_of_nothing_is_one_sentence(export: tuple[str, str]) -> None:
    code, text, said = printed("replay", PERSON, "2016", "--events", export[0])
    assert (code, text) == (2, "")
    assert "没有认定" in said[-1]
    code, text = zhucun("replay", PERSON, "2017", "--events", export[0], "--set", "absence.basis=lunar")
    assert code == 2 and "absence.basis" in text


def test_a_refold_agrees_or_ends_with_code_one(export: tuple[str, str], tmp_path: Path) -> None:
    code, text, vouched = printed("refold", "--events", export[0], "--disclosures", export[1])
    assert (code, text.strip()) == (0, "530113 2017: 认定 determinations 2，一致 agrees")
    assert [line.split(":")[0] for line in vouched] == [f"zhucun.demo/{log}" for log in LOGS]
    assert "前 17 个与所记的树根相符" in vouched[0] and "nothing vouches for the other 3" in vouched[0]
    other = tmp_path / "events.jsonl"
    other.write_bytes(Path(export[0]).read_bytes())
    altered(other, b'"date":"2017-03-07"', b'"date":"2017-03-11"')
    metrics = tmp_path / "zhucun_refold.prom"
    given = ("--events", str(other), "--disclosures", export[1], "--metrics", str(metrics))
    code, text = zhucun("refold", "--year", "2017", *given)
    assert code == 1 and f"{PERSON} 第 1 次" in text
    told = {sample.name: sample for f in text_string_to_metric_families(metrics.read_text()) for sample in f.samples}
    assert (told["zhucun_refold_differences"].value, told["zhucun_refold_determinations"].value) == (2, 2)
    assert told["zhucun_refold_differences"].labels == {"county": "530113", "year": "2017"}
    assert told["zhucun_refold_completed_seconds"].value > 1_500_000_000


def test_a_county_that_is_no_code_is_not_taken_for_one_without_a_closed_year(export: tuple[str, str]) -> None:
    code, _ = zhucun("refold", "--county", "东川", "--events", export[0])
    assert code == 2


def test_every_difference_of_a_refold_is_a_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    found = CountyRefold(
        "530113", 2017, 2, [{"person": PERSON, "determination": 1, "differs": [{"member": "outcome"}]}]
    )
    with caplog.at_level("INFO"):
        say([found])
    lines: list[Any] = [record.msg for record in caplog.records]
    assert [(line["event"], line["level"]) for line in lines] == [("refold differs", "error"), ("refolded", "info")]
    assert (lines[0]["county"], lines[0]["members"], lines[1]["proven"]) == ("530113", ["outcome"], False)


def test_the_rules_are_shown_and_woven(tmp_path: Path) -> None:
    code, text = zhucun("rules", "show", "15.4")
    assert code == 0 and "无正当理由离岗连续超过15天" in text and "W12" in text
    page = tmp_path / "rules.html"
    assert zhucun("rules", "weave", "--out", str(page))[0] == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")
    code, text = zhucun("rules", "show", "15.9")
    assert code == 2 and "15.5" in text
