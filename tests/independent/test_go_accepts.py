"""Go's sumdb/note and sumdb/tlog accept our checkpoints and proofs, and refuse every mutation of them."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.event_proofs import EventProof
from contracts.proofs import (
    Checkpoint,
    Signature,
    VerifierKey,
    checkpoint_text,
    consistency_proof,
    format_note,
    inclusion_proof,
    leaf_hash,
    open_checkpoint,
    parse_note,
    root_of,
)
from services.ledger.proving import Prover
from services.ledger.signer import FileSigner
from tests.independent.golang import ask, build
from tests.ledger.written_log import WrittenLog, stream_of

SIZES = range(1, 301)
BODIES = [f"event {number}".encode() for number in SIZES]
LEAVES = [leaf_hash(body) for body in BODIES]
ORIGIN = "zhucun.demo/attendance"

_known: dict[tuple[int, int], bytes] = {}


def subtree(start: int, end: int) -> bytes:
    """MTH(D[start:end]) of the test's leaves."""
    if (start, end) not in _known:
        _known[start, end] = root_of(LEAVES[start:end])
    return _known[start, end]


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("go"))


def refused(answers: list[str]) -> list[str]:
    return [answer for answer in answers if answer != "ok"][:5]


def test_inclusion_of_every_event_in_trees_of_every_size(program: Path) -> None:
    def questions() -> Iterator[dict[str, Any]]:
        for size in SIZES:
            root = b64(subtree(0, size))
            for index in range(size):
                proof = [b64(node) for node in inclusion_proof(index, size, subtree)]
                body = b64(BODIES[index])
                yield {"kind": "record", "size": size, "root": root, "index": index, "body": body, "proof": proof}

    answers = ask(program, questions())
    assert len(answers) == sum(SIZES)
    assert refused(answers) == []


def test_consistency_of_every_two_sizes(program: Path) -> None:
    def questions() -> Iterator[dict[str, Any]]:
        for new in SIZES:
            root = b64(subtree(0, new))
            for old in range(1, new + 1):
                proof = [b64(node) for node in consistency_proof(old, new, subtree)]
                before = b64(subtree(0, old))
                yield {"kind": "tree", "size": new, "root": root, "index": old, "old": before, "proof": proof}

    answers = ask(program, questions())
    assert len(answers) == sum(SIZES)
    assert refused(answers) == []


@pytest.fixture
def signer(tmp_path: Path) -> FileSigner:
    return FileSigner(tmp_path / "key", ORIGIN, create=True)


def signed(signer: FileSigner, size: int) -> str:
    text = checkpoint_text(Checkpoint(ORIGIN, size, subtree(0, size)))
    return format_note(text, [signer.sign(text.encode())])


def test_checkpoints_of_every_size_open_and_no_changed_one_does(program: Path, signer: FileSigner) -> None:
    questions, expected = [], []
    for size in SIZES:
        note, root = signed(signer, size), b64(subtree(0, size))
        asked = {"kind": "note", "vkey": signer.vkey, "size": size, "root": root}
        at = (size * 37) % (len(note) - 4)  # the last sign of base64 has two bits that say nothing
        changed = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
        questions += [{**asked, "note": note}, {**asked, "note": changed}]
        expected += [True, False]
    assert [answer == "ok" for answer in ask(program, questions)] == expected


def test_a_checkpoint_with_a_witness_line_opens_too(program: Path, signer: FileSigner) -> None:
    text, signatures = parse_note(signed(signer, 300))
    unknown = Signature("witness.example", b"\x01\x02\x03\x04", b"t" * 72)
    note = format_note(text, [*signatures, unknown])
    asked = {"kind": "note", "vkey": signer.vkey, "size": 300, "root": b64(subtree(0, 300)), "note": note}
    assert ask(program, [asked]) == ["ok"]


async def test_what_a_real_log_hands_out_is_accepted(program: Path, written: WrittenLog) -> None:
    """The log of a real store and sealer, grown in uneven steps, its proofs as files."""
    for count in (1, 2, 60, 200, 300, 40):
        await written.append(*(stream_of(number % 20) for number in range(count)))
        await written.seal()
    prover, key = Prover(written.pool), VerifierKey.parse(written.signer().vkey)
    bodies, checkpoints = await written.bodies(), await written.checkpoints()
    questions: list[dict[str, Any]] = []
    for checkpoint in checkpoints:
        asked = {"size": checkpoint.size, "root": b64(checkpoint.root)}
        for index in {0, 1, checkpoint.size // 2, checkpoint.size - 1} & set(range(checkpoint.size)):
            proof = EventProof.parse(str(await prover.event(index, checkpoint.size)))
            assert proof.verify(leaf_hash(bodies[index]), [key]) == open_checkpoint(proof.note, [key]) == checkpoint
            path, body = [b64(node) for node in proof.path], b64(bodies[index])
            questions += [
                {"kind": "note", "vkey": str(key), "note": proof.note, **asked},
                {"kind": "record", "index": index, "body": body, "proof": path, **asked},
            ]
        for older in checkpoints:
            if older.size <= checkpoint.size:
                path = [b64(node) for node in await prover.consistency(older.size, checkpoint.size)]
                questions.append({"kind": "tree", "index": older.size, "old": b64(older.root), "proof": path, **asked})
    assert refused(ask(program, questions)) == []


def test_openssl_verifies_the_signature_line(signer: FileSigner, tmp_path: Path) -> None:
    text, (signature,) = parse_note(signed(signer, 300))
    public = VerifierKey.parse(signer.vkey).public
    (tmp_path / "public.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
    (tmp_path / "signature").write_bytes(signature.signature)
    command = "openssl pkeyutl -verify -pubin -keyform DER -inkey public.der -rawin -in text -sigfile signature"
    for content, verified in ((text, True), (text.replace("300", "301"), False)):
        (tmp_path / "text").write_text(content)
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is verified, done.stdout + done.stderr
