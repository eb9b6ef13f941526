"""The chart: rendered by Helm itself, every object valid for Kubernetes, no secret in it, no image that is written to.

`make check` installs the two packages this needs (requirements-chart.lock); without them it is skipped.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.catalogue import SERVICES
from services.ledger.bus_resources import resources
from services.registry import definitions
from services.runtime.administration import READERS, consumers_of
from services.runtime.settings import Settings

helm = pytest.importorskip("helm_python", reason="make check installs Helm's library")
kubernetes = pytest.importorskip("kubernetes_validate", reason="make check installs the schemas of Kubernetes")

CHART = Path(__file__).parents[2] / "deploy/chart/zhucun"
PLACES = ("dev", "government", "offline")
VERSIONS = ("1.27", "1.30", "1.34")
OF_OPERATORS = {"jetstream.nats.io/v1beta2", "monitoring.coreos.com/v1", "postgresql.cnpg.io/v1"}
"""Their definitions are in no package registry. They were compared once with the operators' own sources."""


@cache
def rendered(place: str, *, tls: bool = True) -> tuple[dict[str, Any], ...]:
    """Every object, rendered once: whoever alters one takes a copy."""
    values = yaml.safe_load((CHART / f"values-{place}.yaml").read_text("utf-8"))
    values |= {} if tls else {"tls": {"enabled": False}}
    with helm.Chart.load(str(CHART)) as chart:
        files = chart.render(values, name="zhucun", namespace="zhucun")
    return tuple(document for text in files.values() for document in yaml.safe_load_all(text) if document)


def pods(place: str) -> list[dict[str, Any]]:
    """Every pod's specification, of services and of jobs."""
    found = []
    for item in rendered(place):
        spec = item.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "containers" in spec.get("template", {}).get("spec", {}):
            found.append(spec["template"]["spec"])
    return found


