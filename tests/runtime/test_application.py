"""Two services behind HTTP: what goes in, what is refused and how, what readiness and metrics say."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import datetime, tzinfo

import httpx
import nats
import pytest

from contracts.event_proofs import EventProof
from contracts.identifiers import Role
from contracts.proofs import VerifierKey, leaf_hash, open_checkpoint, root_of
from services.registry import definition
from services.runtime import administration
from services.runtime.administration import AdministrationError
from services.runtime.keys import Keys
from services.runtime.log_care import refill
from tests.ledger.world import until
from tests.runtime.conftest import AUDITOR, KEEPER, STRANGER, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

VILLAGE = {"village": "530113100201"}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    """The problem document of an answer, after the checks that hold for all of them."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, object] = answer.json()
    assert (document["code"], document["status"]) == (code, status)
    assert document["instance"] == answer.request.url.path
    assert document["correlation"] == answer.headers["X-Correlation-Id"]
    assert document["detail"]
    assert document["remedy"]
    return document


async def is_ready(world: World) -> bool:
    return (await world.client.get("/readyz")).status_code == 200


async def test_without_a_token_nobody_is_let_in(world: World) -> None:
    answer = await world.client.post("/personnel/commands/register-village", json=VILLAGE)
    problem(answer, 401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_an_accepted_command_names_its_event_and_carries_the_correlation_id_into_it(world: World) -> None:
    answer = await world.give(
        KEEPER, "register-village", VILLAGE, **{"X-Correlation-Id": "desk-7", "Prefer": "wait=10"}
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["X-Correlation-Id"] == "desk-7"
    page = await world.application.hosted["personnel"].node.feed.page(answer.json()["index"], 1)
    event = json.loads(page[0][1])
    assert (event["id"], event["correlationid"]) == (answer.json()["events"][0]["id"], "desk-7")


async def test_a_correlation_id_that_could_forge_a_log_line_is_replaced(world: World) -> None:
    answer = await world.client.get("/healthz", headers={"X-Correlation-Id": 'x" level="error'})
    assert '"' not in answer.headers["X-Correlation-Id"]


async def test_a_repeated_command_gets_its_first_answer_and_another_body_is_refused(world: World) -> None:
    body = {"village": "530113100202"}
    first = await world.give(KEEPER, "register-village", body, **{"Idempotency-Key": "v-202"})
    again = await world.give(KEEPER, "register-village", body, **{"Idempotency-Key": "v-202"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replay"] == "true"
    other = await world.give(KEEPER, "register-village", {"village": "530113100203"}, **{"Idempotency-Key": "v-202"})
    problem(other, 422, "IDEMPOTENCY_KEY_REUSED")


async def test_unknown_and_wrong_fields_are_named(world: World) -> None:
    answer = await world.give(KEEPER, "register-village", {"village": "abc", "colour": "red"})
    document = problem(answer, 422, "MALFORMED")
    errors = document["errors"]
    assert isinstance(errors, list)
    assert {error["field"] for error in errors} == {"village", "colour"}


async def test_a_value_is_what_it_is_written_as(world: World) -> None:
    answer = await world.give(KEEPER, "register-village", {"village": "530113100204", "registered_poor": "true"})
    assert problem(answer, 422, "MALFORMED")["errors"]


async def test_a_refusal_that_names_no_article_stands_under_that_of_its_command(world: World) -> None:
    body = {"village": "530113100205"}
    await world.give(KEEPER, "register-village", body)
    document = problem(await world.give(KEEPER, "register-village", body), 409, "DUPLICATE")
    assert document["article"] == "2.1"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b""])
async def test_what_is_not_json_is_malformed(world: World, body: bytes) -> None:
    answer = await world.client.post(
        "/personnel/commands/register-village",
        content=body,
        headers=world.bearer(KEEPER, **{"Content-Type": "application/json"}),
    )
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code, "MALFORMED")


async def test_a_body_above_the_limit_is_too_large_announced_or_not(world: World) -> None:
    headers = world.bearer(KEEPER, **{"Content-Type": "application/json"})
    path = "/personnel/commands/register-village"
    announced = await world.client.post(path, content=b" " * 100_001, headers=headers)
    assert problem(announced, 413, "TOO_LARGE")["limit_bytes"] == 100_000

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 10_000

    problem(await world.client.post(path, content=pieces(), headers=headers), 413, "TOO_LARGE")


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/personnel/commands/register-village", b'{"village": "530113100\\u0000"}'),
        ("/personnel/commands/register-village", b'{"village": "\\\\\\u0000"}'),
        ("/personnel/imports/villages", b"village\n530113\x00\n"),
        ("/personnel/commands/register%00village", b"{}"),
        ("/personnel/commands/register-village?dry_run=%00", b"{}"),
    ],
)
async def test_a_nul_is_refused_wherever_it_stands(world: World, address: str, body: bytes) -> None:
    headers = world.bearer(KEEPER, **{"Content-Type": "application/json"})
    problem(await world.client.post(address, content=body, headers=headers), 422, "MALFORMED")


