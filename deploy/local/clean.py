"""`python3 deploy/local/clean.py [VAR]`: remove everything that running left behind. Standard library only.

The database of a root user may lie in a private directory outside the clone; `VAR/postgres.location` names it.
"""

import fcntl
import os
import shutil
import sys
from pathlib import Path

PRIVATE = "/var/tmp/zhucun-"  # noqa: S108  the prefix of the directories that deploy.local.postgres_server makes


def main() -> int:
    """Code 1 with one sentence while a zhucun runs on the directory, else 0."""
    var = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ZHUCUN_VAR", "var")).absolute()
    if not var.is_dir():
        return 0
    if not (var / "lock").exists() and any(var.iterdir()):
        print(f"zhucun: {var} was not made by zhucun and stays", file=sys.stderr)
        return 1
    with (var / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"zhucun: it still runs on {var}: stop it first", file=sys.stderr)
            return 1
        location = var / "postgres.location"
        moved = location.read_text().strip() if location.is_file() else ""
        if moved.startswith(PRIVATE) and "/" not in moved[len(PRIVATE) :]:
            shutil.rmtree(moved, ignore_errors=True)
        shutil.rmtree(var)
    return 0


if __name__ == "__main__":
    sys.exit(main())
