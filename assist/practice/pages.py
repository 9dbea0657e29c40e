"""What the practice page fetches: the list of scenarios, and the sound of each line at `/practice/<name>/<line>`."""

import mimetypes
from collections.abc import Mapping

import msgspec

from assist.practice.scenario_files import Kept
from streaming.product import Page

PREFIX = "/practice/"
LIST = f"{PREFIX}scenarios.json"


class Told(msgspec.Struct, frozen=True):
    """A scenario as the page is told it; `hints` by line, those that have one."""

    name: str
    title: str
    about: str
    goal: str
    prospect: str
    company: str
    hints: dict[str, str]


def page(path: str, known: Mapping[str, Kept]) -> Page | None:
    """The page at a path of ours, if there is one. Reads a file: call it where waiting is no harm."""
    if path == LIST:
        return Page("application/json", msgspec.json.encode([_told(name, kept) for name, kept in known.items()]))
    name, _, line = path.removeprefix(PREFIX).partition("/")
    if name not in known or line not in known[name].scenario.lines:
        return None
    try:
        sound = known[name].sound_of(line)
        return Page(mimetypes.guess_type(sound.name)[0] or "audio/ogg", sound.read_bytes())
    except OSError:
        return None


def _told(name: str, kept: Kept) -> Told:
    scenario, who = kept.scenario, kept.scenario.prospect
    hints = {line: told.hint for line, told in scenario.lines.items() if told.hint}
    return Told(name, scenario.title, scenario.about, scenario.goal, who.name, who.company, hints)
