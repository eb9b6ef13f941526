"""Board that units pay themselves, supervision by both bodies, and a year's funding that falls short (Art. 17-19)."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.fact import Actor, Fact
from contracts.finance import BoardSubsidyPaid, FundingDuty, FundKind, MisuseFlagged
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.finance import commands as cmd
from services.finance.books.work_fund import UnitPosting
from services.finance.duties import months_over
from services.finance.known import Known
from services.finance.oversight.board import days_in, due_fen, posted_days
from services.finance.oversight.funding import match_of
from services.finance.oversight.queries import Funding, Posted, board_lines, shortfalls
from tests.finance.treasury import (
    CITY_FINANCE,
    COUNTY_FINANCE,
    NEIGHBOUR,
    PARAMETERS,
    TEAM,
    UNIT,
    UNIT_CLERK,
    VILLAGE,
    Treasury,
    code_of,
    fen,
    names_of,
    somebody,
)

RULES = PARAMETERS.at(date(2017, 12, 31))
MEMBER = "P000002"


def pay_board(treasury: Treasury, amount: int, days: int = 16, **changed: Any) -> list[Fact] | Refusal:
    """Board of somebody who was posted on the last `days` of the month."""
    fields: dict[str, Any] = {"person": MEMBER, "unit": UNIT, "month": "2017-05", "paid_on": treasury.today} | changed
    last = days_in(fields["month"])[1]
    known = Known(VILLAGE, team=TEAM, board_days=frozenset(last - timedelta(days=back) for back in range(days)))
    return treasury.when(cmd.PayBoard(amount=amount, **fields), UNIT_CLERK, known)


@pytest.mark.parametrize(
    ("days", "month", "due"),
    [
        (31, "2017-05", "900"),
        (16, "2017-05", "464.52"),
        (1, "2017-02", "32.14"),
        (28, "2017-02", "900"),
        (29, "2016-02", "900"),
        (15, "2017-06", "450"),
        (0, "2017-06", "0"),
    ],
)
def test_board_is_900_yuan_a_month_by_posted_days(days: int, month: str, due: str) -> None:
    assert due_fen(days, month, 90_000) == fen(due)


def test_w72_a_member_who_arrives_on_16_may_is_due_464_52() -> None:
    arrived = Posted(MEMBER, TEAM, VILLAGE, UNIT, date(2017, 5, 16), None)
    assert len(posted_days([arrived], "2017-05")) == 16
    treasury = Treasury(date(2017, 6, 1))
    paid = pay_board(treasury, fen("464.52"))
    assert isinstance(paid, list)
    assert isinstance(paid[0], BoardSubsidyPaid)
    assert (paid[0].due, paid[0].days, paid[0].team) == (fen("464.52"), 16, TEAM)


@pytest.mark.parametrize("kind", list(FundKind))
def test_w72_board_is_paid_out_of_no_book_of_the_team(kind: FundKind) -> None:
    treasury = Treasury(date(2017, 6, 1))
    assert code_of(pay_board(treasury, 1, from_kind=kind)) is Code.USE_NOT_ALLOWED


def test_board_is_paid_up_to_what_is_due_and_no_further() -> None:
    treasury = Treasury(date(2017, 6, 1))
    assert code_of(pay_board(treasury, fen("464.53"))) is Code.OVERSPEND
    assert names_of(pay_board(treasury, fen("400"))) == ["BoardSubsidyPaid"]
    assert code_of(pay_board(treasury, fen("64.53"))) is Code.OVERSPEND
    assert names_of(pay_board(treasury, fen("64.52"))) == ["BoardSubsidyPaid"]
    assert code_of(pay_board(treasury, 1)) is Code.DUPLICATE
    assert names_of(pay_board(treasury, 1, month="2017-04")) == ["BoardSubsidyPaid"]


def test_board_is_paid_for_posted_days_only_and_not_before_the_month() -> None:
    treasury = Treasury(date(2017, 6, 1))
    assert code_of(pay_board(treasury, 1, days=0)) is Code.NOT_POSTED
    assert code_of(pay_board(treasury, 1, month="2017-07")) is Code.FUTURE_DATE
    assert code_of(pay_board(treasury, 1, paid_on=date(2017, 6, 2))) is Code.FUTURE_DATE


def test_a_gap_between_postings_is_no_posted_day_and_no_day_counts_twice() -> None:
    spells = [
        Posted(MEMBER, TEAM, VILLAGE, UNIT, date(2017, 4, 20), date(2017, 5, 10)),
        Posted(MEMBER, NEIGHBOUR, VILLAGE, UNIT, date(2017, 5, 10), date(2017, 5, 12)),
        Posted(MEMBER, TEAM, VILLAGE, UNIT, date(2017, 5, 30), None),
    ]
    assert len(posted_days(spells, "2017-05")) == 14


def test_unpaid_months_are_listed_by_person_and_unit() -> None:
    postings = [
        Posted("P000001", TEAM, VILLAGE, UNIT, date(2017, 1, 1), date(2017, 5, 10)),
        Posted(MEMBER, TEAM, VILLAGE, UNIT, date(2017, 5, 16), None),
    ]
    lines = board_lines(postings, {("P000001", UNIT, "2017-04"): 90_000}, ["2017-04", "2017-05"], 90_000)
    assert [(one.person, one.month, one.days, one.left) for one in lines] == [
        ("P000001", "2017-04", 30, 0),
        ("P000001", "2017-05", 10, fen("290.32")),
        (MEMBER, "2017-05", 16, fen("464.52")),
    ]


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2017, 3, 1), ["2016-12", "2017-01", "2017-02"]),
        (date(2017, 2, 28), ["2016-11", "2016-12", "2017-01"]),
        (date(2016, 6, 1), ["2016-05"]),
        (date(2016, 5, 31), []),
    ],
)
def test_the_clock_looks_at_months_that_are_over_since_the_measures_began(today: date, months: list[str]) -> None:
    assert months_over(today, 3) == months


def opinion(treasury: Treasury, by: Actor) -> list[Fact] | Refusal:
    command = cmd.GiveOpinion(opinion="S1", team=TEAM, kind=FundKind.WORK, text="票据齐全", unit=by.organisation)
    return treasury.when(command, by, Known(VILLAGE, units=frozenset({UNIT})))


def test_both_supervisors_give_opinions_and_a_stranger_does_not() -> None:
    assert names_of(opinion(Treasury(), COUNTY_FINANCE)) == ["SupervisionOpinionRecorded"]
    treasury = Treasury()
    assert names_of(opinion(treasury, UNIT_CLERK)) == ["SupervisionOpinionRecorded"]
    assert code_of(opinion(treasury, COUNTY_FINANCE)) is Code.DUPLICATE
    assert code_of(opinion(treasury, somebody(9, Role.DISPATCHING_UNIT, "O0009"))) is Code.NOT_POSTED


def test_misuse_is_flagged_on_a_payment_that_took_money_and_for_no_more_than_that() -> None:
    treasury = Treasury()
    treasury.fund(100)

    def flag(amount: int, name: str = "M1") -> list[Fact] | Refusal:
        command = cmd.FlagMisuse(
            flag=name, team=TEAM, kind=FundKind.SPECIAL, payment="Y1", amount=amount, description="购买烟酒"
        )
        return treasury.when(command, COUNTY_FINANCE, Known(VILLAGE, units=frozenset({"O0102", UNIT})))

    assert code_of(flag(1)) is Code.UNKNOWN_CASE
    treasury.request(100)
    assert code_of(flag(1)) is Code.WRONG_STATE
    treasury.approve()
    treasury.pay()
    assert code_of(flag(101)) is Code.OVERSPEND
    flagged = flag(100)
    assert isinstance(flagged, list)
    (fact,) = flagged
    assert isinstance(fact, MisuseFlagged)
    assert fact.units == tuple(sorted(("O0102", UNIT)))
    assert code_of(flag(100)) is Code.DUPLICATE


COUNTIES = ("530113", "530124", "530128", "530129")
TOWNSHIPS = tuple(f"530113{number}" for number in range(100, 118))


def name_recipients(treasury: Treasury, **changed: Any) -> list[Fact] | Refusal:
    fields = {"year": 2017, "counties": COUNTIES, "townships": TOWNSHIPS} | changed
    return treasury.when(cmd.NameRecipients(**fields), CITY_FINANCE, Known("5301"))


def test_the_city_names_four_counties_and_eighteen_townships() -> None:
    treasury = Treasury()
    assert code_of(name_recipients(treasury, townships=TOWNSHIPS[1:])) is Code.LIST_MISMATCH
    assert code_of(name_recipients(treasury, townships=(*TOWNSHIPS[1:], TOWNSHIPS[1]))) is Code.LIST_MISMATCH
    assert code_of(name_recipients(treasury, counties=("532301", *COUNTIES[1:]))) is Code.UNKNOWN_PLACE
    assert names_of(name_recipients(treasury)) == ["SpecialRecipientsNamed"]
    assert code_of(name_recipients(treasury)) is Code.DUPLICATE


def funding(**changed: Any) -> Funding:
    """A year in which everything was provided."""
    postings = [UnitPosting(TEAM, UNIT, "city", date(2017, 1, 1), None)] * 3
    fields: dict[str, Any] = {
        "recipients": [*COUNTIES, *TOWNSHIPS],
        "all_named": [*COUNTIES, *TOWNSHIPS],
        "given": {("city", place): fen("100000") for place in (*COUNTIES, *TOWNSHIPS)} | {("county", "530113100"): 1},
        "allotted": {TEAM: 1},
        "teams": {TEAM: VILLAGE},
        "postings": postings,
        "contributed": {(TEAM, UNIT): fen("30000")},
    }
    return Funding(**(fields | changed))


def test_a_year_in_which_everything_was_provided_has_no_shortfall() -> None:
    assert shortfalls(2017, funding(), RULES) == []


def test_w68_the_one_recipient_of_22_that_was_not_funded_is_named() -> None:
    given = {key: amount for key, amount in funding().given.items() if key != ("city", "530128")}
    (found,) = shortfalls(2017, funding(given=given), RULES)
    assert (found.duty, found.place, found.shown()["shortfall"]) == (
        FundingDuty.CITY_SPECIAL,
        "530128",
        fen("100000"),
    )


def test_a_city_that_names_nobody_owes_the_whole_of_its_22_sums_less_what_it_gave() -> None:
    given = {("city", TOWNSHIPS[0]): fen("100000"), ("county", TOWNSHIPS[0]): 1}
    (found,) = shortfalls(2017, funding(recipients=[], all_named=[], given=given), RULES)
    assert (found.duty, found.place, found.owed, found.provided) == (
        FundingDuty.CITY_SPECIAL,
        "5301",
        fen("2200000"),
        fen("100000"),
    )


def test_a_recipient_that_got_less_than_its_sum_is_short_of_the_rest() -> None:
    given = {**funding().given, ("city", "530128"): fen("99999.99")}
    (found,) = shortfalls(2017, funding(given=given), RULES)
    assert found.shown()["shortfall"] == 1


def test_w65_a_city_unit_with_three_people_that_gives_25_000_is_5_000_short() -> None:
    (found,) = shortfalls(2017, funding(contributed={(TEAM, UNIT): fen("25000")}), RULES)
    assert (found.duty, found.unit, found.team, found.shown()["shortfall"]) == (
        FundingDuty.WORK_FUND,
        UNIT,
        TEAM,
        fen("5000"),
    )


def test_a_county_without_match_and_a_team_without_allotment_are_named() -> None:
    given = {key: amount for key, amount in funding().given.items() if key[0] == "city"}
    found = shortfalls(2017, funding(given=given, allotted={}), RULES)
    assert [(one.duty, one.place, one.team) for one in found] == [
        (FundingDuty.COUNTY_MATCH, "530113", None),
        (FundingDuty.ALLOTMENT, VILLAGE, TEAM),
    ]


def test_a73_the_countys_share_beside_the_citys_is_reported() -> None:
    def row(source: str, recipient: str, yuan: str, kind: str = "special") -> dict[str, Any]:
        return {"source": source, "kind": kind, "recipient": recipient, "appropriated": fen(yuan)}

    plan = [
        row("city", "530113100", "100000"),
        row("county", "530113", "15000"),
        row("county", "530113100201", "5000"),
        row("county", "530128", "1"),
        row("county", "530113", "9", "fiscal_poverty"),
    ]
    assert match_of(plan) == [
        {"county": "530113", "city": fen("100000"), "county_gave": fen("20000"), "per_cent": 20},
        {"county": "530128", "city": 0, "county_gave": 100, "per_cent": None},
    ]


def test_assistance_enters_as_assistance_or_other_money_and_as_nothing_else() -> None:
    treasury = Treasury()
    assert names_of(treasury.assist(100)) == ["AssistanceFundReceived"]
    assert code_of(treasury.assist(100)) is Code.DUPLICATE
    assert code_of(treasury.assist(100, "R2", covers="Y1")) is Code.NO_TOPUP
    assert code_of(treasury.assist(100, "R2", received_on=date(2017, 3, 2))) is Code.FUTURE_DATE
    for kind in (FundKind.WORK, FundKind.SPECIAL, FundKind.FISCAL_POVERTY):
        assert code_of(treasury.assist(100, "R2", kind=kind)) is Code.CROSS_KIND
    assert treasury.book(kind=FundKind.ASSISTANCE).available == 100
