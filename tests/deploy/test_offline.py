"""`make offline`: one directory from which a machine whose network is cut installs and runs the demonstration year."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
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
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHUCUN_", "PIP_"))}
    return subprocess.run(
        [*CUT, LOOPBACK, *map(str, command)], env=kept | environment, capture_output=True, text=True, check=False
    )


pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or cut_off("true").returncode != 0,
    reason="this account may not make a network namespace",
)


@pytest.fixture(scope="module")
def bundle() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zhucun-offline-", dir="/var/tmp") as directory:
        Path(directory).chmod(0o755)
        made = Path(directory) / "offline"
        done = subprocess.run(
            ["sh", ROOT / "deploy/offline/bundle.sh", sys.executable, made], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        yield made


def test_the_bill_of_materials_names_every_wheel_with_its_hash(bundle: Path) -> None:
    bill = json.loads((bundle / "sbom.cdx.json").read_text("utf-8"))
    assert {item["bom-ref"] for item in bill["components"]} == {wheel.name for wheel in (bundle / "wheels").iterdir()}
    lines = [line.split("  ./") for line in (bundle / "SHA256SUMS").read_text().splitlines()]
    sums = {name: digest for digest, name in lines}
    for item in bill["components"]:
        assert item["hashes"][0]["content"] == sums[f"wheels/{item['bom-ref']}"]
    assert "zhucun" in {item["name"] for item in bill["components"]}


def test_no_component_is_under_a_licence_that_would_bind_the_whole(bundle: Path) -> None:
    bill = json.loads((bundle / "sbom.cdx.json").read_text("utf-8"))
    for item in bill["components"]:
        said = json.dumps(item.get("licenses", []))
        assert "Affero" not in said
        assert "AGPL" not in said
        assert "GPL" not in said.replace("LGPL", ""), (item["name"], said)


def test_it_installs_and_runs_the_demonstration_year_with_the_network_cut(bundle: Path) -> None:
    target = bundle.parent / "installed"
    installed = cut_off("sh", bundle / "install.sh", target, PYTHON=sys.executable)
    assert installed.returncode == 0, installed.stderr
    assert installed.stdout.startswith("zhucun 0.")
    var = bundle.parent / "var"
    year = cut_off(target / "bin/zhucun", "run", "--once", ZHUCUN_VAR=str(var))
    assert year.returncode == 0, year.stdout[-3000:] + year.stderr[-3000:]


def test_a_directory_that_was_changed_is_not_installed(bundle: Path) -> None:
    changed = Path(shutil.copytree(bundle, bundle.parent / "changed"))
    (changed / "requirements.lock").write_text("")
    refused = cut_off("sh", changed / "install.sh", bundle.parent / "never", PYTHON=sys.executable)
    assert refused.returncode == 1
    assert "is not as it was written" in refused.stderr
    assert not (bundle.parent / "never").exists()
