"""Who has taken the evidence of a person's year, for the person and for auditors."""

from typing import Any

from fastapi import APIRouter, Depends

from contracts import disclosure
from contracts.envelope import decode
from contracts.evidence import EvidenceTaken
from contracts.identifiers import format_instant, stream_name
from services.assessment.results.routes import PersonPath, YearPath
from services.runtime.context import Context, request_of
from services.runtime.standing_routes import CITY, auditor


def evidence_routes() -> APIRouter:
    """`/evidence/{person}/{year}`."""
    routes = APIRouter()

    @routes.get("/evidence/{person}/{year}", summary="谁领取过某人一年的证据包、作何用途（本人与审计）")
    async def takings(person: PersonPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        if person != context.request.caller:
            await auditor(context, CITY)
        return {"person": person, "year": year, "taken": await taken(context, person, year)}

    return routes


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
