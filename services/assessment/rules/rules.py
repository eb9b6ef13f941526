"""Rule sets: the dated parameters, the clauses and what becomes of each, and the digests a determination pins.

Reads files; the fold itself does not import this module. Parameters: `parameters/<rule set>.yaml`, one entry per name.
"""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts import canonical
from contracts.calendar import available_years, load_calendar
from services.assessment.fold.fold import Rules
from services.assessment.fold.reading import Fact
from services.assessment.rules.dated import parameters_of
from services.assessment.rules.values import Domain, domain_of, plain
from services.runtime.in_force import Direction

HERE = Path(__file__).parents[1]
"""The folder of the service: `parameters/`, `coverage.yaml`, and every module of the fold below it."""
DEFAULT = "kunming-2016-1"

MEASURE, GROUND = "onpost.threshold", "shortfall.threshold"
"""The 200 days of Art. 9 and of Art. 15.3, one measure (A02): whoever supposes another number for the first, and says
nothing of the second, supposes it for both. A county's measure moves the first alone (decision 411)."""

FOLD_MODULES = (
    "fold/findings", "fold/civil", "fold/by_day", "fold/calendars", "fold/reading", "fold/postings", "fold/leaves",
    "fold/days", "fold/runs", "fold/measures", "fold/person_year",
    "articles/__init__", "articles/chapter_4", "articles/chapter_5", "fold/outcome", "fold/quota", "fold/fold",
    "fold/determination", "fold/frozen_line",
)  # fmt: skip
"""Everything that decides an outcome: these files travel in an evidence bundle and import the standard library only."""


