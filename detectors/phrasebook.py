"""Listens for the classes of one phrasebook: a TOML file of patterns, read and compiled once."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec

from detectors.contract import Cue, CueKind, Turn
from detectors.grammar import Pattern, PatternError, Tongue, compile_pattern
from detectors.speech import Rule, Spoken, speech, spell, spoken
from streaming.types import Word, Words, text_of

CONFIDENCE = {"sure": 0.9, "likely": 0.7, "faint": 0.5}
"""What a match is worth, by the list its pattern stands in."""

LEAST_CONFIDENCE = 0.3
"""A cue worth less is not told."""

LONGEST_QUOTE_WORDS = 12
_SMALL_WORDS = "(?:~[^ .?]+ )*"
_SKIPPED = re.compile(_SMALL_WORDS)


class AfterRep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the rep's last turn matches one of `said`, a cue is worth `adds` more (or less)."""

    said: str
    adds: float


class ClassFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class as written: patterns, one a line, by strength; what unmakes them; what the rep's turn does to them."""

    sure: str = ""
    likely: str = ""
    faint: str = ""
    unless_before: str = ""
    unless_after: str = ""
    after_rep: tuple[AfterRep, ...] = ()


class BookFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole phrasebook as written. At most `at_most` classes, the surest, are told of one utterance."""

    kind: CueKind
    at_most: int
    classes: dict[str, ClassFile]
    families: dict[str, str] = {}


class Voiding(msgspec.Struct, frozen=True):
    """What unmakes a match: `before` ends where the match starts, `after` starts where it ends."""

    before: tuple[Pattern, ...]
    after: tuple[Pattern, ...]


class Listening(msgspec.Struct, frozen=True):
    """One pattern of one class."""

    name: str
    pattern: Pattern
    confidence: float


class Match(msgspec.Struct, frozen=True):
    """Where in a spoken line a class was heard; `start` and `end` count characters of the line."""

    name: str
    confidence: float
    start: int
    end: int


class Found(msgspec.Struct, frozen=True):
    """A class that was heard in the words from `first` to `last`, counted from the utterance's beginning."""

    name: str
    confidence: float
    first: int
    last: int


class Phrasebook(msgspec.Struct, frozen=True):
    """A compiled phrasebook; it is the detector itself."""

    kind: CueKind
    at_most: int
    by_key: dict[str, tuple[Listening, ...]]
    voidings: dict[str, tuple[Voiding, ...]]
    after_rep: dict[str, tuple[tuple[tuple[Pattern, ...], float], ...]]

    @property
    def names(self) -> frozenset[str]:
        """The classes it may hear."""
        return frozenset(self.voidings)

    def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
        """The prospect's cues in one utterance, at most one a class, in the order of their quotes."""
        if words.speaker != "prospect":
            return ()
        return self.tell(self.found(words.all, before), words)

    def found(self, said: tuple[Word, ...], before: tuple[Turn, ...]) -> tuple[Found, ...]:
        """The best match of each class that nothing beside it unmakes, weighed by what the rep said last."""
        heard = spoken(tuple(word.text for word in said))
        best: dict[str, Match] = {}
        for match in sorted(self._matches(heard), key=_rank):
            if match.name not in best and not any(_is_void(heard, match, v) for v in self.voidings[match.name]):
                best[match.name] = match
        weighed = (_weighed(match, self.after_rep.get(match.name, ()), before) for match in best.values())
        return tuple(_found(match, heard) for match in weighed if match.confidence >= LEAST_CONFIDENCE)

    def tell(self, found: Iterable[Found], words: Words) -> tuple[Cue, ...]:
        """The surest of them, at most `at_most`, as cues in the order of their quotes."""
        told = sorted(found, key=lambda f: (-f.confidence, f.first, f.first - f.last))[: self.at_most]
        return tuple(_cue(self.kind, f, words) for f in sorted(told, key=lambda f: f.first))

    def _matches(self, heard: Spoken) -> Iterator[Match]:
        for key in sorted(heard.keys & self.by_key.keys()):
            for listening in self.by_key[key]:
                if listening.pattern.may_match(heard.keys):
                    for hit in listening.pattern.regex.finditer(heard.line):
                        yield Match(listening.name, listening.confidence, hit.start() + 1, hit.end())


@cache
def read(file_name: str) -> Phrasebook:
    """The phrasebook in `detectors/<file_name>`, compiled once a process.

    Raises PatternError (where, what, what to do), or msgspec's error for a field that is unknown or of a wrong type.
    """
    written = files("detectors").joinpath(file_name).read_bytes()
    return compile_book(msgspec.toml.decode(written, type=BookFile), file_name)


