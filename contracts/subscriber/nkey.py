"""NKeys: Ed25519 keys in the notation of NATS (base32 with a two-byte check sum), and a client that logs in with one.

The server holds the public key alone; the client signs the server's nonce. nats-py would need another package for
this, which comes as source only; the notation fits on this page.
"""

import base64
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nats.aio.client import Client

from contracts.user_keys import USER, decode, encode

_SEED = 18 << 3
"""First byte of a seed (S)."""


class NkeyError(ValueError):
    """Not the seed of a user."""


def new_seed() -> str:
    """A fresh user seed, `SU...`."""
    return seed_of(secrets.token_bytes(32))


def seed_of(raw: bytes) -> str:
    """The notation of a user seed from its 32 bytes."""
    return encode(bytes([_SEED | USER >> 5, (USER & 31) << 3]) + raw)


def public_of(seed: str) -> str:
    """The public key `U...` that belongs to a seed; raises NkeyError."""
    public = _private(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return encode(bytes([USER]) + public)


def sign(seed: str, nonce: str) -> bytes:
    """Base64 of the signature over a server's nonce."""
    return base64.b64encode(_private(seed).sign(nonce.encode()))


async def connect(
    url: str, seed: str, *, inbox: str = "_INBOX", error: Callable[[Exception], Awaitable[None]], **options: Any
) -> Client:
    """A connection that logs in with the seed. `inbox` is the prefix of its reply subjects. nats-py's errors pass."""
    client = Client()
    client._public_nkey = public_of(seed)  # what nats-py would fill in from the package that we do without
    await client.connect(
        url, signature_cb=lambda nonce: sign(seed, nonce), error_cb=error, inbox_prefix=inbox, **options
    )
    return client


def _private(seed: str) -> Ed25519PrivateKey:
    try:
        body = decode(seed)
    except ValueError as problem:
        raise NkeyError("a seed is 36 bytes in base32, the last two their check sum") from problem
    if len(body) != 34 or body[0] & 0xF8 != _SEED or (body[0] & 7) << 5 | body[1] >> 3 != USER:
        raise NkeyError("this is not the seed of a user")
    return Ed25519PrivateKey.from_private_bytes(body[2:])