class RulesError(ValueError):
    """A parameter or a value that the rule set does not know; the message says which and what is possible."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its dated values, what it may be, who may change it (t text, i interpreters, c county), why."""

    name: str
    values: tuple[tuple[date, Any], ...]
    domain: Domain
    by: str
    article: str
    source: str
    fold: bool
    by_day: bool = False
    """Whether it concerns a single day: changed within a year, each day goes by what held on it (A89)."""
    readings: tuple[Any, ...] = ()
    """Other readings of the text, where the values that it may have are too many to be listed."""
    stricter: Direction | None = None
    """Which way a county may go from the value in force: `higher`, `lower`; None where the text says nothing."""

    def at(self, day: date) -> Any:
        """The value in force on `day`; before the first date the first value."""
        in_force = [value for start, value in self.values if start <= day]
        return in_force[-1] if in_force else self.values[0][1]

    def check(self, value: Any) -> Any:
        """`value` as plain JSON if the parameter may have it; raises RulesError otherwise."""
        found = plain(value)
        if not self.domain.fits(found):
            raise RulesError(f"参数 {self.name} 不能取 {found!r}；{self.name} takes {self.describe()}, not {found!r}")
        return found

    def listed(self) -> tuple[Any, ...]:
        """Every value that stands for a reading of the text."""
        return self.readings or self.domain.options or ((True, False) if self.domain.kind == "bool" else ())

    def describe(self) -> str:
        """What it may be, in words."""
        return self.domain.describe()

    def parse(self, text: str) -> Any:
        """The value written as `text` on a command line."""
        if self.domain.kind in ("choice", "date"):
            return self.check(text)
        try:
            return self.check(json.loads(text))
        except json.JSONDecodeError as error:
            raise RulesError(f"参数 {self.name} 不能取 {text}；{self.name} takes {self.describe()}") from error


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A rule set as committed: parameters by name."""

    name: str
    ruleset: str
    legal_basis: tuple[str, ...]
    """What it was made under (Art. 1): province before city, city before county (A88)."""
    parameters: Mapping[str, Parameter]
    fixed: Mapping[str, Mapping[str, str]]
    """Interpretations (`A06`) that have no parameter: article, what is settled, and where it is carried out."""

    def parameter(self, name: str) -> Parameter:
        """A parameter; raises RulesError with the nearest names for an unknown one."""
        found = self.parameters.get(name)
        if found is None:
            near = difflib.get_close_matches(name, self.parameters, n=3)
            hint = f"；是否指 / did you mean {', '.join(near)}?" if near else ""
            raise RulesError(f"没有参数 {name} / there is no parameter {name}{hint}")
        return found

    def parse_set(self, settings: Iterable[str]) -> dict[str, Any]:
        """Overrides from `name=value` texts; `half_year.rule.days=184` changes one member of a mapping.

        Raises RulesError for an unknown name, an impossible value, and for what no outcome hangs on.
        """
        found: dict[str, Any] = {}
        for setting in settings:
            name, equals, text = setting.partition("=")
            name, text = name.strip(), text.strip()
            if not equals:
                raise RulesError(f"写作 参数=值 / write parameter=value, not {setting!r}")
            if name in self.parameters or not self._has_member(name):
                found[name] = self.parameter(name).parse(text)
                continue
            try:
                value = json.loads(text)
            except json.JSONDecodeError:
                value = text
            whole, changed = self.changed(name, value, found)
            found[whole] = changed
        for name in found:
            if not self.parameters[name].fold:
                raise RulesError(
                    f"参数 {name} 不影响考核结果 / no outcome hangs on {name}: setting it would change nothing"
                )
        return found

    def changed(self, name: str, value: Any, values: Mapping[str, Any]) -> tuple[str, Any]:
        """A parameter and what it becomes when it, or one member of it (`half_year.rule.days`), is set to `value`.

        `values`: what was set before, by name. Raises RulesError for an unknown name or an impossible value.
        """
        if name in self.parameters or not self._has_member(name):
            return name, self.parameter(name).check(value)
        whole, _, member = name.rpartition(".")
        parameter = self.parameter(whole)
        return whole, parameter.check({**parameter.values[-1][1], **values.get(whole, {}), member: value})

    def _has_member(self, name: str) -> bool:
        whole, _, member = name.rpartition(".")
        parameter = self.parameters.get(whole)
        return parameter is not None and member in parameter.domain.members

    def parameters_at(
        self, day: date, overrides: Mapping[str, Any] | None = None, rulings: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Canonical JSON of all values in force on `day`, then the interpreters' rulings, then explicit overrides."""
        values = {name: parameter.at(day) for name, parameter in self.parameters.items()}
        supposed = dict(overrides or {})
        if MEASURE in supposed:
            supposed.setdefault(GROUND, supposed[MEASURE])
        for changes in (rulings or {}, supposed):
            values |= {name: self.parameter(name).check(value) for name, value in changes.items()}
        return values

    def rulings_at(self, day: date, common: Iterable[Fact]) -> dict[str, Any]:
        """What `InterpretationIssued` events have changed by `day` (Art. 23): the latest in force for each parameter.

        Raises RulesError for a ruling on a parameter fixed by the text, or with a value it cannot have.
        """
        issued = [fact for fact in common if fact.name == "InterpretationIssued"]
        in_force = [fact for fact in issued if date.fromisoformat(fact.data["valid_from"]) <= day]
        found: dict[str, Any] = {}
        for fact in sorted(in_force, key=lambda fact: (fact.data["valid_from"], fact[:5])):
            name, value = self.changed(fact.data["parameter"], fact.data["value"], found)
            if self.parameter(name).by == "t":
                raise RulesError(f"event {fact.id}: {name} is fixed by the text; a ruling cannot change it")
            found[name] = value
        return found


@cache
def load(name: str = DEFAULT) -> RuleSet:
    """The committed rule set `name`; raises RulesError when its file is incomplete."""
    return rule_set(name, (HERE / "parameters" / f"{name}.yaml").read_text(encoding="utf-8"))


