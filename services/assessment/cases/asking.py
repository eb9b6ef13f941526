"""Steps of a worked case that ask instead of deciding: a replay, a result, the list of readings, reading again."""

import json
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from contracts import canonical
from contracts.identifiers import format_instant
from services.assessment.cases.comparing import compare, plain
from services.assessment.cases.script import VILLAGE
from services.assessment.cases.sentences import sentences
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay.replay import replay
from services.assessment.rules.rules import fold_rules, load

Step = Mapping[str, Any]


def _replayed(steps: Any, step: Step, now: datetime) -> list[str]:
    """`replay`: the four lenses as outcomes, `reproduced`, `violations` (types), `became_known` (kinds)."""
    given = step.get("with") or {}
    person = steps.names[given["person"]] if "person" in given else next(iter(steps.names.values()))
    settings = [f"{name}={json.dumps(value).strip(chr(34))}" for name, value in (given.get("set") or {}).items()]
    found = replay(
        steps.history.known, person, steps.year, now=format_instant(now), version=given.get("version"),
        settings=settings, search=False,
    )  # fmt: skip
    violations = found["violations"] or []
    shown = {
        "reproduced": found["reproduced"],
        "decided": found["decided"]["outcome"],
        "violations": [f"{one['type']} {one['why']}" for one in violations],
        "became_known": [one["kind"] for one in found["became_known"]],
        **{lens: one["standing"] for lens, one in found["lenses"].items()},
    }
    return _differences(step, shown)


def _results(steps: Any, step: Step, _now: datetime) -> list[str]:
    """`results`: label -> `outcome`, `grounds`, `determination` of the latest determination, or of `version`."""
    version = (step.get("with") or {}).get("version")
    shown: dict[str, Any] = {}
    grounds: dict[str, list[str]] = {}
    for event in steps.history.events:
        name, data = event["type"].split(".")[2], event["data"]
        if name == "DisqualificationDetermined":
            grounds.setdefault(data["person"], []).append(data["ground"])
        if name == "AssessmentFinalised":
            own = sorted(grounds.pop(data["person"], []))
            if version in (None, data["determination"]):
                one = {"outcome": data["outcome"], "grounds": own, "determination": data["determination"]}
                shown[steps.labelled(data["person"])] = one
    found: list[str] = []
    for label, wanted in (step.get("expect") or {}).items():
        named = shown.get(label, {})
        for key, value in wanted.items():
            if named.get(key) != value:
                found += [f"{label}: {line}" for line in sentences(key, value, named.get(key))]
    return found


def _readings(steps: Any, step: Step, now: datetime) -> list[str]:
    """`readings`: label -> parameters on which the outcome hangs; who is not named hangs on none."""
    shown = steps.history.year(VILLAGE[:6], steps.year, now, sensitive=True)
    hanging = {
        steps.labelled(one.person): sorted({reading.parameter for reading in one.readings}) for one in shown.sensitive
    }
    wanted = {label: sorted(names) for label, names in (step.get("expect") or {}).items()}
    if hanging == wanted:
        return []
    return [f"取决于读法的应为 {wanted}，实为 {hanging} / who hangs on a reading: expected {wanted}, got {hanging}"]


def _readings_by_varying(steps: Any, step: Step, now: datetime) -> list[str]:
    """`vary`: with one parameter set, exactly those named come out otherwise, and all of them are on the list (W76)."""
    (name, value), *_ = (step.get("with") or {}).items()
    base, changed = _folded(steps, now, {}), _folded(steps, now, {name: load().parameter(name).check(value)})
    moved = sorted(
        steps.labelled(person)
        for person, shown in base["persons"].items()
        if shown["outcome"] != changed["persons"][person]["outcome"]
    )
    listed = sorted(
        steps.labelled(one.person)
        for one in steps.history.year(VILLAGE[:6], steps.year, now, sensitive=True).sensitive
        if any((reading.parameter, reading.value) == (name, value) for reading in one.readings)
    )
    wanted = sorted(step.get("expect") or [])
    found = []
    if moved != wanted:
        found.append(
            f"结果随 {name}={value} 而变的应为 {wanted}，实为 {moved} / expected to change: {wanted}, got {moved}"
        )
    if moved != listed:
        found.append(f"名单所列 {listed} 与实际变化 {moved} 不同 / the list of readings names {listed}, not {moved}")
    return found


def _read_again(steps: Any, _step: Step, now: datetime) -> list[str]:
    """`read-again`: every event twice and in other orders gives the same bytes (W75, W77)."""
    digests = set()
    for seed in range(4):
        events = list(steps.history.events) * (1 + (seed > 0))
        random.Random(seed).shuffle(events)  # noqa: S311  # another order, no secret
        digests.add(canonical.digest(_folded(steps, now, {}, events if seed else None)))
    if len(digests) == 1:
        return []
    return ["再读一遍、换一个次序，结果不同 / read again, in another order, the result is another"]


def _superseded(steps: Any, step: Step, _now: datetime) -> list[str]:
    """`superseded`: facts of the type named (with: {type: …}) name the event that each of them takes the place of."""
    kind = (step.get("with") or {})["type"]
    ids = {event["id"] for event in steps.history.events}
    named = [event["data"].get("supersedes") for event in steps.history.events if event["type"].split(".")[2] == kind]
    wanted = step.get("expect", 1)
    count = sum(one in ids for one in named)
    if count == wanted:
        return []
    return [
        f"应有 {wanted} 个 {kind} 指明所取代的事件，实有 {count} / expected {wanted} that name an event, got {count}"
    ]


def _folded(steps: Any, now: datetime, changes: Mapping[str, Any], events: Any = None) -> dict[str, Any]:
    cut = cut_at(format_instant(now))
    reader = Reader(cut)
    reader.read(steps.history.events if events is None else events)
    used = fold_rules(steps.year, changes, reader.common, VILLAGE[:6])
    return fold_read(reader, used, year=steps.year, cut=cut)


def _differences(step: Step, shown: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for key, wanted in (step.get("expect") or {}).items():
        if key not in shown:
            raise FoldError(f"{key}: 没有这一项 / no such thing; there are {', '.join(shown)}")
        if shown[key] != wanted:
            found += sentences(key, wanted, shown[key])
    return found


def _folded_now(steps: Any, step: Step, now: datetime) -> list[str]:
    """`folded`: one person's year as the fold shows it at this moment; `expect` as at the end of a case."""
    person = steps.names[(step.get("with") or {}).get("person", next(iter(steps.names)))]
    return compare(plain(step.get("expect") or {}), _folded(steps, now, {})["persons"][person])


QUESTIONS: Mapping[str, Callable[[Any, Step, datetime], list[str]]] = {
    "folded": _folded_now,
    "replay": _replayed,
    "results": _results,
    "readings": _readings,
    "vary": _readings_by_varying,
    "read-again": _read_again,
    "superseded": _superseded,
}
"""Name of a step -> what it asks."""
