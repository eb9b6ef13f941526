"""`python -m services.openapi_documents write|check`: the committed OpenAPI 3.1 documents, one per service.

They stand beside the AsyncAPI documents in `contracts/openapi`, where who only wants to call a service finds them
without running one. `check` ends with code 1 when one of them is not what the routes give now.
"""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

from contracts.publish import FOLDER as CONTRACTS
from services.registry import definitions
from services.runtime.app import Application
from services.runtime.settings import read_settings

FOLDER = CONTRACTS / "openapi"


def documents() -> dict[str, dict[str, Any]]:
    """Service -> its document, as `GET /<service>/openapi.json` answers it."""
    mounts = Application(definitions(), read_settings({})).asgi.routes
    pages = {mount.path[1:]: mount.app for mount in mounts if isinstance(mount, Mount)}
    return {service: page.openapi() for service, page in pages.items() if isinstance(page, FastAPI)}


def differences(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the committed documents, one sentence each."""
    expected = _files()
    found = {path.name for path in folder.glob("*")}
    wrong = [f"openapi/{name} belongs to no service" for name in sorted(found - expected.keys())]
    for name, content in expected.items():
        if name not in found:
            wrong.append(f"openapi/{name} is missing")
        elif (folder / name).read_bytes() != content:
            wrong.append(f"openapi/{name} differs from what the routes give")
    return wrong


def write(folder: Path = FOLDER) -> None:
    """Write every document, and remove what belongs to no service."""
    folder.mkdir(exist_ok=True)
    expected = _files()
    for path in folder.iterdir():
        if path.name not in expected:
            path.unlink()
    for name, content in expected.items():
        (folder / name).write_bytes(content)


@cache
def _files() -> dict[str, bytes]:
    return {
        f"{service}.json": (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
        for service, document in documents().items()
    }


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    match arguments:
        case ["write"]:
            write()
        case ["check"]:
            wrong = differences()
            print("\n".join(wrong) or "the committed documents are those of the routes")
            return 1 if wrong else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
