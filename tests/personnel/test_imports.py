"""A sheet of CSV is imported whole or not at all; a dry run changes nothing; every bad line is reported."""

import json
from typing import Any

import httpx
import pytest

from contracts.identifiers import Role
from contracts.personnel import OrganisationKind
from services.personnel.people.commands import RecordDetails
from services.personnel.registry import commands as cmd
from services.personnel.registry.sheets import MAX_LINES, read
from tests.runtime.conftest import AUDITOR, KEEPER, STRANGER, World

VILLAGES = "village,registered_poor,rule_mode\n"


def wrong(text: str, form: type[Any] = cmd.RegisterVillage) -> list[tuple[int, str | None]]:
    return [(line.line, line.column) for line in read(text.encode(), form).bad]


def test_each_line_is_a_command_and_an_empty_cell_is_left_out() -> None:
    text = (
        "\ufefforganisation,kind,level,area,credit_code\r\n"
        "O0001,organ,city,5301,11530113015117301U\r\n"
        "\r\n"
        "O0002,joint_office,county,530113,\r\n"
    )
    sheet = read(text.encode(), cmd.RegisterOrganisation)
    assert sheet.bad == ()
    assert [(line, one.organisation, one.kind, one.credit_code) for line, one in sheet.commands] == [
        (2, "O0001", OrganisationKind.PARTY_OR_STATE_ORGAN, "11530113015117301U"),
        (4, "O0002", OrganisationKind.JOINT_OFFICE, None),
    ]


def test_every_bad_line_is_named_with_its_column() -> None:
    text = VILLAGES + "530113100201,true,mandatory\n53011310020,maybe,mandatory\n530113100203,true\n530113100204,,\n"
    sheet = read(text.encode(), cmd.RegisterVillage)
    assert [(line.line, line.column) for line in sheet.bad] == [(3, "village"), (3, "registered_poor"), (4, None)]
    assert [line for line, _ in sheet.commands] == [2, 5]
    assert all(line.zh and line.en and line.code == "MALFORMED" for line in sheet.bad)


def test_a_header_that_does_not_fit_stops_the_sheet() -> None:
    assert wrong("village,poor\n530113100201,true\n") == [(1, "poor")]
    assert wrong("registered_poor\ntrue\n") == [(1, "village")]
    assert wrong("village,village\n1,2\n") == [(1, "village")]
    assert wrong("") == [(1, "village")]


def test_broken_quotes_and_a_credit_code_with_a_wrong_check_are_bad_lines() -> None:
    assert wrong(VILLAGES + '"530113100201,true,mandatory\n') == [(2, None)]
    assert wrong(
        "organisation,kind,level,area,credit_code\nO0001,organ,city,5301,11530113015117301A\n",
        cmd.RegisterOrganisation,
    ) == [(2, "credit_code")]


@pytest.mark.parametrize("encoding", ["gbk", "big5", "utf-16"])
def test_a_sheet_in_another_encoding_is_named_by_its_line_and_never_guessed(encoding: str) -> None:
    people = "person,area,name\r\nP100101,530113,Li\r\nP100102,530113,王小明\r\n"
    (bad,) = read(people.encode(encoding), RecordDetails).bad
    assert bad.line == (1 if encoding == "utf-16" else 3)
    assert "CSV UTF-8" in bad.zh
    assert read(people.encode("utf-8-sig"), RecordDetails).bad == ()


def test_a_sheet_without_a_line_is_no_import() -> None:
    assert wrong(VILLAGES) == [(2, None)]


def test_a_sheet_has_a_limit() -> None:
    sheet = read(b"village\n" + b"530113100201\n" * (MAX_LINES + 1), cmd.RegisterVillage)
    assert (sheet.commands, [line.code for line in sheet.bad]) == ((), ["TOO_LARGE"])


async def send(
    world: World, text: str | bytes, sheet: str = "villages", caller: str = KEEPER, **headers: str
) -> httpx.Response:
    dry = headers.pop("dry_run", "false")
    sent = world.bearer(caller, **headers)
    return await world.client.post(f"/personnel/imports/{sheet}", params={"dry_run": dry}, content=text, headers=sent)


async def registered(world: World, place: str) -> list[str]:
    answer = await world.client.get("/personnel/villages", params={"place": place}, headers=world.bearer(KEEPER))
    return [row["village"] for row in answer.json()["villages"]]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_dry_run_says_what_would_happen_and_the_import_does_it(world: World) -> None:
    text = VILLAGES + "".join(f"5301132002{number:02},true,mandatory\n" for number in range(1, 41))
    tried = await send(world, text, dry_run="true")
    assert tried.json() == {"dry_run": True, "lines": 40, "would_be_imported": True, "events": 40, "bad": []}
    assert await registered(world, "530113200") == []
    done = await send(world, text, **{"Idempotency-Key": "sheet-1"})
    assert (done.status_code, done.json()["detail"], len(done.json()["events"])) == (201, {"lines": 40}, 40)
    await world.seen(done.json()["events"][-1])
    assert len(await registered(world, "530113200")) == 40
    again = await send(world, text, **{"Idempotency-Key": "sheet-1"})
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (200, "true")
    third = await send(world, text)
    assert (third.status_code, {line["code"] for line in third.json()["bad"]}) == (422, {"DUPLICATE"})


