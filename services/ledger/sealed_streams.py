"""Streams of some subjects out of a sealed log, each whole as far as the log reached at a size.

Nothing has to be put in order by whoever reads them: the table is kept by stream as well (its unique key).
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import psycopg
from psycopg import sql

# A stream's events have indexes in the order of their versions: an append waits for the one before it.
# Where a stream begins beyond the size, nothing of it is looked at but its first event.
# No event holds a line break: canonical JSON writes it as an escape.
_STREAMS = """
    copy (
        select wanted.at::int4, named.stream, read.size, read.lines
        from unnest({subjects}::text[], {sizes}::bigint[]) with ordinality wanted (subject, size, at)
        cross join lateral (
            select distinct e.stream from ledger.whole_event e
            where e.stream >= {kind} || '/' || wanted.subject || '/'
              and e.stream < {kind} || '/' || wanted.subject || '0'
            order by e.stream
        ) named
        cross join lateral (
            select e.version from ledger.whole_event e join ledger.log_index i using (position)
            where e.stream = named.stream and i.idx < wanted.size and exists (
                select from ledger.whole_event e join ledger.log_index i using (position)
                where e.stream = named.stream and e.version = 1 and i.idx < wanted.size
            )
            order by e.version desc limit 1
        ) reached
        cross join lateral (
            select count(*)::int4 as size, string_agg(e.body, '\\x0a'::bytea) as lines
            from (
                select e.body from ledger.whole_event e
                where e.stream = named.stream and e.version <= reached.version order by e.version
            ) e
        ) read
    ) to stdout (format binary)
"""
# The pages that one stream lies on are many, each for an event or two: reading ahead (of bitmaps) costs several times
# what it saves where they are in memory. No stream is asked for twice, so that none need be remembered.
_PLANS = """
    select set_config('jit', 'off', false), set_config('enable_bitmapscan', 'off', false),
        set_config('enable_memoize', 'off', false)
"""
Found: TypeAlias = tuple[str, int, memoryview]
"""Name of a stream, how many of its events lie below the size, and those, one per line without a break at the end."""
_HEADER_BYTES = 19
_AT_AND_NAME = struct.Struct("!hiii")
"""Number of columns (-1: the end), length and value of the first, length of the second."""
_SIZE_AND_LINES = struct.Struct("!iii")
"""Length and value of the third column, length of the fourth."""


def prepare(connection: psycopg.Connection) -> None:
    """Let this session plan for reading streams."""
    connection.execute(_PLANS)


def sealed_streams(
    connection: psycopg.Connection, kind: str, wanted: Sequence[tuple[str, int]]
) -> Iterator[list[Found]]:
    """Of each subject the streams `kind/subject/...` that have events below a size, in the order in which they are
    wanted. `wanted`: subject and size. Raises psycopg.Error.
    """
    given = 0
    for at, found in groupby(_rows(connection, kind, wanted), key=itemgetter(0)):
        assert at > given, "the server goes through those that are wanted one after the other"
        yield from ([] for _ in range(at - given - 1))
        yield [stream for _, stream in found]
        given = at
    yield from ([] for _ in range(len(wanted) - given))


def _rows(connection: psycopg.Connection, kind: str, wanted: Sequence[tuple[str, int]]) -> Iterator[tuple[int, Found]]:
    """Which of those that are wanted, from 1, and one of its streams."""
    subjects, sizes = [subject for subject, _ in wanted], [size for _, size in wanted]
    asked = sql.SQL(_STREAMS).format(kind=kind, subjects=subjects, sizes=sizes)
    with connection.cursor() as cursor, cursor.copy(asked) as copy:
        offset = _HEADER_BYTES
        for chunk in copy:
            columns, *_ = struct.unpack_from("!h", chunk, offset)
            if columns < 0:
                continue
            _, _, at, length = _AT_AND_NAME.unpack_from(chunk, offset)
            begin = offset + _AT_AND_NAME.size
            name = str(chunk[begin : begin + length], "utf-8")
            _, size, _ = _SIZE_AND_LINES.unpack_from(chunk, begin + length)
            yield at, (name, size, memoryview(chunk)[begin + length + _SIZE_AND_LINES.size :])
            offset = 0
