"""`zhucun agency …` and `zhucun subscribe` as an operator and another agency's engineer type them."""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.attendance import SpotCheckFinding as Finding
from services.agencies import administration as agencies
from services.agencies.receipts import Receipt
from services.agencies.registry import RegistryError
from tests.agencies.world import KEEPER, World, eventually, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSON = "P000101"


async def zhucun(world: World, *arguments: str) -> tuple[int, str]:
    """Code and what it said."""
    settings = world.settings
    assert settings.postgres_url is not None
    assert settings.agency_nats_url is not None
    told = {
        "ZHUCUN_MODE": "embedded",
        "ZHUCUN_VAR": str(settings.var),
        "ZHUCUN_POSTGRES_URL": settings.postgres_url.get_secret_value(),
        "ZHUCUN_NATS_URL": settings.nats(),
        "ZHUCUN_AGENCY_NATS_URL": settings.agency_nats_url.get_secret_value(),
        "ZHUCUN_PORT": str(settings.port),
        "ZHUCUN_DATABASE_PREFIX": settings.database_prefix,
        "ZHUCUN_AGENCY_PATIENCE": "0.5",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services",
        *arguments,
        cwd=Path(__file__).parents[2],
        env=os.environ | told,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode is not None
    return process.returncode, out.decode()


async def receipt(world: World, holds: Callable[[Receipt], bool]) -> bool:
    """Whether what was last seen of the one agency is so."""
    ((_, seen),) = await agencies.listed(world.settings)
    return seen is not None and seen.published == 3 and holds(seen)


async def test_from_a_new_agency_to_its_end(world: World) -> None:
    await world.tell("attendance", f"attendance/{PERSON}/2017", *[spot_check(PERSON, Finding.ABSENT)] * 3)
    creds, kept = str(world.folder / "office.creds"), world.folder / "events.jsonl"
    code, said = await zhucun(
        world, "agency", "add", "office", "--role", "CO", "--place", "5301", "--out", creds, "--by", KEEPER
    )
    assert (code, "市联席办" in said) == (0, True), said

    await eventually(lambda: receipt(world, lambda seen: seen.late(datetime.now(UTC), 0.5)), 60)
    code, said = await zhucun(world, "agency", "list", "--check")
    assert (code, "acknowledged 0 of 3" in said, "LATE" in said) == (1, True, True), said
    code, said = await zhucun(world, "subscribe", "--creds", creds, "--out", str(kept), "--until-quiet", "1")
    assert (code, "3 entries, all of them checked" in said) == (0, True), said
    assert len(kept.read_bytes().splitlines()) == 3

    await eventually(lambda: receipt(world, lambda seen: seen.behind == 0 and seen.behind_since is None), 60)
    code, said = await zhucun(world, "agency", "list", "--check")
    assert (code, "acknowledged 3 of 3" in said, "behind" in said) == (0, True, False), said
    code, said = await zhucun(world, "agency", "revoke", "office", "--by", KEEPER)
    assert code == 0, said
    code, said = await zhucun(world, "subscribe", "--creds", creds, "--out", str(kept), "--until-quiet", "1")
    assert (code, "does not let office in" in said) == (1, True), said
    assert "revoked" in (await zhucun(world, "agency", "list"))[1]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"role": "XX"}, "no role 'XX'"),
    ({"role": "XF"}, "places belong to it exactly when"),
    ({"role": "XF", "places": ["530"]}, "is no place code"),
    ({"role": "DU", "places": ["530113"]}, "places belong to it exactly when"),
    ({"role": "CO", "places": ["5301"], "store_mb": 90_000}, "ZHUCUN_AGENCY_BUDGET_MB"),
    ({"role": "CO", "places": ["5399"]}, "no county of Kunming"),
    ({"role": "DU", "organisation": "O9999"}, "not registered"),
]


@pytest.mark.parametrize(("given", "sentence"), WRONG)
async def test_what_cannot_be_is_one_sentence_and_leaves_nothing(
    world: World, given: dict[str, Any], sentence: str
) -> None:
    creds = world.folder / "wrong.creds"
    usual: dict[str, Any] = {"places": [], "organisation": None, "expires": None, "out": creds, "by": KEEPER}
    with pytest.raises(RegistryError, match=sentence) as refused:
        await agencies.add(world.settings, "wrong", **usual | given)
    assert "\n" not in str(refused.value)
    assert not creds.exists()
    assert "wrong" not in {agency.name for agency, _ in await agencies.listed(world.settings)}


async def test_a_command_that_cannot_be_is_one_sentence(world: World) -> None:
    out = ("--out", str(world.folder / "wrong.creds"), "--by", KEEPER)
    for arguments, sentence in (
        (("--role", "XX"), "no role 'XX'"),
        (("--role", "AD", "--expires", "soon"), "is no date"),
    ):
        code, said = await zhucun(world, "agency", "add", "wrong", *arguments, *out)
        assert code in (1, 2), said
        assert sentence in said
        assert len(said.strip().splitlines()) == 1
