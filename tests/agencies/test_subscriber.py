"""The subscriber kit: checked, kept once, resumed after anything, and not to be deceived."""

import asyncio
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts import scope_log
from contracts.attendance import SpotCheckFinding as Finding
from contracts.proofs import leaf_hash
from contracts.subscriber import following, nkey
from contracts.subscriber.checking import Checker, Forked, Gap, Position, Received, Refused
from contracts.subscriber.credentials import Credentials, CredentialsError
from contracts.subscriber.following import NotAlone, follow
from contracts.subscriber.pulling import Pull
from contracts.subscriber.stores import LinesFile, StoreError
from services.agencies import administration as agencies
from services.ledger.outgoing import CONTENT_TYPE
from tests.agencies.world import Kept, World, eventually, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSON = "P000101"
MANY = 600


def command(creds: Path, out: Path | None, *more: str) -> "subprocess.Popen[bytes]":
    kept = [] if out is None else ["--out", str(out)]
    program = [sys.executable, "-m", "contracts.subscriber", "--creds", str(creds), *kept, *more]
    return subprocess.Popen(program, stderr=subprocess.PIPE)


class Full(Kept):
    """A disk without room."""

    def commit(self, events: Sequence[Received], position: Position) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def ended(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    _, said = await asyncio.to_thread(process.communicate, None, 300)
    return process.returncode, said.decode()


async def test_killed_at_any_moment_it_goes_on_and_keeps_every_event_once(world: World) -> None:
    facts = [spot_check(PERSON, Finding.PRESENT) for _ in range(MANY)]
    told = await world.tell("attendance", f"attendance/{PERSON}/2017", *facts)
    creds = await world.agency("office", "CO", "5301")
    out = world.folder / "killed.jsonl"
    begun, kills = time.monotonic(), 0
    while time.monotonic() - begun < 60:
        process = command(creds, out)
        await asyncio.sleep(0.4 + 0.13 * kills)  # another moment each time: while it starts, takes, writes, waits
        process.send_signal(signal.SIGKILL)
        await ended(process)
        kills += 1
        if kills >= 3 and out.exists() and len(out.read_bytes().splitlines()) >= MANY:
            break
    await world.everything("office")
    code, _ = await ended(command(creds, out, "--until-quiet", "1"))
    lines = out.read_bytes().splitlines()
    assert code == 0
    assert [json.loads(line)["id"] for line in lines] == told


async def test_what_a_crash_wrote_beyond_the_cursor_is_taken_back(world: World) -> None:
    creds = world.folder / "office.creds"
    out = world.folder / "killed.jsonl"
    whole = out.read_bytes()
    with out.open("ab") as file:
        file.write(whole[:1_000])
    assert (await ended(command(creds, out, "--until-quiet", "0.5")))[0] == 0
    assert out.read_bytes() == whole
    out.write_bytes(whole[:-1_000])
    code, said = await ended(command(creds, out, "--until-quiet", "0.5"))
    assert (code, "--from-start" in said) == (1, True)
    assert (await ended(command(creds, out, "--from-start", "--until-quiet", "1")))[0] == 0
    assert out.read_bytes() == whole


async def test_a_program_is_run_for_each_event(world: World) -> None:
    log = world.folder / "ran"
    script = world.folder / "ran.py"
    script.write_text(
        "import os, sys\n"
        f"with open({str(log)!r}, 'a') as file: print(os.environ['ZHUCUN_ENTRY'], len(sys.stdin.read()), file=file)\n"
    )
    few = await world.agency("few", "DI", "530113")
    runs, fails, nowhere = f"{sys.executable} {script}", "false", str(world.folder / "nowhere")
    for program, code, ran in ((runs, 0, "0"), (fails, 1, "0"), (nowhere, 1, "0"), (runs, 0, "012")):
        if program != runs or not log.exists():
            await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.ABSENT))
            await world.everything("few")
        assert (await ended(command(few, None, "--exec", program, "--until-quiet", "1")))[0] == code
        assert [line.split()[0] for line in log.read_text().splitlines()] == list(ran)


