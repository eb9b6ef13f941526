"""The steps of a worked case of the money: each is a word of the field, `tests/cases/README.md` describes them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from contracts.finance import FundAllotted, FundKind, FundSource, Use
from contracts.identifiers import Role
from contracts.projects import NoticePhase
from services.finance import commands as cmd
from services.finance.books.work_fund import UnitPosting, due
from services.finance.case_desk import DONOR, PROJECT, TEAM, TOWNSHIP, UNIT, VILLAGE, CaseError, Desk, fen, in_yuan
from services.finance.known import Known
from services.finance.oversight.board import due_fen, posted_days
from services.finance.oversight.queries import Funding, shortfalls
from services.finance.projects import commands as pcmd
from services.finance.state import PaymentState
from services.finance.streams import fund_stream

_DIGEST = "0" * 64
_PROJECT_GIVERS: Mapping[str, tuple[FundSource, str | None]] = {
    "fiscal_poverty": (FundSource.COUNTY, None),
    "special": (FundSource.CITY, None),
    "assistance": (FundSource.UNIT, UNIT),
    "other": (FundSource.INVESTOR, DONOR),
}


class Steps(Desk):
    """Every method is a step; its parameters are the members of the step in the case."""

    # Money comes in.

    def in_book(self, kind: str, yuan: Any) -> None:
        """Money that is already in the team's book when the case begins."""
        source, _ = (FundSource.UNIT, None) if kind == "work" else _PROJECT_GIVERS[kind]
        name = f"B{len(self.facts)}"
        there = {"appropriation": name, "allotment": name, "source": source, "year": self.today.year}
        members = {"team": TEAM, "kind": FundKind(kind), "amount": fen(yuan), "allotted_on": self.today}
        bound = PROJECT if kind == "fiscal_poverty" else None
        recorded = FundAllotted(**self.header(Role.COUNTY_FINANCE), **there, **members, project=bound)
        self.record(fund_stream(TEAM, FundKind(kind)), recorded)

    def contributes(self, yuan: Any, people: int = 3, out_of: str = "work") -> None:
        """A dispatching unit gives work fund for its people."""
        command = cmd.ContributeWorkFund(
            contribution=f"C{len(self.facts)}",
            unit=UNIT,
            team=TEAM,
            year=self.today.year,
            persons=people,
            amount=fen(yuan),
            from_kind=FundKind(out_of),
        )
        self.give(command, Role.DISPATCHING_UNIT, Known(VILLAGE, posts=people))

    def tops_up(self, payment: str, yuan: Any, by: str = "CF") -> None:
        """A finance body is asked for money that covers an excess."""
        command = cmd.Appropriate(
            appropriation=f"A{len(self.facts)}",
            kind=FundKind.SPECIAL,
            source=FundSource.CITY if by == "CF" else FundSource.COUNTY,
            recipient=TOWNSHIP,
            year=self.today.year,
            amount=fen(yuan),
            covers=payment,
        )
        self.give(command, Role(by), Known(TOWNSHIP))

    # Money goes out.

    def asks(self, payment: str, kind: str, use: str, yuan: Any, by: str = "LD") -> None:
        """The leader requests a payment; one for the use `project` is for the project of the case."""
        project = PROJECT if use == "project" else None
        command = cmd.RequestSpending(
            payment=payment,
            team=TEAM,
            kind=FundKind(kind),
            use=Use(use),
            amount=fen(yuan),
            purpose="案例",
            project=project,
            meals=() if use in self.rules["meal.uses"] else None,
        )
        self.give(command, Role(by), Known(VILLAGE, caller_team=TEAM, project=project))

    def approves(self, payment: str, kind: str, by: str = "TL") -> None:
        command = cmd.ApproveSpending(payment=payment, team=TEAM, kind=FundKind(kind))
        self.give(command, Role(by), self.of_payment(kind, payment))

    def pays(self, payment: str, kind: str, by: str = "TF") -> None:
        command = cmd.Disburse(payment=payment, team=TEAM, kind=FundKind(kind), paid_on=self.today)
        self.give(command, Role(by), self.of_payment(kind, payment))

    def reverses(self, payment: str, kind: str) -> None:
        command = cmd.ReverseDisbursement(payment=payment, team=TEAM, kind=FundKind(kind), reason="错账")
        self.give(command, Role.TOWNSHIP_FINANCE, self.of_payment(kind, payment))

    def moves(self, kind: str, to: str, yuan: Any, by: str = "TF") -> None:
        command = cmd.Move(team=TEAM, from_kind=FundKind(kind), to_kind=FundKind(to), amount=fen(yuan))
        self.give(command, Role(by), Known(VILLAGE))

    def closes(self, kind: str, year: int) -> None:
        command = cmd.CloseBooks(team=TEAM, kind=FundKind(kind), year=year)
        self.give(command, Role.TOWNSHIP_FINANCE, Known(VILLAGE))

    def pays_board(self, month: str, yuan: Any, arrived: date, out_of: str | None = None) -> None:
        """The unit pays the board of somebody who arrived on that day and is still there."""
        posting = UnitPosting(TEAM, UNIT, "city", arrived, None)
        command = cmd.PayBoard(
            person="P000999",
            unit=UNIT,
            month=month,
            amount=fen(yuan),
            paid_on=self.today,
            from_kind=None if out_of is None else FundKind(out_of),
        )
        known = Known(VILLAGE, team=TEAM, board_days=posted_days([posting], month))
        self.give(command, Role.DISPATCHING_UNIT, known)

    # Projects.

    def proposes(self, kind: str, yuan: Any) -> None:
        source, giver = _PROJECT_GIVERS[kind]
        command = pcmd.ProposeProject(
            project=PROJECT,
            team=TEAM,
            kind=FundKind(kind),
            source=source,
            giver=giver,
            title="人畜饮水工程",
            site="一组",
            amount=fen(yuan),
        )
        self.give(command, Role.VILLAGE_COMMITTEES, Known(VILLAGE, caller_team=TEAM, registered_poor=True))

    def meets(self, representatives: int, present: int, in_favour: int) -> None:
        command = pcmd.HoldMeeting(
            project=PROJECT,
            held_on=self.today,
            representatives=representatives,
            present=present,
            in_favour=in_favour,
            team_present=True,
            committees_present=True,
            minutes=_DIGEST,
        )
        self.give(command, Role.VILLAGE_COMMITTEES, self.of_project())

    def determines(self) -> None:
        self.give(pcmd.DetermineProject(project=PROJECT), Role.VILLAGE_COMMITTEES, self.of_project())

    def reviews(self) -> None:
        self.give(pcmd.ReviewProject(project=PROJECT), Role.TOWNSHIP, self.of_project())

    def reports(self, document: str) -> None:
        """The township's document goes to the county leading group."""
        self.give(pcmd.IssueTownshipDocument(project=PROJECT, document=document), Role.TOWNSHIP, self.of_project())

    def decides(self, document: str, by: str = "XL") -> None:
        command = pcmd.DecideProject(project=PROJECT, approve=True, document=document)
        self.give(command, Role(by), self.of_project())

    def consents(self, by: str = "IN") -> None:
        command = pcmd.GiveConsent(project=PROJECT, consent=_DIGEST, consented_on=self.today)
        self.give(command, Role(by), self.of_project())

    def starts(self) -> None:
        self.give(pcmd.StartProject(project=PROJECT, started_on=self.today), Role.TEAM_LEADER, self.of_project())

    def posts(self, notice: str, phase: str = "plan", payments: tuple[str, ...] = ()) -> None:
        """Posted in the village for the days that the rules ask for; the period is over when the step is."""
        last = self.today + timedelta(days=self.rules["notice.days"] - 1)
        command = pcmd.Publicise(
            project=PROJECT,
            notice=notice,
            phase=NoticePhase(phase),
            payments=tuple(payments),
            starts_on=self.today,
            ends_on=last,
            photo=_DIGEST,
        )
        self.give(command, Role.TEAM_LEADER, self.of_project())
        self.today = last + timedelta(days=1)
        if self.refusal is None:
            done = pcmd.CompleteNotice(project=PROJECT, notice=notice)
            self.give(done, Role.TEAM_LEADER, self.of_project())

    def objects(self, objection: str, notice: str) -> None:
        command = pcmd.RaiseObjection(project=PROJECT, notice=notice, objection=objection, content="不符")
        self.give(command, Role.VILLAGE_REPRESENTATIVES, self.of_project())

    def answers(self, objection: str) -> None:
        command = pcmd.ResolveObjection(project=PROJECT, objection=objection, upheld=False, reasons="已核")
        self.give(command, Role.TOWNSHIP, self.of_project())

    # What a case may expect.

    def left(self, kind: str) -> Any:
        """Yuan of that kind that the team may still commit."""
        return in_yuan(self.book(kind).available)

    def paid(self, kind: str) -> Any:
        """Yuan paid out of that kind, net of what came back."""
        return in_yuan(self.book(kind).disbursed)

    def opening(self, kind: str, year: int) -> Any:
        """Yuan with which the book opened the year."""
        book = self.book(kind)
        return in_yuan(book.total("available", year - 1) + book.total("reserved", year - 1))

    def work_fund_short(self, level: str, people: list[Any], gave: Any) -> Any:
        """Yuan that a unit of that level still owes; each of `people` is the interval of one posting."""
        postings = [UnitPosting(TEAM, UNIT, level, *_interval(one)) for one in people]
        (line,) = due(postings, self.today.year, {UNIT: fen(gave)}, self.rules)
        return in_yuan(line.shortfall)

    def special_short(self, funded: int) -> Any:
        """Yuan that the city owes where so many of its recipients got their sum."""
        numbers = self.rules["special.recipient_numbers"]
        places = [f"{530_100_000 + number:09d}" for number in range(numbers["counties"] + numbers["townships"])]
        given = {("city", place): self.rules["special.amount_fen"] for place in places[:funded]}
        funding = Funding(places, places, given, {}, {}, (), {})
        return in_yuan(sum(one.owed - one.provided for one in shortfalls(self.today.year, funding, self.rules)))

    def board_due(self, month: str, arrived: date) -> Any:
        """Yuan of board for the month of somebody who arrived on that day."""
        posting = UnitPosting(TEAM, UNIT, "city", arrived, None)
        return in_yuan(due_fen(len(posted_days([posting], month)), month, self.rules["board_fen"]))

    def unposted(self) -> list[str]:
        """Payments of the project whose use the village has not read."""
        book = self.book(self.project.kind.value)
        paid = {name for name, one in book.payments.items() if one.state is PaymentState.DISBURSED and one.project}
        return sorted(paid - self.project.uses_posted)


def _interval(text: Any) -> tuple[date, date | None]:
    """`2017-01-01..2017-07-10` or `2017-01-01..`: both days belong to the posting."""
    first, dots, last = str(text).partition("..")
    if not dots:
        raise CaseError(f"{text} 不是起止日期 / is no interval")
    return date.fromisoformat(first), date.fromisoformat(last) if last else None
