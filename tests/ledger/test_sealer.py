"""The sealer against a real PostgreSQL: killed anywhere, run twice, handed an old backup."""

import asyncio
import shutil
import signal
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from contracts.proofs import EMPTY_ROOT, leaf_hash, root_of
from services.ledger.appending import statement
from services.ledger.checkpoints import State, StateFile, StateFileError
from services.ledger.connections import connect
from services.ledger.feed import Feed
from services.ledger.recovery import adopt
from services.ledger.sealer import Sealer, SealerRefused, Step
from services.ledger.signer import FileSigner, SignerError
from services.ledger.store import Draft
from tests.ledger.written_log import ORIGIN, WrittenLog, checked_in, later, stream_of

A, B = stream_of(1), stream_of(2)

DOOMED = """
import asyncio, os, signal, sys
from pathlib import Path
from services.ledger.sealer import Sealer
from services.ledger.signer import FileSigner

url, origin, directory, last = sys.argv[1:]

def die(step):
    if step == last:
        os.kill(os.getpid(), signal.SIGKILL)

signer = FileSigner(Path(directory, "key"), origin)
sealer = Sealer(url, origin=origin, signer=signer, state_file=Path(directory, "state.json"), batch=10, reached=die)
asyncio.run(sealer.seal_once())
"""


async def test_a_batch_gets_the_next_indexes_a_root_and_a_signature(written: WrittenLog) -> None:
    await written.append(A, B, A)
    assert await written.seal() == 3
    await written.append(B)
    assert await written.seal() == 1
    assert await written.seal() == 0
    assert await written.sealed() == [(A, 1), (B, 1), (A, 2), (B, 2)]
    assert [checkpoint.size for checkpoint in await written.checkpoints()] == [3, 4]
    await written.assert_sound(4)


@pytest.mark.parametrize("last", list(Step))
async def test_killed_after_any_step_it_goes_on_without_gap_or_fork(written: WrittenLog, last: Step) -> None:
    await written.append(A, B)
    await written.seal()
    await written.append(*(stream_of(number % 300) for number in range(700)))
    before = await written.bodies()
    doomed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DOOMED, written.url, ORIGIN, str(written.directory), last
    )
    assert await doomed.wait() == -signal.SIGKILL
    await written.append(A)
    await written.seal()
    assert (await written.bodies())[:2] == before
    await written.assert_sound(703)


@pytest.mark.parametrize("first", list(Step))
@pytest.mark.parametrize("second", list(Step))
async def test_killed_again_while_it_recovers(written: WrittenLog, first: Step, second: Step) -> None:
    class Killed(Exception):
        pass

    def dies_after(last: Step) -> Sealer:
        def reached(step: Step) -> None:
            if step is last:
                raise Killed

        return written.sealer(batch=3, reached=reached)

    await written.append(A)
    await written.append(B)
    for last in (first, second):
        await written.append(A, B, A, B)
        sealer = dies_after(last)
        with pytest.raises(Killed):
            await sealer.seal_once()
        await sealer.close()
    await written.seal()
    await written.assert_sound(10)


async def test_an_open_transaction_delays_its_own_events_and_no_others(written: WrittenLog) -> None:
    heads = await written.store.heads([A])
    prepared = written.store.encode([Draft(A, checked_in(), str(uuid4()))], heads, later(0), "test")
    query, parameters = statement(prepared, heads, None, {})
    connection = await connect(written.url, name="slow")
    async with connection.transaction():
        await connection.execute(query, parameters)
        for _ in range(5):
            await written.append(B)
        assert await written.seal() == 5
        assert await written.store.wait_sealed(B, 5, 30.0) == 4
    await connection.close()
    assert await written.seal() == 1
    assert (await written.sealed())[5] == (A, 1)
    await written.assert_sound(6)


