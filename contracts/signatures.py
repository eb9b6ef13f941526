"""Signatures, checked by whichever implementation is at hand: `cryptography`, else the program `openssl`.

The standard library has none, and what travels in an evidence bundle must run where nothing was installed.
"""

import subprocess
import tempfile
from pathlib import Path

_SPKI = bytes.fromhex("302a300506032b6570032100")
"""What precedes the 32 bytes of an Ed25519 public key in its DER form (RFC 8410)."""

_SM2_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""What precedes the 65 bytes of an uncompressed point of the curve SM2."""
_UNCOMPRESSED = 4
SM2_BYTES = 65
SM2_OPTIONS = ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]

SECONDS = 20


class NoImplementation(RuntimeError):
    """Neither `cryptography` nor a usable `openssl` is there, so that no signature can be checked."""


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (64 bytes) over `message` is by the key with these 32 bytes; raises NoImplementation."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return verifies_with_openssl(public, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verifies_with_openssl(public: bytes, signature: bytes, message: bytes) -> bool:
    """The same by `openssl` (version 3 or later)."""
    return _openssl_verifies(_SPKI + public, signature, message, [])


def verifies_sm2(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (r || s) over `message` is by the SM2 key at this point, with SM3; raises NoImplementation.

    Only `openssl` is asked: the Python package has no SM2.
    """
    if len(public) != SM2_BYTES or public[0] != _UNCOMPRESSED or len(signature) != 64:
        return False
    return _openssl_verifies(_SM2_SPKI + public, der_of(signature), message, SM2_OPTIONS)


def der_of(signature: bytes) -> bytes:
    """r || s as the two integers that `openssl` takes."""
    parts = b"".join(_integer(signature[at : at + 32]) for at in (0, 32))
    return b"\x30" + bytes([len(parts)]) + parts


def raw_of(der: bytes) -> bytes:
    """The inverse of :func:`der_of`, from what `openssl` gives; raises ValueError for anything else."""
    found, at = b"", 2
    for _ in range(2):
        if der[at] != 2:
            raise ValueError("not a signature of two integers")
        length = der[at + 1]
        found += int.from_bytes(der[at + 2 : at + 2 + length], "big").to_bytes(32, "big")
        at += 2 + length
    return found


def _integer(raw: bytes) -> bytes:
    number = int.from_bytes(raw, "big")
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(content)]) + content


def _openssl_verifies(spki: bytes, signature: bytes, message: bytes, options: list[str]) -> bool:
    """`openssl pkeyutl`, which takes its three arguments from files."""
    with tempfile.TemporaryDirectory(prefix="zhucun-verify-") as private:
        files = {"key": spki, "signature": signature, "message": message}
        for name, content in files.items():
            (Path(private) / name).write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin"]
        command += ["-in", "message", "-sigfile", "signature", *options]
        try:
            done = subprocess.run(  # noqa: S603 -- a fixed command; what is checked reaches it in files
                command, cwd=private, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoImplementation("the program openssl is not there or does not answer") from error
    if done.returncode == 0 and "Verified Successfully" in done.stdout:
        return True
    if "Verification Failure" in done.stdout:
        return False
    raise NoImplementation(f"openssl cannot check this kind of signature: {done.stderr.strip()[:200]}")
