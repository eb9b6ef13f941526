"""Ed25519 signatures, checked by whichever implementation is at hand: `cryptography`, else the program `openssl`.

The standard library has none, and what travels in an evidence bundle must run where nothing was installed.
"""

import subprocess
import tempfile
from pathlib import Path

_SPKI = bytes.fromhex("302a300506032b6570032100")
"""What precedes the 32 bytes of an Ed25519 public key in its DER form (RFC 8410)."""

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
    """The same by `openssl pkeyutl`, which takes its three arguments from files (OpenSSL 3 or later)."""
    with tempfile.TemporaryDirectory(prefix="zhucun-verify-") as private:
        files = {"key": _SPKI + public, "signature": signature, "message": message}
        for name, content in files.items():
            (Path(private) / name).write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin"]
        command += ["-in", "message", "-sigfile", "signature"]
        try:
            done = subprocess.run(  # noqa: S603 -- a fixed command; what is checked reaches it in files
                command, cwd=private, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoImplementation(
                "neither the Python package cryptography nor the program openssl is there"
            ) from error
    if done.returncode == 0 and "Verified Successfully" in done.stdout:
        return True
    if "Verification Failure" in done.stdout:
        return False
    raise NoImplementation(f"openssl cannot check Ed25519 signatures: {done.stderr.strip()[:200]}")
