"""The table of articles is true of the code: every clause that stands beside a fact where it is made is one of its own.

Read from the source: the clause is a constant in the header of the fact, in what the header was made of in the same
function, or in what a function that was asked for it returns. What the code looks up in data is named below.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from contracts.catalogue import EVENTS, SERVICES
from contracts.event_articles import ANY, articles_of, unwritten
from contracts.scopes import matrix
from services.personnel.teams.opinions import ARTICLE
from services.personnel.work.activities import DUTY_OF

ROOT = Path(__file__).parents[2]
CLAUSE = re.compile(r"^[1-9][0-9]?(\.[0-9]{1,2})?$")
CHAIN = 3
"""How far a header is followed through names and functions."""
Named = Mapping[str, Sequence[ast.AST]]


def clauses(node: ast.AST, functions: Named, assigned: Named, depth: int = CHAIN) -> set[str]:
    """The constants that look like clauses in an expression and behind the names and calls in it."""
    found: set[str] = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Constant(value=str(text)) if CLAUSE.match(text):
                found.add(text)
            case ast.Name(id=name) if depth:
                found |= {one for value in assigned.get(name, ()) for one in clauses(value, functions, {}, depth - 1)}
            case ast.Call(func=ast.Name(id=name)) if depth and name not in ("said", "_said"):
                returned = (step.value for body in functions.get(name, ()) for step in _returns(body) if step.value)
                found |= {one for value in returned for one in clauses(value, {}, {}, 0)}
    return found


def _returns(body: ast.AST) -> Iterator[ast.Return]:
    return (step for step in ast.walk(body) if isinstance(step, ast.Return))


def _assigned(body: ast.AST) -> Named:
    found: dict[str, list[ast.AST]] = defaultdict(list)
    for step in ast.walk(body):
        if isinstance(step, ast.Assign):
            for target in step.targets:
                if isinstance(target, ast.Name):
                    found[target.id].append(step.value)
    return found


def written() -> Iterator[tuple[str, str, str]]:
    """(event type, clause, place in the source) of every fact that a service makes."""
    for service in SERVICES:
        files = [path for path in (ROOT / "services" / service).rglob("*.py") if "case" not in str(path.name)]
        trees = {path: ast.parse(path.read_text("utf-8")) for path in files if "cases" not in path.parts}
        functions: dict[str, list[ast.AST]] = defaultdict(list)
        for step in (step for tree in trees.values() for step in ast.walk(tree)):
            if isinstance(step, ast.FunctionDef):
                functions[step.name].append(step)
        types = {name.split(".")[2]: name for name in EVENTS if name.split(".")[1] == service}
        for path, tree in trees.items():
            for body in (step for step in ast.walk(tree) if isinstance(step, ast.FunctionDef)):
                for call in (step for step in ast.walk(body) if isinstance(step, ast.Call)):
                    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                    header = [word.value for word in call.keywords if word.arg in (None, "article")]
                    for value in header if name in types else ():
                        for clause in clauses(value, functions, _assigned(body)):
                            yield types[name], clause, f"{path.relative_to(ROOT)}:{call.lineno}"


FOUND = sorted(set(written()))


def test_the_source_was_read() -> None:
    assert len({event for event, _, _ in FOUND}) > 180


def test_a_clause_beside_a_fact_is_one_of_its_own() -> None:
    foreign = [one for one in FOUND if one[1] not in articles_of(one[0])]
    assert foreign == [], "add these clauses to their events in contracts/event_articles.txt"


def test_every_event_has_its_clauses_and_none_that_nothing_names() -> None:
    named = defaultdict(set)
    for event, clause, _ in FOUND:
        named[event].add(clause)
    named["zhucun.personnel.WorkLogRecorded.v1"] |= set(DUTY_OF.values())
    named["zhucun.personnel.JointOpinionGiven.v1"] |= set(ARTICLE.values())
    named["zhucun.personnel.MemberReplaced.v1"] |= {"8", "10"}
    named["zhucun.assessment.DisqualificationDetermined.v1"] |= {f"15.{ground}" for ground in range(1, 6)}
    for step in ("Granted", "ScopeChanged", "Rekeyed", "Revoked"):
        named[f"zhucun.personnel.Subscription{step}.v1"] |= {row.article for row in matrix().values()}
    assert unwritten() == []
    for event in EVENTS:
        own = set(articles_of(event)) - {ANY, "0"}
        if event in named:
            assert own == named[event], event
