"""Keeps the file of accounts as the registry says, and has the embedded server read it again."""

import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from services.agencies import registry
from services.agencies.accounts import accounts_text
from services.agencies.keys import PublisherKeys
from services.ledger.connections import Pool
from services.runtime.settings import Settings


def conf_file(settings: Settings) -> Path:
    """The file that nats-server includes inside `accounts`."""
    return settings.agency_accounts or settings.var / "nats" / "agencies.conf"


async def write_accounts(settings: Settings, pool: Pool) -> bool:
    """Writes the accounts of this moment; True when they changed and the server was told or must be told."""
    keys = PublisherKeys(settings)
    known = [(agency, keys.publisher_key(agency.name)) for agency in await registry.agencies(pool)]
    text = accounts_text(known, datetime.now(UTC))
    path = conf_file(settings)
    if path.exists() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.touch(mode=0o600)
    beside.write_text(text, "utf-8")
    beside.replace(path)
    _reload(settings)
    return True


def _reload(settings: Settings) -> None:
    """Tells the embedded server; one of your own is told by whoever runs it."""
    pid = settings.var / "nats" / "pid"
    if settings.agency_accounts is None and settings.embedded:
        with suppress(OSError, ValueError):  # no server runs here: it reads the file when it starts
            os.kill(int(pid.read_text()), signal.SIGHUP)


def server_of(settings: Settings) -> str:
    """Where the accounts of the agencies are: a bus of their own, or the services' without user and password."""
    scheme, _, rest = (settings.agency_nats_url or settings.nats()).partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
