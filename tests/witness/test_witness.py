"""A witness over real HTTP: it follows a log that grows, and no other log gets its name under it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from contracts.notes import ALGORITHM_COSIGNATURE, VerifierKey, format_note, parse_note
from contracts.proofs import consistency_proof, leaf_hash, open_checkpoint, root_of
from services.assessment.evidence import policy
from services.ledger.signer import FileSigner, SignerError
from services.runtime.serving import listening
from services.runtime.witnessing import WitnessError, cosigned
from services.witness.app import application
from services.witness.cosigning import Witness
from tests.assessment.evidence.world import SignedLog, vkey_of

ORIGIN = "zhucun.test/attendance"
NAME = "witness.example/archive"
NOW = 1_520_000_000


def log_of(size: int, word: str = "event", seed: str = "") -> SignedLog:
    return SignedLog(ORIGIN, seed, [f"{word} {number}".encode() for number in range(size)])


def signer(directory: Path) -> FileSigner:
    return FileSigner(directory / "key", NAME, create=True, algorithm=ALGORITHM_COSIGNATURE)


@asynccontextmanager
async def serving(directory: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A witness of one log, started anew on the directory."""
    witness = Witness(signer(directory), [vkey_of(ORIGIN)], directory / "state", lambda: NOW)
    bound = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application(witness), log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}") as client:
            yield client
    finally:
        server.should_exit = True
        await task


async def asked(client: httpx.AsyncClient, log: SignedLog, old: int, new: int, **other: str) -> httpx.Response:
    proof = consistency_proof(old, new, log.subtree) if 0 < old < new else []
    lines = "".join(base64.b64encode(node).decode() + "\n" for node in proof)
    note = other.get("note", log.note(new))
    return await client.post("/add-checkpoint", content=f"old {old}\n{other.get('lines', lines)}\n{note}")


async def test_it_cosigns_a_log_that_grows_and_anybody_can_verify_it(tmp_path: Path) -> None:
    log = log_of(300)
    async with serving(tmp_path) as client:
        key = VerifierKey.parse((await client.get("/vkey")).text.strip())
        for old, new in ((0, 5), (5, 5), (5, 256), (256, 300)):
            answer = await asked(client, log, old, new)
            assert answer.status_code == 200, answer.text
            text, signatures = parse_note(log.note(new))
            _, cosignatures = parse_note("-\n\n" + answer.text)
            note = format_note(text, [*signatures, *cosignatures])
            assert open_checkpoint(note, [key]).root == root_of(log.leaves[:new])
            assert int.from_bytes(cosignatures[0].signature[:8], "big") == NOW


async def test_it_tells_where_it_stands_to_whoever_asks_from_elsewhere(tmp_path: Path) -> None:
    log = log_of(20)
    async with serving(tmp_path) as client:
        assert (await asked(client, log, 0, 12)).status_code == 200
        for old, new in ((0, 15), (5, 15), (0, 12), (15, 20)):
            answer = await asked(client, log, old, new)
            assert (answer.status_code, answer.text) == (409, "12\n")
            assert answer.headers["content-type"].startswith("text/x.tlog.size")


async def test_another_history_is_never_cosigned(tmp_path: Path) -> None:
    log, forked = log_of(20), log_of(20, "other event")
    async with serving(tmp_path) as client:
        assert (await asked(client, log, 0, 12)).status_code == 200
        assert (await asked(client, forked, 12, 15)).status_code == 422
        assert (await asked(client, forked, 12, 12)).status_code == 409
        assert (await asked(client, log, 12, 15, lines="")).status_code == 422
        more = base64.b64encode(leaf_hash(b"")).decode() + "\n"
        assert (await asked(client, log, 12, 12, lines=more)).status_code == 422
        assert (await asked(client, log, 12, 20)).status_code == 200


async def test_what_it_has_cosigned_outlives_it(tmp_path: Path) -> None:
    log, forked = log_of(20), log_of(20, "other event")
    async with serving(tmp_path) as client:
        assert (await asked(client, log, 0, 12)).status_code == 200
    async with serving(tmp_path) as client:
        assert (await asked(client, forked, 0, 12)).status_code == 409
        assert (await asked(client, log, 12, 13)).status_code == 200


async def test_of_two_at_once_one_comes_first(tmp_path: Path) -> None:
    log, forked = log_of(20), log_of(20, "other event")
    async with serving(tmp_path) as client:
        answers = await asyncio.gather(*(asked(client, one, 0, 12) for one in (log, forked) * 5))
        roots = {open_checkpoint((log if at % 2 == 0 else forked).note(12), [vkey_of(ORIGIN)]).root
                 for at, answer in enumerate(answers) if answer.status_code == 200}  # fmt: skip
        assert len(roots) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"old x\n\nnote", 400),
        (b"old 0\nAAAA\n\n" + log_of(3).note(3).encode(), 400),
        (b"old -1\n\n" + log_of(3).note(3).encode(), 400),
        (b"old 7\n\n" + log_of(3).note(3).encode(), 400),
        (b"old 0\n\n" + log_of(3).note(3).replace("test/attendance\n3", "test/attendance\n03").encode(), 400),
        (b"old 0\n\n" + log_of(3).note(3).replace("test/attendance\n", "test/finance\n").encode(), 404),
        (b"old 0\n\n" + log_of(3, seed="other").note(3).encode(), 403),
        (b"old 0\n\n" + log_of(3).note(3).replace("\n3\n", "\n2\n").encode(), 403),
        (b"x" * 70_000, 413),
    ],
)
async def test_what_is_malformed_unknown_or_unsigned_is_refused(tmp_path: Path, body: bytes, status: int) -> None:
    async with serving(tmp_path) as client:
        assert (await client.post("/add-checkpoint", content=body)).status_code == status
    assert not list((tmp_path / "state").glob("*.json"))


async def test_a_log_gets_its_checkpoint_cosigned_wherever_the_witness_stands(tmp_path: Path) -> None:
    log = log_of(300)

    async def grow(old: int, new: int) -> list[bytes]:
        return consistency_proof(old, new, log.subtree)

    async with serving(tmp_path) as client:
        address = str(client.base_url)
        trusted = policy.parse(f"witness archive {signer(tmp_path).vkey}\nquorum archive")
        for size in (7, 7, 300):
            note = await cosigned(log.note(size), grow, [address], client)
            assert trusted.quorum_met(note)
            assert open_checkpoint(note, [vkey_of(ORIGIN)]).size == size
        with pytest.raises(WitnessError, match="already cosigned size 300"):
            await cosigned(log.note(7), grow, [address], client)
        forked = log_of(400, "other")
        with pytest.raises(WitnessError, match="422"):
            await cosigned(forked.note(400), grow_of(forked), [address], client)
    async with httpx.AsyncClient() as client:
        with pytest.raises(WitnessError, match="does not answer"):
            await cosigned(log.note(300), grow, [address], client)


def grow_of(log: SignedLog):  # type: ignore[no-untyped-def] # the protocol of `cosigned`
    async def grow(old: int, new: int) -> list[bytes]:
        return consistency_proof(old, new, log.subtree)

    return grow


def test_a_key_is_for_one_use(tmp_path: Path) -> None:
    signer(tmp_path)
    with pytest.raises(SignerError, match="for this use"):
        FileSigner(tmp_path / "key", NAME)
