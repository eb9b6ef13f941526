"""The guide as another agency's engineer follows it: two files, the lines in their order, nothing of the repository."""

import asyncio
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contracts.attendance import SpotCheckFinding as Finding
from contracts.publish import FOLDER
from tests.agencies.world import ELSEWHERE, World, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUIDE = (FOLDER / "subscriber/README.md").read_text("utf-8")
ROOT = Path(__file__).parents[2]
PERSON = "P000101"
TEN_MINUTES = 600.0


def block(before: str, language: str = "sh") -> str:
    """The first block of that language after these words of the guide."""
    found = re.search(rf"^```{language}\n(.*?)^```", GUIDE[GUIDE.index(before) :], re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group(1)


def environ(**more: str) -> dict[str, str]:
    """Nothing of this checkout or of this machine's settings."""
    names = {"PYTHONPATH", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in names and name[:6] != "ZHUCUN"} | more


async def typed(folder: Path, text: str, **more: str) -> tuple[int, str, str]:
    """Code, standard output and standard error of the lines, the first one that fails ends them."""
    process = await asyncio.create_subprocess_exec(
        *("sh", "-ec", text),
        cwd=folder,
        env=environ(**more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await asyncio.wait_for(process.communicate(), TEN_MINUTES)
    assert process.returncode is not None
    return process.returncode, out.decode(), said.decode()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engineer's folder, with the wheel and nothing else in it."""
    if int(importlib.metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("the build backend is older than 77")
    folder, source = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("source") / "contracts"
    shutil.copytree(FOLDER, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    wheel = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-build-isolation", "--no-deps", "-w", str(folder)]
    subprocess.run([*wheel, str(source)], capture_output=True, check=True)
    return folder


@pytest.fixture(scope="module")
def tool(desk: Path) -> str:
    """A PATH on which `nats` is the program itself where this machine has it, otherwise what stands in for it."""
    if shutil.which("nats") is not None:
        return os.environ["PATH"]
    there = desk / "tool"
    there.mkdir()
    run = f"PYTHONPATH={ROOT} exec {sys.executable} -m tests.agencies.nats_tool"
    (there / "nats").write_text(f'#!/bin/sh\n{run} "$@"\n', "utf-8")
    (there / "nats").chmod(0o755)
    return f"{there}:{os.environ['PATH']}"


async def test_within_ten_minutes_every_event_of_the_county_is_there(world: World, desk: Path) -> None:
    told = [
        await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT, place))
        for place in ("530113100201", ELSEWHERE, "530113100201")
    ]
    handed = await world.agency("bureau", "DI", "530113")
    creds = desk / "bureau.creds"
    creds.write_bytes(handed.read_bytes())
    creds.chmod(0o644)  # as it comes out of a mail
    begun = time.monotonic()
    code, out, said = await typed(desk, block("What you type"))
    if code != 0 and "No matching distribution" in said:
        pytest.skip("no package index can be reached")
    assert code == 0, said
    assert time.monotonic() - begun < TEN_MINUTES
    events = [json.loads(line) for line in (desk / "events.jsonl").read_text("utf-8").splitlines()]
    assert [event["id"] for event in events] == told[0] + told[2]
    assert "2 events.jsonl" in out
    assert "2 entries, all of them checked" in said
    assert (desk / "taken.jsonl").read_bytes() == (desk / "events.jsonl").read_bytes()


async def test_what_the_guide_shows_in_python_runs(world: World, desk: Path) -> None:
    if not (desk / "agency").exists():
        pytest.skip("no package index can be reached")
    (desk / "mine.py").write_text(block("In Python", "python"), "utf-8")
    code, out, said = await typed(desk, "agency/bin/python mine.py")
    assert (code, out) == (0, "2 entries\n"), said
    assert (desk / "mine.jsonl").read_bytes() == (desk / "events.jsonl").read_bytes()


async def test_the_lines_with_the_nats_command_bring_the_same_bytes(world: World, desk: Path, tool: str) -> None:
    facts = [spot_check(PERSON, Finding.ABSENT) for _ in range(9)]
    await world.tell("attendance", f"attendance/{PERSON}/2017", *facts)
    creds = desk / "bureau.creds"
    shutil.copy(world.folder / "bureau.creds", creds)
    kept = await world.everything("bureau")
    assert len(kept.events) == 11
    code, out, said = await typed(desk, block("By hand, with the"), PATH=tool)
    assert code == 0, said
    shown = [line for line in out.splitlines() if line.startswith('{"correlationid"')]
    assert shown == [event.body.decode() for event in kept.events][: len(shown)]
    assert len(shown) >= 9  # checkpoints stand between them
    assert (desk / "bureau.nk").stat().st_mode & 0o077 == 0
    durable = json.loads(creds.read_text("utf-8"))["durable"]
    _, info, _ = await typed(desk, f"{_function()}\nnats consumer info SCOPE {durable}", PATH=tool)
    assert '"num_ack_pending":0' in info or "Outstanding Acks: 0" in info  # all that was shown was acknowledged


REFUSED = (
    "nats sub '>' --count 1",
    "nats sub 'scope.>' --count 1",
    "nats stream info SCOPE",
    "nats pub scope.ev.attendance.CheckedIn._._._ '{}'",
    "nats consumer next SCOPE other",
    """nats request '$JS.API.CONSUMER.CREATE.SCOPE.mine' '{"stream_name":"SCOPE","config":{}}'""",
)


async def test_anything_else_with_the_nats_command_is_refused(world: World, desk: Path, tool: str) -> None:
    async def refused(line: str) -> None:
        code, out, said = await typed(desk, f"{_function()}\n{line}", PATH=tool)
        assert (code, "permissions violation" in said.lower(), "correlationid" in out) == (1, True, False), (line, said)

    await asyncio.gather(*map(refused, REFUSED))


def _function() -> str:
    """The guide's own shorthand for the options."""
    return "\n".join(line for line in block("By hand, with the").splitlines() if "()" in line)
