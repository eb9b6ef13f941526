"""Matrix 3.3 over HTTP, both ways: every role tries every command; whoever may is heard, whoever may not is not."""

from collections.abc import Mapping
from typing import Any

import pytest
import pytest_asyncio

from contracts.identifiers import Role
from services.finance.api import COMMANDS
from services.runtime.command_routes import CommandSpec
from tests.finance.desk import CASHIER, CITY_FINANCE, COMMITTEES, COUNTY_FINANCE, LEADER, MEMBER, UNIT, Desk, offices
from tests.finance.treasury import COUNTY, TEAM, TOWNSHIP
from tests.runtime.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

CF, XF, XL, TP, TL, TF, LD, V2, VR, DU, AU, IN, AD, DI = map(
    Role, ("CF", "XF", "XL", "TP", "TL", "TF", "LD", "V2", "VR", "DU", "AU", "IN", "AD", "DI")
)
INVESTOR = "O0777"
OTHERS = (DI, Role.COUNTY_OFFICE, Role.VILLAGE_SECRETARY)
"""Beside the columns of the matrix: who flags misuse, and two who may nothing here."""
GRANTED = (CF, XF, XL, TP, TL, TF, V2, VR, DU, AU, IN, AD, *OTHERS)
PEOPLE: Mapping[Role, str] = {LD: LEADER, Role.MEMBER: MEMBER} | {
    role: f"P0009{number:02}" for number, role in enumerate(GRANTED)
}
ELSEWHERE = {role: f"P0008{number:02}" for number, role in enumerate(GRANTED)}
ORGANISATIONS = {DU: UNIT, AU: UNIT, IN: INVESTOR}
DIGEST = "0" * 64
DAY = "2017-03-01"
PAYMENT: dict[str, Any] = {"payment": "Y1", "team": TEAM, "kind": "special"}
MONEY: dict[str, Any] = {"amount": 1, "year": 2017}
PROJECTS = {
    "fiscal": ("fiscal_poverty", "county", None),
    "of-city": ("special", "city", None),
    "of-county": ("special", "county", None),
    "of-unit": ("assistance", "unit", UNIT),
    "of-investor": ("other", "investor", INVESTOR),
}
SAYS = {"project": "fiscal"}
MEETING = {
    "held_on": DAY,
    "representatives": 3,
    "present": 3,
    "in_favour": 3,
    "team_present": True,
    "committees_present": True,
    "minutes": DIGEST,
}
NOTICE = {"notice": "N1", "phase": "plan", "starts_on": DAY, "ends_on": "2017-03-31", "photo": DIGEST}
ASKED = {"use": "industry", "amount": 1, "purpose": "购置"}
RECIPIENTS: dict[str, Any] = {"year": 2017, "counties": [COUNTY], "townships": [TOWNSHIP]}
GIVEN = {**MONEY, "kind": "special", "recipient": TOWNSHIP}
MOVED = {"team": TEAM, "from_kind": "assistance", "to_kind": "work", "amount": 1}
OBJECTION = {**SAYS, "objection": "B1"}
FORBIDDEN_TO_ALL = {LD, TL, TF, TP, XF, DU, AU, CF, XL, V2}
"""May ask for money to change its kind, and are refused each time (Art. 18)."""

