"""Sensitive values that the fold needs: which they are, and how an event is opened for it.

Standard library only, for it travels in an evidence bundle.
"""

from collections.abc import Mapping
from typing import Any

from contracts import disclosure

OPENED = {
    "zhucun.attendance.LeaveGranted.v1": "kind",
    "zhucun.assessment.DisciplinarySanctionRecorded.v1": "decided_on",
}
"""Type -> the one member that the fold opens. No other sensitive value is asked for, and none is ever passed on."""


def open_event(event: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The event with the member opened that the fold needs, if `texts` do; all other digests remain in `_sd`."""
    digests = event["data"].get(disclosure.SD)
    member = OPENED.get(event["type"])
    if not digests or member is None:
        return dict(event)
    wanted = {
        digest: texts[digest] for digest in digests if digest in texts and disclosure.read(texts[digest])[0] == member
    }
    opened = disclosure.reveal(event["data"], wanted)
    remaining = [digest for digest in digests if digest not in wanted]
    if remaining:
        opened[disclosure.SD] = remaining
    return {**event, "data": opened}


def is_open(event: Mapping[str, Any]) -> bool:
    """Whether an opened event holds what the fold needs of it."""
    member = OPENED.get(event["type"])
    return member is None or member in event["data"]
