"""Units nominate and attest, the organisation department screens and confirms; preferences only order (Art. 3, 4)."""

from datetime import date
from typing import Any

import pytest

from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import (
    CandidateScreened,
    CaptainRank,
    CooperatingBody,
    MemberDispatched,
    OrganisationKind,
    Preference,
    SelectionLevel,
    UnitLevel,
)
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from services.personnel.registry.state import Organisation
from tests.personnel.registry import (
    COUNTY,
    KEEPER,
    SPECS,
    TODAY,
    UNIT,
    VILLAGE,
    Registry,
    code_of,
    member,
    names_of,
    person,
    six_strong,
)

CITY = "5301"
CITY_OFFICE = Actor(person="P000903", role=Role.CITY_OFFICE)
CITY_ORGANISATION = Actor(person="P000905", role=Role.CITY_ORGANISATION)
CANDIDATE = 21


def citys(number: int) -> cmd.NewMember:
    """A cadre of the unit as it is registered here."""
    return member(number).model_copy(update={"unit_level": UnitLevel.CITY})


class Selection(Registry):
    """A registry with a unit, a village, and a round that takes names."""

    def __init__(self) -> None:
        super().__init__()
        self.village()
        self.when(
            cmd.RegisterOrganisation(
                organisation="O0001", kind=OrganisationKind.ENTERPRISE, level=UnitLevel.CITY, area=CITY
            ),
            KEEPER,
        )
        self.open()

    def open(self, **changed: Any) -> list[Fact] | Refusal:
        fields = {"round": "X1", "level": SelectionLevel.CITY, "area": CITY, "closes_on": TODAY, "wanted": 12}
        return self.when(cmd.OpenSelectionRound(**(fields | changed)), CITY_OFFICE)

    def nominate(self, number: int = CANDIDATE, by: Actor = UNIT, **changed: Any) -> list[Fact] | Refusal:
        fields = {"round": "X1", "unit": "O0001", "unit_level": UnitLevel.CITY} | changed
        return self.when(cmd.NominateCandidate(person=person(number), **fields), by)

    def attest(self, politics: bool = True, ability: bool = True, unit: str = "O0001") -> list[Fact] | Refusal:
        command = cmd.AttestCandidate(
            round="X1",
            person=person(CANDIDATE),
            unit=unit,
            politics=politics,
            ability=ability,
            attestation="政治素质好，业务能力强",
        )
        return self.when(command, UNIT)

    def screen(self, *preferences: Preference) -> list[Fact] | Refusal:
        command = cmd.ScreenCandidate(
            round="X1", person=person(CANDIDATE), preferences=preferences, reasons="后备干部，正式党员"
        )
        return self.when(command, CITY_ORGANISATION)

    def confirm(self, village: str = VILLAGE) -> list[Fact] | Refusal:
        command = cmd.ConfirmDispatch(round="X1", person=person(CANDIDATE), village=village)
        return self.when(command, CITY_ORGANISATION)


def test_a_candidate_is_nominated_attested_screened_and_confirmed() -> None:
    selection = Selection()
    assert names_of(selection.nominate()) == ["CandidateNominated"]
    assert names_of(selection.attest()) == ["CandidateAttested"]
    screened = selection.screen(Preference.RESERVE_CADRE, Preference.FULL_PARTY_MEMBER, Preference.RESERVE_CADRE)
    assert isinstance(screened, list)
    assert isinstance(screened[0], CandidateScreened)
    assert screened[0].preferences == (Preference.RESERVE_CADRE, Preference.FULL_PARTY_MEMBER)
    confirmed = selection.confirm()
    assert isinstance(confirmed, list)
    assert isinstance(confirmed[0], MemberDispatched)
    assert (confirmed[0].village, confirmed[0].unit_level) == (VILLAGE, UnitLevel.CITY)
    assert code_of(selection.confirm()) is Code.DUPLICATE


def test_a_candidate_with_no_preference_at_all_is_confirmed_like_any_other() -> None:
    selection = Selection()
    selection.nominate()
    selection.attest()
    assert names_of(selection.screen()) == ["CandidateScreened"]
    assert names_of(selection.confirm()) == ["MemberDispatched"]


@pytest.mark.parametrize(("politics", "ability"), [(True, False), (False, True)])
def test_both_attestations_must_be_there(politics: bool, ability: bool) -> None:
    selection = Selection()
    selection.nominate()
    assert code_of(selection.screen()) is Code.WRONG_STATE
    selection.attest(politics, ability)
    assert code_of(selection.screen()) is Code.WRONG_STATE
    assert code_of(selection.confirm()) is Code.WRONG_STATE


def test_a_registered_unit_nominates_others_once_while_the_round_is_open() -> None:
    selection = Selection()
    assert code_of(selection.nominate(unit="O0002")) is Code.UNKNOWN_ORGANISATION
    assert code_of(selection.nominate(by=Actor(person=person(CANDIDATE), role=Role.DISPATCHING_UNIT))) is Code.SELF
    selection.nominate()
    assert code_of(selection.nominate()) is Code.DUPLICATE
    assert code_of(selection.attest(unit="O0009")) is Code.AUTH
    selection.today = date(2017, 3, 2)
    assert code_of(selection.nominate(22)) is Code.PERIOD_CLOSED


