"""`make offline`: one directory from which a machine whose network is cut installs and runs the demonstration year."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.offline import Year, can_be_cut, cut_off

pytestmark = pytest.mark.skipif(not can_be_cut(), reason="this account may not make a network namespace")


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


def test_it_installs_and_runs_the_demonstration_year_with_the_network_cut(year: Year) -> None:
    assert year.installed is not None
    assert year.installed.stdout.startswith("zhucun 0.")
    assert year.ran.returncode == 0, year.ran.stdout[-3000:] + year.ran.stderr[-3000:]


def test_a_directory_that_was_changed_is_not_installed(bundle: Path) -> None:
    changed = Path(shutil.copytree(bundle, bundle.parent / "changed", copy_function=os.link))
    (changed / "requirements.lock").unlink()
    (changed / "requirements.lock").write_text("")
    refused = cut_off("sh", changed / "install.sh", bundle.parent / "never", PYTHON=sys.executable)
    assert refused.returncode == 1
    assert "is not as it was written" in refused.stderr
    assert not (bundle.parent / "never").exists()
