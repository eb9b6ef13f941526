"""The checker finds what was done behind the log's back, and names the index."""

import pytest

from services.ledger.fsck import Report, fsck
from services.ledger.signer import FileSigner
from tests.ledger.written_log import ORIGIN, WrittenLog, stream_of

A, B = stream_of(1), stream_of(2)


async def checked(written: WrittenLog) -> Report:
    return await fsck(written.pool, ORIGIN, written.signer().vkey)


async def filled(written: WrittenLog) -> None:
    """300 events under three checkpoints, and two that are not sealed yet."""
    for _ in range(3):
        await written.append(*(stream_of(number % 20) for number in range(100)))
        await written.seal()
    await written.append(A, B)


async def test_an_untouched_log_is_intact(written: WrittenLog) -> None:
    assert await checked(written) == Report(ORIGIN, 0, (await checked(written)).root, 0, None)
    await filled(written)
    report = await checked(written)
    assert report.intact
    assert (report.size, report.checkpoints) == (300, 3)
    assert report.root == (await written.checkpoints())[-1].root


@pytest.mark.parametrize("index", [0, 137, 299])
async def test_one_flipped_byte_is_found_at_its_index(written: WrittenLog, index: int) -> None:
    await filled(written)
    await written.as_superuser(
        "alter table ledger.event disable trigger written_once",
        "update ledger.event set body = set_byte(body, 100, get_byte(body, 100) # 1)"
        f" where position = (select position from ledger.log_index where idx = {index})",
    )
    report = await checked(written)
    assert not report.intact
    assert report.difference is not None
    assert report.difference.index == report.size == index
    assert "do not hash to their leaf" in str(report.difference)


async def test_a_forged_event_with_a_fitting_leaf_is_found_by_what_was_signed(written: WrittenLog) -> None:
    await filled(written)
    forged = "replace(convert_from(body, 'UTF8'), 'gps', 'kiosk')"
    where = "position = (select position from ledger.log_index where idx = 290)"
    await written.as_superuser(
        "set session_replication_role = replica",
        f"update ledger.event set body = convert_to({forged}, 'UTF8') where {where}",
        f"update ledger.event set leaf = sha256('\\x00'::bytea || body) where {where}",
        "update ledger.log_index i set leaf = e.leaf from ledger.event e where i.idx = 290 and e.position = i.position",
    )
    report = await checked(written)
    assert report.difference is not None
    # The last event of its stream, or prev of the next one would have told before the checkpoint does.
    assert report.difference.index == 200
    assert "the events 200 to 299 are not those that were signed" in str(report.difference)


@pytest.mark.parametrize(
    ("damage", "index", "what"),
    [
        ("delete from ledger.event where position = 51", 50, "the event is gone"),
        ("delete from ledger.log_index where idx = 50", 50, "no event has this index"),
        ("update ledger.tree_node set hash = sha256('x')", 0, "node 0 of level 8"),
        ("delete from ledger.tree_node", 0, "node 0 of level 8"),
        ("update ledger.log_state set root = sha256('x')", 300, "do not give the root"),
        ("update ledger.log_state set size = 250", 200, "do not give the root"),
        ("update ledger.checkpoint set note = replace(note, 'demo', 'demi') where size = 200", 100, "does not verify"),
        ("update ledger.event set version = 77 where position = 10", 9, "the bytes say otherwise"),
        ("delete from ledger.pending", None, "neither numbered nor waiting"),
        ("update ledger.stream_head set version = version + 1", None, "its last event says otherwise"),
    ],
)
async def test_other_damage_is_found(written: WrittenLog, damage: str, index: int | None, what: str) -> None:
    await filled(written)
    await written.as_superuser("set session_replication_role = replica", damage)
    report = await checked(written)
    assert report.difference is not None
    assert report.difference.index == index
    assert what in str(report.difference)


async def test_swapped_events_of_a_stream_are_found(written: WrittenLog) -> None:
    await filled(written)
    await written.as_superuser(
        "set session_replication_role = replica",
        "alter table ledger.log_index drop constraint log_index_position_key",
        "update ledger.log_index i set position = o.position, leaf = o.leaf from ledger.log_index o"
        " where i.idx in (40, 60) and o.idx = 100 - i.idx",
    )
    report = await checked(written)
    assert str(report.difference) == "index 40: attendance/P000000/2017 goes from version 2 to 4"


async def test_a_log_signed_by_another_key_is_not_intact(written: WrittenLog) -> None:
    await filled(written)
    stranger = FileSigner(written.directory / "stranger", ORIGIN, create=True)
    report = await fsck(written.pool, ORIGIN, stranger.vkey)
    assert "no signature by a known key" in str(report.difference)
