"""View `training`: trainings and attendance, from personnel's own log."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from services.ledger.projection import Delivered, Projection

_STATEMENTS = {
    "TrainingHeld": """
        insert into held (training, organiser, area, starts_on, ends_on, topic)
        values (%(training)s, %(organiser)s, %(area)s, %(starts_on)s, %(ends_on)s, %(topic)s)
    """,
    "TrainingAttended": """
        insert into attended (person, training, organiser, starts_on, days)
        values (%(person)s, %(training)s, %(organiser)s, %(starts_on)s, %(ends_on)s::date - %(starts_on)s::date + 1)
    """,
    "TrainerSupported": """
        insert into supported (training, body, trainers) values (%(training)s, %(body)s, %(trainers)s)
    """,
    "TrainingShortfallDetected": """
        insert into shortfall (area, organiser, year, held, asked)
        values (%(area)s, %(organiser)s, %(year)s, %(held)s, %(asked)s)
    """,
}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the trainings forward, in log order; facts about other matters change nothing here."""
    for event in events:
        statement = _STATEMENTS.get(event.type.removeprefix("zhucun.personnel.").removesuffix(".v1"))
        if statement is not None:
            await cursor.execute(statement, {"topic": None} | event.data)


TRAINING = Projection(
    name="training",
    generation=1,
    ddl=files("services.personnel").joinpath("training/views.sql").read_text("utf-8"),
    sources=("personnel",),
    apply=apply,
)