@pytest.mark.asyncio(loop_scope="module")
async def test_one_bad_line_stops_all_and_lines_are_decided_in_order(world: World) -> None:
    text = VILLAGES + "530113201201,true,mandatory\n530113201201,true,mandatory\n530113201202,true,mandatory\n"
    for dry, status in (("true", 200), ("false", 422)):
        answer = await send(world, text, dry_run=dry)
        assert answer.status_code == status
        assert [(line["line"], line["code"]) for line in answer.json()["bad"]] == [(3, "DUPLICATE")]
    assert await registered(world, "530113201") == []


@pytest.mark.asyncio(loop_scope="module")
async def test_lines_outside_the_keepers_area_are_bad_and_who_tried_is_kept(world: World) -> None:
    await world.grant("P530000051", Role.REGISTRY_KEEPER, "530128")
    await world.grant(AUDITOR, Role.AUDIT)
    text = VILLAGES + "530128200201,true,mandatory\n530113202201,true,mandatory\n"
    for caller, lines in (("P530000051", [3]), (STRANGER, [2, 3])):
        answer = await send(world, text, caller=caller)
        assert (answer.status_code, [line["line"] for line in answer.json()["bad"]]) == (422, lines)
    stored = await world.application.hosted["personnel"].node.store.read_subject(["refusal"], "P530000051")
    assert [json.loads(event.body)["data"]["command"] for event in stored] == ["import-villages"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("day", "county", "status"),
    [("2016-11-23", "530122", 201), ("2016-11-24", "530122", 422), ("2016-11-24", "530115", 201)],
)
async def test_a_village_is_registered_under_the_code_that_its_county_has_on_the_day(
    world: World, day: str, county: str, status: int
) -> None:
    number = f"{county}100{day[-2:]}1"
    sent = await send(world, f"village\n{number}\n", **{"Zhucun-Simulated-Time": f"{day}T10:00:00+08:00"})
    assert sent.status_code == status, sent.text
    if status == 422:
        assert sent.json()["bad"][0]["code"] == "UNKNOWN_PLACE"
        single = {"Zhucun-Simulated-Time": f"{day}T10:00:00+08:00"}
        answer = await world.give(KEEPER, "register-village", {"village": number}, **single)
        assert (answer.status_code, answer.json()["code"]) == (404, "UNKNOWN_PLACE")


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_no_csv_is_refused_as_such(world: World) -> None:
    answer = await send(world, b"\xff")
    assert (answer.status_code, answer.json()["bad"][0]["line"]) == (422, 1)
    assert (await send(world, "x", sheet="people")).status_code == 422
    assert (await send(world, VILLAGES)).status_code == 422


@pytest.mark.asyncio(loop_scope="module")
async def test_a_village_is_shown_as_it_stood_on_a_day_with_its_units(world: World) -> None:
    village = "530113203201"
    sheets = {
        "organisations": "organisation,kind,level,area\nO0071,enterprise,city,5301\nO0072,enterprise,city,5301\n",
        "villages": f"village\n{village}\n",
        "statuses": "village,registered_poor,rule_mode,valid_from,document\n"
        f"{village},false,reference,2017-07-01,云贫开发〔2017〕8号\n",
        "links": "village,unit,relation,starts_on\n"
        f"{village},O0071,assigned,2017-01-01\n{village},O0072,investing,2017-06-01\n",
        "roles": "grant,person,role,area,starts_on\nG71,P530000071,VS,530113203201,2017-01-01\n",
    }
    for name, text in sheets.items():
        done = await send(world, text, sheet=name)
        assert done.status_code == 201, done.text
        await world.seen(done.json()["events"][-1])

    async def on(day: str) -> dict[str, Any]:
        asked = {"place": village, "on": day}
        answer = await world.client.get("/personnel/villages", params=asked, headers=world.bearer(KEEPER))
        found: dict[str, Any] = answer.json()["villages"][0]
        return found

    before, after = await on("2017-05-31"), await on("2017-07-01")
    assert (before["registered_poor"], before["assigned_units"], before["investing_units"]) == (True, ["O0071"], [])
    assert (after["registered_poor"], after["rule_mode"], after["investing_units"]) == (False, "reference", ["O0072"])
    asked = {"place": village, "on": "2017-05-31"}
    answer = await world.client.get("/personnel/responsible", params=asked, headers=world.bearer(KEEPER))
    assert [(row["person"], row["role"]) for row in answer.json()["responsible"]] == [("P530000071", "VS")]
