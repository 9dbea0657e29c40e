"""What the practice page fetches: the list, the sounds, and nothing else."""

import json
from typing import Any

import pytest

from assist.practice.pages import page
from assist.practice.scenario_files import scenarios

KNOWN = scenarios(None)


def test_the_list_has_what_the_rep_may_know() -> None:
    """Whom they call, why, and a hint a line; not where each way leads."""
    found = page("/practice/scenarios.json", KNOWN)
    assert found is not None and found.content_type == "application/json"
    told: list[dict[str, Any]] = json.loads(found.body)
    assert [one["name"] for one in told] == list(KNOWN)
    price = next(one for one in told if one["name"] == "price")
    assert price["prospect"] == "Renee Castillo" and "opening" in price["hints"]
    assert price.keys() == {"name", "title", "about", "goal", "prospect", "company", "hints"}
    assert "send_it" not in price["hints"], "behind an ending there is nothing to try"


def test_each_line_has_its_sound() -> None:
    """As a browser plays it."""
    found = page("/practice/price/opening", KNOWN)
    assert found is not None and found.body.startswith(b"OggS") and found.content_type == "audio/ogg"


@pytest.mark.parametrize(
    "path",
    [
        *("/practice/", "/practice/price", "/practice/price/", "/practice/price/none", "/practice/none/opening"),
        *("/practice/price/scenario.toml", "/practice/../price/opening", "/practice/price/../price/opening"),
    ],
)
def test_nothing_else_is_there(path: str) -> None:
    """No file but a line's sound, and no way out of the folder."""
    assert page(path, KNOWN) is None
