"""Views of assessment: years, proposals and determinations, for lists, for open work and for whoever asks."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from services.ledger.projection import Delivered, Projection

_OPENED = """
    insert into county_year (county, year, opened) values (%(county)s, %(year)s, %(recorded)s)
    on conflict (county, year) do nothing
"""
_QUOTA = """
    insert into county_year (county, year, objects, maximum, final)
    values (%(county)s, %(year)s, %(objects)s, %(maximum)s, true)
    on conflict (county, year) do update set objects = excluded.objects, maximum = excluded.maximum, final = true
"""
_PROPOSED = """
    insert into proposal (person, county, year, grade, score, inputs, proposed)
    values (%(person)s, %(county)s, %(year)s, %(grade)s, %(score)s, %(inputs)s, %(recorded)s)
    on conflict (person, year) do update set county = excluded.county, grade = excluded.grade, score = excluded.score,
        inputs = excluded.inputs, proposed = excluded.proposed, reviewed = false, returned = false
"""
_REVIEWED = """
    update proposal set reviewed = %(upheld)s, returned = not %(upheld)s
    where person = %(person)s and year = %(year)s and county = %(county)s
"""
_LISTED = """
    insert into listed (person, year, county) values (%(person)s, %(year)s, %(county)s) on conflict do nothing
"""
_UNLISTED = "delete from listed where person = %(person)s and year = %(year)s and county = %(county)s"
_ATTENDANCE = """
    insert into attendance_summary (person, year, on_post, absences)
    values (%(person)s, %(year)s, %(on_post)s, %(absences)s)
    on conflict (person, year) do update set on_post = excluded.on_post, absences = excluded.absences
"""
_GROUND = """
    insert into ground (person, year, determination, ground, clause)
    select %(person)s, %(year)s, coalesce(max(determination), 0) + 1, %(ground)s, %(clause)s
    from determination where person = %(person)s and year = %(year)s
"""
_FINALISED = """
    insert into determination (person, county, year, determination, outcome, score, event, finalised, findings)
    values (%(person)s, %(county)s, %(year)s, %(determination)s, %(outcome)s, %(score)s, %(event)s, %(recorded)s,
        %(findings)s)
"""

_ACKNOWLEDGED = """
    update county_year set acknowledged = %(digest)s where county = %(county)s and year = %(year)s
"""
_OPINION = """
    insert into opinion (person, year, unit, agrees) values (%(person)s, %(year)s, %(unit)s, %(agrees)s)
    on conflict (person, year) do nothing
"""
_OPENED_CASE = """
    insert into dispute (person, year, "case", county, place, determination, cause, late, again, opened)
    values (%(person)s, %(year)s, %(case)s, %(county)s, %(place)s, %(determination)s, coalesce(%(cause)s, 'dispute'),
        coalesce(%(late)s, false), coalesce(%(again)s, false), %(recorded)s)
"""
_DECIDED_CASE = """
    update dispute set decided = %(recorded)s, upheld = %(upheld)s, decided_by = %(by)s, decision = %(event)s,
        holds = %(determination)s
    where person = %(person)s and "case" = %(case)s
"""
_CASE_OPINION = """
    insert into dispute_opinion (person, "case", role, upheld, given)
    values (%(person)s, %(case)s, %(role)s, %(upheld)s, %(recorded)s)
"""
_FILED = """
    insert into filing (county, year, recipient, objects_digest, excellent_digest, filed)
    values (%(county)s, %(year)s, %(recipient)s, %(objects_digest)s, %(excellent_digest)s, %(recorded)s)
    on conflict (county, year, recipient) do update set objects_digest = excluded.objects_digest,
        excellent_digest = excluded.excellent_digest, filed = excluded.filed
"""
_FED_BACK = """
    insert into feedback (person, year, determination, county, unit, told)
    values (%(person)s, %(year)s, %(determination)s, %(county)s, %(unit)s, %(recorded)s)
"""
_IN_FILE = """
    update feedback set in_file = %(recorded)s
    where person = %(person)s and year = %(year)s and determination = %(determination)s
"""
_PROPOSED_IMPACT = """
    insert into impact (person, "case", place, proposed) values (%(person)s, %(case)s, %(place)s, %(recorded)s)
"""
_FOUND_IMPACT = """
    update impact set found = %(recorded)s where person = %(person)s and "case" = %(case)s
"""
_CIRCULATED = """
    insert into circular (area, year, persons) values (%(area)s, %(year)s, %(persons)s)
    on conflict (area, year) do update set persons = excluded.persons
"""
_UNCIRCULATED = "update circular set persons = '{}' where area = %(area)s and year = %(year)s"
_PUT_FORWARD = """
    insert into award (area, year, person, county, proposed)
    values (%(area)s, %(year)s, %(person)s, %(county)s, %(recorded)s)
    on conflict (area, year, person) do update set proposed = excluded.proposed, county = excluded.county
"""
_COUNTY_OPINION = """
    insert into county_opinion (county, year, matter, agrees, given)
    values (%(county)s, %(year)s, %(matter)s, %(agrees)s, %(recorded)s)
"""
_TIE_OPINION = """
    insert into tie_opinion (county, year, township, tied, supports, event, given)
    values (%(county)s, %(year)s, %(township)s, %(tied)s, %(supports)s, %(event)s, %(recorded)s)