def test_a_closed_round_takes_no_names_and_no_opinions() -> None:
    selection = Selection()
    opinion = cmd.GiveSelectionOpinion(round="X1", body=CooperatingBody.AGRICULTURE, opinion="同意")
    assert names_of(selection.when(opinion, CITY_ORGANISATION)) == ["SelectionOpinionGiven"]
    closing = cmd.CloseSelectionRound(round="X1")
    assert names_of(selection.when(closing, CITY_OFFICE)) == ["SelectionRoundClosed"]
    assert code_of(selection.when(opinion, CITY_ORGANISATION)) is Code.PERIOD_CLOSED
    assert code_of(selection.nominate()) is Code.PERIOD_CLOSED


def test_a_round_has_the_area_of_its_level_and_a_number_of_its_own() -> None:
    selection = Selection()
    assert code_of(selection.open()) is Code.DUPLICATE
    assert code_of(selection.open(round="X2", area=COUNTY)) is Code.MALFORMED
    assert code_of(selection.open(round="X2", closes_on=date(2017, 2, 28))) is Code.WRONG_INTERVAL
    county = selection.open(round="X2", level=SelectionLevel.COUNTY, area=COUNTY)
    assert names_of(county) == ["SelectionRoundOpened"]
    spec = SPECS[cmd.OpenSelectionRound]
    for level, role in ((SelectionLevel.CITY, Role.CITY_OFFICE), (SelectionLevel.COUNTY, Role.COUNTY_OFFICE)):
        asked = cmd.OpenSelectionRound(round="X3", level=level, area=COUNTY, closes_on=TODAY, wanted=1)
        assert spec.authority(asked, None).roles == (role,)


def test_nobody_is_confirmed_for_an_unknown_village_or_while_posted() -> None:
    selection = Selection()
    selection.nominate()
    selection.attest()
    selection.screen()
    assert code_of(selection.confirm("530113100999")) is Code.UNKNOWN_PLACE
    selection.form(members=(*(citys(number) for number in (1, 2, 3, 4, 5)), citys(CANDIDATE)))
    assert code_of(selection.confirm()) is Code.ALREADY_POSTED


def captain(number: int = 30, **changed: Any) -> cmd.AppointChiefCaptain:
    fields = {"county": COUNTY, "rank": CaptainRank.CHIEF, "post": "区委副书记", "starts_on": TODAY} | changed
    return cmd.AppointChiefCaptain(person=person(number), **fields)


def test_a_chief_captain_comes_with_a_role_and_stays_outside_the_head_count() -> None:
    registry = six_strong()
    assert names_of(registry.when(captain(), CITY_ORGANISATION)) == ["ChiefCaptainAppointed", "RoleGranted"]
    assert code_of(registry.assign(30)) is Code.ALREADY_POSTED
    assert len(registry.team().members) == 6
    ended = cmd.EndChiefCaptain(person=person(30), county=COUNTY, last_day=TODAY)
    assert code_of(registry.when(ended.model_copy(update={"county": "530128"}), CITY_ORGANISATION)) is Code.UNKNOWN_CASE
    assert names_of(registry.when(ended, CITY_ORGANISATION)) == ["ChiefCaptainEnded", "RoleRevoked"]
    assert names_of(registry.assign(30))[0] == "TeamMemberAssigned"


def test_chief_captains_go_to_poor_counties_and_are_no_members() -> None:
    registry = six_strong()
    assert code_of(registry.when(captain(county="530102"), CITY_ORGANISATION)) is Code.WRONG_STATE
    assert code_of(registry.when(captain(2), CITY_ORGANISATION)) is Code.ALREADY_POSTED
    registry.when(captain(), CITY_ORGANISATION)
    assert code_of(registry.when(captain(county="530128"), CITY_ORGANISATION)) is Code.DUPLICATE
    assert SPECS[cmd.AppointChiefCaptain].authority(captain(), None).roles == (Role.CITY_ORGANISATION,)


def test_a_body_with_a_role_of_its_own_speaks_for_itself_and_the_department_records_the_others() -> None:
    selection = Selection()
    agriculture = cmd.GiveSelectionOpinion(round="X1", body=CooperatingBody.AGRICULTURE, opinion="同意")
    poverty = Actor(person="P000907", role=Role.CITY_POVERTY)
    assert code_of(selection.when(agriculture, poverty)) is Code.AUTH
    own = agriculture.model_copy(update={"body": CooperatingBody.POVERTY})
    assert names_of(selection.when(own, poverty)) == ["SelectionOpinionGiven"]
    finance = agriculture.model_copy(update={"body": CooperatingBody.FINANCE_OFFICE})
    assert names_of(selection.when(finance, CITY_ORGANISATION)) == ["SelectionOpinionGiven"]


def test_a_unit_proposes_a_chief_captain_and_the_department_decides() -> None:
    registry = six_strong()
    registry.states["organisation/O0001"] = Organisation(True, UnitLevel.CITY)
    fields = {"county": COUNTY, "rank": CaptainRank.DEPUTY, "unit": "O0001", "reason": "熟悉农村工作"}

    def propose(number: int = 30, by: Actor = UNIT, **changed: Any) -> list[Fact] | Refusal:
        return registry.when(cmd.ProposeChiefCaptain(person=person(number), **(fields | changed)), by)

    assert code_of(propose(county="530102")) is Code.WRONG_STATE
    assert code_of(propose(unit="O0999")) is Code.UNKNOWN_ORGANISATION
    assert code_of(propose(by=Actor(person=person(30), role=Role.DISPATCHING_UNIT))) is Code.SELF
    assert names_of(propose()) == ["ChiefCaptainProposed"]
    assert code_of(propose()) is Code.DUPLICATE
    assert names_of(registry.when(captain(), CITY_ORGANISATION))[0] == "ChiefCaptainAppointed"
    assert code_of(propose()) is Code.DUPLICATE, "appointed"