async def test_two_programs_do_not_keep_into_one_file(world: World) -> None:
    creds = world.folder / "few.creds"
    first, second = (LinesFile(world.folder / "shared.jsonl", Credentials.read(creds).scope) for _ in range(2))
    assert first.load().next == 0
    with pytest.raises(StoreError, match="another program"):
        second.load()
    del first
    assert second.load().next == 0


async def test_what_could_not_be_kept_comes_again(world: World) -> None:
    """A full disk is no trouble of the network: nothing goes on behind what it did not take."""
    credentials = Credentials.read(world.folder / "few.creds")
    full, kept = Full(), Kept()
    with pytest.raises(StoreError, match="No space left"):
        await follow(credentials, full, until_quiet=0.5)
    kept.position = full.position
    assert await follow(credentials, kept, until_quiet=0.5) == 3
    assert [event.entry for event in kept.events] == [0, 1, 2]


async def test_of_two_readers_at_once_none_ends_well_with_less_than_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "RETRY_SECONDS", (0.02, 0.1))
    monkeypatch.setattr(following, "GAP_TRIES", 3)
    whole = len((await world.everything("office")).events)
    credentials = Credentials.read(world.folder / "office.creds")
    stores = (Kept(), Kept())
    ended = await asyncio.gather(
        *(follow(credentials, store, until_quiet=0.6) for store in stores), return_exceptions=True
    )
    for result, store in zip(ended, stores, strict=True):
        assert isinstance(result, NotAlone) or (result, len(store.events)) == (whole, whole)
    assert any(isinstance(result, NotAlone) for result in ended)
    assert await follow(credentials, stores[0], until_quiet=0.6) == whole


async def test_a_bus_that_is_killed_and_robbed_of_the_stream_means_delay_and_nothing_else(world: World) -> None:
    kept = await world.everything("office")
    for name, server in (("nats", world.nats), ("agencies", world.agency_nats)):
        os.kill(int((world.settings.var / name / "pid").read_text()), signal.SIGKILL)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
    await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.PRESENT))
    before = len(kept.events)
    creds = world.folder / "office.creds"
    await world.receive(creds, kept, lambda kept: len(kept.events) == before + 1, 60)

    await agencies.refill(world.settings, "office")
    await world.tell("attendance", f"attendance/{PERSON}/2017", spot_check(PERSON, Finding.PRESENT))
    await world.receive(creds, kept, lambda kept: len(kept.events) == before + 2, 60)
    assert [event.entry for event in kept.events] == list(range(before + 2))
    again = await world.receive(creds, Kept(), lambda again: len(again.events) == before + 2, 60)
    assert [event.body for event in again.events] == [event.body for event in kept.events]


@pytest.fixture(scope="module")
def messages() -> list[tuple[str, dict[str, str], bytes]]:
    return []


async def test_the_operator_sees_who_has_acknowledged_what(
    world: World, messages: list[tuple[str, dict[str, str], bytes]]
) -> None:
    async def acknowledged(name: str, wanted: bool) -> bool:
        seen = {agency.name: receipt for agency, receipt in await agencies.listed(world.settings)}
        receipt = seen[name]
        return receipt is not None and (receipt.behind == 0) is wanted and (receipt.behind_since is None) is wanted

    await eventually(lambda: acknowledged("office", True))
    creds = await world.agency("idle", "CO", "5301")
    await eventually(lambda: acknowledged("idle", False))

    async def owed_in_full() -> bool:
        """The one who reads owes nothing, the idle one owes everything that its scope's log holds by then."""
        readers = {status.name: status for status in world.publisher.statuses}
        published, owed = readers["agency-idle"], readers["agency-idle-acknowledged"].behind
        return readers["agency-office-acknowledged"].behind == 0 and published.behind == 0 and owed == published.next

    await eventually(owed_in_full)
    # The raw messages, for the tests that damage them.
    found = Credentials.read(creds)
    client = await nkey.connect(found.url, found.seed, inbox=found.inbox, error=_ignore)
    async with Pull(client, found.stream, found.durable) as pull:
        while len(messages) < 520:
            message = await pull.next(60)
            assert message is not None
            messages.append((message.subject, dict(message.headers or {}), message.data))
    await client.close()


