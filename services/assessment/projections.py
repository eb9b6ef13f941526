"""Views of assessment: the latest determination of each person and year, for lists and for whoever asks."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from services.ledger.projection import Delivered, Projection
from services.runtime.authority import ROLES
from services.runtime.directory import DIRECTORY

DETERMINED = "zhucun.assessment.DisqualificationDetermined.v1"
FINALISED = "zhucun.assessment.AssessmentFinalised.v1"
QUOTA = "zhucun.assessment.QuotaComputed.v1"
PROPOSED = "zhucun.assessment.GradeProposed.v1"
OPENED = "zhucun.assessment.AssessmentYearOpened.v1"


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the determinations forward, in log order."""
    for event in events:
        data = event.data
        if event.type == OPENED:
            await cursor.execute(
                "insert into county_year (county, year, opened) values (%(county)s, %(year)s, true)"
                " on conflict (county, year) do update set opened = true",
                data,
            )
        elif event.type == QUOTA:
            await cursor.execute(
                "update county_year set objects = %(objects)s, maximum = %(maximum)s, final = true"
                " where county = %(county)s and year = %(year)s",
                data,
            )
        elif event.type == PROPOSED:
            await cursor.execute(
                "insert into proposal (person, county, year, grade, score)"
                " values (%(person)s, %(county)s, %(year)s, %(grade)s, %(score)s)"
                " on conflict (person, year) do update"
                " set county = excluded.county, grade = excluded.grade, score = excluded.score",
                data,
            )
        elif event.type == DETERMINED:
            await cursor.execute(
                "insert into ground (person, year, ground, clause) values (%(person)s, %(year)s, %(ground)s, %(clause)s)"
                " on conflict do nothing",
                data,
            )
        elif event.type == FINALISED:
            await cursor.execute(
                "insert into determination (person, county, year, determination, outcome, score, event, findings)"
                " values (%(person)s, %(county)s, %(year)s, %(determination)s, %(outcome)s, %(score)s, %(event)s,"
                " %(findings)s)",
                {
                    **data,
                    "score": data.get("score"),
                    "event": event.id,
                    "findings": Jsonb(data["findings"]),
                },
            )


DETERMINATIONS = Projection(
    name="determinations",
    generation=1,
    ddl=files("services.assessment").joinpath("views.sql").read_text("utf-8"),
    sources=("assessment",),
    apply=apply,
)

PROJECTIONS = (ROLES, DIRECTORY, DETERMINATIONS)