async def test_an_escaped_backslash_before_u0000_is_no_nul(world: World) -> None:
    headers = world.bearer(KEEPER, **{"Content-Type": "application/json"})
    answer = await world.client.post(
        "/personnel/commands/register-village", content=b'{"village": "\\\\u0000"}', headers=headers
    )
    assert problem(answer, 422, "MALFORMED")["errors"]


async def test_an_address_and_a_method_that_do_not_exist_are_problems_too(world: World) -> None:
    problem(await world.client.get("/personnel/nothing"), 404, "NOT_FOUND")
    problem(await world.client.get("/nothing"), 404, "NOT_FOUND")
    problem(await world.client.get("/personnel/commands/register-village"), 405, "MALFORMED")


async def test_a_refusal_of_weight_is_recorded_and_shown_to_the_auditor_only(world: World) -> None:
    await world.grant(AUDITOR, Role.AUDIT)
    refused = await world.give(STRANGER, "register-village", {"village": "530113100299"})
    document = problem(refused, 403, "AUTH")
    assert document["article"] == "2.1"
    found: list[dict[str, object]] = []
    for _ in range(1_200):
        answer = await world.client.get(
            "/personnel/refusals", params={"person": STRANGER}, headers=world.bearer(AUDITOR)
        )
        found = answer.json()["refusals"]
        if found:
            break
        await asyncio.sleep(0.05)
    assert [(row["person"], row["command"], row["code"]) for row in found] == [(STRANGER, "register-village", "AUTH")]
    problem(await world.client.get("/personnel/refusals", headers=world.bearer(STRANGER)), 403, "AUTH")


async def test_a_simulated_instant_is_the_recorded_time_of_a_demonstration(world: World) -> None:
    headers = {"Zhucun-Simulated-Time": "2017-02-03T10:00:00+08:00", "Prefer": "wait=10"}
    answer = await world.give(KEEPER, "register-village", {"village": "530113100207"}, **headers)
    page = await world.application.hosted["personnel"].node.feed.page(answer.json()["index"], 1)
    assert json.loads(page[0][1])["recordedtime"] == "2017-02-03T02:00:00.000000Z"


async def test_what_has_not_happened_is_waited_for_and_then_named(world: World) -> None:
    path = "/personnel/me"
    present = await world.client.get(path, params={"at_least": f"role/{KEEPER}:1"}, headers=world.bearer(KEEPER))
    assert [role["role"] for role in present.json()["roles"]] == ["RK"]
    absent = await world.client.get(path, params={"at_least": "role/P999999:7"}, headers=world.bearer(KEEPER))
    assert "role/P999999:7" in str(problem(absent, 504, "NOT_YET_VISIBLE")["detail"])


async def test_every_service_has_its_document_and_a_page_that_needs_nothing_from_afar(world: World) -> None:
    for service in ("personnel", "finance"):
        document = (await world.client.get(f"/{service}/openapi.json")).json()
        assert document["openapi"].startswith("3.1")
        assert "HTTPValidationError" not in json.dumps(document)
        page = (await world.client.get(f"/{service}/docs")).text
        assert all(path in page for path in document["paths"])
        assert "http://" not in page
        assert "https://" not in page
    assert "/finance/docs" in (await world.client.get("/")).text


async def test_the_work_of_nobody_is_empty(world: World) -> None:
    for service in ("personnel", "finance"):
        assert (await world.client.get(f"/{service}/work", headers=world.bearer(STRANGER))).json() == []


async def test_metrics_count_what_was_accepted_sealed_published_and_consumed(world: World) -> None:
    told = [f'zhucun_{what}_position{{log="personnel"}}' for what in ("appended", "sealed", "published")]
    told.append('zhucun_consumed_position{log="personnel",service="finance"}')
    for _ in range(1_200):  # a follower may have it before the relay has written down that it was published
        text = (await world.client.get("/metrics")).text
        lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
        counted = {lines[name] for name in told}
        if len(counted) == 1 and counted != {"0.0"}:
            break
        await asyncio.sleep(0.05)
    assert len(counted) == 1, [(name, lines[name]) for name in told]
    assert counted != {"0.0"}
    assert lines['zhucun_reader_running{reader="finance-from-personnel"}'] == "1.0"
    assert 'route="/commands/register-village"' in text
    assert KEEPER not in text


