"""`python -m tests.kubernetes URL TOKEN [DEFINITIONS.yaml …]`: the chart, applied to a real Kubernetes API server.

Every object of every rendering goes there by server-side apply with unknown fields refused, into a namespace of its own
that holds what a restricted one may (Pod Security). DEFINITIONS are those of the operators (NACK, CloudNativePG, the
Prometheus operator); objects without a definition there are told and left out. SSL_CERT_FILE names the server's
authority. Nothing has to run there but the API server and its etcd.
"""

import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import yaml

from tests.deploy.test_chart import PLACES, rendered

APPLY = {"fieldManager": "zhucun-test", "force": "true", "fieldValidation": "Strict"}
AS_YAML = {"Content-Type": "application/apply-patch+yaml"}
ENFORCED = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
ESTABLISHED_SECONDS = 30.0


class Server:
    """One API server; what it refuses ends up in `refused`, one line each."""

    def __init__(self, url: str, token: str) -> None:
        self.refused: list[str] = []
        self.unknown: set[str] = set()
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def version(self) -> str:
        return str(self._client.get("/version").raise_for_status().json()["gitVersion"])

    def apply(self, item: dict[str, Any], namespace: str) -> bool:
        """Whether the server took it."""
        path = self._path(item, namespace)
        if path is None:
            self.unknown.add(f"{item['apiVersion']} {item['kind']}")
            return False
        answer = self._client.patch(path, params=APPLY, headers=AS_YAML, content=yaml.safe_dump(item))
        warnings = answer.headers.get_list("Warning")
        if answer.is_error or warnings:
            said = answer.json().get("message", "") if answer.is_error else "; ".join(warnings)
            self.refused.append(f"{item['kind']} {item['metadata']['name']}: {said}")
        return not answer.is_error

    def define(self, item: dict[str, Any]) -> None:
        """A definition of an operator's objects, once the server serves them."""
        if not self.apply(item, ""):
            return
        deadline = time.monotonic() + ESTABLISHED_SECONDS
        group, version = item["spec"]["group"], item["spec"]["versions"][-1]["name"]
        while self._client.get(f"/apis/{group}/{version}").is_error and time.monotonic() < deadline:
            time.sleep(0.2)

    def delete(self, namespace: str) -> None:
        self._client.delete(f"/api/v1/namespaces/{namespace}").raise_for_status()

    def _path(self, item: dict[str, Any], namespace: str) -> str | None:
        version = item["apiVersion"]
        base = f"/apis/{version}" if "/" in version else f"/api/{version}"
        answer = self._client.get(base)
        served = {} if answer.is_error else {kind["kind"]: kind for kind in answer.json()["resources"][::-1]}
        kind = served.get(item["kind"])
        if kind is None:
            return None
        inside = f"/namespaces/{namespace}" if kind["namespaced"] else ""
        return f"{base}{inside}/{kind['name'].partition('/')[0]}/{item['metadata']['name']}"


def main(url: str, token: str, *definitions: str) -> int:
    """0 when the server took every object without a warning."""
    server = Server(url, token)
    for file in definitions:
        for item in yaml.safe_load_all(Path(file).read_text("utf-8")):
            if item and item["kind"] == "CustomResourceDefinition":
                server.define(item)
    taken = 0
    for place in PLACES:
        namespace = f"zhucun-{place}-{uuid4().hex[:8]}"
        labels = {"name": namespace, "labels": ENFORCED}
        server.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": labels}, "")
        for item in deepcopy(rendered(place)):
            item["metadata"].pop("namespace", None)
            taken += server.apply(item, namespace)
        server.delete(namespace)
    print(f"Kubernetes {server.version()}: {taken} objects taken; refused or warned of: {len(server.refused)}")
    print("\n".join([*server.refused, *(f"no definition there: {kind}" for kind in sorted(server.unknown))]))
    return 1 if server.refused else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
