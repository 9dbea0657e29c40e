"""Conversations in which nothing is sold: nobody should be advised there."""

import json
import os
import re
from pathlib import Path

from streaming.types import Speaker

Turns = tuple[tuple[Speaker, str], ...]

_TURN = re.compile(r"\*\*(Agent|Customer):\*\*([^*]+)")
_PARTIES: dict[str, Speaker] = {"Agent": "rep", "Customer": "prospect", "agent": "rep", "caller": "prospect"}


def _folder() -> Path:
    return Path(os.environ.get("ASSIST_DATA", Path(__file__).parents[3] / "shared" / "data"))


def helpdesk() -> dict[str, Turns]:
    """The helpdesk conversations by their id, in its order; empty where the data is absent."""
    found = {}
    for path in sorted(_folder().glob("text/helpdesk/*/*.json")):
        read = json.loads(path.read_text())
        for held in read if isinstance(read, list) else [read]:
            turns = tuple((_PARTIES[who], said.strip()) for who, said in _TURN.findall(held.get("Content", "")))
            if turns:
                found[held["ConversationId"]] = turns
    return dict(sorted(found.items()))


def is_taught(conversation: str) -> bool:
    """Whether the heads learnt from this helpdesk conversation; the others are there to count false alarms on."""
    return int(conversation[:2], 16) % 2 == 0


def bank_calls() -> dict[str, Turns]:
    """What people said in the real bank calls, by name; empty where the data is absent."""
    found = {}
    for path in sorted(_folder().glob("calls/harpervalley/transcript/*.json")):
        said = json.loads(path.read_text())
        found[path.stem] = tuple((_PARTIES[t["speaker_role"]], t["human_transcript"]) for t in said)
    return found
