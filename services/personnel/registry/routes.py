"""The registry over HTTP: commands of the keeper."""

from collections.abc import Collection
from typing import Any

from services.personnel.registry import commands as cmd
from services.personnel.specs import KEEPER, at_place
from services.runtime.command_routes import Authority, CommandSpec, nothing_to_gather


def _organisation_keys(command: cmd.RegisterOrganisation, _: Any) -> Collection[str]:
    keys = [f"organisation/{command.organisation}"]
    return [*keys, f"credit-code/{command.credit_code}"] if command.credit_code else keys


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="register-organisation",
        command=cmd.RegisterOrganisation,
        article="0",
        authority=lambda c, _: Authority(KEEPER, c.area),
        keys=_organisation_keys,
        gather=nothing_to_gather,
        summary="登记单位",
    ),
    at_place(
        "register-village", cmd.RegisterVillage, "2.1", "登记村", "village", *KEEPER, keys=("village/{0.village}",)
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
