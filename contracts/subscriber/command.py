"""`zhucun subscribe --creds FILE [--from-start] [--out events.jsonl | --exec CMD]`, installed as `zhucun-subscribe`.

Exit codes: 0 ended as asked, 1 a file, program or server that does not do (one sentence), 3 entries are missing and do
not come, 4 the scope's log was forked: what was sent is not what was signed.
"""

import argparse
import asyncio
import logging
import shlex
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from contracts.subscriber.checking import Forked
from contracts.subscriber.credentials import Credentials, CredentialsError
from contracts.subscriber.following import GapStays, NotAllowed, NotAlone, follow
from contracts.subscriber.stores import Command, LinesFile, Store, StoreError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, program: str = "zhucun-subscribe") -> int:
    """The command line; returns the exit code. `program` is how it was called."""
    given = _parser(program).parse_args(arguments)
    if given.guide:
        print((resources.files("contracts.subscriber") / "README.md").read_text("utf-8"))
        return 0
    if given.creds is None:
        return _say("--creds FILE: the file that the operator of the source gave (--guide says more)", 2)
    if given.exec is not None and not shlex.split(given.exec):
        return _say("--exec CMD: the program that is run for each event", 2)
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("zhucun.subscriber").setLevel(logging.WARNING if given.quiet else logging.INFO)
    try:
        credentials = Credentials.read(given.creds)
        kept = asyncio.run(
            follow(credentials, _store(given, credentials), from_start=given.from_start, until_quiet=given.until_quiet)
        )
    except (CredentialsError, StoreError, NotAllowed, NotAlone) as error:
        return _say(error, 1)
    except GapStays as error:
        return _say(error, 3)
    except Forked as error:
        return _say(error, 4)
    except KeyboardInterrupt:
        print("stopped; what is kept is kept, and the next start goes on from there", file=sys.stderr)
        return INTERRUPTED
    print(f"{kept} entries, all of them checked", file=sys.stderr)
    return 0


def program() -> None:
    """The installed command `zhucun-subscribe`."""
    sys.exit(main())


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program, description="Receive and check what a scope is sent; start it again at any time."
    )
    parser.add_argument("--creds", type=Path, help="the file that the operator of the source gave")
    parser.add_argument("--from-start", action="store_true", help="forget what is kept and begin at entry 0")
    parser.add_argument(
        "--until-quiet", type=float, metavar="SECONDS", help="end when nothing came for so long, and nothing waits"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing unless something is wrong")
    parser.add_argument("--guide", action="store_true", help="print the guide and end")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--out", type=Path, default=Path("events.jsonl"), help="one event per line, its exact bytes")
    kept.add_argument("--exec", metavar="CMD", help="run for each event, which comes on its standard input")
    return parser


def _store(given: argparse.Namespace, credentials: Credentials) -> Store:
    if given.exec is not None:
        cursor = given.creds.with_name(given.creds.name + ".cursor")
        return Command(shlex.split(given.exec), cursor, credentials.scope)
    return LinesFile(given.out, credentials.scope)


def _say(error: Exception | str, code: int) -> int:
    print(f"zhucun-subscribe: {error}", file=sys.stderr)
    return code
