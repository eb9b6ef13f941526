"""The log of a scope: widened, rekeyed, and never told in two versions, whoever restores what or runs twice."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from contracts import scopes
from contracts.attendance import SpotCheckFinding as Finding
from contracts.notes import VerifierKey, open_checkpoint
from contracts.scopes import Grant, matrix
from contracts.subscriber.credentials import Credentials
from services.agencies import administration as agencies
from services.agencies import registry, scope_log, signing
from services.agencies.keys import PublisherKeys
from services.agencies.publisher import Publisher
from services.agencies.registry import Agency, RegistryError
from services.agencies.signing import ScopeRefused
from services.ledger.checkpoints import StateFile
from services.runtime.context import BEIJING
from tests.agencies.world import ELSEWHERE, KEEPER, Kept, World, checked_in, decided, eventually, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE, THERE = "P000101", "P000901"
STRANGER = "P530000007"


async def tell(world: World, *people: str) -> list[str]:
    told: list[str] = []
    for person in people:
        place = {"place": ELSEWHERE} if person == THERE else {}
        check = spot_check(person, Finding.ABSENT, **place)
        told += await world.tell("attendance", f"attendance/{person}/2017", check)
    return told


async def test_another_place_comes_from_event_zero_on_after_what_was_sent(world: World) -> None:
    first = await tell(world, HERE, THERE, HERE)
    await world.agency("bureau", "DI", "530113")
    assert (await world.everything("bureau")).ids == [first[0], first[2]]
    await agencies.change(world.settings, "bureau", places=["530113", "530127"], organisation=None, by=KEEPER)
    await eventually(lambda: _size(world, "bureau", 3))
    kept = await world.everything("bureau")
    assert kept.ids == [first[0], first[2], first[1]]
    then = await tell(world, THERE, HERE)
    assert (await world.everything("bureau")).ids[3:] == then


async def test_a_place_that_is_taken_away_brings_nothing_more(world: World) -> None:
    before = (await world.everything("bureau")).ids
    await agencies.change(world.settings, "bureau", places=["530127"], organisation=None, by=KEEPER)
    told = await tell(world, HERE, THERE)
    await eventually(lambda: _size(world, "bureau", len(before) + 1))
    assert (await world.everything("bureau")).ids == [*before, told[1]]


async def test_what_a_release_grants_more_comes_from_event_zero_on_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row of the matrix is wider than it was when the logs were looked through."""
    row = matrix()["DI"]
    before = (await world.everything("bureau")).ids
    assert [name for name in row.events if name.event == "attendance.CheckedIn"] == []
    day = await world.tell("attendance", f"attendance/{THERE}/2017", checked_in(THERE, date(2017, 5, 4), ELSEWHERE))
    await world.everything("bureau")
    wider = replace(row, events=(*row.events, Grant("attendance.CheckedIn", {}, ())))
    monkeypatch.setattr(scopes, "matrix", lambda: {**matrix(), "DI": wider})
    await eventually(lambda: _size(world, "bureau", len(before) + 1))
    assert (await world.everything("bureau")).ids == [*before, *day]


async def test_a_session_that_has_lost_a_cancellation_holds_up_nothing(world: World) -> None:
    """As the client does now and then: one that waited for it would never look into the registry again."""

    async def stubborn() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3_600)
        await asyncio.sleep(3_600)

    agency = await registry.agency(world.publisher.pool, "bureau")
    session = asyncio.create_task(stubborn())
    await asyncio.sleep(0)  # it has begun
    world.publisher._agencies["not known"] = (agency, session)
    await eventually(lambda: asyncio.sleep(0, "not known" not in world.publisher._agencies))
    assert session.cancelled()


async def test_a_scope_is_decided_by_who_keeps_all_of_it(world: World) -> None:
    began = _year()
    await decided(
        world.settings,
        "grant-role",
        {
            "grant": "county-keeper",
            "person": STRANGER,
            "role": "RK",
            "area": "530113",
            "starts_on": "2017-01-01",
        },
    )
    with pytest.raises(RegistryError, match="AUTH"):
        await agencies.change(world.settings, "bureau", places=["530127"], organisation=None, by="P530000099")
    for places in (["530113"], ["530127"]):  # it covers the one, but the subscription was the other's so far
        with pytest.raises(RegistryError, match="AUTH"):
            await agencies.change(world.settings, "bureau", places=places, organisation=None, by=STRANGER)
    with pytest.raises(RegistryError, match="AUTH"):
        await agencies.add(
            world.settings, "all", role="AD", places=(), organisation=None, expires=None,
            out=world.folder / "all.creds", by=STRANGER,
        )  # fmt: skip
    assert not (world.folder / "all.creds").exists()
    years = [f"refusal/{STRANGER}/{year}" for year in range(began, _year() + 1)]
    audit = await world.application.hosted["personnel"].node.store.heads(years)
    assert sum(stream.version for stream in audit.values()) == 3


