"""The same stream through another language's official client, with code that is not ours underneath."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from contracts.attendance import SpotCheckFinding as Finding
from contracts.publish import FOLDER
from tests.agencies.world import World, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = FOLDER / "subscriber" / "plain" / "take.sh"
SCRIPT = FOLDER / "subscriber" / "node" / "subscribe.mjs"
PERSON = "P000101"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the official client for Node installed by npm."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("this machine has no Node with npm")
    folder = tmp_path_factory.mktemp("node")
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), "nats@2"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not get the package `nats` within two minutes")
    if done.returncode != 0:
        pytest.skip(f"npm cannot install the package `nats` here: {done.stderr.strip()[-200:]}")
    shutil.copy(SCRIPT, folder)
    return folder


async def run(node: Path, creds: Path) -> tuple[int, bytes, str]:
    """Code, standard output and standard error of the subscriber in Node."""
    process = await asyncio.create_subprocess_exec(
        "node",
        "subscribe.mjs",
        str(creds),
        "1",
        cwd=node,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode is not None
    return process.returncode, out, said.decode()


async def test_node_reads_and_checks_the_same_stream(world: World, node: Path) -> None:
    facts = [spot_check(PERSON, Finding.ABSENT) for _ in range(7)]
    await world.tell("attendance", f"attendance/{PERSON}/2017", *facts)
    creds = await world.agency("office", "CO", "5301")
    kept = await world.everything("office")
    code, out, said = await run(node, creds)
    assert code == 0, said
    assert out.split(b"\n")[:-1] == [event.body for event in kept.events]
    assert len(kept.events) == 7


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the shell signs with openssl")
async def test_a_shell_alone_reads_the_same_stream(world: World) -> None:
    """What the guide does with the `nats` command, byte for byte on the wire, with no client at all."""
    kept = await world.everything("office")
    creds = world.folder / "office.creds"
    for count, wanted in (("100", 7), ("3", 3)):  # messages, of which the last may be a checkpoint
        process = await asyncio.create_subprocess_exec(
            "bash", str(PLAIN), str(creds), count, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, said = await asyncio.wait_for(process.communicate(), 300)
        assert (process.returncode, said) == (0, b"")
        assert out.split(b"\n")[:-1] == [event.body for event in kept.events][:wanted]


async def test_node_too_refuses_a_log_that_somebody_else_signed(world: World, node: Path) -> None:
    creds, other = world.folder / "office.creds", world.folder / "swapped.creds"
    text = creds.read_text("utf-8")
    ours = next(line for line in text.splitlines() if 'zhucun.demo/attendance"' in line).split('"')[3]
    theirs = next(line for line in text.splitlines() if 'zhucun.demo/finance"' in line).split('"')[3]
    other.write_text(text.replace(ours, theirs), "utf-8")
    other.chmod(0o600)
    code, out, said = await run(node, other)
    assert (code, out) == (4, b"")
    assert "no known key" in said
