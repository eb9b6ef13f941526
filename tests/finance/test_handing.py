"""A79: what becomes of money that was given for one project when its team is dissolved or the project is over."""

from datetime import timedelta

import pytest

from contracts.finance import FundHandedOut, FundKind, FundReturned, FundSource
from contracts.projects import NoticePhase, ProjectHandedOver
from contracts.refusals import Code
from services.finance.books.accounts import entries
from tests.finance.treasury import NEIGHBOUR, TEAM, code_of, fen, names_of
from tests.finance.village import DONOR, PROJECT, Village

FISCAL = FundKind.FISCAL_POVERTY


@pytest.fixture
def village() -> Village:
    """A fiscal project of 1,000 yuan, all its money in the book, 400 paid and posted."""
    village = Village()
    village.approved(fen("1000"))
    village.fund_project(fen("1000"))
    village.start()
    village.posted()
    for done in (village.ask(fen("400")), village.approve("Y1", FISCAL), village.pay("Y1", FISCAL)):
        assert isinstance(done, list), done
    return village


def test_the_project_and_the_money_bound_to_it_go_to_the_villages_next_team(village: Village) -> None:
    assert code_of(village.hand_over(1, kind=FISCAL)) is Code.OVERSPEND, "money for a project goes with it alone"
    assert code_of(village.hand_over_project(dissolved=False)) is Code.CROSS_KIND
    assert code_of(village.hand_over_project(to_village="530113100202")) is Code.USE_NOT_ALLOWED
    assert code_of(village.hand_over_project(to_village=None)) is Code.USE_NOT_ALLOWED
    assert code_of(village.hand_over_project(to_team=TEAM)) is Code.USE_NOT_ALLOWED
    assert code_of(village.hand_over_project()) is Code.NO_NOTICE, "what was paid is posted first"
    village.posted("N2", NoticePhase.USE, "Y1")
    handed = village.hand_over_project()
    assert names_of(handed) == ["ProjectHandedOver", "FundHandedOut", "FundTakenOver"]
    assert isinstance(handed, list)
    assert isinstance(handed[0], ProjectHandedOver)
    assert isinstance(handed[1], FundHandedOut)
    assert (handed[0].borne, handed[1].amount) == (fen("400"), fen("600"))
    assert village.book(kind=FISCAL).available == 0
    assert village.project().team == NEIGHBOUR
    taken = village.book(NEIGHBOUR, FISCAL)
    assert {str(pot): taken.held(pot, "available") for pot in taken.pots.values()} == {f"county@{PROJECT}": fen("600")}


def test_what_the_former_team_spent_counts_against_the_projects_amount(village: Village) -> None:
    village.posted("N2", NoticePhase.USE, "Y1")
    village.hand_over_project()
    assert code_of(village.change(fen("399.99"))) is Code.AUTH, "the leader of the former team speaks for it no more"
    project = village.project()
    assert project.borne_before == fen("400")
    assert project.plan_posted, "the plan that stood its days still stands"
    assert "Y1" not in project.uses_posted, "payment numbers of the former team mean nothing in the next one's book"


def test_a_payment_under_way_or_an_open_objection_is_settled_first(village: Village) -> None:
    village.posted("N2", NoticePhase.USE, "Y1")
    village.ask(1, "Y2")
    village.approve("Y2", FISCAL)
    assert code_of(village.hand_over_project()) is Code.WRONG_STATE
    village.release("Y2", FISCAL)
    village.object()
    assert code_of(village.hand_over_project()) is Code.NO_NOTICE
    village.resolve()
    assert names_of(village.hand_over_project())[0] == "ProjectHandedOver"


def test_money_of_a_dissolved_teams_project_may_go_back_to_whoever_gave_it(village: Village) -> None:
    assert code_of(village.give_back(1)) is Code.WRONG_STATE, "the project is under way"
    assert code_of(village.give_back(fen("600.01"), dissolved=True)) is Code.OVERSPEND
    assert code_of(village.give_back(1, kind=FundKind.OTHER, dissolved=True)) is Code.CROSS_KIND
    back = village.give_back(fen("600"), dissolved=True)
    assert isinstance(back, list)
    (fact,) = back
    assert isinstance(fact, FundReturned)
    moved = {entry.account: entry.amount for entry in entries(fact)}
    assert moved == {
        f"book/{TEAM}/fiscal_poverty/county@{PROJECT}/available": -fen("600"),
        "giver/county": fen("600"),
    }
    assert village.book(kind=FISCAL).available == 0


def test_what_an_accepted_project_left_goes_back_and_to_nothing_else(village: Village) -> None:
    village.posted("N2", NoticePhase.USE, "Y1")
    assert names_of(village.accept()) == ["ProjectAccepted"]
    assert code_of(village.hand_over_project()) is Code.WRONG_STATE
    assert code_of(village.ask(1, "Y2")) is Code.WRONG_STATE
    assert names_of(village.give_back(fen("600"))) == ["FundReturned"]


def test_a_donors_money_goes_back_to_that_donor() -> None:
    village = Village()
    village.propose_other(fen("100"))
    given = {"kind": FundKind.OTHER, "source": FundSource.INVESTOR, "giver": DONOR.person, "project": PROJECT}
    village.assist(fen("100"), **given)
    back = village.give_back(fen("100"), kind=FundKind.OTHER, dissolved=True)
    assert isinstance(back, list)
    assert entries(back[0])[-1].account == f"giver/investor.{DONOR.person}"


def test_a_changed_plans_notice_number_is_not_used_again_and_takes_no_objection(village: Village) -> None:
    village.object()
    village.change(fen("2000"))
    assert village.project().objections == {}, "an objection to a plan that is no more holds nothing"
    village.meet()
    village.determine()
    assert code_of(village.post("N1")) is Code.DUPLICATE
    assert code_of(village.object("B2", "N1")) is Code.WRONG_STATE
    village.today += timedelta(days=1)
    assert names_of(village.post("N9")) == ["ProjectFundsPublicised"]
