"""HTTP of the services over TLS: in with the unit's authority, out without it, never in the clear, and renewed."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from services.ledger.admission import Source
from services.ledger.connections import open_pool
from services.ledger.inbox import Inbox
from services.ledger.migrations import database_url
from services.ledger.runner import Runner
from services.registry import definition
from services.runtime import administration
from services.runtime.doctor import certificates
from services.runtime.doctor.findings import State
from services.runtime.encryption import Certificate, certificate, trusted
from services.runtime.feed_client import HttpFeed
from services.runtime.keys import Keys
from services.runtime.serving import listening, served
from services.runtime.settings import Settings, SettingsError, read_settings
from tests import servers
from tests.deploy.certificates import Authority
from tests.runtime.conftest import World, opened

AWAY = {"mode": "servers", "postgres_url": "postgresql://db.example/x", "nats_url": "tls://bus.example:4222"}


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Services over TLS, and the authority of their certificate."""

    world: World
    authority: Authority

    @property
    def settings(self) -> Settings:
        return self.world.settings

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.settings.port}"


class Page:
    """One page, and nothing behind it."""

    asgi = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("here"))])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def encrypted(
    postgres_url: str, empty_bus: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Encrypted]:
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder)
    own = authority.certificate("services")
    given = {"postgres_url": postgres_url, "nats_url": empty_bus, "database_prefix": database_prefix}
    files = {"tls_cert": own.cert, "tls_key": own.key, "tls_ca": authority.cert}
    async with opened(tmp_path_factory.mktemp("var"), **given, **files) as world:
        yield Encrypted(world, authority)


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_plain_http_is_answered_by_nobody(encrypted: Encrypted) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):  # broken off, before or after it is read
            await client.get(f"http://{encrypted.address}/healthz")


async def test_what_another_authority_signed_is_not_believed(encrypted: Encrypted, tmp_path: Path) -> None:
    token = Keys(encrypted.settings).feed_token()
    for other in (None, Authority(tmp_path).cert):
        verify = trusted(encrypted.settings.model_copy(update={"tls_ca": other}))
        feed = HttpFeed(f"https://{encrypted.address}", "personnel", token, verify)
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await feed.page(0, 10)
        await feed.close()


async def test_a_certificate_of_another_host_is_not_believed(encrypted: Encrypted) -> None:
    feed = HttpFeed(f"https://localhost:{encrypted.settings.port}", "personnel", "t", trusted(encrypted.settings))
    with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
        await feed.page(0, 10)
    await feed.close()


def _finance(settings: Settings) -> str:
    return database_url(settings.postgres_of("finance"), "finance", prefix=settings.database_prefix)


async def test_a_follower_catches_up_over_tls(encrypted: Encrypted) -> None:
    """From the feed of a service alone, every event verified, as when the bus has a hole."""
    settings, origin = encrypted.settings, encrypted.settings.origin_of("personnel")
    sealed = (await encrypted.world.application.hosted["personnel"].counts()).sealed
    assert sealed > 0
    prefix = servers.fresh_prefix()
    apart = settings.model_copy(update={"database_prefix": prefix})
    try:
        await administration.apply_databases(apart, [definition("finance")])
        keys = Keys(settings)
        feed = HttpFeed(settings.base_url_of("personnel"), "personnel", keys.feed_token(), trusted(settings))
        async with await open_pool(_finance(apart), name="test", max_size=2) as pool:
            runner = Runner(pool, service="finance", origins={"personnel": origin}, projections=())
            inbox = Inbox(pool, Source.of("personnel", origin, keys.vkey("personnel")), runner, feed)
            assert (await inbox.catch_up(sealed)).next >= sealed
        await feed.close()
    finally:
        servers.drop_databases(prefix)


async def test_the_services_find_each_other_over_tls(encrypted: Encrypted) -> None:
    """Addresses, feeds and the doctor's look at the certificate come from the settings alone."""
    assert encrypted.settings.base_url_of("finance") == f"https://{encrypted.address}"
    settings = encrypted.settings.model_copy(update={"oidc_jwks": None})
    seen = await certificates.examine(settings, ["finance"])
    assert [(found.what, found.state) for found in seen] == [("证书 certificate https 127.0.0.1", State.WRONG)]
    assert "good until" in seen[0].said  # a day: soon over


async def test_a_certificate_is_renewed_under_way(tmp_path: Path) -> None:
    """Whoever is connected stays; whoever comes sees the new one; half-written files change nothing."""
    authority = Authority(tmp_path)
    own = authority.certificate("service")
    shown, bound = Certificate(own.cert, own.key), listening("127.0.0.1", None)

    port = bound.getsockname()[1]
    context = ssl.create_default_context(cafile=authority.cert)

    async def serial() -> str:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        try:
            return str(writer.get_extra_info("ssl_object").getpeercert()["serialNumber"])
        finally:
            writer.close()

    async with (
        served(Page(), bound, shown),
        httpx.AsyncClient(base_url=f"https://127.0.0.1:{port}", verify=context) as client,
    ):
        assert (await client.get("/")).text == "here"
        first = await serial()
        own.key.write_text("half")
        assert not shown.refresh()
        assert await serial() == first
        authority.certificate("service")  # over the same files, with another key
        assert shown.refresh()
        assert not shown.refresh()
        assert await serial() != first
        assert (await client.get("/")).text == "here"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mode": "embedded", "host": "0.0.0.0"}, "embedded servers stay on it"),
        ({**AWAY, "host": "0.0.0.0"}, "ZHUCUN_TLS_CERT and ZHUCUN_TLS_KEY"),
        ({**AWAY, "host": "db.example"}, "ZHUCUN_TLS_CERT and ZHUCUN_TLS_KEY"),
    ],
)
async def test_nothing_listens_in_the_clear_beyond_loopback(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        certificate(read_settings({}, **given))


async def test_plain_http_beyond_loopback_is_somebodys_word(tmp_path: Path) -> None:
    beyond = {**AWAY, "host": "0.0.0.0"}
    assert certificate(read_settings({}, **beyond, plain_http=True)) is None
    with pytest.raises(SettingsError, match="belong together"):
        read_settings({}, **beyond, tls_cert=tmp_path / "a")
    wrong = read_settings({}, **beyond, tls_cert=tmp_path / "a", tls_key=tmp_path / "b")
    with pytest.raises(SettingsError, match="ZHUCUN_TLS_CERT, ZHUCUN_TLS_KEY: No such file"):
        certificate(wrong)
    with pytest.raises(SettingsError, match=r"ZHUCUN_TLS_CA: .* cannot be used"):
        trusted(wrong.model_copy(update={"tls_ca": tmp_path / "c"}))


async def test_files_that_name_tls_settings_are_read_like_all_others(tmp_path: Path) -> None:
    (tmp_path / "ZHUCUN_TLS_CERT").write_text("/run/tls/tls.crt\n")
    (tmp_path / "ZHUCUN_TLS_KEY").write_text("/run/tls/tls.key\n")
    settings = read_settings({"ZHUCUN_SECRETS_DIR": os.fspath(tmp_path)})
    assert settings.tls_cert == Path("/run/tls/tls.crt")
    assert settings.scheme == "https"
