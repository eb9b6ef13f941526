"""The second algorithm: SM2 signs what Ed25519 has signed, others can check it, and its absence is said clearly."""

import asyncio
import shutil
import stat
from pathlib import Path

import pytest

from contracts.notes import ALGORITHM_OTHER
from contracts.proofs import (
    Checkpoint,
    ProofError,
    Signature,
    VerifierKey,
    checkpoint_text,
    format_note,
    open_checkpoint,
    root_of,
)
from contracts.signatures import der_of, raw_of
from services.assessment.evidence.verify import verify
from services.ledger import checkpoints, sm3_twin
from services.ledger.fsck import fsck
from services.ledger.sealer import Sealer
from services.ledger.signer import FileSigner, SignerError
from services.ledger.sm2_signer import Sm2Signer
from services.ledger.sm3_twin import Twin, TwinError, sm3
from tests.assessment.evidence.world import world
from tests.ledger.written_log import ORIGIN as OF_WRITTEN
from tests.ledger.written_log import WrittenLog, stream_of

ORIGIN = "zhucun.demo/attendance"

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to sign with")


@needs_openssl
def test_a_checkpoint_with_both_signatures_opens_with_either_key(tmp_path: Path) -> None:
    first = FileSigner(tmp_path / "key", ORIGIN, create=True)
    second = Sm2Signer(tmp_path / "sm2.pem", ORIGIN, create=True)
    assert stat.S_IMODE((tmp_path / "sm2.pem").stat().st_mode) == 0o600
    text = checkpoint_text(Checkpoint(ORIGIN, 3, root_of([bytes(32)] * 3)))
    note = format_note(text, [first.sign(text.encode()), second.sign(text.encode())])
    keys = [VerifierKey.parse(first.vkey), VerifierKey.parse(second.vkey)]
    assert keys[1].algorithm == ALGORITHM_OTHER
    for known in ([keys[0]], [keys[1]], keys):
        assert open_checkpoint(note, known).size == 3
    with pytest.raises(ProofError, match="does not verify"):
        open_checkpoint(note.replace("\n3\n", "\n4\n"), [keys[1]])
    forged = format_note(text, [first.sign(text.encode()), Signature(ORIGIN, keys[1].key_id, bytes(64))])
    assert open_checkpoint(forged, [keys[0]]).size == 3, "who does not know the second key ignores it"
    with pytest.raises(ProofError, match="does not verify"):
        open_checkpoint(forged, keys)


@needs_openssl
def test_the_key_is_read_again_and_is_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "sm2.pem"
    vkey = Sm2Signer(path, ORIGIN, create=True).vkey
    assert Sm2Signer(path, ORIGIN).vkey == vkey
    path.chmod(0o644)
    with pytest.raises(SignerError, match="0600"):
        Sm2Signer(path, ORIGIN)
    with pytest.raises(SignerError, match="not there"):
        Sm2Signer(tmp_path / "none.pem", ORIGIN)


def test_without_openssl_it_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SignerError, match="SM2 needs the program openssl"):
        Sm2Signer(tmp_path / "sm2.pem", ORIGIN, create=True)
    assert not (tmp_path / "sm2.pem").exists()


def test_signatures_turn_from_one_form_into_the_other() -> None:
    for raw in (bytes(63) + b"\x01", b"\xff" * 64, b"\x00" * 31 + b"\x80" + b"\x7f" + b"\x00" * 31, bytes(64)):
        assert raw_of(der_of(raw)) == raw


@pytest.mark.parametrize("raw", [b"\xff", b"\xffurn:other:1\n" + bytes(65), b"\xffurn:zhucun:sm2-sm3:1\n" + bytes(64)])
def test_other_algorithms_under_that_number_are_not_taken_for_ours(raw: bytes) -> None:
    import base64

    with pytest.raises(ProofError):
        VerifierKey.parse(f"{ORIGIN}+00000000+{base64.b64encode(raw).decode()}")


@needs_openssl
async def test_a_log_signs_every_checkpoint_by_both_and_readers_of_the_first_notice_nothing(
    written: WrittenLog,
) -> None:
    sm2 = Sm2Signer(written.directory / "sm2.pem", written.signer().name, create=True)
    sealer = Sealer(written.url, origin=OF_WRITTEN, signer=written.signer(), also=[sm2], state_file=written.state_file)
    for _ in range(2):
        await written.append(stream_of(1), stream_of(2))
        assert await sealer.seal_once() == 2
    await sealer.close()
    size, note = await latest_of(written)
    for vkey in (written.signer().vkey, sm2.vkey):
        assert open_checkpoint(note, [VerifierKey.parse(vkey)]).size == size == 4
    assert (await fsck(written.pool, OF_WRITTEN, written.signer().vkey)).intact
    assert (await fsck(written.pool, OF_WRITTEN, f"{written.signer().vkey}\n{sm2.vkey}")).intact


