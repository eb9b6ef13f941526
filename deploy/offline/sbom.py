"""The bill of materials of a directory of wheels, in CycloneDX 1.6: what is in it, its licence, its hash."""

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any


def component(wheel: Path) -> dict[str, Any]:
    """One package, from the metadata inside its wheel."""
    about = _metadata(wheel)
    name, version = str(about["Name"]), str(about["Version"])
    made: dict[str, Any] = {
        "type": "application" if name == "zhucun" else "library",
        "bom-ref": wheel.name,
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}?file_name={wheel.name}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(wheel.read_bytes()).hexdigest()}],
    }
    licences = list(_licences(about))
    if licences:
        made["licenses"] = licences
    return made


def document(directory: Path) -> dict[str, Any]:
    """The whole document; the same wheels give the same bytes."""
    components = [component(wheel) for wheel in sorted(directory.glob("*.whl"))]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "zhucun-offline", "bom-ref": "zhucun-offline"}},
        "components": components,
        "dependencies": [{"ref": "zhucun-offline", "dependsOn": [item["bom-ref"] for item in components]}],
    }


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def _licences(about: Message) -> Iterator[dict[str, Any]]:
    if about["License-Expression"]:
        yield {"expression": about["License-Expression"]}
        return
    classifiers = [value for value in about.get_all("Classifier", []) if value.startswith("License :: ")]
    for value in classifiers:
        yield {"license": {"name": value.rpartition(" :: ")[2]}}
    if not classifiers and about["License"]:
        yield {"license": {"name": str(about["License"]).strip().splitlines()[0][:120]}}


if __name__ == "__main__":
    json.dump(document(Path(sys.argv[1])), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