def rule_set(name: str, text: str) -> RuleSet:
    """The rule set in the text of its file; raises RulesError when that is incomplete."""
    document = yaml.safe_load(text)
    parameters = {key: _parameter(key, entry) for key, entry in document["parameters"].items()}
    return RuleSet(name, document["ruleset"], tuple(document["legal_basis"]), parameters, document["fixed"])


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    try:
        domain = domain_of(entry["domain"])
    except (LookupError, TypeError) as error:
        raise RulesError(f"{name}: {error}") from error
    parameter = Parameter(
        name=name,
        values=tuple(sorted(((value["from"], value["value"]) for value in entry["values"]), key=lambda item: item[0])),
        domain=domain,
        by=entry["by"],
        article=entry["article"],
        source=entry["source"],
        fold=entry.get("fold", False),
        by_day=entry.get("by_day", False),
        readings=tuple(entry.get("readings", ())),
        stricter=entry.get("stricter"),
    )
    if not parameter.values or parameter.by not in ("t", "i", "c") or not parameter.source:
        raise RulesError(f"{name}: needs a dated value, who may change it (t, i, c), and a source")
    for value in (*(value for _, value in parameter.values), *parameter.readings):
        parameter.check(value)
    return parameter


@cache
def calendars() -> Mapping[str, Mapping[str, Any]]:
    """Canonical JSON of every committed duty calendar, by year as text."""
    return {str(year): load_calendar(year).canonical() for year in available_years()}


def fold_rules(
    year: int,
    overrides: Mapping[str, Any] | None = None,
    common: Iterable[Fact] = (),
    county: str | None = None,
    on: date | None = None,
) -> Rules:
    """Rules for the assessment of `year`: those in force on its 31 December (A89), or on another day; of what concerns
    a single day also what held before.

    `common`: facts that may hold rulings and county measures. A county's measures hold for its own people alone.
    Raises RulesError.
    """
    if not MINYEAR <= year <= MAXYEAR:
        raise RulesError(f"年份写四位 / a year is written as four digits, not {year}")
    day = on or date(year, 12, 31)
    return Rules(parameters_of(load(), day, list(common), county, overrides, year), calendars())


class Recorded(dict[str, Any]):
    """Parameters as a determination has them on record, for this program to be asked about it.

    One that no rule set had then and that this program reads is as committed; it is no part of the record, of its
    digest, or of what a release that decided is given.
    """

    def __init__(self, recorded: Mapping[str, Any], committed: Mapping[str, Any]) -> None:
        super().__init__(recorded)
        self._committed = committed

    def __missing__(self, name: str) -> Any:
        return self._committed[name]

    def added(self) -> list[str]:
        """Those that were not on record, by name."""
        return sorted(self._committed.keys() - self.keys())


def parameters_digest(parameters: Mapping[str, Any]) -> str:
    """SHA-256 of the parameters' canonical JSON."""
    return canonical.digest(dict(parameters))


@cache
def fold_digest() -> str:
    """SHA-256 over the source bytes of every module that decides an outcome, in a fixed order, names included."""
    found = hashlib.sha256()
    for module in FOLD_MODULES:
        source = (HERE / f"{module}.py").read_bytes()
        found.update(f"{module}.py {len(source)}\n".encode("ascii") + source)
    return found.hexdigest()


@cache
def text_digest() -> str:
    """SHA-256 of the committed text of the measures."""
    return hashlib.sha256(measures_text().encode("utf-8")).hexdigest()


@cache
def rules_digest(name: str = DEFAULT) -> str:
    """SHA-256 over text, clauses and parameter definitions of a rule set."""
    parts = (HERE / "coverage.yaml", HERE / "parameters" / f"{name}.yaml")
    digests = [hashlib.sha256(part.read_bytes()).hexdigest() for part in parts]
    return hashlib.sha256("\n".join([text_digest(), *digests]).encode("ascii")).hexdigest()


@cache
def measures_text() -> str:
    """The committed text, `contracts/measures/2016-1.txt`."""
    path = Path(canonical.__file__).parent / "measures" / "2016-1.txt"
    return path.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its words; whether it is a rule, a determination, a procedure, or not modelled; where or why."""

    article: str
    text: str
    treatment: str
    where: str


@cache
def clauses() -> Mapping[str, Clause]:
    """Every clause of the 23 articles, in the order of the text."""
    entries = yaml.safe_load((HERE / "coverage.yaml").read_text(encoding="utf-8"))
    return {
        key: Clause(key, entry["text"], *next((k, v) for k, v in entry.items() if k != "text"))
        for key, entry in entries.items()
    }
