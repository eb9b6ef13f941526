"""Stands in for the program `nats` in the guide's lines: the same words and options, the same on the wire.

What each command does is read from the program's source (cli/req_command.go, cli/consumer_command.go of 0.4): which
requests, to which subjects, with which bodies, in which order, how long it waits, and how it acknowledges. What it
prints resembles the original and is not part of that. Anything that was not read there is refused, not guessed.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.subscriber import nkey

TIMEOUT = 5.0
"""The program's `--timeout`, as it is unless somebody says otherwise."""


def parser() -> argparse.ArgumentParser:
    """The words and options of the program that the guide uses."""
    program = argparse.ArgumentParser(prog="nats")
    for option in ("--server", "--nkey", "--inbox-prefix"):
        program.add_argument(option, required=True)
    commands = program.add_subparsers(dest="command", required=True)
    request = commands.add_parser("request")
    request.add_argument("subject")
    request.add_argument("body", nargs="?", default="")
    publish = commands.add_parser("pub")
    publish.add_argument("subject")
    publish.add_argument("body")
    listen = commands.add_parser("sub")
    listen.add_argument("subject")
    listen.add_argument("--count", type=int, default=0)
    consumer = commands.add_parser("consumer").add_subparsers(dest="step", required=True)
    for step in ("info", "next"):
        found = consumer.add_parser(step)
        found.add_argument("stream")
        found.add_argument("consumer")
    found.add_argument("--count", type=int, default=1)
    found.add_argument("--raw", action="store_true")
    stream = commands.add_parser("stream").add_subparsers(dest="step", required=True)
    stream.add_parser("info").add_argument("stream")
    return program


async def run(given: argparse.Namespace, seed: str) -> int:
    """One command; its exit code."""
    refused: list[str] = []

    async def heard(error: Exception) -> None:
        refused.append(str(error))

    try:
        client = await nkey.connect(
            given.server, seed, inbox=given.inbox_prefix, error=heard, allow_reconnect=False, connect_timeout=30
        )
    except (OSError, nats.errors.Error) as error:
        return fail(error)
    try:
        match given.command, getattr(given, "step", None):
            case "request", _:
                print((await ask(client, given.subject, given.body.encode())).data.decode())
            case "pub", _:
                await client.publish(given.subject, given.body.encode())
                await client.flush()
                await asyncio.sleep(0.1)  # a refusal has come before the answer to the flush, and is told by a task
            case "sub", _:
                await listen(client, given.subject, given.count)
            case "stream", _:
                print((await ask(client, f"$JS.API.STREAM.INFO.{given.stream}", b"")).data.decode())
            case _, "info":
                print((await inspect(client, given)).decode())
            case _, "next":
                await inspect(client, given)  # the program loads the consumer before it asks
                for _ in range(given.count):
                    await take(client, given)
    except (TimeoutError, nats.errors.Error) as error:
        return fail(refused[-1] if refused else error)
    finally:
        await client.close()
    return fail(refused[-1]) if refused else 0


async def ask(client: Client, subject: str, body: bytes) -> Msg:
    """A request of its own subject for the reply, as with the old style that the program uses."""
    inbox = client.new_inbox()
    replies = await client.subscribe(inbox)
    await client.publish(subject, body, reply=inbox)
    answer = await replies.next_msg(TIMEOUT)
    await replies.unsubscribe()
    return answer


async def inspect(client: Client, given: argparse.Namespace) -> bytes:
    answer = await ask(client, f"$JS.API.CONSUMER.INFO.{given.stream}.{given.consumer}", b"")
    return bytes(answer.data)


async def take(client: Client, given: argparse.Namespace) -> None:
    """One message, shown and acknowledged."""
    asked = json.dumps({"expires": int(TIMEOUT * 1e9), "batch": 1}).encode()
    message = await ask(client, f"$JS.API.CONSUMER.MSG.NEXT.{given.stream}.{given.consumer}", asked)
    if not message.reply:
        raise nats.errors.Error(f"no message received: {(message.headers or {}).get('Status')}")
    if not given.raw:
        place = message.metadata.sequence
        print(f"subj: {message.subject} / cons seq: {place.consumer} / str seq: {place.stream}\n\nHeaders:\n")
        for name, value in (message.headers or {}).items():
            print(f"  {name}: {value}")
        print("\nData:\n\n")
    print(message.data.decode())
    await client.publish(message.reply, b"+ACK")
    await client.flush()


async def listen(client: Client, subject: str, count: int) -> None:
    subscription = await client.subscribe(subject)
    for _ in range(count):
        print((await subscription.next_msg(TIMEOUT)).data.decode())


def fail(error: object) -> int:
    print(f"nats: error: {error or 'timeout'}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    words = parser().parse_args()
    sys.exit(asyncio.run(run(words, Path(words.nkey).read_text("ascii").strip())))
