"""The manifests: their form by Kubernetes' own schemas, and what must agree between them and with the server."""

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

import assist.metrics  # noqa: F401 - names its metrics to the registry
from streaming.plain_get import BUILT_IN_PATHS
from tests.docker.tools import DOCKER, documents, run

FOLDER = DOCKER / "kubernetes"
LISTED: Any = documents(FOLDER / "kustomization.yaml")[0]["resources"]


def resources(kind: str) -> Iterator[dict[str, Any]]:
    """All of one kind."""
    for name in LISTED:
        yield from (one for one in documents(FOLDER / name) if one["kind"] == kind)


def nodes() -> dict[str, Any]:
    """The specification of a node's pod."""
    found: dict[str, Any] = next(resources("Deployment"))["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("name", LISTED)
def test_it_is_what_kubernetes_takes(name: str) -> None:
    """Strictly: a key that is not known is an error."""
    kubernetes = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    for document in documents(FOLDER / name):
        kubernetes.validate(document, kubernetes.latest_version(), strict=True)


def test_it_goes_together() -> None:
    """By kubectl, where it is."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    assert "kind: Deployment" in run("kubectl", "kustomize", FOLDER)


def test_a_node_may_drain() -> None:
    """The time that it is given covers preStop, the drain and the goodbyes."""
    drain_s = float(next(resources("ConfigMap"))["data"]["ASSIST_DRAIN_S"])
    pause_s = nodes()["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert nodes()["terminationGracePeriodSeconds"] >= drain_s + pause_s + 15


def test_probes_ask_what_they_mean() -> None:
    """A full node is no dead one; and it is taken out before preStop is over."""
    container = nodes()["containers"][0]
    assert container["livenessProbe"]["httpGet"]["path"] == container["startupProbe"]["httpGet"]["path"] == "/livez"
    ready = container["readinessProbe"]
    assert ready["httpGet"]["path"] == "/readyz"
    seen_s = ready["periodSeconds"] * ready["failureThreshold"] + ready["timeoutSeconds"]
    assert seen_s <= container["lifecycle"]["preStop"]["sleep"]["seconds"]


def test_a_node_can_do_little() -> None:
    """As the image allows it, and as the namespace's policy (restricted) demands."""
    secured = nodes()["containers"][0]["securityContext"]
    assert secured["readOnlyRootFilesystem"] and secured["capabilities"] == {"drop": ["ALL"]}
    assert nodes()["securityContext"]["runAsNonRoot"] and not nodes()["automountServiceAccountToken"]


def test_the_autoscaler_goes_by_metrics_that_there_are() -> None:
    """The rule passes ours on, those alone and under their names."""
    rules: Any = documents(FOLDER / "queue-wait-rule.yaml")[0]["rules"]
    (rule,) = rules["custom"]
    passed_on = re.search('__name__=~"(.+?)"', rule["seriesQuery"])
    assert passed_on is not None and "name" not in rule
    scaler = next(resources("HorizontalPodAutoscaler"))["spec"]["metrics"]
    named = {one["pods"]["metric"]["name"] for one in scaler}
    assert named == {family.name for family in REGISTRY.collect() if re.fullmatch(passed_on[1], family.name)}
    assert named == {"assist_pass_wait_p95_seconds", "assist_overload_step"}


def test_a_full_node_is_reached_by_all_but_new_calls() -> None:
    """Overlays, and where all are full the sources that come back, by a service that does not ask for readiness."""
    services = {
        one["metadata"]["name"]: one["spec"] for one in resources("Service") if "assist" in one["metadata"]["name"]
    }
    assert {name: spec.get("publishNotReadyAddresses", False) for name, spec in services.items()} == {
        "assist": False,
        "assist-alive": True,
    }
    ingress = next(resources("Ingress"))
    paths = ingress["spec"]["rules"][0]["http"]["paths"]
    assert {one["path"]: one["backend"]["service"]["name"] for one in paths} == {
        "/call/": "assist",
        **dict.fromkeys(BUILT_IN_PATHS, "assist"),
        "/": "assist-alive",
    }
    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/default-backend"] == "assist-alive"
