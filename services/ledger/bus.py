"""Streams and durable consumers on JetStream: declared here, applied by an explicit step, compared by everybody.

A starting service never creates or alters anything: it calls :func:`check`, and `zhucun bus apply` (or the embedded
mode) calls :func:`apply`. What is declared is said out loud, option by option, and read back: a server that does not
know an option drops it in silence (`stack.md` 3.1).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import nats
import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    ReplayPolicy,
    RetentionPolicy,
    StorageType,
    StoreCompression,
    StreamConfig,
)
from nats.js.errors import APIError, NotFoundError

from services.ledger.addresses import addresses, shown

BATCH = 500
"""Messages that a consumer takes in one transaction."""
ACK_WAIT_SECONDS = 5.0
"""Longer than a batch takes. Holding one longer is harmless: what is delivered again is recognised by its index."""
DUPLICATE_WINDOW_SECONDS = 120.0
MAX_MESSAGE_BYTES = 128 * 1024
"""A leaf has at most 65,535 bytes; headers come on top."""

_UNLIKE = "The bus is not as declared (zhucun bus apply --repair sets it right): "

Consumers: TypeAlias = Mapping[str, Sequence[str]]
"""Who consumes whom: service -> the services whose logs it follows, none included."""
NOBODY: Consumers = {}


class BusError(Exception):
    """The bus is not as declared or cannot be reached; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One option of a stream or durable that stands otherwise than declared."""

    what: str
    option: str
    declared: object
    actual: object

    def __str__(self) -> str:
        return f"{self.what}: {self.option} is {self.actual!r}, declared {self.declared!r}"


def stream_name(service: str) -> str:
    """Name of the JetStream stream that carries the log of `service`."""
    return service.upper()


def durable_name(consumer: str, source: str) -> str:
    """Name of the durable with which `consumer` follows the log of `source`."""
    return f"{consumer}-from-{source}"


def declare_stream(service: str, replicas: int = 1) -> StreamConfig:
    """The stream of one log: kept for ever, on disk; nothing can be removed but the whole, which is refilled."""
    return StreamConfig(
        name=stream_name(service),
        subjects=[f"ev.{service}.>", f"cp.{service}"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        num_replicas=replicas,
        max_consumers=-1,
        max_msgs=-1,
        max_msgs_per_subject=-1,
        max_bytes=-1,
        max_age=0,
        max_msg_size=MAX_MESSAGE_BYTES,
        discard=DiscardPolicy.NEW,
        no_ack=False,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        deny_delete=True,
        deny_purge=True,
        allow_rollup_hdrs=False,
        allow_direct=True,
        compression=StoreCompression.NONE,
    )


def declare_durable(consumer: str, source: str) -> ConsumerConfig:
    """The durable of one follower: everything, delivered again for ever, never given up.

    An acknowledgement stands for all that was delivered before it: a lane commits in the stream's own order, so one
    for each batch says it all. One for each message was a twentieth of a service's time under load.
    """
    return ConsumerConfig(
        durable_name=durable_name(consumer, source),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.ALL,
        ack_wait=ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=4 * BATCH,
        replay_policy=ReplayPolicy.INSTANT,
        headers_only=False,
        inactive_threshold=0,
        mem_storage=False,
    )


@asynccontextmanager
async def connected(nats_url: str) -> AsyncIterator[JetStreamContext]:
    """A short connection for a step of administration.

    Raises BusError when the server cannot be reached, or does not answer what this login asks.
    """
    said: list[str] = []

    async def told(error: Exception) -> None:
        """What is forbidden is told beside the request, which then waits in vain: kept for the sentence below."""
        said.append(str(error) or type(error).__name__)

    try:
        client: Client = await nats.connect(
            addresses(nats_url), allow_reconnect=False, connect_timeout=10, max_reconnect_attempts=1, error_cb=told
        )
    except (OSError, TimeoutError, nats.errors.Error) as error:
        reason = str(error) or type(error).__name__
        raise BusError(f"No NATS server answers at {shown(nats_url)} ({reason}): start it.") from error
    try:
        yield client.jetstream(timeout=10)
    except nats.errors.TimeoutError as error:
        reason = said[-1] if said else "it has no leader, or this login may not ask"
        if "permissions violation" in reason:
            raise BusError(
                f"This login may not do that at {shown(nats_url)} ({reason}): use the operator's."
            ) from error
        raise BusError(f"JetStream at {shown(nats_url)} does not answer ({reason}).") from error
    finally:
        await client.close()


async def apply(
    nats_url: str, consumers: Consumers, *, readers: Consumers = NOBODY, replicas: int = 1, repair: bool = False
) -> list[str]:
    """Creates what is missing and compares what is there; returns what was done, one line each.

    `readers` follow logs of these services and keep none of their own.

    Raises BusError with every difference when something stands otherwise than declared, unless `repair` is set: then
    it is set right where the server allows it.
    """
    async with connected(nats_url) as js:
        done: list[str] = []
        differences: list[Difference] = []
        for service in services_of(consumers):
            differences += await _apply_stream(js, declare_stream(service, replicas), done, repair)
        for consumer, source in durables(consumers, readers):
            differences += await _apply_durable(js, source, declare_durable(consumer, source), done, repair)
        if differences:
            raise BusError(_UNLIKE + "; ".join(map(str, differences)))
        return done


async def differences(
    nats_url: str, consumers: Consumers, *, readers: Consumers = NOBODY, replicas: int = 1
) -> list[str]:
    """What :func:`apply` with `repair` would do, one line each; nothing is changed."""
    async with connected(nats_url) as js:
        found: list[str] = []
        for service in services_of(consumers):
            declared = declare_stream(service, replicas)
            try:
                found += map(str, compare_stream(declared, (await js.stream_info(stream_name(service))).config))
            except NotFoundError:
                found.append(f"{stream_name(service)}: create the stream")
        for consumer, source in durables(consumers, readers):
            try:
                found += map(str, await check_durable(js, consumer, source))
            except NotFoundError:
                found.append(f"{durable_name(consumer, source)}: create the durable")
        return found


async def check(nats_url: str, service: str, sources: Sequence[str]) -> None:
    """For a starting service: raises BusError unless its own stream and its durables stand as declared.

    The number of replicas is the operator's choice and is not compared here.
    """
    async with connected(nats_url) as js:
        try:
            differences = compare_stream(declare_stream(service), (await js.stream_info(stream_name(service))).config)
            differences = [difference for difference in differences if difference.option != "num_replicas"]
            for source in sources:
                differences += await check_durable(js, service, source)
        except NotFoundError as error:
            raise BusError(
                f"The bus lacks the stream {stream_name(service)} or a durable of {service}: apply the bus first"
                " (zhucun bus apply)."
            ) from error
        if differences:
            raise BusError(_UNLIKE + "; ".join(map(str, differences)))


async def check_durable(js: JetStreamContext, consumer: str, source: str) -> list[Difference]:
    """How the durable differs from its declaration; raises NotFoundError when it does not exist."""
    info = await js.consumer_info(stream_name(source), durable_name(consumer, source))
    return _compare(durable_name(consumer, source), declare_durable(consumer, source), info.config)


async def recreate(nats_url: str, service: str, consumers: Consumers, readers: Consumers = NOBODY) -> None:
    """Deletes the stream of `service`, if it is there, and creates it and the durables on it, empty.

    The replicas of the old stream are kept. The relay fills it again; the consumers go on from their own marks.
    """
    async with connected(nats_url) as js:
        replicas = 1
        try:
            replicas = (await js.stream_info(stream_name(service))).config.num_replicas or 1
            await js.delete_stream(stream_name(service))
        except NotFoundError:
            pass  # that it is gone is one of the reasons for being here
        await _apply_stream(js, declare_stream(service, replicas), [], repair=False)
        for consumer, source in durables(consumers, readers):
            if source == service:
                await _apply_durable(js, source, declare_durable(consumer, source), [], repair=False)


def services_of(consumers: Consumers) -> list[str]:
    """All services that keep a log, in name order."""
    return sorted({*consumers, *(source for sources in consumers.values() for source in sources)})


def compare_stream(declared: StreamConfig, actual: StreamConfig) -> list[Difference]:
    """Options of a stream that stand otherwise than declared."""
    return _compare(str(declared.name), declared, actual)


def durables(consumers: Consumers, readers: Consumers) -> list[tuple[str, str]]:
    """Who follows whom, one pair (consumer, source) for each durable."""
    kept = services_of(consumers)
    pairs = [*consumers.items(), *((name, [log for log in logs if log in kept]) for name, logs in readers.items())]
    return sorted((consumer, source) for consumer, sources in pairs for source in sources)


async def _apply_stream(
    js: JetStreamContext, declared: StreamConfig, done: list[str], repair: bool
) -> list[Difference]:
    name = str(declared.name)
    try:
        actual = (await js.stream_info(name)).config
    except NotFoundError:
        actual = (await js.add_stream(declared)).config
        done.append(f"created stream {name}")
    differences = compare_stream(declared, actual)
    if differences and repair:
        try:
            differences = compare_stream(declared, (await js.update_stream(declared)).config)
        except APIError as error:
            raise BusError(
                f"Stream {name} stays otherwise ({error.description}): refill it (zhucun relay refill)."
            ) from error
        done.append(f"repaired stream {name}")
    return differences


async def _apply_durable(
    js: JetStreamContext, source: str, declared: ConsumerConfig, done: list[str], repair: bool
) -> list[Difference]:
    name = str(declared.durable_name)
    try:
        actual = (await js.consumer_info(stream_name(source), name)).config
    except NotFoundError:
        actual = (await js.add_consumer(stream_name(source), declared)).config
        done.append(f"created durable {name}")
    differences = _compare(name, declared, actual)
    if differences and repair:
        try:
            actual = (await js.add_consumer(stream_name(source), declared)).config
            done.append(f"repaired durable {name}")
        except APIError as error:
            if error.err_code != _REFUSED:
                raise BusError(f"Durable {name}: the bus cannot do it now ({error.description}); try again.") from error
            # An option that the server never changes. How far its follower is, the follower knows by itself.
            await js.delete_consumer(stream_name(source), name)
            actual = (await js.add_consumer(stream_name(source), declared)).config
            done.append(f"made durable {name} anew")
        differences = _compare(name, declared, actual)
    return differences


def _compare(what: str, declared: Any, actual: Any) -> list[Difference]:
    """Every option of both sides; None, 0, -1, false and empty all say "not set" to the server, an enum is its text."""
    return [
        Difference(what, option.name, getattr(declared, option.name), getattr(actual, option.name))
        for option in fields(declared)
        if option.name not in _SERVER_SIDE
        and _plain(getattr(declared, option.name)) != _plain(getattr(actual, option.name))
    ]


_REFUSED = 10012
"""nats-server's code for a consumer that it will not make or change so; any other says that it cannot now."""
_SERVER_SIDE = {"name", "metadata", "max_waiting", "consumer_limits", "placement"}
"""Options that the server fills in by itself and that change nothing of what we rely on."""


def _plain(value: Any) -> object:
    text = getattr(value, "value", value)
    return None if text in (None, 0, -1, False, "") or text == [] or text == {} else text
