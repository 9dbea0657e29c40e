"""A playbook's files: read, laid over one another, and the place of each fault found in them."""

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong in a playbook; `line` counts from 1 and is None where it could not be found."""

    file: str
    line: int | None
    where: str
    wrong: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.where or 'file'}: {self.wrong}; {self.fix}"


class PlaybookError(Exception):
    """The playbook cannot be used; `faults` holds everything that is wrong with it, the text lists it a line each."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(["the playbook cannot be used:", *map(str, faults)]))
        self.faults = faults


class Source(msgspec.Struct, frozen=True):
    """A playbook file as read."""

    name: str
    text: str
    tables: dict[str, Any]


class Found(msgspec.Struct, frozen=True):
    """A fault before its place in the files is known; `value` is the wrong text itself, if it is one of a list."""

    keys: tuple[str, ...]
    wrong: str
    fix: str
    value: str = ""


def bundled() -> Source:
    """The playbook that ships."""
    text = resources.files("assist").joinpath("playbook.toml").read_text("utf-8")
    return Source("playbook.toml", text, tomllib.loads(text))


def read(path: Path) -> Source:
    """A team's file; raises PlaybookError where it is none."""
    try:
        # Notepad starts a file with a byte order mark, which TOML does not allow.
        text = path.read_text("utf-8-sig")
        return Source(str(path), text, tomllib.loads(text))
    except OSError as error:
        reason, line, fix = f"cannot be read: {error.strerror}", None, "check the path and who may read it"
    except UnicodeDecodeError as error:
        reason, line, fix = f"is not UTF-8: {error.reason}", None, "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        reason, line, fix = f"is not TOML: {error}", int(at[1]) if at else None, "mend the file there or just before"
    raise PlaybookError((Fault(str(path), line, "", reason, fix),))


def merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """One file laid over another, key by key; where their order tells, what lies over comes first."""
    both = {
        key: merged(under[key], value) if isinstance(value, dict) and isinstance(under.get(key), dict) else value
        for key, value in over.items()
    }
    return both | {key: value for key, value in under.items() if key not in both}


def leaving_room(tables: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """What lies under a file, without that which would be said before, or in spite of, the labels that it has."""
    cues, mine = tables.get("cues", {}), over.get("cues", {})
    left = dict(cues)
    for name in cues.keys() & mine.keys() if isinstance(mine, dict) else ():
        labels = mine[name].get("labels") if isinstance(mine[name], dict) else None
        gone = () if labels is None else ("when",) if labels else ("when", "own")
        left[name] = {key: value for key, value in cues[name].items() if key not in gone}
    return tables | {"cues": left} if cues else tables


def placed(fault: Found, sources: tuple[Source, ...]) -> Fault:
    """A fault with its file and line."""
    # The team's file comes last and wins a tie, since its keys are the ones that count.
    source = max(reversed(sources), key=lambda source: _depth(source.tables, fault.keys))
    return Fault(source.name, _line(source.text, fault), ".".join(fault.keys), fault.wrong, fault.fix)


def _depth(tables: object, keys: tuple[str, ...]) -> int:
    """How many of the keys, one inside the other, a file has."""
    if not keys or not isinstance(tables, dict) or keys[0] not in tables:
        return 0
    return 1 + _depth(tables[keys[0]], keys[1:])


def _line(text: str, fault: Found) -> int | None:
    """The line of the key, or of the table nearest to it; `tomllib` keeps no positions, so it is looked for."""
    table: tuple[str, ...] = ()
    best: tuple[str, ...] = ()
    found = None
    for number, line in enumerate(text.splitlines(), 1):
        here: tuple[str, ...] = ()
        if header := re.match(r"\s*\[([^\[\]\"]+)\]\s*(?:#|$)", line):
            here = table = tuple(part.strip() for part in header[1].split("."))
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            here = (*table, key[1])
        if len(here) > len(best) and fault.keys[: len(here)] == here:
            best, found = here, number
        if best == fault.keys and fault.value and fault.value in line:
            return number
    return found
