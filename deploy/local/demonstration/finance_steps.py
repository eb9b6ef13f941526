"""The commands of finance: two kinds of money for each team, spent by three people, never mixed, never overspent."""

from collections.abc import Mapping
from datetime import date

from contracts.identifiers import Role
from contracts.refusals import Code
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.clockwork import instant, later
from deploy.local.demonstration.population import TEAMS, Township, Unit
from deploy.local.demonstration.steps import Phase, Script

FINANCE = "finance"
SPECIAL_YUAN = 100_000
"""Art. 18: the city's special subsidy for a poor township."""
MATCH_YUAN = 20_000
PER_PERSON_YUAN = {"city": 10_000, "county": 5_000}
"""Art. 18: the least that a unit sets aside for each of its people."""
PAYMENTS = (
    (4, "special", "industry", 60, "购买羊羔发展养殖"),
    (9, "work", "benefit_subsidy", 35, "为困难户办实事"),
)
"""Month, kind, use, percent of the year's money, purpose."""
OVERSPENDER, RELEASER, MIXER, MISUSER, SUBSTITUTER = 3, 5, 7, 9, 11
"""Teams in which something is refused or given back."""


def finance(script: Script, cast: Cast) -> None:
    """The year's money of every township and team."""
    for township in cast.population.townships:
        numbers = [number for number in range(1, TEAMS + 1) if cast.team(number).township == township]
        special = _special(script, cast, township, numbers)
        for number in numbers:
            work = _work_fund(script, cast, number)
            _Book(script, cast, number, {"special": special, "work": work}).year()


def _fen(yuan: int) -> int:
    return yuan * 100


def _special(script: Script, cast: Cast, township: Township, numbers: list[int]) -> int:
    """The city's and the county's special subsidy, received and allotted; fen for each team."""
    share = 0
    sources = (("city", Role.CITY_FINANCE, SPECIAL_YUAN), ("county", Role.COUNTY_FINANCE, MATCH_YUAN))
    for source, role, yuan in sources:
        case = f"ZX2017-{source}-{township.number}"
        given = {
            "appropriation": case,
            "kind": "special",
            "source": source,
            "recipient": township.code,
            "year": 2017,
            "amount": _fen(yuan),
        }
        keeper = cast.officer(Role.TOWNSHIP_FINANCE, township)
        received = {"appropriation": case, "amount": _fen(yuan), "received_on": date(2017, 3, 8)}
        lane = township.code
        script.add(
            Phase.YEAR, instant(date(2017, 3, 1), "10:00"), FINANCE, "appropriate", cast.officer(role), given, lane=lane
        )
        script.add(Phase.YEAR, instant(date(2017, 3, 8), "10:00"), FINANCE, "receive", keeper, received, lane=lane)
        each = _fen(yuan) // len(numbers)
        share += each
        for number in numbers:
            allotted = {"appropriation": case, "allotment": f"{case}-{number:02d}", "team": cast.team(number).team}
            at = instant(date(2017, 3, 15), "10:00")
            county = cast.officer(Role.COUNTY_FINANCE)
            script.add(Phase.YEAR, at, FINANCE, "allot", county, {**allotted, "amount": each}, lane=lane)
    return share


def _work_fund(script: Script, cast: Cast, number: int) -> int:
    """Each unit's work fund for its people in the team; fen together. One unit tries with its assistance money."""
    team, total = cast.team(number), 0
    people: dict[str, tuple[Unit, int]] = {}
    for life in cast.of_team(number, date(2017, 3, 20)):
        unit = cast.member(life.stays[0]).unit
        people[unit.organisation] = (unit, people.get(unit.organisation, (unit, 0))[1] + 1)
    for at, (unit, count) in enumerate(people.values()):
        amount = _fen(PER_PERSON_YUAN[unit.level.value] * count)
        body = {
            "contribution": f"GZ2017-{number:02d}-{unit.organisation}",
            "unit": unit.organisation,
            "team": team.team,
            "year": 2017,
            "persons": count,
            "amount": amount,
            "from_kind": "work",
        }
        lane = team.township.code
        if number == SUBSTITUTER and at == 0:
            wrong = {**body, "from_kind": "assistance"}
            script.add(
                Phase.YEAR,
                instant(date(2017, 3, 20), "09:00"),
                FINANCE,
                "contribute-work-fund",
                unit.officer,
                wrong,
                lane=lane,
                refusal=Code.SUBSTITUTION,
            )
        script.add(
            Phase.YEAR,
            instant(date(2017, 3, 20), "10:00"),
            FINANCE,
            "contribute-work-fund",
            unit.officer,
            body,
            lane=lane,
        )
        total += amount
    return total


