"""Signed notes: the vector of the specification, what OpenSSL says, and what a reader refuses."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from contracts.proofs import (
    ALGORITHM_COSIGNATURE,
    Checkpoint,
    ProofError,
    Signature,
    VerifierKey,
    checkpoint_text,
    format_note,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
)

SPECIFIED = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
CHECKPOINT = Checkpoint("zhucun.demo/attendance", 20_852_163, bytes(range(32)))
TEXT = checkpoint_text(CHECKPOINT)
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RAW = SECRET.public_key().public_bytes_raw()
KEY = VerifierKey.of("zhucun.demo/attendance", RAW)
WITNESS = VerifierKey.of("witness.example", RAW, ALGORITHM_COSIGNATURE)
STRANGER = Signature("elsewhere", b"\x01\x02\x03\x04", b"\x00" * 64)


def signed(text: str, key: VerifierKey = KEY) -> Signature:
    return Signature(key.name, key.key_id, SECRET.sign(text.encode()))


def cosigned(text: str, time: int) -> Signature:
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return Signature(WITNESS.name, WITNESS.key_id, time.to_bytes(8, "big") + SECRET.sign(message))


def test_the_specified_key_reads_and_writes_back() -> None:
    key = VerifierKey.parse(SPECIFIED)
    assert (key.name, key.key_id.hex(), len(key.public), str(key)) == ("example.com/foo", "530d903a", 32, SPECIFIED)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        SPECIFIED.replace("530d903a", "530d903b"),
        SPECIFIED.replace("530d903a", "530D903A"),
        SPECIFIED.replace("foo", "fo o"),
        SPECIFIED.replace("+Aeky", "+Beky"),
        SPECIFIED[:-4],
        SPECIFIED + "=",
        SPECIFIED + "\n",
    ],
)
def test_a_damaged_key_is_refused(vkey: str) -> None:
    with pytest.raises(ProofError):
        VerifierKey.parse(vkey)


def test_a_note_has_exactly_the_specified_bytes() -> None:
    note = format_note(TEXT, [signed(TEXT)])
    lines = note.split("\n")
    assert lines[:2] == ["zhucun.demo/attendance", "20852163"]
    assert lines[3] == ""
    assert lines[4].startswith("\u2014 zhucun.demo/attendance ")
    assert note.endswith("\n")
    assert parse_note(note) == (TEXT, [signed(TEXT)])
    assert parse_checkpoint(TEXT) == CHECKPOINT


def test_strangers_are_ignored_and_a_known_bad_signature_rejects() -> None:
    good, bad = signed(TEXT), Signature(KEY.name, KEY.key_id, b"\x00" * 64)
    assert open_checkpoint(format_note(TEXT, [STRANGER, good]), [KEY]) == CHECKPOINT
    for signatures in ([STRANGER], [bad], [good, bad], [bad, good]):
        with pytest.raises(ProofError):
            open_checkpoint(format_note(TEXT, signatures), [KEY])
    with pytest.raises(ProofError):
        open_checkpoint(format_note(TEXT, [good]), [])


def test_a_signature_covers_the_whole_text() -> None:
    other = checkpoint_text(Checkpoint(CHECKPOINT.origin, CHECKPOINT.size + 1, CHECKPOINT.root))
    with pytest.raises(ProofError):
        open_checkpoint(format_note(other, [signed(TEXT)]), [KEY])


def test_a_witness_signs_its_time_too() -> None:
    good = cosigned(TEXT, 1_500_000_000)
    assert open_checkpoint(format_note(TEXT, [good]), [WITNESS]) == CHECKPOINT
    later = (1_500_000_001).to_bytes(8, "big") + good.signature[8:]
    for raw in (later, good.signature[8:]):
        with pytest.raises(ProofError):
            open_checkpoint(format_note(TEXT, [Signature(good.name, good.key_id, raw)]), [WITNESS])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        TEXT[:-1],
        TEXT + "extension\n",
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "-1"),
        TEXT.replace("20852163", "２０"),
        TEXT.replace("=", ""),
        TEXT.replace("zhucun.demo/attendance", ""),
        TEXT.replace("zhucun.demo/attendance", "two words"),
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        TEXT + "\n",
        "\n\u2014 a AAAAAAAA\n",
        TEXT + "\n- a AAAAAAAA\n",
        TEXT + "\n\u2014 a AAAA\n",
        TEXT + "\n\u2014 a AAAAAAAA",
        TEXT + "\n\u2014 a  AAAAAAAA\n",
        TEXT + "\n\u2014 a AAAAAAAB==\n",
        TEXT + "\n\u2014 a AAAAAAAA\n" * 2,
        "\t" + TEXT + "\n\u2014 a AAAAAAAA\n",
        "\ud800" + TEXT + "\n\u2014 a AAAAAAAA\n",
        TEXT + "\n" + "\u2014 a AAAAAAAA\n" * 101,
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(ProofError):
        open_checkpoint(note, [KEY])


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    for note in (text, TEXT + "\n" + text, text + "\n\n\u2014 a AAAAAAAA\n"):
        with pytest.raises(ProofError):
            open_checkpoint(note, [KEY])


def test_the_smallest_signature_line_that_parses_is_still_no_signature() -> None:
    with pytest.raises(ProofError, match="no signature by a known key"):
        open_checkpoint(TEXT + "\n\u2014 a AAAAAAAA\n", [KEY])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program on this machine")
def test_openssl_verifies_a_signature_line(tmp_path: Path) -> None:
    text, (signature,) = parse_note(format_note(TEXT, [signed(TEXT)]))
    public = SECRET.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "key.pem").write_bytes(public)
    (tmp_path / "text").write_text(text, encoding="utf-8", newline="")
    (tmp_path / "signature").write_bytes(signature.signature)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    command += ["-in", "text", "-sigfile", "signature"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in said.stdout, said.stderr
