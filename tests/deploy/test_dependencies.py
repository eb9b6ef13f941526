"""What ships: pinned with hashes everywhere, under licences that may ship, and listed as it is."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy/security/audit.py"


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on copies of the locks and of the bill that a test may spoil."""
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "audit", module)
    spec.loader.exec_module(module)
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-chart.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "bill.json").write_bytes(module.BILL.read_bytes())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "SHIPPED", tmp_path / "requirements.lock")
    monkeypatch.setattr(module, "LOCKS", tuple(tmp_path / lock.name for lock in module.LOCKS))
    monkeypatch.setattr(module, "BILL", tmp_path / "bill.json")
    return module


def test_nothing_is_found_in_what_we_depend_on() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_what_was_spoiled_is_found(audit: ModuleType) -> None:
    assert list(audit.faults()) == []
    lock = audit.SHIPPED.read_text("utf-8")
    hashed = next(line for line in lock.splitlines() if line.startswith("    --hash=sha256:") and "\\" not in line)
    audit.SHIPPED.write_text(lock.replace("rich==15", "rich==14").replace(hashed, "    # gone"), "utf-8")
    known = json.loads(audit.BILL.read_text("utf-8"))
    audit.BILL.write_text(json.dumps({**known, "never": {"version": "1", "licence": "MIT"}}), "utf-8")
    found = "\n".join(audit.faults())
    assert "requirements-dev.lock: rich is 15" in found
    assert "is installed, 14" in found
    assert "bill.json says of never" in found
    audit.SHIPPED.write_text("--extra-index-url https://example.org\n" + lock, "utf-8")
    with pytest.raises(ValueError, match="pins no version"):
        list(audit.faults())


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("MIT", True),
        ("Apache-2.0 AND BSD-2-Clause", True),
        ("MIT OR GPL-2.0-only", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("unknown", False),
    ],
)
def test_a_licence_that_would_bind_the_whole_does_not_ship(audit: ModuleType, licence: str, may: bool) -> None:
    assert audit.may_ship(licence) is may