def compile_book(book: BookFile, file_name: str) -> Phrasebook:
    """Compiles what was read from `file_name`; raises PatternError naming file and class."""
    tongue = _tongue(book.families)
    by_key: dict[str, list[Listening]] = {}
    voidings, after_rep = {}, {}
    shared = _shared_voidings()
    for name, written in book.classes.items():
        try:
            for listening in _listenings(name, written, tongue):
                for key in listening.pattern.needs[0]:
                    by_key.setdefault(key, []).append(listening)
            own = Rule(name, written.unless_before, written.unless_after)
            voidings[name] = (*shared, _voiding(own, tongue))
            after_rep[name] = tuple((_patterns(rule.said, tongue), rule.adds) for rule in written.after_rep)
        except PatternError as error:
            raise PatternError(f"{file_name}, class {name}: {error}") from None
    indexed = {key: tuple(found) for key, found in by_key.items()}
    return Phrasebook(book.kind, book.at_most, indexed, voidings, after_rep)


def _tongue(families: dict[str, str]) -> Tongue:
    rules = speech()
    plain = rules.light | {word for text in rules.small for word in spell(text)}
    plain |= {"not", "do", "what", "my", "can", "in", "on", "for", "with", "get", "0", "one", "want", "know", "need"}
    return Tongue({**rules.families, **families}, spell, plain, rules.openers, rules.joints)


def _patterns(lines: str, tongue: Tongue) -> tuple[Pattern, ...]:
    return tuple(compile_pattern(line.strip(), tongue) for line in lines.splitlines() if line.strip())


def _listenings(name: str, written: ClassFile, tongue: Tongue) -> Iterator[Listening]:
    for strength, confidence in CONFIDENCE.items():
        for pattern in _patterns(getattr(written, strength), tongue):
            if not pattern.needs:
                raise PatternError(f"pattern {pattern.source!r}: no word of it must be said; give it one")
            yield Listening(name, pattern, confidence)


def _voiding(rule: Rule, tongue: Tongue) -> Voiding:
    """A rule with its reach made part of its patterns, so that these end where the match starts."""
    reach = {
        "beside": _SMALL_WORDS,
        "light words": f"(?:(?:{'|'.join(sorted(speech().light))}|~[^ .?,]+) ){{0,6}}",
        "sentence": "(?:(?!~[.?])[^ ]+ ){0,8}",
    }[rule.reaches_over]
    leading = (
        msgspec.structs.replace(pattern, regex=re.compile(rf"{pattern.regex.pattern}{reach}\Z"))
        for pattern in _patterns(rule.before, tongue)
    )
    return Voiding(tuple(leading), _patterns(rule.after, tongue))


@cache
def _shared_voidings() -> tuple[Voiding, ...]:
    tongue = _tongue({})
    try:
        return tuple(_voiding(rule, tongue) for rule in speech().unless)
    except PatternError as error:
        raise PatternError(f"speech.toml: {error}") from None


def _is_void(heard: Spoken, match: Match, voiding: Voiding) -> bool:
    if any(p.may_match(heard.keys) and p.regex.search(heard.line, 0, match.start) for p in voiding.before):
        return True
    skipped = _SKIPPED.match(heard.line, match.end)
    follows = skipped.end() if skipped else match.end
    return any(p.may_match(heard.keys) and p.regex.match(heard.line, follows - 1) for p in voiding.after)


def _rank(match: Match) -> tuple[float, int, int]:
    """Surest first, then earliest, then longest."""
    return (-match.confidence, match.start, match.start - match.end)


def _weighed(match: Match, rules: Iterable[tuple[tuple[Pattern, ...], float]], before: tuple[Turn, ...]) -> Match:
    """The match as the rep's last turn makes it more or less likely; the first rule that fits counts."""
    said = next((turn.text for turn in reversed(before) if turn.speaker == "rep"), None)
    if said is None:
        return match
    line = spoken(tuple(said.split())).line
    for patterns, adds in rules:
        if any(pattern.regex.search(line) for pattern in patterns):
            confidence = round(min(1.0, max(0.0, match.confidence + adds)), 2)
            return msgspec.structs.replace(match, confidence=confidence)
    return match


def _found(match: Match, heard: Spoken) -> Found:
    """The match with the heard words behind it; of a long match the last words, where what matters stands."""
    entries = heard.line[match.start : match.end].split()
    at = heard.line.count(" ", 0, match.start) - 1
    first, last = heard.origins[at], heard.origins[at + len(entries) - 1]
    return Found(match.name, match.confidence, max(first, last - LONGEST_QUOTE_WORDS + 1), last)


def _cue(kind: CueKind, found: Found, words: Words) -> Cue:
    quoted = words.all[found.first : found.last + 1]
    return Cue(
        kind=kind,
        name=found.name,
        speaker=words.speaker,
        quote=text_of(quoted),
        start_ms=quoted[0].start_ms,
        end_ms=quoted[-1].end_ms,
        confidence=found.confidence,
        firm=found.last < len(words.committed),
    )