# Row of the matrix, command, body, who may.
ROWS: list[tuple[str, str, dict[str, Any], set[Role]]] = [
    ("appropriate 22 x 100 000", "name-recipients", RECIPIENTS, {CF}),
    ("appropriate 22 x 100 000", "appropriate", {**GIVEN, "appropriation": "A8", "source": "city"}, {CF}),
    ("county match", "appropriate", {**GIVEN, "appropriation": "A9", "source": "county"}, {XF}),
    ("keep books", "receive", {"appropriation": "A1", "amount": 1, "received_on": DAY}, {TF}),
    ("allot", "allot", {"appropriation": "A1", "allotment": "L1", "team": TEAM, "amount": 1}, {XF, TF}),
    (
        "contribute work fund",
        "contribute-work-fund",
        {**MONEY, "contribution": "C1", "unit": UNIT, "team": TEAM, "persons": 1, "from_kind": "work"},
        {DU},
    ),
    (
        "keep books",
        "receive-assistance",
        {
            "receipt": "R1",
            "team": TEAM,
            "kind": "assistance",
            "source": "unit",
            "giver": UNIT,
            "amount": 1,
            "received_on": DAY,
        },
        {TF},
    ),
    ("use assistance as work fund", "move", MOVED, FORBIDDEN_TO_ALL),
    ("request spending", "request-spending", {**PAYMENT, **ASKED, "payment": "Y9"}, {LD}),
    ("approve spending", "approve-spending", PAYMENT, {TL}),
    ("approve spending", "refuse-spending", {**PAYMENT, "reason": "不符"}, {TL}),
    ("approve spending (other)", "consent-other-use", PAYMENT, {XF}),
    ("approve spending (other)", "consent-other-use", {**PAYMENT, "unit": UNIT}, {DU}),
    ("disburse", "disburse", {**PAYMENT, "paid_on": DAY}, {TF}),
    ("keep books", "release", PAYMENT, {TL, TF}),
    ("keep books", "record-refund", {**PAYMENT, "refund": "F1", "amount": 1, "received_on": DAY}, {TF}),
    ("keep books", "reverse-disbursement", {**PAYMENT, "reason": "错账"}, {TF}),
    ("keep books", "close-books", {"team": TEAM, "kind": "special", "year": 2016}, {TF}),
    (
        "keep books",
        "hand-over",
        {"handover": "H1", "team": TEAM, "kind": "work", "to_team": TEAM, "amount": 1},
        {XF},
    ),
    (
        "keep books",
        "return-funds",
        {"returning": "Z1", "team": TEAM, "kind": "fiscal_poverty", "project": "fiscal", "amount": 1},
        {XF},
    ),
    ("keep books", "hand-over-project", {**SAYS, "handover": "H2", "to_team": TEAM}, {XF}),
    ("supervise", "give-opinion", {"opinion": "S1", "team": TEAM, "kind": "work", "text": "齐全"}, {XF}),
    ("supervise", "give-opinion", {"opinion": "S2", "team": TEAM, "kind": "work", "text": "齐全", "unit": UNIT}, {DU}),
    ("supervise", "flag-misuse", {**PAYMENT, "flag": "M1", "amount": 1, "description": "挪用"}, {XF, DI, AD}),
    ("supervise", "flag-misuse", {**PAYMENT, "flag": "M2", "amount": 1, "description": "挪用", "unit": UNIT}, {DU}),
    (
        "pay board",
        "pay-board",
        {"person": MEMBER, "unit": UNIT, "month": "2017-02", "amount": 1, "paid_on": DAY},
        {DU},
    ),
    (
        "determine project",
        "propose-project",
        {
            "project": "X9",
            "team": TEAM,
            "kind": "fiscal_poverty",
            "source": "county",
            "title": "水窖",
            "site": "一组",
            "amount": 1,
        },
        {LD, V2},
    ),
    ("determine project", "hold-meeting", {**SAYS, **MEETING}, {LD, V2}),
    ("determine project", "determine-project", SAYS, {LD, V2}),
    ("determine project", "start-project", {**SAYS, "started_on": DAY}, {LD, V2}),
    ("determine project", "change-project", {**SAYS, "amount": 2, "site": "二组", "reason": "变更"}, {LD, V2}),
    ("review + township document", "review-project", SAYS, {TP}),
    ("review + township document", "issue-township-document", {**SAYS, "document": "1号"}, {TP}),
    ("approve fiscal project", "decide-project", {**SAYS, "approve": True, "document": "1号"}, {XL}),
    *(
        ("consent, other funds", "give-consent", {"project": project, "consent": DIGEST, "consented_on": DAY}, may)
        for project, may in (("of-city", {CF}), ("of-county", {XF}), ("of-unit", {DU, AU}), ("of-investor", {IN}))
    ),
    ("publicise use in village", "publicise", {**SAYS, **NOTICE}, {LD, V2}),
    ("publicise use in village", "complete-notice", {**SAYS, "notice": "N1"}, {LD, V2}),
    ("object to a notice", "raise-objection", {**OBJECTION, "notice": "N1", "content": "不符"}, {VR, IN}),
    (
        "object to a notice",
        "resolve-objection",
        {**OBJECTION, "upheld": False, "reasons": "已核"},
        {TP, AD},
    ),
    ("review + township document", "accept-project", {**SAYS, "accepted_on": DAY}, {TP}),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(world: World) -> Desk:
    """Every role held by a person of its own; one appropriation, one payment asked for, a project of each sort."""
    desk = await offices(world)
    for role in GRANTED:
        await desk.grant(PEOPLE[role], role, "5301", ORGANISATIONS.get(role))
        await desk.grant(ELSEWHERE[role], role, "530128", ORGANISATIONS.get(role))
    await desk.done(CITY_FINANCE, "appropriate", **GIVEN, appropriation="A1", source="city")
    await desk.done(CASHIER, "receive", appropriation="A1", amount=1, received_on=DAY)
    await desk.done(COUNTY_FINANCE, "allot", appropriation="A1", allotment="L0", team=TEAM, amount=1)
    await desk.done(LEADER, "request-spending", **{**PAYMENT, **ASKED})
    for project, (kind, source, giver) in PROJECTS.items():
        proposed: dict[str, Any] = {"project": project, "team": TEAM, "kind": kind, "source": source, "giver": giver}
        await desk.done(COMMITTEES, "propose-project", **proposed, title="水窖", site="一组", amount=1)
    return desk


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
async def test_every_command_of_finance_stands_in_the_matrix(spec: CommandSpec[Any, Any]) -> None:
    assert spec.name in {command for _, command, _, _ in ROWS}


@pytest.mark.parametrize(("row", "command", "body", "may"), ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS])
async def test_who_may_and_who_may_not(
    desk: Desk, row: str, command: str, body: dict[str, Any], may: set[Role]
) -> None:
    heard = set()
    for role, person in PEOPLE.items():
        answer = await desk.give(person, command, **body)
        code = answer.json().get("code")
        assert code != "MALFORMED", answer.text
        assert answer.status_code in (201, 403, 404, 409, 422), answer.text
        if code != "AUTH":
            heard.add(role)
        if command == "move" and role in may:
            assert code == "CROSS_KIND", "nobody may, whoever asks"
    assert heard == may, row


