"""A city's closed year in the logs of the services, as they lie in their own databases; written with COPY.

What was determined is what a refold works out: the bench first lets it say so against empty determinations.
"""

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from contracts import envelope
from contracts.catalogue import SERVICES
from contracts.proofs import leaf_hash
from services.assessment.fold.fold import canonical_bytes
from services.assessment.replay.lenses import FINALISED, QUOTA_COMPUTED
from services.assessment.replay.pages import Page, Source, Stream
from services.assessment.replay.refold import refold
from services.assessment.rules import rules
from services.assessment.sealed_logs import SealedLogs
from services.ledger.migrations import database_url
from services.registry import definition
from services.runtime import administration
from services.runtime.settings import Settings, read_settings
from tests.bench import city

PREFIX = "bench_city_"
LOGS = ("attendance", "personnel", "assessment")
"""In which anything of the city's year lies."""
MOMENT = f"{city.YEAR + 1}-01-20T02:00:00.000000Z"
_FLUSH = 1 << 20
_SAMPLE = 10_000
_ROW = struct.Struct("!hiqiii16si")
"""Six columns: position (8 bytes), version (4), id (16), and the length of the stream's name."""
_LENGTH = struct.Struct("!i")
_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
_END = b"\xff\xff"
_COPY = "copy ledger.event (position, version, id, stream, leaf, body) from stdin (format binary)"
_NUMBERED = "insert into ledger.log_index select position - 1, position, leaf from ledger.event where position > %s"
_SEALED = "insert into ledger.checkpoint (size, note) values (%s, 'of the bench')"


@dataclass(frozen=True, slots=True)
class City:
    """One size of a city, filled in."""

    name: str
    url: str
    people: int
    events: int = 0

    @property
    def settings(self) -> Settings:
        """Of services that keep these logs."""
        prefix = f"{PREFIX}{self.people}_"
        return read_settings({}, postgres_url=self.url, mode="embedded", var=Path(), database_prefix=prefix)

    def connect(self, service: str) -> psycopg.Connection:
        """To the database of a service, as whoever may do everything."""
        settings = self.settings
        url = database_url(settings.postgres_of(service), service, prefix=settings.database_prefix, role=None)
        return psycopg.connect(url, autocommit=True)


async def filled(name: str, url: str, people: int) -> City:
    """Databases with the closed year of so many people."""
    place = City(name, url, people)
    drop(url, place.settings.database_prefix)
    await administration.apply_databases(place.settings, [definition(service) for service in SERVICES])
    sizes = _write(place, city.events(people))
    with SealedLogs(place.settings) as logs:
        decided = list(_decided(logs, people, _basis(place.settings, sizes)))
    added = _write(place, decided, sizes)
    return City(name, url, people, sum(sizes.values()) + sum(added.values()))


def drop(url: str, prefix: str = PREFIX) -> None:
    """The databases of every size, or of one."""
    with psycopg.connect(url, autocommit=True) as connection:
        for (name,) in connection.execute("select datname from pg_database where starts_with(datname, %s)", (prefix,)):
            connection.execute(f'drop database "{name}" with (force)'.encode())