class _Book:
    """The payments of one team: the leader asks, the township leader approves, the finance department pays."""

    def __init__(self, script: Script, cast: Cast, number: int, money: dict[str, int]) -> None:
        self.script = script
        self.number = number
        self.team = cast.team(number)
        self.money = money
        self.asks = cast.leader_of(number)
        self.approves = cast.officer(Role.TOWNSHIP_LEADER, self.team.township)
        self.pays = cast.officer(Role.TOWNSHIP_FINANCE, self.team.township)

    def year(self) -> None:
        """Two payments, and in some teams what must not happen."""
        for at, (month, kind, use, percent, purpose) in enumerate(PAYMENTS, start=1):
            amount = self.money[kind] * percent // 100
            self._payment(f"ZF{at}", date(2017, month, 6 + self.number % 20), kind, use, amount, purpose)
        if self.number == OVERSPENDER:
            self._overspend()
        if self.number == RELEASER:
            self._release()
        if self.number == MIXER:
            body = {"from_kind": "special", "to_kind": "work", "amount": _fen(5_000)}
            self._add(date(2017, 6, 20), "10:00", "move", self.approves, body, Code.CROSS_KIND)
        if self.number == MISUSER:
            body = {"payment": "ZF9", "kind": "special", "use": "office", "amount": _fen(500), "purpose": "购买打印纸"}
            self._add(date(2017, 6, 20), "10:00", "request-spending", self.asks, body, Code.USE_NOT_ALLOWED)

    def _payment(self, case: str, day: date, kind: str, use: str, amount: int, purpose: str) -> None:
        self._ask(case, day, kind, use, amount, purpose)
        which = {"payment": case, "kind": kind}
        self._add(later(day, 1), "10:00", "approve-spending", self.approves, which)
        self._add(later(day, 3), "10:00", "disburse", self.pays, {**which, "paid_on": later(day, 3)})

    def _ask(self, case: str, day: date, kind: str, use: str, amount: int, purpose: str) -> None:
        body = {"payment": case, "kind": kind, "use": use, "amount": amount, "purpose": purpose}
        self._add(day, "10:00", "request-spending", self.asks, body)

    def _overspend(self) -> None:
        """All that is left may be committed, one fen more may not (Art. 19)."""
        spent = sum(self.money["special"] * percent // 100 for _, kind, _, percent, _ in PAYMENTS if kind == "special")
        left = self.money["special"] - spent
        day = date(2017, 12, 11)
        self._ask("ZF8", day, "special", "industry", left + 1, "扩大养殖规模")
        which = {"payment": "ZF8", "kind": "special"}
        self._add(later(day, 1), "10:00", "approve-spending", self.approves, which, Code.OVERSPEND)
        self._payment("ZF9", later(day, 2), "special", "industry", left, "扩大养殖规模（按结余调减）")

    def _release(self) -> None:
        day = date(2017, 12, 11)
        self._ask("ZF7", day, "work", "training", _fen(1_000), "实用技术培训")
        which = {"payment": "ZF7", "kind": "work"}
        self._add(later(day, 1), "10:00", "approve-spending", self.approves, which)
        self._add(later(day, 8), "10:00", "release", self.approves, which)

    def _add(
        self, day: date, clock: str, command: str, caller: str, body: Mapping[str, object], refusal: Code | None = None
    ) -> None:
        self.script.add(
            Phase.YEAR,
            instant(day, clock),
            FINANCE,
            command,
            caller,
            {"team": self.team.team, **body},
            lane=self.team.township.code,
            refusal=refusal,
        )