@pytest.mark.parametrize(("row", "command", "body", "may"), ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS])
async def test_a_role_held_elsewhere_may_nothing_here(
    desk: Desk, row: str, command: str, body: dict[str, Any], may: set[Role]
) -> None:
    for role in sorted(may - {LD}):
        answer = await desk.give(ELSEWHERE[role], command, **body)
        assert answer.json().get("code") == "AUTH", f"{row}: {role} of another county: {answer.text}"


async def test_nobody_covers_an_overspend(desk: Desk) -> None:
    """Row "cover an overspend": forbidden to both finance bodies, the township's and the unit."""
    covers = {"covers": "Y1"}
    assert (
        await desk.refused(PEOPLE[CF], "appropriate", **GIVEN, appropriation="A5", source="city", **covers)
        == "NO_TOPUP"
    )
    assert (
        await desk.refused(PEOPLE[XF], "appropriate", **GIVEN, appropriation="A5", source="county", **covers)
        == "NO_TOPUP"
    )
    allotted = {"appropriation": "A1", "allotment": "L5", "team": TEAM, "amount": 1}
    assert await desk.refused(PEOPLE[TF], "allot", **allotted, **covers) == "NO_TOPUP"
    given = {**MONEY, "contribution": "C5", "unit": UNIT, "team": TEAM, "persons": 1, "from_kind": "work"}
    assert await desk.refused(PEOPLE[DU], "contribute-work-fund", **given, **covers) == "NO_TOPUP"
