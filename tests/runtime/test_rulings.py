"""Which value holds where: as committed, as ruled for the city, as a county adopted (Art. 23, A88)."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from psycopg import AsyncConnection
from psycopg.rows import class_row

from services.ledger.connections import open_pool
from services.ledger.generations import apply_to
from services.ledger.migrations import apply_schema
from services.ledger.projection import Delivered
from services.ledger.runner import Runner
from services.ledger.views import Views
from services.runtime.in_force import EARLIER, Change, InForce, held, in_order
from services.runtime.parameters import Parameters
from services.runtime.rulings import _RULED, RULINGS, Rules, apply
from tests import servers

DAY = date(2017, 6, 1)
OURS, OTHERS = "530129", "530128"
COMMITTED = {"retro.days": 3, "checkins.least": 1, "half_year.rule": {"days": 183, "months": 6}}
STRICTER: dict[str, Any] = {"retro.days": "lower", "checkins.least": "higher"}


def change(parameter: str, value: Any, county: str | None = None, since: date = DAY) -> Change:
    return Change(county, "N", parameter, value, since)


def values(*changes: Change, place: str = f"{OURS}100201", day: date = DAY) -> dict[str, Any]:
    return InForce(COMMITTED, in_order(changes, day), STRICTER).at(place)


def test_a_ruling_holds_for_everybody_from_its_day_on() -> None:
    ruled = change("retro.days", 2)
    assert values(ruled, day=date(2017, 5, 31))["retro.days"] == 3
    assert [values(ruled, place=place)["retro.days"] for place in ("5301", OURS, f"{OTHERS}100")] == [2, 2, 2]
    later = change("retro.days", 5, since=date(2017, 7, 1))
    assert values(later, ruled, day=date(2017, 7, 1))["retro.days"] == 5
    assert values(change("retro.days", 2), change("retro.days", 4))["retro.days"] == 4


def test_a_measure_holds_for_its_own_county_alone() -> None:
    own = change("checkins.least", 2, OURS)
    assert [values(own, place=place)["checkins.least"] for place in (OURS, OTHERS, "5301")] == [2, 1, 1]


def test_the_city_beats_a_county_that_would_be_less_strict() -> None:
    own, ruled = change("checkins.least", 2, OURS), change("checkins.least", 3)
    assert values(own, ruled)["checkins.least"] == values(ruled, own)["checkins.least"] == 3
    assert values(change("retro.days", 9, OURS))["retro.days"] == 3


def test_one_number_of_several_changes_alone_and_the_committed_value_stays() -> None:
    assert values(change("half_year.rule.days", 184))["half_year.rule"] == {"days": 184, "months": 6}
    assert COMMITTED["half_year.rule"] == {"days": 183, "months": 6}


def test_a_list_and_a_table_are_changed_whole() -> None:
    table = {"days": 180, "months": 5}
    assert values(change("half_year.rule", table))["half_year.rule"] == table
    committed = {"tiers": [], "kinds": ["sick"]}
    tiers = [{"max": 3, "by": "TL"}, {"by": "TM"}]
    ours = InForce(committed, in_order([change("tiers", tiers, OURS), change("kinds", ["family"])], DAY), {})
    assert ours.at(OURS) == {"tiers": tiers, "kinds": ["family"]}
    assert ours.at(OTHERS) == {"tiers": [], "kinds": ["family"]}


def test_what_another_service_applies_is_not_added_here() -> None:
    assert values(change("quota.scope", "team"), change("half_year.rule.weeks", 26)) == COMMITTED


@given(some.permutations([change("retro.days", n, since=date(2017, 1, n)) for n in range(1, 6)]))
def test_the_order_in_which_changes_arrive_does_not_matter(changes: list[Change]) -> None:
    assert values(*changes)["retro.days"] == 5


def event(index: int, name: str, **data: Any) -> Delivered:
    return Delivered("zhucun.test/assessment", index, str(index), f"zhucun.assessment.{name}.v1", "rules/x", index + 1,
                     "2017-01-01T00:00:00.000000Z", data, b"", b"")  # fmt: skip


LOG = [
    event(0, "RuleSetAdopted", adopted="kunming-2016-1"),
    event(1, "InterpretationProposed", ruling="JS-1", parameter="retro.days", value=2, valid_from="2017-01-01"),
    event(2, "InterpretationIssued", ruling="JS-1", parameter="retro.days", value=2, valid_from="2017-01-01"),
    event(3, "InterpretationIssued", ruling="JS-2", parameter="scope", value="team", valid_from="2017-02-01"),
    event(4, "CountyMeasureAdopted", county=OURS, measure="XB-1", parameter="retro.days", value=1,
          valid_from="2017-03-01"),
]  # fmt: skip


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


@pytest.mark.parametrize("batch", [1, 5])
async def test_the_view_holds_what_was_issued_and_adopted_in_the_order_of_its_days(
    connection: AsyncConnection[Any], batch: int
) -> None:
    async with connection.cursor(row_factory=class_row(Change)) as cursor:
        await cursor.execute(f"create schema rulings_{batch}".encode())
        await cursor.execute(f"set search_path = rulings_{batch}, pg_catalog".encode())
        await cursor.execute(RULINGS.ddl.format(schema=f"rulings_{batch}").encode())
        for start in range(0, len(LOG), batch):
            await apply(cursor, LOG[start : start + batch])
        await cursor.execute(_RULED)
        ruled = await cursor.fetchall()
    found, earlier = in_order(ruled, date(2017, 3, 1)), in_order(ruled, date(2017, 1, 31))
    assert [(one.county, one.number, one.parameter, one.value) for one in found] == [
        (None, "JS-1", "retro.days", 2),
        (None, "JS-2", "scope", "team"),
        (OURS, "XB-1", "retro.days", 1),
    ]
    assert earlier == found[:1]


async def test_a_service_that_does_not_follow_assessment_keeps_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text('retro.days:\n  article: "9"\n  source: c\n  values: [{valid_from: 2016-04-27, value: 3}]\n')
    assert await Rules(Parameters.load(path), None).at(DAY, OURS) == {"retro.days": 3}


async def test_what_was_made_of_the_view_holds_until_the_view_moves(postgres_url: str, tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text('retro.days:\n  article: "9"\n  source: c\n  values: [{valid_from: 2016-04-27, value: 3}]\n')
    prefix, origin = servers.fresh_prefix(), LOG[0].origin
    pool = await open_pool(await apply_schema(postgres_url, "assessment", prefix), name="test")
    try:
        origins = {"assessment": origin}
        await Runner(pool, service="assessment", origins=origins, projections=[RULINGS]).ensure()
        views = Views(pool, own=origin, keeping=[RULINGS])
        rules = Rules(Parameters.load(path), views)
        before = await rules.at(DAY, OURS)
        assert before == {"retro.days": 3}
        assert await rules.at(DAY, OURS) is before
        async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await apply_to(cursor, RULINGS, 1, origin, LOG)
        await views.wait_for(RULINGS.name, {origin: LOG[-1].index}, 30)
        assert (await rules.at(DAY, OURS), await rules.at(DAY, OTHERS)) == ({"retro.days": 1}, {"retro.days": 2})
        assert await rules.at(date(2016, 12, 31), OURS) == {"retro.days": 3}
        path.write_text(path.read_text() + "  by_day: true\n  stricter: lower\n")
        by_day = await Rules(Parameters.load(path), views).at(DAY, OURS)
        assert [held(by_day, "retro.days", on) for on in (date(2016, 12, 31), date(2017, 2, 28), DAY)] == [3, 2, 1]
        assert by_day[EARLIER]["retro.days"] == ((date(2016, 12, 31), 3), (date(2017, 2, 28), 2))
        assert held(before, "retro.days", date(2016, 12, 31)) == 3, "one that has one value has it for every day"
    finally:
        await pool.close()
        servers.drop_databases(prefix)
