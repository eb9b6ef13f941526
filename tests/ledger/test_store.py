"""The store against a real PostgreSQL: nothing lost, nothing twice, nothing changed afterwards."""

import asyncio
from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg
import pytest

from contracts.attendance import DayStatus, DayStatusCorrected
from contracts.disclosure import digest_of, read
from contracts.envelope import decode
from contracts.fact import Actor
from contracts.identifiers import Role
from services.ledger.store import NO_STREAM, BrokenLog, ConcurrentChange, Draft, Receipt, ReceiptExists
from tests.ledger.written_log import ORIGIN, WrittenLog, assert_stream_order, checked_in, later, stream_of

A, B, C = stream_of(1), stream_of(2), stream_of(3)


async def test_what_was_appended_is_read_back_byte_for_byte(written: WrittenLog) -> None:
    first = await written.append(A, B, A)
    second = await written.append(A)
    read_back = await written.store.read({A: 0, B: 0, C: 0})
    assert read_back == {A: [first[0], first[2], *second], B: [first[1]], C: []}
    assert await written.store.read({A: 2}) == {A: second}
    assert await written.store.read_in_order({B: 0, A: 1}) == [first[1], first[2], *second]


async def test_events_of_a_stream_are_numbered_chained_and_named_after_their_log(written: WrittenLog) -> None:
    await written.append(A, A)
    await written.append(A)
    stored = (await written.store.read({A: 0}))[A]
    events = [decode(event.body) for event in stored]
    assert [event.version for event in events] == [1, 2, 3]
    assert [event.prev for event in events] == [None, stored[0].leaf.hex(), stored[1].leaf.hex()]
    assert {(event.origin, event.source, event.stream) for event in events} == {(ORIGIN, "/zhucun/attendance", A)}


async def test_recorded_times_never_decrease_within_a_stream_even_when_a_clock_does(written: WrittenLog) -> None:
    await written.append(A, recorded=later(60))
    await written.append(A, B, recorded=later(0))
    stored = await written.store.read({A: 0, B: 0})
    assert [decode(event.body).recordedtime for event in stored[A]] == [later(60), later(60)]
    assert [decode(event.body).recordedtime for event in stored[B]] == [later(0)]


@pytest.mark.parametrize("writers", [20, 200])
async def test_parallel_writers_to_one_stream_are_all_accounted_for(written: WrittenLog, writers: int) -> None:
    appended = await asyncio.gather(*(written.append_until_done(A) for _ in range(writers)))
    stored = (await written.store.read({A: 0}))[A]
    assert [event.version for event in stored] == list(range(1, writers + 1))
    assert {event.id for event in stored} == {event.id for events in appended for event in events}


async def test_writers_to_many_streams_at_once_leave_every_stream_whole(written: WrittenLog) -> None:
    async def write(number: int) -> int:
        streams = [stream_of((number * step) % 7) for step in (3, 1, 2)]
        return len(await written.append_until_done(*dict.fromkeys(streams), streams[0]))

    counts = await asyncio.gather(*(write(number) for number in range(60)))
    await written.seal()
    await written.assert_sound(sum(counts))


async def test_an_event_id_exists_once_whatever_the_year(written: WrittenLog) -> None:
    """What partitions by year could not promise: a unique constraint of theirs ends with the year."""
    one, other = "attendance/P000001/2017", "attendance/P000001/2018"
    event = str(uuid4())
    heads = await written.store.heads([one, other])
    await written.store.append([Draft(one, checked_in(), event)], heads=heads, recorded=later(1), correlation="test")
    with pytest.raises(psycopg.errors.UniqueViolation):
        await written.store.append(
            [Draft(other, checked_in(), event)], heads=heads, recorded=later(2), correlation="test"
        )
    assert (await written.store.heads([other]))[other] == NO_STREAM


async def test_an_append_decided_on_an_older_version_is_refused_whole(written: WrittenLog) -> None:
    heads = await written.store.heads([A, B])
    await written.append(A)
    drafts = [Draft(stream, checked_in(), str(uuid4())) for stream in (B, A)]
    with pytest.raises(ConcurrentChange) as refused:
        await written.store.append(drafts, heads=heads, recorded=later(1), correlation="test")
    assert refused.value.stream == A
    assert (await written.store.heads([B]))[B] == NO_STREAM


