"""Recordings: which files make a call, who is on its channels, what is noted beside them, and the id that it keeps."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import msgspec

from streaming import recording
from streaming.protocols.contract import Metadata
from streaming.recording import Recording, RecordingUnreadable
from streaming.types import Party, Speaker

BOTH: tuple[Speaker, ...] = ("rep", "prospect")

# What recordings are called; whatever else lies in a folder is told and passed over.
SUFFIXES = frozenset(
    "3gp aac aif aiff amr au avi caf flac gsm m4a m4v mka mkv mov mp3 mp4 mpeg mpg oga ogg opus wav webm wma".split()
)
NOTES_SUFFIX = ".toml"
_PARTY = re.compile(r"(?P<name>.+)\.(?P<party>rep|prospect)", re.IGNORECASE)
NAME_KEPT = 40  # characters of a file's name in its call's id
DIGEST_KEPT = 16


class Source(msgspec.Struct, frozen=True):
    """One file for all speakers, or one a speaker; where `speakers` is None, the file tells by its channels.

    Then a stereo file has the sides of `stereo`, and one without two sides in it is `mixed`.
    """

    paths: tuple[Path, ...]
    speakers: tuple[Speaker, ...] | None = None
    stereo: tuple[Speaker, ...] = BOTH

    @property
    def size_bytes(self) -> int:
        """Of all its files; raises OSError."""
        return sum(path.stat().st_size for path in self.paths)


class Sound(msgspec.Struct, frozen=True):
    """A source that was read."""

    recording: Recording
    speakers: tuple[Speaker, ...]


class Notes(Metadata, frozen=True, forbid_unknown_fields=True):
    """What stands in the file of the same name, in TOML: `company`, `direction`, `expect`, and a table `names`."""


class Found(msgspec.Struct, frozen=True):
    """What is in a folder, by names within it: a source a call, what is wrong, and what is no recording by its name."""

    sources: dict[str, Source]
    faults: dict[str, str]
    passed_over: tuple[str, ...]


def sound_of(source: Source) -> Sound:
    """Reads it, whole. Raises RecordingUnreadable."""
    if source.speakers is not None:
        return Sound(recording.read(source.paths, len(source.speakers)), source.speakers)
    found = recording.read(source.paths)
    if found.is_one_sound:
        return Sound(Recording(found.samples[:, :1]), ("mixed",))
    return Sound(found, source.stereo)


def notes_of(source: Source) -> Metadata:
    """What is noted beside it; nothing where there is no such file. Raises RecordingUnreadable."""
    path = source.paths[0].with_name(_name_of(source.paths[0]) + NOTES_SUFFIX)
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Notes)
    except FileNotFoundError:
        return Metadata()
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        raise RecordingUnreadable(f"{path} cannot be read as notes of a call: {error}") from None


def call_id_of(source: Source) -> str:
    """The same for the same sound under the same name, wherever it lies. Raises RecordingUnreadable."""
    digest = hashlib.sha256(",".join(source.speakers or source.stereo).encode())
    try:
        for path in source.paths:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise RecordingUnreadable(f"{path} cannot be read: {error.strerror}") from None
    name = re.sub(r"[^A-Za-z0-9_]+", "-", _name_of(source.paths[0])).strip("-")[:NAME_KEPT]
    return f"{name or 'call'}-{digest.hexdigest()[:DIGEST_KEPT]}"


def find(folder: Path, stereo: tuple[Speaker, ...] = BOTH) -> Found:
    """The recordings in a folder and those within it. NAME.rep.* and NAME.prospect.* are the two sides of one call.

    `stereo` is who is on the channels of its stereo files. Raises RecordingUnreadable where there are none.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path.relative_to(folder))]
    sounds = {path: None for path in files if path.suffix[1:].lower() in SUFFIXES}
    if not sounds:
        raise RecordingUnreadable(f"{folder} has no recordings in it: no file there is called .wav, .mp3 or the like")
    notes = {path.with_name(_name_of(path) + NOTES_SUFFIX) for path in sounds}
    others = [path for path in files if path not in sounds and path not in notes]
    sources: dict[str, Source] = {}
    faults: dict[str, str] = {}
    for name, sides in _calls(sounds, folder):
        if len({party for party, _ in sides}) < len(sides):
            faults[name] = f"{' and '.join(path.name for _, path in sides)} are not one file a side"
        else:
            sources[name] = _source(sides, stereo)
    return Found(sources, faults, tuple(path.relative_to(folder).as_posix() for path in others))


Sides = list[tuple[Party | None, Path]]


def _calls(sounds: Iterable[Path], folder: Path) -> Iterator[tuple[str, Sides]]:
    """By the name it has: a file with all of a call, or those of its sides."""
    of_sides: dict[str, Sides] = {}
    for path in sounds:
        name, party = path.relative_to(folder).as_posix(), _party_of(path)
        if party is None:
            yield name, [(None, path)]
        else:
            of_sides.setdefault(path.with_name(_name_of(path)).relative_to(folder).as_posix(), []).append((party, path))
    yield from of_sides.items()


def _source(sides: Sides, stereo: tuple[Speaker, ...]) -> Source:
    paths = tuple(path for _, path in sides)
    parties: tuple[Speaker, ...] = tuple(party for party, _ in sides if party)
    return Source(paths, parties or None, stereo)


def _party_of(path: Path) -> Party | None:
    found = _PARTY.fullmatch(path.stem)
    return cast(Party, found["party"].lower()) if found else None


def _name_of(path: Path) -> str:
    """What the files of one call have in common."""
    found = _PARTY.fullmatch(path.stem)
    return found["name"] if found else path.stem


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
