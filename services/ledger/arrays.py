"""Arrays in PostgreSQL's binary form, packed in one go.

psycopg looks at every element of a list to find its type; for the fifteen arrays of an append that costs more than the
append does on the server. Here the caller says the type. Form: `array_recv` in PostgreSQL's arrayfuncs.c.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from psycopg import AsyncConnection, postgres
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import TupleRow

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEAD = struct.Struct("!iiIii")
_INT = struct.Struct("!ii")
_BIGINT = struct.Struct("!iq")
_LENGTH = struct.Struct("!i")


class Packed(bytes):
    """A one-dimensional array without NULLs, ready to be sent."""

    __slots__ = ()


class TextArray(Packed):
    """text[]"""


class BytesArray(Packed):
    """bytea[]"""


class UuidArray(Packed):
    """uuid[]"""


class IntArray(Packed):
    """int[]"""


class BigintArray(Packed):
    """bigint[]"""


class InstantArray(Packed):
    """timestamptz[]"""


def texts(values: Sequence[str]) -> TextArray:
    return TextArray(_variable("text", [value.encode() for value in values]))


def byte_strings(values: Sequence[bytes]) -> BytesArray:
    return BytesArray(_variable("bytea", values))


def uuids(values: Sequence[str]) -> UuidArray:
    """From the text form of UUIDs; raises ValueError when one is malformed."""
    raw = [bytes.fromhex(value.replace("-", "")) for value in values]
    if any(len(value) != 16 for value in raw):
        raise ValueError("a UUID has 32 hexadecimal digits")
    return UuidArray(_variable("uuid", raw))


def ints(values: Sequence[int]) -> IntArray:
    return IntArray(_array("int4", len(values), [_INT.pack(4, value) for value in values]))


def bigints(values: Sequence[int]) -> BigintArray:
    return BigintArray(_array("int8", len(values), [_BIGINT.pack(8, value) for value in values]))


def instants(values: Sequence[datetime]) -> InstantArray:
    """From aware datetimes, exact to the microsecond."""
    since = [(value - _EPOCH) // _MICROSECOND for value in values]
    return InstantArray(_array("timestamptz", len(values), [_BIGINT.pack(8, value) for value in since]))


def register(connection: AsyncConnection[TupleRow]) -> None:
    """Teaches a connection to send these arrays."""
    for dumper in _DUMPERS:
        connection.adapters.register_dumper(dumper.kind, dumper)


def _array(element: str, count: int, parts: Sequence[bytes]) -> bytes:
    if count == 0:
        return _HEAD.pack(0, 0, postgres.types[element].oid, 0, 1)[:12]
    return _HEAD.pack(1, 0, postgres.types[element].oid, count, 1) + b"".join(parts)


def _variable(element: str, values: Sequence[bytes]) -> bytes:
    return _array(element, len(values), [part for value in values for part in (_LENGTH.pack(len(value)), value)])


class _PackedDumper(Dumper):
    format = Format.BINARY
    kind: ClassVar[type[Packed]]

    def dump(self, obj: Packed) -> Buffer:
        return obj


def _dumper(packed: type[Packed], element: str) -> type[_PackedDumper]:
    name = f"{packed.__name__}Dumper"
    return type(name, (_PackedDumper,), {"kind": packed, "oid": postgres.types[element].array_oid})


_DUMPERS = tuple(
    _dumper(packed, element)
    for packed, element in (
        (TextArray, "text"),
        (BytesArray, "bytea"),
        (UuidArray, "uuid"),
        (IntArray, "int4"),
        (BigintArray, "int8"),
        (InstantArray, "timestamptz"),
    )
)
