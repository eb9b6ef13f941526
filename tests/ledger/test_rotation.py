"""A log changes its key: what the old one signed stays verifiable, and a follower takes both."""

from pathlib import Path

import pytest

from contracts.proofs import ProofError, VerifierKey, open_checkpoint
from services.ledger.admission import Source
from services.ledger.fsck import fsck
from services.ledger.signer import FileSigner
from services.runtime.keys import Keys
from services.runtime.settings import read_settings
from tests.ledger.written_log import ORIGIN, WrittenLog, stream_of


async def test_a_log_signed_with_two_keys_is_whole_to_who_has_both(written: WrittenLog) -> None:
    await written.append(stream_of(1), stream_of(2))
    await written.seal()
    before = written.signer().vkey
    (written.directory / "key").unlink()
    await written.append(stream_of(1))
    await written.seal()
    after = written.signer().vkey
    assert before != after
    report = await fsck(written.pool, ORIGIN, f"{after}\n{before}")
    assert (report.intact, report.checkpoints) == (True, 2)
    for one in (before, after):
        assert not (await fsck(written.pool, ORIGIN, one)).intact
    assert Source.of("attendance", ORIGIN, f"{after}\n{before}\n").keys == (
        VerifierKey.parse(after),
        VerifierKey.parse(before),
    )


def test_the_file_of_public_keys_keeps_every_key_the_present_one_first(tmp_path: Path) -> None:
    keys = Keys(read_settings({}, mode="embedded", var=tmp_path))
    first = keys.signer("attendance").vkey
    second = keys.rotate("attendance")
    assert keys.vkey("attendance").split() == [second, first]
    signer = keys.signer("attendance")
    assert isinstance(signer, FileSigner)
    assert signer.vkey == second
    assert keys.vkey("attendance").split() == [second, first], "a start of the service changes nothing"
    third = keys.rotate("attendance")
    assert keys.vkey("attendance").split() == [third, second, first]
    assert not list(tmp_path.rglob("*.new"))


async def test_a_note_by_a_key_that_is_no_more_listed_is_not_taken(written: WrittenLog) -> None:
    await written.append(stream_of(1))
    await written.seal()
    async with written.pool.connection() as connection:
        row = await (await connection.execute("select note from ledger.checkpoint")).fetchone()
    assert row is not None
    other = FileSigner(written.directory / "other", ORIGIN, create=True)
    with pytest.raises(ProofError, match="no signature by a known key"):
        open_checkpoint(row[0], [VerifierKey.parse(other.vkey)])
