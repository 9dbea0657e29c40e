"""Loads and checks the playbook: the wordings and numbers a sales team edits."""

import difflib
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import Meta

from assist.mirrors import faults_of_mirror_word
from assist.playbook_files import Found, PlaybookError, bundled, leaving_room, merged, placed, read
from assist.playbook_rules import CallRules, CoachingRules, ConsentRules, DurationMs, Policy, PreparationRules, Share
from assist.playbook_talk import (
    Audit,
    Case,
    MirrorRules,
    SummaryRules,
    faults_of_audit,
    faults_of_foretold,
    faults_of_opening,
    faults_of_own,
    names_in,
)
from assist.sentence_rules import faults_of_label, faults_of_no_question, faults_of_question

Rules = Callable[[str], tuple[str, ...]]
Text = Annotated[str, Meta(min_length=1)]


class Pace(msgspec.Struct, frozen=True):
    """Table `advice`: how sure a detector must be, and how often the rep is spoken to. Confidence is 0..1."""

    min_confidence: Share
    min_confidence_tentative: Share
    cool_down_ms: DurationMs
    life_ms: Annotated[int, Meta(ge=1, le=3_600_000)]
    same_concern_ms: DurationMs


class Wordings(msgspec.Struct, frozen=True):
    """Table `cues.NAME`: what may be said when this cue is heard. Empty lists mean silence.

    `own` are labels with a slot for their words, tried first; then come those of the first case in `when` of which they
    spoke, then `labels`, which hold for the whole class, best first.
    `no_oriented` are questions to say no to.
    """

    weight: Annotated[int, Meta(ge=0, le=100)]
    concern: Text
    can_mirror: bool = False
    at_pause: bool = False
    own: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    no_oriented: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    when: dict[str, Case] = {}


class Playbook(msgspec.Struct, frozen=True):
    """All that advice is told by the team; `cues` is keyed by the cue's name."""

    advice: Pace
    call: CallRules
    consent: ConsentRules
    preparation: PreparationRules
    mirrors: MirrorRules
    summary: SummaryRules
    audits: dict[str, Audit]
    policy: Policy
    coaching: CoachingRules
    cues: dict[str, Wordings]

    def raising(self, names: frozenset[str]) -> "Playbook":
        """The same, with more weight for these cues."""
        raised = {
            name: msgspec.structs.replace(entry, weight=min(100, entry.weight + self.policy.foreseen_adds))
            for name, entry in self.cues.items()
            if name in names
        }
        return msgspec.structs.replace(self, cues=self.cues | raised) if raised else self


def load(path: Path | None) -> Playbook:
    """The bundled playbook, overridden key by key by the TOML file at `path`; raises PlaybookError with every fault."""
    return check(path, known_cues=None)


def check(path: Path | None, known_cues: Collection[str] | None) -> Playbook:
    """As `load`; with the names that the detectors hear, one without entry, or an entry for none, is a fault too."""
    shipped = bundled()
    sources = (shipped,) if path is None else (shipped, read(path))
    tables: dict[str, Any] = {}
    for source in sources:
        tables = merged(leaving_room(tables, source.tables), source.tables)
    builder = _Builder(shipped.tables)
    playbook = builder.playbook(tables)
    if known_cues is not None:
        builder.compare_names(tables.get("cues"), known_cues)
    if playbook is None or builder.faults:
        raise PlaybookError(tuple(placed(fault, sources) for fault in builder.faults))
    return playbook


