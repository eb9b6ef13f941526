"""One county-year from check-ins to final grades, over HTTP, on real servers: the tests follow each other."""

import asyncio
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
from services.assessment.replay import offline
from services.assessment.replay.refold import refold, refold_file
from services.assessment.sealed_logs import SealedLogs
from services.runtime.exporting import export
from tests.system.county import COUNTY, KEEPER, PEOPLE, STRANGER, TOWNSHIP, UNIT, YEAR, County, running_county, team_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEST, TIED, ALSO_TIED, TRAINED, ABSENT, INVESTIGATED, SANCTIONED = *PEOPLE[:4], *PEOPLE[9:]
"""Absent on sixteen duty days in a row, the last of them 26 June; under investigation; sanctioned."""
COUNTY_YEAR: dict[str, Any] = {"county": COUNTY, "year": YEAR}
SCORES = {BEST: ("优秀", 9500), TIED: ("优秀", 9200), ALSO_TIED: ("优秀", 9200), SANCTIONED: ("不称职", 5000)}
SCORES[ABSENT] = ("不称职", 5000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(
    postgres_url: str, empty_bus: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[County]:
    var: Path = tmp_path_factory.mktemp("var")
    async with running_county(postgres_url, empty_bus, database_prefix, var) as opened:
        await opened.settle()
        await opened.work_through_the_year({ABSENT: (date(2017, 6, 5), date(2017, 6, 26))})
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
    "absence.basis": "duty",
    "absence.rest_in_run": "bridge",
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
    asked = await waiting(county, 6, Role.DISPATCHING_UNIT)
    assert {item["fields"]["person"] for item in asked} == set(PEOPLE)
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
    (item,) = await waiting(county, 6, Role.CITY_POVERTY)
    assert (item["command"], item["fields"]) == ("issue-interpretation", alone)
    await county.must(jan(6), Role.CITY_POVERTY, "assessment/issue-interpretation", alone)
    await county.seen("assessment")
    shown = (await county.ask(jan(6), Role.AUDIT, "assessment/rulings")).json()["rulings"]
    assert {(row["parameter"], row["issued"]) for row in shown} == {(name, True) for name in RULED}


async def test_a_county_may_be_stricter_never_weaker_than_the_text(county: County) -> None:
    async def adopt(parameter: str, value: Any) -> httpx.Response:
        measure = {"county": COUNTY, "measure": f"XB-{parameter}", "parameter": parameter, "value": value}
        dated = {**measure, "valid_from": "2018-01-06"}
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


def after(answer: dict[str, Any]) -> dict[str, str]:
    """The header that waits until a service's views hold what was just recorded."""
    last = answer["events"][-1]
    return {"Zhucun-At-Least": f"{last['stream']}:{last['version']}"}


async def test_what_the_interpreters_rule_and_a_county_adopts_holds_in_every_service(county: County) -> None:
    trip: dict[str, Any] = {"person": TRAINED, "purpose": "赴县参加会议", "evidence": ["a" * 64]}
    first = {**trip, "travel": "CC-1", "starts_on": "2018-01-03", "ends_on": "2018-01-03"}
    await county.must(jan(6), TRAINED, "attendance/request-travel", first)
    measure = {"county": COUNTY, "measure": "XB-CC", "parameter": "travel.retro_days", "value": 1}
    dated = {**measure, "valid_from": "2018-01-06"}
    adopted = await county.must(jan(6), Role.COUNTY_OFFICE, "assessment/adopt-county-measure", dated)
    second = {**trip, "travel": "CC-2", "starts_on": "2018-01-04", "ends_on": "2018-01-04"}
    refused = await county.give(jan(6), TRAINED, "attendance/request-travel", second, **after(adopted))
    assert (code(refused), refused.json()["article"]) == ("HORIZON_PASSED", "9.2")
    well = {"team": "T0001", "kind": "special", "source": "city", "title": "打井", "site": "村口", "amount": 100_000}
    await county.must(jan(6), BEST, "finance/propose-project", {**well, "project": "XM-1"})
    ruling = {"ruling": "JS-2", "valid_from": "2018-01-01", "reasons": "市级部门自行认定"}
    kinds = ["sick", "maternity", "injury"]
    settings = [{"parameter": "special.as_other", "value": False}, {"parameter": "leave.medical_kinds", "value": kinds}]
    odd = {**ruling, "settings": [{"parameter": "leave.medical_kinds", "value": ["sick", "hangover"]}]}
    refused = await county.give(jan(6), Role.CITY_POVERTY, "assessment/propose-interpretation", odd)
    assert code(refused) == "MALFORMED" and "sick | maternity" in refused.json()["detail_en"]
    await county.must(jan(6), Role.CITY_POVERTY, "assessment/propose-interpretation", {**ruling, "settings": settings})
    issued = await county.must(jan(6), Role.CITY_ORGANISATION, "assessment/issue-interpretation", {"ruling": "JS-2"})
    refused = await county.give(jan(6), BEST, "finance/propose-project", {**well, "project": "XM-2"}, **after(issued))
    assert (code(refused), refused.json()["article"]) == ("USE_NOT_ALLOWED", "19.6")
    shown = (await county.ask(jan(6), Role.AUDIT, "assessment/rulings")).json()["rulings"]
    assert {row["parameter"]: row["value"] for row in shown}["leave.medical_kinds"] == kinds


async def test_the_township_sees_who_waits_for_a_grade(county: County) -> None:
    items = await waiting(county, 9, Role.TOWNSHIP)
    assert {item["fields"]["person"] for item in items} == set(PEOPLE) - {ABSENT, SANCTIONED, INVESTIGATED}
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


async def _township_is_heard(county: County) -> None:
    """It sees the tie that its own people stand in, says whom it puts first, once, and the county office sees that."""
    (item,) = await waiting(county, 16, Role.TOWNSHIP)
    assert (item["command"], item["fields"]["supports"]) == ("give-tie-opinion", [TIED, ALSO_TIED])
    said = item["fields"] | {"supports": [ALSO_TIED], "opinion": "带动增收更多"}
    given = await county.must(jan(16), Role.TOWNSHIP, "assessment/give-tie-opinion", said)
    assert code(await county.give(jan(16), Role.TOWNSHIP, "assessment/give-tie-opinion", said)) == "DUPLICATE"
    assert code(await county.give(jan(16), Role.COUNTY_OFFICE, "assessment/give-tie-opinion", said)) == "AUTH"
    assert await waiting(county, 16, Role.TOWNSHIP) == []
    for role in (Role.TOWNSHIP, Role.COUNTY_OFFICE):
        meter = (await county.ask(jan(16), role, f"assessment/quota/{COUNTY}/{YEAR}")).json()
        (opinion,) = meter["tie_opinions"]
        assert (opinion["township"], opinion["supports"], opinion["stands"]) == (TOWNSHIP, [ALSO_TIED], True)
        assert opinion["event"] in str(given["events"])
    (item,) = await waiting(county, 16, Role.COUNTY_OFFICE)
    assert item["command"] == "resolve-tie" and TOWNSHIP in item["title"]


async def test_a_tie_at_the_line_stops_everything_until_it_is_resolved(county: County) -> None:
    final = await county.give(jan(16), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    assert code(final) == "TIE_UNRESOLVED"
    (item,) = await waiting(county, 16, Role.COUNTY_OFFICE)
    assert (item["command"], item["fields"]["chosen"]) == ("resolve-tie", [TIED, ALSO_TIED])
    await _township_is_heard(county)
    both = {**COUNTY_YEAR, "chosen": [TIED, ALSO_TIED], "reasons": "二人均突出"}
    assert code(await county.give(jan(16), Role.COUNTY_OFFICE, "assessment/resolve-tie", both)) == "QUOTA"
    await county.must(jan(17), Role.COUNTY_OFFICE, "assessment/resolve-tie", {**both, "chosen": [TIED]})
    (item,) = await waiting(county, 18, Role.COUNTY_OFFICE)
    assert item["command"] == "acknowledge-sensitive"


async def test_nothing_is_final_before_the_county_has_seen_whose_outcome_hangs_on_a_reading(county: County) -> None:
    final = await county.give(jan(19), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    assert code(final) == "WRONG_STATE"
    seen = (await county.ask(jan(19), Role.COUNTY_OFFICE, f"assessment/sensitive/{COUNTY}/{YEAR}")).json()
    by_person = {row["person"]: row for row in seen["persons"]}
    assert {"quota.round", "fs.assess"} == {reading["parameter"] for reading in by_person[ALSO_TIED]["readings"]}
    assert "quota.scope" in {reading["parameter"] for reading in by_person[TIED]["readings"]}
    assert not any(row["waits"] for row in seen["persons"])
    assert seen["elsewhere"] == {"objects": 0, "counties": []}
    other = {**COUNTY_YEAR, "digest": "0" * 64}
    refused = await county.give(jan(19), Role.COUNTY_OFFICE, "assessment/acknowledge-sensitive", other)
    assert code(refused) == "LIST_MISMATCH"
    acknowledged = {**COUNTY_YEAR, "digest": seen["digest"]}
    await county.must(jan(19), Role.COUNTY_OFFICE, "assessment/acknowledge-sensitive", acknowledged)
    (item,) = await waiting(county, 19, Role.COUNTY_OFFICE)
    assert item["command"] == "finalise-year"


async def test_the_county_makes_the_year_final(county: County) -> None:
    answer = await county.must(jan(20), Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
    outcomes = {"优秀": 2, "称职": 7, "未定等次": 1, "不称职": 2}
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
    todo = await waiting(county, 21, Role.COUNTY_OFFICE)
    assert [item["command"] for item in todo] == ["file-lists", "file-lists", "feed-back", "circulate-excellent"]


async def test_a_determination_rests_on_sealed_logs_and_names_every_stream(county: County) -> None:
    final = await finals(county)
    assert set(final) == set(PEOPLE)
    found = final[SANCTIONED]
    origins = {f"zhucun.demo/{service}" for service in ("assessment", "attendance", "finance", "personnel")}
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


async def test_w52_two_recipients_get_equal_lists_and_no_township_feeds_back(county: County) -> None:
    lists = (await county.ask(jan(22), Role.COUNTY_OFFICE, f"assessment/lists/{COUNTY}/{YEAR}")).json()
    assert (len(lists["objects"]), lists["excellent"], lists["complete"]) == (12, [BEST, TIED], False)
    digests = {"objects_digest": lists["objects_digest"], "excellent_digest": lists["excellent_digest"]}
    to_office = {**COUNTY_YEAR, "recipient": "CO", **digests}
    wrong = await county.give(
        jan(22), Role.COUNTY_OFFICE, "assessment/file-lists", {**to_office, "excellent_digest": "0" * 64}
    )
    assert code(wrong) == "LIST_MISMATCH"
    await county.must(jan(22), Role.COUNTY_OFFICE, "assessment/file-lists", to_office)
    await county.seen("assessment")
    half = (await county.ask(jan(22), Role.AUDIT, f"assessment/lists/{COUNTY}/{YEAR}")).json()
    assert not half["complete"]
    await county.must(jan(22), Role.COUNTY_OFFICE, "assessment/file-lists", {**to_office, "recipient": "CZ"})
    await county.seen("assessment")
    whole = (await county.ask(jan(22), Role.CITY_ORGANISATION, f"assessment/lists/{COUNTY}/{YEAR}")).json()
    assert whole["complete"]
    told = {**COUNTY_YEAR, "unit": UNIT}
    assert code(await county.give(jan(22), Role.TOWNSHIP, "assessment/feed-back", told)) == "AUTH"


async def test_w53_the_unit_reads_its_own_people_and_files_the_result(county: County) -> None:
    answer = await county.must(jan(22), Role.COUNTY_OFFICE, "assessment/feed-back", {**COUNTY_YEAR, "unit": UNIT})
    assert len(answer["events"]) == 12
    await county.seen("assessment")
    own = (await county.ask(jan(23), Role.DISPATCHING_UNIT, f"assessment/unit/{UNIT}/{YEAR}")).json()
    assert (len(own["persons"]), own["outside_unit_quota"]) == (12, 2)
    scale = {row["person"]: row["in_scale_of_institutions"] for row in own["persons"]}
    assert (scale[BEST], scale[ALSO_TIED], scale[SANCTIONED]) == ("优秀", "合格", "不合格")
    filed = {**COUNTY_YEAR, "person": BEST}
    assert code(await county.give(jan(23), Role.TOWNSHIP, "assessment/file-result", filed)) == "AUTH"
    await county.must(jan(23), Role.DISPATCHING_UNIT, "assessment/file-result", filed)
    assert code(await county.ask(jan(23), STRANGER, f"assessment/unit/{UNIT}/{YEAR}")) == "AUTH"


async def test_the_excellent_are_made_known_at_both_levels_and_w58_nobody_else_is_selected(county: County) -> None:
    for caller, area in ((Role.COUNTY_OFFICE, COUNTY), (Role.CITY_OFFICE, "5301")):
        circular = {"area": area, "year": YEAR}
        wrong = Role.CITY_OFFICE if caller is Role.COUNTY_OFFICE else Role.COUNTY_OFFICE
        assert code(await county.give(jan(24), Role.TOWNSHIP, "assessment/circulate-excellent", circular)) == "AUTH"
        if wrong is Role.COUNTY_OFFICE:
            assert code(await county.give(jan(24), wrong, "assessment/circulate-excellent", circular)) == "AUTH"
        await county.must(jan(24), caller, "assessment/circulate-excellent", circular)
    selected = {"person": ALSO_TIED, "year": YEAR}
    refused = await county.give(jan(24), Role.CITY_OFFICE, "assessment/select-advanced", selected)
    assert (code(refused), refused.json()["article"]) == ("WRONG_STATE", "13")
    best = {"person": BEST, "year": YEAR}
    forward = {**COUNTY_YEAR, "person": BEST, "reasons": "实绩突出"}
    unheard = await county.give(jan(24), Role.CITY_OFFICE, "assessment/select-advanced", best)
    assert (code(unheard), unheard.json()["article"]) == ("WRONG_STATE", "13.2")
    assert code(await county.give(jan(24), Role.CITY_OFFICE, "assessment/nominate-advanced", forward)) == "AUTH"
    await county.must(jan(24), Role.COUNTY_OFFICE, "assessment/nominate-advanced", forward)
    opinion = {**best, "agrees": True, "opinion": "同意"}
    await county.must(jan(24), Role.CITY_POVERTY, "assessment/give-award-opinion", opinion)
    await county.must(jan(24), Role.CITY_OFFICE, "assessment/select-advanced", best)
    await county.must(jan(24), Role.TOWNSHIP, "assessment/propose-commendation", forward)
    await county.must(jan(24), Role.COUNTY_OFFICE, "assessment/award-commendation", {**COUNTY_YEAR, "person": BEST})
    early = {"area": COUNTY, **best, "reasons": "-"}
    assert code(await county.give(jan(24), Role.COUNTY_OFFICE, "assessment/withdraw-award", early)) == "WRONG_STATE"
    back = {"area": COUNTY, "year": YEAR, "reasons": "-"}
    assert code(await county.give(jan(24), Role.COUNTY_OFFICE, "assessment/withdraw-circular", back)) == "WRONG_STATE"


async def test_awards_and_the_profile_of_one_person_are_shown_to_those_who_may(county: County) -> None:
    (row,) = (await county.ask(jan(24), Role.CITY_OFFICE, f"assessment/awards/5301/{YEAR}")).json()["awards"]
    assert (row["person"], row["holds"], row["rests_on_excellent"]) == (BEST, True, True)
    assert [(one["role"], one["agrees"]) for one in row["opinions"]] == [("CP", True)]
    meter = (await county.ask(jan(24), Role.COUNTY_OFFICE, f"assessment/quota/{COUNTY}/{YEAR}")).json()
    assert (meter["objects"], meter["maximum"], BEST in meter["excellent"]) == (len(PEOPLE), 2, True)
    unfiled = (await county.ask(jan(24), Role.COUNTY_OFFICE, f"assessment/lists/{COUNTY}/{YEAR}")).json()["not_in_file"]
    waiting_for_the_unit = [
        one["fields"]["person"]
        for one in (await county.ask(jan(24), Role.DISPATCHING_UNIT, "assessment/work")).json()
        if one["command"] == "file-result"
    ]
    assert sorted(waiting_for_the_unit) == unfiled and len(unfiled) == len(PEOPLE) - 1
    profile = (await county.ask(jan(24), Role.CITY_ORGANISATION, f"assessment/profile/{BEST}")).json()
    assert [(one["year"], one["outcome"]) for one in profile["years"]] == [(YEAR, "优秀")]
    assert sorted(one["area"] for one in profile["awards"]) == ["5301", COUNTY]
    assert sorted(one["area"] for one in profile["circulars"]) == ["5301", COUNTY]
    assert code(await county.ask(jan(24), STRANGER, f"assessment/profile/{BEST}")) == "AUTH"


async def test_a_determination_is_replayed_byte_for_byte_by_the_service(county: County) -> None:
    for person in (BEST, SANCTIONED, INVESTIGATED):
        found = (await county.ask(jan(25), person, f"assessment/replay/{person}/{YEAR}", search="false")).json()
        assert (found["differs"], found["reproduced"], found["violations"]) == ([], True, []), person
        standing = {lens: shown["standing"] for lens, shown in found["lenses"].items()}
        assert standing["then-then"] == standing["now-then"] == found["decided"]["outcome"]
        assert standing["then-now"] == "不称职", "the county asks for two check-ins a day since 2018"
        changed: dict[str, Any] = {"onpost.min_checkins": 2, "special.as_other": False, "travel.retro_days": 1}
        changed["leave.medical_kinds"] = ["sick", "maternity", "injury"]
        assert found["rules"]["now"]["changed"] == changed
    parameters = {"set": "quota.round=ceil"}
    other = (await county.ask(jan(25), Role.AUDIT, f"assessment/replay/{ALSO_TIED}/{YEAR}", **parameters)).json()
    assert other["rules"]["now"]["changed"]["quota.round"] == "ceil"
    assert other["flips"]["singles"]["tried"] == other["flips"]["singles"]["of"] > 200
    assert code(await county.ask(jan(25), STRANGER, f"assessment/replay/{BEST}/{YEAR}")) == "AUTH"
    wrong = await county.ask(jan(25), Role.AUDIT, f"assessment/replay/{BEST}/{YEAR}", set="quota.round=up")
    assert code(wrong) == "MALFORMED"
    assert code(await county.ask(jan(25), Role.AUDIT, f"assessment/replay/{BEST}/2018")) == "WRONG_STATE"
    assert code(await county.ask(jan(25), Role.AUDIT, "assessment/replay/P999999/2017")) == "UNKNOWN_PERSON"


async def test_w56_a_cleared_investigation_leads_to_a_second_determination_and_nobody_else_moves(
    county: County,
) -> None:
    april = date(2018, 4, 10)
    case: dict[str, Any] = {**COUNTY_YEAR, "person": INVESTIGATED, "case": "FH-1"}
    closing = {"person": INVESTIGATED, "county": COUNTY, "case": "JW-2", "closed_on": "2018-04-09", "result": "cleared"}
    await county.must(april, Role.DISCIPLINE, "assessment/close-investigation", closing)
    early = {**case, "upheld": False, "reasons": "-"}
    assert code(await county.give(april, Role.COUNTY_OFFICE, "assessment/decide-dispute", early)) == "UNKNOWN_CASE"
    again = proposal(INVESTIGATED, "优秀") | {"score": 9400}
    assert code(await county.give(april, Role.TOWNSHIP, "assessment/propose-grade", again)) == "PERIOD_CLOSED"
    ordered = {**case, "cause": "investigation_closed", "reasons": "已结案"}
    await county.must(april, Role.COUNTY_OFFICE, "assessment/order-reassessment", ordered)
    await county.must(april, Role.TOWNSHIP, "assessment/propose-grade", again)
    reviewed = {**COUNTY_YEAR, "persons": [INVESTIGATED]}
    await county.must(april, Role.COUNTY_OFFICE, "assessment/review-grades", reviewed)
    meter = (await county.ask(april, Role.COUNTY_OFFICE, f"assessment/quota/{COUNTY}/{YEAR}")).json()
    assert (meter["objects"], sorted(meter["excellent"])) == (len(PEOPLE), [BEST, TIED]), "what was decided stands"
    await county.must(
        april, Role.COUNTY_OFFICE, "assessment/decide-dispute", {**case, "upheld": False, "reasons": "重新考核"}
    )
    await county.seen("assessment")
    shown = (await county.ask(april, Role.COUNTY_OFFICE, f"assessment/year/{COUNTY}/{YEAR}")).json()["persons"]
    after = {row["person"]: (row["outcome"], row["determination"]) for row in shown}
    assert after[INVESTIGATED] == ("称职", 2)  # proposed as 优秀, but no place is left
    assert (after[BEST], after[TIED], after[ALSO_TIED]) == (("优秀", 1), ("优秀", 1), ("称职", 1))
    for version in ("1", "2"):
        path = f"assessment/replay/{INVESTIGATED}/{YEAR}"
        found = (await county.ask(april, Role.AUDIT, path, version=version, search="false")).json()
        assert (found["differs"], found["determination"]) == ([], int(version))


async def barred(county: County, on: str, expected: bool) -> dict[str, Any]:
    """Personnel's answer, asked until its reaction has heard of the determination."""
    for _ in range(1_200):
        answer = await county.ask(date(2018, 2, 25), Role.CITY_ORGANISATION, f"personnel/promotion-bar/{ABSENT}", on=on)
        if answer.json()["barred"] is expected:
            return dict(answer.json())
        await asyncio.sleep(0.05)
    raise AssertionError(answer.text)


async def test_w54_a_final_result_bars_promotion_for_a_year_in_personnel(county: County) -> None:
    shown = await barred(county, "2018-06-01", True)
    assert (shown["until"], shown["determination"], shown["year"]) == ("2019-01-20", 1, YEAR)
    proposed = {"person": ABSENT}
    last = await county.give(date(2019, 1, 20), Role.CITY_ORGANISATION, "personnel/check-promotion", proposed)
    assert code(last) == "BARRED"
    await county.must(date(2019, 1, 21), Role.CITY_ORGANISATION, "personnel/check-promotion", proposed)


async def test_w57_facts_corrected_in_attendance_lead_to_number_two_and_the_bar_is_lifted(county: County) -> None:
    feb = date(2018, 2, 12)
    case: dict[str, Any] = {**COUNTY_YEAR, "person": ABSENT, "case": "YY-2"}
    objection = {**case, "claim": "6月26日住院，有证明", "evidence": ["f" * 64]}
    await county.must(date(2018, 2, 10), ABSENT, "assessment/raise-dispute", objection)
    (item,) = [one for one in await waiting(county, 31, Role.COUNTY_OFFICE) if one["command"] == "decide-dispute"]
    assert item["fields"] == {name: case[name] for name in ("person", "county", "year", "case")}
    told = (await county.ask(date(2018, 2, 11), Role.CITY_OFFICE, "assessment/work")).json()
    assert [(one["kind"], one["stream"]) for one in told] == [("notice", f"assessment/{ABSENT}/{YEAR}")]
    said = {**case, "upheld": False, "opinion": "当日确有住院记录"}
    (asked,) = [one for one in await waiting(county, 31, Role.TOWNSHIP) if one["command"] == "review-dispute"]
    assert asked["fields"] == item["fields"]
    await county.must(date(2018, 2, 11), Role.TOWNSHIP, "assessment/review-dispute", said)
    await county.must(date(2018, 2, 11), Role.DISPATCHING_UNIT, "assessment/give-dispute-opinion", said)
    justified = {"person": ABSENT, "starts_on": "2017-06-26", "ends_on": "2017-06-26", "reason": "住院"}
    closed = await county.give(feb, Role.TOWNSHIP, "attendance/justify-absence", justified | {"evidence": ["f" * 64]})
    assert code(closed) == "PERIOD_CLOSED", "a signed month changes by a correction of the leader in charge alone"
    correction = {"person": ABSENT, "date": "2017-06-26", "status": "EXCUSED", "reason": "住院，有证明"}
    await county.must(feb, Role.TOWNSHIP, "attendance/request-correction", correction)
    await county.must(feb, Role.TOWNSHIP_LEADER, "attendance/correct-day", correction)
    await county.seen("assessment")
    anew = {**case, "upheld": False, "reasons": "事实已更正"}
    assert code(await county.give(feb, Role.COUNTY_OFFICE, "assessment/decide-dispute", anew)) == "INPUTS_CHANGED"
    await county.must(feb, Role.TOWNSHIP, "assessment/propose-grade", proposal(ABSENT, "称职") | {"score": 8000})
    reviewed = {**COUNTY_YEAR, "persons": [ABSENT]}
    await county.must(feb, Role.COUNTY_OFFICE, "assessment/review-grades", reviewed)
    await county.must(feb, Role.COUNTY_OFFICE, "assessment/decide-dispute", anew)
    await barred(county, "2018-06-01", False)
    await county.seen("assessment")
    history = await county.ask(date(2018, 2, 25), ABSENT, f"assessment/determinations/{ABSENT}/{YEAR}")
    first, second = history.json()["determinations"]
    assert (first["outcome"], first["grounds"], first["superseded_by"]) == ("不称职", ["D4"], second["event"])
    assert (first["unit"], second["outcome"], second["grounds"], second["told"]) == (UNIT, "称职", [], None)
    path = f"assessment/replay/{ABSENT}/{YEAR}"
    found = (await county.ask(date(2018, 2, 25), Role.AUDIT, path, version="1")).json()
    assert (found["reproduced"], found["decided"]["outcome"]) == (True, "不称职")
    assert found["lenses"]["now-then"]["standing"] == "称职"
    (later,) = found["became_known"]
    assert (later["type"], later["kind"], later["lag_days"]) == ("DayStatusCorrected", "correction", 231)
    enough = [one for one in found["flips"]["sets"] if one["changes"][0]["move"] == "known_in_time"]
    assert [[change["event"] for change in one["changes"]] for one in enough] == [[later["event"]]]


async def test_a_dispute_is_raised_upheld_and_stays_readable(county: County) -> None:
    case = {**COUNTY_YEAR, "person": SANCTIONED, "case": "YY-1"}
    objection = {**case, "claim": "处分已撤销", "evidence": ["e" * 64]}
    late = await county.give(date(2018, 3, 1), SANCTIONED, "assessment/raise-dispute", objection)
    assert code(late) == "HORIZON_PASSED"
    assert code(await county.give(date(2018, 2, 10), STRANGER, "assessment/raise-dispute", objection)) == "AUTH"
    await county.must(date(2018, 2, 10), SANCTIONED, "assessment/raise-dispute", objection)
    decision = {**case, "upheld": True, "reasons": "处分决定有效"}
    assert code(await county.give(date(2018, 2, 11), Role.TOWNSHIP, "assessment/decide-dispute", decision)) == "AUTH"
    await county.must(date(2018, 2, 11), Role.COUNTY_OFFICE, "assessment/decide-dispute", decision)
    await county.seen("assessment")
    listed = (await county.ask(date(2018, 2, 12), SANCTIONED, f"assessment/disputes/{COUNTY}/{YEAR}")).json()[
        "disputes"
    ]
    assert [(row["case"], row["determination"], row["upheld"]) for row in listed] == [("YY-1", 1, True)]
    others = (await county.ask(date(2018, 2, 12), BEST, f"assessment/disputes/{COUNTY}/{YEAR}")).json()["disputes"]
    assert others == []


async def test_somebody_who_has_left_disputes_again_only_on_new_decisive_evidence(county: County) -> None:
    """What was decided once is not decided twice, and having left takes nobody's right to object."""
    feb, march = date(2018, 2, 20), date(2018, 3, 5)
    case = {**COUNTY_YEAR, "person": SANCTIONED, "case": "YY-3"}
    objection = {**case, "claim": "处分已撤销，附撤销决定", "evidence": ["d" * 64]}
    for_the_person = await county.give(feb, Role.DISPATCHING_UNIT, "assessment/raise-dispute", objection)
    assert (code(for_the_person), for_the_person.json()["article"]) == ("AUTH", "12.8")
    team, _ = team_of(SANCTIONED)
    leaving = {"person": SANCTIONED, "team": team, "cause": "term", "last_day": "2018-02-25"}
    because = {"because": {"reason": "任期届满", "evidence": ["a" * 64]}}
    await county.must(date(2018, 2, 25), Role.TOWNSHIP, "personnel/end-posting", leaving | because)
    await county.seen("assessment")
    late = await county.give(march, SANCTIONED, "assessment/raise-dispute", objection)
    assert code(late) == "HORIZON_PASSED", "not AUTH: the person has a say, if too late for this"
    await county.must(march, SANCTIONED, "assessment/raise-dispute", objection | {"decisive": True})
    decision = {**case, "upheld": False, "reasons": "重新考核"}
    copied = await county.give(march, Role.COUNTY_OFFICE, "assessment/decide-dispute", decision)
    assert code(copied) == "WRONG_STATE" and "upheld: true" in copied.json()["remedy"]
    upheld = decision | {"upheld": True, "reasons": "撤销决定系对他案作出"}
    await county.must(march, Role.COUNTY_OFFICE, "assessment/decide-dispute", upheld)
    await county.seen("assessment")
    path = f"assessment/disputes/{COUNTY}/{YEAR}"
    rows = (await county.ask(march, SANCTIONED, path)).json()["disputes"]
    assert [(row["case"], row["late"], row["again"], row["upheld"], row["holds"]) for row in rows] == [
        ("YY-1", False, False, True, 1),
        ("YY-3", True, True, True, 1),
    ]
    path = f"assessment/replay/{SANCTIONED}/{YEAR}"
    found = (await county.ask(march, SANCTIONED, path, search="false")).json()
    assert [one["decided"]["bears"] for one in found["disputes"]] == [True, True]
    assert (found["reproduced"], found["violations"]) == (True, [])


async def test_the_closed_year_is_folded_again_from_the_stored_bytes_and_agrees(county: County, tmp_path: Path) -> None:
    lines, disclosures = tmp_path / "events.jsonl", tmp_path / "disclosures"
    with lines.open("wb") as out:
        await export(county.settings, ("personnel", "attendance", "assessment"), out, disclosures)
    (found,) = refold_file(lines, YEAR, disclosures=disclosures)
    assert (found.determinations, found.differences) == (14, [])
    with SealedLogs(county.settings) as logs:
        texts, erased = logs.disclosures()
        assert refold(logs, YEAR, texts=texts, erased=erased) == [found], "the same without an export"


async def test_the_clock_counts_by_the_stricter_measure_of_the_county(county: County) -> None:
    """A county that waits 24 hours for late uploads has its year closed two days before the city's 72 are over."""

    async def years_closed(day: date) -> int:
        ran = await county.post(day, KEEPER, "attendance/duties/run", {})
        assert ran.status_code == 200, ran.text
        said: int = ran.json()["said"]["year-closing"]
        return said

    day = date(2019, 1, 2)
    assert await years_closed(date(2019, 1, 1)) == len(PEOPLE), "2017; of 2018 a day may still change"
    measure = {"county": COUNTY, "measure": "XB-24", "parameter": "absence.sync_horizon_h", "value": 24}
    adopted = await county.must(
        date(2018, 12, 31),
        Role.COUNTY_OFFICE,
        "assessment/adopt-county-measure",
        measure | {"valid_from": "2018-12-31"},
    )
    await county.application.hosted["attendance"].visibility.wait_for(
        {adopted["events"][-1]["stream"]: adopted["events"][-1]["version"]}, 60
    )
    assert await years_closed(day) == len(PEOPLE)
