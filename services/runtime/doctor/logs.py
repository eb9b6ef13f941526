"""The log of one service: keys, the state file of its sealer, and whether everything that follows it moves."""

import asyncio
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from contracts.proofs import ProofError, VerifierKey
from services.ledger.checkpoints import StateFile, StateFileError
from services.ledger.connections import connect
from services.ledger.recovery import SealerRefused, signed_state, stored_state
from services.ledger.signer import SignerError
from services.runtime.doctor.databases import url_of
from services.runtime.doctor.findings import Found, fine, odd, wrong
from services.runtime.keys import Keys
from services.runtime.settings import Settings, SettingsError

LOOK_AGAIN_SECONDS = 2.0
DISK_ODD, DISK_WRONG = 0.15, 0.05
"""Parts of a disk that are free."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Sizes and marks of one log and its readers, in events from 0."""

    accepted: int
    sealed: int
    published: int
    consumed: Mapping[str, int]
    """By origin of the log that is followed."""
    projected: Mapping[tuple[str, str], int]
    """By view and origin."""


_COUNTS = """
    select s.size + (select coalesce(sum(p.count), 0)::bigint from ledger.pending p), s.size,
        (select r.next from ledger.relay_mark r)
    from ledger.log_state s
"""
_PROJECTED = """
    select m.projection, m.origin, m.next from ledger.projection_mark m
    join ledger.view_current c on c.view = m.projection and c.generation = m.generation
"""


async def standing(settings: Settings, service: str) -> Standing:
    """How far everything of one service is; raises psycopg.Error."""
    async with await connect(url_of(settings, service), name="zhucun doctor") as connection, connection.transaction():
        row = await (await connection.execute(_COUNTS)).fetchone()
        marks = await (await connection.execute("select origin, next from ledger.inbox_mark")).fetchall()
        views = await (await connection.execute(_PROJECTED)).fetchall()
    assert row is not None, "log_state always has its row"
    projected = {(view, origin): position for view, origin, position in views}
    return Standing(row[0], row[1], row[2], dict(marks), projected)


async def examine_keys(settings: Settings, service: str, sources: tuple[str, ...]) -> list[Found]:
    """The private key of the log, and the public ones of those that it follows."""
    what = f"密钥 keys {service}"
    keys = Keys(settings)
    try:
        vkey = keys.signer(service).vkey
        if keys.vkey(service).split()[:1] != [vkey]:
            path = settings.directories.vkeys / f"{service}.vkey"
            return [wrong(what, f"{path} is not the public half of the signing key", "zhucun keys make writes it")]
        for line in " ".join(keys.vkey(source) for source in sources).split():
            VerifierKey.parse(line)
    except (SignerError, SettingsError) as error:
        return [wrong(what, str(error), "zhucun keys make, or put back the key from its safe")]
    except ProofError as error:
        return [wrong(what, f"a public key of ZHUCUN_VKEY_DIR is malformed: {error}", "take it from its service")]
    return [fine(what, f"signs as {vkey.split('+')[0]}, knows {', '.join(sources)}")]


async def examine_state(settings: Settings, service: str) -> list[Found]:
    """Whether the database is the very log that was signed last, by the state file that lies outside it."""
    what = f"签名状态 signed state {service}"
    file = StateFile(settings.directories.state_file(service), settings.origin_of(service))
    try:
        async with await connect(url_of(settings, service), name="zhucun doctor") as connection:
            stored = await stored_state(connection)
            if file.read() is None and stored.size == 0:
                return [fine(what, "nothing is sealed yet")]
            signed = await signed_state(connection, file, stored)
    except (SealerRefused, StateFileError) as error:
        return [wrong(what, str(error), "deploy/runbook/restore.md")]
    except psycopg.Error:
        return []  # the database is reported by itself
    return [fine(what, f"signed up to {signed.size}, the database extends it"), *_disk(file.path.parent)]


def _disk(directory: Path) -> list[Found]:
    what = f"磁盘 disk of {directory}"
    try:
        usage = shutil.disk_usage(directory)
    except OSError as error:
        return [wrong(what, f"cannot be read: {error.strerror}", "mount it, let the service's account write it")]
    free = usage.free / usage.total
    said = f"{usage.free / 2**30:.1f} GiB free ({free:.0%})"
    if free < DISK_WRONG:
        return [wrong(what, said, "make room: a sealer that cannot write its state file seals nothing")]
    return [odd(what, said, "make room") if free < DISK_ODD else fine(what, said)]


async def examine_progress(
    settings: Settings, services: Mapping[str, tuple[str, ...]], running: Collection[str]
) -> list[Found]:
    """Lag, as a subtraction of positions, looked at twice: behind and moving is fine, behind and still is not.

    What waits for a service that is not `running` just now is told and is no fault of the log: nothing is lost by it.
    """
    first = await _all(settings, services)
    if not any(_behind(settings, first, service) for service in first):
        return [fine(f"进度 progress {service}", _sizes(first[service])) for service in first]
    await asyncio.sleep(LOOK_AGAIN_SECONDS)
    second = await _all(settings, services)
    found = []
    for service in second:
        what = f"进度 progress {service}"
        before, after = _behind(settings, first, service), _behind(settings, second, service)
        still = [name for name, (at, _) in after.items() if name in before and before[name][0] == at]
        for name in still:
            said = f"{name} stands at {after[name][0]}, {after[name][1]} is there"
            if service in running:
                found.append(wrong(what, said, _REMEDIES[name.split()[0]]))
            else:
                found.append(odd(what, f"{said}; it waits until the service runs", f"zhucun serve {service}"))
        if not still:
            found.append(fine(what, _sizes(second[service])))
    return found


_REMEDIES = {
    "sealing": "/readyz and its log say why it does not seal (deploy/runbook/sealer.md)",
    "publishing": "the service must reach the bus (deploy/runbook/bus.md)",
    "consuming": "/readyz says at which index and why it stands (deploy/runbook/consumer.md)",
    "view": "zhucun rebuild VIEW (deploy/runbook/view.md)",
}


async def _all(settings: Settings, services: Mapping[str, tuple[str, ...]]) -> dict[str, Standing]:
    found = {}
    for service in services:
        try:
            found[service] = await standing(settings, service)
        except psycopg.Error:
            continue  # the database is reported by itself
    return found


def _behind(settings: Settings, standings: Mapping[str, Standing], service: str) -> dict[str, tuple[int, int]]:
    """What has not reached its source: where it stands and what is there."""
    own = standings[service]
    sizes = {settings.origin_of(name): known.sealed for name, known in standings.items()}
    pairs = {"sealing": (own.sealed, own.accepted), "publishing": (own.published, own.sealed)}
    pairs |= {f"consuming {o}": (at, sizes.get(o, at)) for o, at in own.consumed.items()}
    here = {settings.origin_of(service): own.sealed, **own.consumed}
    pairs |= {f"view {view} of {o}": (at, here.get(o, at)) for (view, o), at in own.projected.items()}
    return {name: (at, there) for name, (at, there) in pairs.items() if at < there}


def _sizes(known: Standing) -> str:
    return f"accepted {known.accepted}, sealed {known.sealed}, published {known.published}; every reader is there"
