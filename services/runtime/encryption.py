"""TLS of what this process serves and asks over HTTP: the certificate that it shows, the authority that it trusts.

What listens beyond loopback shows a certificate or does not start. Its files are read again when they change: whoever
comes after that sees the new certificate, and whoever is connected stays connected.
"""

import asyncio
import contextlib
import ipaddress
import os
import ssl
from pathlib import Path

import structlog

from services.runtime.settings import Settings, SettingsError

LOOK_SECONDS = 10.0
"""How often the files of a certificate are looked at."""

log = structlog.get_logger(__name__)


class Certificate:
    """A certificate and its key (PEM files); `context` serves with what the files held when they were last good."""

    def __init__(self, cert: Path, key: Path) -> None:
        """Raises SettingsError when the files cannot be used."""
        self._cert, self._key = cert, key
        self._seen = self._told = self._look()
        try:
            self.context = self._current = self._read()
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(f"ZHUCUN_TLS_CERT, ZHUCUN_TLS_KEY: {_reason(error)}") from error

        def switch(connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
            connection.context = self._current

        # Loading another pair into a context in use could leave the new certificate beside the old key, and keeps the
        # old one where the kind of key changed. So each handshake is given the context that is whole.
        self.context.sni_callback = switch

    def refresh(self) -> bool:
        """Reads the files again if they changed; True when they did and are shown from now on."""
        seen = self._look()
        if seen == self._seen:
            return False
        try:
            self._current = self._read()
        except (OSError, ssl.SSLError) as error:  # half written, perhaps: looked at again next time
            if seen != self._told:
                log.warning("certificate not read", file=str(self._cert), reason=_reason(error))
            self._told = seen
            return False
        self._seen = seen
        log.info("certificate read again", file=str(self._cert))
        return True

    async def keep_fresh(self) -> None:
        """Looks at the files for as long as it is let."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.refresh)

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._cert, self._key, password=_no_password)
        return context

    def _look(self) -> list[tuple[int, int, int]]:
        """What tells one state of the files from another; a mounted secret is exchanged by a link, so through it."""
        seen = []
        for path in (self._cert, self._key):
            with contextlib.suppress(OSError):
                found = path.stat()
                seen.append((found.st_ino, found.st_mtime_ns, found.st_size))
        return seen


def certificate(settings: Settings) -> Certificate | None:
    """What this process serves with, None where it serves plain HTTP; raises SettingsError where it may not.

    Plain HTTP stays on this machine, unless an operator says that something else encrypts it (ZHUCUN_PLAIN_HTTP).
    """
    if settings.embedded and not is_loopback(settings.host):
        raise SettingsError(f"ZHUCUN_HOST: {settings.host} is not this machine's own, and embedded servers stay on it")
    if settings.tls_cert is not None and settings.tls_key is not None:
        return Certificate(settings.tls_cert, settings.tls_key)
    if not settings.plain_http and not is_loopback(settings.host):
        raise SettingsError(
            f"ZHUCUN_HOST: {settings.host} is served with a certificate only: set ZHUCUN_TLS_CERT and ZHUCUN_TLS_KEY"
            " (or ZHUCUN_PLAIN_HTTP=true where something else encrypts every connection)"
        )
    return None


def trusted(settings: Settings) -> ssl.SSLContext | bool:
    """Whom this process believes when it asks a service: `verify` of an HTTP client; raises SettingsError.

    ZHUCUN_TLS_CA, else what SSL_CERT_FILE names, else the authorities that everybody knows.
    """
    if settings.tls_ca is None:
        return True
    try:
        return ssl.create_default_context(cafile=settings.tls_ca)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"ZHUCUN_TLS_CA: {settings.tls_ca} cannot be used: {_reason(error)}") from error


def authority(settings: Settings) -> str | None:
    """The file of the authority of the services' certificates, None where it is the system's."""
    return str(settings.tls_ca) if settings.tls_ca else os.environ.get("SSL_CERT_FILE") or None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a listener on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_password() -> str:
    raise OSError("the key is closed by a password, which nobody is here to type")


def _reason(error: OSError | ssl.SSLError) -> str:
    return error.strerror or str(error)
