"""`python -m tests.bench`: measures the rows, prints the table, writes the JSON.

Exit code 0 also when a promise is missed: the table says MISSED. Another code when a row could not be measured.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console

from deploy.local.processes import StartError
from services.runtime import logging as logs
from services.runtime.serving import long_lived_objects
from tests.bench import appends, batches, chain, check_ins, consuming, flooding, proving, publishing, refold, replaying
from tests.bench.ground import Ground, prepared_ground, sync_milliseconds
from tests.bench.measuring import Figure
from tests.bench.table import print_report

ROWS: Mapping[str, Callable[[Ground], Awaitable[list[Figure]]]] = {
    "append": appends.measure,
    "batch": batches.measure,
    "publish": publishing.measure,
    "consume": consuming.measure,
    "chain": chain.measure,
    "flood": flooding.measure,
    "check-in": check_ins.measure,
    "refold": refold.measure,
    "replay": replaying.measure,
    "proof": proving.measure,
}


async def measure(ground: Ground, names: Sequence[str], console: Console) -> tuple[list[Figure], dict[str, Any]]:
    """All figures of the named rows, and the load and the time in which each row was measured."""
    figures: list[Figure] = []
    conditions: dict[str, Any] = {}
    for name in names:
        console.print(f"measuring {name} …", style="dim")
        before, began = os.getloadavg()[0], time.perf_counter()
        figures += await ROWS[name](ground)
        conditions[name] = {
            "load_before": round(before, 2),
            "load_after": round(os.getloadavg()[0], 2),
            "seconds": round(time.perf_counter() - began, 1),
        }
    return figures, conditions


def run(ground: Ground, names: Sequence[str], console: Console) -> dict[str, Any]:
    """Measures, prints, and returns the report as JSON."""
    sync = sync_milliseconds(ground.directory)
    long_lived_objects()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as `zhucun run` does
        figures, conditions = runner.run(measure(ground, names, console))
    report = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": ground.small,
        "machine": {
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "sync_ms": round(sync, 3),
        },
        "servers": list(ground.described),
        "postgres": ground.postgres_settings,
        "nats": {"synced": ground.nats_syncs},
        "conditions": conditions,
        "figures": [figure.as_json() for figure in figures],
    }
    print_report(console, figures, report)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", default=",".join(ROWS), help=f"which of {','.join(ROWS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="small and few rounds: shows that it runs, not how fast")
    parser.add_argument("--full", action="store_true", help="a million events where a log is proven")
    parser.add_argument(
        "--out", type=Path, default=Path("bench.json"), help="where the JSON goes (default: bench.json)"
    )
    options = parser.parse_args()
    names = options.rows.split(",")
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    logs.configure("console", "error")
    var = Path(os.environ.get("ZHUCUN_VAR") or "var")
    try:
        with prepared_ground(var / "bench", small=options.quick, full=options.full) as ground:
            report = run(ground, names, console)
    except StartError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    options.out.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
