"""The command `zhucun`: what goes wrong is one sentence and a code; what goes right is what was asked for."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.registry import definitions
from services.runtime.administration import AdministrationError
from services.runtime.log_care import keeper_of
from tests.runtime.shown import argument_lists, log_files, secrets_below

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "services"]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="zhucun-command-"))
    home.chmod(0o755)
    yield home / "var"
    subprocess.run([sys.executable, ROOT / "deploy/local/clean.py", home / "var"], check=True)
    shutil.rmtree(home)


def environment(var: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCUN_")}
    return clean | {"ZHUCUN_VAR": str(var)} | more


def zhucun(var: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=ROOT,
        env=environment(var, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def one_sentence(answer: subprocess.CompletedProcess[str], code: int, *parts: str) -> None:
    assert answer.returncode == code, answer.stderr
    assert answer.stderr.startswith("zhucun: ")
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert all(part in answer.stderr for part in parts), answer.stderr


def test_it_knows_its_version(var: Path) -> None:
    answer = zhucun(var, "version")
    if "PackageNotFoundError" in answer.stderr:
        pytest.skip("the project is not installed in this environment")
    assert answer.stdout.startswith("zhucun 0.")


def test_tokens_are_signed_on_a_machine_of_its_own_only(var: Path) -> None:
    assert zhucun(var, "token", "P530000001").stdout.count(".") == 2
    refused = zhucun(var, "token", "P530000001", ZHUCUN_POSTGRES_URL="postgresql://db.example/postgres")
    one_sentence(refused, 1, "embedded mode only")
    one_sentence(zhucun(var, "token", "zhangsan"), 2, "zhangsan")


def test_a_server_that_cannot_be_reached_is_one_sentence_without_its_password(var: Path) -> None:
    urls = {
        "ZHUCUN_POSTGRES_URL": "postgresql://postgres:geheim@127.0.0.1:1/postgres",
        "ZHUCUN_NATS_URL": "nats://127.0.0.1:1",
    }
    for words in (["db", "apply"], ["bus", "apply"]):
        answer = zhucun(var, *words, **urls)
        one_sentence(answer, 1)
        assert "geheim" not in answer.stderr


def test_a_wrong_setting_is_one_sentence_with_its_name(var: Path) -> None:
    one_sentence(zhucun(var, "serve", ZHUCUN_PORT="eighty"), 1, "ZHUCUN_PORT")


@pytest.mark.parametrize("words", [["log", "checkpoint", "payroll"], ["export", "--log", "payroll"]])
def test_a_log_that_does_not_exist_is_one_sentence_with_those_that_do(var: Path, words: list[str]) -> None:
    one_sentence(zhucun(var, *words), 2, "payroll", "attendance")


def test_an_events_file_that_does_not_exist_is_one_sentence(var: Path) -> None:
    one_sentence(zhucun(var, "assess", "--events", "/nowhere.jsonl", "--year", "2017"), 2, "/nowhere.jsonl")


def test_python_without_its_assertions_is_refused(var: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-O", "-m", "services", "token", "P530000001"],
        cwd=ROOT,
        env=environment(var),
        capture_output=True,
        text=True,
        check=False,
    )
    one_sentence(answer, 1, "-O")


def test_an_http_port_that_was_asked_for_and_is_taken_is_one_sentence(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = zhucun(var, "serve", ZHUCUN_PORT=str(port))
    one_sentence(answer, 1, str(port), "ZHUCUN_PORT")


def test_a_view_is_named_by_itself_or_with_its_service() -> None:
    known = definitions()
    assert keeper_of("training", known) == ("personnel", "training")
    assert keeper_of("finance/roles", known) == ("finance", "roles")
    with pytest.raises(AdministrationError, match="attendance/roles"):
        keeper_of("roles", known)
    for nothing in ("nothing", "finance/training", "nobody/roles"):
        with pytest.raises(AdministrationError, match="zhucun view list"):
            keeper_of(nothing, known)


def test_a_day_of_operations(var: Path) -> None:
    """Serve, make the first keeper, and care for the log while it is served; then a clean end."""
    serving = subprocess.Popen(
        [*COMMAND, "serve"],
        cwd=ROOT,
        env=environment(var, ZHUCUN_LOG_LEVEL="debug", ZHUCUN_LOG_FORMAT="json"),
        stdout=subprocess.PIPE,
        stderr=(var.parent / "said").open("w"),
        text=True,
    )
    try:
        url = _address(serving)
        assert httpx.get(f"{url}/healthz", timeout=60).json() == {"status": "alive"}
        assert len(zhucun(var, "bootstrap", "P530000001").stdout.strip()) == 36
        one_sentence(zhucun(var, "bootstrap", "P530000002"), 1, "registry keeper already")
        _wait_for_checkpoint(var)
        exported = zhucun(var, "export", "--log", "personnel")
        assert exported.stdout.count("\n") == 1
        assert '"RK"' in exported.stdout
        assert "1 events, 1 checkpoints" in zhucun(var, "log", "fsck", "personnel").stdout
        assert "1 events are on the bus again" in zhucun(var, "relay", "refill", "personnel").stdout
        assert "generation 2, 1 events applied" in zhucun(var, "view", "rebuild", "personnel", "roles").stdout
        assert "generation 2, 1 events applied" in zhucun(var, "rebuild", "training").stdout
        assert "everything stands as declared" in zhucun(var, "bus", "apply").stdout
        one_sentence(zhucun(var, "view", "rebuild", "personnel", "nothing"), 1, "nothing", "roles")
        token = zhucun(var, "token", "P530000001").stdout.strip()
        bearer, command = {"Authorization": f"Bearer {token}"}, f"{url}/personnel/commands/register-village"
        assert httpx.post(command, json={"village": "530113100201"}, headers=bearer, timeout=60).is_success
        assert httpx.post(command, json={"x": 1}, headers=bearer, timeout=60).is_error
        shown = (
            argument_lists()
            + httpx.get(f"{url}/metrics", timeout=60).text
            + httpx.get(f"{url}/readyz", timeout=60).text
        )
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=600)
    said = (var.parent / "said").read_text(errors="replace")
    assert serving.returncode == 0, said
    # No secret is in a log line, an argument list, or what a process says of itself; not even at level debug.
    told, kept = said + log_files(var) + shown, secrets_below(var)
    assert '"appended"' in said
    assert len(kept) >= 6
    assert [file for file, secret in kept.items() if secret in told] == []
    assert token not in told
    assert '"RK"' in zhucun(var, "export", "--log", "personnel").stdout  # starts the servers for this one step


def _address(serving: subprocess.Popen[str]) -> str:
    assert serving.stdout is not None
    for line in serving.stdout:
        if "http://" in line:
            return line[line.index("http://") :].split("/  ")[0].strip()
    raise AssertionError(serving.stderr.read() if serving.stderr else "it said nothing")


def _wait_for_checkpoint(var: Path) -> None:
    deadline = time.monotonic() + 120
    while zhucun(var, "log", "checkpoint", "personnel").returncode != 0:
        assert time.monotonic() < deadline


def test_a_witness_beyond_this_machine_answers_over_tls_only(var: Path) -> None:
    log = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    place = ["--directory", str(var / "witness"), "--host", "0.0.0.0"]
    one_sentence(zhucun(var, "witness", "serve", "--name", "w.example/a", "--log", log, *place), 2, "--cert")
