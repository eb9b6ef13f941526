"""Evidence over HTTP: a bundle is handed out, and who has taken which is shown to the person and to auditors."""

from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts import disclosure
from contracts.envelope import decode
from contracts.evidence import EvidenceTaken
from contracts.fact import Actor
from contracts.identifiers import Role, format_instant, stream_name
from contracts.refusals import Code, Refusal
from services.assessment import refusals as no
from services.assessment.bundle_sources import BundleError, Logs, gather
from services.assessment.dossier_taking import hand_out
from services.assessment.evidence.verdict import Malformed
from services.assessment.log_sources import LogSource, ServedLog, StoredLog
from services.assessment.results.routes import PersonPath, YearPath, may_read, villages_of
from services.assessment.year import gathering
from services.ledger.material import NotSealedError
from services.ledger.signer import FileSigner
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.feed_client import FeedError
from services.runtime.service import Means
from services.runtime.standing_routes import CITY, auditor

TAKERS = (Role.COUNTY_OFFICE, Role.AUDIT, Role.DISCIPLINE)
"""Beside the person: the office that decides disputes, and those who audit. A unit is told the result, no more."""
SUMS = "Zhucun-Sums"
"""Header: SHA-256 of the bundle's list of sums, as the event of its taking pins it."""


class Asked(BaseModel):
    """Why a bundle is taken, and which determination; the latest without a number."""

    model_config = ConfigDict(extra="forbid")

    purpose: Annotated[str, Field(min_length=2, max_length=500)]
    determination: Annotated[int | None, Field(ge=1)] = None


@dataclass(frozen=True, slots=True)
class Custody:
    """Where the evidence lies: the own log in its database, the others over their services; and the key that signs."""

    means: Means

    def logs(self) -> Logs:
        """All logs that a determination may rest on."""
        means, found = self.means, dict[str, LogSource]()
        for origin in (means.origin, *means.feeds):
            service, feed = origin.rpartition("/")[2], means.feeds.get(origin)
            keys = means.keys.vkey(service).split(), means.keys.sm2_vkeys(service)
            found[origin] = StoredLog(means.pool, means.store, *keys) if feed is None else ServedLog(feed, *keys)
        return Logs(found, means.origin, means.pool)

    def signer(self) -> FileSigner:
        """Raises SignerError when the key is not at hand."""
        return self.means.keys.evidence_signer()


def evidence_routes() -> APIRouter:
    """`/evidence/{person}/{year}`."""
    routes = APIRouter()

    @routes.get("/evidence/{person}/{year}", summary="谁领取过某人一年的证据包、作何用途（本人与审计）")
    async def takings(person: PersonPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        if person != context.request.caller:
            await auditor(context, CITY)
        return {"person": person, "year": year, "taken": await taken(context, person, year)}

    @routes.post(
        "/evidence/{person}/{year}",
        summary="领取某人一年的证据包（本人、县级联席办、审计、纪检）；领取即记录在案",
        response_class=Response,
        responses={200: {"content": {"application/zip": {}}, "description": "CASE.zip"}},
    )
    async def bundle(
        person: PersonPath, year: YearPath, asked: Asked, context: Context = Depends(request_of)
    ) -> Response:
        custody: Custody = context.service.extras["custody"]
        postings = await gathering.postings(context, person)
        if not postings:
            raise Refused(no.UNKNOWN_PERSON)
        if person != context.request.caller:
            await may_read(context, TAKERS, villages_of(postings, year))
        try:
            gathered = await gather(custody.logs(), person, year, asked.determination)
            actor = await _taker(context, person, gathered.said["county"])
            made = await hand_out(gathered, context.service.store, custody.signer(), actor, asked.purpose)
        except NotSealedError as error:
            raise Refused(no.NOT_SEALED) from error
        except (BundleError, Malformed) as error:
            raise Refused(_no_bundle(error)) from error
        except (FeedError, httpx.HTTPError) as error:
            raise Refused(no.SOURCE_SILENT) from error
        headers = {"Content-Disposition": f'attachment; filename="{made.identifier}.zip"', SUMS: made.manifest}
        return Response(made.archive, media_type="application/zip", headers={**headers, "Cache-Control": "no-store"})

    return routes


async def _taker(context: Context, person: str, county: str) -> Actor:
    """The capacity in which the caller takes it: as the person, or by an office of the county that determined."""
    if person == context.request.caller:
        return Actor(person=person, role=Role.NONE)
    found = await context.authority(TAKERS, county, None, "12")
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def _no_bundle(error: Exception) -> Refusal:
    zh, _, en = str(error).partition(" / ")
    return Refusal(Code.UNKNOWN_CASE, zh, en or zh, "核对人员、年度和第几次认定", "check person, year and number", "12")


async def taken(context: Context, person: str, year: int) -> list[dict[str, Any]]:
    """Every taking, the earliest first; `purpose` is None where it was erased. Read from the log itself."""
    store = context.service.store
    stream = stream_name("evidence", person, year)
    events = [decode(event.body) for event in (await store.read({stream: 0}))[stream]]
    texts = await store.disclosures([event.id for event in events])
    return [
        {
            "event": event.id,
            "by": event.data["actor"]["person"],
            "recorded": format_instant(event.recordedtime),
            "determination": event.data["determination"],
            "manifest": event.data["manifest"],
            "purpose": disclosure.reveal(event.data, texts).get("purpose"),
        }
        for event in events
        if event.type == EvidenceTaken.type()
    ]
