"""Whatever is asked in whatever order: no overspend, no mixing of kinds, and no fen made or lost."""

from collections import Counter
from datetime import date
from typing import Any, TypeAlias

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts import finance as fact
from contracts.fact import Actor
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import Role
from services.finance import commands as cmd
from services.finance.books.accounts import entries
from services.finance.known import Known
from services.finance.state import Account, Appropriation, PaymentState
from tests.finance.treasury import (
    COUNTY,
    FAR_TEAM,
    NEIGHBOUR,
    OTHER_TOWNSHIP,
    TEAM,
    TOWNSHIP,
    UNIT,
    VILLAGES,
    Treasury,
    somebody,
)

AMOUNTS = st.integers(min_value=1, max_value=1_000)
NAMES = st.sampled_from(["1", "2", "3"])
TEAMS = st.sampled_from([TEAM, TEAM, TEAM, NEIGHBOUR, FAR_TEAM])
KINDS = st.sampled_from([*[FundKind.SPECIAL, FundKind.WORK] * 10, *FundKind])
"""Mostly the two kinds that have a way in, so that the runs come far."""
USES = {FundKind.SPECIAL: Use.INDUSTRY, FundKind.WORK: Use.OFFICE}
FROM_KINDS = st.sampled_from([*[FundKind.WORK] * 10, *FundKind])
SOURCES = st.sampled_from([*[FundSource.CITY, FundSource.COUNTY] * 3, *FundSource])
RECIPIENTS = st.sampled_from([*[COUNTY, TOWNSHIP] * 3, OTHER_TOWNSHIP, *VILLAGES.values()])
Step: TypeAlias = type[cmd.ApproveSpending | cmd.RefuseSpending | cmd.Disburse | cmd.Release]
STEPS: list[Step] = [cmd.ApproveSpending, cmd.RefuseSpending, cmd.Disburse, cmd.Release]
PEOPLE = st.builds(somebody, st.integers(1, 6), st.sampled_from(list(Role)))


