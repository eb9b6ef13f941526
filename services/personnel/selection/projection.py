"""View `selection`: who was nominated by whom and came how far, and who leads a county's teams."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from services.ledger.projection import Delivered, Projection

_STATEMENTS = {
    "SelectionRoundOpened": """
        insert into round (round, level, area, opened_on, closes_on, wanted)
        values (%(round)s, %(level)s, %(place)s, %(opened_on)s, %(closes_on)s, %(wanted)s)
    """,
    "SelectionOpinionGiven": "insert into opinion (event, round, body) values (%(event)s, %(round)s, %(body)s)",
    "SelectionRoundClosed": "update round set closed_on = %(closed_on)s where round = %(round)s",
    "CandidateNominated": """
        insert into candidate (round, person, unit, unit_level, nominated_on)
        values (%(round)s, %(person)s, %(unit)s, %(unit_level)s, %(nominated_on)s)
    """,
    "CandidateAttested": """
        update candidate set attested = %(politics)s and %(ability)s, attested_by = %(event)s
        where round = %(round)s and person = %(person)s
    """,
    "CandidateScreened": """
        update candidate set preferences = %(preferences)s::text[], screened_by = %(event)s
        where round = %(round)s and person = %(person)s
    """,
    "MemberDispatched": """
        update candidate set village = %(village)s, confirmed_on = %(confirmed_on)s
        where round = %(round)s and person = %(person)s
    """,
    "ChiefCaptainProposed": """
        insert into proposed (person, county, rank, unit, on_day, event)
        values (%(person)s, %(county)s, %(rank)s, %(unit)s, %(on)s, %(event)s)
        on conflict (person) do update
        set county = excluded.county, rank = excluded.rank, unit = excluded.unit, on_day = excluded.on_day,
            event = excluded.event
    """,
    "ChiefCaptainAppointed": """
        with appointed as (delete from proposed where person = %(person)s)
        insert into captain (person, county, rank, post, starts_on)
        values (%(person)s, %(county)s, %(rank)s, %(post)s, %(starts_on)s)
    """,
    "ChiefCaptainEnded": """
        update captain set last_day = %(last_day)s
        where person = %(person)s and county = %(county)s and last_day is null
    """,
}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings selection forward, in log order; facts about other matters change nothing here."""
    for event in events:
        statement = _STATEMENTS.get(event.type.removeprefix("zhucun.personnel.").removesuffix(".v1"))
        if statement is not None:
            await cursor.execute(statement, event.data | {"event": event.id})


SELECTION = Projection(
    name="selection",
    generation=2,
    ddl=files("services.personnel").joinpath("selection/views.sql").read_text("utf-8"),
    sources=("personnel",),
    apply=apply,
)
