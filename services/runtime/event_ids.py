"""Ids of events: UUIDs of RFC 9562, random ones (version 4) and derived ones (version 5)."""

import os
from uuid import UUID, uuid5

EVENTS = UUID("7a68756e-6375-5e00-8000-000000000001")
"""Name space of derived ids."""


def random_ids(count: int) -> list[str]:
    """New ids from one draw of randomness: `uuid4` draws for each, and makes an object of it that nobody needs."""
    drawn = os.urandom(16 * count).hex()
    return [_version_4(drawn[at : at + 32]) for at in range(0, len(drawn), 32)]


def derived_ids(name: str, count: int) -> list[str]:
    """The same ids for the same name, whoever asks."""
    return [str(uuid5(EVENTS, f"{name} {number}")) for number in range(count)]


def _version_4(digits: str) -> str:
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