"""
_OPINED = """
    insert into award_opinion (area, year, person, role, agrees, given)
    values (%(area)s, %(year)s, %(person)s, %(role)s, %(agrees)s, %(recorded)s)
"""
_AWARDED = """
    insert into award (area, year, person, county, given)
    values (%(area)s, %(year)s, %(person)s, %(county)s, %(recorded)s)
    on conflict (area, year, person) do update set given = excluded.given, withdrawn = null
"""
_WITHDRAWN = """
    update award set withdrawn = %(recorded)s where area = %(area)s and year = %(year)s and person = %(person)s
"""
_TERM = """
    insert into term_assessment (person, year, county, starts_on, ends_on, years, recorded)
    values (%(person)s, %(year)s, %(county)s, %(starts_on)s, %(ends_on)s, %(years)s, %(recorded)s)
"""
_RULED = """
    insert into ruling (ruling, parameter, value, valid_from, county, issued, recorded)
    values (%(ruling)s, %(parameter)s, %(value)s, %(valid_from)s, coalesce(%(county)s, ''), %(issued)s, %(recorded)s)
    on conflict (county, ruling, parameter) do update set issued = excluded.issued, recorded = excluded.recorded
"""

STATEMENTS = {
    "AssessmentYearOpened": _OPENED,
    "SevereImpactProposed": _PROPOSED_IMPACT,
    "SevereImpactFindingMade": _FOUND_IMPACT,
    "QuotaComputed": _QUOTA,
    "AssessmentObjectListed": _LISTED,
    "AssessmentObjectRemoved": _UNLISTED,
    "AttendanceSummaryAttached": _ATTENDANCE,
    "GradeProposed": _PROPOSED,
    "GradeReviewed": _REVIEWED,
    "DisqualificationDetermined": _GROUND,
    "AssessmentFinalised": _FINALISED,
    "SensitiveListAcknowledged": _ACKNOWLEDGED,
    "UnitOpinionGiven": _OPINION,
    "CountyOpinionGiven": _COUNTY_OPINION,
    "TieOpinionGiven": _TIE_OPINION,
    "DisputeRaised": _OPENED_CASE,
    "ReassessmentOrdered": _OPENED_CASE,
    "DisputeOpinionGiven": _CASE_OPINION,
    "DisputeDecided": _DECIDED_CASE,
    "AssessmentListsFiled": _FILED,
    "ResultFedBack": _FED_BACK,
    "ResultFiledInPersonalFile": _IN_FILE,
    "ExcellentCirculated": _CIRCULATED,
    "ExcellentCircularWithdrawn": _UNCIRCULATED,
    "AdvancedWorkerNominated": _PUT_FORWARD,
    "AdvancedWorkerOpinionGiven": _OPINED,
    "AdvancedWorkerSelected": _AWARDED,
    "CommendationProposed": _PUT_FORWARD,
    "CountyCommendationAwarded": _AWARDED,
    "AwardWithdrawn": _WITHDRAWN,
    "TermAssessmentRecorded": _TERM,
    "InterpretationProposed": _RULED,
    "InterpretationIssued": _RULED,
    "CountyMeasureAdopted": _RULED,
}
"""A ground belongs to the determination that follows it in the same transaction."""


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the views forward, in log order."""
    for event in events:
        name = event.type.removeprefix("zhucun.assessment.").removesuffix(".v1")
        if name in STATEMENTS:
            await cursor.execute(STATEMENTS[name], _row(name, event))


def _row(name: str, event: Delivered) -> dict[str, Any]:
    """The members of an event as its statement takes them; what it does not have is null."""
    absent = dict.fromkeys(("score", "cause", "late", "again", "county"))
    row = {**absent, **event.data, "recorded": event.recorded, "event": event.id}
    actor = event.data["actor"]
    row |= {"role": actor["role"], "by": actor["person"], "issued": name != "InterpretationProposed"}
    row.setdefault("ruling", event.data.get("measure"))
    row.setdefault("area", row["county"])
    for member in ("findings", "value", "years"):
        if member in row:
            row[member] = Jsonb(row[member])
    return row


_SHEET = """
    insert into sheet (team, month, village, state) values (%(team)s, %(month)s, %(place)s, %(state)s)
    on conflict (team, month) do update set state = excluded.state
        where not (excluded.state = 'overdue' and sheet.state = 'reviewed')
"""
_SHEETS = {
    "MonthlySheetDrafted": "drafted",
    "MonthlySheetSigned": "signed",
    "MonthlySheetSubmitted": "submitted",
    "MonthlySheetReturned": "returned",
    "MonthlySheetReviewed": "reviewed",
    "MonthlySheetOverdue": "overdue",
}


async def apply_sheets(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """How far each team's month has come, in log order. A corrected sheet is open again until it is reviewed (A35)."""
    for event in events:
        state = _SHEETS.get(event.type.removeprefix("zhucun.attendance.").removesuffix(".v1"))
        if state is not None:
            await cursor.execute(_SHEET, {**event.data, "state": state})


SHEETS = Projection(
    name="sheets",
    generation=1,
    ddl="""
create table {schema}.sheet (
    team    text not null,
    month   text not null,
    village text not null,
    state   text not null,
    primary key (team, month)
);
""",
    sources=("attendance",),
    apply=apply_sheets,
)
DETERMINATIONS = Projection(
    name="determinations",
    generation=7,
    ddl=files("services.assessment").joinpath("views.sql").read_text("utf-8"),
    sources=("assessment",),
    apply=apply,
)
