"""The authority matrix of the assessment, both ways: who may give each command, and that nobody else may (3.2)."""

from datetime import date
from typing import Any

import pytest

from contracts.identifiers import Role
from services.assessment import commands as cmd
from services.assessment.specs import COMMANDS
from services.assessment.year.known import Concerned, Persons
from tests.assessment.office import COUNTY, PERSON, UNIT, VILLAGE, YEAR, person, shown

CO, CZ, CP, XO = Role.CITY_OFFICE, Role.CITY_ORGANISATION, Role.CITY_POVERTY, Role.COUNTY_OFFICE
XZ = Role.COUNTY_ORGANISATION
TP, DU, DI, LD, MB = Role.TOWNSHIP, Role.DISPATCHING_UNIT, Role.DISCIPLINE, Role.TEAM_LEADER, Role.MEMBER

MATRIX: dict[str, set[Role]] = {
    # Open year, object list; review, finalise; quota, tie; D1-D5 on system proof
    "open-year": {XO},
    "review-grades": {XO},
    "return-grades": {XO},
    "review-shortfall": {XO},
    "resolve-tie": {XO},
    "give-tie-opinion": {TP},
    "acknowledge-sensitive": {XO},
    "finalise-year": {XO},
    "record-severe-impact": {XO},
    # D2 is proposed by the township, or reported by discipline inspection, and found by the county office alone
    "propose-severe-impact": {TP, DI},
    # Propose grade: the township, the unit joins in
    "propose-grade": {TP},
    "propose-grades": {TP},
    "attach-evidence": {TP},
    "give-unit-opinion": {DU},
    "give-county-opinion": {XZ},
    # D1 comes from discipline inspection alone; an investigation also from the county office
    "record-sanction": {DI},
    "open-investigation": {DI, XO},
    "close-investigation": {DI, XO},
    # Lists, feedback, personal file
    "file-lists": {XO},
    "feed-back": {XO},
    "file-result": {DU},
    # Praise and the end of a term
    # nominated by a county, the two other offices of the city join in, selected by the city's; commended by the county
    "nominate-advanced": {XO},
    "give-award-opinion": {CZ, CP},
    "select-advanced": {CO},
    "propose-commendation": {TP},
    "award-commendation": {XO},
    "record-term-assessment": {XO},
    # Dispute: the person raises it, the county office decides
    "review-dispute": {TP},
    "give-dispute-opinion": {DU},
    "order-reassessment": {XO},
    "decide-dispute": {XO},
    # Rules
    "adopt-rules": {CZ, CP},
    "publish-calendar": {CZ, CP},
    "propose-interpretation": {CZ, CP},
    "issue-interpretation": {CZ, CP},
    "adopt-county-measure": {XO},
}
BY_WHO_ASKS = {"raise-dispute", "circulate-excellent", "withdraw-circular", "withdraw-award"}
SPECS = {spec.name: spec for spec in COMMANDS}
KNOWN: dict[str, Any] = {
    "propose-grade": shown(person()),
    "file-lists": Persons(()),
    "feed-back": Persons(()),
}
MEMBERS: dict[str, Any] = {"county": COUNTY, "township": VILLAGE[:9], "year": YEAR, "person": PERSON}


def authority(name: str, known: Any, **members: Any) -> Any:
    """What a command asks of its caller."""
    spec = SPECS[name]
    fields = {field: value for field, value in (MEMBERS | members).items() if field in spec.command.model_fields}
    return spec.authority(spec.command.model_construct(**fields), known)


def test_every_command_stands_in_the_matrix() -> None:
    assert set(SPECS) == set(MATRIX) | BY_WHO_ASKS


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_command_is_for_these_roles_and_no_other(name: str) -> None:
    found = authority(name, KNOWN.get(name, Concerned("P000001", VILLAGE, UNIT)))
    assert set(found.roles) == MATRIX[name]
    forbidden = set(Role) - MATRIX[name]
    assert not forbidden & set(found.roles)


@pytest.mark.parametrize("name", sorted(set(MATRIX) - {"select-advanced"}))
def test_a_command_is_given_where_its_subject_is(name: str) -> None:
    found = authority(name, KNOWN.get(name, Concerned("P000001", VILLAGE, UNIT)))
    wide = {CZ, CP} & MATRIX[name]
    assert found.place == "5301" if wide else found.place.startswith(COUNTY)


def test_a_unit_speaks_only_for_its_own_people() -> None:
    for name in ("give-unit-opinion", "file-result", "give-dispute-opinion"):
        assert authority(name, Concerned("P000701", VILLAGE, UNIT)).organisation == UNIT


def test_a_dispute_is_the_persons_own_or_the_units() -> None:
    own = authority("raise-dispute", Concerned(PERSON, VILLAGE, UNIT))
    assert (set(own.roles), own.organisation, own.place) == ({LD, MB}, None, VILLAGE)
    moved = authority("raise-dispute", Concerned(PERSON, VILLAGE, UNIT, "530128100201"))
    assert (set(moved.roles), moved.place) == ({LD, MB}, "530128100201")
    left = authority("raise-dispute", Concerned(PERSON, VILLAGE, UNIT, None, date(2018, 1, 31)))
    assert (set(left.roles), left.place, left.on) == ({LD, MB}, VILLAGE, date(2018, 1, 31))
    other = authority("raise-dispute", Concerned("P000701", VILLAGE, UNIT))
    assert (set(other.roles), other.organisation) == ({DU}, UNIT)


def test_each_office_circulates_at_its_own_level() -> None:
    for name in ("circulate-excellent", "withdraw-circular", "withdraw-award"):
        assert authority(name, None, area="5301").roles == (CO,)
        assert authority(name, None, area=COUNTY).roles == (XO,)


def test_no_command_of_the_assessment_sets_a_ground_aside() -> None:
    """Override D1-D5: forbidden to everybody (A56). There is no member with which anybody could."""
    for spec in COMMANDS:
        assert not {"ground", "override", "waive"} & set(spec.command.model_fields), spec.name
    assert cmd.FinaliseYear.model_fields.keys() == {"county", "year"}
