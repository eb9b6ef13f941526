"""Secrets of this machine: files that only their owner may read, made when first needed."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of `path`; made first, complete or not at all, when there is none. Two processes get the same one."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            _link_unless_there(Path(unfinished), path)
        finally:
            Path(unfinished).unlink(missing_ok=True)
    return path.read_bytes()


def _link_unless_there(unfinished: Path, path: Path) -> None:
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        return
