"""The NATS accounts of the agencies as configuration text: one account each, and in it one user who may do four things.

An account of its own is the wall: no subject of the services or of another agency exists inside it, nothing is
exported or imported, so no permission can be wrong about them. It has limits of its own, so that no agency takes
connections, memory or disk from anybody else.
"""

from collections.abc import Iterable
from datetime import datetime

from services.agencies.registry import Agency

STREAM = "SCOPE"
SUBJECTS = "scope.>"

_ACCOUNT = """\
AGENCY_{name} {{
  jetstream {{ max_memory: 0, max_file: {store_mb}MB, max_streams: 1, max_consumers: 1 }}
  limits {{ max_connections: 8, max_subscriptions: 64, max_payload: 262144 }}
  users: [
    {{ nkey: {publisher} }}{agency}
  ]
}}
"""
_USER = """
    {{ nkey: {key}, permissions: {{
      publish: {{ allow: [ {allowed} ] }}
      subscribe: {{ allow: [ "{inbox}.>" ] }} }} }}"""


def inbox_prefix(agency: str) -> str:
    """Where answers to its requests go; it can listen to nothing else."""
    return f"_INBOX_{agency}"


def allowed_subjects(agency: str) -> list[str]:
    """All that an agency may publish: asking for, inspecting and rewinding its own durable, and acknowledging."""
    place = f"{STREAM}.{agency}"
    return [
        f"$JS.API.CONSUMER.MSG.NEXT.{place}",
        f"$JS.API.CONSUMER.INFO.{place}",
        f"$JS.API.CONSUMER.RESET.{place}",
        f"$JS.ACK.{place}.>",
    ]


def accounts_text(agencies: Iterable[tuple[Agency, str]], now: datetime) -> str:
    """The file that nats-server includes inside `accounts`, of (agency, public key of our publisher in its account).

    An agency whose credentials are not good at `now` keeps its account and its stream and has no user in it. A key that
    stands in two accounts would keep the server from reading any of them: the agency that was granted it first has it.
    """
    agencies = sorted(agencies, key=lambda known: (known[0].granted, known[0].name))
    taken = {publisher for _, publisher in agencies}
    written = [
        "# Written by `zhucun agency`: edit nothing here. One account for each subscribing agency.\n"
        "# nats-server reads it again at SIGHUP (nats-server --signal reload); nobody else's connection is touched.\n"
    ]
    for agency, publisher in agencies:
        user = ""
        if agency.admitted(now) and agency.key not in taken:
            taken.add(agency.key)
            allowed = ", ".join(f'"{subject}"' for subject in allowed_subjects(agency.name))
            user = _USER.format(key=agency.key, allowed=allowed, inbox=inbox_prefix(agency.name))
        written.append(_ACCOUNT.format(name=agency.name, store_mb=agency.store_mb, publisher=publisher, agency=user))
    return "\n".join(written)
