"""Delivery receipts: what each agency has acknowledged, and since when it owes more. Told, never acted upon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from contracts import scope_log as said
from services.agencies.accounts import STREAM
from services.agencies.registry import Agency
from services.ledger.connections import Pool

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """As last seen; `behind` counts entries, `behind_since` is when the first of those that are owed was published."""

    agency: str
    published: int
    acknowledged: int
    behind_since: datetime | None
    seen: datetime

    @property
    def behind(self) -> int:
        """Entries in the agency's stream that it has not acknowledged."""
        return self.published - self.acknowledged

    def late(self, now: datetime, patience: float) -> bool:
        """Whether it owes an acknowledgement for longer than `patience` seconds."""
        return self.behind_since is not None and (now - self.behind_since).total_seconds() > patience


WALK = 200
"""How many messages that are not ours are walked over for a receipt."""


async def acknowledged(js: JetStreamContext, agency: str, last: tuple[int, int]) -> int | None:
    """Entries that the agency has acknowledged without a gap; it may acknowledge later ones before.

    `last` is (sequence in the stream, entries by then) of what was published last. None where the agency has put so
    much between that it cannot be said just now.
    """
    floor = (await js.consumer_info(STREAM, agency)).ack_floor
    sequence = floor.stream_seq if floor is not None else 0
    if sequence >= last[0]:
        return last[1]
    for _ in range(WALK):
        if sequence <= 0:
            return 0
        try:
            headers: Mapping[str, str] = (await js.get_msg(STREAM, sequence)).headers or {}
        except NotFoundError:
            headers = {}
        if headers.get(said.ENTRY, "").isdigit():
            return int(headers[said.ENTRY]) + 1
        if headers.get(said.SIZE, "").isdigit():
            return int(headers[said.SIZE])
        sequence -= 1  # neither is ours: the one before says it
    return None


async def record(
    pool: Pool, js: JetStreamContext, agency: Agency, last: tuple[int, int], *, patience: float
) -> Receipt:
    """Looks, keeps what was seen, and raises the alarm the first time that an agency is late.

    `last` is (sequence in the stream, entries by then) of what was published last.
    """
    published = last[1]
    seen_now = await acknowledged(js, agency.name, last)
    now = datetime.now(UTC)
    async with pool.connection() as connection, connection.transaction():
        cursor = await connection.execute(
            "select behind_since, owed, seen, acknowledged from agency.receipt where agency = %s for update",
            (agency.name,),
        )
        since, owed, seen, before = await cursor.fetchone() or (None, 0, now, 0)
        taken = before if seen_now is None else seen_now
        told = since is not None and (seen - since).total_seconds() > patience
        if since is not None and taken >= owed:
            since = None  # what it owed then is paid; what came after counts from now
        if since is None and taken < published:
            since, owed = now, published
        await connection.execute(
            "insert into agency.receipt (agency, published, acknowledged, behind_since, owed, seen)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (agency) do update set published = excluded.published,"
            " acknowledged = excluded.acknowledged, behind_since = excluded.behind_since, owed = excluded.owed,"
            " seen = excluded.seen",
            (agency.name, published, taken, since, owed, now),
        )
    receipt = Receipt(agency.name, published, taken, since, now)
    if receipt.late(now, patience) and not told:
        log.error(
            "agency behind",
            agency=agency.name,
            acknowledged=taken,
            published=published,
            since=since.isoformat() if since else None,
        )
    return receipt


async def latest(pool: Pool) -> dict[str, Receipt]:
    """The last receipt of every agency that has one."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "select agency, published, acknowledged, behind_since, seen from agency.receipt"
        )
        return {row[0]: Receipt(*row) for row in await cursor.fetchall()}
