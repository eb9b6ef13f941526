"""`python -m tests.majors PATH…`: the given tests once for each major version of PostgreSQL that is on this machine."""

import os
import subprocess
import sys

from deploy.local.engines import postgres_majors


def main(arguments: list[str]) -> int:
    """0 when every run passed; says which version each was, and which of 15 to 18 are not here."""
    engines = postgres_majors(os.environ)
    failed = []
    for major, engine in engines.items():
        print(f"== PostgreSQL {engine}", flush=True)
        chosen = {"ZHUCUN_POSTGRES_BIN": str(engine.program.parent), "ZHUCUN_TEST_SERVERS": "embedded"}
        clean = {name: value for name, value in os.environ.items() if name != "ZHUCUN_TEST_POSTGRES_URL"}
        run = subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], env=clean | chosen, check=False)
        if run.returncode != 0:
            failed.append(major)
    missing = [major for major in range(15, 19) if major not in engines]
    print(f"== ran on {', '.join(map(str, engines))}; failed on {failed or 'none'}; not here: {missing or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
