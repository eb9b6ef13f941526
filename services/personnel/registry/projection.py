"""View `registry`: who and what is registered, from personnel's own log."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from services.ledger.projection import Delivered, Projection

_STATEMENTS = {
    "OrganisationRegistered": """
        insert into organisation (organisation, kind, level, area, credit_code)
        values (%(organisation)s, %(kind)s, %(level)s, %(place)s, %(credit_code)s)
    """,
    "VillageRegistered": """
        insert into village (village, registered_poor, rule_mode)
        values (%(village)s, %(registered_poor)s, %(rule_mode)s)
    """,
    "VillageStatusChanged": """
        insert into status (village, valid_from, registered_poor, rule_mode, document)
        values (%(village)s, %(valid_from)s, %(registered_poor)s, %(rule_mode)s, %(document)s)
    """,
    "UnitLinked": """
        insert into link (village, unit, relation, starts_on)
        values (%(village)s, %(unit)s, %(relation)s, %(starts_on)s)
        on conflict (village, unit, relation, starts_on) do update set last_day = null
    """,
    "UnitUnlinked": """
        update link set last_day = %(last_day)s
        where village = %(village)s and unit = %(unit)s and relation = %(relation)s and last_day is null
    """,
    "RoleGranted": """
        insert into granted (person, role_grant, role, organisation, area, starts_on, ends_on)
        values (%(person)s, %(grant)s, %(role)s, %(organisation)s, %(area)s, %(starts_on)s, %(ends_on)s)
    """,
    "RoleRevoked": """
        update granted set ends_on = least(ends_on, %(last_day)s::date)
        where person = %(person)s and role_grant = %(grant)s
    """,
}
_ABSENT = {"credit_code": None, "organisation": None, "ends_on": None}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the registry forward, in log order; facts about other matters change nothing here."""
    for event in events:
        statement = _STATEMENTS.get(event.type.removeprefix("zhucun.personnel.").removesuffix(".v1"))
        if statement is not None:
            await cursor.execute(statement, _ABSENT | event.data)


REGISTRY = Projection(
    name="registry",
    generation=1,
    ddl=files("services.personnel").joinpath("registry/views.sql").read_text("utf-8"),
    sources=("personnel",),
    apply=apply,
)
