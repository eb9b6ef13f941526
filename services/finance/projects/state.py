"""State of one project: how far it has come through its chain, and what is posted of it in the village (Art. 20)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum

from contracts import projects as fact
from contracts.fact import Actor
from contracts.money import FundKind, FundSource
from services.runtime.decisions import Recorded


class Stage(IntEnum):
    """Fiscal money: determined, reviewed, documented, approved. Other money: determined, consented. Then both start."""

    UNKNOWN = 0
    PROPOSED = 1
    REJECTED = 2
    DETERMINED = 3
    REVIEWED = 4
    DOCUMENTED = 5
    SETTLED = 6
    """Approved by the county leading group, or consented to by the investor."""
    STARTED = 7
    ACCEPTED = 8


@dataclass(frozen=True, slots=True)
class Meeting:
    """The representatives' meeting that may determine the project."""

    held_on: date
    representatives: int
    present: int
    in_favour: int
    all_parties: bool


@dataclass(frozen=True, slots=True)
class Notice:
    phase: fact.NoticePhase
    payments: frozenset[str]
    ends_on: date
    completed: bool = False
    struck: bool = False
    """An objection to it was upheld, or its plan changed: it counts no more and must be posted anew."""


@dataclass(frozen=True, slots=True)
class Project:
    team: str = ""
    kind: FundKind = FundKind.OTHER
    source: FundSource = FundSource.INVESTOR
    giver: str | None = None
    village: str = ""
    amount: int = 0
    site: str = ""
    weighed_amount: int = 0
    """Amount and site that last went through the chain: changes are measured against these (A85)."""
    weighed_site: str = ""
    stage: Stage = Stage.UNKNOWN
    meeting: Meeting | None = None
    settled_on: date | None = None
    borne_before: int = 0
    """What books of former teams bear of it, in fen."""
    notices: Mapping[str, Notice] = field(default_factory=dict)
    objections: Mapping[str, str] = field(default_factory=dict)
    """Open objections: number -> notice."""
    raised: Mapping[str, Actor] = field(default_factory=dict)
    """Every objection's number -> who raised it."""

    @property
    def plan_posted(self) -> bool:
        """Whether the period of a notice of the plan as it now stands is over."""
        plans = [one for one in self.notices.values() if one.phase is fact.NoticePhase.PLAN]
        return any(one.completed and not one.struck for one in plans)

    @property
    def uses_posted(self) -> frozenset[str]:
        """Payments whose use was posted for its whole period."""
        uses = [one for one in self.notices.values() if one.phase is fact.NoticePhase.USE]
        return frozenset().union(*(one.payments for one in uses if one.completed and not one.struck))


def evolve_project(state: Project, recorded: Recorded) -> Project:
    """The project after one more fact."""
    match recorded.fact:
        case fact.ProjectProposed() as p:
            stage = Stage.PROPOSED
            return Project(p.team, p.kind, p.source, p.giver, p.village, p.amount, p.site, p.amount, p.site, stage)
        case fact.VillageRepresentativesMeetingHeld() as m:
            parties = m.team_present and m.committees_present
            meeting = Meeting(m.held_on, m.representatives, m.present, m.in_favour, parties)
            return replace(state, meeting=meeting)
        case fact.ProjectDetermined(amount=amount, site=site):
            return replace(state, stage=Stage.DETERMINED, weighed_amount=amount, weighed_site=site)
        case fact.TownshipReviewPassed():
            return replace(state, stage=Stage.REVIEWED)
        case fact.TownshipDocumentIssued():
            return replace(state, stage=Stage.DOCUMENTED)
        case fact.CountyLeadingGroupApproved(approved_on=on) | fact.InvestorConsentGiven(consented_on=on):
            return replace(state, stage=Stage.SETTLED, settled_on=on)
        case fact.CountyLeadingGroupRejected():
            return replace(state, stage=Stage.REJECTED)
        case fact.ProjectStarted():
            return replace(state, stage=Stage.STARTED)
        case fact.ProjectChanged(amount=amount, site=site, chain_again=again):
            return _changed(replace(state, amount=amount, site=site), again=again)
        case fact.ProjectAccepted():
            return replace(state, stage=Stage.ACCEPTED)
        case fact.ProjectHandedOver(to_team=team, borne=borne):
            return _handed_over(state, team, borne)
    return _noticed(state, recorded)


def _handed_over(state: Project, team: str, borne: int) -> Project:
    """What the former team paid is settled; its payment numbers mean nothing in the next team's book."""
    settled = {name: replace(notice, payments=frozenset()) for name, notice in state.notices.items()}
    return replace(state, team=team, borne_before=state.borne_before + borne, notices=settled)


def _changed(state: Project, *, again: bool) -> Project:
    """A change of weight is a new plan: it is met on, determined, settled and posted anew."""
    if not again:
        return state
    plans = {name for name, one in state.notices.items() if one.phase is fact.NoticePhase.PLAN}
    notices = {name: replace(one, struck=one.struck or name in plans) for name, one in state.notices.items()}
    objections = {name: notice for name, notice in state.objections.items() if notice not in plans}
    return replace(state, stage=Stage.PROPOSED, meeting=None, settled_on=None, notices=notices, objections=objections)


def _noticed(state: Project, recorded: Recorded) -> Project:
    match recorded.fact:
        case fact.ProjectFundsPublicised(notice=name, phase=phase, payments=payments, ends_on=ends_on):
            notice = Notice(phase, frozenset(payments), ends_on)
            return replace(state, notices={**state.notices, name: notice})
        case fact.NoticeObjectionRaised(objection=name, notice=notice_name):
            raised = {**state.raised, name: recorded.fact.actor}
            return replace(state, objections={**state.objections, name: notice_name}, raised=raised)
        case fact.NoticeObjectionResolved(objection=name, upheld=upheld):
            notice_name = state.objections[name]
            left = {other: notice for other, notice in state.objections.items() if other != name}
            after = replace(state, objections=left)
            return _notice(after, notice_name, struck=True) if upheld else after
        case fact.NoticePeriodCompleted(notice=name):
            return _notice(state, name, completed=True)
    return state


def _notice(state: Project, name: str, *, completed: bool = False, struck: bool = False) -> Project:
    before = state.notices[name]
    after = replace(before, completed=before.completed or completed, struck=before.struck or struck)
    return replace(state, notices={**state.notices, name: after})
