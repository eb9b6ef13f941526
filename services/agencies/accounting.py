"""Keeps the file of accounts as the registry says, has the server of the agencies read it again, and enters each.

That server is never the services' own: whoever floods it with requests takes time from other agencies at most.
"""

import asyncio
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nats.errors
import structlog
from nats.aio.client import Client
from nats.js.errors import Error as JetStreamError

from contracts.subscriber import nkey
from services.agencies import delivery, registry
from services.agencies.accounts import accounts_text
from services.agencies.keys import PublisherKeys
from services.agencies.registry import RegistryError
from services.ledger.connections import Pool
from services.runtime.settings import Settings

RELOAD_SECONDS = 5.0
ENTER_SECONDS = 10.0
"""How long a reloaded server may take to let us in."""

log = structlog.get_logger(__name__)


def conf_file(settings: Settings) -> Path:
    """The file that the agencies' nats-server includes inside `accounts`."""
    return settings.agency_accounts or settings.var / "agencies" / "agencies.conf"


def server_of(settings: Settings) -> str:
    """Where the accounts of the agencies are, without the login of its administrator."""
    parts = urlsplit(_configured(settings))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


async def write_accounts(settings: Settings, pool: Pool) -> bool:
    """Writes the accounts of this moment; True when they changed and the server has read them or must be told to."""
    keys = PublisherKeys(settings)
    known = [(agency, keys.publisher_key(agency.name)) for agency in await registry.agencies(pool)]
    text = accounts_text(known, datetime.now(UTC))
    path = conf_file(settings)
    unread = path.with_name(f".{path.name}.unread")
    if path.exists() and path.read_text("utf-8") == text:
        # The server may have been away when it was told: then it is told again (and reads this when it starts anyway).
        if unread.exists() and await reload(settings) is None:
            unread.unlink(missing_ok=True)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")  # a command and the publisher may write at once
    beside.touch(mode=0o600)
    beside.write_text(text, "utf-8")
    beside.replace(path)
    reason = await reload(settings)
    if reason is None:
        unread.unlink(missing_ok=True)
    else:
        unread.touch()
        log.warning("agencies' server not reloaded", file=str(path), reason=reason)
    return True


async def reload(settings: Settings) -> str | None:
    """Has the server read its configuration again, nobody's connection is touched; why it did not, None when it did."""
    parts = urlsplit(_configured(settings))
    if not parts.username:
        return "ZHUCUN_AGENCY_NATS_URL names no administrator: nats-server --signal reload, or docker kill -s HUP"
    client = Client()
    try:
        await client.connect(
            server_of(settings),
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            error_cb=delivery.quiet,
            allow_reconnect=False,
            connect_timeout=3,
        )
        identity = client._server_info["server_id"]  # nats-py offers it under no other name
        answer = await client.request(f"$SYS.REQ.SERVER.{identity}.RELOAD", b"", timeout=RELOAD_SECONDS)
        error = json.loads(answer.data).get("error")
    except (OSError, TimeoutError, nats.errors.Error, ValueError) as problem:
        return str(problem) or type(problem).__name__
    finally:
        with suppress(OSError, nats.errors.Error):
            await client.close()
    return None if error is None else str(error.get("description", error))


async def enter(settings: Settings, name: str, *, empty: bool = False) -> list[str]:
    """Stream and durable in an agency's account; a server that was just told to reload is given a moment.

    With `empty` the stream that is there is deleted first.
    """
    seed = PublisherKeys(settings).publisher_seed(name)
    deadline = asyncio.get_running_loop().time() + ENTER_SECONDS
    while True:
        try:
            client = await nkey.connect(
                server_of(settings), seed, error=delivery.quiet, allow_reconnect=False, connect_timeout=3
            )
            try:
                js = client.jetstream(timeout=5)
                if empty:
                    await delivery.empty(js)
                return await delivery.apply(js, name)
            finally:
                await client.close()
        except (OSError, TimeoutError, nats.errors.Error, JetStreamError) as error:
            if asyncio.get_running_loop().time() >= deadline:
                raise RegistryError(
                    f"the agencies' server does not know the account of {name} yet ({error or type(error).__name__}):"
                    f" let it read {conf_file(settings)} (nats-server --signal reload), then zhucun agency apply"
                ) from error
        await asyncio.sleep(0.05)


def _configured(settings: Settings) -> str:
    if settings.agency_nats_url is None:
        raise RegistryError("ZHUCUN_AGENCY_NATS_URL is not set: agencies have a nats-server of their own")
    return settings.agency_nats_url.get_secret_value()
