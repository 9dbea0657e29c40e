"""Loads and checks the playbook: the wordings and numbers a sales team edits."""

import re
import tomllib
from collections.abc import Callable, Collection
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from assist.mirrors import faults_of_mirror_word
from assist.sentence_rules import faults_of_label, faults_of_question

Rules = Callable[[str], tuple[str, ...]]
Share = Annotated[float, Meta(ge=0, le=1)]
Text = Annotated[str, Meta(min_length=1)]
WordCount = Annotated[int, Meta(ge=1, le=100)]
DurationMs = Annotated[int, Meta(ge=0, le=3_600_000)]


class Pace(msgspec.Struct, frozen=True):
    """Table `advice`: how sure a detector must be, and how often the rep is spoken to. Confidence is 0..1."""

    min_confidence: Share
    min_confidence_tentative: Share
    cool_down_ms: DurationMs
    life_ms: Annotated[int, Meta(ge=1, le=3_600_000)]
    same_concern_ms: DurationMs


class MirrorRules(msgspec.Struct, frozen=True):
    """Table `mirrors`: the words worth repeating, and where they are looked for."""

    reach_words: WordCount
    utterance_words: WordCount
    words: tuple[str, ...]


class Wordings(msgspec.Struct, frozen=True):
    """Table `cues.NAME`: what may be said when this cue is heard. Empty `labels` and `questions` mean silence."""

    weight: Annotated[int, Meta(ge=0, le=100)]
    concern: Text
    can_mirror: bool = False
    at_pause: bool = False
    labels: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


class Playbook(msgspec.Struct, frozen=True):
    """All that advice is told by the team; `cues` is keyed by the cue's name."""

    advice: Pace
    mirrors: MirrorRules
    cues: dict[str, Wordings]


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


def load(path: Path | None) -> Playbook:
    """The bundled playbook, overridden key by key by the TOML file at `path`; raises PlaybookError with every fault."""
    return check(path, known_cues=None)


def check(path: Path | None, known_cues: Collection[str] | None) -> Playbook:
    """As `load`; with the names that the detectors hear, one without entry, or an entry for none, is a fault too."""
    sources = [_bundled()] if path is None else [_bundled(), _read(path)]
    tables: dict[str, Any] = {}
    for source in sources:
        tables = _merged(tables, source.tables)
    builder = _Builder()
    playbook = builder.playbook(tables)
    if known_cues is not None:
        builder.compare_names(tables.get("cues"), known_cues)
    if playbook is None or builder.faults:
        raise PlaybookError(tuple(_placed(fault, sources) for fault in builder.faults))
    return playbook


class _Source(msgspec.Struct, frozen=True):
    """A playbook file as read."""

    name: str
    text: str
    tables: dict[str, Any]


class _Found(msgspec.Struct, frozen=True):
    """A fault before its place in the files is known; `value` is the wrong text itself, if it is one of a list."""

    keys: tuple[str, ...]
    wrong: str
    fix: str
    value: str = ""


