"""The manifests: their form by Kubernetes' own schemas, and what must agree between them and with the server."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

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


def test_the_autoscaler_goes_by_a_metric_that_there_is() -> None:
    """The rule makes it out of ours."""
    rule: Any = documents(FOLDER / "queue-wait-rule.yaml")[0]["rules"]
    scaler = next(resources("HorizontalPodAutoscaler"))["spec"]["metrics"][0]["pods"]["metric"]["name"]
    assert [one["name"]["as"] for one in rule["custom"]] == [scaler]
