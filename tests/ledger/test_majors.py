"""The way of events on each major version of PostgreSQL: `make majors` runs every test of the log on each."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from contracts.proofs import leaf_hash
from deploy.local.engines import Engine, postgres_majors
from deploy.local.postgres_server import EmbeddedPostgres
from services.ledger.fsck import fsck
from services.ledger.proving import Prover
from services.ledger.rebuild import rebuild
from tests.ledger.world import ATTENDANCE, open_log_and_follower

ENGINES = postgres_majors(os.environ)


@pytest.fixture(params=range(15, 19), ids=lambda major: f"PostgreSQL-{major}")
def postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server of that major version; skipped where there is none."""
    engine: Engine | None = ENGINES.get(request.param)
    if engine is None:
        pytest.skip("no engine of this version is here (make majors installs 16 to 18)")
    home = Path(tempfile.mkdtemp(prefix="zhucun-major-"))
    home.chmod(0o755)
    environ = os.environ | {"ZHUCUN_POSTGRES_BIN": str(engine.program.parent)}
    server = EmbeddedPostgres(home / "var", fast=True, environ=environ)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(home)


async def test_a_log_is_written_sealed_proved_followed_and_rebuilt(postgres: str, tmp_path: Path) -> None:
    async with open_log_and_follower(postgres, tmp_path, "nats://127.0.0.1:1") as (log, follower):
        follower.inbox._feed = log
        assert await log.grow(50) == 50
        assert await log.grow(3_000) == 3_050
        assert (await follower.inbox.catch_up(3_050)).next == 3_050
        assert await follower.counted() == (3_050, 3_050)
        done = await rebuild(follower.pool, follower.runner, "presence")
        assert (done.applied, done.differences) == ({ATTENDANCE: 3_050}, [])
        report = await fsck(log.pool, ATTENDANCE, log.signer.vkey)
        assert (report.size, report.difference) == (3_050, None)
        proof = await Prover(log.pool).event(1_234)
        proof.verify(leaf_hash((await log.page(1_234, 1))[0][1]), [log.vkey])
        async with log.pool.connection() as connection:
            with pytest.raises(psycopg.Error):
                await connection.execute("update ledger.event set body = ''")
