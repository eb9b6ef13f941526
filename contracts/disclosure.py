"""Selective disclosure of sensitive values (RFC 9901): the event holds salted digests, the values live beside it.

A disclosure is the base64url text of the JSON array `[salt, name, value]`; the SHA-256 of that very text, base64url
without padding, stands in the `_sd` array of the event's `data`. Erasing the disclosure leaves every proof valid.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

SD = "_sd"


def disclosure(salt: bytes, name: str, value: Any) -> str:
    """The disclosure text of one value. `salt` is 16 random bytes."""
    if len(salt) != 16:
        raise ValueError("a salt has 128 bits")
    array = json.dumps([_b64(salt), name, value], separators=(",", ":"), ensure_ascii=False)
    return _b64(array.encode("utf-8"))


def digest_of(text: str) -> str:
    """The digest that stands in `_sd` for a disclosure text."""
    return _b64(hashlib.sha256(text.encode("ascii")).digest())


def read(text: str) -> tuple[str, Any]:
    """Name and value of a disclosure text; raises ValueError when it is malformed."""
    padded = text + "=" * (-len(text) % 4)
    array = json.loads(base64.urlsafe_b64decode(padded))
    if not (isinstance(array, list) and len(array) == 3 and isinstance(array[1], str)):
        raise ValueError("a disclosure is an array of salt, name and value")
    return array[1], array[2]


def conceal(data: dict[str, Any], hidden: set[str], salt: Callable[[], bytes]) -> tuple[dict[str, Any], list[str]]:
    """`data` with the `hidden` members behind digests, and the disclosure texts that open them."""
    names = sorted(hidden & data.keys()) if hidden else ()
    if not names:
        return data, []
    texts = [disclosure(salt(), name, data[name]) for name in names]
    shown = {name: value for name, value in data.items() if name not in hidden}
    shown[SD] = sorted(digest_of(text) for text in texts)
    return shown, texts


def reveal(data: Mapping[str, Any], disclosures: Mapping[str, str]) -> dict[str, Any]:
    """`data` with every member opened whose disclosure is at hand (digest -> text); `_sd` itself is left out.

    Members without a disclosure are simply absent: a reader must not take absence for a default. Raises ValueError
    for a text that does not belong to its digest or that would overwrite another member.
    """
    opened = {name: value for name, value in data.items() if name != SD}
    for member in data.get(SD, ()):
        text = disclosures.get(member)
        if text is not None:
            if digest_of(text) != member:  # the texts come from a file or table beside the log: nothing signs them
                raise ValueError("a disclosure does not belong to its digest")
            name, value = read(text)
            if name in opened or name == SD:
                raise ValueError(f"a disclosure would overwrite {name}")
            opened[name] = value
    return opened


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
