"""Alerts and dashboard: every metric they name is one that a service shows, and every alert names its page."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from services.assessment.replay.alarm import write_metrics
from services.assessment.replay.county_proof import CountyRefold
from services.ledger.node import Counts
from services.ledger.status import Status
from services.runtime.telemetry import Telemetry

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = DEPLOY / "chart/zhucun/files"
ALERTS: list[dict[str, Any]] = yaml.safe_load((FILES / "alerts.yaml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((FILES / "zhucun.json").read_text("utf-8"))
OF_PROMETHEUS = {"up"}
NAME = re.compile(r"\b(?:zhucun|process)_[a-z_]+\b|\bup\b")


def shown() -> dict[str, set[str]]:
    """Every sample of a service that has a log, a reader and an answered request, and of the nightly refold: its name
    and its labels.
    """
    telemetry = Telemetry()
    telemetry.answered(service="finance", method="GET", route="/x", status=200, seconds=0.1)
    counts = {"finance": Counts(9, 8, 7, {"zhucun.test/personnel": 6}, {("books", "zhucun.test/finance"): 5})}
    text = telemetry.render(counts, {"finance": [Status("finance-relay")]}).decode()
    with tempfile.TemporaryDirectory() as folder:
        write_metrics([CountyRefold("530113", 2017)], Path(folder) / "refold.prom", 0.0)
        text += (Path(folder) / "refold.prom").read_text("utf-8")
    samples: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples.setdefault(sample.name, set()).update(sample.labels)
    return samples


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in ALERTS)
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


@pytest.mark.parametrize("expression", list(expressions()))
def test_every_metric_that_is_named_exists(expression: str) -> None:
    named = set(NAME.findall(expression))
    assert named, "an expression without any metric"
    assert named - OF_PROMETHEUS <= shown().keys()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_label_of_a_summary_is_one_of_its_metrics(rule: dict[str, Any]) -> None:
    known = shown()
    labels = {label for name in NAME.findall(rule["expr"]) for label in known.get(name, set())} | {"instance", "job"}
    assert set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])) <= labels


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_names_a_page_that_says_what_to_type(rule: dict[str, Any]) -> None:
    page = DEPLOY.parent / rule["annotations"]["runbook"]
    assert "zhucun " in page.read_text("utf-8")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool comes with Prometheus")
@pytest.mark.parametrize("words", [("check", "rules", FILES / "alerts.yaml"), ("test", "rules", "alerts.test.yaml")])
def test_prometheus_itself_takes_the_rules_and_fires_as_meant(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["promtool", *words], cwd=DEPLOY / "observability", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_lag_is_a_subtraction_of_positions() -> None:
    telemetry = Telemetry()
    counts = {"finance": Counts(9, 8, 7, {"zhucun.test/personnel": 6}, {("books", "zhucun.test/finance"): 5})}
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(telemetry.render(counts, {}).decode())
        for sample in family.samples
    }
    assert values["zhucun_appended_position", "finance"] - values["zhucun_sealed_position", "finance"] == 1
    assert values["zhucun_consumed_position", "finance", "personnel"] == 6
    assert values["zhucun_projected_position", "books", "finance", "finance"] == 5