async def test_an_append_to_a_version_that_never_was_is_refused(written: WrittenLog) -> None:
    await written.append(A, A)
    heads = {B: (await written.store.heads([A]))[A]}
    for drafts in (1, 2):
        with pytest.raises(ConcurrentChange):
            await written.store.append(
                [Draft(B, checked_in(), str(uuid4())) for _ in range(drafts)],
                heads=heads,
                recorded=later(1),
                correlation="test",
            )
    assert (await written.store.heads([B]))[B] == NO_STREAM


async def test_a_guard_holds_a_stream_that_was_only_read(written: WrittenLog) -> None:
    await written.append(A)
    await written.append(B, guards={A: 1, C: 0})
    with pytest.raises(ConcurrentChange) as refused:
        await written.append(B, guards={A: 2})
    assert refused.value.stream == A
    await written.append(C)
    with pytest.raises(ConcurrentChange):
        await written.append(B, guards={C: 0})
    assert [event.version for event in (await written.store.read({C: 0}))[C]] == [1]


async def test_of_two_decisions_that_each_rest_on_the_others_stream_only_one_stands(written: WrittenLog) -> None:
    for round_ in range(25):
        left, right = stream_of(1000 + round_), stream_of(2000 + round_)
        outcomes = await asyncio.gather(
            written.append(left, guards={right: 0}), written.append(right, guards={left: 0}), return_exceptions=True
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert [type(outcome) for outcome in refused] == [ConcurrentChange], outcomes


async def test_a_repeated_key_yields_the_first_answer_and_appends_nothing(written: WrittenLog) -> None:
    await written.append(A, receipt=Receipt("P000001", "k", b"first", b'{"n":1}'))
    with pytest.raises(ReceiptExists) as refused:
        await written.append(A, receipt=Receipt("P000001", "k", b"other", b'{"n":2}'))
    assert refused.value.receipt == Receipt("P000001", "k", b"first", b'{"n":1}')
    assert await written.store.receipt("P000001", "k") == refused.value.receipt
    assert await written.store.receipt("P000002", "k") is None
    assert (await written.store.heads([A]))[A].version == 1
    await written.append(A, receipt=Receipt("P000002", "k", b"other", b'{"n":2}'))


async def test_of_many_at_once_under_one_key_one_is_appended_and_all_get_its_answer(written: WrittenLog) -> None:
    async def once(number: int) -> bytes:
        mine = Receipt("P000001", "k", b"same", b'{"by":%d}' % number)
        try:
            # Half of them to a stream of their own, so that the key alone decides.
            await written.append(A if number % 2 else stream_of(100 + number), receipt=mine)
        except ReceiptExists as exists:
            return exists.receipt.answer
        return mine.answer

    answers = await asyncio.gather(*(once(number) for number in range(20)))
    assert len(set(answers)) == 1
    await written.seal()
    assert len(await written.sealed()) == 1


async def test_a_refused_append_leaves_no_receipt(written: WrittenLog) -> None:
    heads = await written.store.heads([A])
    await written.append(A)
    mine = Receipt("P000001", "k", b"same", b"{}")
    draft = Draft(A, checked_in(), str(uuid4()))
    with pytest.raises(ConcurrentChange):
        await written.store.append([draft], heads=heads, recorded=later(1), correlation="test", receipt=lambda _: mine)
    assert await written.store.receipt("P000001", "k") is None


async def test_a_decision_without_events_can_leave_a_receipt(written: WrittenLog) -> None:
    mine = Receipt("P000001", "k", b"same", b'{"refused":true}')
    assert await written.store.append([], heads={}, recorded=later(0), correlation="t", receipt=lambda _: mine) == []
    assert await written.store.receipt("P000001", "k") == mine


async def test_all_streams_of_a_subject_and_of_no_other_are_found(written: WrittenLog) -> None:
    neighbours = [
        "attendance/P000001/2016",
        A,
        "attendance/P000001",
        "attendance/P000001-2/2017",
        "attendance/P0000010",
    ]
    await written.append(*neighbours, "roles/P000001", B)
    found = await written.store.read_subject(["attendance", "roles"], "P000001")
    assert [event.stream for event in found] == [
        "attendance/P000001",
        "attendance/P000001/2016",
        "attendance/P000001/2017",
        "roles/P000001",
    ]
    assert len(await written.store.read_subject(["roles"], "P000001")) == 1


async def test_sensitive_values_are_kept_beside_the_log_and_an_erased_one_stays_away(written: WrittenLog) -> None:
    fact = DayStatusCorrected(
        actor=Actor(person="P000001", role=Role.TOWNSHIP),
        article="9",
        ruleset="2016-1",
        place="530113100201",
        person="P000001",
        date=date(2017, 3, 1),
        status=DayStatus.ON_POST,
        reason="手机坏了",
        supersedes=str(uuid4()),
    )
    drafts = [Draft(A, fact, str(uuid4())), Draft(A, fact, str(uuid4()))]
    stored = await written.store.append(drafts, heads={A: NO_STREAM}, recorded=datetime.now(UTC), correlation="test")
    one = await written.store.append(
        [Draft(B, fact, str(uuid4()))], heads={B: NO_STREAM}, recorded=datetime.now(UTC), correlation="test"
    )
    texts = await written.store.disclosures([event.id for event in (*stored, *one)])
    assert {read(text) for text in texts.values()} == {("reason", "手机坏了")}
    assert len(texts) == 3
    for event in (*stored, *one):
        (digest,) = decode(event.body).data["_sd"]
        assert digest_of(texts[digest]) == digest
        assert "手机坏了".encode() not in event.body
    async with written.pool.connection() as connection:
        await connection.execute(
            "update ledger.disclosure set text = null, erased_at = now() where event = %s", (stored[0].id,)
        )
    assert len(await written.store.disclosures([stored[0].id, stored[1].id])) == 1


async def test_an_altered_byte_is_noticed_when_it_is_read(written: WrittenLog) -> None:
    await written.append(A, A)
    await written.as_superuser(
        "alter table ledger.event disable trigger written_once",
        "update ledger.event set body = set_byte(body, 40, 33) where version = 2",
    )
    with pytest.raises(BrokenLog, match="version 2: the bytes do not hash"):
        await written.store.read({A: 0})


@pytest.mark.parametrize("table", ["event", "log_index", "tree_node", "checkpoint", "inbox", "receipt"])
async def test_nobody_changes_what_is_written_not_even_the_owner(written: WrittenLog, table: str) -> None:
    await written.append(A)
    await written.seal()
    await written.as_superuser("insert into ledger.inbox values ('o', 0, 1, gen_random_uuid(), 's', 't', '', 'x')")
    column = {"log_index": "leaf", "tree_node": "hash", "checkpoint": "note", "receipt": "answer"}.get(table, "body")
    for statement in (
        f"update ledger.{table} set {column} = {column}",
        f"delete from ledger.{table}",
        f"truncate ledger.{table}",
    ):
        for become in ("set role zhucun_owner", "reset role"):
            with pytest.raises(psycopg.DatabaseError, match="never changed"):
                await written.as_superuser(become, statement)
        for role in ("zhucun_service", "zhucun_reader"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await written.as_superuser(f"set role {role}", statement)


async def test_a_service_writes_the_log_through_its_functions_alone(written: WrittenLog) -> None:
    for statement in (
        "insert into ledger.event (id, stream, version, leaf, body) values (gen_random_uuid(), 'a/b', 1, '', '')",
        "insert into ledger.log_index values (0, 1, '')",
        "insert into ledger.checkpoint values (1, '')",
        "update ledger.stream_head set version = 7",
        "update ledger.log_state set size = 7",
        "delete from ledger.pending",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await written.as_superuser("set role zhucun_service", statement)


async def test_appends_while_the_sealer_works_leave_no_gap_and_no_inversion(written: WrittenLog) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(written.sealer(batch=20).run(stop))
    streams = [stream_of(number) for number in range(9)]
    await asyncio.gather(*(written.append_until_done(streams[n % 9], streams[(n * 5) % 9 - 1]) for n in range(150)))
    last = await written.append(A)
    assert await written.store.wait_sealed(A, last[0].version, 60.0) is not None
    stop.set()
    await running
    order = await written.sealed()
    assert_stream_order(order)
    await written.assert_sound(301)
