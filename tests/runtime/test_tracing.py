"""One command is one trace, from HTTP to the views of every service; a collector of our own takes it over HTTP."""

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import nats
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from contracts.envelope import decode
from contracts.example import example_fact
from contracts.personnel import PromotionBarStarted, VillageRegistered
from services.ledger.projection import Delivered
from services.ledger.reactions import Reaction, Reactions
from services.ledger.store import Draft
from services.runtime.settings import read_settings
from services.runtime.tracing import Sampling, trace_of
from services.runtime.watching import stages_of
from tests.runtime.collector import Collector, Span, collecting
from tests.runtime.conftest import KEEPER, World, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    postgres_url: str,
    empty_bus: str,
    database_prefix: str,
    tmp_path_factory: pytest.TempPathFactory,
    collector: Collector,
) -> AsyncIterator[World]:
    servers = {"postgres_url": postgres_url, "nats_url": empty_bus, "database_prefix": database_prefix}
    watched = {"trace_url": collector.url, "log_level": "debug"}
    async with opened(tmp_path_factory.mktemp("var"), **watched, **servers) as world:
        yield world


async def arrived(collector: Collector, trace: str, enough: Callable[[list[Span]], bool]) -> list[Span]:
    """The spans of a trace, once there are enough of them."""
    for _ in range(1_200):
        found = collector.of(trace)
        if enough(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"only {[(span.service, span.name) for span in collector.of(trace)]}")


def whole(spans: list[Span]) -> bool:
    """Whether every stage has come, and with each span what it hangs on: they come in portions, the request late."""
    ids = {span.id for span in spans}
    return (
        {"publish", "consume"} <= {span.name for span in spans}
        and {("zhucun-personnel", "project"), ("zhucun-finance", "project")}
        <= {(span.service, span.name) for span in spans}
        and all(span.parent in ids for span in spans if span.parent)
        and not all(span.parent for span in spans)
    )


def requested(spans: list[Span], stage: str) -> bool:
    """Whether the request and a stage of what it led to have come."""
    return any(span.name.startswith("POST") for span in spans) and any(span.name == stage for span in spans)


async def test_a_command_is_one_trace_from_http_to_the_views_of_another_service(
    world: World, collector: Collector
) -> None:
    answer = await world.give(KEEPER, "register-village", {"village": "530113100201"}, Prefer="wait=10")
    assert answer.status_code == 201, answer.text
    told, correlation = answer.json(), answer.headers["X-Correlation-Id"]
    spans = await arrived(collector, uuid.UUID(correlation).hex, whole)
    by_id = {span.id: span for span in spans}
    (request,) = [span for span in spans if not span.parent]
    assert (request.service, request.name) == ("zhucun-personnel", "POST /personnel/commands/register-village")
    assert request.attributes["http.response.status_code"] == 201
    # Every span hangs, through spans that arrived, on the request: one tree.
    chains = []
    for span in spans:
        chain = [span]
        while chain[-1].parent:
            chain.append(by_id[chain[-1].parent])
        assert chain[-1] is request
        chains.append([(one.service.removeprefix("zhucun-"), one.name) for one in reversed(chain)])
    way = [("personnel", request.name), ("personnel", "append"), ("personnel", "seal")]
    assert [*way, ("personnel", "project")] in chains
    assert [*way, ("personnel", "publish"), ("finance", "consume"), ("finance", "project")] in chains
    for span in spans[1:]:
        assert span.attributes["zhucun.event.id"] == told["events"][0]["id"]
        if span.name != "append":
            assert span.attributes["zhucun.event.index"] == told["index"]
        assert span.began <= span.ended


async def test_the_context_travels_in_headers_and_never_in_the_bytes(world: World, collector: Collector) -> None:
    answer = await world.give(KEEPER, "register-village", {"village": "530113100202"}, Prefer="wait=10")
    trace = uuid.UUID(answer.headers["X-Correlation-Id"]).hex
    (publish,) = [
        span
        for span in await arrived(collector, trace, lambda spans: any(span.name == "publish" for span in spans))
        if span.name == "publish"
    ]
    client = await nats.connect(world.settings.nats())
    try:
        message = await client.jetstream().get_last_msg("PERSONNEL", "ev.personnel.>")
    finally:
        await client.close()
    assert (message.headers or {})["traceparent"] == f"00-{trace}-{publish.id}-01"
    (_, body), *_ = await world.application.hosted["personnel"].node.feed.page(answer.json()["index"], 1)
    assert message.data == body
    assert b"traceparent" not in body
    assert publish.id.encode() not in body


