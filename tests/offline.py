"""The directory of `make offline`, an installation from it, and the year that this ran, all with the network cut.

Made once for all tests: it is the whole demonstration, which takes a minute or more.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CUT = ["unshare", "--net", sys.executable, "-c"]
# A new network namespace has a loopback that is down: it is brought up, then the command takes this process's place.
LOOPBACK = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack('16sh', b'lo', 0x1 | 0x40))
try:
    socket.create_connection(('192.0.2.1', 80), timeout=1)
except OSError:
    os.execvp(sys.argv[1], sys.argv[1:])
"""


def cut_off(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command where nothing but 127.0.0.1 can be reached."""
    return _run([*CUT, LOOPBACK, *map(str, command)], environment)


@cache
def can_be_cut() -> bool:
    """Whether this account may make a network namespace."""
    return sys.platform.startswith("linux") and cut_off("true").returncode == 0


@contextmanager
def made_bundle() -> Iterator[Path]:
    """The directory, below one that everybody may enter: servers do not run as root."""
    with tempfile.TemporaryDirectory(prefix="zhucun-offline-", dir="/var/tmp") as directory:
        Path(directory).chmod(0o755)
        made = Path(directory) / "offline"
        done = _run(["sh", str(ROOT / "deploy/offline/bundle.sh"), sys.executable, str(made)], {})
        assert done.returncode == 0, done.stderr
        yield made


@dataclass(frozen=True, slots=True)
class Year:
    """What ran the demonstration, how that ended, and the data it left in `var`."""

    installed: subprocess.CompletedProcess[str] | None
    """None where the network cannot be cut: then this interpreter ran the year, with its own packages."""
    ran: subprocess.CompletedProcess[str]
    var: Path


def run_year(bundle: Path) -> Year:
    """The demonstration county-year by what was installed from the directory, without a network."""
    target, var = bundle.parent / "installed", bundle.parent / "var"
    if not can_be_cut():
        return Year(None, _run([sys.executable, "-m", "services", "run", "--once"], {"ZHUCUN_VAR": str(var)}), var)
    installed = cut_off("sh", bundle / "install.sh", target, PYTHON=sys.executable)
    assert installed.returncode == 0, installed.stderr
    return Year(installed, cut_off(target / "bin/zhucun", "run", "--once", ZHUCUN_VAR=str(var)), var)


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHUCUN_", "PIP_"))}
    return subprocess.run(command, env=kept | environment, cwd=ROOT, capture_output=True, text=True, check=False)
