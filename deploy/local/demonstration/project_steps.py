"""The projects of the demonstration: one on fiscal poverty money, one on a unit's, a wrong entry put right, board."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, TypeAlias

from contracts.identifiers import Role
from contracts.refusals import Code
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.clockwork import instant, later
from deploy.local.demonstration.population import FISCAL_TEAM, GIVEN_TEAM
from deploy.local.demonstration.steps import Phase, Script

Body: TypeAlias = dict[str, Any]
FINANCE = "finance"
WATER_YUAN, FIRST_PART_YUAN = 80_000, 30_000
WELL_YUAN = 12_000
MISBOOKED_YUAN = 800
BOARD_YUAN = 900
NOTICE_DAYS = 10


def projects(script: Script, cast: Cast) -> None:
    """What Art. 20 asks for, step by step, with what is refused on the way."""
    _Project(script, cast, FISCAL_TEAM, "XM2017-01", "fiscal_poverty").fiscal()
    _Project(script, cast, GIVEN_TEAM, "XM2017-02", "assistance").given()


def _paper(name: str) -> str:
    return sha256(name.encode()).hexdigest()


class _Project:
    """One project of one team, from its proposal to its last payment."""

    def __init__(self, script: Script, cast: Cast, number: int, project: str, kind: str) -> None:
        self.script, self.cast, self.project, self.kind = script, cast, project, kind
        self.team = cast.team(number)
        self.leader = cast.leader_of(number)
        self.unit = cast.member(cast.lives[self.leader].stays[0]).unit
        self.committees = cast.population.village_officer(self.team, Role.VILLAGE_COMMITTEES).person
        self.villagers = cast.population.village_officer(self.team, Role.VILLAGE_REPRESENTATIVES).person
        self.township = cast.officer(Role.TOWNSHIP, self.team.township)
        self.approver = cast.officer(Role.TOWNSHIP_LEADER, self.team.township)
        self.cashier = cast.officer(Role.TOWNSHIP_FINANCE, self.team.township)

    def fiscal(self) -> None:
        """Determined, reviewed, documented, approved; posted, objected to, answered, paid, posted, accepted."""
        county = self.cast.officer(Role.COUNTY_FINANCE)
        self._determined(date(2017, 4, 5), "人畜饮水工程", "county", WATER_YUAN)
        self._say(date(2017, 4, 12), "review-project", self.township)
        early = self._payment("ZF11", FIRST_PART_YUAN, "购置水管") | {"project": self.project}
        self._add(date(2017, 4, 12), "request-spending", self.leader, early, Code.NO_TWP_DOC)
        self._say(date(2017, 4, 14), "issue-township-document", self.township, document="示镇党发〔2017〕12号")
        approval: Body = {"project": self.project, "approve": True, "document": "示扶领〔2017〕3号"}
        office = self.cast.officer(Role.COUNTY_OFFICE)
        self._add(date(2017, 4, 20), "decide-project", office, approval, Code.AUTH)
        self._add(date(2017, 4, 21), "decide-project", self.cast.officer(Role.COUNTY_LEADING_GROUP), approval)
        money: Body = {
            "appropriation": "FP2017-01",
            "kind": "fiscal_poverty",
            "source": "county",
            "project": self.project,
        }
        area: Body = {"recipient": self.team.township.code, "year": 2017, "amount": WATER_YUAN * 100}
        self._add(date(2017, 4, 24), "appropriate", county, {**money, **area})
        received: Body = {"appropriation": "FP2017-01", "amount": WATER_YUAN * 100, "received_on": date(2017, 4, 26)}
        self._add(date(2017, 4, 26), "receive", self.cashier, received)
        allotted: Body = {"appropriation": "FP2017-01", "allotment": "FP2017-01", "amount": WATER_YUAN * 100}
        self._add(date(2017, 4, 27), "allot", county, {**allotted, "team": self.team.team})
        self._posted(date(2017, 5, 2), "GS1", "plan")
        self._say(date(2017, 5, 15), "start-project", self.leader, started_on=date(2017, 5, 15))
        self._add(date(2017, 5, 16), "request-spending", self.leader, early)
        self._step(date(2017, 5, 17), "approve-spending", self.approver, "ZF11")
        objection: Body = {"notice": "GS1", "objection": "YY1", "content": "管径与公示不符"}
        self._say(date(2017, 5, 18), "raise-objection", self.villagers, **objection)
        paid: Body = {"paid_on": date(2017, 5, 19)}
        self._step(date(2017, 5, 19), "disburse", self.cashier, "ZF11", Code.NO_NOTICE, **paid)
        answer: Body = {"objection": "YY1", "upheld": False, "reasons": "已现场核对，管径相符"}
        self._say(date(2017, 5, 22), "resolve-objection", self.township, **answer)
        self._step(date(2017, 5, 23), "disburse", self.cashier, "ZF11", paid_on=date(2017, 5, 23))
        self._posted(date(2017, 5, 24), "GS2", "use", "ZF11")
        self._say(date(2017, 6, 8), "accept-project", self.township, accepted_on=date(2017, 6, 8))
        year_end: Body = {"team": self.team.team, "kind": self.kind, "year": 2017}
        self._add(date(2018, 1, 5), "close-books", self.cashier, year_end)

    def given(self) -> None:
        """Consented to by the unit that gives the money; then a wrong entry in another book, and the leader's board."""
        self._determined(date(2017, 6, 5), "打井一口", "unit", WELL_YUAN)
        start: Body = {"started_on": date(2017, 6, 6)}
        self._say(date(2017, 6, 6), "start-project", self.leader, Code.NO_CONSENT, **start)
        consent: Body = {"consent": _paper("consent"), "consented_on": date(2017, 6, 8)}
        self._say(date(2017, 6, 8), "give-consent", self.unit.officer, **consent)
        self._say(date(2017, 6, 9), "start-project", self.leader, started_on=date(2017, 6, 9))
        money: Body = {"receipt": "BF2017-01", "team": self.team.team, "kind": self.kind, "source": "unit"}
        whose: Body = {"giver": self.unit.organisation, "project": self.project}
        received: Body = {"amount": WELL_YUAN * 100, "received_on": date(2017, 6, 12)}
        self._add(date(2017, 6, 12), "receive-assistance", self.cashier, {**money, **whose, **received})
        asked = self._payment("ZF12", WELL_YUAN, "打井工程款") | {"project": self.project}
        self._paid(date(2017, 6, 20), asked)
        self._misbooked(date(2017, 10, 9))
        board: Body = {
            "person": self.leader,
            "unit": self.unit.organisation,
            "month": "2017-06",
            "amount": BOARD_YUAN * 100,
        }
        wrong = {**board, "paid_on": date(2017, 7, 3), "from_kind": "work"}
        self._add(date(2017, 7, 3), "pay-board", self.unit.officer, wrong, Code.USE_NOT_ALLOWED)
        self._add(date(2017, 7, 4), "pay-board", self.unit.officer, {**board, "paid_on": date(2017, 7, 4)})

    def _misbooked(self, day: date) -> None:
        """Paid out of the special subsidy by mistake: reversed, and booked anew in the work fund's book."""
        body: Body = {
            "team": self.team.team,
            "payment": "ZF13",
            "amount": MISBOOKED_YUAN * 100,
            "purpose": "困难户修缮补助",
        }
        self._paid(day, {**body, "kind": "special", "use": "environment"})
        reversal: Body = {"team": self.team.team, "kind": "special", "payment": "ZF13", "reason": "应列工作经费"}
        self._add(later(day, 8), "reverse-disbursement", self.cashier, reversal)
        self._paid(later(day, 9), {**body, "kind": "work", "use": "benefit_subsidy"})

    def _determined(self, day: date, title: str, source: str, yuan: int) -> None:
        """Proposed, met on and determined by team, committees and representatives."""
        proposed: Body = {
            "team": self.team.team,
            "kind": self.kind,
            "source": source,
            "title": title,
            "site": "一组至三组",
        }
        giver: Body = {"giver": self.unit.organisation} if source == "unit" else {}
        self._say(day, "propose-project", self.committees, **proposed, **giver, amount=yuan * 100)
        present: Body = {"representatives": 30, "present": 24, "in_favour": 21}
        parties: Body = {"team_present": True, "committees_present": True, "minutes": _paper(title)}
        self._say(day, "hold-meeting", self.committees, held_on=day, **present, **parties)
        self._say(day, "determine-project", self.leader)

    def _posted(self, day: date, notice: str, phase: str, *payments: str) -> None:
        """A notice in the village that stands its ten days."""
        period: Body = {"starts_on": day, "ends_on": later(day, NOTICE_DAYS - 1), "photo": _paper(notice)}
        posted: Body = {"notice": notice, "phase": phase, "payments": list(payments)}
        self._say(day, "publicise", self.leader, **posted, **period)
        self._say(later(day, NOTICE_DAYS), "complete-notice", self.committees, notice=notice)

    def _payment(self, payment: str, yuan: int, purpose: str) -> Body:
        which: Body = {"payment": payment, "team": self.team.team, "kind": self.kind}
        return {**which, "use": "project", "amount": yuan * 100, "purpose": purpose}

    def _paid(self, day: date, asked: Mapping[str, object]) -> None:
        """Asked for, approved the next day, paid two days after that."""
        which = {name: asked[name] for name in ("payment", "team", "kind")}
        self._add(day, "request-spending", self.leader, asked)
        self._add(later(day, 1), "approve-spending", self.approver, which)
        self._add(later(day, 3), "disburse", self.cashier, {**which, "paid_on": later(day, 3)})

    def _step(
        self, day: date, command: str, caller: str, payment: str, refusal: Code | None = None, **more: Any
    ) -> None:
        which: Body = {"team": self.team.team, "kind": self.kind, "payment": payment}
        self._add(day, command, caller, {**which, **more}, refusal)

    def _say(self, day: date, command: str, caller: str, refusal: Code | None = None, **more: Any) -> None:
        self._add(day, command, caller, {"project": self.project, **more}, refusal)

    def _add(
        self, day: date, command: str, caller: str, body: Mapping[str, object], refusal: Code | None = None
    ) -> None:
        lane = self.team.township.code
        self.script.add(Phase.YEAR, instant(day, "15:00"), FINANCE, command, caller, body, lane=lane, refusal=refusal)
