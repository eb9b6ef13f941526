"""From event bytes to what a decision knows: lists, grounds, manifests; and nothing that must stay closed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from contracts import disclosure
from contracts.assessment import AssessmentFinalised
from contracts.proofs import leaf_hash
from contracts.rules import ParametersRecorded
from services.assessment.cases.events import Given
from services.assessment.cases.script import Script
from services.assessment.fold.civil import cut_at
from services.assessment.replay.opening import open_event
from services.assessment.year.known import YearShown
from services.assessment.year.showing import show
from services.ledger.material import Piece
from tests.assessment.office import COUNTY, Office, facts_of

ALL_YEAR = "2017-01-01..2017-12-31"
AFTERWARDS = "2018-01-20"
MATERNITY: dict[str, Any] = {"days": "other duty days of 2017", "kind": "maternity"}


@dataclass(frozen=True, slots=True)
class Told:
    """Events as they lie in the logs, and the values behind their digests."""

    pieces: list[Piece]
    texts: Mapping[str, str]

    def shown(self, as_of: str = AFTERWARDS, year: int = 2017) -> YearShown:
        events = [open_event(json.loads(piece.body), self.texts) for piece in self.pieces]
        return show(COUNTY, year, self.pieces, events, cut_at(as_of))


def told(*, later: Mapping[str, Any] | None = None, **people: Mapping[str, Any]) -> Told:
    """The events of people given as worked cases give them (`tests/cases/README.md`); `later`: more of the last one."""
    script = Script("dossier")
    for person, given in people.items():
        writer = Given(script, person)
        writer.write(given)
    writer.write(later or {})
    lines, texts, _ = script.encoded()
    sizes: dict[str, int] = {}
    pieces = []
    for line in lines:
        event = json.loads(line)
        origin = event["origin"]
        index = sizes.setdefault(origin, 0)
        sizes[origin] += 1
        pieces.append(Piece(origin, index, event["id"], event["stream"], event["version"], leaf_hash(line), line))
    return Told(pieces, texts)


def present(days: int = 220, **more: Any) -> dict[str, Any]:
    """Posted all year, so many duty days on post, personal leave on the others."""
    return {
        "posted": ALL_YEAR,
        "present": f"{days} duty days of 2017",
        "leave": {"days": "other duty days of 2017"},
    } | more


def test_a_person_on_post_waits_for_a_grade_and_the_last_village_is_the_proposers() -> None:
    person = told(P000001=present()).shown().persons["P000001"]
    assert (person.listed, person.outcome, person.grounds) == (True, "AWAITING_GRADE", ())
    assert person.village == "530113100201"
    moved = {"posted": ["2017-01-01..2017-08-31", {"days": "2017-09-01..2017-12-31", "village": "530113101205"}]}
    assert told(P000001=present() | moved).shown().persons["P000001"].village == "530113101205"


def test_the_last_village_is_one_of_the_grading_county() -> None:
    abroad = {"posted": ["2017-01-01..2017-10-31", {"days": "2017-11-01..2017-12-31", "village": "530114101205"}]}
    assert told(P000001=present() | abroad).shown().persons["P000001"].village == "530113100201"


def test_a_sanction_is_a_ground_with_its_event() -> None:
    (ground,) = told(P000001=present(sanction={"decided": date(2017, 6, 13)})).shown().persons["P000001"].grounds
    assert (ground.ground, ground.clause, len(ground.evidence)) == ("D1", "15.1", 1)


def test_without_the_date_of_a_sanction_nothing_can_be_told() -> None:
    hidden = told(P000001=present(sanction={"decided": date(2017, 6, 13), "visibility": "hidden"}))
    assert hidden.shown().persons["P000001"].outcome == "undetermined"


def test_the_year_is_over_when_the_uploads_of_its_last_day_are() -> None:
    facts = told(P000001=present())
    assert not facts.shown("2018-01-03T23:59:59+08:00").over
    assert facts.shown("2018-01-04T00:00:00+08:00").over


def test_the_manifest_names_every_stream_of_the_person_at_its_last_version() -> None:
    facts = told(
        P000001=present(
            training="2017-03-07", sanction={"decided": date(2016, 6, 13)}, severe_impact={"found": date(2017, 7, 1)}
        ),
        P0000011=present(),
    )
    manifest = facts.shown().persons["P000001"].manifest
    last = {piece.stream: piece for piece in facts.pieces if piece.stream.split("/")[1] == "P000001"}
    assert {entry.stream: (entry.origin, entry.version, entry.head) for entry in manifest} == {
        stream: (piece.origin, piece.version, piece.leaf.hex()) for stream, piece in last.items()
    }
    assert {entry.stream for entry in manifest} == {
        "assessment/P000001/2016",
        "assessment/P000001/2017",
        "attendance/P000001/2017",
        "posting/P000001/2017",
    }


def test_a_determination_holds_no_value_that_was_disclosed_for_it() -> None:
    facts = told(P000001=present(150, leave=MATERNITY, sanction={"decided": date(2017, 6, 13)}))
    values = [disclosure.read(text) for text in facts.texts.values()]
    secrets = {str(value) for name, value in values if name in ("kind", "decided_on", "sanction", "body", "reason")}
    assert {"maternity", "2017-06-13", "警告", "party", "见证明材料"} <= secrets
    shown = facts.shown()
    assert {ground.ground for ground in shown.persons["P000001"].grounds} == {"D1", "D3"}
    assert "shortfall_review_required" in shown.persons["P000001"].flags
    office = Office().opened()
    facts_of(office.look_at_shortfall(shown))
    reviewed = told(
        P000001=present(
            150,
            leave=MATERNITY,
            sanction={"decided": date(2017, 6, 13)},
            shortfall_reviewed={"year": 2017, "outcome": "upheld"},
        )
    ).shown()
    recorded = facts_of(office.finalise(reviewed))
    assert any(isinstance(fact, AssessmentFinalised) for fact in recorded)
    about_people = [fact for fact in recorded if not isinstance(fact, ParametersRecorded)]
    written = json.dumps([fact.model_dump(mode="json") for fact in about_people], ensure_ascii=False)
    findings = json.dumps([finding.model_dump() for finding in shown.persons["P000001"].findings], ensure_ascii=False)
    for secret in secrets - {"personal"}:
        assert f'"{secret}"' not in written, secret
        assert f'"{secret}"' not in findings, secret


@pytest.mark.parametrize(
    ("type_name", "opened", "closed"),
    [
        ("zhucun.assessment.DisciplinarySanctionRecorded.v1", "decided_on", {"sanction", "body"}),
        ("zhucun.attendance.LeaveGranted.v1", "kind", set()),
        ("zhucun.attendance.LeaveRequested.v1", None, {"kind", "reason"}),
    ],
)
def test_only_the_member_that_the_fold_reads_is_opened(type_name: str, opened: str | None, closed: set[str]) -> None:
    facts = told(P000001=present(sanction={"decided": date(2017, 6, 13)}))
    event = next(e for e in (json.loads(piece.body) for piece in facts.pieces) if e["type"] == type_name)
    read = open_event(event, facts.texts)["data"]
    assert (opened in read) is (opened is not None)
    assert not closed & read.keys()
    assert len(read.get(disclosure.SD, ())) == len(closed)


def test_the_inputs_change_with_a_fact_and_not_with_the_officials_own_steps() -> None:
    def inputs(**later: Any) -> str:
        return told(P000001=present(), later=later).shown().persons["P000001"].inputs

    plain = inputs()
    assert inputs(grade={"year": 2017, "grade": "称职"}) == plain
    assert inputs(investigation={"opened": date(2017, 12, 20)}) != plain


def test_the_quota_and_the_tie_are_those_of_the_county() -> None:
    people = {f"P00000{n}": present(grade={"year": 2017, "grade": "优秀", "score": 9000}) for n in range(1, 6)}
    shown = told(**people).shown()
    assert (shown.objects, shown.maximum, shown.excellent) == (5, 1, ())
    assert shown.waiting_tie == tuple(people)
    assert {person.score for person in shown.listed} == {9000}
