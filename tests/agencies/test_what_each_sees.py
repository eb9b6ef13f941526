"""What each role of the matrix is sent, and what it is not sent, through real accounts and checked by the kit."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from contracts.assessment import DisciplinarySanctionRecorded, DisqualificationDetermined, Ground, SanctionBody
from contracts.attendance import CheckInVoided, LeaveWithdrawn
from contracts.attendance import SpotCheckFinding as Finding
from contracts.disclosure import read
from contracts.example import example_fact
from contracts.finance import (
    FundAppropriated,
    FundDisbursed,
    FundKind,
    FundReserved,
    FundSource,
    MisuseFlagged,
    Part,
    Use,
    WorkFundContributed,
)
from contracts.personnel import TrainingAttended, TrainingLevel
from contracts.refusals import Code, CommandRefused
from tests.agencies.world import (
    ELSEWHERE,
    OTHER_UNIT,
    UNIT,
    VILLAGE,
    Kept,
    World,
    checked_in,
    leave,
    posted,
    said,
    spot_check,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

Put = Callable[[str, str, str, object], Awaitable[None]]
OURS, THEIRS, FAR = "P000101", "P000102", "P000901"


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """Name -> event id of what stands in the logs; filled by the first test."""
    return {}


async def write(world: World, told: dict[str, str]) -> None:
    async def put(name: str, service: str, stream: str, fact: object) -> None:
        told[name] = (await world.tell(service, stream, fact))[0]  # type: ignore[arg-type]  # facts of four modules

    here, there = said(VILLAGE), said(ELSEWHERE)
    await put("absent", "attendance", f"attendance/{OURS}/2017", spot_check(OURS, Finding.ABSENT))
    await put("present", "attendance", f"attendance/{OURS}/2017", spot_check(OURS, Finding.PRESENT))
    await put("theirs", "attendance", f"attendance/{THEIRS}/2017", spot_check(THEIRS, Finding.ABSENT))
    await put("far", "attendance", f"attendance/{FAR}/2017", spot_check(FAR, Finding.ABSENT, ELSEWHERE))
    await put("check-in", "attendance", f"attendance/{OURS}/2017", checked_in(OURS, date(2017, 5, 4)))
    await put("leave", "attendance", f"attendance/{OURS}/2017", leave(OURS))
    await put("taken back", "attendance", f"attendance/{OURS}/2017", LeaveWithdrawn(**here, person=OURS, leave="l1"))
    await put("our posting", "personnel", f"posting/{OURS}/2017", posted(OURS, UNIT))
    await put("their posting", "personnel", f"posting/{THEIRS}/2017", posted(THEIRS, OTHER_UNIT))
    training = {"person": OURS, "training": "t1", "organiser": TrainingLevel.COUNTY}
    days = {"starts_on": date(2017, 3, 1), "ends_on": date(2017, 3, 2)}
    await put("training", "personnel", f"posting/{OURS}/2017", TrainingAttended(**here, **training, **days))
    money = {"kind": FundKind.WORK, "source": FundSource.COUNTY, "year": 2017, "amount": 100_000}
    for name, place, header in (("money", VILLAGE, here), ("far money", ELSEWHERE, there)):
        fact = FundAppropriated(**header, **money, appropriation=name.replace(" ", "-"), recipient=place)
        await put(name, "finance", f"appropriation/{name.replace(' ', '-')}", fact)
    await write_work_fund(put)
    for name, kind in PROJECT.items():
        step = example_fact(f"zhucun.finance.{kind}.v1").model_copy(update={"place": VILLAGE})
        await put(name, "finance", "project/project-2017-01", step)
    refused = CommandRefused(**here, command="PayOut", code=Code.OVERSPEND, target="fund/T0001/work")
    await put("refused", "finance", f"refusal/{OURS}/2017", refused)
    sanction = DisciplinarySanctionRecorded(
        **here, person=OURS, case="s1", body=SanctionBody.PARTY, sanction="党内警告", decided_on=date(2017, 6, 1)
    )
    await put("sanction", "assessment", f"assessment/{OURS}/2017", sanction)
    ground = DisqualificationDetermined(
        **here,
        person=OURS,
        county="530113",
        year=2017,
        ground=Ground.SANCTION,
        clause="15.1",
        evidence=(told["sanction"],),
        evidence_count=1,
        evidence_digest="0" * 64,
    )
    await put("ground", "assessment", f"assessment/{OURS}/2017", ground)
    voided = CheckInVoided(**here, person=OURS, date=date(2017, 5, 4), voids=told["check-in"], reason="代签")
    await put("voided", "attendance", f"attendance/{OURS}/2017", voided)


async def write_work_fund(put: Put) -> None:
    """Both units give to one team's book; a payment is borne by the one, another by both, and one is other money."""
    here, book = said(VILLAGE, "18"), {"team": "T0001", "kind": FundKind.WORK}
    for unit in (UNIT, OTHER_UNIT):
        gift = {"contribution": f"c-{unit}", "unit": unit, "year": 2017, "persons": 1, "amount": 1_000_000}
        fact = WorkFundContributed(**here, **book, **gift, contributed_on=date(2017, 2, 1))
        await put(f"gift {unit}", "finance", "fund/T0001/work", fact)
    own = Part(source=FundSource.UNIT, giver=UNIT, amount=40_000)
    others = Part(source=FundSource.UNIT, giver=OTHER_UNIT, amount=10_000)
    amount = sum(part.amount for part in (own, others))
    shares = {"payment": "p1", "amount": own.amount, "parts": (own,), "reserved_on": date(2017, 3, 1)}
    await put("reserved", "finance", "fund/T0001/work", FundReserved(**here, **book, **shares))
    paid = {"use": Use.OFFICE, "paid_on": date(2017, 3, 2), "requested_by": OURS, "approved_by": THEIRS}
    both = FundDisbursed(**here, **book, **paid, payment="p2", amount=amount, parts=(own, others))
    await put("paid by both", "finance", "fund/T0001/work", both)
    alone = FundDisbursed(**here, **book, **paid, payment="p3", amount=others.amount, parts=(others,))
    await put("paid by the other", "finance", "fund/T0001/work", alone)
    assistance = {**book, "kind": FundKind.ASSISTANCE}
    other = FundDisbursed(**here, **assistance, **paid, payment="p4", amount=own.amount, parts=(own,))
    await put("assistance", "finance", "fund/T0001/assistance", other)
    flag = {"kind": FundKind.SPECIAL, "flag": "m1", "payment": "p5", "amount": 100, "description": "购买烟酒"}
    misuse = MisuseFlagged(**said(VILLAGE, "19.6"), team="T0001", **flag, units=(UNIT,))
    await put("misuse", "finance", "supervision/T0001", misuse)


