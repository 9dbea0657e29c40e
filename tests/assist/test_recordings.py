"""A folder of recordings: which files make a call, who is on it, what is noted, and its lasting id."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist import journal
from assist.recordings import Source, call_id_of, find, notes_of, sound_of
from streaming.protocols.contract import Metadata
from streaming.recording import RecordingUnreadable
from tests.streaming.test_recording import written

VOICE = np.arange(-3_000, 3_000, dtype=np.int16)
APART = np.stack([VOICE, VOICE[::-1]], axis=1)


def touched(folder: Path, *names: str) -> Path:
    """The folder with empty files of these names in it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder with nothing else in it."""
    (tmp_path / "recorded").mkdir()
    return tmp_path / "recorded"


def test_files_make_calls_by_their_names(recorded: Path) -> None:
    """A file a call, unless it is named as one side; the sides of a call may differ in form, and one may be missing."""
    touched(recorded, "b.wav", "a.rep.WAV", "a.Prospect.mp3", "old/c.rep.opus", "old/c.wav", "video.mp4")
    found = find(recorded)
    assert {
        name: (source.speakers, [path.name for path in source.paths]) for name, source in found.sources.items()
    } == {
        "b.wav": (None, ["b.wav"]),
        "a": (("prospect", "rep"), ["a.Prospect.mp3", "a.rep.WAV"]),
        "old/c.wav": (None, ["c.wav"]),
        "old/c": (("rep",), ["c.rep.opus"]),
        "video.mp4": (None, ["video.mp4"]),
    }
    assert found.faults == {} and found.passed_over == ()


def test_what_is_no_recording_is_named_and_what_is_hidden_is_not_looked_at(recorded: Path) -> None:
    """Notes beside a recording belong to it."""
    touched(recorded, "a.wav", "a.toml", "b.toml", "list.xlsx", ".hidden.wav", ".trash/c.wav")
    found = find(recorded)
    assert list(found.sources) == ["a.wav"] and found.passed_over == ("b.toml", "list.xlsx")


def test_two_files_for_one_side_are_a_fault(recorded: Path) -> None:
    """Nobody knows which; the other calls are found."""
    found = find(touched(recorded, "a.rep.wav", "a.rep.mp3", "a.prospect.wav", "b.wav"))
    assert list(found.sources) == ["b.wav"]
    assert "a.rep.mp3 and a.rep.wav" in found.faults["a"]


def test_a_folder_without_recordings_is_refused(recorded: Path) -> None:
    """By its name."""
    with pytest.raises(RecordingUnreadable, match=recorded.name):
        find(touched(recorded, "notes.txt"))


def test_a_file_tells_by_its_channels_who_is_on_it(tmp_path: Path) -> None:
    """Two sides, or nobody knows: a mono file, and one sound on both channels of a stereo one."""
    stereo = written(tmp_path / "stereo.wav", APART)
    doubled = written(tmp_path / "doubled.wav", np.stack([VOICE, VOICE], axis=1))
    mono = written(tmp_path / "mono.wav", VOICE[:, None])
    assert sound_of(Source((stereo,))).speakers == ("rep", "prospect")
    assert sound_of(Source((stereo,), stereo=("prospect", "rep"))).speakers == ("prospect", "rep")
    for path in (doubled, mono):
        sound = sound_of(Source((path,)))
        assert sound.speakers == ("mixed",) and np.array_equal(sound.recording.samples, VOICE[:, None])


def test_who_was_named_is_on_it(tmp_path: Path) -> None:
    """One file a party, or a file of which it was said; else it is unreadable so."""
    rep, prospect = (written(tmp_path / f"{name}.wav", VOICE[:, None]) for name in ("rep", "prospect"))
    assert sound_of(Source((prospect, rep), ("prospect", "rep"))).recording.samples.shape == (6_000, 2)
    assert sound_of(Source((rep,), ("rep",))).speakers == ("rep",)
    with pytest.raises(RecordingUnreadable, match="1 channel"):
        sound_of(Source((rep,), ("rep", "prospect")))


def test_notes_beside_a_recording_are_what_is_known_of_the_call(tmp_path: Path) -> None:
    """For a file, and for the sides of a call."""
    notes = 'company = "Northwind"\ndirection = "inbound"\nexpect = ["Flowdesk"]\n[names]\nprospect = "Ana"\n'
    (tmp_path / "a.toml").write_text(notes)
    known = Metadata({"prospect": "Ana"}, "Northwind", ("Flowdesk",), "inbound")
    for name in ("a.wav", "a.prospect.wav"):
        noted = notes_of(Source((tmp_path / name,)))
        assert (noted.names, noted.company, noted.expect, noted.direction) == (
            known.names,
            known.company,
            known.expect,
            known.direction,
        )
    assert notes_of(Source((tmp_path / "b.wav",))) == Metadata()


@pytest.mark.parametrize(
    "text", ["company = ", "compnay = 'x'", "direction = 'sideways'", "[names]\nboss = 'x'", "\xff"]
)
def test_notes_that_are_wrong_are_named(tmp_path: Path, text: str) -> None:
    """Not TOML, no such key, no such value, no such party, no UTF-8."""
    (tmp_path / "a.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(RecordingUnreadable, match=r"a\.toml cannot be read as notes"):
        notes_of(Source((tmp_path / "a.wav",)))


def test_a_call_keeps_its_id_wherever_its_files_lie(tmp_path: Path) -> None:
    """Other sound, another name or other sides are another call."""
    for folder, sound in (("one", b"sound"), ("two", b"sound"), ("three", b"other")):
        touched(tmp_path / folder, "a.wav", "b.wav")
        (tmp_path / folder / "a.wav").write_bytes(sound)
        (tmp_path / folder / "b.wav").write_bytes(sound)
    one, two, three = (call_id_of(Source((tmp_path / folder / "a.wav",))) for folder in ("one", "two", "three"))
    assert one == two and one.startswith("a-") and three != one
    assert call_id_of(Source((tmp_path / "one" / "b.wav",))) != one
    assert call_id_of(Source((tmp_path / "one" / "a.wav",), stereo=("prospect", "rep"))) != one
    with pytest.raises(RecordingUnreadable, match=r"absent\.wav cannot be read: No such file"):
        call_id_of(Source((tmp_path / "absent.wav",)))


@given(name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_gives_an_id_that_can_name_a_journal(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever people call their files."""
    path = tmp_path_factory.mktemp("names") / "x.wav"
    path.write_bytes(b"sound")
    try:
        renamed = path.rename(path.with_name(f"{name[:40]}.wav"))
    except OSError:
        return  # no name that this file system takes
    assert journal.path_of(path.parent, call_id_of(Source((renamed,)))).parent == path.parent
