"""Following a scope over NATS: connect, read the one durable, check, keep, acknowledge; again after whatever happens.

Acknowledged is what is kept. What is kept was checked: proven in its own log, and at its place in the scope's signed
log. A gap is asked for again from the server, which holds every entry from the first; only a gap that does not close
ends the subscription, loudly.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.subscriber import nkey
from contracts.subscriber.checking import Checker, Gap, Refused
from contracts.subscriber.credentials import Credentials
from contracts.subscriber.pulling import Away, Pull, ask
from contracts.subscriber.stores import Store, store_errors

WAIT_SECONDS = 0.5
RETRY_SECONDS = (0.2, 5.0)
GAP_TRIES = 6
TELL_SECONDS = 1.0
LOOK_SECONDS = 5.0
"""How long nothing may come before it is asked whether another reader takes it."""

log = logging.getLogger("zhucun.subscriber")


class NotAllowed(Exception):
    """The server does not let these credentials in (any more): one sentence."""


class NotAlone(Exception):
    """Another program takes messages with the same credentials: each of the two would have half of them."""


class GapStays(Exception):
    """Entries are missing and the server does not have them either: one sentence."""


@dataclass(slots=True)
class _Session:
    """One connection, and what it has in hand."""

    client: Client
    pull: Pull
    held: list[Msg] = field(default_factory=list)
    """Taken and not yet released by a checkpoint: not acknowledged either."""


async def follow(
    credentials: Credentials, store: Store, *, from_start: bool = False, until_quiet: float | None = None
) -> int:
    """Receives until cancelled, or until nothing came for `until_quiet` seconds and the server has nothing more either;
    returns the entries kept in all.

    Raises NotAllowed, NotAlone, GapStays, `checking.Forked` and `stores.StoreError`; everything else is waited out.
    """
    with store_errors():
        if from_start:
            store.clear()
    follower = _Follower(credentials, store)
    delay = RETRY_SECONDS[0]
    while True:
        try:
            return await follower.session(until_quiet)
        except _Lost as lost:
            log.warning("the bus is away: %s", lost)
            delay = RETRY_SECONDS[0] if follower.moved else min(delay * 2, RETRY_SECONDS[1])
            await asyncio.sleep(delay)


class _Lost(Exception):
    """The connection or the stream is away: to be waited out."""


class _Follower:
    def __init__(self, credentials: Credentials, store: Store) -> None:
        self._credentials = credentials
        self._store = store
        self._checker: Checker
        self._seen = 0
        self._gaps: tuple[int, int] = (0, 0)
        self._told = 0.0
        self.moved = False

    def _kept(self) -> Checker:
        """On top of what the store holds, and of nothing else: what was released and not kept has to come again."""
        credentials = self._credentials
        with store_errors():
            position = self._store.load()
        return Checker(credentials.scope, credentials.keys(), credentials.whole_logs, position)

    async def session(self, until_quiet: float | None) -> int:
        """One connection, from the place that the store knows; the entries kept when it was quiet. Raises _Lost."""
        self._checker = self._kept()
        self.moved = False
        async with self._connected() as client:
            try:
                # What is kept decides where to begin, not what the server saw acknowledged: that may be another
                # reader's doing, or lost with the server. The checkpoint that was kept last has to come again first.
                log.info("connected to %s, going on at entry %d", self._credentials.url, self._checker.next)
                if not await self._reset(client, max(1, self._checker.position.sequence)):
                    await self._reset(client, 1)
                while not await self._read(client, until_quiet):
                    pass
                return self._checker.position.next
            except (OSError, nats.errors.Error, Away) as error:
                raise _Lost(str(error) or type(error).__name__) from error

    async def _read(self, client: Client, until_quiet: float | None) -> bool:
        """Takes messages; True when it was quiet, False when they have to be asked for again (another inbox, then)."""
        clock = asyncio.get_running_loop().time
        heard = clock()
        async with Pull(client, self._credentials.stream, self._credentials.durable) as pull:
            session = _Session(client, pull)
            while True:
                _go_on()
                message = await pull.next(WAIT_SECONDS)
                if not client.is_connected:
                    raise _Lost("the connection was lost")
                if message is not None:
                    heard = clock()
                    try:
                        await self._take(session, message)
                    except Gap as gap:
                        await self._ask_again(client, str(gap))
                        return False
                elif clock() - heard >= (LOOK_SECONDS if until_quiet is None else until_quiet):
                    standing = await self._asked(client, "INFO", b"")
                    if self._taken_elsewhere(standing):
                        await self._ask_again(client, "something was delivered elsewhere")
                        return False
                    if until_quiet is not None and not standing.get("num_pending"):
                        return True
                    heard = clock()

    def _taken_elsewhere(self, standing: dict[str, Any]) -> bool:
        """Whether the durable has delivered what did not come here, or another program waits for it too."""
        delivered = standing.get("delivered") or {}
        return int(standing.get("num_waiting", 0)) > 1 or int(delivered.get("stream_seq", 0)) > self._seen

    async def _take(self, session: _Session, message: Msg) -> None:
        self._seen = max(self._seen, message.metadata.sequence.stream)
        try:
            released = self._checker.take(message.subject, message.headers or {}, message.data)
        except Refused as refused:
            log.error("passed over: %s", refused)
            await message.ack()  # not kept unacknowledged: so many of them would keep the server from sending the rest
            return
        if released:
            self._checker.position.sequence = message.metadata.sequence.stream
            with store_errors():
                self._store.commit(released, self._checker.position)
            self.moved = True
            self._tell()
        session.held.append(message)
        if self._checker.next == self._checker.position.next:
            await self._acknowledge(session)

    def _tell(self) -> None:
        """How far it is, once a second at most."""
        now = asyncio.get_running_loop().time()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            log.info("%d entries kept, all of them checked", self._checker.position.next)

    async def _acknowledge(self, session: _Session) -> None:
        for message in session.held:
            await message.ack()
        session.held.clear()

    async def _ask_again(self, client: Client, why: str) -> None:
        """Has the server deliver again from the last entry kept, from the second time on from the very first."""
        place, tries = self._gaps
        tries = tries + 1 if place == self._checker.position.next else 1
        self._gaps = (self._checker.position.next, tries)
        if tries > GAP_TRIES:
            if self._taken_elsewhere(await self._asked(client, "INFO", b"")):
                raise NotAlone("another program reads with these credentials at the same time: let one of them run")
            if tries > GAP_TRIES + 1:  # not before: whoever took them may just have left
                raise GapStays(f"{why}, and the server does not have them: tell the operator of the source")
        log.warning("%s: asking again (%d)", why, tries)
        self._checker.rewind()
        await asyncio.sleep(RETRY_SECONDS[0] * tries)
        await self._reset(client, 1 if tries > 1 else max(1, self._checker.position.sequence))

    async def _reset(self, client: Client, sequence: int) -> bool:
        """The durable delivers again from a sequence of its stream; False when the stream ends before it."""
        answer = await self._asked(client, "RESET", json.dumps({"seq": sequence}).encode())
        self._seen = sequence - 1
        return bool(answer.get("num_pending"))

    async def _asked(self, client: Client, what: str, request: bytes) -> dict[str, Any]:
        """What the server says of the durable; raises Away."""
        subject = f"$JS.API.CONSUMER.{what}.{self._credentials.stream}.{self._credentials.durable}"
        answer: dict[str, Any] = json.loads(await ask(client, subject, request))
        if "error" in answer:
            raise Away(str(answer["error"].get("description", answer["error"])))
        return answer

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Client]:
        credentials = self._credentials
        try:
            client = await nkey.connect(
                credentials.url,
                credentials.seed,
                inbox=credentials.inbox,
                error=_connection_error,
                name=f"zhucun subscriber {credentials.agency}",
                allow_reconnect=False,  # every session begins at the place that the store knows
                connect_timeout=5,
                ping_interval=10,
                max_outstanding_pings=2,
            )
        except nats.errors.AuthorizationError as error:
            raise NotAllowed(f"{credentials.url} does not let {credentials.agency} in: {error}") from error
        except (OSError, TimeoutError, nats.errors.Error) as error:
            if "authorization violation" in str(error).lower():
                raise NotAllowed(f"{credentials.url} does not let {credentials.agency} in: {error}") from error
            raise _Lost(f"{credentials.url}: {error or type(error).__name__}") from error
        try:
            _go_on()
            yield client
        finally:
            await client.close()


def _go_on() -> None:
    """Ends what was told to end: the client waits with `wait_for`, which before Python 3.12 can lose a cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _connection_error(error: Exception) -> None:
    log.debug("NATS: %s", error)
