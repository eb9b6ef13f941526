"""The determination worked out again from the events of the case, by the fold that this program came with."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from services.assessment.evidence import layout, strict
from services.assessment.evidence.casefile import CaseFile, Withheld
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.fold import Rules, canonical_bytes
from services.assessment.replay import lenses
from services.assessment.replay.opening import is_open, open_event


class Again:
    """One case folded again, as it was known then and as it is known now."""

    def __init__(self, case: CaseFile) -> None:
        self.case = case
        known = [
            lenses.Known(open_event(event.parsed, case.texts), event.index, event.leaf.hex()) for event in case.events
        ]
        recorded = next(one for one in known if one.event["id"] == case.decision.parsed["id"])
        known += [_closed(one) for one in case.withheld]
        self._case = lenses.Case(case.person, case.year, known, recorded, alone=bool(case.withheld))
        self.then = _rules(case.files, layout.PARAMETERS)
        self.now = _rules(case.files, layout.PARAMETERS_NOW)

    @property
    def cut(self) -> Cut:
        """What was known: all below the basis, whatever its recorded time; the moment says which days had passed."""
        cut = cut_at(self.case.said["moment"], basis=self.case.basis, erased=self.case.erased)
        return replace(cut, recorded=None)

    @cached_property
    def facts(self) -> tuple[lenses.Facts, lenses.Facts]:
        """What was known then, and what is known now."""
        now = replace(cut_at(self.case.made, erased=self.case.erased), recorded=None)
        return lenses.facts_then(self._case, self.cut), lenses.facts_now(self._case, now)

    @cached_property
    def shown(self) -> dict[str, dict[str, Any]]:
        """The person's part of the fold's output in each lens; raises FoldError, LookupError."""
        return lenses.four(*self.facts, self.then, self.now)

    @property
    def closed(self) -> tuple[str, ...]:
        """Events below the basis that the fold would have to open and that stayed closed."""
        basis = self.case.basis
        below = [one.event for one in self._case.known if one.index < basis.get(one.event["origin"], 0)]
        return tuple(event["id"] for event in below if not is_open(event))

    def standing(self, lens: str) -> str:
        """The outcome in a lens, grades that were proposed on other facts left out."""
        return lenses.standing(self.shown[lens], self._case)

    def differences(self) -> list[dict[str, Any]]:
        """Findings that are not the same then and now, and why."""
        return lenses.differences(self.shown)

    def files(self) -> dict[str, bytes]:
        """What replay says, as it lies in the case."""
        found = {f"{layout.REPLAY}{lens}.json": canonical_bytes(shown) for lens, shown in self.shown.items()}
        return found | {f"{layout.REPLAY}diff.json": canonical_bytes(self.differences())}

    def against_the_record(self) -> tuple[str, ...]:
        """What the determination says otherwise than the fold, a sentence for each member.

        That rules and fold are those of the digests was checked before (`integrity.check_rules`).
        """
        said = self.case.said
        digests = {name: said[name] for name in ("rules_digest", "fold_digest")}
        again = lenses.worked_out(self._case, self.shown["then-then"], self.then, self.cut, digests)
        return tuple(_sentence(entry) for entry in lenses.compared(said, again))


def _closed(one: Withheld) -> lenses.Known:
    """What was withheld, as a place in its stream of which the fold reads nothing."""
    event = {
        "id": one.leaf.hex(), "type": "zhucun.assessment.Withheld.v1", "origin": one.origin, "stream": one.stream,
        "version": one.version, "recordedtime": "", "data": {},
    }  # fmt: skip
    return lenses.Known(event, one.index, one.leaf.hex())


def _sentence(entry: Mapping[str, Any]) -> str:
    name, recorded, again = entry["member"], entry["recorded"], entry["worked_out"]
    if name != "findings" or not isinstance(recorded, list) or not isinstance(again, list):
        return f"{name}：记录 recorded {_short(recorded)}，重算 worked out {_short(again)}"
    by_article = {one["article"]: one for one in again}
    changed = [one["article"] for one in recorded if one != by_article.get(one["article"])]
    more = sorted(by_article.keys() - {one["article"] for one in recorded})
    shown = "；".join(
        f"{article} 记录 recorded {_short(next((o for o in recorded if o['article'] == article), None))}，"
        f"重算 worked out {_short(by_article.get(article))}"
        for article in [*changed, *more]
    )
    return f"逐款认定 findings：{shown or '顺序 order'}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else canonical_bytes(value).decode("utf-8")
    return text if len(text) <= 200 else f"{text[:200]}…"


def _rules(files: Mapping[str, bytes], parameters: str) -> Rules:
    """The rules as they travel in the case."""
    values = strict.members(strict.load(files.get(parameters, b""), parameters), parameters)
    calendars = strict.members(strict.load(files.get(layout.CALENDARS, b""), layout.CALENDARS), layout.CALENDARS)
    return Rules(values, calendars)
