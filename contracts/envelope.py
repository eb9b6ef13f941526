"""The envelope of an event: CloudEvents 1.0, structured mode, canonical bytes (`ledger.md` 1).

One event is one byte string: those bytes are stored, hashed as the leaf, published, handed on, and put in a bundle.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from contracts import canonical, disclosure
from contracts.fact import Fact, Frozen
from contracts.identifiers import EventId, Instant, Sha256, format_instant
from contracts.proofs import leaf_hash as leaf_hash  # also offered here, beside the bytes it is taken of
from contracts.sensitivity import Sensitivity


class Envelope(Frozen):
    """One event as read from its bytes. `data` still holds digests where values are sensitive."""

    specversion: Literal["1.0"]
    id: EventId
    source: str = Field(pattern=r"^/zhucun/[a-z]+$")
    type: str = Field(pattern=r"^zhucun\.[a-z]+\.[A-Za-z]+\.v[1-9][0-9]*$")
    origin: str = Field(min_length=1, max_length=200)
    stream: str = Field(min_length=3, max_length=200)
    version: int = Field(ge=1)
    prev: Sha256 | None = None
    recordedtime: Instant
    correlationid: str = Field(min_length=1, max_length=128)
    causationid: str | None = Field(default=None, min_length=1, max_length=128)
    data: dict[str, Any]


class Encoded(NamedTuple):
    """Bytes ready to be appended, their leaf hash, and the disclosures that open their sensitive members."""

    id: str
    body: bytes
    leaf: bytes
    disclosures: tuple[str, ...]


def encode(
    fact: Fact,
    *,
    service: str,
    event_id: str,
    origin: str,
    stream: str,
    version: int,
    prev: bytes | None,
    recorded: datetime,
    correlation: str,
    causation: str | None,
    salt: Callable[[], bytes],
) -> Encoded:
    """The event bytes of `fact` at `version` of `stream`.

    `prev` is the leaf hash of the version before, None for the first. Raises NotCanonicalError when the result is
    outside the profile or larger than a leaf may be.
    """
    cls = type(fact)
    plain = fact.model_dump(mode="json", exclude_none=True)
    data, texts = disclosure.conceal(plain, concealed_fields(cls), salt)
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/zhucun/{service}",
        "type": f"zhucun.{service}.{cls.NAME}.v{cls.VERSION}",
        "origin": origin,
        "stream": stream,
        "version": version,
        "recordedtime": _instant(recorded),
        "correlationid": correlation,
        "data": data,
    }
    if prev is not None:
        event["prev"] = prev.hex()
    if causation is not None:
        event["causationid"] = causation
    body = written(event)
    if len(body) > canonical.MAX_LEAF_BYTES:
        raise canonical.NotCanonicalError(f"an event has at most {canonical.MAX_LEAF_BYTES} bytes, this {len(body)}")
    return Encoded(event_id, body, leaf_hash(body), tuple(texts))


def written(event: dict[str, Any]) -> bytes:
    """The bytes of `canonical.encode`, by pydantic's writer: it takes a quarter of the standard library's time."""
    try:
        return to_json(canonical.ordered(event))
    except PydanticSerializationError as error:
        raise canonical.NotCanonicalError("lone surrogate in a string") from error


def decode(body: bytes) -> Envelope:
    """The envelope of untrusted bytes; raises NotCanonicalError when they are not an event in canonical form."""
    if len(body) > canonical.MAX_LEAF_BYTES:
        raise canonical.NotCanonicalError("larger than a leaf may be")
    value = canonical.decode(body)
    if not isinstance(value, dict):
        raise canonical.NotCanonicalError("an event is an object")
    try:
        envelope = Envelope.model_validate(value)
    except ValidationError as error:
        raise canonical.NotCanonicalError(f"not an event: {error.errors()[0]['loc']}") from error
    # pydantic also takes "1" for 1, other spellings of an instant, and null for absent: an event has only one form.
    exact = type(value["version"]) is int and value["recordedtime"] == format_instant(envelope.recordedtime)
    if not exact or None in value.values():
        raise canonical.NotCanonicalError("version, recordedtime or an absent attribute is not in its exact form")
    if (envelope.prev is None) != (envelope.version == 1):
        raise canonical.NotCanonicalError("prev is absent exactly at version 1")
    return envelope


_instant = lru_cache(maxsize=64)(format_instant)
"""All events of a command are recorded at one instant."""

_CONCEALED: dict[type[Fact], set[str]] = {}


def concealed_fields(cls: type[Fact]) -> set[str]:
    """Names of the top-level fields of an event class that stand behind digests."""
    known = _CONCEALED.get(cls)
    if known is None:
        known = {name for name in cls.model_fields if cls.sensitivity(name) is not Sensitivity.OPEN}
        _CONCEALED[cls] = known
    return known
