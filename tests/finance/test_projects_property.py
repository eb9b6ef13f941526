"""Whatever is done with a project in whatever order: no money of it moves that Art. 20 would not let move.

The facts are judged by a reading of their own, written down a second time from the articles, not from the code.
"""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts import finance as fact
from contracts import projects
from contracts.fact import Fact
from contracts.finance import FundKind, FundSource, Use
from contracts.projects import NoticePhase
from services.finance.projects.state import Stage
from services.finance.state import PaymentState
from tests.finance.village import DONOR, LEADING_GROUP, PROJECT, Village

FISCAL, OTHER = FundKind.FISCAL_POVERTY, FundKind.OTHER
NOTICES = st.sampled_from(["N1", "N2", "N3"])
OBJECTIONS = st.sampled_from([f"B{number}" for number in range(9)])
DISTURBANCES = st.sampled_from([*["nothing"] * 4, "objection", "answer", "upheld", "change", "chain again"])
RARELY = st.sampled_from([True, *[False] * 7])


class Readings:
    """What the facts so far allow, read one after the other."""

    def __init__(self, fiscal: bool) -> None:
        self.fiscal = fiscal
        self.restart()
        self.open: dict[str, str] = {}
        self.notices: dict[str, tuple[NoticePhase, frozenset[str]]] = {}
        self.standing: set[str] = set()
        self.amount = 0
        self.borne: dict[str, int] = {}

    def restart(self) -> None:
        """The chain begins again, and so does the plan's notice."""
        self.steps: list[str] = []
        self.plan = False

    @property
    def settled(self) -> bool:
        """Every step was taken, in its order."""
        fiscal = ["met", "determined", "reviewed", "documented", "approved"]
        wanted = fiscal if self.fiscal else ["met", "determined", "consented"]
        return self.steps == wanted

    def read(self, one: Fact) -> None:
        """One fact; fails where it should not have been recorded."""
        match one:
            case projects.ProjectProposed(amount=amount):
                self.amount = amount
            case projects.VillageRepresentativesMeetingHeld() as meeting:
                two_thirds = 3 * meeting.present >= 2 * meeting.representatives
                majority = 2 * meeting.in_favour > meeting.present
                together = meeting.team_present and meeting.committees_present
                self.steps = ["met"] if two_thirds and majority and together else ["met in vain"]
            case projects.ProjectDetermined():
                self.steps.append("determined")
            case projects.TownshipReviewPassed():
                self.steps.append("reviewed")
            case projects.TownshipDocumentIssued():
                self.steps.append("documented")
            case projects.CountyLeadingGroupApproved():
                assert one.actor.role is LEADING_GROUP.role
                self.steps.append("approved")
            case projects.CountyLeadingGroupRejected():
                self.steps.append("rejected")
            case projects.InvestorConsentGiven():
                self.steps.append("consented")
            case projects.ProjectChanged(amount=amount, chain_again=again):
                self.amount = amount
                if again:
                    self.restart()
                    plans = [name for name, (phase, _) in self.notices.items() if phase is NoticePhase.PLAN]
                    self.open = {name: notice for name, notice in self.open.items() if notice not in plans}
            case projects.ProjectStarted() | projects.ProjectAccepted():
                assert self.settled
            case _:
                self.read_notice(one)

    def read_notice(self, one: Fact) -> None:
        match one:
            case projects.ProjectFundsPublicised(notice=name, phase=phase, payments=payments) as posted:
                assert (posted.ends_on - posted.starts_on).days >= 9
                assert "determined" in self.steps
                self.notices[name] = (phase, frozenset(payments))
            case projects.NoticeObjectionRaised(objection=name, notice=notice):
                self.open[name] = notice
            case projects.NoticeObjectionResolved(objection=name, upheld=upheld):
                notice = self.open.pop(name)
                if upheld:
                    self.standing.discard(notice)
                    self.plan = self.plan and any(self.notices[left][0] is NoticePhase.PLAN for left in self.standing)
            case projects.NoticePeriodCompleted(notice=name):
                assert name not in self.open.values()
                self.standing.add(name)
                self.plan = self.plan or self.notices[name][0] is NoticePhase.PLAN
            case _:
                self.read_money(one)

    def read_money(self, one: Fact) -> None:
        match one:
            case fact.SpendingRequested():
                assert self.settled
            case fact.FundReserved(payment=name, amount=amount):
                self.may_move()
                self.borne[name] = amount
                assert sum(self.borne.values()) <= self.amount
            case fact.FundDisbursed():
                self.may_move()
            case fact.FundReleased(payment=name):
                del self.borne[name]
            case fact.FundAppropriated():
                assert self.settled

    def may_move(self) -> None:
        """Money of the project: chain complete, no objection open, and fiscal money's plan posted."""
        assert self.settled
        assert self.open == {}
        assert self.plan or not self.fiscal


