"""What we depend on, audited. `check` needs no network and is part of `make check`; `online` is an operator's command.

check    every package of every lock is pinned with hashes, all locks agree, what is installed here is what is locked,
         every licence of what ships may be shipped, and the bill of materials beside this file is true
write    writes that bill anew; its change is then read by whoever reviews
online   asks the package index whether a pinned version was withdrawn, and pip-audit (installed apart) for known
         vulnerabilities; code 1 also when nobody could be asked, which is no clean bill of health
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "requirements.lock"
LOCKS = (SHIPPED, ROOT / "requirements-dev.lock", ROOT / "requirements-chart.lock")
BILL = Path(__file__).with_name("bill.json")
LICENCES = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0",
    "PostgreSQL", "Unlicense",
}  # fmt: skip
"""What may ship. LGPL: psycopg, a library that is used and not changed. Never GPL or AGPL."""
SAID_OTHERWISE = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package of a lock."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pinned(lock: Path) -> dict[str, Pinned]:
    """The packages of a lock; raises ValueError for a line that pins nothing."""
    found: dict[str, Pinned] = {}
    for block in re.sub(r"^#.*\n", "", lock.read_text("utf-8"), flags=re.M).replace("\\\n", " ").splitlines():
        if block.strip():
            match = _PIN.match(block)
            if match is None:
                raise ValueError(f"{lock.name}: pins no version: {block.strip()[:80]}")
            hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block))
            found[match[1]] = Pinned(match[1], match[2], hashes)
    return found


def licence_of(package: str) -> str | None:
    """Its licence as its own metadata says, in SPDX where we know the other name; None where it is not installed."""
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return None
    said = about["License-Expression"]
    if not said:
        given = [value.rpartition(" :: ")[2] for value in about.get_all("Classifier", []) if "License ::" in value]
        first = (about["License"] or "").strip().splitlines()[:1]
        said = " OR ".join(sorted({SAID_OTHERWISE.get(name, name) for name in given or first}))
    return str(said or "unknown")


def may_ship(licence: str) -> bool:
    """Whether an SPDX expression can be met by licences that we ship: one side of an OR is enough."""
    return any(all(part.strip("() ") in LICENCES for part in choice.split(" AND ")) for choice in licence.split(" OR "))


def faults() -> Iterator[str]:
    """One sentence for everything that is not as it must be."""
    locks = {lock.name: pinned(lock) for lock in LOCKS}
    for name, packages in locks.items():
        yield from (f"{name}: {each.name} has no hash" for each in packages.values() if not each.hashes)
        if re.search(r"--(extra-)?index-url|://", (ROOT / name).read_text("utf-8")):
            yield f"{name}: names an address"
        yield from (
            f"{name}: {each.name} is {each.version}, {SHIPPED.name} has {locks[SHIPPED.name][each.name].version}"
            for each in packages.values()
            if each.name in locks[SHIPPED.name] and locks[SHIPPED.name][each.name].version != each.version
        )
    for each in locks[SHIPPED.name].values():
        licence = licence_of(each.name)
        if licence is None:
            continue  # for another kind of machine
        if metadata(each.name)["Version"] != each.version:
            yield f"{each.name} {metadata(each.name)['Version']} is installed, {each.version} is locked"
        if not may_ship(licence):
            yield f"{each.name} {each.version}: the licence {licence!r} may not ship"
    known = json.loads(BILL.read_text("utf-8")) if BILL.exists() else {}
    made = bill(known)
    yield from (
        f"{name}: the licence {each['licence']!r} may not ship (not installed here: {BILL.name} says it)"
        for name, each in made.items()
        if licence_of(name) is None and not may_ship(each["licence"])
    )
    yield from (
        f"{BILL.name} says of {name} {known.get(name)}, it is {made.get(name)}: audit.py write, then read the change"
        for name in sorted(known.keys() | made.keys())
        if known.get(name) != made.get(name)
    )


def bill(known: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Name -> version and licence of everything that ships; what is not installed here keeps the licence known."""
    return {
        each.name: {
            "version": each.version,
            "licence": licence_of(each.name) or known.get(each.name, {}).get("licence", "unknown"),
        }
        for each in pinned(SHIPPED).values()
    }


def online() -> Iterator[str]:
    """Asks the index and pip-audit; one sentence for everything found, and for everybody who could not be asked."""
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet"]
    asked = subprocess.run(  # noqa: S603  our own words and files
        [*pip, "--require-hashes", "-r", SHIPPED], capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        yield f"the package index could not be asked: {asked.stderr.strip().splitlines()[-1]}"
    yield from (f"withdrawn: {line}" for line in asked.stderr.splitlines() if "yanked" in line)
    try:
        audit = ["pip-audit", "--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
        asked = subprocess.run(  # noqa: S603  our own words and files
            [*audit, "-r", SHIPPED], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        yield "known vulnerabilities were not asked for: pip-audit is not installed (pipx install pip-audit)"
        return
    if asked.returncode != 0:
        yield f"pip-audit: {(asked.stdout + asked.stderr).strip()}"


def main(step: str) -> int:
    """The exit code of a step."""
    if step == "write":
        made = bill(json.loads(BILL.read_text("utf-8")) if BILL.exists() else {})
        BILL.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", "utf-8")
        return 0
    found = list({"check": faults, "online": online}[step]())
    print("\n".join(found) or f"{step}: nothing found in {len(pinned(SHIPPED))} packages")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["write"], ["online"]):
        sys.exit("audit.py check | write | online")
    sys.exit(main(sys.argv[1]))
