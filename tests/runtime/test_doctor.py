"""`zhucun doctor` and `zhucun upgrade --check`: silent about what is well, plain about what is not."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from contracts.proofs import EMPTY_ROOT
from services.ledger import bus
from services.ledger.checkpoints import State as Signed
from services.ledger.checkpoints import StateFile
from services.runtime import upgrading
from services.runtime.doctor.examination import examine
from services.runtime.doctor.findings import Found, State, exit_code
from services.runtime.settings import Settings
from tests.ledger.world import until
from tests.runtime.conftest import World
from tests.runtime.test_command_line import var as var
from tests.runtime.test_command_line import zhucun

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def wrongs(world: World, settings: Settings | None = None) -> list[Found]:
    """What is wrong beside what the servers of these tests have switched off for speed."""
    found = await examine(settings or world.settings, world.application.definitions, {})
    return [item for item in found if item.state is State.WRONG and not item.what.startswith("落盘")]


async def test_what_runs_well_is_found_well(world: World) -> None:
    async def ready() -> bool:
        return (await world.client.get("/readyz")).status_code == 200

    await until(ready)
    assert await wrongs(world) == []
    found = await examine(world.settings, world.application.definitions, {})
    said = "\n".join(f"{item.what}: {item.said}" for item in found)
    for part in ("PostgreSQL 1", "nats-server 2.", "fsync", "clocks", "signs as zhucun.demo/finance", "durables of"):
        assert part in said
    assert "ready at http://127.0.0.1" in said
    assert (await upgrading.plan(world.settings, world.application.definitions, {})) == upgrading.Plan((), ())


async def test_a_stream_that_is_gone_is_named_with_what_to_type(world: World) -> None:
    async with bus.connected(world.settings.nats()) as js:
        await js.delete_stream("FINANCE")
    remedies = {item.what: item.remedy for item in await wrongs(world)}
    assert remedies["流 stream FINANCE"] == "zhucun bus apply, then zhucun relay refill finance"
    planned = await upgrading.plan(world.settings, world.application.definitions, {})
    assert "bus: FINANCE: create the stream" in planned.steps
    await bus.apply(world.settings.nats(), {"finance": ["personnel"], "personnel": []})
    assert "流 stream FINANCE" not in {item.what for item in await wrongs(world)}


async def test_a_log_signed_further_than_its_database_is_an_obstacle_to_an_upgrade(world: World) -> None:
    file = StateFile(world.settings.directories.state_file("finance"), world.settings.origin_of("finance"))
    before = file.path.read_bytes()
    held = file.read()
    assert held is not None
    try:
        file.advance(held, Signed(held.size + 5, EMPTY_ROOT))
        assert any("are missing (an older backup was restored)" in item.said for item in await wrongs(world))
        assert (await upgrading.plan(world.settings, world.application.definitions, {})).exit_code == 1
    finally:
        file.path.write_bytes(before)


async def test_a_public_key_of_another_log_is_found(world: World) -> None:
    keys = world.settings.directories.vkeys
    wanted = replace_text(keys / "personnel.vkey", (keys / "finance.vkey").read_text())
    settings = world.settings.model_copy(update={"mode": "servers"})  # the embedded mode writes its own keys again
    try:
        found = await examine(settings, world.application.definitions, {})
        said = [item.said for item in found if item.what == "密钥 keys personnel"]
        assert "is not the public half" in said[0]
    finally:
        (keys / "personnel.vkey").write_text(wanted)


async def test_servers_that_are_not_there_are_one_line_each(world: World) -> None:
    url = SecretStr("postgresql://u:geheim@127.0.0.1:1/x")
    nowhere = world.settings.model_copy(update={"postgres_url": url})
    found = await examine(nowhere, world.application.definitions, {})
    databases = [item for item in found if item.what.startswith("数据库")]
    assert [item.state for item in databases] == [State.WRONG, State.WRONG]
    assert not any("geheim" in item.said for item in found)
    assert exit_code(found) == 1


def replace_text(path: Path, text: str) -> str:
    before = path.read_text()
    path.write_text(text)
    return before


async def test_an_empty_machine_is_brought_up_by_upgrade_as_the_doctor_says(var: Path) -> None:
    ill = zhucun(var, "doctor")
    assert ill.returncode == 1
    assert "zhucun db apply" in ill.stdout
    checked = zhucun(var, "upgrade", "--check")
    assert checked.returncode == 0, checked.stderr
    assert "database attendance: create it" in checked.stdout
    assert "database agency: create it" in checked.stdout
    assert zhucun(var, "upgrade").returncode == 0
    assert "nothing to do" in zhucun(var, "upgrade", "--check").stdout
    # An address of nobody's: at the usual one somebody else's services may answer.
    well = zhucun(var, "doctor", "--json", ZHUCUN_PUBLIC_URL="http://127.0.0.1:1")
    assert well.returncode == 0, well.stdout
    assert {item["state"] for item in json.loads(well.stdout)} == {"fine", "odd"}


async def test_what_waits_for_a_service_that_is_not_started_is_odd_and_not_wrong(var: Path) -> None:
    """A command that appends by itself (the first keeper, a dossier) while no service runs to seal it."""
    away = {"ZHUCUN_PUBLIC_URL": "http://127.0.0.1:1"}
    assert zhucun(var, "upgrade").returncode == 0
    assert zhucun(var, "bootstrap", "P530000001").returncode == 0
    well = zhucun(var, "doctor", "personnel", "--json", **away)
    assert well.returncode == 0, well.stdout
    (waits,) = [item for item in json.loads(well.stdout) if item["what"] == "进度 progress personnel"]
    assert waits["state"] == "odd"
    assert waits["said"] == "sealing stands at 0, 1 is there; it waits until the service runs"
    assert waits["remedy"] == "zhucun serve personnel"


async def test_keys_are_made_once_and_stay(tmp_path: Path) -> None:
    first = zhucun(tmp_path / "var", "keys", "make", "finance", ZHUCUN_ORIGIN="zhucun.kunming")
    assert first.stdout.startswith("zhucun.kunming/finance+")
    again = zhucun(tmp_path / "var", "keys", "make", ZHUCUN_ORIGIN="zhucun.kunming")
    assert first.stdout in again.stdout
    assert again.stdout.count("\n") == 4
    assert (tmp_path / "var/secrets/logs/finance.key").stat().st_mode & 0o777 == 0o600
