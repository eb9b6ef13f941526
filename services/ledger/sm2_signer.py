"""A second algorithm behind the same port: SM2 with SM3, by the program `openssl`, for whom national rules require it.

Nothing else of the project needs `openssl`; where it is missing or has no SM2, this signer says so in one sentence.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from contracts.notes import ALGORITHM_OTHER
from contracts.proofs import Signature, VerifierKey
from contracts.signatures import SM2_BYTES, SM2_OPTIONS, raw_of
from services.ledger.signer import SignerError, forbidden_bits

SECONDS = 20


class Sm2Signer:
    """An SM2 key in a PEM file that only its owner may read."""

    def __init__(self, path: Path, name: str, *, create: bool = False) -> None:
        """Reads the key; with `create` makes one (mode 0600) where there is no file. Raises SignerError."""
        if create and not path.exists():
            _create(path)
        if not path.exists():
            raise SignerError(f"The SM2 key {path} is not there.")
        status = path.stat()
        if status.st_mode & forbidden_bits(status):
            raise SignerError(f"The SM2 key {path} may be read by others: make it 0600.")
        self._path = path
        public = _openssl("pkey", "-in", str(path), "-pubout", "-outform", "DER")[-SM2_BYTES:]
        self._verifier = VerifierKey.of(name, public, ALGORITHM_OTHER)

    @property
    def name(self) -> str:
        return self._verifier.name

    @property
    def vkey(self) -> str:
        return str(self._verifier)

    def sign(self, text: bytes) -> Signature:
        """The signature line over a note's text, its last newline included; raises SignerError."""
        with tempfile.TemporaryDirectory(prefix="zhucun-sign-") as private:
            message = Path(private) / "message"
            message.write_bytes(text)
            command = ["pkeyutl", "-sign", "-rawin", "-inkey", str(self._path), "-in", str(message), *SM2_OPTIONS]
            der = _openssl(*command)
        return Signature(self._verifier.name, self._verifier.key_id, raw_of(der))


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _openssl(*arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed commands; paths are those of our own keys
            ["openssl", *arguments], capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SignerError(
            "SM2 签名需要 openssl 程序（3.0 以上） / SM2 needs the program openssl, version 3 or later"
        ) from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SignerError(f"本机的 openssl 不能使用 SM2 / this openssl cannot use SM2: {said[-1] if said else ''}")
    return done.stdout
