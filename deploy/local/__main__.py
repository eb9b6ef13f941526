"""`python -m deploy.local [VAR]`: both servers and nothing else; prints their URLs as one JSON line and waits."""

import json
import os
import signal
import sys
import time
from pathlib import Path

from deploy.local.processes import StartError
from deploy.local.stack import Stack


def main() -> int:
    """Serve until SIGINT or SIGTERM. Code 0 after a clean stop, 1 with one sentence when it cannot start or go on."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    var = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ZHUCUN_VAR", "var"))
    try:
        with Stack(var, fast=os.environ.get("ZHUCUN_FAST") == "1") as stack:
            print(json.dumps({"postgres": stack.postgres_url, "nats": stack.nats_url}), flush=True)
            while (reason := stack.died()) is None:
                time.sleep(0.2)
            raise StartError(reason)
    except StartError as error:
        print(f"zhucun: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