class Projects(RuleBasedStateMachine):
    """The way of one project, fiscal or given, with every step in any order."""

    @initialize(fiscal=st.booleans(), ready=st.sampled_from([True] * 3 + [False]))
    def begin(self, fiscal: bool, ready: bool) -> None:
        self.village = Village()
        self.kind = FISCAL if fiscal else OTHER
        self.readings = Readings(fiscal)
        self.read = 0
        _ = self.village.propose(1000) if fiscal else self.village.propose_other(1000)
        self.every_fact_was_allowed()
        if ready:
            self.village.meet()
            self.village.determine()
            self.settle()

    def settle(self) -> None:
        """The rest of a chain, its money, and a notice of the plan that stands its days."""
        if self.readings.fiscal:
            self.village.review()
            self.village.document()
            self.village.decide()
        else:
            self.village.give_consent()
        number = len(self.village.facts)
        if self.village.project().stage is Stage.SETTLED:
            self.money(f"AX{number}")
        self.village.post(f"P{number}")
        self.village.today += timedelta(days=10)
        self.village.complete(f"P{number}")

    def money(self, name: str) -> None:
        if self.readings.fiscal:
            self.village.fund_project(1000, name)
        else:
            self.village.assist(1000, name, kind=OTHER, source=FundSource.INVESTOR, giver=DONOR.person)

    @rule(present=st.sampled_from([24, 24, 24, 19]), in_favour=st.sampled_from([18, 18, 12]))
    def meet(self, present: int, in_favour: int) -> None:
        self.village.meet(present=present, in_favour=in_favour)

    @rule(step=st.sampled_from(["determine", "review", "document", "decide", "give_consent", "start"]))
    def take(self, step: str) -> None:
        getattr(self.village, step)()

    @rule(rarely=RARELY)
    def accept(self, rarely: bool) -> None:
        if rarely:
            self.village.accept()

    @rule(rarely=RARELY)
    def reject(self, rarely: bool) -> None:
        if rarely:
            self.village.decide(approve=False)

    @rule(amount=st.sampled_from([1000, 1050, 1100, 1200]), other_site=RARELY, then=st.integers(0, 3))
    def change(self, amount: int, other_site: bool, then: int) -> None:
        """Often followed by some of the steps that a change of weight needs."""
        self.village.change(amount, "三组" if other_site else "一组水源点")
        for step in ("meet", "determine", "give_consent", "review", "document", "decide")[: 2 * then]:
            getattr(self.village, step)()

    @rule(notice=NOTICES, use=st.booleans())
    def post(self, notice: str, use: bool) -> None:
        payments = self.village.book(kind=self.kind).payments
        paid = [name for name, payment in payments.items() if payment.state is PaymentState.DISBURSED]
        self.village.post(notice, NoticePhase.USE if use else NoticePhase.PLAN, *(paid[:2] if use else []))

    @rule(notice=NOTICES)
    def complete(self, notice: str) -> None:
        self.village.complete(notice)

    @rule(notice=NOTICES, objection=OBJECTIONS)
    def object(self, notice: str, objection: str) -> None:
        self.village.object(objection, notice)

    @rule(objection=OBJECTIONS, upheld=st.booleans())
    def resolve(self, objection: str, upheld: bool) -> None:
        self.village.resolve(objection, upheld=upheld)

    @rule(days=st.sampled_from([1, 5, 10]))
    def wait(self, days: int) -> None:
        self.village.today += timedelta(days=days)

    @rule(amount=st.sampled_from([100, 400, 700]), first=DISTURBANCES, then=DISTURBANCES)
    def spend(self, amount: int, first: str, then: str) -> None:
        """A payment through its three hands, with something happening to the project in between."""
        name = f"Y{len(self.village.facts)}"
        self.village.request(amount, name, self.kind, Use.PROJECT, project=PROJECT)
        self.disturb(first)
        self.village.approve(name, self.kind)
        self.disturb(then)
        self.village.pay(name, self.kind)

    def disturb(self, what: str) -> None:
        notices = list(self.village.project().notices)
        match what:
            case "objection" if notices:
                self.village.object(f"B{len(self.village.facts)}", notices[-1])
            case "answer" | "upheld":
                for name in self.village.project().objections:
                    self.village.resolve(name, upheld=what == "upheld")
            case "change":
                self.village.change(self.village.project().amount + 150)
            case "chain again":
                self.village.change(self.village.project().amount - 150)
                self.village.determine()
                self.village.meet()
                self.village.determine()
                self.settle()

    @rule(nth=st.integers(0, 9))
    def approve(self, nth: int) -> None:
        self.each(PaymentState.REQUESTED, nth, "approve")

    @rule(nth=st.integers(0, 9))
    def pay(self, nth: int) -> None:
        self.each(PaymentState.RESERVED, nth, "pay")

    @rule(nth=st.integers(0, 9), rarely=RARELY)
    def release(self, nth: int, rarely: bool) -> None:
        if rarely:
            self.each(PaymentState.RESERVED, nth, "release")

    def each(self, state: PaymentState, nth: int, step: str) -> None:
        """Takes the step with one of the payments that stand there."""
        payments = self.village.book(kind=self.kind).payments
        waiting = [name for name, payment in payments.items() if payment.state is state]
        if waiting:
            getattr(self.village, step)(waiting[nth % len(waiting)], self.kind)

    @invariant()
    def every_fact_was_allowed(self) -> None:
        if not hasattr(self, "village"):
            return
        facts = self.village.facts
        for one in facts[self.read :]:
            self.readings.read(one)
        self.read = len(facts)


TestProjects = Projects.TestCase
TestProjects.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
