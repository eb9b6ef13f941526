"""Facts that take the word of two: the replay reports those that came with one (Art. 8, 9, 23)."""

from typing import Any

import pytest

from services.assessment.replay.chains import chain_broken

PERSON = "P000001"


def event(name: str, role: str, by: str = "P000901", person: str = PERSON, **data: Any) -> dict[str, Any]:
    members = {"actor": {"person": by, "role": role}, "person": person, **data}
    return {"type": f"zhucun.x.{name}.v1", "data": members}


def leave(name: str, role: str, case: str = "QJ-1", **data: Any) -> dict[str, Any]:
    return event(name, role, leave=case, **data)


BY_MEMBER, BY_LEADER = leave("LeaveRequested", "MB"), leave("LeaveRequested", "LD")
TOWNSHIP_AGREED = leave("LeaveApprovedByTownship", "TP")


@pytest.mark.parametrize(
    ("before", "role", "why"),
    [
        ([BY_MEMBER], "TL", None),
        ([BY_MEMBER], "XO", "not_the_level"),
        ([BY_LEADER, TOWNSHIP_AGREED], "XO", None),
        ([BY_LEADER, TOWNSHIP_AGREED], "TL", "not_the_level"),
        ([BY_LEADER], "XO", "level_skipped"),
        ([BY_LEADER, leave("LeaveApprovedByTownship", "TP", "QJ-2")], "XO", "level_skipped"),
        ([BY_LEADER, leave("LeaveApprovedByTownship", "TP", person="P000002")], "XO", "level_skipped"),
        ([], "TL", None),
    ],
)
@pytest.mark.parametrize("name", ["LeaveGranted", "LeaveExtended"])
def test_a_leaders_leave_is_for_the_county_office_after_the_township(
    name: str, before: list[dict[str, Any]], role: str, why: str | None
) -> None:
    assert chain_broken(leave(name, role), before) == why


def test_a_leaders_trip_is_not_for_another_leader() -> None:
    asked = event("OfficialTravelRequested", "LD", travel="CC-1")
    assert chain_broken(event("OfficialTravelApproved", "LD", travel="CC-1"), [asked]) == "not_the_level"
    assert chain_broken(event("OfficialTravelApproved", "TP", travel="CC-1"), [asked]) is None
    asked = event("OfficialTravelRequested", "MB", travel="CC-1")
    assert chain_broken(event("OfficialTravelApproved", "LD", travel="CC-1"), [asked]) is None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("CP", "P000902"), None),
        (("CZ", "P000902"), "not_joint"),
        (("CP", "P000901"), "not_joint"),
        (None, "not_joint"),
    ],
)
def test_a_ruling_takes_two_bodies_and_two_people(asked: tuple[str, str] | None, why: str | None) -> None:
    before = [] if asked is None else [event("InterpretationProposed", *asked, ruling="JS-1")]
    assert chain_broken(event("InterpretationIssued", "CZ", ruling="JS-1"), before) == why
    assert chain_broken(event("InterpretationIssued", "CZ", ruling="JS-2"), before) == "not_joint"


def test_only_the_city_office_lets_a_unit_have_its_person_back() -> None:
    withdrawn = event("MemberWithdrawn", "TP", approval="PF-1")
    assert chain_broken(withdrawn, [event("WithdrawalApproved", "CO", approval="PF-1")]) is None
    assert chain_broken(withdrawn, [event("WithdrawalApproved", "XO", approval="PF-1")]) == "not_approved"
    assert chain_broken(withdrawn, [event("WithdrawalApproved", "CO", approval="PF-2")]) == "not_approved"
    assert chain_broken(withdrawn, []) == "not_approved"


def test_what_takes_one_word_alone_is_left_to_the_matrix() -> None:
    assert chain_broken(event("CheckedIn", "MB"), []) is None
