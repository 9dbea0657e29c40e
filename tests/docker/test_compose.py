"""The compose files: their form, what hardens them, and that they agree with the server and the proxy."""

import json
from typing import Any

import pytest

from tests.docker.tools import COMPOSE, DOCKER, documents, run, tool

OURS = {"assist", "node-1", "node-2", "node-3"}


def services(name: str) -> dict[str, Any]:
    """Of one file."""
    found: Any = documents(DOCKER / name)[0]["services"]
    return dict(found)


@pytest.mark.parametrize("name", [*COMPOSE, "compose.gpu.yaml"])
def test_it_is_compose(name: str) -> None:
    """By a second reader of the specification, which knows every key and its form."""
    spec = pytest.importorskip("compose_spec", reason="compose-spec is not installed")
    # It knows no merge keys, which YAML's reader resolves.
    spec.PyCompose.from_json(json.dumps(documents(DOCKER / name)[0]))


@pytest.mark.parametrize("name", COMPOSE)
def test_the_linter_finds_no_way_out_of_a_container(name: str) -> None:
    """Rights, users, sockets, ports, files; what is left out is listed with its reason."""
    run(tool("compose-lint"), "--fail-on", "medium", "--config", DOCKER / ".compose-lint.yml", DOCKER / name)


@pytest.mark.parametrize("name", COMPOSE)
def test_our_nodes_can_do_little(name: str) -> None:
    """No rights, nothing to write to but their volume, nobody to talk to but each other, no secret in a variable."""
    for service in (one for key, one in services(name).items() if key in OURS):
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["init"]
        assert "ports" not in service and set(service["networks"]) == {"inside"}
        assert not [key for key in service["environment"] if key.endswith(("_KEY", "_SECRET", "_PASSWORD", "_TOKEN"))]


@pytest.mark.parametrize("name", COMPOSE)
def test_a_node_may_drain(name: str) -> None:
    """It is killed no sooner than it has drained, said goodbye and ended."""
    for service in (one for key, one in services(name).items() if key in OURS):
        assert (
            int(service["stop_grace_period"].removesuffix("s")) >= float(service["environment"]["ASSIST_DRAIN_S"]) + 15
        )


@pytest.mark.parametrize("name", COMPOSE)
def test_the_proxy_knows_every_node_twice(name: str) -> None:
    """By its name, and by the alias under which its readiness is asked for."""
    nodes = services(name)
    names = [key for key in nodes if key in OURS]
    aliases = [alias for key in names for alias in nodes[key]["networks"]["inside"]["aliases"]]
    told = nodes["proxy"]["environment"]
    assert told["NODES"].split() == [f"{name}:8765" for name in names]
    assert told["CALLS"].split() == [f"{alias}:8765" for alias in aliases]
