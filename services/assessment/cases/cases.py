"""`zhucun cases run PATH`: worked cases that an official can write, run through real event bytes and the fold.

    report = run_cases([Path("tests/cases")])
    print(report.text()); exit(report.exit_code)

Each case gives facts and expects results; each reading of it may change parameters, the year or the knowledge (as_of).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.assessment.cases import form
from services.assessment.cases.chinese import in_codes
from services.assessment.cases.comparing import compare, plain
from services.assessment.cases.events import Given, write_common
from services.assessment.cases.history import History, Service
from services.assessment.cases.script import Script
from services.assessment.cases.sentences import sentences_of
from services.assessment.cases.steps import Steps
from services.assessment.cases.written import files_of, read_cases
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay.lines import read_lines
from services.assessment.rules import rules


@dataclass(frozen=True, slots=True)
class Outcome:
    """One reading of one case. `differences` is empty when everything came out as expected."""

    case: str
    reading: str
    title: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Report:
    """All readings that were run."""

    outcomes: tuple[Outcome, ...]

    @property
    def exit_code(self) -> int:
        """0 when all passed, 1 otherwise, also when there was nothing to run."""
        return 0 if self.outcomes and all(outcome.passed for outcome in self.outcomes) else 1

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "passed": sum(outcome.passed for outcome in self.outcomes),
            "failed": sum(not outcome.passed for outcome in self.outcomes),
            "cases": [
                {"case": o.case, "reading": o.reading, "title": o.title, "passed": o.passed,
                 "differences": list(o.differences)}
                for o in self.outcomes
            ],
        }  # fmt: skip

    def text(self) -> str:
        """One line per reading, differences below it."""
        lines: list[str] = []
        for outcome in self.outcomes:
            reading = f" [{outcome.reading}]" if outcome.reading else ""
            lines.append(f"{'通过 ok  ' if outcome.passed else '不符 FAIL'} {outcome.case}{reading} {outcome.title}")
            lines += [f"          {difference}" for difference in outcome.differences]
        failed = sum(not outcome.passed for outcome in self.outcomes)
        if not self.outcomes:
            return "没有案例，文件夹中没有 .yaml 文件 / there is no case, no .yaml file in the folder"
        return "\n".join(
            [*lines, f"{len(self.outcomes)} 例，不符 {failed} / {len(self.outcomes)} run, {failed} failed"]
        )


def run_cases(paths: Iterable[Path], services: Mapping[str, Service] | None = None) -> Report:
    """Run every case of the YAML files, or of all that are below the folders. Raises FoldError for a malformed file.

    `services`: those whose commands the steps of a case may give; a case without steps needs none.
    """
    outcomes: list[Outcome] = []
    for path in paths:
        for file in files_of(path):
            for case in load_cases(file):
                outcomes += run_case(case, services or {})
    return Report(tuple(outcomes))


def load_cases(file: Path) -> list[dict[str, Any]]:
    """The cases of one file as they are written; raises FoldError naming the file when it is no list of cases."""
    document = read_cases(file)
    ids = [str(case.get("id")) for case in document]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise FoldError(f"{file}: 编号重复 / two cases have the id {', '.join(twice)}")
    return list(map(in_codes, document))


def run_case(case: Mapping[str, Any], services: Mapping[str, Service] | None = None) -> list[Outcome]:
    """The case itself with its steps, and each of its readings."""
    title = str(case.get("title", ""))
    name = str(case.get("id", ""))
    wrong = form.shape(case) or form.problems(case, services or {})
    if wrong:
        return [Outcome(name, "", title, tuple(wrong))]
    try:
        script, names = _script(case)
        lines, texts, erased = script.encoded()
        taken = _steps(case, script, names, services or {})
    except KeyError as error:
        return [Outcome(name, "", title, (f"given: 缺少 {error} 一项 / {error} is missing",))]
    except ValidationError as error:
        return [Outcome(name, "", title, tuple(f"given: {line}" for line in sentences_of(error)))]
    except (FoldError, ValueError, TypeError, AttributeError) as error:
        kind = "" if isinstance(error, FoldError) else f"{type(error).__name__}: "
        return [Outcome(name, "", title, (f"given: {kind}{error}",))]
    outcomes = []
    for reading in [case, *case.get("readings", ())]:
        own = reading is not case
        merged = {**{key: case.get(key) for key in ("year", "parameters", "as_of")}, **reading}
        differences = [] if own else list(taken)
        if "expect" in reading:
            differences += _differences(merged, lines, texts, erased, names)
        outcomes.append(Outcome(name, _label(reading) if own else "", title, tuple(differences)))
    return outcomes


def _script(case: Mapping[str, Any]) -> tuple[Script, dict[str, str]]:
    script = Script(str(case["id"]))
    people: Mapping[str, Any] = case.get("people") or ({"": case["given"]} if "given" in case else {})
    names = {str(label): f"P{number:06d}" for number, label in enumerate(people, start=1)}
    for label, given in people.items():
        Given(script, names[str(label)]).write(given)
    write_common(script, case, names)
    return script, names


def _steps(
    case: Mapping[str, Any], script: Script, names: Mapping[str, str], services: Mapping[str, Service]
) -> list[str]:
    """What the steps of a case came to otherwise than written."""
    if "steps" not in case:
        return []
    labels = {label or "本人": person for label, person in names.items()}
    return Steps(History(script), labels, case["year"], services).carry_out(case["steps"])


def _label(reading: Mapping[str, Any]) -> str:
    parts = [f"{name}={value}" for name, value in (reading.get("parameters") or {}).items()]
    parts += [f"{key}={reading[key]}" for key in ("year", "as_of") if key in reading]
    return ", ".join(parts) or str(reading.get("why", "reading"))


def _differences(
    reading: Mapping[str, Any],
    lines: Sequence[bytes],
    texts: Mapping[str, str],
    erased: frozenset[str],
    names: Mapping[str, str],
) -> list[str]:
    expect = plain(reading["expect"])
    refused = expect.pop("refused", None)
    try:
        result = _folded(reading, lines, texts, erased)
    except (FoldError, rules.RulesError) as error:
        if refused is not None and str(refused) in str(error):
            return []
        return [f"不能折算，原因 / refused: {error}"]
    if refused is not None:
        return [f"应当拒绝并说明“{refused}”，却得出了结果 / expected a refusal that says {refused!r}; it was folded"]
    people = expect.pop("people", None) or ({"": expect} if "" in names else {})
    counties = {} if "" in names else expect.pop("counties", {})
    found: list[str] = []
    for label, wanted in people.items():
        prefix = f"{label}: " if label else ""
        found += [prefix + line for line in compare(wanted, result["persons"][names[str(label)]])]
    for code, wanted in counties.items():
        shown = _relabelled(result["counties"].get(str(code), {}), names)
        found += [f"{code}: {line}" for line in compare(wanted, shown)]
    return found


def _folded(
    reading: Mapping[str, Any], lines: Sequence[bytes], texts: Mapping[str, str], erased: frozenset[str]
) -> dict[str, Any]:
    as_of = reading.get("as_of")
    cut = cut_at(None if as_of is None else as_of if isinstance(as_of, str) else as_of.isoformat(), erased=erased)
    reader = Reader(cut)
    read_lines(lines, reader, texts)
    overrides = {name: rules.load().parameter(name).check(v) for name, v in (reading.get("parameters") or {}).items()}
    used = rules.fold_rules(reading["year"], overrides, reader.common)
    return fold_read(reader, used, year=reading["year"], cut=cut)


def _relabelled(value: Any, names: Mapping[str, str]) -> Any:
    """People under the labels of the case instead of their identifiers."""
    labels = {person: label for label, person in names.items()}
    if isinstance(value, dict):
        return {key: _relabelled(member, names) for key, member in value.items()}
    if isinstance(value, list):
        return [_relabelled(member, names) for member in value]
    return labels.get(value, value) if isinstance(value, str) else value
