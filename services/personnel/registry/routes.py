"""The registry over HTTP: commands of the keeper."""

from collections.abc import Collection
from typing import Any

from contracts.refusals import Refusal
from services.personnel.registry import commands as cmd
from services.personnel.registry import refusals as no
from services.personnel.registry.divisions import in_force
from services.personnel.specs import KEEPER, at_place
from services.runtime.command_routes import Authority, CommandSpec
from services.runtime.context import Context


def _organisation_keys(command: cmd.RegisterOrganisation, _: Any) -> Collection[str]:
    keys = [f"organisation/{command.organisation}"]
    return [*keys, f"credit-code/{command.credit_code}"] if command.credit_code else keys


async def _county_is_there(context: Context, command: Any) -> Refusal | None:
    """Nothing is registered under a code that no county of Kunming has on the day."""
    place = command.village if isinstance(command, cmd.RegisterVillage) else command.area
    return None if in_force(place, context.request.today) else no.COUNTY_UNKNOWN


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="register-organisation",
        command=cmd.RegisterOrganisation,
        article="0",
        authority=lambda c, _: Authority(KEEPER, c.area),
        keys=_organisation_keys,
        gather=_county_is_there,
        summary="登记单位",
    ),
    CommandSpec(
        name="register-village",
        command=cmd.RegisterVillage,
        article="2.1",
        authority=lambda c, _: Authority(KEEPER, c.village),
        keys=lambda c, _: [f"village/{c.village}"],
        gather=_county_is_there,
        summary="登记村",
    ),
    at_place(
        "change-village-status",
        cmd.ChangeVillageStatus,
        "2.1",
        "登记村的贫困状态变更",
        "village",
        *KEEPER,
        keys=("village/{0.village}",),
    ),
    at_place(
        "link-unit",
        cmd.LinkUnit,
        "5.2",
        "登记包村、投入单位",
        "village",
        *KEEPER,
        keys=("village/{0.village}", "organisation/{0.unit}"),
    ),
    at_place(
        "unlink-unit", cmd.UnlinkUnit, "5.2", "终止包村、投入关系", "village", *KEEPER, keys=("village/{0.village}",)
    ),
    at_place("grant-role", cmd.GrantRole, "8.1", "授予职责", "area", *KEEPER, keys=("role/{0.person}",)),
    at_place("revoke-role", cmd.RevokeRole, "8.1", "撤销职责", "area", *KEEPER, keys=("role/{0.person}",)),
)
