"""Who may give a command where, and which streams it touches: shared by the routes of the subjects."""

from collections.abc import Collection
from typing import Any

from contracts.identifiers import Role
from services.attendance import gathering
from services.attendance.known import Known
from services.attendance.said import TOWNSHIP, register_of
from services.runtime.command_routes import Authority, CommandSpec

LD, MB, XO, CO = Role.TEAM_LEADER, Role.MEMBER, Role.COUNTY_OFFICE, Role.CITY_OFFICE

OWN = (LD, MB)
COMMITTEE = (Role.TOWNSHIP, Role.TOWNSHIP_HEAD)
CHAIN = (LD, *TOWNSHIP, XO)
"""Whoever has a say in leave: which level it is, and whether it is its turn, is for the decision to say."""

ON_DATE = gathering.of_person(lambda command: (command.date, command.date))
FROM_START = gathering.of_person(lambda command: (command.starts_on, command.ends_on))


def of_person(command: Any, known: Known) -> Collection[str]:
    """The person's register and the sheets whose days the command touches."""
    return [register_of(command.person), *known.sheets]


def spec(
    name: str, command: type[Any], article: str, summary: str, gather: Any, *roles: Role, keys: Any = of_person
) -> CommandSpec[Any, Known]:
    """A command that one of `roles` gives at the place that `gather` finds."""
    return CommandSpec(name, command, article, lambda _, known: Authority(roles, known.place), keys, gather, summary)
