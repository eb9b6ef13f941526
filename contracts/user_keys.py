"""Public keys of users in the notation of NATS (NKeys): base32 of kind, 32 bytes of Ed25519 and a check sum."""

import base64
import binascii

USER = 20 << 3
"""First byte of a user's public key: it is written with a U."""


def encode(body: bytes) -> str:
    """Base32 without padding of a body and its check sum (CRC-16, little-endian)."""
    checked = body + binascii.crc_hqx(body, 0).to_bytes(2, "little")
    return base64.b32encode(checked).decode("ascii").rstrip("=")


def decode(text: str) -> bytes:
    """The body of such a text; raises ValueError where the check sum is not right."""
    raw = base64.b32decode(text + "=" * (-len(text) % 8))
    if len(raw) < 3 or binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") != raw[-2:]:
        raise ValueError("the check sum is not right")
    return raw[:-2]


def is_user_key(text: str) -> bool:
    """Whether a nats-server would take this for the key of a user; one that is not keeps it from starting."""
    try:
        body = decode(text)
    except ValueError:
        return False
    return len(body) == 33 and body[0] == USER and encode(body) == text
