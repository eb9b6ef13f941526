"""The second algorithm: SM2 signs what Ed25519 has signed, others can check it, and its absence is said clearly."""

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
from services.ledger.signer import FileSigner, SignerError
from services.ledger.sm2_signer import Sm2Signer

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
