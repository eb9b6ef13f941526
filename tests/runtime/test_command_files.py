"""A file that cannot be read is one sentence with its name, whichever option named it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app


@pytest.mark.parametrize("missing", ["--events", "--disclosures"])
def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path, missing: str) -> None:
    files = {"--events": tmp_path / "events.jsonl", "--disclosures": tmp_path / "disclosures.jsonl"}
    for option, path in files.items():
        if option != missing:
            path.write_text("", "utf-8")
    asked = ["assess", "--year", "2017", *(word for option, path in files.items() for word in (option, str(path)))]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert str(files[missing]) in done.output


def test_a_folder_in_place_of_a_file_is_one_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["assess", "--year", "2017", "--events", str(tmp_path)])
    assert done.exit_code == 2
    assert str(tmp_path) in done.output
