"""People's details: sealed outside the log, shown by role and place, each reading recorded, erased for good."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from contracts.identifiers import Role
from contracts.personnel import DetailKind, MemberSource, TeamMemberAssigned, UnitLevel
from services.ledger.fsck import fsck
from services.ledger.migrations import database_url
from services.personnel.people.identity_number import checked
from services.personnel.people.vault import Vault, VaultError
from services.runtime.keys import Keys
from services.runtime.settings import SettingsError
from tests.personnel.registry import COUNTY, OTHER_VILLAGE, TEAM, TOWNSHIP, VILLAGE
from tests.runtime.conftest import KEEPER, STRANGER, World, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, TELEPHONE, NUMBER = "喆㛃", "13800000000", "11010519491231002X"
TOWNSHIP_OFFICE, ORGANISER, UNIT_OFFICER, OTHER_TOWNSHIP = "P000301", "P000302", "P000303", "P000304"


async def record(world: World, person: str, caller: str = KEEPER, **more: Any) -> httpx.Response:
    body = {"person": person, "area": COUNTY, "name": NAME, "telephone": TELEPHONE, "identity_number": NUMBER}
    return await world.give(caller, "record-details", body | more)


async def read(world: World, caller: str, person: str, *details: str) -> httpx.Response:
    body = {"persons": [person], "details": details or ("name",), "purpose": "核对考勤表"}
    return await world.give(caller, "read-details", body)


async def posted(world: World, person: str) -> None:
    """The person is posted in the village by unit O0001, and the officials who may ask are there."""
    await world.grant(TOWNSHIP_OFFICE, Role.TOWNSHIP, TOWNSHIP)
    await world.grant(OTHER_TOWNSHIP, Role.TOWNSHIP, OTHER_VILLAGE[:9])
    await world.grant(ORGANISER, Role.COUNTY_ORGANISATION, COUNTY)
    grant = {"grant": "G", "person": UNIT_OFFICER, "role": "DU", "organisation": "O0001", "area": "5301"}
    answer = await world.give(KEEPER, "grant-role", grant | {"starts_on": "2016-05-01"})
    await world.seen(answer.json()["events"][-1])
    arrived = TeamMemberAssigned(
        **said(VILLAGE),
        person=person,
        team=TEAM,
        village=VILLAGE,
        unit="O0001",
        unit_level=UnitLevel.CITY,
        source=MemberSource.OTHER,
        starts_on=date(2017, 1, 1),
    )
    await world.tell(f"posting/{person}/2017", arrived)


async def rows(world: World, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What the database itself holds."""
    url = database_url(world.settings.postgres_of("personnel"), "personnel", prefix=world.settings.database_prefix)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        return await (await connection.execute(query.encode(), parameters)).fetchall()


def vault(world: World) -> Vault:
    service = world.application._pages["personnel"].state.service
    found: Vault = service.extras["vault"]
    return found


async def test_neither_the_log_nor_the_table_holds_a_value_in_the_clear(world: World) -> None:
    assert (await record(world, "P000401")).status_code == 201
    (event,) = await world.application.hosted["personnel"].node.store.read_in_order({"person/P000401": 0})
    assert json.loads(event.body)["data"]["details"] == ["name", "telephone", "identity_number"]
    kept = await rows(world, "select row_to_json(d)::text, sealed from people.detail d where person = 'P000401'")
    disclosed = await rows(world, "select text from ledger.disclosure")
    assert len(kept) == 3
    everything = event.body.decode() + "".join(row[0] for row in kept) + "".join(str(row[0]) for row in disclosed)
    assert not [value for value in (NAME, TELEPHONE, NUMBER) if value in everything]
    assert not [row for row in kept if NAME.encode() in bytes(row[1])]


async def test_who_sees_what_goes_by_role_and_place_and_is_recorded(world: World) -> None:
    await posted(world, "P000402")
    await record(world, "P000402")
    shown = await read(world, TOWNSHIP_OFFICE, "P000402", "name", "telephone")
    assert shown.json() == {"people": {"P000402": {"name": NAME, "telephone": TELEPHONE}}}
    for caller, details in (
        (TOWNSHIP_OFFICE, ("identity_number",)),
        (OTHER_TOWNSHIP, ("name",)),
        (STRANGER, ("name",)),
        (UNIT_OFFICER, ("identity_number",)),
    ):
        refused = await read(world, caller, "P000402", *details)
        assert (refused.status_code, refused.json()["code"]) == (403, "AUTH")
        assert NAME not in refused.text
    assert (await read(world, ORGANISER, "P000402", "identity_number")).json()["people"]["P000402"] == {
        "identity_number": NUMBER
    }
    assert (await read(world, UNIT_OFFICER, "P000402", "telephone")).status_code == 200
    assert (await read(world, "P000402", "P000402", "identity_number")).status_code == 200
    store = world.application.hosted["personnel"].node.store
    readings = await store.read_subject(["reading"], "P000402")
    assert [
        (data["actor"]["person"], data["actor"]["role"], data["details"])
        for data in (json.loads(event.body)["data"] for event in readings)
    ] == [
        (TOWNSHIP_OFFICE, "TP", ["name", "telephone"]),
        (ORGANISER, "XZ", ["identity_number"]),
        (UNIT_OFFICER, "DU", ["telephone"]),
        ("P000402", "-", ["identity_number"]),
    ]