async def test_what_commits_long_after_thousands_of_others_is_still_found(written: WrittenLog) -> None:
    heads = await written.store.heads([A])
    prepared = written.store.encode([Draft(A, checked_in(), str(uuid4()))], heads, later(0), "test")
    query, parameters = statement(prepared, heads, None, {})
    connection = await connect(written.url, name="slow")
    sealer = written.sealer(batch=500)
    async with connection.transaction():
        await connection.execute(query, parameters)
        for start in (10, 1310):
            await asyncio.gather(*(written.append(stream_of(start + number)) for number in range(1300)))
            for _ in range(8):
                await sealer.seal_once()
        assert sealer.size == 2600
    await connection.close()
    assert await sealer.seal_once() == 1
    await asyncio.gather(*(written.append(stream_of(number)) for number in range(3000, 4100)))
    for _ in range(8):
        await sealer.seal_once()
    await written.append(A)
    assert await sealer.seal_once() == 1
    await sealer.close()
    await written.assert_sound(3702)


async def test_only_one_sealer_works_and_the_next_takes_over(written: WrittenLog) -> None:
    await written.append(A)
    first, second = written.sealer(), written.sealer()
    assert await first.seal_once() == 1
    await written.append(A)
    assert await second.seal_once() == 0
    await first.close()
    assert await second.seal_once() == 1, "the lock is free when close() returns"
    await second.close()
    await written.assert_sound(2)


async def test_a_sealer_that_lost_its_lock_unnoticed_cannot_fork_the_log(written: WrittenLog) -> None:
    await written.append(A)
    first = written.sealer()
    await first.seal_once()
    await written.as_superuser(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name like 'sealer %' and datname = current_database()"
    )
    await written.append(B)
    assert await written.seal() == 1
    await written.append(B)
    with pytest.raises(psycopg.OperationalError):
        await first.seal_once()
    assert await first.seal_once() == 1
    await first.close()
    await written.assert_sound(3)


async def test_numbering_compares_where_the_log_stands(written: WrittenLog) -> None:
    await written.append(A)
    await written.seal()
    await written.append(A)
    async with written.pool.connection() as connection:
        for size, root in ((0, EMPTY_ROOT), (1, EMPTY_ROOT)):
            with pytest.raises(psycopg.DatabaseError, match="does not stand at size") as refused:
                await connection.execute(
                    "select ledger.seal(%s::bigint, %s, %s, '{2}', %s, '{}', '{}', '{}')", (size, root, root, b"x" * 32)
                )
            assert refused.value.sqlstate == "ZC002"
    assert await written.seal() == 1


async def test_a_running_sealer_seals_soon_and_survives_the_loss_of_its_connection(written: WrittenLog) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(written.sealer().run(stop))
    await written.append(A)
    assert await written.store.wait_sealed(A, 1, 30.0) == 0
    await written.as_superuser(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name like 'sealer %' and datname = current_database()"
    )
    await written.append(A)
    assert await written.store.wait_sealed(A, 2, 30.0) == 1
    assert await written.store.wait_sealed(A, 3, 0.05) is None
    stop.set()
    await running


async def test_a_restored_older_backup_is_refused_with_the_missing_indexes(written: WrittenLog) -> None:
    await written.append(A, A, B)
    await written.seal()
    backup = await written.backup(written.directory / "backup")
    await written.append(B, B)
    await written.seal()
    shutil.copy(written.state_file, backup.state_file)
    sealer = backup.sealer()
    with pytest.raises(SealerRefused, match=r"up to size 5.* holds 3 events: the indexes 3 to 4 are missing"):
        await sealer.seal_once()
    assert sealer.refusal is not None
    with pytest.raises(SealerRefused):
        await sealer.run(asyncio.Event())
    await backup.append(B)
    assert len(await backup.sealed()) == 3
    await backup.pool.close()


