"""Assessment decides: which rules hold, which grounds stand, who gets which grade (Art. 12-16, 23).

The fold derives, people confirm. A ground of Art. 15 can never be chosen away: only the facts can be corrected.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias, assert_never

from contracts import assessment as fact
from contracts.identifiers import stream_name
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.casework import domain as casework
from services.assessment.disputes import domain as disputes
from services.assessment.results import awards, filing, praise
from services.assessment.rules import domain as rulings
from services.assessment.said import CITY, one, said
from services.assessment.state import Calendar, CountyYear, RuleBook, State, held
from services.assessment.year import finalising, grading, ties
from services.assessment.year.finalising import object_listed
from services.assessment.year.known import CalendarRevision, Digests, Opening
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
        case (
            cmd.RecordSanction()
            | cmd.ProposeSevereImpact()
            | cmd.RecordSevereImpact()
            | cmd.OpenInvestigation()
            | cmd.CloseInvestigation()
        ):
            return casework.decide(act, command, states)
        case cmd.GiveUnitOpinion():
            return grading.give_opinion(act, command, states)
        case cmd.GiveCountyOpinion():
            return grading.give_county_opinion(act, command, states)
        case cmd.AttachEvidence():
            return grading.attach(act, command, states)
        case cmd.ProposeGrade():
            return grading.propose(act, command, states)
        case cmd.ProposeGrades():
            return grading.propose_all(act, command, states)
        case cmd.ReviewGrades():
            return grading.review(act, command, states)
        case cmd.ReturnGrades():
            return grading.send_back(act, command, states)
        case cmd.GiveTieOpinion():
            return ties.give_opinion(act, command, states)
        case cmd.ResolveTie():
            return ties.resolve(act, command, states)
        case cmd.ReviewShortfall():
            return grading.review_shortfall(act, command, states)
        case cmd.AcknowledgeSensitive():
            return finalising.acknowledge(act, command, states)
        case cmd.FinaliseYear():
            return finalising.decide(act, command, states)
        case cmd.FileLists() | cmd.FeedBack() | cmd.FileResult():
            return filing.decide(act, command, states)
        case cmd.CirculateExcellent() | cmd.WithdrawCircular() | cmd.RecordTermAssessment():
            return praise.decide(act, command, states)
        case cmd.NominateAdvanced() | cmd.GiveAwardOpinion() | cmd.SelectAdvanced():
            return awards.decide(act, command, states)
        case cmd.ProposeCommendation() | cmd.AwardCommendation() | cmd.WithdrawAward():
            return awards.decide(act, command, states)
        case cmd.ReviewDispute() | cmd.GiveDisputeOpinion():
            return disputes.decide(act, command, states)
        case cmd.RaiseDispute() | cmd.OrderReassessment() | cmd.DecideDispute():
            return disputes.decide(act, command, states)
        case cmd.ProposeInterpretation() | cmd.IssueInterpretation() | cmd.AdoptCountyMeasure():
            return rulings.decide(act, command, states)
    assert_never(command)


def _adopt_rules(act: Act[Any, Any], command: cmd.AdoptRules, states: States) -> Decision:
    known: Digests = act.known
    stream = stream_name("rules", command.ruleset)
    if command.ruleset != RULESET:
        return no.NO_RULES
    if command.ruleset in held(states, stream, RuleBook).adopted:
        return no.ALREADY_RECORDED
    adopted = fact.RuleSetAdopted(
        **said(act, "23.1", CITY),
        adopted=command.ruleset,
        document=act.rules["rules.document"],
        issuers=tuple(act.rules["rules.issuers"]),
        legal_basis=tuple(act.rules["rules.legal_basis"]),
        effective_from=date.fromisoformat(str(act.rules["rules.effective_from"])),
        text_digest=known.text,
        rules_digest=known.rules,
        parameters_digest=known.parameters,
    )
    return one(stream, adopted)


def _publish_calendar(act: Act[Any, Any], command: cmd.PublishCalendar, states: States) -> Decision:
    """Every revision that is not on record yet; those before it stay as they are."""
    revisions: tuple[CalendarRevision, ...] = act.known
    stream = stream_name("calendar", str(command.year))
    on_record = held(states, stream, Calendar).digests
    fresh = [revision for revision in revisions if revision.digest not in on_record]
    if not fresh:
        return no.ALREADY_RECORDED
    published = [
        fact.DutyCalendarPublished(
            **said(act, "9.2", CITY),
            year=command.year,
            revision=revision.number,
            notice=revision.notice,
            digest=revision.digest,
        )
        for revision in fresh
    ]
    return Decided([Emit(stream, event) for event in published])


def _open_year(act: Act[Any, Any], command: cmd.OpenYear, states: States) -> Decision:
    stream = stream_name("county", command.county, command.year)
    if command.year > act.today.year:
        return no.FUTURE
    if held(states, stream, CountyYear).opened_on is not None:
        return no.ALREADY_RECORDED
    if not held(states, stream_name("rules", RULESET), RuleBook).adopted:
        return no.NO_RULES
    known: Opening = act.known
    opened = fact.AssessmentYearOpened(
        **said(act, "12.1", command.county),
        county=command.county,
        year=command.year,
        opened_on=act.today,
        rules_digest=known.digests.rules,
        parameters_digest=known.digests.parameters,
    )
    listed = (object_listed(act, command.county, command.year, person) for person in known.listed)
    return Decided([Emit(stream, opened), *listed])
