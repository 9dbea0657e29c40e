"""Scenario files: found by name, read, and checked with line and fix of each fault."""

import difflib
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import msgspec

from assist.playbook_files import Fault, Found, PlaybookError, Source, placed, read
from assist.practice.course import reached
from assist.practice.events import Tried
from assist.practice.scenario import Line, LineName, Scenario, Text, Voice, Ways
from streaming import recording
from streaming.recording import RecordingUnreadable

FILE = "scenario.toml"
SOUNDS = (".ogg", ".wav", ".mp3", ".flac")
KINDS: dict[str, Any] = {
    "title": Text,
    "about": Text,
    "goal": Text,
    "start": str,
    "runs_out": str,
    "prospect": Voice,
    "lines": dict[str, Any],
    "otherwise": Ways,
}


class ScenarioError(Exception):
    """A scenario cannot be played; `faults` holds everything that is wrong with it, the text lists it a line each."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(["the scenario cannot be played:", *map(str, faults)]))
        self.faults = faults


class ScenarioUnknown(Exception):
    """There is no scenario of that name; the text lists those there are."""


class Kept(msgspec.Struct, frozen=True):
    """A scenario and the folder with its file and its sounds."""

    scenario: Scenario
    folder: Path

    def sound_of(self, line: str) -> Path:
        """The file in which they say a line; raises FileNotFoundError."""
        for suffix in SOUNDS:
            path = self.folder / f"{line}{suffix}"
            if path.is_file():
                return path
        raise FileNotFoundError(f"{self.folder} has no sound for the line {line}")


def scenarios(own: Path | None) -> dict[str, Kept]:
    """Those that ship and a team's own by the names of their folders; a team's goes before ours of the same name.

    Raises ScenarioError with the faults of all, or OSError where the team's folder cannot be read.
    """
    shipped = Path(str(resources.files("assist.practice"))) / "scenarios"
    files = [file for folder in (shipped, own) if folder for file in sorted(folder.glob(f"*/{FILE}"))]
    if own is not None and not own.is_dir():
        raise NotADirectoryError(f"practice_dir: there is no folder {own}")
    found: dict[str, Kept] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            found[file.parent.name] = Kept(load(file), file.parent)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(tuple(faults))
    return found


def named(known: Mapping[str, Kept], name: str) -> Kept:
    """One of them. Raises ScenarioUnknown."""
    if name not in known:
        raise ScenarioUnknown(f"there is no scenario {name[:64]!r}; there are: {', '.join(sorted(known))}")
    return known[name]


def load(file: Path) -> Scenario:
    """A scenario's file; what takes long to find out is left to `check`. Raises ScenarioError."""
    try:
        source = read(file)
    except PlaybookError as error:
        raise ScenarioError(error.faults) from None
    found = list(_of_shape(source.tables))
    if not found:
        scenario = msgspec.convert(source.tables, Scenario)
        found = [*_of_ways(scenario), *_of_endings(scenario)]
    if found:
        raise _error(found, source)
    return scenario


def check(file: Path) -> Scenario:
    """As `load`; that each line can be brought about, and its sound be read, as well. Raises ScenarioError."""
    scenario = load(file)
    kept = Kept(scenario, file.parent)
    found = [*_of_reach(scenario), *(fault for name in scenario.lines if (fault := _of_sound(kept, name)))]
    if found:
        raise _error(found, read(file))
    return scenario


def _error(found: list[Found], source: Source) -> ScenarioError:
    return ScenarioError(tuple(placed(fault, (source,)) for fault in found))


def _of_shape(tables: dict[str, Any]) -> Iterator[Found]:
    for name in sorted(tables.keys() - KINDS.keys()):
        yield Found((name,), "is not a key of a scenario", _one_of(name, KINDS))
    for name, kind in KINDS.items():
        if name in tables:
            yield from _of_kind(tables[name], kind, (name,))
        elif name != "otherwise":
            yield Found((name,), "is missing", f"add {name}, as README.md of assist/practice has it")
    lines = tables.get("lines")
    for name, line in lines.items() if isinstance(lines, dict) else ():
        yield from _of_kind(name, LineName, ("lines", name))
        yield from _of_kind(line, Line, ("lines", name))