async def test_a_message_is_a_cloud_event_in_structured_mode(messages: list[tuple[str, dict[str, str], bytes]]) -> None:
    """Judged by the official package: content type and payload as they came over NATS."""
    for at in list(entries(messages))[:50]:
        _, headers, data = messages[at]
        message = HTTPMessage({"content-type": headers[CONTENT_TYPE]}, data)
        event = from_structured(message, JSONFormat(), CloudEvent)
        assert (event.get_type(), event.get_specversion()) == (headers[scope_log.TYPE], "1.0")


def checker(world: World) -> Checker:
    found = Credentials.read(world.folder / "idle.creds")
    return Checker(found.scope, found.keys(), found.whole_logs, Position())


def entries(messages: list[tuple[str, dict[str, str], bytes]]) -> Iterator[int]:
    """Places of messages that are events."""
    return (at for at, (subject, _, _) in enumerate(messages) if not subject.endswith(scope_log.CHECKPOINTS))


async def test_an_event_that_is_left_out_exchanged_or_changed_is_noticed(
    world: World, messages: list[tuple[str, dict[str, str], bytes]]
) -> None:
    subject, headers, data = messages[0]
    with pytest.raises(Gap):
        checker(world).take(*messages[1])
    damaged = {
        "body": (subject, headers, data.replace(b"present", b"absents")),
        "index": (subject, headers | {scope_log.INDEX: "1"}, data),
        "proof of another": (subject, headers | {scope_log.PROOF: messages[1][1][scope_log.PROOF]}, data),
        "no proof": (subject, {name: v for name, v in headers.items() if name != scope_log.PROOF}, data),
        "another scope": (subject, headers | {scope_log.SCOPE: "zhucun.demo/scope/other"}, data),
        "another log": (subject, headers | {scope_log.ORIGIN: "zhucun.demo/finance"}, data),
        "disclosure of another": (subject, headers | {scope_log.DISCLOSURES: "WyJhIiwiYiIsImMiXQ"}, data),
    }
    for what, message in damaged.items():
        fresh = checker(world)
        with pytest.raises(Refused):
            fresh.take(*message)
        assert fresh.next == 0, what


async def test_a_sender_that_exchanges_two_events_is_convicted_by_its_own_checkpoint(
    world: World, messages: list[tuple[str, dict[str, str], bytes]]
) -> None:
    fresh, exchanged = checker(world), list(messages)
    first, second = list(entries(messages))[:2]
    for one, other in ((first, second), (second, first)):
        subject, headers, data = messages[one]
        exchanged[other] = (subject, headers | {scope_log.ENTRY: messages[other][1][scope_log.ENTRY]}, data)
    assert leaf_hash(exchanged[first][2]) != leaf_hash(messages[first][2])
    with pytest.raises(Forked):
        for message in exchanged:
            fresh.take(*message)
    assert fresh.position.next == 0


async def test_credentials_that_others_may_read_are_refused(world: World, tmp_path: Path) -> None:
    open_to_all = tmp_path / "open.creds"
    open_to_all.write_bytes((world.folder / "office.creds").read_bytes())
    open_to_all.chmod(0o644)
    with pytest.raises(CredentialsError, match="chmod"):
        Credentials.read(open_to_all)
    open_to_all.write_text("{}")
    open_to_all.chmod(0o600)
    with pytest.raises(CredentialsError, match="agency: Field required"):
        Credentials.read(open_to_all)
    with pytest.raises(StoreError, match="belongs to"):
        LinesFile(world.folder / "killed.jsonl", "zhucun.demo/scope/other").load()


async def _ignore(_error: Exception) -> None:
    return
