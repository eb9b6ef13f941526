"""The determination worked out again from the events of the case, by the fold that this program came with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.assessment import fold
from services.assessment.civil import Cut, cut_at
from services.assessment.evidence import layout, strict
from services.assessment.evidence.casefile import CaseFile
from services.assessment.evidence.integrity import fold_digest
from services.assessment.evidence.verdict import HOLDS, NOT_REPRODUCED, UNDETERMINED, Malformed
from services.assessment.findings import FoldError
from services.assessment.fold import Rules, canonical_bytes, fold_read
from services.assessment.opening import is_open, open_event
from services.assessment.reading import Reader


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came out. `code` is that of the verdict; `closed` are events whose sensitive value was not at hand."""

    code: int
    sentence: str
    differences: tuple[str, ...]
    closed: tuple[str, ...]


def recompute(case: CaseFile) -> Recomputed:
    """Folds what lies below the basis and compares it with what was recorded. Raises Malformed."""
    try:
        shown, closed = then(case)
    except FoldError as error:
        raise Malformed(f"the events cannot be folded: {error}") from error
    differences = tuple(compare(case.said, shown)) + _replay(case, shown)
    if not differences:
        return Recomputed(HOLDS, f"结论 {case.said['outcome']} 由所附事件重算得出 reproduced", (), closed)
    if closed:
        return Recomputed(UNDETERMINED, f"{len(closed)} 个敏感值未披露或已销毁 not disclosed", differences, closed)
    return Recomputed(NOT_REPRODUCED, differences[0], differences, closed)


def then(case: CaseFile) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The person's part of the fold's output as it was when it was decided, and the events that stayed closed."""
    below = [event.parsed for event in case.events if event.index < case.basis[event.origin]]
    opened = [open_event(event, case.texts) for event in below]
    cut = cut_of(case)
    reader = Reader(cut)
    reader.read(opened)
    result = fold_read(reader, rules_of(case.files), year=case.year, cut=cut)
    shown = result["persons"].get(case.person)
    if shown is None:
        raise Malformed(f"the events of the case say nothing of {case.person}")
    return shown, tuple(event["id"] for event in opened if not is_open(event))


def cut_of(case: CaseFile) -> Cut:
    """What was known: everything below the basis, whatever its recorded time; the moment says which days had passed."""
    moment = case.said.get("moment", case.decision.parsed["recordedtime"])
    return replace(cut_at(moment), recorded=None, erased=case.erased)


def rules_of(files: Mapping[str, bytes]) -> Rules:
    """The rules as they travel in the case."""
    parameters = strict.members(strict.load(files.get(layout.PARAMETERS, b""), layout.PARAMETERS), layout.PARAMETERS)
    calendars = strict.members(strict.load(files.get(layout.CALENDARS, b""), layout.CALENDARS), layout.CALENDARS)
    return Rules(parameters, calendars)


def compare(said: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """What the determination says otherwise than the fold, one sentence each."""
    found = []
    for member, name in (("outcome", "结论 outcome"), ("inputs", "事实摘要 digest of the inputs")):
        if said[member] != shown[member]:
            found.append(f"{name}：记录为 recorded {said[member]}，重算为 worked out {shown[member]}")
    recorded = {entry["article"]: (entry["outcome"], entry["values"]) for entry in said["findings"]}
    again = {entry["article"]: (entry["outcome"], entry["values"]) for entry in shown["findings"]}
    for article in sorted(recorded.keys() | again.keys()):
        if recorded.get(article) != again.get(article):
            found.append(f"第 {article} 款 clause {article}：记录 {recorded.get(article)}，重算 {again.get(article)}")
    return found


def _replay(case: CaseFile, shown: Mapping[str, Any]) -> tuple[str, ...]:
    name = f"{layout.REPLAY}then-then.json"
    if case.files.get(name) == canonical_bytes(shown):
        return ()
    return (f"{name} is not what the fold makes of the events",)


def running_fold(case: CaseFile) -> bool:
    """Whether the fold of this program is the one that the determination names."""
    modules = strict.members(strict.load(case.files[layout.FOLD], layout.FOLD), layout.FOLD, modules=list)["modules"]
    here = Path(fold.__file__).parent
    sources = {name: here / f"{name}.py" for name in map(str, modules)}
    if not all(source.is_file() for source in sources.values()):
        return False
    return fold_digest(list(sources), lambda name: sources[name].read_bytes()) == str(case.said["fold_digest"])
