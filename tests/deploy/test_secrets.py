"""No secret goes into the image. That none is logged or shown while it runs: tests/runtime/test_command_line.py."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def copied() -> list[str]:
    """The tracked files that .dockerignore lets into the image's build."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no clone")
    return [name for name in listed.stdout.split() if name.split("/")[0] in allowed]


def test_what_goes_into_the_image_holds_no_key_and_no_password() -> None:
    names = copied()
    assert len(names) > 100
    assert not [name for name in names if re.search(r"\.(key|pem|creds|p12)$|/private/|(^|/)\.env$", name)]
    for name in names:
        text = (ROOT / name).read_bytes()
        assert b"PRIVATE KEY-----\n" not in text, name
        assert not re.search(rb"PRIVATE\+KEY\+[a-z0-9.]+/", text), name


def test_what_prepares_a_composition_is_ignored_by_git_and_by_the_image() -> None:
    ignored = subprocess.run(
        ["git", "check-ignore", "deploy/compose/private/x"], cwd=ROOT, check=False, capture_output=True
    )
    assert ignored.returncode == 0
    assert "deploy/compose/private" in (ROOT / ".dockerignore").read_text().splitlines()