async def test_a_scopes_key_is_rotated_and_what_the_old_one_signed_still_holds(world: World) -> None:
    before = await world.everything("bureau")
    fresh = world.folder / "fresh.creds"
    await agencies.rotate(world.settings, "bureau", expires=None, out=fresh, by=KEEPER, scope_key=True)
    old, new = Credentials.read(world.folder / "bureau.creds"), Credentials.read(fresh)
    assert new.scope_vkey.split()[1:] == old.scope_vkey.split()
    told = await tell(world, THERE)
    wanted = len(before.events) + 1
    whole = await world.receive(fresh, Kept(), lambda kept: len(kept.events) == wanted)
    assert whole.ids == [*before.ids, *told]
    resumed = await world.receive(fresh, before, lambda kept: len(kept.events) == wanted)
    assert resumed.ids == whole.ids
    assert whole.position.checkpoint is not None
    only_new = VerifierKey.parse(new.scope_vkey.split()[0])
    assert open_checkpoint(whole.position.checkpoint, [only_new]).size == wanted
    fresh.replace(world.folder / "bureau.creds")


async def test_two_publishers_at_once_tell_one_history(world: World) -> None:
    other = Publisher(world.settings)
    await other.start()
    try:
        await tell(world, *[THERE] * 20)
        await eventually(lambda: _size(world, "bureau", 25))
        agency, file = await _agency(world)
        signer = PublisherKeys(world.settings).signer("bureau", agency.vkeys[0])
        pools = (world.publisher.pool, other.pool)
        told = asyncio.create_task(tell(world, *[THERE] * 20))
        for _ in range(20):
            await asyncio.gather(*(scope_log.extend(pool, agency, signer, file) for pool in pools))
        await told
        kept = await world.everything("bureau")
        assert [event.entry for event in kept.events] == list(range(len(kept.events)))
        assert len(set(kept.ids)) == len(kept.events) >= 45
    finally:
        await other.stop()


async def test_a_crash_between_numbering_and_signing_is_brought_to_its_end(world: World) -> None:
    agency, file = await _agency(world)
    await world.publisher.stop()
    before = file.read()
    assert before is not None
    await tell(world, THERE)
    await _filled(world)
    publisher = Publisher(world.settings)
    await publisher.start()
    try:
        await eventually(lambda: _followed(publisher, world))
        signed_here = StateFile(file.path, agency.origin)
        await scope_log._number(publisher.pool, agency, signed_here)  # and here it dies
        await eventually(lambda: _signed(signed_here, before.size + 1))
        world.publisher = publisher
        assert len((await world.everything("bureau")).events) == before.size + 1
    except BaseException:
        await publisher.stop()
        raise


async def test_a_scope_that_was_signed_further_elsewhere_is_not_signed_again(world: World, tmp_path: Path) -> None:
    agency, file = await _agency(world)
    signer = PublisherKeys(world.settings).signer("bureau", agency.vkeys[0])
    held = file.read()
    assert held is not None
    cases = {
        "further": (f'{{"origin": "{agency.origin}", "size": {held.size + 7}, "root": "{"0" * 64}"}}', "ends at"),
        "another": (f'{{"origin": "{agency.origin}", "size": {held.size}, "root": "{"0" * 64}"}}', "not those"),
        "earlier": (f'{{"origin": "{agency.origin}", "size": 2, "root": "{"0" * 64}"}}', "not those"),
    }
    for name, (text, sentence) in cases.items():
        path = tmp_path / f"{name}.state.json"
        path.write_text(text)
        with pytest.raises(ScopeRefused, match=sentence):
            await scope_log.extend(world.publisher.pool, agency, signer, StateFile(path, agency.origin))
    missing = StateFile(tmp_path / "none.state.json", agency.origin)
    with pytest.raises(ScopeRefused, match="adopt"):
        await scope_log.extend(world.publisher.pool, agency, signer, missing)
    assert await signing.adopt(world.publisher.pool, agency, missing) == file.read()
    await scope_log.extend(world.publisher.pool, agency, signer, missing)


async def _agency(world: World) -> tuple[Agency, StateFile]:
    found = await registry.agency(world.publisher.pool, "bureau")
    return found, PublisherKeys(world.settings).state_file("bureau", found.origin)


async def _size(world: World, name: str, wanted: int) -> bool:
    return await scope_log.size_of(world.publisher.pool, name) >= wanted


async def _filled(world: World) -> None:
    hosted = world.application.hosted["attendance"]

    async def sealed() -> bool:
        counts = await hosted.counts()
        return counts.published == counts.accepted

    await eventually(sealed)


async def _followed(publisher: Publisher, world: World) -> bool:
    size = (await world.application.hosted["attendance"].counts()).accepted
    async with publisher.pool.connection() as connection:
        cursor = await connection.execute(
            "select checkpoint_size from ledger.inbox_mark where origin = %s", (world.settings.origin_of("attendance"),)
        )
        row = await cursor.fetchone()
    return row is not None and row[0] >= size


async def _signed(file: StateFile, size: int) -> bool:
    state = file.read()
    return state is not None and state.size == size


def _year() -> int:
    """That of the day in Kunming: refusals are kept by it."""
    return datetime.now(BEIJING).year
