"""What an examination finds: one line each, with what to do about it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """WRONG makes the command end with code 1; ODD is worth a look and changes nothing of the code."""

    FINE = "fine"
    ODD = "odd"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at. `what` names it in Chinese and English, `remedy` is empty where nothing needs doing."""

    what: str
    state: State
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


def fine(what: str, said: str) -> Found:
    """It is as it should be."""
    return Found(what, State.FINE, said)


def odd(what: str, said: str, remedy: str) -> Found:
    """It works, and somebody should know."""
    return Found(what, State.ODD, said, remedy)


def wrong(what: str, said: str, remedy: str) -> Found:
    """It does not work, or will lose something."""
    return Found(what, State.WRONG, said, remedy)


def exit_code(found: list[Found]) -> int:
    """0 unless something is wrong."""
    return 1 if any(item.state is State.WRONG for item in found) else 0