@pytest.mark.parametrize("place", PLACES)
def test_a_place_has_the_services_that_it_names(place: str) -> None:
    parts = [*SERVICES, "agency"] if place == "government" else SERVICES
    assert {item["metadata"]["name"] for item in rendered(place) if item["kind"] == "StatefulSet"} == {
        f"zhucun-{part}" for part in parts
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid_for_kubernetes(version: str) -> None:
    """What is the same in several places is looked at once: reading the schemas is what takes the time."""
    items = [item for place in PLACES for item in rendered(place) if item["apiVersion"] not in OF_OPERATORS]
    different = {json.dumps(item, sort_keys=True): item for item in items}
    assert len(different) > len(items) / len(PLACES)
    for item in different.values():
        kubernetes.validate(item, version, strict=True)


@pytest.mark.parametrize("place", PLACES)
def test_no_container_is_root_or_writes_its_image_or_keeps_a_capability(place: str) -> None:
    assert len(pods(place)) == 4 + 1 + 4 + 1 + 1 + (place == "government")
    for pod in pods(place):
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["automountServiceAccountToken"] is False
        for container in [*pod["containers"], *pod.get("initContainers", ())]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_stands_in_the_chart_or_in_an_environment(place: str) -> None:
    assert not [item for item in rendered(place) if item["kind"] == "Secret"]
    text = (CHART / f"values-{place}.yaml").read_text("utf-8") + yaml.safe_dump(rendered(place))
    assert not re.search(r"://[^/\s]*:[^/\s]*@", text)
    for pod in pods(place):
        for variable in (variable for container in pod["containers"] for variable in container["env"]):
            name = variable["name"].removeprefix("ZHUCUN_").lower()
            assert name not in {"postgres_url", "nats_url", "feed_token"}


@pytest.mark.parametrize("place", PLACES)
def test_every_variable_is_a_setting(place: str) -> None:
    known = {f"ZHUCUN_{name.upper()}" for name in Settings.model_fields} | {"ZHUCUN_SECRETS_DIR", "SSL_CERT_FILE"}
    known |= {f"ZHUCUN_{service.upper()}_URL" for service in SERVICES}
    for pod in pods(place):
        assert {variable["name"] for variable in pod["containers"][0]["env"]} <= known


@pytest.mark.parametrize("place", PLACES)
def test_services_listen_over_tls_and_are_asked_over_it(place: str) -> None:
    for pod in pods(place):
        container = pod["containers"][0]
        told = {variable["name"]: variable.get("value") for variable in container["env"]}
        assert {told[f"ZHUCUN_{service.upper()}_URL"] for service in SERVICES} == {
            f"https://zhucun-{service}:8000" for service in SERVICES
        }
        if not container.get("ports"):
            continue
        (mounted,) = [mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/run/zhucun/tls"]
        (secret,) = [volume["secret"] for volume in pod["volumes"] if volume["name"] == mounted]
        assert container["name"] in secret["secretName"]
        assert [told[f"ZHUCUN_TLS_{name}"].removeprefix("/run/zhucun/tls/") for name in ("CERT", "KEY", "CA")] == [
            "tls.crt",
            "tls.key",
            "ca.crt",
        ]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["scheme"] == "HTTPS"
    for item in rendered(place):
        if item["kind"] == "ServiceMonitor":
            (endpoint,) = item["spec"]["endpoints"]
            assert endpoint["scheme"] == "https"
            assert endpoint["tlsConfig"]["serverName"] == item["metadata"]["name"]
        if item["kind"] == "Ingress":
            said = {name.rpartition("/")[2]: value for name, value in item["metadata"]["annotations"].items()}
            assert (said["backend-protocol"], said["proxy-ssl-verify"]) == ("HTTPS", "on")
            assert said["proxy-ssl-name"] == item["metadata"]["name"]
            assert item["spec"]["tls"][0]["secretName"]


def test_plain_http_inside_the_cluster_has_to_be_asked_for() -> None:
    items = rendered("government", tls=False)
    for item in [item for item in items if item["kind"] == "StatefulSet"]:
        container = item["spec"]["template"]["spec"]["containers"][0]
        told = {variable["name"]: variable.get("value") for variable in container["env"]}
        assert told["ZHUCUN_PLAIN_HTTP"] == "true"
        assert "ZHUCUN_TLS_CERT" not in told
        assert container["readinessProbe"]["httpGet"]["scheme"] == "HTTP"
        kubernetes.validate(item, VERSIONS[-1], strict=True)


def test_an_origin_must_be_given() -> None:
    with helm.Chart.load(str(CHART)) as chart, pytest.raises(helm.HelmError, match="origin"):
        chart.render({"oidc": {"issuer": "x", "jwks": "y"}}, name="zhucun", namespace="zhucun")


def test_what_comes_in_and_goes_out_is_named() -> None:
    policies = {item["metadata"]["name"]: item for item in rendered("government") if item["kind"] == "NetworkPolicy"}
    policy, agency = policies["zhucun"], policies["zhucun-agency"]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
    assert ports == {53, 443, 4222, 4318, 5432, 8000}
    assert agency["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "agency"
    assert {port["port"] for rule in agency["spec"]["ingress"] for port in rule["ports"]} == {4222}


def test_what_the_agencies_server_needs_is_what_the_pod_gives_it() -> None:
    (pod,) = [pod for pod in pods("government") if pod["containers"][0]["name"] == "agency"]
    publisher, server = pod["containers"]
    asked = set(re.findall(r"\$([A-Z_]+)\b", (CHART / "files/agencies-server.conf").read_text("utf-8")))
    assert {variable["name"] for variable in server["env"]} == asked - {"SYS"}
    given = {variable["name"]: variable.get("value") for variable in publisher["env"]}
    shared = {mount["mountPath"]: (mount["name"], mount.get("subPath")) for mount in server["volumeMounts"]}
    assert given["ZHUCUN_AGENCY_ACCOUNTS"] == "/var/lib/zhucun/accounts/agencies.conf"
    assert shared["/etc/agencies/publisher/accounts"] == ("state", "accounts")
    assert not [mount for mount in server["volumeMounts"] if mount["name"] in ("settings", "keys")]


def test_traces_go_to_the_collector_that_is_named_and_nowhere_by_default() -> None:
    named = {variable["name"]: variable["value"] for variable in pods("government")[0]["containers"][0]["env"]}
    assert (named["ZHUCUN_TRACE_URL"], named["ZHUCUN_TRACE_RATIO"]) == (
        "http://collector.monitoring:4318/v1/traces",
        "0.1",
    )
    assert "ZHUCUN_TRACE_URL" not in str(rendered("offline"))


def test_streams_and_durables_are_resources_as_they_are_declared_and_nothing_else() -> None:
    """The file of the chart is what the program declares; the chart adds the account and the number of copies."""
    declared = resources(consumers_of(definitions()), readers=READERS, replicas=3)
    assert yaml.safe_load((CHART / "files/bus.yaml").read_text("utf-8")) == declared, "zhucun bus resources writes it"
    made = [item for item in rendered("government") if item["apiVersion"] == "jetstream.nats.io/v1beta2"]
    assert [(item["kind"], item["metadata"]["name"]) for item in made if item["kind"] != "Account"] == [
        (item["kind"], item["metadata"]["name"]) for item in declared["items"]
    ]
    for item, told in zip([item for item in made if item["kind"] != "Account"], declared["items"], strict=True):
        assert item["spec"] == told["spec"] | {"account": "zhucun"}
        assert item["spec"]["preventDelete"]
    assert not [item for item in rendered("offline") if item["apiVersion"] == "jetstream.nats.io/v1beta2"]