async def test_what_is_erased_is_gone_and_a_repeated_command_does_not_bring_it_back(world: World) -> None:
    body = {"person": "P000403", "area": COUNTY, "name": NAME, "telephone": TELEPHONE}
    once = {"Idempotency-Key": "record-403"}
    assert (await world.give(KEEPER, "record-details", body, **once)).status_code == 201
    erase = {"person": "P000403", "area": COUNTY, "details": ["name", "telephone"], "reason": "本人申请"}
    assert (await world.give(KEEPER, "erase-details", erase)).status_code == 201
    assert (await world.give(KEEPER, "record-details", body, **once)).status_code == 200
    assert (await read(world, KEEPER, "P000403", "name")).json() == {"people": {"P000403": {}}}
    assert await rows(world, "select 1 from people.detail where person = 'P000403'") == []
    node = world.application.hosted["personnel"].node
    intact = await fsck(node.pool, world.settings.origin_of("personnel"), Keys(world.settings).vkey("personnel"))
    assert intact.intact, "no proof rests on what was erased"
    log = await node.store.read_subject(["person"], "P000403")
    assert [json.loads(event.body)["type"].split(".")[2] for event in log] == [
        "PersonDetailsRecorded",
        "PersonDetailsErased",
    ]


async def test_a_sheet_of_people_is_sealed_whole_or_not_at_all(world: World) -> None:
    async def send(text: str, caller: str = KEEPER, dry: str = "false", **headers: str) -> httpx.Response:
        sent = world.bearer(caller, **headers)
        asked = {"dry_run": dry}
        return await world.client.post("/personnel/imports/people", params=asked, content=text, headers=sent)

    columns = "person,area,name,telephone,identity_number\n"
    good = columns + f"P000421,{COUNTY},{NAME},{TELEPHONE},{NUMBER}\nP000422,{COUNTY},李四,,\n"
    people = ["P000421", "P000422"]
    assert (await send(good, dry="true")).json()["would_be_imported"] is True
    for wrong, lines in (
        (good + f"P000423,{COUNTY},,,110105194912310021\n", [4]),
        (good + f"P000421,{COUNTY},王五,,\n", [4]),
        (good + f"P000423,{COUNTY},,,\n", [4]),
    ):
        answer = await send(wrong)
        assert (answer.status_code, [line["line"] for line in answer.json()["bad"]]) == (422, lines), answer.text
        assert NUMBER not in answer.text
    assert (await send(good, STRANGER)).status_code == 422
    tried = await world.application.hosted["personnel"].node.store.read_subject(["refusal"], STRANGER)
    assert json.loads(tried[-1].body)["data"]["command"] == "import-people"
    assert await vault(world).open(people, list(DetailKind)) == {person: {} for person in people}
    done = await send(good, **{"Idempotency-Key": "people-1"})
    assert (done.status_code, done.json()["detail"]) == (201, {"lines": 2})
    kept = await vault(world).open(people, [DetailKind.NAME, DetailKind.IDENTITY_NUMBER])
    assert kept["P000421"] == {DetailKind.NAME: NAME, DetailKind.IDENTITY_NUMBER: NUMBER}
    assert kept["P000422"] == {DetailKind.NAME: "李四"}
    again = await send(good, **{"Idempotency-Key": "people-1"})
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (200, "true")


async def test_only_the_keeper_of_the_place_keeps_and_erases(world: World) -> None:
    await world.grant("P000305", Role.REGISTRY_KEEPER, "530128")
    assert (await record(world, "P000404", STRANGER)).json()["code"] == "AUTH"
    assert await vault(world).open(["P000404"], list(DetailKind)) == {"P000404": {}}
    await record(world, "P000404")
    # A keeper of another county gets in by naming his own no more than by naming this one.
    for area in (COUNTY, "530128"):
        assert (await record(world, "P000404", "P000305", area=area, name="别名")).json()["code"] == "AUTH"
    assert (await vault(world).open(["P000404"], [DetailKind.NAME]))["P000404"] == {DetailKind.NAME: NAME}


async def test_a_sealed_value_moved_to_another_person_does_not_open(world: World) -> None:
    await record(world, "P000405")
    kept = vault(world)
    async with kept.pool.connection() as connection:
        await connection.execute(
            "insert into people.detail (person, kind, area, key_id, nonce, sealed)"
            " select 'P000406', kind, area, key_id, nonce, sealed from people.detail where person = 'P000405'"
        )
    with pytest.raises(VaultError, match="changed behind"):
        await kept.open(["P000406"], [DetailKind.NAME])
    with pytest.raises(VaultError, match="another key"):
        await Vault(kept.pool, b"k" * 32, kept.origin).open(["P000405"], [DetailKind.NAME])


async def test_on_servers_of_ones_own_the_key_must_be_there(world: World, tmp_path: Path) -> None:
    own = world.settings.model_copy(update={"mode": "servers", "key_dir": tmp_path})
    with pytest.raises(SettingsError, match=r"people\.key"):
        Keys(own).secret("people")
    made = Keys(own).secret("people", make=True)
    assert (len(made), Keys(own).secret("people")) == (32, made)
    assert (tmp_path / "people.key").stat().st_mode & 0o077 == 0


async def test_an_identity_number_checks_itself(world: World) -> None:
    assert checked(NUMBER) == NUMBER
    wrong = await record(world, "P000407", identity_number="110105194912310021")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "MALFORMED")
    empty = await world.give(KEEPER, "record-details", {"person": "P000407", "area": COUNTY})
    assert empty.status_code == 422
    assert await vault(world).open(["P000407"], list(DetailKind)) == {"P000407": {}}
