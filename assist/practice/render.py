"""Renders the prospects' lines of the scenarios to telephone sound. Run by developers only.

`python -m assist.practice.render VOICES [SCENARIO.toml ...]` writes the sound of each line that has none yet beside its
scenario; of ours, where none is named. To have a line said anew, delete its sound first. VOICES is the folder that
`assist/demo/render.py` documents.
"""

import sys
from pathlib import Path

import numpy as np

from assist.demo.render import VOICE_RATE_HZ, Party, Speak, load_speech, over_the_line, say, write_opus
from assist.practice.scenario import Scenario
from assist.practice.scenario_files import load

BITS_PER_S = 16_000
EDGE_MS = 120
HERE = Path(__file__).parent


def render(file: Path, speak: Speak) -> None:
    """Each line of a scenario without a sound -> `LINE.ogg` beside its file."""
    scenario = load(file)
    for seed, name in enumerate(scenario.lines):
        path = file.parent / f"{name}.ogg"
        if not path.exists():
            render_line(scenario, name, path, (seed, speak))


def render_line(scenario: Scenario, name: str, path: Path, by: tuple[int, Speak]) -> None:
    """One line, with a little of the line before and after it. `by` is the seed of its noise, and the voice."""
    seed, speak = by
    who, line = scenario.prospect, scenario.lines[name]
    edge = np.zeros(VOICE_RATE_HZ * EDGE_MS // 1000, dtype=np.float32)
    sound = say(line.says, Party(who.voice, who.speed * line.speed, who.level_dbfs), speak)
    write_opus(path, over_the_line(np.concatenate([edge, sound, edge]), seed)[np.newaxis], BITS_PER_S)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m assist.practice.render VOICES [SCENARIO.toml ...]")
    named = [Path(name) for name in sys.argv[2:]] or sorted(HERE.glob("scenarios/*/scenario.toml"))
    speech = load_speech(Path(sys.argv[1]))
    for one in named:
        render(one, speech)
