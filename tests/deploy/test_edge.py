"""The edge on nginx itself, before a service that answers over real HTTP: TLS, paths, rate and body limits."""

import contextlib
import json
import os
import shutil
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.refusals import Code
from deploy.local import processes
from tests.deploy.certificates import Authority

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = Path(__file__).parents[2] / "deploy/edge/nginx.conf"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


class Behind(BaseHTTPRequestHandler):
    """Says what reached it."""

    def do_GET(self) -> None:
        said = json.dumps({"path": self.path, "correlation": self.headers["X-Correlation-Id"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Edge:
    url: str
    trusted: ssl.SSLContext
    log: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.trusted, timeout=60)


@contextlib.contextmanager
def edge(directory: Path, authority: Authority, behind: int, believed: Authority | None = None) -> Iterator[Edge]:
    """nginx on the configuration as it is, with this machine's addresses and files in the places of theirs.

    `believed` is the authority by which it knows the services, when that is another.
    """
    port = processes.choose_port([])
    own = authority.certificate("edge")
    text = CONFIGURATION.read_text("utf-8")
    for written, here in {
        "/tmp/": f"{directory}/",
        "listen 8443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/zhucun/tls/edge.crt": str(own.cert),
        "/etc/zhucun/tls/edge.key": str(own.key),
        "/etc/zhucun/tls/ca.crt": str((believed or authority).cert),
        "https://$service:8000": f"https://127.0.0.1:{behind}",
        "/dev/stdout": f"{directory}/access.log",
    }.items():
        assert written in text
        text = text.replace(written, here)
    file = directory / "nginx.conf"
    file.write_text(text, "utf-8")
    assert NGINX is not None
    directory.chmod(0o755)
    tested = subprocess.run([NGINX, "-t", "-c", file], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen([NGINX, "-c", file, "-g", "daemon off; user root;"], stderr=subprocess.DEVNULL)
    try:
        context = ssl.create_default_context(cafile=authority.cert)
        found = Edge(f"https://127.0.0.1:{port}", context, directory / "access.log")
        for _ in range(1_200):
            with contextlib.suppress(httpx.TransportError), found.client() as client:
                client.get("/")
                break
            time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def service(authority: Authority, name: str) -> Iterator[int]:
    """A service with a certificate of that name; its port."""
    own = authority.certificate(name)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own.cert, own.key)
    with ThreadingHTTPServer(("127.0.0.1", 0), Behind) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def at_the_edge(tmp_path: Path) -> Iterator[Edge]:
    authority = Authority(tmp_path)
    with service(authority, "finance") as port, edge(tmp_path, authority, port) as found:
        yield found


def problem(answer: httpx.Response, status: int, code: Code) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert (document["status"], document["code"]) == (status, code.value)
    assert document["detail"]
    assert document["remedy"]
    return document


def test_services_are_reached_and_what_belongs_inside_is_not(at_the_edge: Edge) -> None:
    with at_the_edge.client() as client:
        answer = client.get("/finance/balances?village=530113100201%20x", headers={"X-Correlation-Id": "desk-7"})
        assert answer.json() == {"path": "/finance/balances?village=530113100201%20x", "correlation": "desk-7"}
        assert answer.headers["Strict-Transport-Security"]
        assert "nginx/" not in answer.headers["Server"]
        for inside in ("/metrics", "/readyz", "/healthz", "/", "/financed/x", "/finance/../metrics"):
            problem(client.get(inside), 404, Code.NOT_FOUND)


def test_one_id_is_in_the_log_of_the_edge_and_behind_it_and_none_can_be_forged_into_it(at_the_edge: Edge) -> None:
    with at_the_edge.client() as client:
        made = client.get("/finance/x").json()["correlation"]
        forged = client.get("/finance/x", headers={"X-Correlation-Id": 'x","status":200'}).json()["correlation"]
    assert len(made) == 32
    assert len(forged) == 32
    logged: set[str] = set()
    for _ in range(3_000):  # a line is written after the answer
        logged = {json.loads(line)["correlation"] for line in at_the_edge.log.read_text("utf-8").splitlines()}
        if {made, forged} <= logged:
            return
        time.sleep(0.02)
    raise AssertionError(logged)


def test_a_body_above_the_limit_is_refused_before_it_is_sent_on(at_the_edge: Edge) -> None:
    with at_the_edge.client() as client:
        assert client.post("/finance/commands/x", content=b"x" * 2_000_000).status_code == 200
        refused = problem(client.post("/finance/commands/x", content=b"x" * 2_200_000), 413, Code.TOO_LARGE)
    assert refused["limit_bytes"] == 2 * 2**20


def test_a_flood_from_one_address_is_slowed_down_and_told_when_to_come_back(at_the_edge: Edge) -> None:
    with at_the_edge.client() as client, ThreadPoolExecutor(16) as crowd:
        answers: list[httpx.Response] = []
        seen: Counter[int] = Counter()
        deadline = time.monotonic() + 60
        while seen[429] < 40:  # a busy machine sends fewer in a second
            assert time.monotonic() < deadline, seen
            answers += crowd.map(lambda _: client.get("/finance/x"), range(150))
            seen = Counter(answer.status_code for answer in answers)
        assert seen.keys() == {200, 429}, seen
        assert seen[200] >= 40
        refused = next(answer for answer in answers if answer.status_code == 429)
        problem(refused, 429, Code.UNAVAILABLE)
        time.sleep(float(refused.headers["Retry-After"]))
        assert client.get("/finance/x").status_code == 200


def test_a_service_that_is_away_is_said_in_the_services_own_form(tmp_path: Path) -> None:
    with edge(tmp_path, Authority(tmp_path), processes.choose_port([])) as found, found.client() as client:
        answer = client.get("/finance/x")
    problem(answer, 503, Code.UNAVAILABLE)
    assert answer.headers["Retry-After"] == "2"


def test_a_service_that_shows_another_name_or_another_authority_is_not_spoken_to(tmp_path: Path) -> None:
    own = Authority(tmp_path)
    with service(own, "attendance") as port, edge(tmp_path, own, port) as found, found.client() as client:
        problem(client.get("/finance/x"), 503, Code.UNAVAILABLE)
        assert client.get("/attendance/x").status_code == 200
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    with service(own, "finance") as port, edge(tmp_path, own, port, other) as found, found.client() as client:
        problem(client.get("/finance/x"), 503, Code.UNAVAILABLE)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
def test_old_tls_and_none_are_refused(at_the_edge: Edge) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with httpx.Client(verify=old) as client, pytest.raises(httpx.TransportError):
        client.get(at_the_edge.url)
    assert httpx.get(at_the_edge.url.replace("https", "http"), timeout=60).status_code == 400
