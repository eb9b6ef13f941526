"""Who may do what where: roles from role events and postings, resolved on the date of the act.

View `roles`, kept by all four services from personnel's facts. Leaders and members hold their roles by posting: they
are granted nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from psycopg import AsyncCursor

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.ledger.projection import Delivered, Projection
from services.ledger.views import Views

DDL = """
create table {schema}.role_held (
    person       text not null,
    role         text not null,
    organisation text,
    area         text not null,
    starts_on    date not null,
    ends_on      date,
    team         text,
    held_by      text not null,
    primary key (person, held_by)
);
create index on {schema}.role_held (team) where team is not null;
"""

_HOLD = """
    insert into role_held (person, role, organisation, area, starts_on, ends_on, team, held_by)
    values (%(person)s, %(role)s, %(organisation)s, %(area)s, %(starts_on)s, %(ends_on)s, %(team)s, %(held_by)s)
    on conflict (person, held_by) do nothing
"""
_REVOKE = """
    update role_held set ends_on = least(ends_on, %(last_day)s::date)
    where person = %(person)s and held_by = 'grant ' || %(grant)s
"""
_LEAVE = """
    update role_held set ends_on = least(ends_on, %(last_day)s::date)
    where person = %(person)s and team = %(team)s and (ends_on is null or ends_on > %(last_day)s::date)
"""
_NEW_LEADER = """
    update role_held set ends_on = %(starts_on)s::date - 1
    where team = %(team)s and role = 'LD' and person <> %(person)s
      and (ends_on is null or ends_on >= %(starts_on)s::date)
"""
"""Ends the time of the leader before and of whoever stands in for him."""
_HELD = """
    select role, organisation, area, starts_on, ends_on from role_held where person = %s
    order by length(area) desc, held_by
"""
"""All that somebody ever held: what he may do on a day where is found in it, so that it is asked once."""

_LEAVING = ("MemberReplaced", "MemberWithdrawn", "PostingEnded")
_TYPES = {
    f"zhucun.personnel.{name}.v1": name
    for name in (
        "RoleGranted",
        "RoleRevoked",
        "TeamMemberAssigned",
        "LeaderAppointed",
        "ActingLeaderDesignated",
        *_LEAVING,
    )
}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the roles forward by personnel's events, in log order."""
    for event in events:
        name, data = _TYPES.get(event.type), event.data
        if name == "RoleGranted":
            held = f"grant {data['grant']}"
            await _hold(cursor, data, data["role"], data["area"], held, organisation=data.get("organisation"))
        elif name == "RoleRevoked":
            await cursor.execute(_REVOKE, data)
        elif name == "TeamMemberAssigned":
            held = f"posting {data['team']} {data['starts_on']}"
            await _hold(cursor, data, Role.MEMBER, data["village"], held, organisation=data["unit"])
        elif name == "LeaderAppointed":
            await cursor.execute(_NEW_LEADER, data)
            await _hold(cursor, data, Role.TEAM_LEADER, data["place"], f"leader {data['team']} {data['starts_on']}")
        elif name == "ActingLeaderDesignated":
            await _hold(cursor, data, Role.TEAM_LEADER, data["place"], f"acting {data['team']} {data['starts_on']}")
        elif name in _LEAVING:
            await cursor.execute(_LEAVE, data)


async def _hold(
    cursor: AsyncCursor[Any],
    data: dict[str, Any],
    role: str,
    area: str,
    held_by: str,
    *,
    organisation: str | None = None,
) -> None:
    await cursor.execute(
        _HOLD,
        {
            "person": data["person"],
            "role": str(role),
            "organisation": organisation,
            "area": area,
            "starts_on": data["starts_on"],
            "ends_on": data.get("ends_on"),
            "team": data.get("team"),
            "held_by": held_by,
        },
    )


ROLES = Projection(name="roles", generation=2, ddl=DDL, sources=("personnel",), apply=apply, types=frozenset(_TYPES))


@dataclass(frozen=True, slots=True)
class Authorities:
    """Resolves capacities from the view `roles` of one service."""

    views: Views

    async def __call__(
        self, person: str, on: date, roles: tuple[Role, ...], place: str, organisation: str | None, article: str
    ) -> Actor | Refusal:
        """The capacity in which `person` may act on `on` at `place`: the first of `roles` that is held there.

        A role covers every place inside its area. With `organisation` it must be held for that body. Otherwise the
        refusal AUTH, which names the roles that could.
        """
        held = await self.views.ask(ROLES.name, _HELD, (person,))
        able = [
            (roles.index(role), held_for)
            for role, held_for, area, starts_on, ends_on in held
            if role in roles
            and place.startswith(area)
            and starts_on <= on
            and (ends_on is None or on <= ends_on)
            and (organisation is None or held_for == organisation)
        ]
        if not able:
            return _refused(on, roles, place, organisation, article)
        first, held_for = min(able, key=itemgetter(0))  # of the same role the one of the smallest area
        return Actor(person=person, role=roles[first], organisation=held_for)

    async def roles_of(self, person: str, on: date) -> list[dict[str, Any]]:
        """Every role that the person holds on the date: role, organisation, area, team, first and last day."""
        async with self.views.reading(ROLES.name) as cursor:
            await cursor.execute(
                "select role, organisation, area, team, starts_on, ends_on from role_held"
                " where person = %s and starts_on <= %s and (ends_on is null or ends_on >= %s) order by role, held_by",
                (person, on, on),
            )
            names = ("role", "organisation", "area", "team", "starts_on", "ends_on")
            return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]


def _refused(on: date, roles: tuple[Role, ...], place: str, organisation: str | None, article: str) -> Refusal:
    wanted = "/".join(role.value for role in roles)
    body = f"（{organisation}）" if organisation else ""
    return Refusal(
        Code.AUTH,
        f"{on.isoformat()} 您在 {place} 没有办理此事的职责，须由 {wanted}{body} 办理",
        f"on {on.isoformat()} you hold no role at {place} for this act; it takes {wanted}"
        + (f" of {organisation}" if organisation else ""),
        "请有此职责的人办理，或请登记管理员授予职责",
        "ask somebody who holds the role, or the registry keeper to grant it",
        article,
    )
