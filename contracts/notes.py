"""Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature (`ledger.md` 3).

    <origin>\\n<size>\\n<base64 root>\\n        the text; the signatures cover it with its last newline
    \\n
    — <key name> <base64(key id || signature)>\\n

Import these names from `contracts.proofs`. Readers here take nothing but the one exact form: sloppy base64, leading
zeros, extension lines and control characters raise :class:`ProofError`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from contracts.signatures import SM2_BYTES, verifies, verifies_sm2

HASH_BYTES = 32
KEY_ID_BYTES = 4
ALGORITHM_ED25519 = 0x01
ALGORITHM_COSIGNATURE = 0x04
"""Ed25519 of a witness, over a time and the note's text."""

ALGORITHM_OTHER = 0xFF
"""An algorithm that signed-note has no number for; what follows says which. Here that is SM2 alone."""
SM2 = b"urn:zhucun:sm2-sm3:1\n"
"""Names SM2 with SM3 (GB/T 32918, GB/T 32905) and the user id 1234567812345678; a signature is r || s."""

MAX_NOTE_CHARACTERS = 1_000_000
MAX_SIGNATURES = 100

_SIGNATURE_PREFIX = "\u2014 "
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]+")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class ProofError(ValueError):
    """A proof, note, key or checkpoint that is malformed or does not verify; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log signs: its name, the number of its leaves, and the root of their tree (32 bytes)."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note. `signature` is what follows the key id: 64 bytes for Ed25519, 72 for witnesses."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, as written in a vkey: `name+hex(key id)+base64(algorithm || public key)`."""

    name: str
    key_id: bytes
    algorithm: int
    public: bytes

    @classmethod
    def of(cls, name: str, public: bytes, algorithm: int = ALGORITHM_ED25519) -> Self:
        """The key `name` with the 32 raw bytes of an Ed25519 public key, or the 65 of a point of SM2."""
        if not _NAME.fullmatch(name):
            raise ProofError(f"{name!r} cannot be the name of a key")
        if algorithm not in (ALGORITHM_ED25519, ALGORITHM_COSIGNATURE, ALGORITHM_OTHER):
            raise ProofError(f"unknown signature algorithm {algorithm:#04x}")
        if len(public) != (SM2_BYTES if algorithm == ALGORITHM_OTHER else 32):
            raise ProofError("an Ed25519 public key has 32 bytes, one of SM2 65")
        return cls(name, key_id(name, algorithm, public), algorithm, public)

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """The key of a vkey text; raises ProofError when it is malformed or its key id does not fit."""
        parts = vkey.split("+", 2)
        if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
            raise ProofError("a verifier key has the form name+hexid+base64")
        raw = decode_base64(parts[2])
        if not raw:
            raise ProofError("a verifier key without a key")
        if raw[0] == ALGORITHM_OTHER and not raw.startswith(SM2, 1):
            raise ProofError("an algorithm that is not known here")
        key = cls.of(parts[0], raw[1:].removeprefix(SM2) if raw[0] == ALGORITHM_OTHER else raw[1:], raw[0])
        if key.key_id.hex() != parts[1]:
            raise ProofError(f"the key id {parts[1]} does not belong to the key of {key.name}")
        return key

    def __str__(self) -> str:
        encoded = base64.b64encode(_marked(self.algorithm) + self.public).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def verify(self, text: str, signature: Signature) -> None:
        """Check this key's signature over a note's text; raises ProofError when it does not verify."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            raise ProofError(f"the signature of {signature.name} is not by the key {self.name}")
        message, raw = text.encode("utf-8"), signature.signature
        if self.algorithm == ALGORITHM_OTHER:
            if not verifies_sm2(self.public, raw, message):
                raise ProofError(f"the signature of {self.name} does not verify")
            return
        if self.algorithm == ALGORITHM_COSIGNATURE:
            if len(raw) != 72:
                raise ProofError(f"malformed cosignature of {self.name}")
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[:8], "big") + message
            raw = raw[8:]
        if not verifies(self.public, raw, message):
            raise ProofError(f"the signature of {self.name} does not verify")


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """SHA-256(name || 0x0A || algorithm || public key), first four bytes."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + _marked(algorithm) + public).digest()[:KEY_ID_BYTES]


