"""Certificates of everything that is spoken to over TLS: each shown by the peer itself, verified, and not soon over."""

import asyncio
import contextlib
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from services.ledger.addresses import addresses
from services.runtime.doctor.findings import Found, fine, odd, wrong
from services.runtime.encryption import authority
from services.runtime.settings import Settings

SECONDS = 5.0
ODD, WRONG = timedelta(days=30), timedelta(days=7)
"""How long a certificate must still be good."""

_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""PostgreSQL: asks for TLS; the answer is one byte, `S` when it comes."""
_REMEDY = "deploy/runbook/certificates.md"


@dataclass(frozen=True, slots=True)
class Peer:
    """One address and how TLS begins there: at once, after a greeting (NATS), or when asked for (PostgreSQL)."""

    name: str
    host: str
    port: int
    kind: str
    authority: str | None = None
    """File of the authority, None: that of the system or of SSL_CERT_FILE."""


async def examine(settings: Settings, services: list[str]) -> list[Found]:
    """One line for each peer that speaks TLS; none where nothing does."""
    return list(await asyncio.gather(*(_look(peer) for peer in dict.fromkeys(_peers(settings, services)))))


def _peers(settings: Settings, services: list[str]) -> Iterator[Peer]:
    for service in services:
        parts = urlsplit(settings.postgres_of(service))
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if asked.get("sslmode", "") in ("require", "verify-ca", "verify-full") and parts.hostname:
            port = parts.port or 5432
            yield Peer(f"postgresql {parts.hostname}", parts.hostname, port, "postgresql", asked.get("sslrootcert"))
    own = authority(settings)
    others = [*addresses(settings.nats()), settings.oidc_jwks or ""]
    urls: list[tuple[str, str | None]] = [(url, None) for url in others]
    urls += [(settings.base_url_of(service), own) for service in services]
    if settings.agency_nats_url is not None:
        urls.append((settings.agency_nats_url.get_secret_value(), None))
    for url, believed in urls:
        parts = urlsplit(url)
        if parts.scheme in ("tls", "https") and parts.hostname:
            kind, usual = ("nats", 4222) if parts.scheme == "tls" else ("https", 443)
            yield Peer(f"{kind} {parts.hostname}", parts.hostname, parts.port or usual, kind, believed)


async def _look(peer: Peer) -> Found:
    what = f"证书 certificate {peer.name}"
    try:
        async with asyncio.timeout(SECONDS):
            until = await _good_until(peer)
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        return wrong(what, f"is not accepted: {reason}", _REMEDY)
    except (OSError, EOFError, TimeoutError) as error:
        # Whether anybody answers there is another line's matter; a node that is down has no certificate to show.
        return odd(what, f"could not be seen: {str(error) or type(error).__name__}", "start it, look again")
    left = until - datetime.now(UTC)
    said = f"good until {until:%Y-%m-%d}, {left.days} days"
    if left < WRONG:
        return wrong(what, said, _REMEDY)
    return odd(what, said, _REMEDY) if left < ODD else fine(what, said)


async def _good_until(peer: Peer) -> datetime:
    context = ssl.create_default_context(cafile=peer.authority or os.environ.get("SSL_CERT_FILE") or None)
    if peer.kind == "https":
        reader, writer = await asyncio.open_connection(peer.host, peer.port, ssl=context)
    else:
        reader, writer = await asyncio.open_connection(peer.host, peer.port)
        if peer.kind == "postgresql":
            writer.write(_SSL_REQUEST)
            if await reader.readexactly(1) != b"S":
                raise ConnectionError("the server has no TLS")
        else:
            await reader.readline()  # INFO
        await writer.start_tls(context, server_hostname=peer.host)
    try:
        ends = ssl.cert_time_to_seconds(writer.get_extra_info("ssl_object").getpeercert()["notAfter"])
        return datetime.fromtimestamp(ends, UTC)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