def _write(
    place: City, rows: Iterator[city.Row] | Sequence[city.Row], before: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The numbers of events written, by service."""
    sizes = dict.fromkeys(LOGS, 0)
    start = {**sizes, **(before or {})}
    pending = {service: bytearray(_SIGNATURE) for service in LOGS}
    with ExitStack() as stack:
        connections = {service: stack.enter_context(place.connect(service)) for service in LOGS}
        with ExitStack() as copying:
            cursors = {name: copying.enter_context(one.cursor()) for name, one in connections.items()}
            copies = {name: copying.enter_context(one.copy(_COPY)) for name, one in cursors.items()}
            for number, row in enumerate(rows):
                if number % _SAMPLE == 0:
                    envelope.decode(row.body)
                sizes[row.service] += 1
                lines = pending[row.service]
                lines += _binary(start[row.service] + sizes[row.service], row)
                if len(lines) > _FLUSH:
                    copies[row.service].write(bytes(lines))
                    lines.clear()
            for name, copy in copies.items():
                copy.write(bytes(pending[name]) + _END)
        for name, connection in connections.items():
            connection.execute(_NUMBERED, (start[name],))
            if sizes[name]:
                connection.execute(_SEALED, (start[name] + sizes[name],))
            connection.execute("vacuum (analyze) ledger.event, ledger.log_index")
    return sizes


def _binary(position: int, row: city.Row) -> bytes:
    head = _ROW.pack(6, 8, position, 4, row.version, 16, UUID(row.id).bytes, len(row.stream))
    return head + row.stream + _LENGTH.pack(len(row.leaf)) + row.leaf + _LENGTH.pack(len(row.body)) + row.body


def _basis(settings: Settings, sizes: Mapping[str, int]) -> list[dict[str, Any]]:
    root = "0" * 64
    return [{"origin": settings.origin_of(log), "root": root, "size": sizes[log]} for log in LOGS]


def _decided(logs: SealedLogs, people: int, basis: Sequence[Mapping[str, Any]]) -> Iterator[city.Row]:
    """The events that close the year: a determination of everybody, and every county's list."""
    places = dict(city.places(people))
    empty = [_final(person, county, basis, {}) for person, county in places.items()]
    closed = [_quota(county, 0) for county in sorted({*places.values()})]
    for one in refold(_With(logs, [*empty, *closed], basis), city.YEAR):
        assert not one.undetermined, "everything that a determination rests on is open"
        for found in one.differences:
            members = {member["member"]: member["worked_out"] for member in found["differs"]}
            if found["person"] is None:
                yield _quota(one.county, members["objects"])
            else:
                yield _final(found["person"], one.county, basis, members)


def _final(person: str, county: str, basis: Sequence[Mapping[str, Any]], members: Mapping[str, Any]) -> city.Row:
    data: dict[str, Any] = {
        "person": person, "county": county, "year": city.YEAR, "determination": 1, "moment": MOMENT, "basis": basis,
        "rules_digest": rules.rules_digest(), "fold_digest": rules.fold_digest(), "parameters_digest": "0" * 64,
        "calendars_digest": "0" * 64, "outcome": "称职", "findings": [], "inputs": "0" * 64, "manifest": [], **members,
    }  # fmt: skip
    stream = f"assessment/{person}/{city.YEAR}"
    version, prev = next(
        ((entry["version"], entry["head"]) for entry in data["manifest"] if entry["stream"] == stream), (0, None)
    )
    return _event(FINALISED, stream, version + 1, prev, int(person[1:]), data)


def _quota(county: str, objects: int) -> city.Row:
    data = {
        "county": county, "year": city.YEAR, "objects": objects, "maximum": objects // 5, "cohort": "0" * 64,
        "candidates": [], "deferred": [], "groups": [], "scope": "county",
    }  # fmt: skip
    return _event(QUOTA_COMPUTED, f"county/{county}/{city.YEAR}", 1, None, int(county), data)


def _event(kind: str, stream: str, version: int, prev: str | None, number: int, data: Mapping[str, Any]) -> city.Row:
    said = {
        "actor": {"person": "P900000020", "role": "XO", "organisation": "O0003"}, "article": "12.9",
        "ruleset": rules.DEFAULT, "place": data["county"],
    }  # fmt: skip
    event: dict[str, Any] = {
        "specversion": "1.0", "id": str(UUID(int=number << 64 | 1 << 41)), "source": "/zhucun/assessment", "type": kind,
        "origin": f"{city.ORIGIN}/assessment", "stream": stream, "version": version, "correlationid": "closing",
        "recordedtime": MOMENT, "data": {**said, **data}, **({} if prev is None else {"prev": prev}),
    }  # fmt: skip
    body = canonical_bytes(event)
    return city.Row("assessment", version, event["id"], stream.encode(), leaf_hash(body), body)


class _With:
    """A source with further events at the end of the log of assessment."""

    def __init__(self, source: Source, rows: Sequence[city.Row], basis: Sequence[Mapping[str, Any]]) -> None:
        self._source = source
        self._rows = rows
        self._log, self._size = basis[-1]["origin"], basis[-1]["size"]

    def pages(self, services: Collection[str] | None = None) -> Iterator[Page]:
        """See `Source`."""
        yield from self._source.pages(services)
        yield Page(self._log, self._size, len(self._rows), b"\n".join(row.body for row in self._rows))

    def streams(self, log: str, kind: str, wanted: Sequence[tuple[str, int]]) -> Iterator[Sequence[Stream]]:
        """See `Source`."""
        return self._source.streams(log, kind, wanted)