async def test_what_is_done_because_of_an_event_lies_in_the_trace_of_its_cause(
    world: World, collector: Collector
) -> None:
    answer = await world.give(KEEPER, "register-village", {"village": "530113100209"}, Prefer="wait=10")
    cause, trace = answer.json()["events"][0]["id"], uuid.UUID(answer.headers["X-Correlation-Id"])
    hosted, stop, effect = world.application.hosted["personnel"], asyncio.Event(), str(uuid.uuid4())

    async def react(event: Delivered) -> None:
        if event.id == cause:
            draft = Draft("bar/P530000009", example_fact(PromotionBarStarted.type()), effect, causation=event.id)
            await hosted.node.store.append(
                [draft],
                heads=await hosted.node.store.heads([draft.stream]),
                recorded=datetime.now(UTC),
                correlation=decode(event.body).correlationid,
            )
            stop.set()

    told = Reaction("echo", ("personnel",), frozenset({VillageRegistered.type()}), react)
    reactions = Reactions(
        hosted.node.pool, service="personnel", origins=hosted.origins, reactions=[told], stages=hosted._stages
    )
    await reactions.run(stop)
    found = await arrived(
        collector,
        trace.hex,
        lambda spans: len([s for s in spans if s.name in ("append", "react")]) == 3 and requested(spans, "seal"),
    )
    spans = {span.id: span for span in found}
    (append,) = [span for span in found if span.name == "append" and span.attributes["zhucun.event.id"] == effect]
    above = spans[append.parent]
    assert (above.name, above.attributes["zhucun.event.id"]) == ("react", cause)
    assert spans[above.parent].name == "seal"


async def test_a_trace_that_a_caller_began_is_gone_on_with(world: World, collector: Collector) -> None:
    trace, parent = uuid.uuid4().hex, "00f067aa0ba902b7"
    headers = {"traceparent": f"00-{trace}-{parent}-01", "Prefer": "wait=10"}
    answer = await world.give(KEEPER, "register-village", {"village": "530113100203"}, **headers)
    assert answer.headers["X-Correlation-Id"] == str(uuid.UUID(trace))
    spans = await arrived(collector, trace, lambda spans: requested(spans, "seal"))
    assert [span.parent for span in spans if span.name.startswith("POST")] == [parent]
    page = await world.application.hosted["personnel"].node.feed.page(answer.json()["index"], 1)
    assert json.loads(page[0][1])["correlationid"] == str(uuid.UUID(trace))


async def test_what_a_span_says_names_nobody(world: World, collector: Collector) -> None:
    answer = await world.client.get("/personnel/postings/P530000001", headers=world.bearer(KEEPER))
    trace = uuid.UUID(answer.headers["X-Correlation-Id"]).hex
    (span,) = await arrived(collector, trace, bool)
    assert "P530000001" not in f"{span.name} {span.attributes}"


async def test_at_level_debug_every_stage_is_a_line_with_the_event_id_and_its_index(
    world: World, collector: Collector
) -> None:
    with capture_logs() as lines:
        answer = await world.give(KEEPER, "register-village", {"village": "530113100204"}, Prefer="wait=10")
        await arrived(collector, uuid.UUID(answer.headers["X-Correlation-Id"]).hex, whole)
    (event,), index = answer.json()["events"], answer.json()["index"]
    about = [line for line in lines if line.get("event_id") == event["id"]]
    assert {line["event"] for line in about} == {"appended", "published", "consumed", "projected"}
    assert {line["index"] for line in about if line["event"] != "appended"} == {index}
    assert any(line["first"] <= index <= line["last"] for line in lines if line["event"] == "sealed")
    assert "530113100204" not in str(about)


async def test_a_collector_that_is_away_holds_up_nothing(world: World, collector: Collector) -> None:
    from services.runtime.tracing import Exporting, place

    exporting = Exporting("http://127.0.0.1:9/v1/traces", Sampling(1.0))
    exporting.of("x").ended("append", place(1, 2), None, (1, 2), {})
    await asyncio.wait_for(asyncio.to_thread(exporting.close), 30)


async def test_the_same_traces_are_kept_everywhere_in_the_wanted_part() -> None:
    traces = [trace_of(str(uuid.uuid4())) for _ in range(4_000)]
    kept = sum(Sampling(0.25).keeps(trace) for trace in traces)
    assert 800 < kept < 1_200
    assert all(Sampling(1.0).keeps(trace) for trace in traces)
    assert not any(Sampling(0.0).keeps(trace) for trace in traces)


async def test_without_a_collector_nobody_watches_and_nothing_is_imported() -> None:
    assert stages_of(read_settings({}), None, "finance") is None
    asked = "import sys, services.runtime.app; print(*sys.modules)"
    asking = await asyncio.create_subprocess_exec(sys.executable, "-c", asked, stdout=asyncio.subprocess.PIPE)
    modules = (await asking.communicate())[0].decode().split()
    assert "services.runtime.app" in modules
    assert not {"opentelemetry.sdk", "services.runtime.tracing"} & set(modules)
