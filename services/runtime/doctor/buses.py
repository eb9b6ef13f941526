"""The bus: reachable, of a version, with every stream and durable as declared, its nodes in step."""

from collections.abc import Sequence

from nats.js import JetStreamContext
from nats.js.api import StreamInfo
from nats.js.errors import APIError, NotFoundError

from services.ledger import bus
from services.ledger.bus import BusError, Consumers
from services.runtime.administration import READERS
from services.runtime.doctor.findings import Found, fine, odd, wrong
from services.runtime.settings import Settings

OLDEST = (2, 11)
STORE_ODD = 0.8
"""Part of the granted storage that is used."""


async def examine(settings: Settings, consumers: Consumers) -> list[Found]:
    """Everything about the bus; one line only when it cannot be reached."""
    what = "总线 bus"
    try:
        async with bus.connected(settings.nats()) as js:
            found = [_version(js), *await _storage(js)]
            for service in bus.services_of(consumers):
                found += await _stream(js, settings, service)
            # Whoever looks at all logs has the operator's login and may see the other readers, too.
            readers = {name: logs for name, logs in READERS.items() if consumers.keys() >= set(logs)}
            for consumer, sources in sorted([*consumers.items(), *readers.items()]):
                found += await _durables(js, consumer, sources)
            return found
    except BusError as error:
        return [wrong(what, str(error), "start nats-server, check ZHUCUN_NATS_URL (deploy/runbook/bus.md)")]
    except (APIError, TimeoutError) as error:
        said = getattr(error, "description", None) or str(error) or type(error).__name__
        return [wrong(what, f"JetStream does not answer: {said}", "deploy/runbook/bus.md")]


def _version(js: JetStreamContext) -> Found:
    client = js._nc  # the context has no other way to its connection
    version = client.connected_server_version
    where = client.connected_url.netloc.rpartition("@")[2] if client.connected_url else "?"
    said = f"nats-server {version.major}.{version.minor}.{version.patch} at {where}"
    if (version.major, version.minor) < OLDEST:
        return wrong("总线 bus", said, "upgrade nats-server to 2.11 or later")
    return fine("总线 bus", said)


async def _storage(js: JetStreamContext) -> list[Found]:
    account = await js.account_info()
    granted = account.limits.max_storage
    used = account.storage
    said = f"{used / 2**30:.2f} GiB in streams"
    if granted > 0 and used > STORE_ODD * granted:
        return [odd("总线存储 bus storage", f"{said} of {granted / 2**30:.2f}", "raise max_file_store on every node")]
    return [fine("总线存储 bus storage", said)]


async def _stream(js: JetStreamContext, settings: Settings, service: str) -> list[Found]:
    name = bus.stream_name(service)
    what = f"流 stream {name}"
    try:
        info = await js.stream_info(name)
    except NotFoundError:
        return [wrong(what, "is not there", f"zhucun bus apply, then zhucun relay refill {service}")]
    differences = bus.compare_stream(bus.declare_stream(service, settings.replicas), info.config)
    if differences:
        return [wrong(what, "; ".join(map(str, differences)), "zhucun bus apply --repair")]
    away = _away(info)
    if away:
        return [odd(what, f"copies that are offline or behind: {', '.join(away)}", "deploy/runbook/bus.md")]
    return [fine(what, f"{info.state.messages} messages, {info.config.num_replicas} copies")]


def _away(info: StreamInfo) -> list[str]:
    replicas = (info.cluster.replicas or []) if info.cluster is not None else []
    return [peer.name or "?" for peer in replicas if peer.offline or not peer.current]


async def _durables(js: JetStreamContext, consumer: str, sources: Sequence[str]) -> list[Found]:
    found = []
    for source in sources:
        what = f"订阅 durable {bus.durable_name(consumer, source)}"
        try:
            differences = await bus.check_durable(js, consumer, source)
        except NotFoundError:
            found.append(wrong(what, "is not there", "zhucun bus apply"))
            continue
        if differences:
            found.append(wrong(what, "; ".join(map(str, differences)), "zhucun bus apply --repair"))
    return found or [fine(f"订阅 durables of {consumer}", f"follows {', '.join(sources)}")]
