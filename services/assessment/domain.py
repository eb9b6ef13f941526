"""Assessment decides: which rules hold, which grounds stand, who gets which grade (Art. 12-16, 23).

The fold derives, people confirm. A ground of Art. 15 can never be chosen away: only the facts can be corrected.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias, assert_never

from contracts import assessment as fact
from contracts.fact import Fact
from contracts.identifiers import stream_name
from services.assessment import commands as cmd
from services.assessment import finalising
from services.assessment import refusals as no
from services.assessment.known import Digests, YearShown
from services.assessment.state import Calendar, CountyYear, PersonFile, RuleBook, State, held
from services.runtime.decisions import RULESET, Act, Decided, Decision, Emit

States: TypeAlias = Mapping[str, State]


def decide(act: Act[Any, Any], states: States) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure and total."""
    command: cmd.Command = act.command
    match command:
        case cmd.AdoptRules():
            return _adopt_rules(act, command, states)
        case cmd.PublishCalendar():
            return _publish_calendar(act, command, states)
        case cmd.OpenYear():
            return _open_year(act, command, states)
        case cmd.RecordSanction() | cmd.RecordSevereImpact() | cmd.OpenInvestigation() | cmd.CloseInvestigation():
            return _record_case(act, command, states)
        case cmd.ProposeGrade():
            return _propose(act, command, states)
        case cmd.ReviewGrades():
            return _review_grades(act, command, states)
        case cmd.ResolveTie():
            return _resolve_tie(act, command, states)
        case cmd.ReviewShortfall():
            return _review_shortfall(act, command, states)
        case cmd.FinaliseYear():
            return finalising.decide(act, command, states)
    assert_never(command)


def _adopt_rules(act: Act[Any, Any], command: cmd.AdoptRules, states: States) -> Decision:
    known: Digests = act.known
    stream = stream_name("rules", command.ruleset)
    if command.ruleset != RULESET:
        return no.NO_RULES
    if command.ruleset in held(states, stream, RuleBook).adopted:
        return no.ALREADY_RECORDED
    adopted = fact.RuleSetAdopted(
        **said(act, "23.1", "5301"),
        adopted=command.ruleset,
        document=act.rules["rules.document"],
        issuers=tuple(act.rules["rules.issuers"]),
        legal_basis=tuple(act.rules["rules.legal_basis"]),
        effective_from=date.fromisoformat(str(act.rules["rules.effective_from"])),
        text_digest=known.text,
        rules_digest=known.rules,
        parameters_digest=known.parameters,
    )
    return _one(stream, adopted)


def _publish_calendar(act: Act[Any, Any], command: cmd.PublishCalendar, states: States) -> Decision:
    published = act.known
    stream = stream_name("calendar", str(command.year))
    fresh = [one for one in published if one.digest not in held(states, stream, Calendar).digests]
    if not fresh:
        return no.ALREADY_RECORDED
    header = said(act, "9.2", "5301")
    return Decided(
        [
            Emit(
                stream,
                fact.DutyCalendarPublished(
                    **header, year=command.year, revision=one.revision, notice=one.notice, digest=one.digest
                ),
            )
            for one in fresh
        ]
    )


def _open_year(act: Act[Any, Any], command: cmd.OpenYear, states: States) -> Decision:
    stream = stream_name("county", command.county, command.year)
    if held(states, stream, CountyYear).opened:
        return no.ALREADY_RECORDED
    if not held(states, stream_name("rules", RULESET), RuleBook).adopted:
        return no.NO_RULES
    known: Digests = act.known
    opened = fact.AssessmentYearOpened(
        **said(act, "12.1", command.county),
        county=command.county,
        year=command.year,
        rules_digest=known.rules,
        parameters_digest=known.parameters,
    )
    return _one(stream, opened)


