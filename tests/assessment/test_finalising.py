"""The final year: what must be there, what is recorded, and that it fits into a leaf (Art. 12, 15)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts import canonical
from contracts.assessment import (
    AssessmentFinalised,
    DisqualificationDetermined,
    FindingRecorded,
    Grade,
    QuotaComputed,
    ReassessmentCause,
    StreamManifest,
)
from contracts.envelope import encode
from contracts.fact import Fact
from contracts.refusals import Code, Refusal
from services.assessment import refusals as no
from services.assessment.year.finalising import cohort_digest
from services.assessment.year.known import PersonShown
from tests.assessment.office import (
    BASIS,
    COUNTY_OFFICE,
    DIGESTS,
    OTHER,
    PERSON,
    Office,
    code_of,
    facts_of,
    ground_of,
    names_of,
    person,
    shown,
)


def determination(facts: list[Fact] | Refusal, name: str = PERSON) -> AssessmentFinalised:
    assert isinstance(facts, list), facts
    return next(fact for fact in facts if isinstance(fact, AssessmentFinalised) and fact.person == name)


def test_a_year_is_finalised_in_one_go_quota_first() -> None:
    good, bad = person(), person(OTHER, grounds=("D1", "D4"))
    office = Office().opened().graded(good, bad)
    facts = office.finalise(shown(replace(good, outcome="称职", score=8500), bad))
    assert names_of(facts) == [
        "ParametersRecorded",
        "QuotaComputed",
        "AssessmentObjectListed",
        "AssessmentObjectListed",
        "AssessmentFinalised",
        "DisqualificationDetermined",
        "DisqualificationDetermined",
        "AssessmentFinalised",
    ]


def test_the_list_is_drawn_up_at_the_opening_and_brought_up_to_date_when_the_year_is_final() -> None:
    """Who came onto it meanwhile is listed, who died or left is taken off it, nobody twice (Art. 12)."""
    gone, stays, fresh = person(), person(OTHER), person("P000003", grounds=("D1",))
    office = Office().opened(listed=(PERSON, OTHER))
    assert [(fact.NAME, fact.model_dump()["person"]) for fact in office.facts[2:]] == [
        ("AssessmentObjectListed", PERSON),
        ("AssessmentObjectListed", OTHER),
    ]
    office.graded(stays)
    died = replace(gone, listed=False, outcome="OFF_LIST")
    facts = facts_of(office.finalise(shown(died, replace(stays, outcome="称职", score=8500), fresh)))
    moved = [(fact.NAME, fact.model_dump()["person"]) for fact in facts if fact.NAME.startswith("AssessmentObject")]
    assert moved == [("AssessmentObjectRemoved", PERSON), ("AssessmentObjectListed", "P000003")]
    assert {fact.model_dump()["person"] for fact in facts if fact.NAME == "AssessmentFinalised"} == {OTHER, "P000003"}


def test_a_determination_says_what_it_rests_on() -> None:
    one = replace(person(), outcome="称职", score=8500)
    found = determination(Office().opened().graded(person()).finalise(shown(one)))
    assert (found.outcome, found.score, found.determination) == ("称职", 8500, 1)
    assert (found.findings, found.inputs, found.manifest) == (one.findings, one.inputs, one.manifest)
    assert found.basis == BASIS
    assert (found.rules_digest, found.parameters_digest, found.fold_digest) == (
        DIGESTS.rules,
        DIGESTS.parameters,
        DIGESTS.fold,
    )


def test_the_cohort_can_be_recomputed_from_the_determinations() -> None:
    people = [replace(person(f"P{n:06}"), outcome="称职", score=8000 + n) for n in range(1, 6)]
    office = Office().opened().graded(*(replace(one, outcome="AWAITING_GRADE") for one in people))
    facts = office.finalise(shown(*people, person("P000009", "NOT_ASSESSED_HERE", listed=False)))
    assert isinstance(facts, list)
    quota = next(fact for fact in facts if isinstance(fact, QuotaComputed))
    finals = sorted((f.person, f.outcome, f.score) for f in facts if isinstance(f, AssessmentFinalised))
    assert quota.cohort == canonical.digest([list(final) for final in finals])
    assert (quota.objects, quota.maximum) == (5, 1)
    assert quota.cohort != cohort_digest(shown(*people[:4], replace(people[4], score=1)))


@pytest.mark.parametrize("listed", [4, 5, 9, 10, 14, 15])
def test_w48_the_places_that_are_recorded_are_those_of_the_fold(listed: int) -> None:
    people = [person(f"P{n:06}", grounds=("D3",)) for n in range(1, listed + 1)]
    facts = Office().opened().finalise(shown(*people))
    assert isinstance(facts, list)
    quota = next(fact for fact in facts if isinstance(fact, QuotaComputed))
    assert quota.maximum == {4: 0, 5: 1, 9: 1, 10: 2, 14: 2, 15: 3}[listed]


def test_a_final_year_stays_as_it_is() -> None:
    office = Office().opened()
    known = shown(person(grounds=("D3",), flags=("shortfall_review_required",)))
    done = shown(person(grounds=("D3",)))
    assert isinstance(office.finalise(done), list)
    for answer in (
        office.finalise(done),
        office.propose(done, grade=Grade.INCOMPETENT),
        office.review(done),
        office.resolve(done, PERSON),
        office.look_at_shortfall(known),
    ):
        assert code_of(answer) is Code.PERIOD_CLOSED


def test_a_second_determination_of_the_same_year_is_number_two() -> None:
    office = Office().opened()
    known = shown(person(grounds=("D3",)))
    first = determination(office.finalise(known))
    assert (first.determination, first.supersedes) == (1, None)
    latest = office.file().determination(2017)
    assert latest is not None and (latest.number, latest.outcome) == (1, "不称职")
    assert office.file().determination(2016) is None
    names_of(office.order(ReassessmentCause.DECISIVE_EVIDENCE))
    assert office.settle(known, case="FH-1") == no.about(no.NOTHING_CHANGED, [PERSON])
    other = shown(person(grounds=("D3", "D4")))
    again = determination(office.settle(other, case="FH-1"))
    assert (again.determination, again.supersedes) == (2, latest.event)


@pytest.mark.parametrize(
    ("one", "refusal"),
    [
        (person(), no.UNGRADED),
        (person(outcome="undetermined"), no.UNCLEAR),
        (person(grounds=("D3",), flags=("shortfall_review_required",)), no.UNREVIEWED),
        (person(grounds=("D1", "D3"), flags=("shortfall_review_undetermined",)), no.UNREVIEWED),
    ],
)
def test_a_year_with_something_missing_is_refused_and_the_person_named(one: PersonShown, refusal: Refusal) -> None:
    ready = person(OTHER, grounds=("D4",))
    assert Office().opened().finalise(shown(one, ready)) == no.about(refusal, [PERSON])


def test_nothing_is_final_before_the_year_is_open_over_and_has_people() -> None:
    known = shown(person(grounds=("D3",)))
    assert Office().finalise(known) == no.YEAR_NOT_OPEN
    assert Office().opened().finalise(replace(known, over=False)) == no.YEAR_NOT_OVER
    assert Office().opened().finalise(shown(person(listed=False))) == no.NOBODY


def test_nobody_makes_a_year_final_that_he_or_she_is_graded_in() -> None:
    office = Office().opened()
    known = shown(person(grounds=("D3",)), person(COUNTY_OFFICE.person, grounds=("D1",)))
    assert office.finalise(known) == no.SELF


def test_a_proposed_grade_must_be_reviewed_and_a_tie_resolved() -> None:
    office = Office().opened()
    known = shown(person(), person(OTHER, grounds=("D2",)))
    office.propose(known)
    assert office.finalise(known) == no.about(no.GRADE_UNREVIEWED, [PERSON])
    office.review(known)
    tie = replace(known, waiting_tie=(PERSON,))
    assert code_of(office.finalise(tie)) is Code.TIE_UNRESOLVED


def test_facts_that_came_after_the_proposal_stop_the_final_step() -> None:
    office = Office().opened().graded(person())
    changed = replace(person(), outcome="称职", inputs="c" * 64)
    assert code_of(office.finalise(shown(changed))) is Code.INPUTS_CHANGED
    sanctioned = replace(person(grounds=("D1",)), inputs="d" * 64)
    assert code_of(office.finalise(shown(sanctioned))) is Code.INPUTS_CHANGED
    office.propose(shown(sanctioned), grade=Grade.INCOMPETENT)
    assert determination(office.finalise(shown(sanctioned))).outcome == "不称职"


def test_w56_an_investigation_opened_after_the_proposal_leaves_the_grade_open_and_stops_nobody() -> None:
    office = Office().opened().graded(person())
    pending = replace(person(), outcome="未定等次", inputs="c" * 64, flags=("investigation_pending",))
    assert determination(office.finalise(shown(pending))).outcome == "未定等次"


def test_days_short_in_a_year_of_long_leave_are_a_finding_and_no_disqualification() -> None:
    excused = replace(person(grounds=("D3",)), outcome="未定等次", flags=("long_leave",))
    facts = Office().opened().finalise(shown(excused))
    assert names_of(facts)[1:] == ["QuotaComputed", "AssessmentObjectListed", "AssessmentFinalised"]


def test_long_evidence_is_named_in_part_and_digested_whole() -> None:
    ground = ground_of("D3", 1_000)
    facts = Office().opened().finalise(shown(person(grounds=(ground,))))
    assert isinstance(facts, list)
    found = next(fact for fact in facts if isinstance(fact, DisqualificationDetermined))
    assert found.evidence == ground.evidence[:400]
    assert found.evidence_count == 1_000
    assert found.evidence_digest == canonical.digest(list(ground.evidence))


def test_the_largest_determination_fits_into_a_leaf() -> None:
    streams = tuple(
        StreamManifest(origin="o" * 200, stream=f"attendance/{PERSON}/{year}", version=2**31, head="f" * 64)
        for year in range(2100, 2200)
    )
    values: dict[str, str | int | bool | None] = {f"value_{n}": "x" * 40 for n in range(8)}
    findings = tuple(FindingRecorded(article="15.3", outcome="met", values=values) for _ in range(40))
    one = person(grounds=(ground_of("D4", 5_000),), manifest=streams, findings=findings)
    facts = Office().opened().finalise(shown(one))
    assert isinstance(facts, list)
    for fact in facts:
        event = encode(
            fact,
            service="assessment",
            event_id="00000000-0000-4000-8000-000000000000",
            origin="zhucun.demo/assessment",
            stream=f"assessment/{PERSON}/2017",
            version=1,
            prev=None,
            recorded=datetime(2018, 1, 20, tzinfo=UTC),
            correlation="test",
            causation=None,
            salt=lambda: bytes(16),
        )
        assert len(event.body) <= canonical.MAX_LEAF_BYTES
