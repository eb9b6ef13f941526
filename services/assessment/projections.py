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
        inputs = excluded.inputs, proposed = excluded.proposed, reviewed = false
"""
_REVIEWED = """
    update proposal set reviewed = %(upheld)s
    where person = %(person)s and year = %(year)s and county = %(county)s
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

STATEMENTS = {
    "AssessmentYearOpened": _OPENED,
    "QuotaComputed": _QUOTA,
    "GradeProposed": _PROPOSED,
    "GradeReviewed": _REVIEWED,
    "DisqualificationDetermined": _GROUND,
    "AssessmentFinalised": _FINALISED,
}
"""A ground belongs to the determination that follows it in the same transaction."""


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the views forward, in log order."""
    for event in events:
        statement = STATEMENTS.get(event.type.removeprefix("zhucun.assessment.").removesuffix(".v1"))
        if statement is None:
            continue
        row = {"score": None, **event.data, "recorded": event.recorded, "event": event.id}
        if "findings" in row:
            row["findings"] = Jsonb(row["findings"])
        await cursor.execute(statement, row)


DETERMINATIONS = Projection(
    name="determinations",
    generation=1,
    ddl=files("services.assessment").joinpath("views.sql").read_text("utf-8"),
    sources=("assessment",),
    apply=apply,
)
