"""Personnel and finance, hosted in one process on real servers, and a client that talks to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from services.ledger.store import Draft
from services.registry import definition
from services.runtime import administration
from services.runtime.app import Application
from services.runtime.encryption import certificate, trusted
from services.runtime.issuers import built_in_issuer
from services.runtime.service import ServiceDefinition, no_reactions
from services.runtime.serving import listening, served
from services.runtime.settings import Settings, read_settings

KEEPER = "P530000001"
AUDITOR = "P530000002"
STRANGER = "P530000009"
SINCE = "2016-05-01"
PATIENCE = 60
"""Seconds: how long a busy machine may take."""


@dataclass(frozen=True, slots=True)
class World:
    """Two running services and the means to ask and tell them things."""

    settings: Settings
    application: Application
    client: httpx.AsyncClient

    def bearer(self, person: str, **headers: str) -> dict[str, str]:
        """Headers of a request by `person`."""
        return {"Authorization": f"Bearer {built_in_issuer(self.settings).token(person)}", **headers}

    async def give(self, person: str, command: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        """A command to personnel."""
        return await self.client.post(
            f"/personnel/commands/{command}", json=body, headers=self.bearer(person, **headers)
        )

    async def grant(self, person: str, role: Role, area: str = "5301") -> None:
        """A role for a person, by the keeper, visible when this returns."""
        body = {"grant": str(uuid4()), "person": person, "role": role, "area": area, "starts_on": SINCE}
        answer = await self.give(KEEPER, "grant-role", body)
        assert answer.status_code == 201, answer.text
        await self.seen(answer.json()["events"][-1])

    async def seen(self, event: dict[str, Any], service: str = "personnel") -> None:
        """Returns when the views of the service hold the event."""
        await self.application.hosted[service].visibility.wait_for({event["stream"]: event["version"]}, PATIENCE)

    async def tell(self, stream: str, *facts: Fact) -> None:
        """Facts straight into personnel's log, for what no command of this stage says; visible when this returns."""
        store = self.application.hosted["personnel"].node.store
        drafts = [Draft(stream=stream, fact=fact, id=str(uuid4())) for fact in facts]
        stored = await store.append(
            drafts, heads=await store.heads([stream]), recorded=datetime.now(UTC), correlation="test", receipt=None
        )
        await self.seen({"stream": stream, "version": stored[-1].version})


def alone(personnel: ServiceDefinition) -> ServiceDefinition:
    """Personnel where assessment does not run: without what it keeps and does because of assessment's log."""
    own = tuple(view for view in personnel.projections if view.sources == ("personnel",))
    return replace(personnel, consumes=(), projections=own, reactions=no_reactions)


def said(place: str) -> dict[str, Any]:
    """The header fields of a fact."""
    return {
        "actor": Actor(person=KEEPER, role=Role.REGISTRY_KEEPER),
        "article": "5.1",
        "ruleset": "kunming-2016-1",
        "place": place,
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    postgres_url: str, empty_bus: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    servers = {"postgres_url": postgres_url, "nats_url": empty_bus, "database_prefix": database_prefix}
    async with opened(tmp_path_factory.mktemp("var"), **servers) as world:
        yield world


@asynccontextmanager
async def opened(var: Path, **given: Any) -> AsyncIterator[World]:
    """Both services on empty databases and an empty bus; `given` are settings."""
    bound = listening("127.0.0.1", None)
    usual = {"mode": "embedded", "origin": "zhucun.demo", "lag_patience": 5.0, "body_limit": 100_000}
    settings = read_settings({}, **usual | {"var": var, "port": bound.getsockname()[1]} | given)
    definitions = [
        alone(definition("personnel")),
        replace(definition("finance"), consumes=("personnel",)),
    ]
    await administration.apply_databases(settings, definitions)
    await administration.apply_bus(settings, definitions)
    administration.make_keys(settings, definitions)
    application = Application(definitions, settings)
    async with (
        served(application, bound, certificate(settings)),
        httpx.AsyncClient(
            base_url=f"{settings.scheme}://127.0.0.1:{settings.port}", timeout=PATIENCE, verify=trusted(settings)
        ) as client,
    ):
        world = World(settings, application, client)
        await administration.bootstrap(settings, KEEPER, "5301", at="2016-04-28T09:00:00+08:00")
        await world.seen({"stream": f"role/{KEEPER}", "version": 1})
        yield world