PROJECT = {"project": "ProjectProposed", "handed over": "ProjectHandedOver"}
MONEY = {"money", "gift O0101", "gift O0102", "reserved", "paid by both", "paid by the other", "assistance"}
MONEY |= {*PROJECT, "misuse"}
SEES = {
    ("unit", "DU", (), UNIT): {"absent", "leave", "taken back", "gift O0101", "reserved", "paid by both", "misuse"},
    ("other-unit", "DU", (), OTHER_UNIT): {"theirs", "gift O0102", "paid by both", "paid by the other"},
    ("city-organisation", "CZ", ("5301",), None): {"ground"},
    ("city-office", "CO", ("5301",), None): {"absent", "present", "theirs", "far"},
    ("county-organisation", "XZ", ("530113",), None): {"training"},
    ("county-poverty", "XP", ("530127",), None): set(),
    ("county-finance", "XF", ("530113",), None): MONEY,
    ("two-counties", "XF", ("530113", "530127"), None): {*MONEY, "far money"},
    ("discipline", "DI", ("530113",), None): {"absent", "theirs", "voided", "sanction", "misuse"},
    ("leading-group", "XL", ("530113",), None): set(PROJECT),
    ("leading-group-elsewhere", "XL", ("530127",), None): set(),
}


async def test_audit_is_sent_every_event_of_every_log(world: World, told: dict[str, str]) -> None:
    await write(world, told)
    await world.agency("audit", "AD")
    kept = await world.everything("audit")
    assert set(kept.ids) >= set(told.values())
    assert "SubscriptionGranted" in kept.types  # who may see what is in the log as well
    sizes = [(await hosted.counts()).sealed for hosted in world.application.hosted.values()]
    assert len(kept.events) == sum(sizes)
    for origin in {event.origin for event in kept.events}:
        indexes = [event.index for event in kept.events if event.origin == origin]
        assert indexes == list(range(len(indexes)))


@pytest.mark.parametrize(("who", "wanted"), SEES.items(), ids=[who[0] for who in SEES])
async def test_a_role_is_sent_what_the_matrix_says_and_nothing_else(
    world: World, told: dict[str, str], who: tuple[str, str, tuple[str, ...], str | None], wanted: set[str]
) -> None:
    name, role, places, organisation = who
    await world.agency(name, role, *places, organisation=organisation)
    kept = await world.everything(name)
    names = {event: name for name, event in told.items()}
    assert {names.get(event, event) for event in kept.ids} == wanted
    assert len(kept.ids) == len(set(kept.ids))


async def test_only_what_the_matrix_discloses_can_be_read(world: World, told: dict[str, str]) -> None:
    discipline, unit = Kept(), Kept()
    await world.receive(world.folder / "discipline.creds", discipline, lambda kept: told["sanction"] in kept.ids)
    sanction = next(event for event in discipline.events if event.event.id == told["sanction"])
    assert dict(map(read, sanction.disclosures)) == {"body": "party", "decided_on": "2017-06-01"}
    assert "党内警告" not in sanction.body.decode()

    await world.receive(world.folder / "unit.creds", unit, lambda kept: told["leave"] in kept.ids)
    granted = next(event for event in unit.events if event.event.id == told["leave"])
    assert granted.disclosures == ()
    assert b"sick" not in granted.body


async def test_the_bytes_are_those_of_the_log(world: World, told: dict[str, str]) -> None:
    kept = await world.everything("audit")
    assert len(kept.events) > len(told)
    for event in kept.events:
        service = event.origin.rpartition("/")[2]
        assert await world.application.hosted[service].node.feed.page(event.index, 1) == [(event.index, event.body)]