async def test_a_backup_that_grew_another_way_is_refused(written: WrittenLog) -> None:
    await written.append(A, A, B)
    await written.seal()
    backup = await written.backup(written.directory / "backup")
    for log in (written, backup):
        await log.append(B)
        await log.seal()
    shutil.copy(written.state_file, backup.state_file)
    with pytest.raises(SealerRefused, match="not the log that was sealed: its first 4 events give another root"):
        await backup.seal()
    await backup.pool.close()


async def test_a_copy_of_the_database_with_its_state_file_goes_on_as_if_nothing_had_been(written: WrittenLog) -> None:
    await written.append(A, A, B)
    await written.seal()
    await written.append(A)
    backup = await written.backup(written.directory / "backup")
    await backup.append(A, B)
    await backup.seal()
    await backup.assert_sound(6)
    await backup.pool.close()


async def test_a_missing_or_old_state_file_is_refused_until_an_operator_adopts_the_database(
    written: WrittenLog,
) -> None:
    await written.append(A)
    await written.seal()
    shutil.copy(written.state_file, written.directory / "old.json")
    await written.append(A)
    await written.seal()
    shutil.copy(written.directory / "old.json", written.state_file)
    with pytest.raises(SealerRefused, match="has a checkpoint of 2: the file is an old copy"):
        await written.seal()
    written.state_file.unlink()
    with pytest.raises(SealerRefused, match=r"state\.json is missing: put the file back"):
        await written.seal()
    assert (await adopt(written.url, ORIGIN, written.state_file)).size == 2
    await written.append(A)
    assert await written.seal() == 1
    await written.assert_sound(3)


async def test_a_full_disk_stops_it_before_anything_is_signed_and_room_lets_it_go_on(written: WrittenLog) -> None:
    """The very file it writes is on a device that is always full."""
    await written.append(A)
    assert await written.seal() == 1
    full = written.state_file.with_name(f"{written.state_file.name}.new")
    full.symlink_to("/dev/full")
    await written.append(A, B)
    for _ in range(2):  # and again when it begins anew
        with pytest.raises(SealerRefused, match=r"cannot be written: No space left on device"):
            await written.seal()
        assert [checkpoint.size for checkpoint in await written.checkpoints()] == [1]
    full.unlink()
    await written.seal()
    await written.assert_sound(3)


def test_the_state_file_moves_forward_from_where_it_stands_and_belongs_to_one_log(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json", ORIGIN)
    one, two = State(1, b"1" * 32), State(2, b"2" * 32)
    assert file.read() is None
    file.advance(None, one)
    file.advance(one, two)
    assert file.read() == two
    for old, new in ((one, two), (None, two), (two, one)):
        with pytest.raises(StateFileError):
            file.advance(old, new)
    with pytest.raises(StateFileError, match="is that of"):
        StateFile(tmp_path / "state.json", "other").read()
    file.path.write_text("{")
    with pytest.raises(StateFileError, match="cannot be read"):
        file.read()


def test_a_signing_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "var" / "key"
    with pytest.raises(SignerError, match="cannot be read"):
        FileSigner(path, ORIGIN)
    made = FileSigner(path, ORIGIN, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert FileSigner(path, ORIGIN, create=True).vkey == made.vkey
    with pytest.raises(SignerError, match="is that of"):
        FileSigner(path, "other")
    path.chmod(0o644)
    with pytest.raises(SignerError, match="may be read by others"):
        FileSigner(path, ORIGIN)


async def test_a_feed_shows_what_is_signed_and_no_more(written: WrittenLog) -> None:
    feed = Feed(written.pool)
    assert (await feed.page(0, 10), await feed.size()) == ([], 0)
    events = await written.append(A, B, A)
    assert await feed.page(0, 10) == []
    await written.seal()
    await written.append(B)
    assert await feed.page(0, 2) == [(0, events[0].body), (1, events[1].body)]
    assert await feed.page(2, 2) == [(2, events[2].body)]
    assert (await feed.page(3, 2), await feed.size()) == ([], 3)
    assert root_of([leaf_hash(body) for _, body in await feed.page(0, 5)]) == (await written.checkpoints())[0].root
