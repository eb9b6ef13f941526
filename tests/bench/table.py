"""The report on the screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.measuring import Figure, Spread, Verdict

_STYLES = {Verdict.KEPT: "green", Verdict.MISSED: "bold red"}


def print_report(console: Console, figures: Sequence[Figure], report: Mapping[str, Any]) -> None:
    """The table, then what every figure stands on: guarantees, bare operations, servers, load."""
    table = Table(title="min · median · max of the rounds; a promise is judged by the median", title_justify="left")
    for name in ("row", "what", "unit"):
        table.add_column(name)
    for name in ("ours", "bare", "ours / bare"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("promise", "verdict"):
        table.add_column(name, no_wrap=True)
    for figure in figures:
        table.add_row(
            figure.row,
            figure.what,
            figure.unit,
            _spread(figure.ours),
            _spread(figure.bare),
            _spread(figure.ratio),
            str(figure.promise or ""),
            f"[{_STYLES.get(figure.verdict, 'dim')}]{figure.verdict}[/]",
        )
    console.print(table)
    for row in dict.fromkeys(figure.row for figure in figures):
        _print_terms(console, row, [figure for figure in figures if figure.row == row], report["conditions"][row])
    for line in report["servers"]:
        console.print(line, soft_wrap=True)
    machine = report["machine"]
    console.print(
        f"{machine['cores']} cores, Python {machine['python']}, one synced write takes {machine['sync_ms']:.2f} ms"
    )
    if report["quick"]:
        console.print("--quick: small and few rounds; this shows that the bench runs, not how fast anything is")
    for figure in figures:
        if figure.verdict is Verdict.MISSED:
            console.print(f"MISSED {figure.row}: {figure.what} ({figure.promise})", style="bold red", soft_wrap=True)


def _print_terms(console: Console, row: str, figures: Sequence[Figure], condition: Mapping[str, Any]) -> None:
    load = f"load {condition['load_before']} before, {condition['load_after']} after, {condition['seconds']} s"
    console.print(f"{row} ({load})", style="bold")
    for guarantee in dict.fromkeys(figure.guarantee for figure in figures):
        console.print(f"  guarantee: {guarantee}", soft_wrap=True)
    for against in dict.fromkeys(figure.against for figure in figures if figure.against):
        console.print(f"  bare: {against}", soft_wrap=True)


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return ""
    return " · ".join(_number(value) for value in (spread.least, spread.median, spread.most))


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