class _Builder:
    """Turns tables into a Playbook and collects faults on the way, instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[_Found] = []

    def playbook(self, tables: dict[str, Any]) -> Playbook | None:
        sections = Playbook.__struct_fields__
        for name in sorted(tables.keys() - set(sections)):
            self._add((name,), "is not a table of a playbook", f"use one of {', '.join(sections)}")
        advice = self._fields(Pace, tables.get("advice", {}), ("advice",))
        mirrors = self._fields(MirrorRules, tables.get("mirrors", {}), ("mirrors",))
        cues = tables.get("cues", {})
        if not isinstance(cues, dict):
            self._add(("cues",), "is not a table", "write [cues.NAME] tables")
            cues = {}
        wordings = {name: self._fields(Wordings, table, ("cues", name)) for name, table in cues.items()}
        self._judge(advice, mirrors, wordings)
        if self.faults:
            return None
        return Playbook(
            advice=Pace(**advice),
            mirrors=MirrorRules(**mirrors),
            cues={name: Wordings(**fields) for name, fields in wordings.items()},
        )

    def compare_names(self, cues: object, known_cues: Collection[str]) -> None:
        entries = set(cues) if isinstance(cues, dict) else set()
        for name in sorted(set(known_cues) - entries):
            self._add(("cues", name), "is missing though a detector hears it", "add the table with weight and concern")
        for name in sorted(entries - set(known_cues)):
            self._add(("cues", name), "is heard by no detector", f"use one of {', '.join(sorted(known_cues))}")

    def _fields(self, kind: type[msgspec.Struct], table: object, keys: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(table, dict):
            self._add(keys, "is not a table", f"write it as [{'.'.join(keys)}]")
            return {}
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        for name in sorted(table.keys() - fields.keys()):
            self._add((*keys, name), "is not a key of this table", f"use one of {', '.join(fields)}")
        values: dict[str, Any] = {}
        for name, field in fields.items():
            if name in table:
                try:
                    values[name] = msgspec.convert(table[name], field.type)
                except msgspec.ValidationError as error:
                    self._add((*keys, name), str(error), "see this key in the bundled playbook.toml")
            elif field.required:
                self._add((*keys, name), "is missing", "see this key in the bundled playbook.toml")
        return values

    def _judge(self, advice: dict[str, Any], mirrors: dict[str, Any], cues: dict[str, dict[str, Any]]) -> None:
        if advice.get("min_confidence_tentative", 1) < advice.get("min_confidence", 0):
            fix = "make words that may still change need at least as much as firm ones"
            self._add(("advice", "min_confidence_tentative"), "is below min_confidence", fix)
        for word in mirrors.get("words", ()):
            for wrong in faults_of_mirror_word(word):
                self._add(("mirrors", "words"), f"{word!r} {wrong}", "leave it out", word)
        for name, fields in cues.items():
            self._judge_texts(("cues", name, "labels"), fields.get("labels", ()), faults_of_label)
            self._judge_texts(("cues", name, "questions"), fields.get("questions", ()), faults_of_question)

    def _judge_texts(self, keys: tuple[str, ...], texts: tuple[str, ...], rules: Rules) -> None:
        for text in texts:
            for wrong in rules(text):
                self._add(keys, f"{text!r} {wrong}", "reword it", text)
        for text in sorted({text for text in texts if texts.count(text) > 1}):
            self._add(keys, f"{text!r} is there more than once", "leave one", text)

    def _add(self, keys: tuple[str, ...], wrong: str, fix: str, value: str = "") -> None:
        self.faults.append(_Found(keys, wrong, fix, value))


def _bundled() -> _Source:
    text = resources.files("assist").joinpath("playbook.toml").read_text("utf-8")
    return _Source("playbook.toml", text, tomllib.loads(text))


def _read(path: Path) -> _Source:
    try:
        # Notepad starts a file with a byte order mark, which TOML does not allow.
        text = path.read_text("utf-8-sig")
        return _Source(str(path), text, tomllib.loads(text))
    except OSError as error:
        reason, line, fix = f"cannot be read: {error.strerror}", None, "check the path and who may read it"
    except UnicodeDecodeError as error:
        reason, line, fix = f"is not UTF-8: {error.reason}", None, "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        reason, line, fix = f"is not TOML: {error}", int(at[1]) if at else None, "mend the file there or just before"
    raise PlaybookError((Fault(str(path), line, "", reason, fix),))


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(under[key], value) if isinstance(value, dict) and isinstance(under.get(key), dict) else value
        for key, value in over.items()
    }
    return under | both


def _placed(fault: _Found, sources: list[_Source]) -> Fault:
    # The team's file comes last and wins a tie, since its keys are the ones that count.
    source = max(reversed(sources), key=lambda source: _depth(source.tables, fault.keys))
    return Fault(source.name, _line(source.text, fault), ".".join(fault.keys), fault.wrong, fault.fix)


def _depth(tables: object, keys: tuple[str, ...]) -> int:
    """How many of the keys, one inside the other, a file has."""
    if not keys or not isinstance(tables, dict) or keys[0] not in tables:
        return 0
    return 1 + _depth(tables[keys[0]], keys[1:])


def _line(text: str, fault: _Found) -> int | None:
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
