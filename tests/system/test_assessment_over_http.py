"""One county-year from check-ins to final grades, over HTTP, on real servers: the tests follow each other."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from contracts.assessment import AssessmentFinalised
from contracts.canonical import digest
from contracts.envelope import decode
from contracts.identifiers import Role
from services.assessment import offline
from services.runtime.exporting import export
from tests.system.county import COUNTY, PEOPLE, STRANGER, TOWNSHIP, YEAR, County, running_county

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEST, TIED, ALSO_TIED, TRAINED, INVESTIGATED, SANCTIONED = *PEOPLE[:4], PEOPLE[10], PEOPLE[11]
COUNTY_YEAR: dict[str, Any] = {"county": COUNTY, "year": YEAR}
SCORES = {BEST: ("优秀", 9500), TIED: ("优秀", 9200), ALSO_TIED: ("优秀", 9200), SANCTIONED: ("不称职", 5000)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(
    postgres_url: str, empty_bus: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[County]:
    var: Path = tmp_path_factory.mktemp("var")
    async with running_county(postgres_url, empty_bus, database_prefix, var) as opened:
        await opened.settle()
        await opened.work_through_the_year()
        case: dict[str, Any] = {"person": SANCTIONED, "county": COUNTY, "case": "JW-1", "body": "party"}
        sanction = case | {"sanction": "党内警告", "decided_on": "2017-06-01"}
        await opened.must(date(2017, 6, 2), Role.DISCIPLINE, "assessment/record-sanction", sanction)
        opening = {"person": INVESTIGATED, "county": COUNTY, "case": "JW-2", "opened_on": "2017-11-20"}
        await opened.must(date(2017, 11, 21), Role.DISCIPLINE, "assessment/open-investigation", opening)
        await opened.seen("assessment")
        yield opened


RULED = {
    "onpost.count_rest_days": True,
    "fs.assess": "measures",
    "quota.round": "floor",
    "quota.scope": "county",
    "quota.tie": "manual",
    "d1.year_by": "decision",
}


def proposal(person: str, grade: str | None = None) -> dict[str, Any]:
    usual, score = SCORES.get(person, ("称职", 8000))
    return {**COUNTY_YEAR, "person": person, "grade": grade or usual, "score": score, "reasons": "综合考核"}


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["code"])


def jan(day: int) -> date:
    return date(2018, 1, day)


async def waiting(county: County, day: int, role: Role) -> list[dict[str, Any]]:
    await county.seen("assessment")
    answer = await county.ask(jan(day), role, "assessment/work")
    assert answer.status_code == 200, answer.text
    return [item for item in answer.json() if item["kind"] == "approval"]


async def test_nothing_is_graded_before_the_county_has_opened_the_year(county: County) -> None:
    answer = await county.give(jan(8), Role.TOWNSHIP, "assessment/propose-grade", proposal(BEST))
    assert code(answer) == "WRONG_STATE"
    await county.must(date(2017, 12, 27), Role.COUNTY_OFFICE, "assessment/open-year", COUNTY_YEAR)
    again = await county.give(jan(8), Role.COUNTY_OFFICE, "assessment/open-year", COUNTY_YEAR)
    assert code(again) == "DUPLICATE"


async def test_a_grade_waits_for_the_unit_and_its_silence_is_no_objection(county: County) -> None:
    early = await county.give(jan(6), Role.TOWNSHIP, "assessment/propose-grade", proposal(BEST))
    assert code(early) == "WRONG_STATE"
    opinion = {**COUNTY_YEAR, "person": BEST, "agrees": True, "opinion": "表现突出"}
    assert code(await county.give(jan(6), Role.TOWNSHIP, "assessment/give-unit-opinion", opinion)) == "AUTH"
    await county.must(jan(6), Role.DISPATCHING_UNIT, "assessment/give-unit-opinion", opinion)
    again = await county.give(jan(6), Role.DISPATCHING_UNIT, "assessment/give-unit-opinion", opinion)
    assert code(again) == "DUPLICATE"


async def test_a_ruling_takes_both_interpreters(county: County) -> None:
    ruling = {"ruling": "JS-1", "valid_from": "2017-01-01", "reasons": "会同解释"}
    settings = [{"parameter": name, "value": value} for name, value in RULED.items()]
    fixed = {**ruling, "settings": [{"parameter": "onpost.threshold", "value": 180}]}
    refused = await county.give(jan(5), Role.CITY_ORGANISATION, "assessment/propose-interpretation", fixed)
    assert (code(refused), refused.json()["article"]) == ("WRONG_STATE", "9.2")
    body = {**ruling, "settings": settings}
    assert code(await county.give(jan(5), Role.COUNTY_OFFICE, "assessment/propose-interpretation", body)) == "AUTH"
    await county.must(jan(5), Role.CITY_ORGANISATION, "assessment/propose-interpretation", body)
    alone = {"ruling": "JS-1"}
    assert code(await county.give(jan(5), Role.CITY_ORGANISATION, "assessment/issue-interpretation", alone)) == "AUTH"
    await county.must(jan(6), Role.CITY_POVERTY, "assessment/issue-interpretation", alone)
    await county.seen("assessment")
    shown = (await county.ask(jan(6), Role.AUDIT, "assessment/rulings")).json()["rulings"]
    assert {(row["parameter"], row["issued"]) for row in shown} == {(name, True) for name in RULED}


async def test_a_county_may_be_stricter_never_weaker_than_the_text(county: County) -> None:
    async def adopt(parameter: str, value: Any) -> httpx.Response:
        measure = {"county": COUNTY, "measure": f"XB-{parameter}", "parameter": parameter, "value": value}
        dated = {**measure, "valid_from": "2018-01-01"}
        return await county.give(jan(6), Role.COUNTY_OFFICE, "assessment/adopt-county-measure", dated)

    for parameter, value, article in (
        ("onpost.threshold", 180, "9.2"),
        ("quota.pct", 30, "12.6"),
        ("absence.sync_horizon_h", 96, "9.3"),
        ("absence.basis", "calendar", "15.4"),
    ):
        refused = await adopt(parameter, value)
        assert (code(refused), refused.json()["article"]) == ("WRONG_STATE", article), parameter
    assert (await adopt("onpost.min_checkins", 2)).status_code == 201


async def test_the_township_sees_who_waits_for_a_grade(county: County) -> None:
    items = await waiting(county, 9, Role.TOWNSHIP)
    assert {item["fields"]["person"] for item in items} == set(PEOPLE) - {SANCTIONED, INVESTIGATED}
    assert {item["command"] for item in items} == {"propose-grade"}
    assert await waiting(county, 9, Role.COUNTY_OFFICE) == []


async def test_a_sanctioned_person_is_refused_a_better_grade_and_the_attempt_is_kept(county: County) -> None:
    refused = await county.give(jan(10), Role.TOWNSHIP, "assessment/propose-grade", proposal(SANCTIONED, "称职"))
    assert (refused.status_code, code(refused), refused.json()["article"]) == (409, "DISQUALIFIED", "15")
    await county.seen("assessment")
    listed = (await county.ask(jan(10), Role.AUDIT, "assessment/refusals")).json()["refusals"]
    assert [(row["command"], row["code"]) for row in listed[:1]] == [("propose-grade", "DISQUALIFIED")]
    hidden = await county.ask(jan(10), Role.TOWNSHIP, "assessment/refusals")
    assert code(hidden) == "AUTH"


async def test_wrong_people_places_and_forms_are_refused(county: County) -> None:
    async def refused(caller: Role | str, body: dict[str, Any]) -> str:
        return code(await county.give(jan(10), caller, "assessment/propose-grade", body))

    assert await refused(Role.COUNTY_OFFICE, proposal(BEST)) == "AUTH"
    assert await refused(STRANGER, proposal(BEST)) == "AUTH"
    assert await refused(Role.TOWNSHIP, proposal("P999999")) == "UNKNOWN_PERSON"
    assert await refused(Role.TOWNSHIP, proposal(BEST) | {"county": "530114"}) == "WRONG_STATE"
    assert await refused(Role.TOWNSHIP, proposal(BEST) | {"grade": "合格"}) == "MALFORMED"
    assert await refused(Role.TOWNSHIP, proposal(INVESTIGATED)) == "WRONG_STATE"
    final = await county.give(jan(10), Role.TOWNSHIP, "assessment/finalise-year", COUNTY_YEAR)
    assert code(final) == "AUTH"


async def test_the_same_key_gives_the_first_answer_and_another_body_is_refused(county: County) -> None:
    key = {"Idempotency-Key": "grade-best"}
    first = await county.give(jan(10), Role.TOWNSHIP, "assessment/propose-grade", proposal(BEST), **key)
    again = await county.give(jan(10), Role.TOWNSHIP, "assessment/propose-grade", proposal(BEST), **key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await county.give(jan(10), Role.TOWNSHIP, "assessment/propose-grade", proposal(TIED), **key)
    assert code(other) == "IDEMPOTENCY_KEY_REUSED"


async def test_everybody_else_is_proposed_and_the_county_sees_it(county: County) -> None:
    for person in PEOPLE:
        if person not in (BEST, INVESTIGATED):
            await county.must(jan(10), Role.TOWNSHIP, "assessment/propose-grade", proposal(person))
    (item,) = await waiting(county, 11, Role.COUNTY_OFFICE)
    assert item["command"] == "review-grades"
    assert set(item["fields"]["persons"]) == set(PEOPLE) - {INVESTIGATED}
    assert await waiting(county, 11, Role.TOWNSHIP) == []


async def test_what_the_county_sees_waiting_is_what_it_may_send(county: County) -> None:
    (item,) = await waiting(county, 12, Role.COUNTY_OFFICE)
    answer = await county.must(jan(12), Role.COUNTY_OFFICE, "assessment/review-grades", item["fields"])
    assert len(answer["events"]) == len(PEOPLE) - 1
    again = await county.give(jan(12), Role.COUNTY_OFFICE, "assessment/review-grades", item["fields"])
    assert code(again) == "DUPLICATE"


async def test_facts_that_come_after_the_proposal_send_it_back(county: County) -> None:
    training = {"training": "PX-1", "area": TOWNSHIP, "organiser": "township", "persons": [TRAINED]}
    days = {"starts_on": "2017-12-28", "ends_on": "2017-12-28"}
    await county.must(jan(13), Role.TOWNSHIP, "personnel/record-training", training | days)
    await county.seen("assessment")
    final = await county.give(jan(13), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    assert code(final) == "INPUTS_CHANGED"
    assert TRAINED in final.json()["detail"]
    again = {**COUNTY_YEAR, "persons": [TRAINED]}
    review = await county.give(jan(13), Role.COUNTY_OFFICE, "assessment/review-grades", again)
    assert code(review) == "INPUTS_CHANGED"
    await county.must(jan(14), Role.TOWNSHIP, "assessment/propose-grade", proposal(TRAINED))
    await county.must(jan(15), Role.COUNTY_OFFICE, "assessment/review-grades", again)


async def test_a_tie_at_the_line_stops_everything_until_it_is_resolved(county: County) -> None:
    final = await county.give(jan(16), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    assert code(final) == "TIE_UNRESOLVED"
    (item,) = await waiting(county, 16, Role.COUNTY_OFFICE)
    assert (item["command"], item["fields"]["chosen"]) == ("resolve-tie", [TIED, ALSO_TIED])
    both = {**COUNTY_YEAR, "chosen": [TIED, ALSO_TIED], "reasons": "二人均突出"}
    assert code(await county.give(jan(16), Role.COUNTY_OFFICE, "assessment/resolve-tie", both)) == "QUOTA"
    await county.must(jan(17), Role.COUNTY_OFFICE, "assessment/resolve-tie", {**both, "chosen": [TIED]})
    (item,) = await waiting(county, 18, Role.COUNTY_OFFICE)
    assert item["command"] == "finalise-year"


async def test_nothing_is_final_before_the_county_has_seen_whose_outcome_hangs_on_a_reading(county: County) -> None:
    final = await county.give(jan(19), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    assert code(final) == "WRONG_STATE"
    seen = (await county.ask(jan(19), Role.COUNTY_OFFICE, f"assessment/sensitive/{COUNTY}/{YEAR}")).json()
    by_person = {row["person"]: row for row in seen["persons"]}
    assert {"quota.round", "fs.assess"} == {reading["parameter"] for reading in by_person[ALSO_TIED]["readings"]}
    assert "quota.scope" in {reading["parameter"] for reading in by_person[TIED]["readings"]}
    assert not any(row["waits"] for row in seen["persons"])
    other = {**COUNTY_YEAR, "digest": "0" * 64}
    refused = await county.give(jan(19), Role.COUNTY_OFFICE, "assessment/acknowledge-sensitive", other)
    assert code(refused) == "LIST_MISMATCH"
    acknowledged = {**COUNTY_YEAR, "digest": seen["digest"]}
    await county.must(jan(19), Role.COUNTY_OFFICE, "assessment/acknowledge-sensitive", acknowledged)


async def test_the_county_makes_the_year_final(county: County) -> None:
    answer = await county.must(jan(20), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    outcomes = {"优秀": 2, "称职": 8, "未定等次": 1, "不称职": 1}
    assert answer["detail"] == {"objects": 12, "maximum": 2, "outcomes": outcomes}
    again = await county.give(jan(20), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    assert code(again) == "PERIOD_CLOSED"
    await county.seen("assessment")
    year = (await county.ask(jan(21), Role.COUNTY_OFFICE, f"assessment/year/{COUNTY}/{YEAR}")).json()
    assert year["state"]["final"]
    found = {row["person"]: (row["outcome"], row["grounds"]) for row in year["persons"]}
    assert found[BEST] == found[TIED] == ("优秀", [])
    assert found[ALSO_TIED] == ("称职", [])
    assert found[SANCTIONED] == ("不称职", ["D1"])
    assert found[INVESTIGATED] == ("未定等次", [])
    assert await waiting(county, 21, Role.COUNTY_OFFICE) == []


async def test_a_determination_rests_on_sealed_logs_and_names_every_stream(county: County) -> None:
    final = await finals(county)
    assert set(final) == set(PEOPLE)
    found = final[SANCTIONED]
    origins = {f"zhucun.demo/{service}" for service in ("assessment", "attendance", "personnel")}
    assert {basis.origin for basis in found.basis} == origins
    sizes = {basis.origin: basis.size for basis in found.basis}
    streams = {entry.stream: entry for entry in found.manifest}
    own = {f"{kind}/{SANCTIONED}/2017" for kind in ("assessment", "attendance", "posting")}
    common = {"rules/kunming-2016-1", f"county/{COUNTY}/{YEAR}", f"village/{TOWNSHIP}202"}
    assert set(streams) == own | common
    for entry in streams.values():
        service = entry.origin.removeprefix("zhucun.demo/")
        page = await county.application.hosted[service].node.feed.page(0, sizes[entry.origin])
        last = [event for event in map(decode, (body for _, body in page)) if event.stream == entry.stream][-1]
        assert last.version == entry.version
    assert "党内警告" not in found.model_dump_json()
    assert "2017-06-01" not in found.model_dump_json()


async def test_the_cohort_of_the_quota_can_be_checked_by_anybody(county: County) -> None:
    rows: list[Any] = [[person, final.outcome, final.score] for person, final in sorted((await finals(county)).items())]
    events = [decode(body) for _, body in await county.application.hosted["assessment"].node.feed.page(0, 1000)]
    (quota,) = [event for event in events if event.type == "zhucun.assessment.QuotaComputed.v1"]
    assert quota.data["cohort"] == digest(rows)


async def finals(county: County) -> dict[str, AssessmentFinalised]:
    events = [decode(body) for _, body in await county.application.hosted["assessment"].node.feed.page(0, 1000)]
    read = [AssessmentFinalised(**event.data) for event in events if event.type == AssessmentFinalised.type()]
    return {final.person: final for final in read}


async def test_an_excellent_year_is_explained_with_the_county_it_was_compared_with(county: County) -> None:
    answer = await county.ask(jan(21), BEST, f"assessment/explain/{BEST}/{YEAR}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["result"]["outcome"] == "优秀"
    quota = next(finding for finding in found["result"]["findings"] if finding["article"] == "12.6")
    assert (quota["values"]["objects"], quota["values"]["maximum"]) == (12, 2)
    assert "每年在岗时间不少于200天" in found["text"]


async def test_an_explanation_can_be_asked_as_of_an_earlier_day(county: County) -> None:
    async def outcome(as_of: str) -> str:
        path = f"assessment/explain/{SANCTIONED}/{YEAR}"
        answer = await county.ask(jan(21), Role.COUNTY_OFFICE, path, as_of=as_of)
        return str(answer.json()["result"]["outcome"]) if answer.status_code == 200 else code(answer)

    assert await outcome("2018-01-21") == "不称职"
    assert await outcome("2017-05-31") == "YEAR_OPEN"
    assert await outcome("2016-01-01") == "UNKNOWN_PERSON"
    assert await outcome("yesterday") == "MALFORMED"


async def test_results_are_shown_to_those_they_concern_alone(county: County) -> None:
    path = f"assessment/explain/{SANCTIONED}/{YEAR}"
    for reader in (SANCTIONED, Role.TOWNSHIP, Role.COUNTY_OFFICE, Role.AUDIT):
        assert (await county.ask(jan(21), reader, path)).status_code == 200
    for reader in (STRANGER, BEST, Role.KIOSK):
        assert code(await county.ask(jan(21), reader, path)) == "AUTH"
    assert code(await county.ask(jan(21), Role.TOWNSHIP, f"assessment/year/{COUNTY}/{YEAR}")) == "AUTH"
    told = (await county.ask(jan(21), SANCTIONED, "assessment/work")).json()
    assert [(item["kind"], item["title"]) for item in told] == [("notice", "2017 年度考核结果：不称职")]


async def test_the_fold_of_the_export_gives_what_the_service_has_recorded(county: County, tmp_path: Path) -> None:
    lines, disclosures = tmp_path / "events.jsonl", tmp_path / "disclosures"
    with lines.open("wb") as out:
        await export(county.settings, ("personnel", "attendance", "assessment"), out, disclosures)
    result = offline.assess(lines, YEAR, county=COUNTY, disclosures=disclosures)
    recorded = await finals(county)
    assert {person: shown["outcome"] for person, shown in result["persons"].items()} == {
        person: final.outcome for person, final in recorded.items()
    }
    assert {final.inputs for final in recorded.values()} == {shown["inputs"] for shown in result["persons"].values()}
    assert {final.fold_digest for final in recorded.values()} == {result["rules"]["fold_digest"]}