async def test_the_events_are_for_auditors_and_services_the_hashes_for_everybody(world: World) -> None:
    problem(await world.client.get("/personnel/log/feed"), 401, "UNAUTHENTICATED")
    problem(await world.client.get("/personnel/log/feed", headers=world.bearer(STRANGER)), 403, "AUTH")
    token = {"Authorization": f"Bearer {Keys(world.settings).feed_token()}"}
    note = (await world.client.get("/personnel/log/checkpoint")).text  # first: the log may grow meanwhile
    feed = await world.client.get("/personnel/log/feed", params={"from": 0, "limit": 1000}, headers=token)
    key = VerifierKey.parse(Keys(world.settings).vkey("personnel"))
    checkpoint = open_checkpoint(note, [key])
    leaves = (await world.client.get(f"/personnel/log/tile/0/000.p/{checkpoint.size}")).content
    hashes = [leaves[at : at + 32] for at in range(0, len(leaves), 32)]
    assert root_of(hashes) == checkpoint.root
    assert len(feed.content.splitlines()) >= checkpoint.size
    for wrong in ("000", "000.p/0", "000.p/256", "0", "x001", f"000.p/{checkpoint.size + 99}"):
        problem(await world.client.get(f"/personnel/log/tile/0/{wrong}"), 404, "NOT_FOUND")


async def test_entry_tiles_hold_the_events_and_a_proof_leads_to_the_checkpoint(world: World) -> None:
    note = (await world.client.get("/personnel/log/checkpoint")).text
    key = VerifierKey.parse(Keys(world.settings).vkey("personnel"))
    size = open_checkpoint(note, [key]).size
    address = f"/personnel/log/tile/entries/000.p/{size}"
    problem(await world.client.get(address), 401, "UNAUTHENTICATED")
    problem(await world.client.get(address, headers=world.bearer(STRANGER)), 403, "AUTH")
    token = {"Authorization": f"Bearer {Keys(world.settings).feed_token()}"}
    feed = await world.client.get("/personnel/log/feed", params={"from": 0, "limit": size}, headers=token)
    events = feed.content.splitlines()
    entries = (await world.client.get(address, headers=token)).content
    assert entries == b"".join(len(event).to_bytes(2, "big") + event for event in events)
    problem(await world.client.get(f"/personnel/log/tile/entries/000.p/{size + 99}", headers=token), 404, "NOT_FOUND")
    proof = EventProof.parse((await world.client.get(f"/personnel/log/proof/{size - 1}")).text)
    assert proof.verify(leaf_hash(events[-1]), [key]).size >= size
    for wrong in (f"{size + 99}", f"0?size={size + 99}"):
        problem(await world.client.get(f"/personnel/log/proof/{wrong}"), 404, "NOT_FOUND")


async def test_there_is_one_bootstrap(world: World) -> None:
    with pytest.raises(AdministrationError, match="registry keeper already"):
        await administration.bootstrap(world.settings, STRANGER, "5301")


async def test_a_clock_that_is_far_from_the_databases_turns_readiness_red(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded times cannot be taken back: a machine whose clock is wrong is to get no requests."""

    class Hasty(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Hasty":
            return cls.fromtimestamp(time.time() + 3_600, tz)

    monkeypatch.setattr("services.runtime.hosting.datetime", Hasty)
    seconds: list[int] = []

    async def told() -> bool:
        answer = await world.client.get("/readyz")
        reasons = "\n".join(complaint["reason"] for complaint in answer.json().get("complaints", ()))
        seconds.extend(map(int, re.findall(r"clocks of this machine and of the database are (\d+) s apart", reasons)))
        return answer.status_code == 503 and bool(seconds)

    await until(told)
    assert 3_540 <= min(seconds) <= max(seconds) <= 3_600, "less by as long as the database took to answer"
    monkeypatch.undo()
    await until(lambda: is_ready(world))


async def test_a_message_that_does_not_parse_turns_readiness_red_until_it_is_mended(world: World) -> None:
    async with asyncio.timeout(120):
        await _break_and_mend(world)


async def _break_and_mend(world: World) -> None:
    await until(lambda: is_ready(world))
    client = await nats.connect(world.settings.nats())
    await client.jetstream().publish("ev.personnel.Nonsense._._._", b"not an event")
    complaint = await _complaint(world, "finance-from-personnel")
    assert isinstance(complaint["index"], int)
    assert complaint["reason"]
    assert (await world.client.get("/readyz")).status_code == 503
    assert (await world.client.get("/healthz")).status_code == 200
    await refill(world.settings, "personnel", [definition("personnel"), definition("finance")])
    await client.close()
    await until(lambda: is_ready(world))
    answer = await world.give(KEEPER, "register-village", {"village": "530113100211"})
    await world.seen(answer.json()["events"][0], "finance")


async def _complaint(world: World, reader: str) -> dict[str, object]:
    """What readiness complains of that reader, as soon as it names a place in the log."""
    while True:
        report = (await world.client.get("/readyz")).json()
        for complaint in report["complaints"]:
            if complaint.get("reader") == reader and "behind" not in complaint["reason"]:
                found: dict[str, object] = complaint
                return found
        await asyncio.sleep(0.1)
