"""Personnel hears what assessment determined, and a bar on promotion starts or ends (Art. 16)."""

from datetime import datetime
from functools import partial
from typing import Any

from contracts.assessment import Grade
from contracts.envelope import decode
from contracts.identifiers import parse_instant
from services.ledger.projection import Delivered
from services.ledger.reactions import Reaction
from services.personnel.term.commands import HearDetermination
from services.personnel.term.domain import decide
from services.runtime.commands import Request, body_digest
from services.runtime.context import BEIJING, HostedService
from services.runtime.decisions import Act
from services.runtime.duties import CLOCK, CLOCK_PERSON

NAME = "promotion-bar"
DETERMINED = "zhucun.assessment.AssessmentFinalised.v1"


def hears_determinations(service: HostedService) -> Reaction:
    """The reaction: once per event, whatever is stopped when; the event's id is the command's key."""
    return Reaction(NAME, ("assessment",), frozenset({DETERMINED}), partial(_hear, service))


async def _hear(service: HostedService, event: Delivered) -> None:
    determined = parse_instant(event.recorded)
    command = _heard(event, determined)
    request = Request(
        caller=CLOCK_PERSON,
        now=determined,
        today=command.determined_on,
        correlation=decode(event.body).correlationid,
        causation=event.id,
        key=f"{NAME}:{event.id}",
        body_digest=body_digest("EVENT", event.type, event.id.encode()),
        ids_from=f"{service.origin} {NAME}:{event.id}",
    )
    rules = await service.rules.at(request.today, command.county)
    act: Act[Any, Any] = Act(command, CLOCK, request.now, request.today, rules, None)
    keys = [f"bar/{command.person}"]
    await service.workbench.execute(request, keys, lambda states: decide(act, command, states))


def _heard(event: Delivered, determined: datetime) -> HearDetermination:
    """The determination takes effect on the Beijing date of its recording (A67: 自定案之日起)."""
    told = event.data
    return HearDetermination(
        person=told["person"],
        county=told["county"],
        year=told["year"],
        determination=told["determination"],
        incompetent=told["outcome"] == Grade.INCOMPETENT.value,
        assessment=event.id,
        determined_on=determined.astimezone(BEIJING).date(),
    )
