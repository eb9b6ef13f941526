"""Every role tries every command of attendance (`domain.md` 3.1): who may, may; nobody else does, and it is on record.

"May" means that the refusal, where there is one, is about the case and not about the caller.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from contracts.identifiers import Role
from services.attendance.api import COMMANDS
from tests.attendance.conftest import CREW, KEEPER, County
from tests.attendance.office import TEAM, TOWNSHIP, UNIT, VILLAGE

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUNTY, CITY = TOWNSHIP[:6], TOWNSHIP[:4]
LEADER, MEMBER = CREW[1], CREW[2]
CALLERS: dict[Role, str] = {
    role: f"P0009{number:02d}" for number, role in enumerate(Role) if role not in (Role.NONE, Role.CLOCK)
}
CALLERS |= {Role.TEAM_LEADER: LEADER, Role.MEMBER: MEMBER}
LD, MB, KI = Role.TEAM_LEADER, Role.MEMBER, Role.KIOSK
TP, TM, TL, XO, CO = Role.TOWNSHIP, Role.TOWNSHIP_HEAD, Role.TOWNSHIP_LEADER, Role.COUNTY_OFFICE, Role.CITY_OFFICE
VS, VD, V2 = Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR, Role.VILLAGE_COMMITTEES
SHEET: dict[str, Any] = {"team": TEAM, "month": "2017-01"}
SHEETS: dict[str, Any] = {"teams": [TEAM], "month": "2017-01"}
PAPERS = ["a" * 64]
NO_EVENT = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Row:
    """One row of the matrix: the command, and who may give it; `otherwise` has the codes that say more than AUTH."""

    command: str
    may: frozenset[Role]
    body: dict[str, Any]
    otherwise: dict[Role, str] = field(default_factory=dict)


def row(command: str, *may: Role, otherwise: dict[Role, str] | None = None, **body: Any) -> Row:
    return Row(command, frozenset(may), body, otherwise or {})


CHECK_IN: dict[str, Any] = {"person": MEMBER, "team": TEAM, "village": VILLAGE, "record": "m-1"}
ON_20TH: dict[str, Any] = {"person": MEMBER, "starts_on": "2017-02-20", "ends_on": "2017-02-20"}
SIGNING: dict[Role, str] = dict.fromkeys((LD, MB, V2), "SIG_NOT_ALLOWED")
MATRIX = (
    row("check-in", MB, KI, **CHECK_IN, date="2017-02-20", method="gps"),
    row("request-backfill", MB, **{**CHECK_IN, "record": "m-2"}, date="2017-02-10", evidence=PAPERS),
    row("consent-to-backfill", LD, person=MEMBER, record="m-2"),
    row("backfill-check-in", TP, TM, person=MEMBER, record="m-2"),
    row("reject-backfill", LD, TP, TM, person=MEMBER, record="m-3", reason="当日在外"),
    row("check-in-batch", MB, KI, records=[{**CHECK_IN, "date": "2017-02-20", "method": "gps"}]),
    row("void-check-in", TP, TM, TL, XO, CO, person=MEMBER, date="2017-02-20", voids=NO_EVENT, reason="代签"),
    row("record-rest-day", MB, person=MEMBER, date="2017-02-19"),
    row("mark-signal", XO, village=VILLAGE, without_signal=True, starts_on="2017-02-20", reason="基站未通"),
    row("record-lodging", MB, village=VILLAGE, **ON_20TH),
    row("request-travel", MB, travel="X2", purpose="开会", evidence=PAPERS, **{**ON_20TH, "ends_on": "2017-02-21"}),
    row("approve-travel", LD, person=MEMBER, travel="X1"),
    row("approve-travel", TP, TM, person=LEADER, travel="X1", otherwise={LD: "SELF"}),
    row("reject-travel", LD, person=MEMBER, travel="X3", reason="另有任务"),
    row("reject-travel", TP, TM, person=LEADER, travel="X3", reason="另有任务", otherwise={LD: "SELF"}),
    row("close-travel", MB, LD, TP, TM, person=MEMBER, travel="X1", last_day="2017-02-20"),
    row("withdraw-travel", MB, person=MEMBER, travel="X4"),
    row("request-leave", MB, leave="L2", kind="sick", reason="病", evidence=PAPERS, **ON_20TH),
    row("approve-leave", LD, TP, TM, TL, person=MEMBER, leave="L1"),
    row("approve-leave", TP, TM, TL, XO, person=LEADER, leave="L1", otherwise={LD: "SELF"}),
    row("reject-leave", LD, TP, TM, TL, person=MEMBER, leave="L3", reason="人手不足"),
    row("reject-leave", TP, TM, TL, XO, person=LEADER, leave="L3", reason="人手不足", otherwise={LD: "SELF"}),
    row("withdraw-leave", MB, person=MEMBER, leave="L4"),
    row("supply-leave-papers", MB, person=MEMBER, leave="L5", evidence=PAPERS),
    row("extend-leave", MB, person=MEMBER, leave="L1", ends_on="2017-02-21", evidence=PAPERS),
    row("approve-extension", LD, TP, TM, TL, person=MEMBER, leave="L1"),
    row("shorten-leave", MB, LD, TP, TM, person=MEMBER, leave="L1", ends_on="2017-02-20"),
    row("record-overstay", LD, TP, TM, TL, XO, person=MEMBER, leave="L1", since="2017-02-20"),
    row("close-leave", MB, LD, TP, TM, person=MEMBER, leave="L1", returned_on="2017-02-20"),
    row("record-absence", LD, TP, TM, TL, XO, person=MEMBER, date="2017-02-16"),
    row("correct-day", TP, TM, TL, person=MEMBER, date="2017-02-15", status="TRAVEL", reason="会议"),
    row("justify-absence", TP, TM, XO, **{**ON_20TH, "starts_on": "2017-02-08"}, reason="急诊", evidence=PAPERS),
    row("reject-justification", TP, TM, XO, **{**ON_20TH, "starts_on": "2017-02-08"}, reason="无据"),
    row("draft-sheet", LD, TP, TM, TL, **SHEET),
    row("sign-sheet", VS, VD, **SHEET, version=1, otherwise=SIGNING),
    row("submit-sheet", LD, **SHEET),
    row("return-sheet", TL, team=TEAM, month="2016-12", reasons="缺人"),
    row("review-sheets", TL, **SHEETS),
    row("file-sheets", TP, TM, **SHEETS),
    row("feed-back-sheets", TP, TM, **SHEETS),
    row("request-correction", TP, TM, person=MEMBER, date="2017-01-10", status="TRAVEL", reason="会议"),
    row("correct-day", TL, person=MEMBER, date="2017-01-10", status="TRAVEL", reason="会议"),
    row(
        "delegate-signature",
        *(TP, TM),
        **SHEET,
        delegated_by=CALLERS[VS],
        delegate=CALLERS[V2],
        evidence=PAPERS,
    ),
    row(
        "plan-spot-check",
        *(CO, XO),
        check="C1",
        area=COUNTY,
        kind="random",
        count=1,
        starts_on="2017-02-20",
        ends_on="2017-02-24",
    ),
    row(
        "record-spot-check",
        *(CO, XO),
        check="C2",
        team=TEAM,
        date="2017-02-20",
        findings=[{"person": MEMBER, "finding": "present"}],
    ),
)


def area_of(role: Role) -> str:
    if role in (VS, VD, V2, Role.VILLAGE_REPRESENTATIVES):
        return VILLAGE
    if role.value.startswith("T") or role is KI:
        return TOWNSHIP
    return CITY if role.value.startswith("C") or role is Role.REGISTRY_KEEPER else COUNTY


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def staffed(county: County) -> AsyncIterator[County]:
    """Everybody in office, and a leave and a trip of the member and of the leader waiting."""
    for role, person in CALLERS.items():
        if role in (LD, MB):
            continue
        answer = await county.give(
            KEEPER,
            "grant-role",
            to="personnel",
            grant=f"M-{role.value}",
            person=person,
            role=role,
            area=area_of(role),
            starts_on="2016-05-01",
            **({"organisation": UNIT} if role in (Role.DISPATCHING_UNIT, Role.ASSIGNED_UNIT) else {}),
        )
        assert answer.status_code == 201, (role, answer.text)
    for person in (MEMBER, LEADER):
        for case, day in (("1", "2017-02-20"), ("3", "2017-02-23"), ("4", "2017-02-27"), ("5", "2017-03-01")):
            days = {"person": person, "starts_on": day, "ends_on": day}
            papers = {"emergency": True, "evidence": []} if case == "5" else {"evidence": PAPERS}
            await county.ok(person, "request-travel", **days, travel=f"X{case}", purpose="开会", evidence=PAPERS)
            await county.ok(person, "request-leave", **days, leave=f"L{case}", kind="sick", reason="病", **papers)
    late = {**CHECK_IN, "record": "m-3", "date": "2017-02-09", "evidence": PAPERS}
    await county.ok(MEMBER, "request-backfill", **late)
    yield county


async def test_every_command_that_can_be_sent_is_in_the_matrix() -> None:
    assert {asked.command for asked in MATRIX} == {spec.name for spec in COMMANDS} | {"check-in", "check-in-batch"}


@pytest.mark.parametrize("asked", MATRIX, ids=[f"{n}-{asked.command}" for n, asked in enumerate(MATRIX)])
async def test_who_may_may_and_nobody_else(staffed: County, asked: Row) -> None:
    refused = [role for role in CALLERS if role not in asked.may]
    answers = await asyncio.gather(*(staffed.give(CALLERS[role], asked.command, **asked.body) for role in refused))
    for role, answer in zip(refused, answers, strict=True):
        assert not answer.is_success, role
        assert answer.json()["code"] == asked.otherwise.get(role, "AUTH"), (role, answer.text)
    # Twice: where levels speak in turn, the last one's turn comes in the second round.
    for role in [role for role in CALLERS if role in asked.may] * 2:
        answer = await staffed.give(CALLERS[role], asked.command, **asked.body)
        code = None if answer.is_success else answer.json()["code"]
        assert code not in ("AUTH", "SELF", "SIG_NOT_ALLOWED"), (role, answer.text)


async def test_somebody_of_every_row_succeeded_and_the_refused_ones_are_on_record(staffed: County) -> None:
    by_command: dict[str, set[str]] = {}
    for caller in CALLERS.values():
        recorded = await staffed.shown(CALLERS[Role.AUDIT], "refusals", place=COUNTY, person=caller)
        for refusal in recorded["refusals"]:
            by_command.setdefault(refusal["command"], set()).add(caller)
    for asked in MATRIX:
        refused = {caller for role, caller in CALLERS.items() if role not in asked.may}
        assert refused <= by_command[asked.command], asked.command
    store = staffed.application.hosted["attendance"].node.store
    written = [
        f"sheet/{TEAM}/2017-01",
        f"attendance/{MEMBER}/2017",
        f"attendance/{LEADER}/2017",
        "check/C1",
        "check/C2",
        f"signal/{VILLAGE}",
    ]
    kinds = set()
    for event in await store.read_in_order(dict.fromkeys(written, 0)):
        kind = event.body.split(b'"type":"zhucun.attendance.')[1].split(b".")[0].decode()
        kinds.add(kind)
    assert kinds >= {
        *("CheckedIn", "LodgingRecorded", "OfficialTravelApproved", "LeaveGranted", "LeaveClosed", "AbsenceJustified"),
        *("MonthlySheetSigned", "MonthlySheetSubmitted", "MonthlySheetReviewed", "MonthlySheetFiled"),
        *("MonthlySheetFedBack", "DayCorrectionRequested", "DayStatusCorrected", "SignatureDelegated"),
        *("SpotCheckPlanned", "SpotCheckConducted", "VillageSignalMarked", "RestDayRecorded", "AbsenceRecorded"),
        *("OfficialTravelClosed", "OfficialTravelRejected", "OfficialTravelWithdrawn", "LeaveRejected"),
        *("CheckInBackfillRequested", "CheckInBackfillConsented", "CheckInBackfilled", "CheckInBackfillRejected"),
        *("LeaveWithdrawn", "LeavePapersSupplied", "LeaveExtended", "LeaveShortened"),
    }


OVERSEERS = frozenset(
    {CO, XO, Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY, TP, TM, TL, Role.AUDIT},
)
OF_THE_VILLAGE = frozenset({VS, VD, V2, LD, MB})
READING: tuple[tuple[str, dict[str, Any], frozenset[Role]], ...] = (
    # The member's own register: he, his leader, whoever oversees the place, and the unit that sent him.
    (f"register/{MEMBER}", {"year": 2017}, OVERSEERS | {LD, MB, Role.DISPATCHING_UNIT}),
    (f"calendar/{MEMBER}", {"year": 2017}, OVERSEERS | {LD, MB, Role.DISPATCHING_UNIT}),
    ("summary", {"place": TOWNSHIP, "year": 2017}, OVERSEERS),
    ("on-post", {"place": TOWNSHIP}, OVERSEERS),
    ("overdue", {"place": TOWNSHIP}, OVERSEERS),
    ("overdue", {"place": TOWNSHIP, "as_of": "2017-02-20"}, OVERSEERS),
    ("summary", {"place": TOWNSHIP, "year": 2017, "as_of": "2017-02-20"}, OVERSEERS),
    ("on-post", {"place": TOWNSHIP, "as_of": "2017-02-20T08:00:00+08:00"}, OVERSEERS),
    ("villages-without-signal", {"place": TOWNSHIP}, OVERSEERS),
    ("spot-checks/C2", {}, OVERSEERS),
    ("spot-checks", {"place": TOWNSHIP, "year": 2017}, OVERSEERS),
    ("sheets", {"place": TOWNSHIP, "month": "2017-01"}, OVERSEERS),
    (f"team-month/{TEAM}/2017-01", {}, OVERSEERS | OF_THE_VILLAGE),
    # The sheet was fed back to the unit that sent the member, and to it alone.
    (f"sheets/{TEAM}/2017-01", {}, OVERSEERS | OF_THE_VILLAGE | {Role.DISPATCHING_UNIT}),
    (f"sheets/{TEAM}/2017-01/print", {}, OVERSEERS | OF_THE_VILLAGE | {Role.DISPATCHING_UNIT}),
)


@pytest.mark.parametrize(("path", "query", "may"), READING, ids=[f"{n}-{path}" for n, (path, *_) in enumerate(READING)])
async def test_who_reads_what(staffed: County, path: str, query: dict[str, Any], may: frozenset[Role]) -> None:
    answers = await asyncio.gather(*(staffed.ask(caller, path, **query) for caller in CALLERS.values()))
    found = {role for role, answer in zip(CALLERS, answers, strict=True) if answer.status_code == 200}
    assert found == may
    assert {answer.status_code for answer in answers} == {200, 403}
