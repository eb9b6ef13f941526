"""The logs of a worked case in memory: what is given and what officials decide, in the order of recording."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

from contracts import disclosure
from contracts.assessment import LogBasis
from contracts.disclosure import digest_of
from contracts.envelope import encode
from contracts.fact import Fact
from contracts.identifiers import format_instant
from services.assessment.cases.script import Script
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.replay.lenses import PERSON_KINDS, Known
from services.assessment.year.dossier import COMMON_KINDS
from services.assessment.year.known import YearShown
from services.assessment.year.showing import show, show_again
from services.ledger.material import Piece
from services.runtime.decisions import Decision, Recorded

_SPACE = uuid.UUID("6b0f3c53-4f0e-5c1e-9d6a-2016042710e2")
FOLDED = frozenset({*PERSON_KINDS, *COMMON_KINDS})
_NO_ROOT = "A" * 43 + "="
"""A case has no trees: its determinations name sizes alone."""


class Decides(Protocol):
    """A service's pure decision."""

    def __call__(self, act: Any, states: Any, /) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Service:
    """What a step of a case needs of a service; whoever runs cases hands them in by name."""

    decide: Decides
    initial: Any
    evolve: Any
    commands: Mapping[str, Any]
    """Name -> how the service hosts that command."""
    forms: Any
    """The module of its commands."""
    parameters: Any
    words: Any = None
    """The class of its desk, where it has words of its own for steps (`words.py`)."""


class History:
    """Facts that are given come into their logs when their time has come; decided ones when they are decided."""

    def __init__(self, script: Script) -> None:
        self._name = script.case
        self._waiting = sorted(script.entries, key=lambda entry: entry[0])
        self._heads: dict[str, tuple[int, bytes | None]] = {}
        self._sizes: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self.pieces: list[Piece] = []
        self.events: list[dict[str, Any]] = []
        self.recorded: list[Recorded] = []

    def until(self, now: datetime) -> None:
        """Everything given that was recorded by `now` is in its log."""
        while self._waiting and self._waiting[0][0] <= now:
            at, stream, fact, visibility = self._waiting.pop(0)
            self.append(fact, stream, at, hidden=visibility != "disclosed")

    def append(self, fact: Fact, stream: str, at: datetime, *, hidden: bool = False) -> Recorded:
        """One more fact in its service's log."""
        origin = f"zhucun.demo/{fact.SERVICE}"
        version, prev = self._heads.get(stream, (0, None))
        index = self._sizes.get(origin, 0)
        name = str(uuid.uuid5(_SPACE, f"{self._name}/{origin}/{index}"))
        event = encode(
            fact, service=fact.SERVICE, event_id=name, origin=origin, stream=stream, version=version + 1, prev=prev,
            recorded=at, correlation="case", causation=None, salt=partial(_salt, name),
        )  # fmt: skip
        self._heads[stream], self._sizes[origin] = (version + 1, event.leaf), index + 1
        if not hidden:
            self._texts |= {digest_of(text): text for text in event.disclosures}
        self.pieces.append(Piece(origin, index, name, stream, version + 1, event.leaf, event.body))
        self.events.append(self._opened(json.loads(event.body)))
        found = Recorded(name, stream, version + 1, fact)
        self.recorded.append(found)
        return found

    def _opened(self, event: dict[str, Any]) -> dict[str, Any]:
        digests = event["data"].get("_sd", ())
        texts = {digest: self._texts[digest] for digest in digests if digest in self._texts}
        if texts:
            event["data"] = disclosure.reveal(event["data"], texts)
            if not event["data"].get("_sd"):
                event["data"].pop("_sd", None)
        return event

    @property
    def known(self) -> list[Known]:
        """Everything, for a replay."""
        pairs = zip(self.events, self.pieces, strict=True)
        return [Known(event, piece.index, piece.leaf.hex()) for event, piece in pairs]

    def year(self, county: str, year: int, now: datetime, *, sensitive: bool = False) -> YearShown:
        """The county's year as it stands; with `sensitive` also everybody whose outcome hangs on a reading."""
        return self._below(show(county, year, *self._folded(), _cut(now), sensitive=sensitive))

    def again(self, person: str, county: str, year: int, now: datetime) -> YearShown:
        """One person's final year on the facts of now."""
        return self._below(show_again(person, county, year, *self._folded(), _cut(now)))

    def _folded(self) -> tuple[list[Piece], list[dict[str, Any]]]:
        """What lies in streams that the fold reads."""
        pairs = zip(self.pieces, self.events, strict=True)
        read = [(piece, event) for piece, event in pairs if piece.stream.split("/", 1)[0] in FOLDED]
        return [piece for piece, _ in read], [event for _, event in read]

    def _below(self, shown: YearShown) -> YearShown:
        basis = (LogBasis(origin=origin, size=size, root=_NO_ROOT) for origin, size in sorted(self._sizes.items()))
        return replace(shown, basis=tuple(basis))

    def postings(self, person: str) -> Iterator[tuple[date, date | None, str, str]]:
        """First day, last day, village and unit of the person's postings, as far as they are known."""
        mine = [event for event in self.events if event["data"].get("person") == person]
        ends = [event["data"] for event in mine if "last_day" in event["data"] and "team" in event["data"]]
        for event in mine:
            data = event["data"]
            if event["type"].split(".")[2] == "TeamMemberAssigned":
                left = [end["last_day"] for end in ends if end["team"] == data["team"]]
                last = date.fromisoformat(left[0]) if left else None
                yield date.fromisoformat(data["starts_on"]), last, data["village"], data["unit"]


class States(Mapping[str, Any]):
    """State of any stream, or of a `kind/subject/*` key, worked out from the history when it is asked for."""

    def __init__(self, history: History, service: Service) -> None:
        self._history, self._service = history, service

    def __getitem__(self, key: str) -> Any:
        state = self._service.initial(key)
        for one in self._history.recorded:
            if one.stream == key or (key.endswith("/*") and one.stream.startswith(key[:-1])):
                state = self._service.evolve(state, one)
        return state

    def __iter__(self) -> Iterator[str]:
        return iter({one.stream for one in self._history.recorded})

    def __len__(self) -> int:
        return len({one.stream for one in self._history.recorded})


def _cut(now: datetime) -> Cut:
    return replace(cut_at(format_instant(now)), recorded=None)


def _salt(name: str) -> bytes:
    return uuid.uuid5(_SPACE, name).bytes
