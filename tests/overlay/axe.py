"""axe-core, as a package of ours carries it, run on a page."""

from functools import cache
from importlib.resources import files

from tests.chromium import Inspector


async def violations(inspector: Inspector) -> list[str]:
    """What axe finds wrong, a line each: the rule, and where."""
    await inspector.run(_source())
    found = await inspector.run("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