def _of_kind(value: object, kind: Any, keys: tuple[str, ...]) -> Iterator[Found]:
    """A fault for each field of a table; one for anything else."""
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        for name in sorted(value.keys() - fields.keys()):
            yield Found((*keys, name), "is not a key of this table", _one_of(name, fields))
        for name, field in fields.items():
            if name in value:
                yield from _of_kind(value[name], field.type, (*keys, name))
            elif field.required:
                yield Found((*keys, name), "is missing", f"add {name} = ...")
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        fix = "write it as README.md of assist/practice has it"
        if isinstance(value, dict):
            fix = f"each key is one of {', '.join(get_args(Tried))}"
        yield Found(keys, str(error), fix)


def _of_ways(scenario: Scenario) -> Iterator[Found]:
    """Names of lines that there are not."""
    for key in ("start", "runs_out"):
        yield from _unless_known(scenario, (key,), getattr(scenario, key))
    for tried, names in scenario.otherwise.items():
        for name in names:
            yield from _unless_known(scenario, ("otherwise", tried), name)
    for place, line in scenario.lines.items():
        for tried, names in line.after.items():
            for name in names:
                yield from _unless_known(scenario, ("lines", place, "after", tried), name)


def _unless_known(scenario: Scenario, keys: tuple[str, ...], name: str) -> Iterator[Found]:
    if name not in scenario.lines:
        yield Found(keys, f"names the line {name!r}, which is not there", _one_of(name, scenario.lines), name)


def _of_endings(scenario: Scenario) -> Iterator[Found]:
    """Whatever would let a rep win without labels and a summary, or never end."""
    endings = {name: line for name, line in scenario.lines.items() if line.ending is not None}
    last = scenario.lines.get(scenario.runs_out)
    if last is not None and last.ending != "brushed_off":
        fix = 'give that line ending = "brushed_off"'
        yield Found(("runs_out",), "names a line that does not end the call", fix)
    if not any(line.ending == "understood" for line in endings.values()):
        fix = 'give the line with "that\'s right" ending = "understood"'
        yield Found(("lines",), "has no ending in which they feel understood", fix)
    for name, line in endings.items():
        if line.after:
            fix = "take its ways away, or its ending"
            yield Found(("lines", name, "after"), "goes on behind an ending", fix)
        if line.ending == "understood":
            yield from _of_understood(scenario, name, line)


def _of_understood(scenario: Scenario, name: str, line: Line) -> Iterator[Found]:
    if not line.needs.get("label"):
        fix = "add needs = { label = 2 }, or another number"
        yield Found(("lines", name), "can be earned without a label", fix)
    everywhere: list[tuple[tuple[str, ...], Ways]] = [(("otherwise",), scenario.otherwise)]
    everywhere += [(("lines", place, "after"), other.after) for place, other in scenario.lines.items()]
    for keys, ways in everywhere:
        for tried, names in ways.items():
            if name in names and tried != "summary":
                yield Found((*keys, tried), f"leads to {name!r} without a summary", "let only summary lead there", name)


def _of_reach(scenario: Scenario) -> Iterator[Found]:
    lines = reached(scenario)
    for name in scenario.lines if lines is not None else ():
        if name not in (lines or ()):
            yield Found(("lines", name), "is never said", "let something lead to it, or take it out")


def _of_sound(kept: Kept, name: str) -> Found | None:
    try:
        recording.read((kept.sound_of(name),), 1)
    except FileNotFoundError:
        fix = f"put {name}.ogg beside the file, or .wav, .mp3 or .flac"
        return Found(("lines", name), "has no sound", fix)
    except RecordingUnreadable as error:
        return Found(("lines", name), f"cannot be heard: {error}", "make it mono and play it once yourself")
    return None


def _one_of(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"{f'perhaps you mean {near[0]}; ' if near else ''}use one of {', '.join(known)}"
