"""Who signs checkpoints: a port, and the one that keeps an Ed25519 key in a file.

The file holds one line in the form of Go's `golang.org/x/mod/sumdb/note` signer keys:
`PRIVATE+KEY+<name>+<hex key id>+<base64(0x01 || seed)>`.
"""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts.notes import signature_line
from contracts.proofs import ALGORITHM_COSIGNATURE, ALGORITHM_ED25519, Signature, VerifierKey

_PREFIX = "PRIVATE+KEY+"


class Signer(Protocol):
    """Signs notes under one name; a file key, an HSM."""

    @property
    def name(self) -> str:
        """Name of the key; that of a log's own key is the log's origin."""
        ...

    @property
    def vkey(self) -> str:
        """What others verify with, in the form of a vkey."""
        ...

    def sign(self, text: bytes) -> Signature:
        """The signature line over a note's text, its last newline included."""
        ...


class SignerError(Exception):
    """The key cannot be used; the message says why in one sentence."""


class FileSigner:
    """Ed25519 with the key in a file that only its owner may read."""

    def __init__(self, path: Path, name: str, *, create: bool = False, algorithm: int = ALGORITHM_ED25519) -> None:
        """Reads the key; with `create` makes one (mode 0600) where there is no file. Raises SignerError.

        A key signs for a log or cosigns for a witness, never both: `algorithm` says which.
        """
        if create and not path.exists():
            _create(path, name, algorithm)
        seed = _seed(path, name, algorithm)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._verifier = VerifierKey.of(name, _public(self._key), algorithm)

    @property
    def name(self) -> str:
        return self._verifier.name

    @property
    def vkey(self) -> str:
        return str(self._verifier)

    def sign(self, text: bytes) -> Signature:
        assert self._verifier.algorithm == ALGORITHM_ED25519, "a witness's key signs nothing but cosignatures"
        return Signature(self._verifier.name, self._verifier.key_id, self._key.sign(text))

    def cosign(self, text: str, seconds: int) -> str:
        """The line by which a witness says to have seen a note's text at that time (cosignature/v1)."""
        assert self._verifier.algorithm == ALGORITHM_COSIGNATURE, "a log's key cosigns nothing"
        signature = self._key.sign(b"cosignature/v1\ntime %d\n" % seconds + text.encode("utf-8"))
        raw = seconds.to_bytes(8, "big") + signature
        return signature_line(Signature(self._verifier.name, self._verifier.key_id, raw))


def _create(path: Path, name: str, algorithm: int) -> None:
    seed = secrets.token_bytes(32)
    verifier = VerifierKey.of(name, _public(Ed25519PrivateKey.from_private_bytes(seed)), algorithm)
    encoded = base64.b64encode(bytes([algorithm]) + seed).decode("ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{_PREFIX}{name}+{verifier.key_id.hex()}+{encoded}\n")
        file.flush()
        os.fsync(file.fileno())


def _seed(path: Path, name: str, algorithm: int) -> bytes:
    try:
        status = path.stat()
        text = path.read_text("utf-8").rstrip("\n")
    except OSError as error:
        raise SignerError(f"The signing key {path} cannot be read: {error.strerror}.") from error
    if stat.S_IMODE(status.st_mode) & forbidden_bits(status):
        mode = stat.S_IMODE(status.st_mode)
        raise SignerError(f"The signing key {path} may be read by others (mode {mode:04o}): make it 0600.")
    parts = text.removeprefix(_PREFIX).split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except (IndexError, binascii.Error) as error:
        raise SignerError(f"{path} does not hold a signing key.") from error
    if not text.startswith(_PREFIX) or len(raw) != 33 or raw[0] != algorithm:
        raise SignerError(f"{path} does not hold an Ed25519 key for this use.")
    if parts[0] != name:
        raise SignerError(f"The signing key {path} is that of {parts[0]}, not of {name}.")
    return raw[1:]


def forbidden_bits(status: os.stat_result) -> int:
    """Bits of the mode that must not be set.

    A secret that an orchestrator mounts belongs to root, and the service reads it as a member of a group of its own.
    """
    mounted = status.st_uid == 0 and os.geteuid() != 0 and status.st_gid in {os.getegid(), *os.getgroups()}
    return 0o037 if mounted else 0o077


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