def _record_case(
    act: Act[Any, Any],
    command: cmd.RecordSanction | cmd.RecordSevereImpact | cmd.OpenInvestigation | cmd.CloseInvestigation,
    states: States,
) -> Decision:
    if not act.known:
        return no.UNKNOWN_PERSON
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    fields = {name: value for name, value in command if name != "county"}
    match command:
        case cmd.RecordSanction():
            on, taken = command.decided_on, command.case in file.sanctions
            recorded: Fact = fact.DisciplinarySanctionRecorded(**said(act, "15.1", command.county), **fields)
        case cmd.RecordSevereImpact():
            on, taken = command.found_on, command.case in file.findings
            recorded = fact.SevereImpactFindingMade(**said(act, "15.2", command.county), **fields)
        case cmd.OpenInvestigation():
            on, taken = command.opened_on, command.case in file.investigations
            recorded = fact.InvestigationOpened(**said(act, "15.1", command.county), **fields)
        case cmd.CloseInvestigation():
            on, taken = command.closed_on, False
            if command.case not in file.open_investigations:
                return no.UNKNOWN_CASE
            recorded = fact.InvestigationClosed(**said(act, "15.1", command.county), **fields)
    if on > act.today:
        return no.FUTURE
    if taken:
        return no.ALREADY_RECORDED
    return _one(stream_name("assessment", command.person, on.year), recorded)


def _propose(act: Act[Any, Any], command: cmd.ProposeGrade, states: States) -> Decision:
    shown: YearShown = act.known
    county = held(states, stream_name("county", command.county, command.year), CountyYear)
    if not county.opened:
        return no.YEAR_NOT_OPEN
    if county.final:
        return no.ALREADY_FINAL
    if not shown.over:
        return no.YEAR_NOT_OVER
    person = shown.persons.get(command.person)
    if person is None:
        return no.UNKNOWN_PERSON
    if not person.listed:
        return no.NOT_AN_OBJECT
    if person.grounds and command.grade is not fact.Grade.INCOMPETENT:
        return no.DISQUALIFIED
    proposed = fact.GradeProposed(
        **said(act, "12.2", command.county),
        person=command.person,
        county=command.county,
        year=command.year,
        grade=command.grade,
        score=command.score,
        inputs=person.inputs,
        reasons=command.reasons,
    )
    return _one(stream_name("assessment", command.person, command.year), proposed)


def _review_grades(act: Act[Any, Any], command: cmd.ReviewGrades, states: States) -> Decision:
    shown: YearShown = act.known
    if held(states, stream_name("county", command.county, command.year), CountyYear).final:
        return no.ALREADY_FINAL
    emits = []
    for person in dict.fromkeys(command.persons):
        seen = shown.persons.get(person)
        if seen is None or not seen.listed:
            return no.NOT_AN_OBJECT
        proposal = held(states, f"assessment/{person}/*", PersonFile).proposal(command.year)
        if proposal is None:
            return no.UNGRADED
        if proposal.inputs != seen.inputs:
            return no.INPUTS_CHANGED
        if seen.grounds and proposal.grade is not fact.Grade.INCOMPETENT:
            return no.DISQUALIFIED
        reviewed = fact.GradeReviewed(
            **said(act, "12.3", command.county),
            person=person,
            county=command.county,
            year=command.year,
            upheld=True,
            grade=proposal.grade,
        )
        emits.append(Emit(stream_name("assessment", person, command.year), reviewed))
    return Decided(emits)


def _resolve_tie(act: Act[Any, Any], command: cmd.ResolveTie, states: States) -> Decision:
    shown: YearShown = act.known
    stream = stream_name("county", command.county, command.year)
    if held(states, stream, CountyYear).final:
        return no.ALREADY_FINAL
    if not shown.waiting_tie:
        return no.NO_TIE
    places = shown.maximum - len(shown.excellent)
    if len(set(command.chosen)) > places or not set(command.chosen) <= set(shown.waiting_tie):
        return no.OVER_QUOTA
    resolved = fact.TieResolved(
        **said(act, "12.6", command.county),
        county=command.county,
        year=command.year,
        chosen=tuple(sorted(set(command.chosen))),
        reasons=command.reasons,
    )
    return _one(stream, resolved)


def _review_shortfall(act: Act[Any, Any], command: cmd.ReviewShortfall, states: States) -> Decision:
    shown: YearShown = act.known
    if command.person not in shown.persons:
        return no.UNKNOWN_PERSON
    if held(states, stream_name("county", command.county, command.year), CountyYear).final:
        return no.ALREADY_FINAL
    reviewed = fact.ShortfallReviewed(
        **said(act, "15.3", command.county),
        person=command.person,
        year=command.year,
        outcome=command.outcome,
        reasons=command.reasons,
    )
    return _one(stream_name("assessment", command.person, command.year), reviewed)


def said(act: Act[Any, Any], article: str, place: str) -> dict[str, Any]:
    """The header fields of a fact that this act leads to."""
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place}


def _one(stream: str, recorded: Fact) -> Decided:
    return Decided([Emit(stream, recorded)])