class Books(RuleBasedStateMachine):
    """Commands of every sort, sensible or not, given by six people who may hold any role."""

    def __init__(self) -> None:
        super().__init__()
        self.treasury = Treasury()

    @initialize(special=st.integers(200, 1_000), work=st.integers(200, 1_000))
    def begin(self, special: int, work: int) -> None:
        """Some money is there from the start; the rules below may bring more."""
        self.treasury.fund(special)
        self.treasury.contribute(work, "first")

    def give(self, command: Any, by: Actor, known: Known) -> None:
        self.treasury.when(command, by, known)

    @rule(
        name=NAMES,
        kind=KINDS,
        source=SOURCES,
        recipient=RECIPIENTS,
        amount=AMOUNTS,
        by=PEOPLE,
    )
    def appropriate(
        self, name: str, kind: FundKind, source: FundSource, recipient: str, amount: int, by: Actor
    ) -> None:
        command = cmd.Appropriate(
            appropriation=name, kind=kind, source=source, recipient=recipient, year=2017, amount=amount
        )
        self.give(command, by, Known(recipient))

    @rule(name=NAMES, amount=AMOUNTS, township=st.sampled_from([None, TOWNSHIP, OTHER_TOWNSHIP]), by=PEOPLE)
    def receive(self, name: str, amount: int, township: str | None, by: Actor) -> None:
        today = self.treasury.today
        command = cmd.Receive(appropriation=name, amount=amount, received_on=today, township=township)
        self.give(command, by, Known(TOWNSHIP))

    @rule(name=NAMES, allotment=NAMES, team=TEAMS, amount=AMOUNTS, by=PEOPLE)
    def allot(self, name: str, allotment: str, team: str, amount: int, by: Actor) -> None:
        kind = self.treasury.appropriation(name).kind or FundKind.SPECIAL
        command = cmd.Allot(appropriation=name, allotment=allotment, team=team, amount=amount)
        self.give(command, by, Known(VILLAGES[team], kind=kind))

    @rule(name=NAMES, team=TEAMS, amount=AMOUNTS, from_kind=FROM_KINDS, by=PEOPLE)
    def contribute(self, name: str, team: str, amount: int, from_kind: FundKind, by: Actor) -> None:
        command = cmd.ContributeWorkFund(
            contribution=name, unit=UNIT, team=team, year=2017, persons=1, amount=amount, from_kind=from_kind
        )
        self.give(command, by, Known(VILLAGES[team], posts=1))

    @rule(team=TEAMS, kind=KINDS, use=st.sampled_from([*[None] * 20, *Use]), amount=st.integers(1, 300), by=PEOPLE)
    def request(self, team: str, kind: FundKind, use: Use | None, amount: int, by: Actor) -> None:
        name, use = f"Y{len(self.treasury.facts)}", use or USES.get(kind, Use.PROJECT)
        command = cmd.RequestSpending(payment=name, team=team, kind=kind, use=use, amount=amount, purpose="购置")
        self.give(command, by, Known(VILLAGES[team], caller_team=team))

    @precondition(lambda self: self.payments(PaymentState.REQUESTED, PaymentState.RESERVED))
    @rule(nth=st.integers(0, 50), by=PEOPLE, back=st.booleans())
    def next_step(self, nth: int, by: Actor, back: bool) -> None:
        """What waits for approval is approved or refused, what is approved is paid or given back."""
        waiting = self.payments(PaymentState.REQUESTED, PaymentState.RESERVED)
        account, name = waiting[nth % len(waiting)]
        reserved = account.payments[name].state is PaymentState.RESERVED
        step: Step = (cmd.Release if back else cmd.Disburse) if reserved else cmd.ApproveSpending
        self.settle(account, name, by, step)

    @precondition(lambda self: self.payments(*PaymentState))
    @rule(
        nth=st.integers(0, 50),
        by=PEOPLE,
        step=st.sampled_from([cmd.ApproveSpending, cmd.RefuseSpending, cmd.Disburse, cmd.Release]),
    )
    def out_of_turn(self, nth: int, by: Actor, step: Step) -> None:
        every = self.payments(*PaymentState)
        self.settle(*every[nth % len(every)], by, step)

    def payments(self, *states: PaymentState) -> list[tuple[Account, str]]:
        """Payments in one of the states, with their books."""
        return [
            (account, name)
            for account in self.accounts
            for name, payment in account.payments.items()
            if payment.state in states
        ]

    def settle(self, account: Account, name: str, by: Actor, step: Step) -> None:
        more: dict[str, Any] = {"paid_on": self.treasury.today} if step is cmd.Disburse else {}
        more |= {"reason": "不符"} if step is cmd.RefuseSpending else {}
        command = step(payment=name, team=account.team, kind=account.kind, **more)
        self.give(command, by, Known(VILLAGES[account.team]))

    @precondition(lambda self: self.payments(PaymentState.DISBURSED))
    @rule(nth=st.integers(0, 50), by=PEOPLE, name=NAMES, amount=st.integers(1, 300), back=st.integers(0, 3))
    def comes_back(self, nth: int, by: Actor, name: str, amount: int, back: int) -> None:
        """Part of a payment is given back by whom it was paid to, or all that is left of it is reversed."""
        paid = self.payments(PaymentState.DISBURSED)
        account, payment = paid[nth % len(paid)]
        which = {"payment": payment, "team": account.team, "kind": account.kind}
        command = (
            cmd.RecordRefund(**which, refund=name, amount=amount, received_on=self.treasury.today)
            if back
            else cmd.ReverseDisbursement(**which, reason="错账")
        )
        self.give(command, by, Known(VILLAGES[account.team]))

    @rule(name=NAMES, team=TEAMS, amount=AMOUNTS, kind=KINDS, source=SOURCES, by=PEOPLE)
    def assistance(self, name: str, team: str, amount: int, kind: FundKind, source: FundSource, by: Actor) -> None:
        command = cmd.ReceiveAssistance(
            receipt=name,
            team=team,
            kind=kind,
            source=source,
            giver=UNIT,
            amount=amount,
            received_on=self.treasury.today,
        )
        self.give(command, by, Known(VILLAGES[team]))

    @rule(team=TEAMS, to_team=TEAMS, kind=KINDS, amount=st.integers(1, 300), by=PEOPLE, gone=st.booleans())
    def hand_over(self, team: str, to_team: str, kind: FundKind, amount: int, by: Actor, gone: bool) -> None:
        name = f"H{len(self.treasury.facts)}"
        command = cmd.HandOver(handover=name, team=team, kind=kind, to_team=to_team, amount=amount)
        self.give(command, by, Known(VILLAGES[team], dissolved=gone, to_village=VILLAGES[to_team]))

    @rule(months=st.integers(1, 5))
    def time_passes(self, months: int) -> None:
        total = self.treasury.today.year * 12 + self.treasury.today.month - 1 + months
        if total < 2022 * 12:
            self.treasury.today = date(total // 12, total % 12 + 1, 1)

    @rule(team=TEAMS, kind=KINDS, year=st.integers(2016, 2022), by=PEOPLE)
    def close(self, team: str, kind: FundKind, year: int, by: Actor) -> None:
        self.give(cmd.CloseBooks(team=team, kind=kind, year=year), by, Known(VILLAGES[team]))

    @rule(team=TEAMS, from_kind=KINDS, to_kind=KINDS, amount=AMOUNTS, by=PEOPLE)
    def move(self, team: str, from_kind: FundKind, to_kind: FundKind, amount: int, by: Actor) -> None:
        before = len(self.treasury.facts)
        command = cmd.Move(team=team, from_kind=from_kind, to_kind=to_kind, amount=amount)
        self.give(command, by, Known(VILLAGES[team]))
        assert len(self.treasury.facts) == before

    @property
    def accounts(self) -> list[Account]:
        return [state for state in self.treasury.states.values() if isinstance(state, Account)]

    def sum_of(self, *types: type[Any], team: str | None = None, kind: FundKind | None = None) -> int:
        """Fen in all facts of these types, of one team and kind if named; counted from the facts, not from states."""
        return sum(
            one.amount
            for one in self.treasury.facts
            if isinstance(one, types) and (team is None or one.team == team) and (kind is None or one.kind == kind)
        )

    @invariant()
    def the_accounts_of_the_whole_log_add_up_to_zero(self) -> None:
        balances: Counter[str] = Counter()
        for one in self.treasury.facts:
            moved = entries(one)
            assert sum(entry.amount for entry in moved) == 0
            balances.update({entry.account: 0 for entry in moved})
            for entry in moved:
                balances[entry.account] += entry.amount
        assert sum(balances.values()) == 0
        assert [account for account, amount in balances.items() if amount < 0 and account[:6] != "giver/"] == []
        for account in self.accounts:
            own = f"book/{account.team}/{account.kind.value}/"
            assert account.available + account.reserved == sum(
                amount for name, amount in balances.items() if name.startswith(own)
            )

    @invariant()
    def nothing_is_spent_that_is_not_there(self) -> None:
        for account in self.accounts:
            assert min(account.available, account.reserved, account.disbursed) >= 0

    @invariant()
    def every_book_adds_up_from_its_own_kind_alone(self) -> None:
        came = (fact.FundAllotted, fact.WorkFundContributed, fact.AssistanceFundReceived, fact.FundTakenOver)
        for account in self.accounts:
            came_in = self.sum_of(*came, team=account.team, kind=account.kind)
            paid = self.sum_of(fact.FundDisbursed, team=account.team, kind=account.kind)
            back = self.sum_of(fact.RefundReceived, fact.DisbursementReversed, team=account.team, kind=account.kind)
            handed = self.sum_of(fact.FundHandedOut, team=account.team, kind=account.kind)
            assert came_in - handed == account.available + account.reserved + account.disbursed
            assert paid - back == account.disbursed

    @invariant()
    def a_closed_year_never_changes_and_opens_the_next(self) -> None:
        for one in self.treasury.facts:
            match one:
                case fact.BooksClosed():
                    assert one.opening + one.received - one.spent == one.closing
                    account = self.treasury.book(one.team, one.kind)
                    assert one.closing == account.total("available", one.year) + account.total("reserved", one.year)
                case fact.BalanceCarriedOver():
                    assert sum(part.amount for part in one.parts) == one.amount

    @invariant()
    def work_fund_comes_from_units_and_special_subsidy_from_finance_bodies(self) -> None:
        for one in self.treasury.facts:
            match one:
                case fact.FundAllotted():
                    assert one.kind is FundKind.SPECIAL
                case fact.WorkFundContributed():
                    assert one.kind is FundKind.WORK

    @invariant()
    def no_fen_is_made_or_lost_on_the_way(self) -> None:
        appropriations = [state for state in self.treasury.states.values() if isinstance(state, Appropriation)]
        assert self.sum_of(fact.FundAllottedOut) == self.sum_of(fact.FundAllotted)
        for state in appropriations:
            assert 0 <= sum(state.allotted.values()) <= sum(state.received.values()) <= state.amount

    @invariant()
    def three_people_stand_behind_each_payment(self) -> None:
        for one in self.treasury.facts:
            if isinstance(one, fact.FundDisbursed):
                assert len({one.requested_by, one.approved_by, one.actor.person}) == 3


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=80, stateful_step_count=80, deadline=None)
