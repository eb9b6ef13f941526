"""Organisations, villages, linked units and roles are kept by the registry keeper, inside his own area."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.credit_code import check_character
from contracts.identifiers import Role
from contracts.personnel import OrganisationKind, RuleMode, UnitLevel, UnitRelation
from contracts.refusals import Code
from services.personnel import commands as cmd
from services.personnel.registry.state import Village
from tests.personnel.registry import COUNTY, KEEPER, SPECS, TOWNSHIP, VILLAGE, Registry, code_of, names_of, person

ORGANISATION = cmd.RegisterOrganisation(
    organisation="O0001", kind=OrganisationKind.PARTY_OR_STATE_ORGAN, level=UnitLevel.CITY, area=COUNTY
)


def grant(**changed: Any) -> cmd.GrantRole:
    fields = {
        "grant": "G1",
        "person": person(1),
        "role": Role.TOWNSHIP,
        "area": TOWNSHIP,
        "starts_on": date(2017, 1, 1),
    }
    return cmd.GrantRole(**{**fields, **changed})


def revoke(**changed: Any) -> cmd.RevokeRole:
    fields = {"grant": "G1", "person": person(1), "area": TOWNSHIP, "last_day": date(2017, 2, 1)}
    return cmd.RevokeRole(**{**fields, **changed})


@pytest.mark.parametrize(
    ("command", "recorded"),
    [
        (ORGANISATION, "OrganisationRegistered"),
        (cmd.RegisterVillage(village=VILLAGE), "VillageRegistered"),
    ],
)
def test_an_organisation_and_a_village_are_registered_once(command: Any, recorded: str) -> None:
    registry = Registry()
    assert names_of(registry.when(command, KEEPER)) == [recorded]
    assert code_of(registry.when(command, KEEPER)) is Code.DUPLICATE


CODE = "11530113015117301U"


def coded(organisation: str, **changed: Any) -> cmd.RegisterOrganisation:
    return ORGANISATION.model_copy(update={"organisation": organisation, "credit_code": CODE, **changed})


def test_a_credit_code_stands_for_one_organisation() -> None:
    registry = Registry()
    assert names_of(registry.when(coded("O0001"), KEEPER)) == ["OrganisationRegistered", "CreditCodeAssigned"]
    assert code_of(registry.when(coded("O0002"), KEEPER)) is Code.DUPLICATE


def test_a_joint_office_has_no_credit_code() -> None:
    office = coded("O0001", kind=OrganisationKind.JOINT_OFFICE)
    assert code_of(Registry().when(office, KEEPER)) is Code.MALFORMED
    assert names_of(Registry().when(office.model_copy(update={"credit_code": None}), KEEPER)) == [
        "OrganisationRegistered"
    ]


@pytest.mark.parametrize("place", range(18))
def test_a_credit_code_with_one_wrong_character_is_refused(place: int) -> None:
    wrong = CODE[:place] + ("2" if CODE[place] != "2" else "3") + CODE[place + 1 :]
    with pytest.raises(ValidationError):
        cmd.RegisterOrganisation(**{**ORGANISATION.model_dump(), "credit_code": wrong})


def test_the_check_character_is_that_of_the_standards_own_example() -> None:
    assert check_character("91350100M000100Y4") == "3"


def village_status(valid_from: date, poor: bool) -> cmd.ChangeVillageStatus:
    return cmd.ChangeVillageStatus(
        village=VILLAGE,
        registered_poor=poor,
        rule_mode=RuleMode.MANDATORY if poor else RuleMode.REFERENCE,
        valid_from=valid_from,
        document="云贫开发〔2017〕8号",
    )


def test_the_status_of_a_village_changes_in_the_order_of_the_days_from_which_it_is_valid() -> None:
    registry = Registry()
    assert code_of(registry.when(village_status(date(2017, 2, 1), False), KEEPER)) is Code.UNKNOWN_PLACE
    registry.village()
    assert names_of(registry.when(village_status(date(2017, 2, 1), False), KEEPER)) == ["VillageStatusChanged"]
    assert code_of(registry.when(village_status(date(2017, 2, 1), True), KEEPER)) is Code.WRONG_INTERVAL
    assert names_of(registry.when(village_status(date(2017, 2, 2), True), KEEPER)) == ["VillageStatusChanged"]


def linked(relation: UnitRelation = UnitRelation.ASSIGNED) -> cmd.LinkUnit:
    return cmd.LinkUnit(village=VILLAGE, unit="O0001", relation=relation, starts_on=date(2017, 1, 1))


def unlinked(last_day: date = date(2017, 2, 1)) -> cmd.UnlinkUnit:
    return cmd.UnlinkUnit(village=VILLAGE, unit="O0001", relation=UnitRelation.ASSIGNED, last_day=last_day)


def test_an_assigned_unit_and_an_investor_are_two_relations_of_a_registered_unit_to_a_registered_village() -> None:
    registry = Registry()
    assert code_of(registry.when(linked(), KEEPER)) is Code.UNKNOWN_PLACE
    registry.village()
    assert code_of(registry.when(linked(), KEEPER)) is Code.UNKNOWN_ORGANISATION
    registry.when(ORGANISATION, KEEPER)
    assert names_of(registry.when(linked(), KEEPER)) == ["UnitLinked"]
    assert code_of(registry.when(linked(), KEEPER)) is Code.DUPLICATE
    assert names_of(registry.when(linked(UnitRelation.INVESTING), KEEPER)) == ["UnitLinked"]
    assert code_of(registry.when(unlinked(date(2016, 12, 31)), KEEPER)) is Code.WRONG_INTERVAL
    assert names_of(registry.when(unlinked(), KEEPER)) == ["UnitUnlinked"]
    assert code_of(registry.when(unlinked(), KEEPER)) is Code.UNKNOWN_CASE
    village = registry.state(f"village/{VILLAGE}")
    assert isinstance(village, Village)
    assert village.linked(UnitRelation.ASSIGNED, date(2017, 2, 1)) == ("O0001",)
    assert village.linked(UnitRelation.ASSIGNED, date(2017, 2, 2)) == ()
    assert village.linked(UnitRelation.INVESTING, date(2017, 2, 2)) == ("O0001",)


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.MEMBER, Role.CLOCK, Role.NONE])
def test_what_a_posting_gives_or_nobody_holds_is_not_granted(role: Role) -> None:
    assert code_of(Registry().when(grant(role=role), KEEPER)) is Code.WRONG_STATE


def test_a_role_is_granted_and_revoked() -> None:
    registry = Registry()
    assert names_of(registry.when(grant(), KEEPER)) == ["RoleGranted"]
    assert code_of(registry.when(grant(), KEEPER)) is Code.DUPLICATE
    assert names_of(registry.when(revoke(), KEEPER)) == ["RoleRevoked"]


def test_a_grant_does_not_end_before_it_begins() -> None:
    assert code_of(Registry().when(grant(ends_on=date(2016, 12, 31)), KEEPER)) is Code.WRONG_INTERVAL
    assert names_of(Registry().when(grant(ends_on=date(2017, 1, 1)), KEEPER)) == ["RoleGranted"]


def test_an_unknown_grant_cannot_be_revoked() -> None:
    assert code_of(Registry().when(revoke(), KEEPER)) is Code.UNKNOWN_CASE


def test_a_keeper_cannot_revoke_a_grant_of_another_area_by_naming_his_own() -> None:
    registry = Registry()
    registry.when(grant(), KEEPER)
    assert code_of(registry.when(revoke(area="530128100"), KEEPER)) is Code.UNKNOWN_CASE


@pytest.mark.parametrize(
    "command", [ORGANISATION, cmd.RegisterVillage(village=VILLAGE), grant(), revoke(), linked(), unlinked()]
)
def test_only_the_keeper_of_the_place_keeps_the_registry(command: Any) -> None:
    authority = SPECS[type(command)].authority(command, None)
    assert authority.roles == (Role.REGISTRY_KEEPER,)
    assert authority.place == getattr(command, "area", VILLAGE)
