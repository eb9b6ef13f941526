"""Logs in memory that hold real event bytes: what a worked case gives and what an office decides, in one history."""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from contracts import disclosure
from contracts.assessment import InterpretationIssued, LogBasis
from contracts.disclosure import digest_of
from contracts.envelope import encode
from contracts.fact import Fact
from contracts.identifiers import format_instant
from contracts.proofs import CompactRange
from contracts.refusals import Refusal
from services.assessment.cases.events import Given
from services.assessment.cases.script import Script
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.fold import canonical_bytes
from services.assessment.replay.lenses import Known
from services.assessment.replay.replay import replay
from services.assessment.year.known import ALONE, Elsewhere, YearShown
from services.assessment.year.showing import show, show_again
from services.ledger.material import Piece
from services.runtime.decisions import RULESET, Emit
from tests.assessment.office import COUNTY, INTERPRETER, PERSON, YEAR, Office

BEIJING = timezone(timedelta(hours=8))


class Kept:
    """The logs of the services, in the order of recording; `office` decides on them."""

    def __init__(self) -> None:
        self.office = Office()
        self.pieces: list[Piece] = []
        self.texts: dict[str, str] = {}
        self._heads: dict[str, tuple[int, bytes | None]] = {}
        self._trees: dict[str, CompactRange] = {}
        self._written = 0

    def given(self, recorded: date | None = None, name: str = PERSON, **facts: Any) -> "Kept":
        """Facts as a worked case gives them; `recorded`: the day on which all of them came in."""
        script = Script(f"kept-{len(self.pieces)}")
        Given(script, name).write(facts)
        for at, stream, fact, _ in sorted(script.entries, key=lambda entry: entry[0]):
            self._append(fact, stream, _morning(recorded) if recorded else at)
        return self

    def write(self, fact: Fact, stream: str, at: datetime) -> None:
        """One fact as its service records it."""
        self._append(fact, stream, at)

    def record(self, answer: list[Fact] | Refusal) -> list[Fact]:
        """What the office has just decided goes into its log, at its hour of that day."""
        assert isinstance(answer, list), answer
        fresh: Sequence[Emit] = self.office.emits[self._written :]
        self._written = len(self.office.emits)
        for number, emit in enumerate(fresh, start=self._written - len(fresh) + 1):
            self._append(emit.fact, emit.stream, self.now(), event_id=str(uuid.UUID(int=number)))
        return answer

    def now(self) -> datetime:
        """The instant at which the office decides."""
        today = self.office.today
        return datetime(today.year, today.month, today.day, 10, tzinfo=BEIJING)

    def _append(self, fact: Fact, stream: str, at: datetime, event_id: str | None = None) -> None:
        origin = f"zhucun.demo/{fact.SERVICE}"
        version, prev = self._heads.get(stream, (0, None))
        tree = self._trees.setdefault(origin, CompactRange())
        index = tree.size
        name = event_id or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{origin}/{index}"))
        event = encode(
            fact, service=fact.SERVICE, event_id=name, origin=origin, stream=stream, version=version + 1, prev=prev,
            recorded=at, correlation="c", causation=None, salt=lambda: uuid.uuid5(uuid.NAMESPACE_OID, name).bytes,
        )  # fmt: skip
        self._heads[stream] = version + 1, event.leaf
        tree.append(event.leaf)
        self.texts |= {digest_of(text): text for text in event.disclosures}
        self.pieces.append(Piece(origin, index, name, stream, version + 1, event.leaf, event.body))

    @property
    def known(self) -> list[Known]:
        """Everything, opened."""
        return [Known(self._opened(piece), piece.index, piece.leaf.hex()) for piece in self.pieces]

    def _opened(self, piece: Piece) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(piece.body)
        if "_sd" in event["data"]:
            texts = {digest: self.texts[digest] for digest in event["data"]["_sd"]}
            event["data"] = {k: v for k, v in disclosure.reveal(event["data"], texts).items() if k != "_sd"}
        return event

    def _cut(self) -> Cut:
        return replace(cut_at(format_instant(self.now())), recorded=None)

    def shown(self, *, sensitive: bool = False, elsewhere: Elsewhere = ALONE) -> YearShown:
        """The county's year as the office sees it now."""
        events = [self._opened(piece) for piece in self.pieces]
        cut = self._cut()
        return self._below(show(COUNTY, YEAR, self.pieces, events, cut, sensitive=sensitive, elsewhere=elsewhere))

    def again(self, name: str = PERSON) -> YearShown:
        """One person's final year on the facts of now."""
        events = [self._opened(piece) for piece in self.pieces]
        return self._below(show_again(name, COUNTY, YEAR, self.pieces, events, self._cut()))

    def _below(self, shown: YearShown) -> YearShown:
        basis = tuple(
            LogBasis(origin=origin, size=tree.size, root=base64.b64encode(tree.root()).decode("ascii"))
            for origin, tree in sorted(self._trees.items())
        )
        return replace(shown, basis=basis)

    def replayed(self, now: str, name: str = PERSON, **options: Any) -> dict[str, Any]:
        """The replay, as plain JSON."""
        found: dict[str, Any] = json.loads(canonical_bytes(replay(self.known, name, YEAR, now=now, **options)))
        return found


def ruled(kept: Kept, parameter: str, value: Any, valid_from: date) -> dict[str, Any]:
    """A ruling of the two interpreters."""
    issued = InterpretationIssued(
        actor=INTERPRETER, article="23.2", ruleset=RULESET, place="5301", ruling="JS-9", parameter=parameter,
        value=value, valid_from=valid_from, joint_with="P000109",
    )  # fmt: skip
    kept.write(issued, f"rules/{RULESET}", kept.now() + timedelta(days=30))
    return issued.model_dump()


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=BEIJING)
