"""Sanctions, findings of severe effect, investigations: facts that come from outside the fold (Art. 15.1, 15.2)."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from contracts import assessment as fact
from contracts.identifiers import stream_name
from services.assessment import refusals as no
from services.assessment.commands import (
    CloseInvestigation,
    OpenInvestigation,
    ProposeSevereImpact,
    RecordSanction,
    RecordSevereImpact,
)
from services.assessment.said import one, said
from services.assessment.state import PersonFile, State, held
from services.runtime.decisions import Act, Decision

Case: TypeAlias = RecordSanction | ProposeSevereImpact | RecordSevereImpact | OpenInvestigation | CloseInvestigation


def decide(act: Act[Any, Any], command: Case, states: Mapping[str, State]) -> Decision:
    """The fact of the case, in the person's stream of the year it is about.

    `act.known` says whether the person was ever posted in the county that is named: no body records beyond its area.
    """
    if not act.known:
        return no.NOT_POSTED_HERE
    if act.by.person == command.person:
        return no.SELF
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    header = said(
        act, "15.2" if isinstance(command, ProposeSevereImpact | RecordSevereImpact) else "15.1", command.county
    )
    fields = header | {name: value for name, value in command if name != "county"}
    recorded: fact.AssessmentFact
    match command:
        case RecordSanction(decided_on=on):
            recorded, taken = fact.DisciplinarySanctionRecorded(**fields), command.case in file.sanctions
        case ProposeSevereImpact(observed_on=on):
            recorded = fact.SevereImpactProposed(**fields)
            taken = file.observed(command.case) is not None or command.case in file.findings
        case RecordSevereImpact(found_on=on):
            recorded, taken = fact.SevereImpactFindingMade(**fields), command.case in file.findings
        case OpenInvestigation(opened_on=on):
            recorded, taken = fact.InvestigationOpened(**fields), command.case in file.investigations
        case CloseInvestigation(closed_on=on):
            opened = file.opened(command.case)
            if opened is None:
                return no.UNKNOWN_CASE
            if on < opened:
                return no.CLOSED_BEFORE_OPENED
            recorded, taken = fact.InvestigationClosed(**fields), False
    if on > act.today:
        return no.FUTURE
    if taken:
        return no.ALREADY_RECORDED
    if isinstance(command, RecordSevereImpact):
        observed = file.observed(command.case)
        if observed is None or on < observed:
            return no.IMPACT_NOT_PROPOSED
    return one(stream_name("assessment", command.person, on.year), recorded)
