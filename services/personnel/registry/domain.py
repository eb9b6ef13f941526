"""The registry decides: who is registered, which units stand behind a village, who may act where (Art. 2, 5, 8)."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import personnel as fact
from contracts.identifiers import Role
from services.personnel.held import fields, held, one, said
from services.personnel.registry import commands as cmd
from services.personnel.registry import refusals as no
from services.personnel.registry.state import CreditCodeHolder, Grants, Organisation, Village
from services.runtime.decisions import Act, Decided, Decision, Emit

_BY_POSTING = (Role.TEAM_LEADER, Role.MEMBER)
_NOBODYS = (Role.CLOCK, Role.NONE)
_BOUND, _BY_REFERENCE = fact.RuleMode.MANDATORY, fact.RuleMode.REFERENCE


def decide(act: Act[Any, Any], command: cmd.RegistryCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a command of the keeper leads to, or why it is refused."""
    match command:
        case cmd.RegisterOrganisation():
            return _register_organisation(act, command, states)
        case cmd.RegisterVillage():
            key = f"village/{command.village}"
            if held(states, key, Village).registered:
                return no.ALREADY_REGISTERED
            mode = command.rule_mode or (_BOUND if command.registered_poor else _BY_REFERENCE)
            if command.registered_poor and mode is not _BOUND:
                return no.POOR_VILLAGES_ARE_BOUND
            members = fields(command, "rule_mode") | {"rule_mode": mode}
            return one(key, fact.VillageRegistered(**said(act, "2.1", command.village), **members))
        case cmd.ChangeVillageStatus():
            return _change_status(act, command, states)
        case cmd.LinkUnit():
            return _link(act, command, states)
        case cmd.UnlinkUnit():
            return _unlink(act, command, states)
        case cmd.GrantRole():
            return _grant_role(act, command, states)
        case cmd.RevokeRole():
            return _revoke_role(act, command, states)
    assert_never(command)


def _register_organisation(
    act: Act[Any, Any], command: cmd.RegisterOrganisation, states: Mapping[str, Any]
) -> Decision:
    key = f"organisation/{command.organisation}"
    if held(states, key, Organisation).registered:
        return no.ALREADY_REGISTERED
    header = said(act, "0", command.area)
    emits = [Emit(key, fact.OrganisationRegistered(**header, **fields(command, "area")))]
    if command.credit_code is not None:
        if command.kind is fact.OrganisationKind.JOINT_OFFICE:
            return no.CODE_NOT_ALLOWED
        code = f"credit-code/{command.credit_code}"
        if held(states, code, CreditCodeHolder).organisation is not None:
            return no.CODE_TAKEN
        taken = fact.CreditCodeAssigned(**header, credit_code=command.credit_code, organisation=command.organisation)
        emits.append(Emit(code, taken))
    return Decided(emits)


def _change_status(act: Act[Any, Any], command: cmd.ChangeVillageStatus, states: Mapping[str, Any]) -> Decision:
    key = f"village/{command.village}"
    village = held(states, key, Village)
    if not village.registered:
        return no.VILLAGE_UNKNOWN
    if command.registered_poor and command.rule_mode is not _BOUND:
        return no.POOR_VILLAGES_ARE_BOUND
    if village.statuses and command.valid_from <= village.statuses[-1].valid_from:
        return no.STATUS_OUT_OF_ORDER
    return one(key, fact.VillageStatusChanged(**said(act, "2.1", command.village), **fields(command)))


def _link(act: Act[Any, Any], command: cmd.LinkUnit, states: Mapping[str, Any]) -> Decision:
    key = f"village/{command.village}"
    village = held(states, key, Village)
    if not village.registered:
        return no.VILLAGE_UNKNOWN
    if not held(states, f"organisation/{command.unit}", Organisation).registered:
        return no.ORGANISATION_UNKNOWN
    if village.open_link(command.unit, command.relation) is not None:
        return no.LINKED
    return one(key, fact.UnitLinked(**said(act, "5.2", command.village), **fields(command)))


def _unlink(act: Act[Any, Any], command: cmd.UnlinkUnit, states: Mapping[str, Any]) -> Decision:
    key = f"village/{command.village}"
    link = held(states, key, Village).open_link(command.unit, command.relation)
    if link is None:
        return no.NOT_LINKED
    if command.last_day < link.starts_on:
        return no.WRONG_INTERVAL
    return one(key, fact.UnitUnlinked(**said(act, "5.2", command.village), **fields(command)))


def _grant_role(act: Act[Any, Any], command: cmd.GrantRole, states: Mapping[str, Any]) -> Decision:
    key = f"role/{command.person}"
    if command.role in _BY_POSTING:
        return no.ROLE_BY_POSTING
    if command.role in _NOBODYS:
        return no.ROLE_OF_NOBODY
    if command.grant in held(states, key, Grants).grants:
        return no.GRANT_EXISTS
    if command.ends_on is not None and command.ends_on < command.starts_on:
        return no.WRONG_INTERVAL
    return one(key, fact.RoleGranted(**said(act, "8.1", command.area), **fields(command)))


def _revoke_role(act: Act[Any, Any], command: cmd.RevokeRole, states: Mapping[str, Any]) -> Decision:
    key = f"role/{command.person}"
    # The area that the command names is the one that the keeper was checked for: it must be the grant's own.
    if held(states, key, Grants).grants.get(command.grant) != command.area:
        return no.GRANT_UNKNOWN
    return one(key, fact.RoleRevoked(**said(act, "8.1", command.area), **fields(command, "area")))
