"""Money reaches a team's book by appropriation, receipt and allotment, or from the unit of its people (Art. 18)."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.finance import FundKind, FundSource
from contracts.identifiers import Role
from contracts.refusals import Code
from services.finance import commands as cmd
from services.finance.api import COMMANDS
from services.finance.known import Known
from tests.finance.treasury import (
    COUNTY,
    FAR_TEAM,
    NEIGHBOUR,
    OTHER_TOWNSHIP,
    TEAM,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    Treasury,
    code_of,
    fen,
    names_of,
)

HUNDRED_THOUSAND = fen("100000")


def test_an_allotment_leaves_the_appropriation_and_enters_the_book_together() -> None:
    treasury = Treasury()
    assert names_of(treasury.appropriate(HUNDRED_THOUSAND)) == ["FundAppropriated"]
    assert names_of(treasury.receive(HUNDRED_THOUSAND)) == ["FundReceivedByTownship"]
    assert names_of(treasury.allot(fen("60000"), "L1")) == ["FundAllottedOut", "FundAllotted"]
    assert treasury.book().available == fen("60000")
    assert treasury.appropriation().at_hand(TOWNSHIP) == fen("40000")


@pytest.mark.parametrize(
    ("source", "recipient", "clause"),
    [
        (FundSource.CITY, COUNTY, "18.1"),
        (FundSource.CITY, TOWNSHIP, "18.1"),
        (FundSource.CITY, VILLAGE, "18.2"),
        (FundSource.COUNTY, TOWNSHIP, "18.3"),
    ],
)
def test_an_appropriation_rests_on_the_clause_of_its_giver_and_recipient(
    source: FundSource, recipient: str, clause: str
) -> None:
    facts = Treasury().appropriate(1, recipient=recipient, source=source)
    assert isinstance(facts, list)
    assert facts[0].article == clause


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": FundKind.WORK}, Code.CROSS_KIND),
        ({"kind": FundKind.ASSISTANCE}, Code.CROSS_KIND),
        ({"source": FundSource.UNIT}, Code.CROSS_KIND),
        ({"kind": FundKind.FISCAL_POVERTY}, Code.NO_PROJECT_APPROVAL),
        ({"recipient": "5301"}, Code.UNKNOWN_PLACE),
        ({"year": 2019}, Code.FUTURE_DATE),
        ({"covers": "Y1"}, Code.NO_TOPUP),
    ],
)
def test_what_finance_bodies_may_not_appropriate(changed: dict[str, Any], code: Code) -> None:
    assert code_of(Treasury().appropriate(1, **changed)) is code


def test_next_years_money_may_be_given_at_the_end_of_the_year() -> None:
    assert names_of(Treasury(date(2016, 12, 28)).appropriate(1, year=2017)) == ["FundAppropriated"]


def test_an_appropriation_is_given_once() -> None:
    treasury = Treasury()
    treasury.appropriate(1)
    assert code_of(treasury.appropriate(2)) is Code.DUPLICATE


def test_w67_no_money_is_added_to_cover_an_excess_from_whatever_side() -> None:
    treasury = Treasury()
    treasury.fund(HUNDRED_THOUSAND)
    treasury.appropriate(fen("5000"), "A9")
    treasury.receive(fen("5000"), "A9")
    assert code_of(treasury.appropriate(fen("5000"), "A8", covers="Y1")) is Code.NO_TOPUP
    assert code_of(treasury.allot(fen("5000"), "L9", name="A9", covers="Y1")) is Code.NO_TOPUP
    assert code_of(treasury.contribute(fen("5000"), covers="Y1")) is Code.NO_TOPUP


def test_a_township_receives_no_more_than_was_appropriated() -> None:
    treasury = Treasury()
    treasury.appropriate(HUNDRED_THOUSAND)
    treasury.receive(fen("99999.99"))
    assert code_of(treasury.receive(2)) is Code.OVERSPEND
    assert names_of(treasury.receive(1)) == ["FundReceivedByTownship"]


def test_money_is_not_received_tomorrow_nor_for_an_unknown_appropriation() -> None:
    treasury = Treasury()
    assert code_of(treasury.receive(1)) is Code.UNKNOWN_CASE
    treasury.appropriate(1)
    assert code_of(treasury.receive(1, received_on=date(2017, 3, 2))) is Code.FUTURE_DATE


def test_a_countys_money_is_received_and_allotted_township_by_township() -> None:
    treasury = Treasury()
    treasury.appropriate(HUNDRED_THOUSAND, recipient=COUNTY)
    assert code_of(treasury.receive(1)) is Code.UNKNOWN_PLACE
    assert code_of(treasury.receive(1, township="530128100")) is Code.UNKNOWN_PLACE
    treasury.receive(fen("40000"), township=TOWNSHIP)
    treasury.receive(fen("60000"), township=OTHER_TOWNSHIP)
    assert code_of(treasury.allot(fen("40000.01"), "L1")) is Code.OVERSPEND
    assert names_of(treasury.allot(fen("40000"), "L1")) == ["FundAllottedOut", "FundAllotted"]
    assert names_of(treasury.allot(fen("60000"), "L2", FAR_TEAM)) == ["FundAllottedOut", "FundAllotted"]


def test_a_township_other_than_the_recipient_receives_nothing() -> None:
    treasury = Treasury()
    treasury.appropriate(1)
    assert code_of(treasury.receive(1, township=OTHER_TOWNSHIP)) is Code.UNKNOWN_PLACE


def test_allotments_together_never_exceed_what_the_township_received() -> None:
    treasury = Treasury()
    treasury.appropriate(HUNDRED_THOUSAND)
    assert code_of(treasury.allot(1, "L0")) is Code.OVERSPEND
    treasury.receive(fen("50000"))
    treasury.allot(fen("30000"), "L1")
    assert code_of(treasury.allot(fen("20000.01"), "L2", NEIGHBOUR)) is Code.OVERSPEND
    assert names_of(treasury.allot(fen("20000"), "L2", NEIGHBOUR)) == ["FundAllottedOut", "FundAllotted"]


def test_an_allotment_is_recorded_once_and_only_inside_the_recipients_place() -> None:
    treasury = Treasury()
    treasury.appropriate(HUNDRED_THOUSAND)
    treasury.receive(HUNDRED_THOUSAND)
    treasury.allot(1, "L1")
    assert code_of(treasury.allot(1, "L1")) is Code.DUPLICATE
    assert code_of(treasury.allot(1, "L2", FAR_TEAM)) is Code.USE_NOT_ALLOWED


def test_a_unit_gives_work_fund_for_its_own_people() -> None:
    treasury = Treasury()
    assert names_of(treasury.contribute(fen("25000"))) == ["WorkFundContributed"]
    assert treasury.book(kind=FundKind.WORK).available == fen("25000")
    assert code_of(treasury.contribute(1)) is Code.DUPLICATE


@pytest.mark.parametrize("kind", [kind for kind in FundKind if kind is not FundKind.WORK])
def test_w64_no_other_money_stands_in_for_the_work_fund(kind: FundKind) -> None:
    assert code_of(Treasury().contribute(fen("30000"), from_kind=kind)) is Code.SUBSTITUTION


@pytest.mark.parametrize(
    ("posts", "changed", "code"),
    [
        (0, {}, Code.NOT_POSTED),
        (3, {"persons": 4}, Code.NOT_POSTED),
        (3, {"year": 2019}, Code.FUTURE_DATE),
    ],
)
def test_a_unit_gives_nothing_where_it_has_nobody(posts: int, changed: dict[str, Any], code: Code) -> None:
    assert code_of(Treasury().contribute(1, posts=posts, **changed)) is code


@pytest.mark.parametrize("amount", [0, -1, 1.5, 100.0, "100", True, 10**13 + 1])
def test_an_amount_is_whole_positive_fen(amount: Any) -> None:
    with pytest.raises(ValidationError):
        cmd.Receive(appropriation="A1", amount=amount, received_on=date(2017, 3, 1))


@pytest.mark.parametrize(
    ("name", "fields", "roles", "organisation"),
    [
        ("appropriate", {"source": FundSource.CITY}, {Role.CITY_FINANCE}, None),
        ("appropriate", {"source": FundSource.COUNTY}, {Role.COUNTY_FINANCE}, None),
        ("receive", {}, {Role.TOWNSHIP_FINANCE}, None),
        ("allot", {}, {Role.COUNTY_FINANCE, Role.TOWNSHIP_FINANCE}, None),
        ("contribute-work-fund", {"unit": UNIT}, {Role.DISPATCHING_UNIT}, UNIT),
        ("request-spending", {}, {Role.TEAM_LEADER}, None),
        ("approve-spending", {}, {Role.TOWNSHIP_LEADER}, None),
        ("disburse", {}, {Role.TOWNSHIP_FINANCE}, None),
        ("release", {}, {Role.TOWNSHIP_LEADER, Role.TOWNSHIP_FINANCE}, None),
    ],
)
def test_who_may_do_what_is_the_authority_matrix(
    name: str, fields: dict[str, Any], roles: set[Role], organisation: str | None
) -> None:
    spec = next(spec for spec in COMMANDS if spec.name == name)
    authority = spec.authority(spec.command.model_construct(**fields, team=TEAM), Known(VILLAGE))
    assert (set(authority.roles), authority.place, authority.organisation) == (roles, VILLAGE, organisation)
