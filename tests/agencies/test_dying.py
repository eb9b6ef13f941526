"""kill -9 at every point of a subscriber's work: nothing is lost, nothing is kept twice."""

import asyncio
import sys

import pytest

from contracts.attendance import SpotCheckFinding as Finding
from tests.agencies.world import World, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSON = "P000101"


async def dying(world: World, kind: str, wanted: int, step: int = 1) -> list[tuple[int, int, int, int, int]]:
    """(k, how the child ended, kept then, how the next one ended, kept then) for every point."""
    folder = world.folder / kind
    folder.mkdir()
    program = [sys.executable, "-m", "tests.agencies.dying", kind, str(world.folder / "office.creds"), str(folder)]
    process = await asyncio.create_subprocess_exec(
        *program, str(wanted), str(step), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, said = await asyncio.wait_for(process.communicate(), 900)
    assert process.returncode == 0, said.decode()
    lines = [[int(word) for word in line.split()] for line in out.decode().splitlines()]
    return [(line[0], line[1], line[2], line[3], line[4]) for line in lines]


async def test_a_scope_with_several_checkpoints(world: World) -> None:
    await world.agency("office", "CO", "5301")
    for number in (1, 2):
        await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.PRESENT))
        assert len((await world.everything("office")).events) == number


async def test_whenever_it_is_killed_every_event_is_in_the_file_once(world: World) -> None:
    told = (await world.everything("office")).events
    runs = await dying(world, "lines", 2)
    assert len(runs) > 20
    assert {ended for _, ended, _, _, _ in runs[:-1]} == {-9}
    assert runs[-1][1] == 0  # the last k is beyond the end: every point before it was died at
    assert {(ended, kept) for _, _, _, ended, kept in runs} == {(0, 2)}
    assert {kept for _, _, kept, _, _ in runs} == {0, 1, 2}
    whole = b"".join(event.body + b"\n" for event in told)
    assert {(world.folder / "lines" / str(k) / "events").read_bytes() for k, *_ in runs} == {whole}


async def test_whenever_it_is_killed_a_program_is_run_for_each_and_twice_for_one_at_most(world: World) -> None:
    told = (await world.everything("office")).ids
    runs = await dying(world, "exec", 2, step=2)
    assert {ended for _, _, _, ended, _ in runs} == {0}
    for k, *_ in runs:
        ran = (world.folder / "exec" / str(k) / "events").read_text().splitlines()
        assert list(dict.fromkeys(ran)) == told
        assert len(ran) <= len(told) + 1