class _Builder:
    """Turns tables into a Playbook and collects faults on the way; `shipped` is what good ones look like."""

    def __init__(self, shipped: dict[str, Any]) -> None:
        self.faults: list[Found] = []
        self._shipped = shipped

    def playbook(self, tables: dict[str, Any]) -> Playbook | None:
        sections = Playbook.__struct_fields__
        for name in sorted(tables.keys() - set(sections)):
            self._add((name,), "is not a table of a playbook", _one_of(name, sections))
        kinds: dict[str, type[msgspec.Struct]] = {
            "advice": Pace,
            "call": CallRules,
            "consent": ConsentRules,
            "preparation": PreparationRules,
            "mirrors": MirrorRules,
            "summary": SummaryRules,
            "policy": Policy,
            "coaching": CoachingRules,
        }
        found = {name: self._fields(kind, tables.get(name, {}), (name,)) for name, kind in kinds.items()}
        cues = tables.get("cues", {})
        if not isinstance(cues, dict):
            self._add(("cues",), "is not a table", "write [cues.NAME] tables")
            cues = {}
        wordings = {name: self._fields(Wordings, table, ("cues", name)) for name, table in cues.items()}
        self._judge(found, wordings)
        self._judge_audits(tables.get("audits", {}), wordings)
        return None if self.faults else msgspec.convert(tables, Playbook)

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
            self._add((*keys, name), "is not a key of this table", _one_of(name, fields))
        values: dict[str, Any] = {}
        for name, field in fields.items():
            here = (*keys, name)
            if name not in table:
                if field.required:
                    self._add(here, "is missing", self._as_shipped(here))
            else:
                values |= self._field(field.type, table[name], here)
        return values

    def _field(self, kind: Any, value: object, keys: tuple[str, ...]) -> dict[str, Any]:
        """A value of that kind under its name; empty, and a fault, where it is none."""
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return {keys[-1]: self._fields(kind, value, keys)}
        if get_origin(kind) is dict and isinstance(value, dict):
            each = get_args(kind)[1]
            return {keys[-1]: {name: self._fields(each, table, (*keys, name)) for name, table in value.items()}}
        try:
            return {keys[-1]: msgspec.convert(value, kind)}
        except msgspec.ValidationError as error:
            self._add(keys, str(error), self._as_shipped(keys))
            return {}

    def _as_shipped(self, keys: tuple[str, ...]) -> str:
        """How the bundled playbook writes this key, or another's for a cue or a case of the team's own."""
        another = (keys[0], "price", "when", "worth")[: len(keys) - 1]
        value = _at(self._shipped, keys) or _at(self._shipped, (*another, keys[-1]))
        return f"write it like the bundled playbook, {keys[-1]} = {msgspec.json.encode(value).decode()[:80]}"

    def _judge(self, found: dict[str, dict[str, Any]], cues: dict[str, dict[str, Any]]) -> None:
        advice, policy, mirrors = found["advice"], found["policy"], found["mirrors"]
        if advice.get("min_confidence_tentative", 1) < advice.get("min_confidence", 0):
            fix = "make words that may still change need at least as much as firm ones"
            self._add(("advice", "min_confidence_tentative"), "is below min_confidence", fix)
        least = policy.get("least_worth", 0)
        for name, fields in cues.items():
            if fields.get("weight", least) < least and (fields.get("labels") or fields.get("questions")):
                fix = f"give it {least:g} or more; to be silent about it, write labels = [] and questions = []"
                self._add(("cues", name, "weight"), "is below policy.least_worth, so it would never be shown", fix)
        for word in mirrors.get("words", ()):
            for wrong in faults_of_mirror_word(word):
                self._add(("mirrors", "words"), f"{word!r} {wrong}", "leave it out", word)
        self._judge_summary(found["summary"], cues)
        for name in ("fears", "pressures"):
            self._judge_texts(("preparation", name), found["preparation"].get(name, ()), faults_of_foretold)
        for name, fields in cues.items():
            self._judge_wordings(name, fields, cues)

    def _judge_summary(self, fields: dict[str, Any], cues: Collection[str]) -> None:
        self._judge_texts(("summary", "openings"), fields.get("openings", ()), faults_of_opening)
        for key, name in ((key, name) for key, name in names_in(fields) if name not in cues):
            self._add(("summary", key), f"{name!r} is the name of no cue", _one_of(name, cues), name)

    def _judge_wordings(self, name: str, fields: dict[str, Any], cues: Collection[str]) -> None:
        self._judge_texts(("cues", name, "labels"), fields.get("labels", ()), faults_of_label)
        for case, its in fields.get("when", {}).items():
            self._judge_case(("cues", name, "when", case), its, cues)
        self._judge_texts(("cues", name, "own"), fields.get("own", ()), faults_of_own)
        self._judge_texts(("cues", name, "no_oriented"), fields.get("no_oriented", ()), faults_of_no_question)
        self._judge_texts(("cues", name, "questions"), fields.get("questions", ()), faults_of_question)

    def _judge_case(self, keys: tuple[str, ...], fields: dict[str, Any], cues: Collection[str]) -> None:
        self._judge_texts((*keys, "labels"), fields.get("labels", ()), faults_of_label)
        is_ours = _at(self._shipped, keys) is not None  # told by what is meant
        if not is_ours and not fields.get("said") and not fields.get("after"):
            here = (*keys, "said")
            self._add(here, "is missing or empty, as is after, so it never holds", self._as_shipped(here))
        for name in (name for name in fields.get("after", ()) if name not in cues):
            self._add((*keys, "after"), f"{name!r} is the name of no cue", _one_of(name, cues), name)

    def _judge_audits(self, audits: object, cues: Collection[str]) -> None:
        for name, table in audits.items() if isinstance(audits, dict) else ():
            fields = self._fields(Audit, table, ("audits", name))
            self._judge_texts(("audits", name, "labels"), fields.get("labels", ()), faults_of_audit)
            if name not in cues:
                self._add(("audits", name), "forestalls no cue", f"use one of {', '.join(sorted(cues))}")

    def _judge_texts(self, keys: tuple[str, ...], texts: tuple[str, ...], rules: Rules) -> None:
        for text in texts:
            for wrong in rules(text):
                self._add(keys, f"{text!r} {wrong}", "reword it", text)
        for text in sorted({text for text in texts if texts.count(text) > 1}):
            self._add(keys, f"{text!r} is there more than once", "leave one", text)

    def _add(self, keys: tuple[str, ...], wrong: str, fix: str, value: str = "") -> None:
        self.faults.append(Found(keys, wrong, fix, value))


def _at(tables: Any, keys: tuple[str, ...]) -> Any:
    """What stands there; nothing if there is no such place."""
    for key in keys:
        tables = tables.get(key) if isinstance(tables, dict) else None
    return tables


def _one_of(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"{f'perhaps you mean {near[0]}; ' if near else ''}use one of {', '.join(known)}"
