"""Prometheus, its alerts and Grafana's dashboard: their form, and that every metric they name is one of ours."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

import assist.metrics  # noqa: F401 - names its metrics to the registry
from tests.docker.tools import DOCKER, documents, run, tool

BOARD = DOCKER / "grafana/provisioning/dashboards/assist.json"
SUFFIXES = ("", "_total", "_bucket", "_count", "_sum")


def panels() -> list[dict[str, Any]]:
    """Of the dashboard."""
    found: list[dict[str, Any]] = json.loads(BOARD.read_text())["panels"]
    return found


def named() -> Iterator[tuple[str, str]]:
    """Each file with a metric that it names."""
    files = [BOARD, *(DOCKER / "prometheus").glob("*.yml"), *(DOCKER / "kubernetes").glob("queue-wait-rule.yaml")]
    for path in files:
        yield from ((path.name, name) for name in re.findall(r"\bassist_[a-z0-9_]+", path.read_text()))


def test_every_metric_that_is_named_is_counted() -> None:
    """A panel of a metric that is gone stays empty for ever."""
    known = {family.name + suffix for family in REGISTRY.collect() for suffix in SUFFIXES}
    assert sorted({one for one in named() if one[1] not in known}) == []


def test_prometheus_takes_its_configuration() -> None:
    """And the alerts' rules with it."""
    run(tool("promtool"), "check", "config", DOCKER / "prometheus/prometheus.yml")


def test_alerts_come_when_they_should() -> None:
    """Each is tried on series that were made for it."""
    run(tool("promtool"), "test", "rules", DOCKER / "prometheus/alerts.test.yml")
    rules: Any = documents(DOCKER / "prometheus/alerts.yml")[0]["groups"]
    tried = (DOCKER / "prometheus/alerts.test.yml").read_text()
    assert [
        rule["alert"] for group in rules for rule in group["rules"] if f"alertname: {rule['alert']}" not in tried
    ] == []


def test_the_dashboard_is_one() -> None:
    """Panels have places of their own, a title, and at least one query of the data source that is provisioned."""
    source: Any = documents(DOCKER / "grafana/provisioning/datasources/prometheus.yaml")[0]["datasources"]
    places: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & places, panel["title"]
        places |= cells
        assert panel["title"] and panel["description"] and panel["datasource"]["uid"] == source[0]["uid"]
        assert all(target["expr"] for target in panel["targets"]) and panel["targets"]
    assert len({panel["id"] for panel in panels()}) == len(panels())


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_every_query_can_be_read(panel: dict[str, Any], tmp_path: Any) -> None:
    """By Prometheus itself, as the rule of a recording."""
    rules = [
        {"record": f"panel:{target['refId'].lower()}", "expr": target["expr"].replace("$__rate_interval", "1m")}
        for target in panel["targets"]
    ]
    path = tmp_path / "rules.yml"
    path.write_text(json.dumps({"groups": [{"name": "panel", "rules": rules}]}))
    run(tool("promtool"), "check", "rules", path)
