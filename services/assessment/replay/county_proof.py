"""One county's closed year held against what was decided, one person after the other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.assessment.fold import determination
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.determination import Head
from services.assessment.fold.fold import Rules, canonical_bytes
from services.assessment.fold.one_by_one import OneByOne
from services.assessment.fold.reading import Fact, Person
from services.assessment.replay.closed_years import ClosedYear
from services.assessment.replay.deciders import Decider, changes
from services.assessment.replay.filed import Filed
from services.assessment.replay.lenses import compared, unclear
from services.assessment.rules import rules

_GIVEN = ("county", "year", "determination", "moment", "basis")
"""Members of a determination that are not worked out."""
_COMMON = (*_GIVEN, *determination.SAID_BY_OFFICIALS)


@dataclass(slots=True)
class CountyRefold:
    """One county's closed year. `differences`: person (or None for the county), determination, and what differs.

    `undetermined`: people of whom a value was erased or is not disclosed, so that nothing can be said.
    """

    county: str
    year: int
    determinations: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)
    undetermined: list[str] = field(default_factory=list)
    code: dict[str, Any] = field(default_factory=dict)
    """Which program decided (`deciders.told`), and under `changes`, by person, what today's says otherwise."""

    @property
    def proven(self) -> bool:
        """Whether everything that could be said agrees with the record."""
        return not self.differences

    def differs(self, person: str | None, determination: int | None, members: list[dict[str, Any]]) -> None:
        """An alarm."""
        self.differences.append({"person": person, "determination": determination, "differs": members})


def cut_of(closed: ClosedYear, erased: frozenset[str]) -> Cut:
    """The cut of a closed year: at its moment; what lies beyond its basis is not read at all."""
    return replace(cut_at(closed.first["moment"], erased=erased), recorded=None)


def rules_of(closed: ClosedYear, year: int, common: Sequence[Fact], recorded: Mapping[str, Mapping[str, Any]]) -> Rules:
    """The rules in force, with the parameters that the determinations name where those are recorded."""
    used = rules.fold_rules(year, None, common, closed.county)
    wanted = closed.first["parameters_digest"]
    if rules.parameters_digest(used.parameters) != wanted and wanted in recorded:
        return Rules(rules.Recorded(recorded[wanted], used.parameters), used.calendars)
    return used


class CountyProof:
    """Takes everybody who was ever posted there or determined; `result` is whole after :meth:`end`.

    `common`, `heads`: facts, and by subject the last events, of what is about nobody in particular, below the basis; of
    counties with one basis the same objects, since all villages of the city are among them. `said`: what the
    release that decided makes of the year, where that is not this program.
    """

    def __init__(
        self,
        closed: ClosedYear,
        year: int,
        used: Rules,
        cut: Cut,
        common: Sequence[Fact],
        heads: Mapping[str, Sequence[Head]],
        decider: Decider,
        said: Mapping[str, Any] | None,
    ) -> None:
        self.result = CountyRefold(closed.county, year, code=decider.told())
        self._closed = closed
        self._year = year
        self._decider = decider
        self._said = said
        self._changes: dict[str, list[dict[str, Any]]] = {}
        self._objects = 0
        self._heads = heads
        digests = {
            **decider.digests,
            "parameters_digest": rules.parameters_digest(used.parameters),
            "calendars_digest": determination.calendars_digest(used.calendars, year, cut),
        }
        self._digests: dict[str, Any] = digests
        alike = {member: value for member, value in closed.first.items() if member in _COMMON}
        self._alike = {member: _told(member, value) for member, value in {**alike, **digests}.items()}
        """Name of a member that should be as everybody's -> the member as JSON."""
        deferred = frozenset(closed.quota["deferred"])
        self._waiting = Filed()
        self._passing = OneByOne(used, common, year=year, cut=cut, deferred=deferred, whole=False, packed=self._waiting)

    def take(self, name: str, person: Person | None, final: bytes | None, heads: Sequence[Head]) -> None:
        """A person with the event of the first determination, if there is one, and the person's last events."""
        if person is None:
            self._found(name, None, final, heads)
            return
        shown = self._passing.add(name, person, lambda: (final, [*map(tuple, heads)]))
        if shown is not None:
            self._found(name, shown, final, heads)

    def end(self) -> CountyRefold:
        """The places are given, and whoever waited for that is compared."""
        for name, shown, (final, heads) in self._passing.rest():
            self._found(name, shown, final, [*map(Head._make, heads)])
        self.close()
        result, recorded = self.result, self._closed.quota["objects"]
        result.differences.sort(key=lambda found: (found["determination"] is None, found["person"]))
        objects = self._objects if self._said is None else self._said["objects"]
        if recorded != objects:
            result.differs(None, None, [{"member": "objects", "recorded": recorded, "worked_out": objects}])
        result.undetermined.sort()
        if not self._decider.is_this:
            result.code["changes"] = dict(sorted(self._changes.items()))
        return result

    def _found(self, name: str, today: Mapping[str, Any] | None, final: bytes | None, heads: Sequence[Head]) -> None:
        """`today`: what this program says, which a release that decided may have said otherwise."""
        if today is not None and today["county"] != self._closed.county:
            today = None
        shown, content = today, determination.content(today) if today else {}
        if self._said is not None:
            one = self._said["persons"].get(name, {})
            shown, content = one.get("shown"), one.get("content", {})
        if not self._decider.is_this and today:
            then = content if self._said is not None else json.loads(final)["data"] if final else {}
            if then and (found := changes(then, determination.content(today))):
                self._changes[name] = found
        listed = shown is not None and shown["listed"]
        self._objects += listed
        if final is not None:
            self.result.determinations += 1
            own = content if shown is None else {**content, "manifest": self._manifest(name, shown, heads)}
            self._compare(name, final, {**own, "person": name})
        elif listed:
            self.result.differs(name, None, [{"member": "listed"}])

    def _compare(self, name: str, final: bytes, own: Mapping[str, Any]) -> None:
        """Byte for byte, taking what is given to be as in the county's first; else member by member.

        `own`: what is not alike for everybody. No member of an event before its data holds anything but text, so that
        the first `"data":` is the event's.
        """
        members = self._alike | {member: _told(member, value) for member, value in own.items()}
        expected = b'"data":{%b},"id":' % b",".join([members[member] for member in sorted(members)])
        if final.startswith(expected, final.find(b'"data":')):
            return
        data = json.loads(final)["data"]
        again = {**{member: data[member] for member in _GIVEN}, **self._digests, **own}
        if unclear(data, again):
            self.result.undetermined.append(name)
        elif differs := compared(data, again):
            self.result.differs(name, 1, differs)

    def _manifest(self, name: str, shown: Mapping[str, Any], heads: Sequence[Head]) -> list[dict[str, Any]]:
        """The last event of every stream that the determination rests on."""
        county, year = self._closed.county, self._year
        subjects = {county, rules.DEFAULT, *[posting["village"] for posting in shown["postings"]]}
        mine = [*heads, *[head for subject in subjects for head in self._heads.get(subject, ())]]
        entries = determination.manifest(mine, name, shown, county, year)
        return [{"origin": h.origin, "stream": h.stream, "version": h.version, "head": h.leaf} for h in entries]

    def close(self) -> None:
        """Lets go of the file in which people wait."""
        self._waiting.close()


def _told(member: str, value: Any) -> bytes:
    """A member as it stands in canonical JSON."""
    return b'"%b":%b' % (member.encode("utf-8"), canonical_bytes(value))
