"""The statements that append, and their arguments: one event without arrays, or any number with them.

Where all streams of a subject were read, the append is only done while it has no others: the functions in the database
know streams by name, so the statement counts them first.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from contracts import disclosure
from services.ledger import arrays
from services.ledger.values import ConcurrentChange, Head, Prepared, Receipt

CONCURRENT_CHANGE = "ZC001"
"""SQLSTATE raised by both functions; the stream stands in the detail of the message."""

_APPEND = """
    ledger.append(
        %b::text, %b::text, %b::bytea, %b::bytea,
        %b::text[], %b::int[], %b::int[], %b::bytea[], %b::timestamptz[],
        %b::text[], %b::int[],
        %b::uuid[], %b::text[], %b::int[], %b::bytea[], %b::bytea[],
        %b::uuid[], %b::text[], %b::text[])
"""

_APPEND_ONE = """
    ledger.append_one(
        %b::text, %b::text, %b::bytea, %b::bytea,
        %b::text, %b::int, %b::timestamptz, %b::uuid, %b::bytea, %b::bytea,
        %b::text[], %b::text[])
"""

# A subquery that an index answers for each subject, however small the table was when the statement was planned.
_UNCHANGED = """
    (select sum((
        select count(*) from ledger.stream_head h where h.stream >= a.low and h.stream < a.high and h.version > 0
    )) from unnest(%b::text[], %b::text[]) a (low, high)) = %b::int
"""

_STATEMENTS = {
    (many, whole): f"select case when {_UNCHANGED} then {append} end" if whole else f"select {append}"
    for many, append in ((True, _APPEND), (False, _APPEND_ONE))
    for whole in (True, False)
}


def statement(
    prepared: Sequence[Prepared],
    heads: Mapping[str, Head],
    receipt: Receipt | None,
    guards: Mapping[str, int],
    whole: Mapping[str, int] | None = None,
) -> tuple[str, list[Any]]:
    """The statement that appends, with its arguments.

    It yields true when it did, false when the receipt exists, and null when a subject of `whole` has another number of
    streams. Raises ConcurrentChange where `heads` and `guards` contradict each other already.
    """
    many = len(prepared) != 1 or bool(guards)
    arguments = _many(prepared, heads, receipt, guards) if many else _one(prepared[0], heads, receipt)
    return _STATEMENTS[many, bool(whole)], [*_counted(whole or {}), *arguments]


def bounds(key: str) -> tuple[str, str]:
    """Between which names the streams of a key lie, in byte order: the first belongs to them, the second does not."""
    if key.endswith("/*"):
        return key[:-1], key[:-2] + "0"  # "0" follows "/"
    return key, key + "\x01"  # nothing lies between a name and the name with \x01


def _counted(whole: Mapping[str, int]) -> list[Any]:
    """The arguments of the count: the bounds of each subject, and how many streams there are between them in all."""
    if not whole:
        return []
    low, high = zip(*map(bounds, whole), strict=True)
    return [arrays.texts(low), arrays.texts(high), sum(whole.values())]


def _one(one: Prepared, heads: Mapping[str, Head], receipt: Receipt | None) -> list[Any]:
    """The arguments of ledger.append_one(), in its order."""
    event = one.stored
    return [
        *_receipt(receipt),
        event.stream,
        heads[event.stream].version,
        one.recorded,
        UUID(event.id),
        event.leaf,
        event.body,
        arrays.texts([disclosure.digest_of(text) for text in one.disclosures]) if one.disclosures else None,
        arrays.texts(one.disclosures) if one.disclosures else None,
    ]


def _many(
    prepared: Sequence[Prepared], heads: Mapping[str, Head], receipt: Receipt | None, guards: Mapping[str, int]
) -> list[Any]:
    """The arguments of ledger.append(), in its order."""
    last = {one.stored.stream: one for one in prepared}
    for stream in guards.keys() & last.keys():
        if guards[stream] != heads[stream].version:
            raise ConcurrentChange(stream)
    streams = sorted(last)
    only_read = sorted(guards.keys() - last.keys())
    events = [one.stored for one in prepared]
    opened = [(one.stored.id, text) for one in prepared for text in one.disclosures]
    return [
        *_receipt(receipt),
        arrays.texts(streams),
        arrays.ints([heads[stream].version for stream in streams]),
        arrays.ints([last[stream].stored.version for stream in streams]),
        arrays.byte_strings([last[stream].stored.leaf for stream in streams]),
        arrays.instants([last[stream].recorded for stream in streams]),
        arrays.texts(only_read),
        arrays.ints([guards[stream] for stream in only_read]),
        arrays.uuids([event.id for event in events]),
        arrays.texts([event.stream for event in events]),
        arrays.ints([event.version for event in events]),
        arrays.byte_strings([event.leaf for event in events]),
        arrays.byte_strings([event.body for event in events]),
        arrays.uuids([event for event, _ in opened]),
        arrays.texts([disclosure.digest_of(text) for _, text in opened]),
        arrays.texts([text for _, text in opened]),
    ]


def _receipt(receipt: Receipt | None) -> list[Any]:
    if receipt is None:
        return [None, None, None, None]
    return [receipt.caller, receipt.key, receipt.request_digest, receipt.answer]
