"""Steps of a worked case that ask instead of deciding: a replay, a result, the list of readings, reading again."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts import canonical
from contracts.catalogue import EVENTS
from contracts.identifiers import format_instant
from services.assessment.cases.comparing import compare, plain
from services.assessment.cases.form_expected import of_a_person
from services.assessment.cases.script import VILLAGE
from services.assessment.cases.sentences import sentences
from services.assessment.cases.unread import known, no_such, something
from services.assessment.cases.written import place
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay.lenses import LENSES
from services.assessment.replay.replay import replay
from services.assessment.rules.rules import RulesError, fold_rules, load

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
    if found["violations"] is None and "violations" in (step.get("expect") or {}):
        return ["没有写 roles，谁有何职责不知道，权限无从核对 / without `roles` nobody's authority can be checked"]
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


def _of_results(expect: Any, people: Mapping[str, Any]) -> Iterator[str]:
    yield from (*something("expect", expect), *_labelled(expect, people))
    for label, one in expect.items() if isinstance(expect, Mapping) else ():
        yield from (*something(f"expect {label}", one), *known(f"expect {label}", one, _RESULT))


def _of_replay(expect: Any, _people: Mapping[str, Any]) -> Iterator[str]:
    yield from (*something("expect", expect), *known("expect", expect, _REPLAYED))


def _labelled(expect: Any, people: Mapping[str, Any]) -> Iterator[str]:
    yield from known("expect", expect, people) if expect is not None else ()


def _of_one(expect: Any, _people: Mapping[str, Any]) -> Iterator[str]:
    yield from of_a_person("expect", expect)


def _names(expect: Any, people: Mapping[str, Any]) -> Iterator[str]:
    for label in expect if isinstance(expect, list) else () if expect is None else [expect]:
        if label not in people:
            yield no_such("expect", label, people)


def _nothing(expect: Any, _people: Mapping[str, Any]) -> Iterator[str]:
    if expect is not None:
        yield "expect: 此步只看结果是否相同，没有可写的 / this step only sees whether the result is the same"


def _number(expect: Any, _people: Mapping[str, Any]) -> Iterator[str]:
    if expect is not None and type(expect) is not int:
        yield f"expect: 应写个数 / is a number, not {expect!r}"


@dataclass(frozen=True, slots=True)
class Question:
    """A step that asks: what `with` may say, which of it must be there, and what `expect` may be."""

    ask: Callable[[Any, Step, datetime], list[str]]
    expect: Callable[[Any, Mapping[str, Any]], Iterator[str]]
    members: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def problems(self, step: Step, given: Mapping[str, Any], people: Mapping[str, Any]) -> Iterator[str]:
        """What nothing would read, and what is missing, a sentence each. `people`: by label, one alone is 本人."""
        labels = {label or "本人": one for label, one in people.items()}
        if self.ask is _readings_by_varying:
            yield from _one_reading(given)
        else:
            yield from known("with", given, self.members)
        yield from (f"with: 缺少 {name} / {name} is missing" for name in self.needed if name not in given)
        if given.get("person", next(iter(labels), None)) not in labels:
            yield no_such("with person", given["person"], labels) + place(given, "person")
        if "type" in given and given["type"] not in _FACTS:
            yield no_such("with type", given["type"], _FACTS) + place(given, "type")
        yield from self.expect(step.get("expect"), labels)


def _one_reading(given: Mapping[str, Any]) -> Iterator[str]:
    """A reading of `vary` is one parameter: of several, nobody could say which of them changed a result."""
    if len(given) != 1:
        yield f"with: 只改一个参数 / exactly one parameter=value, not {len(given)}"
        return
    for name, value in given.items():
        try:
            load().parameter(str(name)).check(value)
        except RulesError as error:
            yield f"with: {error}{place(given, name)}"


_RESULT = ("outcome", "grounds", "determination")
_REPLAYED = ("reproduced", "decided", "violations", "became_known", *LENSES)
_FACTS = sorted({kind.split(".")[2] for kind in EVENTS})
QUESTIONS: Mapping[str, Question] = {
    "folded": Question(_folded_now, _of_one, ("person",)),
    "replay": Question(_replayed, _of_replay, ("person", "version", "set")),
    "results": Question(_results, _of_results, ("version",)),
    "readings": Question(_readings, _labelled),
    "vary": Question(_readings_by_varying, _names),
    "read-again": Question(_read_again, _nothing),
    "superseded": Question(_superseded, _number, ("type",), ("type",)),
}
"""Name of a step -> what it asks."""
