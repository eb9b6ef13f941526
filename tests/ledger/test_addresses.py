"""The address of the bus: one server or several, with credentials for all, and without them for people."""

import pytest

from services.ledger.addresses import addresses, shown


@pytest.mark.parametrize(
    ("given", "servers"),
    [
        ("nats://n1:4222", ["nats://n1:4222"]),
        ("n1:4222", ["nats://n1:4222"]),
        ("tls://u:p@n1:4222, tls://n2:4222", ["tls://u:p@n1:4222", "tls://u:p@n2:4222"]),
        ("tls://u:p@n1,tls://v:q@n2", ["tls://u:p@n1", "tls://v:q@n2"]),
    ],
)
def test_a_cluster_is_several_servers_in_one_setting(given: str, servers: list[str]) -> None:
    assert addresses(given) == servers


def test_what_people_read_holds_no_password() -> None:
    assert shown("tls://u:p@n1:4222,tls://u:q@n2:4222") == "tls://n1:4222,tls://n2:4222"
    assert shown("nats://n1:4222") == "nats://n1:4222"
