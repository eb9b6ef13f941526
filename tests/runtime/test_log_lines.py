"""How log lines are set up."""

import json

import pytest
import structlog

from services.runtime import logging as logs


def test_a_logger_that_was_used_follows_what_is_set_up_later(capsys: pytest.CaptureFixture[str]) -> None:
    """A traceback is one text on a screen and a list in JSON."""
    logs.configure("console", "info")
    log = structlog.get_logger("tests.log_lines")
    log.info("said", number=1)
    try:
        logs.configure("json", "info")
        capsys.readouterr()
        try:
            raise LookupError("nowhere")
        except LookupError:
            log.exception("failed", number=2)
        line = json.loads(capsys.readouterr().err)
    finally:
        logs.configure("console", "warning")
    assert (line["event"], line["number"], line["level"]) == ("failed", 2, "error")
    assert [one["exc_type"] for one in line["exception"]] == ["LookupError"]
