"""Organisations, villages, roles and names are kept by the registry keeper, inside his own area."""

from datetime import date
from typing import Any

import pytest

from contracts.identifiers import Role
from contracts.personnel import OrganisationKind, UnitLevel
from contracts.refusals import Code
from services.personnel import commands as cmd
from tests.personnel.registry import COUNTY, KEEPER, SPECS, TOWNSHIP, VILLAGE, Registry, code_of, names_of, person

ORGANISATION = cmd.RegisterOrganisation(
    organisation="O0001", kind=OrganisationKind.PARTY_OR_STATE_ORGAN, level=UnitLevel.CITY, area=COUNTY
)
NAME = cmd.RecordName(person=person(1), area=COUNTY, name="张三")


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


def test_a_name_can_be_corrected_by_recording_it_again() -> None:
    registry = Registry()
    assert names_of(registry.when(NAME, KEEPER)) == ["NameRecorded"]
    assert names_of(registry.when(NAME.model_copy(update={"name": "章三"}), KEEPER)) == ["NameRecorded"]


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


@pytest.mark.parametrize("command", [ORGANISATION, cmd.RegisterVillage(village=VILLAGE), grant(), revoke(), NAME])
def test_only_the_keeper_of_the_place_keeps_the_registry(command: Any) -> None:
    authority = SPECS[type(command)].authority(command, None)
    assert authority.roles == (Role.REGISTRY_KEEPER,)
    assert authority.place == getattr(command, "area", VILLAGE)
