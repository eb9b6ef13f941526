"""Who of the other agencies may see what is decided by a keeper, for a scope of the matrix, with keys that do."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import personnel as fact
from contracts.identifiers import Role
from contracts.personnel import OrganisationKind, UnitLevel
from contracts.proofs import VerifierKey
from contracts.refusals import Code
from contracts.user_keys import encode, is_user_key
from services.personnel import commands as cmd
from tests.personnel.registry import COUNTY, KEEPER, Registry, code_of, names_of

LATER = datetime(2017, 12, 31, 16, tzinfo=UTC)


def public(number: int) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)).public_key().public_bytes_raw()


def key_of(number: int) -> str:
    """A user's public key in the notation of NATS."""
    return encode(bytes([20 << 3]) + public(number))


def scope_key_of(agency: str, number: int = 1) -> str:
    """The vkey of a scope's log."""
    return str(VerifierKey.of(f"zhucun.demo/scope/{agency}", public(number)))


def grant(**changed: Any) -> cmd.GrantSubscription:
    fields = {
        "agency": "bureau",
        "role": "XF",
        "places": (COUNTY,),
        "key": key_of(1),
        "scope_key": scope_key_of("bureau"),
    }
    return cmd.GrantSubscription(**{**fields, **changed})


def rekey(number: int, **changed: Any) -> cmd.RekeySubscription:
    fields = {"agency": "bureau", "key": key_of(number), "scope_key": scope_key_of("bureau", number)}
    return cmd.RekeySubscription(**{**fields, **changed})


def change(*places: str, organisation: str | None = None) -> cmd.ChangeSubscriptionScope:
    return cmd.ChangeSubscriptionScope(agency="bureau", places=places, organisation=organisation)


REVOKE = cmd.RevokeSubscription(agency="bureau")


def when(registry: Registry, command: Any) -> Any:
    return registry.when(command, KEEPER, known=COUNTY)


def test_from_the_grant_to_the_end_each_step_is_a_fact_under_the_article_of_the_role() -> None:
    registry = Registry()
    for command, name in (
        (grant(expires=LATER), "SubscriptionGranted"),
        (change("530113", "530127"), "SubscriptionScopeChanged"),
        (rekey(2), "SubscriptionRekeyed"),
        (REVOKE, "SubscriptionRevoked"),
    ):
        facts = when(registry, command)
        assert names_of(facts) == [name]
        assert (facts[0].article, facts[0].place, facts[0].actor) == ("18", COUNTY, KEEPER)


def test_a_name_is_used_once_and_for_ever() -> None:
    registry = Registry()
    when(registry, grant())
    assert code_of(when(registry, grant())) is Code.DUPLICATE
    when(registry, REVOKE)
    assert code_of(when(registry, grant())) is Code.DUPLICATE


@pytest.mark.parametrize("command", [change("530127"), rekey(2), REVOKE])
def test_what_was_not_granted_or_has_ended_is_changed_by_nothing(command: Any) -> None:
    registry = Registry()
    assert code_of(when(registry, command)) is Code.UNKNOWN_CASE
    when(registry, grant())
    when(registry, REVOKE)
    assert code_of(when(registry, command)) is Code.UNKNOWN_CASE


@pytest.mark.parametrize(
    "changed",
    [
        {"role": "TP"},  # the matrix has no such row
        {"places": ()},
        {"places": (COUNTY, COUNTY)},
        {"organisation": "O0001"},
        {"role": "AD"},  # sees everything: a place would be a lie
        {"role": "DU", "places": ()},
    ],
)
def test_a_scope_that_the_matrix_does_not_give_is_refused(changed: dict[str, Any]) -> None:
    assert code_of(when(Registry(), grant(**changed))) is Code.MALFORMED


def test_a_unit_must_be_registered() -> None:
    registry, unit = Registry(), grant(role=Role.DISPATCHING_UNIT, places=(), organisation="O0001")
    assert code_of(when(registry, unit)) is Code.UNKNOWN_ORGANISATION
    kind = OrganisationKind.PARTY_OR_STATE_ORGAN
    when(registry, cmd.RegisterOrganisation(organisation="O0001", kind=kind, level=UnitLevel.CITY, area="5301"))
    assert isinstance(when(registry, unit)[0], fact.SubscriptionGranted)


@pytest.mark.parametrize(
    "keys",
    [
        {"key": key_of(1)[:-1] + ("A" if key_of(1)[-1] != "A" else "B")},  # its check sum is wrong
        {"scope_key": scope_key_of("other")},
        {"scope_key": scope_key_of("bureau")[:-4] + "AAAA"},
    ],
)
def test_a_key_that_would_break_the_servers_configuration_or_is_anothers_is_refused(keys: dict[str, str]) -> None:
    assert code_of(when(Registry(), grant(**keys))) is Code.MALFORMED
    registry = Registry()
    when(registry, grant())
    assert code_of(when(registry, rekey(2, **keys))) is Code.MALFORMED


def test_keys_are_never_used_twice_and_credentials_never_end_before_they_begin() -> None:
    registry = Registry()
    past = datetime(2017, 2, 1, tzinfo=UTC)
    assert code_of(when(registry, grant(expires=past))) is Code.WRONG_INTERVAL
    when(registry, grant())
    assert code_of(when(registry, rekey(1))) is Code.DUPLICATE
    assert code_of(when(registry, rekey(2, expires=past))) is Code.WRONG_INTERVAL
    assert code_of(when(registry, change(COUNTY))) is Code.DUPLICATE


def test_only_a_users_key_is_one() -> None:
    assert is_user_key(key_of(1))
    for wrong in ("", key_of(1)[:-2], key_of(1).lower(), "U" * 56, encode(bytes([0]) + public(1)), "ü" * 56):
        assert not is_user_key(wrong), wrong
