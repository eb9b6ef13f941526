"""No listener of the deployment files is plain beyond loopback; PostgreSQL's own file lets nobody in without TLS."""

import re
from pathlib import Path
from typing import Any

import yaml

from contracts.catalogue import SERVICES

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
NATS = ("nats/nats.conf", "chart/zhucun/files/agencies-server.conf")
PLAIN = ("websocket", "mqtt", "leafnodes", "gateway", "no_tls", "allow_non_tls")


def test_servers_of_the_bus_and_of_agencies_listen_over_tls_alone() -> None:
    for name in NATS:
        text = re.sub(r"#.*", "", (DEPLOY / name).read_text("utf-8"))
        assert re.search(r"^tls \{", text, re.MULTILINE), name
        assert not [word for word in PLAIN if word in text], name
        assert re.findall(r"^(?:http|https|monitor_port|http_port):.*", text, re.MULTILINE) == ["http: $MONITOR_LISTEN"]
    for service in COMPOSE.values():
        if "MONITOR_LISTEN" in service.get("environment", {}):
            assert service["environment"]["MONITOR_LISTEN"].startswith('"127.0.0.1:')
    agency = (DEPLOY / "chart/zhucun/templates/agency.yaml").read_text("utf-8")
    assert """name: MONITOR_LISTEN, value: '"127.0.0.1:8222"'""" in agency


def test_the_bus_of_a_cluster_listens_over_tls_alone() -> None:
    values = yaml.safe_load((DEPLOY / "chart/nats-values.yaml").read_text("utf-8"))
    config = values["config"]
    assert all(config[part]["tls"]["enabled"] for part in ("cluster", "nats", "monitor"))
    assert not {"websocket", "mqtt", "leafnodes", "gateway", "profiling"} & config.keys()
    assert any("-tlscert=" in str(step["value"]) for step in values["promExporter"]["patch"])


def test_postgresql_lets_nobody_in_without_tls() -> None:
    lines = (DEPLOY / "postgres/pg_hba.conf").read_text("utf-8").splitlines()
    kinds = {(line.split()[0], line.split()[-1]) for line in lines if line and not line.startswith("#")}
    assert kinds == {("local", "scram-sha-256"), ("hostssl", "scram-sha-256")}
    command = " ".join(COMPOSE["postgres"]["command"])
    assert "ssl=on" in command
    assert "hba_file=/etc/zhucun/pg_hba.conf" in command
    assert "verify-full&sslrootcert=" in (DEPLOY / "compose/prepare.sh").read_text("utf-8")
    for name in ("administrator", "logins"):
        assert COMPOSE[name]["environment"]["PGSSLMODE"] == "verify-full"


def test_services_of_the_composition_show_certificates_of_their_own() -> None:
    for name in (*SERVICES, "agency"):
        told = COMPOSE[name]["environment"]
        assert told["ZHUCUN_TLS_CERT"] == "/run/zhucun/tls/tls.crt"
        assert {told[f"ZHUCUN_{service.upper()}_URL"] for service in SERVICES} == {
            f"https://{service}:8000" for service in SERVICES
        }
        assert f"./compose/private/tls-{name}:/run/zhucun/tls:ro" in COMPOSE[name]["volumes"]
    assert "http://" not in re.sub(r"\$\{[^}]*\}", "", (DEPLOY / "compose.yaml").read_text("utf-8"))


def test_what_watches_asks_and_answers_over_tls() -> None:
    (job,) = yaml.safe_load((DEPLOY / "observability/prometheus.yml").read_text("utf-8"))["scrape_configs"]
    assert (job["scheme"], "ca_file" in job["tls_config"]) == ("https", True)
    web = yaml.safe_load((DEPLOY / "observability/prometheus-web.yml").read_text("utf-8"))
    assert web["tls_server_config"].keys() == {"cert_file", "key_file"}
    assert COMPOSE["grafana"]["environment"]["GF_SERVER_PROTOCOL"] == "https"
