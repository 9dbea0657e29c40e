"""A scenario's faults are all told, each with its line and what to do; and which scenarios there are."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assist import practice
from assist.demo.render import write_opus
from assist.practice.scenario_files import ScenarioError, ScenarioUnknown, check, load, named, scenarios

GOOD = """\
title = "A price"
about = "You call Ann."
goal = "Hear her out."
start = "opening"
runs_out = "bye"

[prospect]
name = "Ann"
company = "Acme"

[otherwise]
label = ["deeper", "deepest"]
summary = ["right", "sort_of"]
pitch = ["sure"]

[lines.opening]
says = "It costs a lot."
openness = 1
after = { mirror = ["deeper"] }

[lines.deeper]
says = "It is not the number."
openness = 2

[lines.deepest]
says = "It is my name on it."
openness = 4

[lines.sort_of]
says = "Sort of."
openness = 2

[lines.sure]
says = "Sure."
openness = 0

[lines.right]
says = "That's right."
openness = 5
needs = { label = 1 }
ending = "understood"

[lines.bye]
says = "Bye."
openness = 0
ending = "brushed_off"
"""
OURS = sorted(path.parent.name for path in Path(str(practice.__file__)).parent.glob("scenarios/*/scenario.toml"))
LINES = ("opening", "deeper", "deepest", "sort_of", "sure", "right", "bye")

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Puts a scenario into a folder of its own, with a sound for each line of the good one."""

    def written(text: str) -> Path:
        folder = tmp_path / "own" / "price"
        folder.mkdir(parents=True, exist_ok=True)
        for name in LINES:
            write_opus(folder / f"{name}.ogg", np.zeros((1, 1_600), np.float32), 16_000)
        (folder / "scenario.toml").write_text(text)
        return folder / "scenario.toml"

    return written


def faults(file: Path) -> list[tuple[int | None, str]]:
    """Line and text of each."""
    with pytest.raises(ScenarioError) as caught:
        check(file)
    return [(fault.line, str(fault).split(": ", 1)[1]) for fault in caught.value.faults]


def line_of(text: str, part: str) -> int:
    """Where that stands."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_good_one_has_no_fault(write: Write) -> None:
    """Its lines are there in their order."""
    assert tuple(check(write(GOOD)).lines) == LINES


@pytest.mark.parametrize(
    "case",
    [
        ('label = ["deeper", "deepest"]', 'label = ["deper", "deepest"]', "deper", "'deper', which", "mean deeper"),
        ("after = { mirror", "after = { miror", "after = { miror", "miror", "label, mirror"),
        ("openness = 4", "openness = 6", "openness = 6", "<= 5", "README.md"),
        ("openness = 4", "opennes = 4", "opennes = 4", "not a key of this table", "mean openness"),
        ('goal = "Hear her out."\n', "", "", "is missing", "add goal"),
        ('runs_out = "bye"', 'runs_out = "sure"', "runs_out", "does not end the call", "brushed_off"),
        ('start = "opening"', 'start = "open"', "start =", "'open', which is not there", "mean opening"),
        ("needs = { label = 1 }\n", "", "[lines.right]", "without a label", "needs = "),
        ('pitch = ["sure"]', 'pitch = ["sure", "right"]', "pitch =", "without a summary", "only summary"),
        ('ending = "understood"\n', "", "", "no ending in which they feel understood", "understood"),
        (
            'ending = "brushed_off"\n',
            'ending = "brushed_off"\nafter = { label = ["sure"] }\n',
            "after = { label",
            "behind",
            "",
        ),
        ('pitch = ["sure"]\n', "", "[lines.sure]", "is never said", "lead to it"),
        ("[lines.sort_of]", "[lines.Sort-of]", "[lines.Sort-of]", "regex", "README.md"),
        ('name = "Ann"\n', "", "[prospect]", "is missing", "add name"),
        ('"It costs a lot."', '""', 'says = ""', "length", "README.md"),
        ('title = "A price"', 'title = "A price', "title", "is not TOML", "mend"),
        ("goal", "gaol", "gaol", "is not a key of a scenario", "mean goal"),
    ],
)
def test_each_fault_is_told_with_its_line_and_what_to_do(write: Write, case: tuple[str, ...]) -> None:
    """Whoever writes one reads no code."""
    old, new, place, wrong, fix = case
    text = GOOD.replace(old, new)
    assert text != GOOD
    told = faults(write(text))
    meant = [(line, said) for line, said in told if wrong in said]
    assert meant, told
    assert fix in meant[0][1]
    assert meant[0][0] == (line_of(text, place) if place else meant[0][0])


def test_all_faults_are_told_at_once(write: Write) -> None:
    """Not one after the other."""
    text = GOOD.replace("openness = 4", "openness = 9").replace('says = "Sure."', "says = 7")
    assert len(faults(write(text))) == 2


def test_a_line_without_a_sound_and_one_that_is_none(write: Write) -> None:
    """Told by `check`; a server does not read each sound when it starts."""
    file = write(GOOD)
    (file.parent / "sure.ogg").unlink()
    (file.parent / "bye.ogg").write_bytes(b"no sound")
    told = faults(file)
    assert [line for line, _ in told] == [line_of(GOOD, "[lines.sure]"), line_of(GOOD, "[lines.bye]")]
    assert "put sure.ogg beside the file" in told[0][1] and "cannot be heard" in told[1][1]
    assert load(file).title == "A price"


def test_a_wav_beside_the_file_is_a_sound_too(write: Write) -> None:
    """Whoever has a microphone can make a scenario."""
    file = write(GOOD)
    shutil.move(file.parent / "sure.ogg", file.parent / "sure.wav")
    assert check(file).title == "A price"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Said so."""
    assert "cannot be read" in faults(tmp_path / "scenario.toml")[0][1]


def test_ours_and_a_teams_own(write: Write) -> None:
    """A team's goes before ours of the same name, and each knows where its sounds are."""
    assert list(scenarios(None)) == OURS
    known = scenarios(write(GOOD).parent.parent)
    assert list(known) == OURS
    assert known["price"].scenario.title == "A price"
    assert known["price"].sound_of("bye").name == "bye.ogg"
    with pytest.raises(ScenarioUnknown, match=r"there are: .*price"):
        named(known, "prise")


def test_a_teams_folder_that_is_missing_or_holds_a_faulty_one(write: Write, tmp_path: Path) -> None:
    """The operator is told."""
    with pytest.raises(NotADirectoryError, match="practice_dir"):
        scenarios(tmp_path / "none")
    with pytest.raises(ScenarioError, match=r"scenario\.toml:4: start"):
        scenarios(write(GOOD.replace('"opening"', '"openin"')).parent.parent)


@pytest.mark.parametrize("name", OURS)
def test_ours_are_sound(name: str) -> None:
    """As `assist check` has it, and small enough to ship."""
    kept = scenarios(None)[name]
    check(kept.folder / "scenario.toml")
    assert sum(file.stat().st_size for file in kept.folder.iterdir()) < 500_000
    assert {file.stem for file in kept.folder.glob("*.ogg")} == set(kept.scenario.lines)