def _marked(algorithm: int) -> bytes:
    return bytes([algorithm]) + (SM2 if algorithm == ALGORITHM_OTHER else b"")


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """The text that is signed, its last newline included."""
    if not _NAME.fullmatch(checkpoint.origin):
        raise ProofError(f"{checkpoint.origin!r} cannot be the origin of a log")
    if checkpoint.size < 0 or len(checkpoint.root) != HASH_BYTES:
        raise ProofError("a checkpoint has a size of at least 0 and a root of 32 bytes")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode('ascii')}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The inverse of :func:`checkpoint_text`; `text` is a note's text without its signatures. Proves nothing yet."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise ProofError("a checkpoint has three lines: origin, size, root")
    if not _SIZE.fullmatch(lines[1]):
        raise ProofError(f"{lines[1]!r} is not the size of a log")
    checkpoint = Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2]))
    if checkpoint_text(checkpoint) != text:
        raise ProofError("the checkpoint is not in its exact form")
    return checkpoint


def parse_note(note: str) -> tuple[str, list[Signature]]:
    """Text (last newline included) and signatures of a note, none of them verified."""
    if len(note) > MAX_NOTE_CHARACTERS:
        raise ProofError("the note is too long")
    if _FORBIDDEN.search(note):
        raise ProofError("control character or lone surrogate in a note")
    cut = note.rfind("\n\n")
    if cut < 1 or not note.endswith("\n") or cut == len(note) - 2:
        raise ProofError("a note is a text, an empty line, and at least one signature")
    lines = note[cut + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise ProofError(f"more than {MAX_SIGNATURES} signatures")
    return note[: cut + 1], [_signature(line) for line in lines]


def format_note(text: str, signatures: Sequence[Signature]) -> str:
    """A note from a text that ends in a newline and its signatures."""
    if not text.endswith("\n"):
        raise ProofError("the text of a note ends in a newline")
    if not signatures:
        raise ProofError("a note has at least one signature")
    return text + "\n" + "".join(signature_line(signature) for signature in signatures)


def open_checkpoint(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint of a note that at least one of `keys` has signed.

    Signatures by other keys are ignored; a bad signature by one of `keys` rejects the note. The caller still has to
    compare `origin` with the log it asked for: a key may be trusted for more than one.
    """
    text, signatures = parse_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed = False
    for signature in signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.verify(text, signature)
            signed = True
    if not signed:
        raise ProofError("the note has no signature by a known key")
    return parse_checkpoint(text)


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
    if not line.startswith(_SIGNATURE_PREFIX) or not space or not _NAME.fullmatch(name):
        raise ProofError("malformed signature line")
    raw = decode_base64(encoded)
    if len(raw) <= KEY_ID_BYTES:
        raise ProofError("a signature line without a signature")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def signature_line(signature: Signature) -> str:
    """The line of one signature, its newline included; raises ProofError for one that is none."""
    if not _NAME.fullmatch(signature.name) or len(signature.key_id) != KEY_ID_BYTES or not signature.signature:
        raise ProofError("a signature has a name, a key id of 4 bytes, and bytes of its own")
    encoded = base64.b64encode(signature.key_id + signature.signature).decode("ascii")
    return f"{_SIGNATURE_PREFIX}{signature.name} {encoded}\n"


def decode_base64(text: str) -> bytes:
    """Bytes of standard base64 in its one canonical form."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ProofError("malformed base64") from error
    if base64.b64encode(raw).decode("ascii") != text:
        raise ProofError("base64 with stray bits")
    return raw
