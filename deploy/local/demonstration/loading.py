"""The load as a process of its own: the client must not take processor time from the services in the other one.

One line of JSON on standard input is the order, the last line of standard output is the result.
"""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from contracts.calendar import CIVIL_TIME
from deploy.local.demonstration.loader import Loaded, Loader, LoadStopped
from deploy.local.demonstration.plan import make_plan
from deploy.local.demonstration.steps import Phase, Step

ORPHANED = 3
PHASES = {
    Phase.REGISTRY: "登记机构与人员 registry",
    Phase.TEAMS: "组建工作队 teams",
    Phase.YEAR: "日常管理 the year",
    Phase.OPENING: "启动考核 opening",
    Phase.PROPOSALS: "提出等次 proposals",
    Phase.REVIEW: "审核 review",
    Phase.TIE: "同分 tie",
    Phase.FINAL: "审定 final",
    Phase.RESULTS: "报送、反馈、通报、异议",
}


async def load_elsewhere(urls: Mapping[str, str], tokens: Mapping[str, str]) -> Loaded:
    """Load the plan from a process of its own; raises LoadStopped with its reason. Its progress goes to stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None and process.stdout is not None, "both are pipes"
    try:
        process.stdin.write(json.dumps({"urls": dict(urls), "tokens": dict(tokens)}).encode() + b"\n")
        output = await process.stdout.read()
        process.stdin.close()
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    if process.returncode not in (0, 1) or not output.strip():
        raise LoadStopped(f"the load ended with code {process.returncode}")
    result: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    if "stopped" in result:
        raise LoadStopped(result["stopped"])
    return Loaded(**result)


def main() -> int:
    """Read the order from standard input, load, write the result as one JSON line."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tokens: dict[str, str] = order["tokens"]
    plan = make_plan()
    console = Console(stderr=True)
    with _Bar(console, plan.steps) as bar:
        loader = Loader(order["urls"], tokens.__getitem__, bar.advance)
        try:
            loaded = _run(loader, plan.steps)
        except LoadStopped as stopped:
            sys.stdout.write(json.dumps({"stopped": str(stopped)}, ensure_ascii=False) + "\n")
            return 1
    sys.stdout.write(json.dumps(asdict(loaded), ensure_ascii=False) + "\n")
    return 0


def _end_with_parent() -> None:
    """Standard input stays open as long as somebody waits for the result; a load without one must not go on."""
    sys.stdin.read()
    os._exit(ORPHANED)


def _run(loader: Loader, steps: tuple[Step, ...]) -> Loaded:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(loader.run(steps))


class _Bar:
    """A bar on a terminal, a line for each phase and quarter elsewhere."""

    def __init__(self, console: Console, steps: tuple[Step, ...]) -> None:
        self._console = console
        self._total = sum(step.weight for step in steps)
        self._done = 0
        self._told = (-1, 0, 0)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            refresh_per_second=5,
            transient=True,
        )
        self._task = self._progress.add_task("", total=self._total)

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, step: Step, weight: int) -> None:
        """One step is done."""
        self._done += weight
        day = step.at.astimezone(CIVIL_TIME).date()
        if self._console.is_terminal:
            self._progress.update(self._task, advance=weight, description=f"{PHASES[step.phase]}  {day}")
            return
        place = (int(step.phase), day.year, (day.month + 2) // 3)
        if place[0] > self._told[0] or (step.phase is Phase.YEAR and place > self._told):
            self._told = place
            quarter = f" {place[1]} Q{place[2]}" if step.phase is Phase.YEAR else ""
            self._console.print(f"{self._done * 100 // self._total:3d}%  {PHASES[step.phase]}{quarter}", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