@needs_openssl
async def test_a_second_key_that_is_gone_stops_the_signing_and_its_return_ends_that(written: WrittenLog) -> None:
    """Nothing is signed by one key alone; what was numbered meanwhile is signed as it was numbered."""
    path = written.directory / "sm2.pem"
    sm2 = Sm2Signer(path, written.signer().name, create=True)
    sealer = Sealer(written.url, origin=OF_WRITTEN, signer=written.signer(), also=[sm2], state_file=written.state_file)
    stop, away = asyncio.Event(), path.with_name("away.pem")
    path.rename(away)
    running = asyncio.create_task(sealer.run(stop))
    try:
        await written.append(stream_of(1))
        async with asyncio.timeout(20):
            while sealer.refusal is None:
                await asyncio.sleep(0.02)
        assert "cannot use SM2" in sealer.refusal
        assert await checkpoints.latest(written.pool) is None
        away.rename(path)
        async with asyncio.timeout(20):
            while await checkpoints.latest(written.pool) is None:
                await asyncio.sleep(0.02)
        size, note = await latest_of(written)
        assert open_checkpoint(note, [VerifierKey.parse(sm2.vkey)]).size == size == 1
        async with asyncio.timeout(20):  # others see the note before the server has told the sealer that it is kept
            while sealer.refusal is not None:
                await asyncio.sleep(0.02)
    finally:
        stop.set()
        await running


async def latest_of(written: WrittenLog) -> tuple[int, str]:
    found = await checkpoints.latest(written.pool)
    assert found is not None
    return found


@needs_openssl
def test_a_bundle_of_such_logs_says_so_and_a_policy_may_ask_for_it(tmp_path: Path) -> None:
    found = world(final=False)
    for log in found.logs.values():
        log.second = [Sm2Signer(tmp_path / f"{log.origin.rpartition('/')[2]}.pem", log.origin, create=True)]
    found.finalise()
    case = tmp_path / "case.zip"
    case.write_bytes(found.bundle().archive)
    verdict = verify(case)
    assert verdict.code == 0, verdict.text()
    assert "signed by SM2 with SM3 too" in verdict.text()
    asking = found.policy()
    asking.logs = {origin: [VerifierKey.parse(log.second[0].vkey)] for origin, log in found.logs.items()}
    assert verify(case, trusted=asking).code == 0
    other = Sm2Signer(tmp_path / "other.pem", OF_WRITTEN, create=True)
    asking.logs = {
        origin: [VerifierKey.of(origin, VerifierKey.parse(other.vkey).public, 0xFF)] for origin in found.logs
    }
    assert verify(case, trusted=asking).code == 40


@needs_openssl
def test_a_bad_second_signature_is_found_and_one_that_cannot_be_checked_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = world(final=False)
    attendance = found.logs["zhucun.test/attendance"]
    honest = Sm2Signer(tmp_path / "sm2.pem", attendance.origin, create=True)
    found.finalise()
    attendance.second = [honest]
    case = tmp_path / "case.zip"
    case.write_bytes(found.bundle().archive)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(tmp_path))
        verdict = verify(case)
    assert verdict.code == 0
    assert "the SM2 signatures were not checked" in verdict.text()
    attendance.second = [Backwards(honest)]
    case.write_bytes(found.bundle().archive)
    assert verify(case).code == 10


class Backwards:
    """Signs something else than it is asked to."""

    def __init__(self, signer: Sm2Signer) -> None:
        self.name, self.vkey, self._signer = signer.name, signer.vkey, signer

    def sign(self, text: bytes) -> Signature:
        return self._signer.sign(text[::-1])


def by_definition(bodies: list[bytes]) -> bytes:
    """The SM3 root as `ledger.md` 2 defines a tree, with the other hash."""
    if len(bodies) < 2:
        return sm3(b"\x00" + bodies[0]) if bodies else sm3(b"")
    split = 1 << ((len(bodies) - 1).bit_length() - 1)
    return sm3(b"\x01" + by_definition(bodies[:split]) + by_definition(bodies[split:]))


def test_the_twin_is_the_tree_with_another_hash() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905, A.1
    bodies = [b"event %d" % number for number in range(70)]
    twin = Twin()
    for size, body in enumerate(bodies):
        assert (twin.size, twin.root()) == (size, by_definition(bodies[:size]))
        twin.append(body)


@needs_openssl
async def test_the_twin_of_a_log_is_signed_only_while_its_bytes_are_those_that_were_signed(written: WrittenLog) -> None:
    signer = Sm2Signer(written.directory / "sm2.pem", f"{OF_WRITTEN}/sm3", create=True)
    with pytest.raises(TwinError, match="holds nothing"):
        await sm3_twin.checkpoint(written.pool, signer)
    for _ in range(3):
        await written.append(*(stream_of(number) for number in range(7)))
        await written.seal()
    found = open_checkpoint(await sm3_twin.checkpoint(written.pool, signer), [VerifierKey.parse(signer.vkey)])
    assert (found.origin, found.size, found.root) == (f"{OF_WRITTEN}/sm3", 21, by_definition(await written.bodies()))
    await written.as_superuser(
        "set session_replication_role = replica",
        "update ledger.event set body = set_byte(body, 100, get_byte(body, 100) # 1) where position = 5",
    )
    with pytest.raises(TwinError, match="do not give the signed root"):
        await sm3_twin.checkpoint(written.pool, signer)
