"""What is known of a person or a county below a sealed basis, folded: the knowledge that decisions are made on.

Reads this service's inbox and own log, and opens the few sensitive values that the fold needs. What was erased stays
undetermined; a source that does not answer is an error, never an absence.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from contracts.assessment import LogBasis
from contracts.identifiers import format_instant
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.determination import Head
from services.assessment.replay.lenses import PERSON_KINDS, Known
from services.assessment.replay.offline import explain_events
from services.assessment.replay.opening import open_event
from services.assessment.rules import rules
from services.assessment.said import CITY
from services.assessment.year.kept import PATIENCE, Disclosures, KeptFacts, asked, parsed
from services.assessment.year.known import ALONE, Elsewhere, YearShown
from services.assessment.year.showing import QUOTA, heads_of, show_again, show_read
from services.ledger.material import Basis, Material, Piece

COMMON_KINDS = ("county", "rules", "village")
FOLLOWING_KINDS = ("award", "bar", "calendar", "circular")
"""What follows from a result, and the calendars: no fold needs them, a replay looks at who said them."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who may be on a county's list of a year, and the villages that they are or were posted to."""

    persons: tuple[str, ...]
    villages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Folds what this service knows. `own`: origin of its log; `foreign`: origins of the logs it follows."""

    material: Material
    own: str
    foreign: tuple[str, ...]
    disclosures: Disclosures
    kept: KeptFacts

    async def year(
        self,
        county: str,
        year: int,
        roster: Roster,
        now: datetime,
        *,
        sensitive: bool = False,
        elsewhere: Elsewhere = ALONE,
    ) -> YearShown:
        """The county's year as far as the roster goes; raises NotSealedError when events of it are not all sealed yet.

        Cut by the basis alone: what lies below it counts whatever its recorded time (`ledger.md` 5). `now` says which
        days have passed.
        """
        cut = replace(cut_at(format_instant(now)), recorded=None)
        subjects = [*roster.persons, *roster.villages, county, rules.DEFAULT]
        async with self.kept.of((*PERSON_KINDS, *COMMON_KINDS), subjects) as facts:
            heads = sorted(facts.heads.values())
            fold = partial(show_read, sensitive=sensitive, elsewhere=elsewhere, judgements=facts.judgements)
            shown = await asyncio.to_thread(fold, county, year, facts.reader, heads, cut)
            return self._below(facts.bases, heads, shown)

    async def again(self, person: str, county: str, year: int, roster: Roster, now: datetime) -> YearShown:
        """One person's final year judged again, everybody else frozen; raises as :meth:`year` does."""
        bases, pieces, events = await self._read([*roster.persons, *roster.villages, county])
        cut = replace(cut_at(format_instant(now)), recorded=None)
        shown = await asyncio.to_thread(show_again, person, county, year, pieces, events, cut)
        return self._below(bases, heads_of(pieces), shown)

    async def everything(self, person: str, county: str, roster: Roster) -> list[Known]:
        """All that is sealed now of a person, the county's years, the rules, and the roles of those who acted."""
        _, pieces, events = await self._read([person, *roster.villages, county])
        years = {str(event["data"]["year"]) for event in events if "year" in event["data"]}
        await self._add(pieces, events, FOLLOWING_KINDS, [person, county, CITY, *years])
        acted = {event["data"]["actor"]["person"] for event in events if "actor" in event["data"]}
        teams = {event["data"]["team"] for event in events if "team" in event["data"]}
        wanted = {event["data"]["parameters_digest"] for event in events if "parameters_digest" in event["data"]}
        await self._add(pieces, events, ("role", "posting", "team", "parameters"), [*acted, *teams, *wanted])
        return [Known(event, piece.index, piece.leaf.hex()) for piece, event in zip(pieces, events, strict=True)]

    async def _add(
        self, pieces: list[Piece], events: list[dict[str, Any]], kinds: Sequence[str], subjects: Sequence[str]
    ) -> None:
        """Puts in what is sealed of those streams and is not there yet."""
        bases = await self.material.bases(kinds, subjects, self.foreign, PATIENCE)
        seen = {piece.id for piece in pieces}
        fresh = [piece for piece in await self.material.read(kinds, subjects, bases) if piece.id not in seen]
        pieces += fresh
        events += await asyncio.to_thread(parsed, fresh)

    def _below(self, bases: Mapping[str, Basis], heads: Sequence[Head], shown: YearShown) -> YearShown:
        folded = {head.stream: head.version for head in heads if head.origin == self.own}
        return replace(shown, basis=tuple(_log_basis(bases[origin]) for origin in sorted(bases)), folded=folded)

    async def explanation(
        self,
        person: str,
        year: int,
        roster: Roster,
        as_of: str,
        county_roster: Callable[[str], Awaitable[Roster]],
    ) -> dict[str, Any] | None:
        """One person's year as known at `as_of` (see `civil.cut_at`), for people; None when nothing was known.

        Somebody proposed as 优秀 is explained together with the whole list of the county: the quota couples them.
        """
        _, _, events = await self._read([person, *roster.villages])
        cut = cut_at(as_of)
        if not any(_known_of(event, person, cut) for event in events):
            return None
        found = await asyncio.to_thread(explain_events, events, person=person, year=year, as_of=as_of)
        if all(finding["article"] != QUOTA for finding in found["result"]["findings"]):
            return found
        county = found["result"]["county"]
        everybody = await county_roster(county)
        _, _, events = await self._read([person, *everybody.persons, *everybody.villages, county])
        return await asyncio.to_thread(explain_events, events, person=person, year=year, as_of=as_of)

    async def _read(self, subjects: Sequence[str]) -> tuple[dict[str, Basis], list[Piece], list[dict[str, Any]]]:
        kinds, wanted = (*PERSON_KINDS, *COMMON_KINDS), [*subjects, rules.DEFAULT]
        bases = await self.material.bases(kinds, wanted, self.foreign, PATIENCE)
        pieces = await self.material.read(kinds, wanted, bases)
        events = await asyncio.to_thread(parsed, pieces)
        _, texts = await asked(self.disclosures, events, {})
        return bases, pieces, [open_event(event, texts) for event in events]


def _known_of(event: Mapping[str, Any], person: str, cut: Cut) -> bool:
    known = cut.recorded is None or event["recordedtime"] <= cut.recorded
    return known and bool(event["data"].get("person") == person)


def _log_basis(basis: Basis) -> LogBasis:
    return LogBasis(origin=basis.origin, size=basis.size, root=base64.b64encode(basis.root).decode("ascii"))
