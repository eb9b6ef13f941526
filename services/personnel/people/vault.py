"""The values themselves: sealed with AES-256-GCM, one row each, outside the log, erasable for good.

MUST: a value is never stored in the clear, and a sealed one cannot be passed off as another person's or another kind's:
log, person and kind are authenticated with it. The key is a file of the machine, never in the database.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.personnel import DetailKind
from services.ledger.connections import Pool

KEY_BYTES = 32
NONCE_BYTES = 12

_PUT = """
    insert into people.detail (person, kind, area, key_id, nonce, sealed) values (%s, %s, %s, %s, %s, %s)
    on conflict (person, kind) do update set area = excluded.area, key_id = excluded.key_id, nonce = excluded.nonce,
        sealed = excluded.sealed, kept_at = now()
"""
_OPEN = """
    select person, kind, area, key_id, nonce, sealed from people.detail where person = any(%s) and kind = any(%s)
"""
_ERASE = "delete from people.detail where person = %s and kind = any(%s)"
_AREAS = "select person, min(area) from people.detail where person = any(%s) group by person"


class VaultError(Exception):
    """A sealed value that the key at hand does not open: another key, or somebody changed the row."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The people's details of one service. `origin` is its log."""

    pool: Pool
    key: bytes
    origin: str
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """One change at a time in this process: each holds a connection while it needs another."""

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise VaultError(f"the key of the people's details has {len(self.key)} bytes, not {KEY_BYTES}")

    @property
    def key_id(self) -> bytes:
        """Names the key without giving it away."""
        return hashlib.sha256(self.key).digest()[:8]

    @asynccontextmanager
    async def exclusive(self, *persons: str) -> AsyncIterator[None]:
        """Nobody else changes these persons' details within: the value and the fact about it are two writes."""
        digests = (hashlib.sha256(f"person {person}".encode()).digest()[:8] for person in persons)
        locks = sorted({int.from_bytes(digest, signed=True) for digest in digests})
        async with self._turn, self.pool.connection() as connection, connection.transaction():
            for lock in locks:
                await connection.execute("select pg_advisory_xact_lock(%s)", (lock,))
            yield

    async def put(self, person: str, area: str, values: Mapping[DetailKind, str]) -> None:
        """Keep the values in place of earlier ones."""
        await self.put_all([(person, area, values)])

    async def put_all(self, entries: Collection[tuple[str, str, Mapping[DetailKind, str]]]) -> None:
        """Keep the values of many, each with the person and the place; all or none."""
        rows = [
            (person, kind.value, area, self.key_id, *self._seal(person, kind, value))
            for person, area, values in entries
            for kind, value in values.items()
        ]
        async with self.pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await cursor.executemany(_PUT, rows)

    async def open(self, persons: Collection[str], kinds: Collection[DetailKind]) -> dict[str, dict[DetailKind, str]]:
        """The values of each person that are kept; raises VaultError for one that does not open."""
        found: dict[str, dict[DetailKind, str]] = {person: {} for person in persons}
        async with self.pool.connection() as connection:
            cursor = await connection.execute(_OPEN, (list(persons), [kind.value for kind in kinds]))
            rows = await cursor.fetchall()
        for person, kind, _area, key_id, nonce, sealed in rows:
            if bytes(key_id) != self.key_id:
                raise VaultError(f"{kind} of {person} is sealed under another key")
            bound = self._bound_to(person, DetailKind(kind))
            try:
                value = AESGCM(self.key).decrypt(bytes(nonce), bytes(sealed), bound)
            except InvalidTag as error:
                raise VaultError(f"{kind} of {person} was changed behind the service's back") from error
            found[person][DetailKind(kind)] = value.decode()
        return found

    async def areas(self, persons: Collection[str]) -> dict[str, str]:
        """The place under which each person's details are kept."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(_AREAS, (list(persons),))
            return dict(await cursor.fetchall())

    async def erase(self, person: str, kinds: Collection[DetailKind]) -> None:
        """Destroy the values; harmless where there are none."""
        async with self.pool.connection() as connection:
            await connection.execute(_ERASE, (person, [kind.value for kind in kinds]))

    def _seal(self, person: str, kind: DetailKind, value: str) -> tuple[bytes, bytes]:
        """A nonce of its own, and the value under it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce, AESGCM(self.key).encrypt(nonce, value.encode(), self._bound_to(person, kind))

    def _bound_to(self, person: str, kind: DetailKind) -> bytes:
        return f"{self.origin}\n{person}\n{kind.value}".encode()
