"""The package installs on its own: a wheel, a bare folder, and nothing of the repository."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts import publish

USE = """
import sys
sys.path[:0] = [{target!r}]
import contracts.calendar, contracts.catalogue, contracts.places, contracts.proofs, contracts.publish
from importlib import resources
assert contracts.__file__.startswith({target!r}), contracts.__file__
assert contracts.proofs.root_of([]) == contracts.proofs.EMPTY_ROOT
assert len(contracts.calendar.available_years()) >= 11
assert contracts.calendar.load_calendar(2017).digest()
assert contracts.places.load_divisions()
assert contracts.publish.differences() == []
assert "第二十三条" in (resources.files("contracts") / "measures" / "2016-1.txt").read_text("utf-8")
kit = resources.files("contracts.subscriber")
assert all((kit / name).is_file() for name in ("README.md", "node/subscribe.mjs", "plain/take.sh"))
assert (resources.files("contracts") / "openapi" / "finance.json").is_file()
foreign = {{"services", "yaml", "fastapi", "psycopg", "nats", "structlog"}} & sys.modules.keys()
assert not foreign, foreign
"""


def run(*command: str, cwd: Path) -> None:
    # A relative entry would name another folder there, and one with a `calendar.py` of ours hides the library's.
    inherited = [str(Path(entry).resolve()) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(inherited)}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(
    int(importlib.metadata.version("setuptools").split(".")[0]) < 77, reason="the build backend is older than 77"
)
def test_the_wheel_works_without_the_repository(tmp_path: Path) -> None:
    source, wheels, target = tmp_path / "source", tmp_path / "wheels", tmp_path / "target"
    shutil.copytree(publish.FOLDER, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-index", "--no-build-isolation", "--no-deps", "-w", str(wheels), str(source), cwd=tmp_path)
    (wheel,) = wheels.glob("zhucun_contracts-*.whl")
    run(*pip, "install", "--no-index", "--no-deps", "--target", str(target), str(wheel), cwd=tmp_path)
    run(sys.executable, "-I", "-c", USE.format(target=str(target)), cwd=tmp_path)
