"""The file that proves one event: one form, read back as written, and nothing else is read."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.event_proofs import EventProof
from contracts.proofs import (
    Checkpoint,
    ProofError,
    Signature,
    VerifierKey,
    checkpoint_text,
    format_note,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from contracts.signatures import verifies, verifies_with_openssl

LEAVES = [leaf_hash(str(number).encode()) for number in range(7)]
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey.of("zhucun.test/log", SECRET.public_key().public_bytes_raw())


def proof_of(index: int) -> EventProof:
    text = checkpoint_text(Checkpoint("zhucun.test/log", 7, root_of(LEAVES)))
    note = format_note(text, [Signature(KEY.name, KEY.key_id, SECRET.sign(text.encode()))])
    path = inclusion_proof(index, 7, lambda start, end: root_of(LEAVES[start:end]))
    return EventProof(index, tuple(path), note)


def test_it_is_read_back_and_verifies() -> None:
    for index in range(7):
        text = str(proof_of(index))
        assert text.startswith(f"c2sp.org/tlog-proof@v1\nindex {index}\n")
        proof = EventProof.parse(text)
        assert proof == proof_of(index)
        assert proof.verify(LEAVES[index], [KEY]).size == 7
        with pytest.raises(ProofError):
            proof.verify(LEAVES[(index + 1) % 7], [KEY])


def test_a_log_of_one_event_needs_no_hash() -> None:
    proof = EventProof(0, (), proof_of(0).note)
    assert EventProof.parse(str(proof)) == proof


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 3", "index 03"),
        ("index 3", "index -3"),
        ("index 3\n", ""),
        ("index 3\n", "index 3\nAAAA\n"),
        ("index 3\n", "index 3\nextra AAAA\n"),
        ("\n\nzhucun", "\nzhucun"),
    ],
)
def test_any_other_form_is_refused(old: str, new: str) -> None:
    text = str(proof_of(3))
    assert old in text
    with pytest.raises(ProofError):
        EventProof.parse(text.replace(old, new, 1)).verify(LEAVES[3], [KEY])


def test_both_implementations_of_the_signature_say_the_same() -> None:
    message = b"text\n"
    signature = SECRET.sign(message)
    for check in (verifies, verifies_with_openssl):
        assert check(KEY.public, signature, message)
        assert not check(KEY.public, signature, b"other\n")
        assert not check(KEY.public, bytes(64), message)
    assert not verifies(KEY.public, signature[:-1], message)
    assert not verifies(KEY.public[:-1], signature, message)
