"""`zhucun subscribe --creds FILE [--from-start] [--out events.jsonl | --exec CMD]`, also `python -m …subscriber`.

Exit codes: 0 ended as asked, 1 a file, program or server that does not do (one sentence), 3 entries are missing and do
not come, 4 the scope's log was forked: what was sent is not what was signed.
"""

import argparse
import asyncio
import logging
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.subscriber.checking import Forked
from contracts.subscriber.credentials import Credentials, CredentialsError
from contracts.subscriber.following import GapStays, NotAllowed, follow
from contracts.subscriber.stores import Command, LinesFile, Store, StoreError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(format="zhucun subscribe: %(message)s", level=logging.WARNING)
    try:
        credentials = Credentials.read(given.creds)
        kept = asyncio.run(
            follow(credentials, _store(given, credentials), from_start=given.from_start, until_quiet=given.until_quiet)
        )
    except (CredentialsError, StoreError, NotAllowed) as error:
        return _say(error, 1)
    except GapStays as error:
        return _say(error, 3)
    except Forked as error:
        return _say(error, 4)
    except KeyboardInterrupt:
        return INTERRUPTED
    print(f"{kept} entries, all of them checked", file=sys.stderr)
    return 0


def program() -> None:
    """The installed command `zhucun-subscribe`."""
    sys.exit(main())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zhucun subscribe", description="Receive and check what a scope is sent.")
    parser.add_argument("--creds", type=Path, required=True, help="the file that the operator of the source gave")
    parser.add_argument("--from-start", action="store_true", help="forget what is kept and begin at entry 0")
    parser.add_argument("--until-quiet", type=float, metavar="SECONDS", help="end when nothing came for so long")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--out", type=Path, default=Path("events.jsonl"), help="one event per line, its exact bytes")
    kept.add_argument("--exec", metavar="CMD", help="run for each event, which comes on its standard input")
    return parser


def _store(given: argparse.Namespace, credentials: Credentials) -> Store:
    if given.exec is not None:
        cursor = given.creds.with_name(given.creds.name + ".cursor")
        return Command(shlex.split(given.exec), cursor, credentials.scope)
    return LinesFile(given.out, credentials.scope)


def _say(error: Exception, code: int) -> int:
    print(f"zhucun subscribe: {error}", file=sys.stderr)
    return code
