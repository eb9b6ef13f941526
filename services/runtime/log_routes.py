"""The log over HTTP: hashes and checkpoints for everybody (C2SP tlog-tiles), events for auditors and services."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.identifiers import EventId
from contracts.notes import ProofError
from services.ledger.connections import Pool
from services.ledger.feed import Feed
from services.ledger.proving import Prover, ProvingError
from services.ledger.tiles import entry_tile, tile_path
from services.ledger.tree import TILE, Tree
from services.runtime import problems
from services.runtime.authentication import Authenticator
from services.runtime.commands import Refused
from services.runtime.context import HostedService, request_of
from services.runtime.feed_client import MEDIA_TYPE, START
from services.runtime.standing_routes import CITY, auditor

MAX_PAGE = 1_000
MAX_PROVEN = 5_000
MAX_HEIGHT = 6
_TILE = re.compile(r"^((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?$")
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A tile never changes; a partial one is another address."""


@dataclass(frozen=True, slots=True)
class LogReader:
    """The sealed log of one service as others may read it; the app factory puts it at `app.state.log`."""

    pool: Pool
    feed: Feed

    async def checkpoint(self) -> str | None:
        """The latest signed checkpoint (note text), None before the first."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute("select note from ledger.checkpoint order by size desc limit 1")
            row = await cursor.fetchone()
        return str(row[0]) if row else None

    async def tile(self, height: int, number: int, width: int) -> bytes | None:
        """`width` hashes of one tile, None where the signed log does not reach so far."""
        first = number * TILE
        if (first + width) * TILE**height > await self.feed.size():
            return None
        async with self.pool.connection() as connection:
            return b"".join(await Tree(connection).row(height, first, width))

    async def entries(self, number: int, width: int) -> bytes | None:
        """`width` events of one tile in the form of tlog-tiles, None where the signed log does not reach so far."""
        first = number * TILE
        if first + width > await self.feed.size():
            return None
        return entry_tile([body for _, body in await self.feed.page(first, width)])


class Multiproof(BaseModel):
    """A question for the proof that these events stand in the tree of `size` events."""

    model_config = ConfigDict(extra="forbid")

    indexes: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=MAX_PROVEN)]
    size: Annotated[int, Field(ge=1)]


def _hashes(proof: Sequence[bytes]) -> Response:
    """In base64, one per line."""
    lines = "".join(base64.b64encode(node).decode("ascii") + "\n" for node in proof)
    return Response(lines, media_type="text/plain; charset=utf-8")


def log_router() -> APIRouter:
    """`/log/checkpoint`, proofs, tiles and the feed of one service."""
    router = APIRouter(prefix="/log", tags=["log"])

    @router.get("/checkpoint", summary="最新的签名检查点（公开）", response_class=Response)
    async def checkpoint(http: Request) -> Response:
        note = await _log(http).checkpoint()
        if note is None:
            raise Refused(problems.NOT_FOUND)
        return Response(note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})

    _add_proofs(router)

    # Before the hash tiles: `entries` is no height.
    @router.get("/tile/entries/{path:path}", summary="事件原文瓦片（审计）", response_class=Response)
    async def entries(http: Request, path: str) -> Response:
        await _reader_of_events(http)
        events = await _log(http).entries(*tile_address(path))
        if events is None:
            raise Refused(problems.NOT_FOUND)
        return Response(events, media_type="application/octet-stream", headers={"Cache-Control": "private"})

    @router.get("/tile/{height}/{path:path}", summary="散列瓦片（公开）", response_class=Response)
    async def tile(http: Request, height: int, path: str) -> Response:
        number, width = tile_address(path)
        hashes = await _log(http).tile(height, number, width) if 0 <= height <= MAX_HEIGHT else None
        if hashes is None:
            raise Refused(problems.NOT_FOUND)
        return Response(hashes, media_type="application/octet-stream", headers=_FOR_EVER)

    @router.get("/feed", summary="按序号取事件原文（审计或本系统服务）", response_class=Response)
    async def feed(
        http: Request,
        start: Annotated[int, Query(alias="from", ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 500,
    ) -> Response:
        await _reader_of_events(http)
        page = await _log(http).feed.page(start, limit)
        body = b"".join(event + b"\n" for _, event in page)
        return Response(body, media_type=MEDIA_TYPE, headers={START: str(start)})

    @router.post("/disclosures", summary="敏感值的披露（本系统服务）")
    async def disclosures(http: Request, events: Annotated[list[EventId], Body(max_length=MAX_PAGE)]) -> dict[str, str]:
        authenticator: Authenticator = http.app.state.authenticator
        if not authenticator.is_service(http):
            raise Refused(problems.NOT_FOUND)
        service: HostedService = http.app.state.service
        return await service.store.disclosures(events)

    return router


def _add_proofs(router: APIRouter) -> None:
    """Of one event, of many, of growth: hashes only, for everybody."""

    @router.get("/proof/{index}", summary="一个事件的证明（公开）", response_class=Response)
    async def proof(http: Request, index: int, size: Annotated[int | None, Query(ge=1)] = None) -> Response:
        try:
            found = await Prover(_log(http).pool).event(index, size)
        except ProvingError as error:
            raise Refused(problems.NOT_FOUND) from error
        return Response(str(found), media_type="text/plain; charset=utf-8")

    @router.get("/consistency/{old}/{new}", summary="日志只增不改的证明（公开）", response_class=Response)
    async def consistency(http: Request, old: int, new: int) -> Response:
        try:
            return _hashes(await Prover(_log(http).pool).consistency(old, new))
        except ProvingError as error:
            raise Refused(problems.NOT_FOUND) from error

    @router.post("/multiproof", summary="多个事件的共同证明（公开）", response_class=Response)
    async def multiproof(http: Request, asked: Multiproof) -> Response:
        try:
            return _hashes(await Prover(_log(http).pool).events(asked.indexes, asked.size))
        except (ProvingError, ProofError) as error:
            raise Refused(problems.NOT_FOUND) from error


async def _reader_of_events(http: Request) -> None:
    """Raises Refused unless a service of this system or an auditor of the city asks."""
    authenticator: Authenticator = http.app.state.authenticator
    if not authenticator.is_service(http):
        await auditor(await request_of(http), CITY)


def tile_address(path: str) -> tuple[int, int]:
    """Number and width of `x001/x234/067` or `x001/x234/067.p/5`; raises Refused NOT_FOUND for anything else."""
    match = _TILE.fullmatch(path)
    if match is None:
        raise Refused(problems.NOT_FOUND)
    number = int("".join(part.removeprefix("x") for part in match[1].split("/")))
    width = int(match[2]) if match[2] else TILE
    if not 0 < width <= TILE or (match[2] and width == TILE) or number > 2**40:
        raise Refused(problems.NOT_FOUND)
    if tile_path(number, width) != path:  # one tile has one address: leading zeros are another spelling of it
        raise Refused(problems.NOT_FOUND)
    return number, width


def _log(http: Request) -> LogReader:
    log: LogReader = http.app.state.log
    return log
