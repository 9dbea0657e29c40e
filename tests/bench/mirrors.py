"""How many mirrors are fit to say, and how often silence is right: `python -m tests.bench.mirrors [--misses]`.

Of `tune` and `frozen` every acceptable mirror was written down. Of `marked`, turns of `tests/detectors/turns` with a
cue in them, coaches, who saw what the `rep` had said, wrote down the up to four that they would say: another may be
acceptable too, so what is acceptable of those offered is more than its share says.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from assist import playbook
from assist.grammar.parser import Parser
from assist.grammar.tree import Parse
from assist.mirrors import mirror_of
from streaming.types import Word

FOLDER = Path(__file__).parents[1] / "assist" / "mirrored"


class Mirrored(msgspec.Struct, frozen=True):
    """A turn and the mirrors of it that a strict coach accepts, in lower case; none where silence is right."""

    text: str
    mirrors: tuple[str, ...]


def read(part: str) -> list[Mirrored]:
    """The turns of `tune`, which the mechanism was made with, or of `frozen` or `marked`, which it was not."""
    return [msgspec.json.decode(line, type=Mirrored) for line in (FOLDER / f"{part}.jsonl").read_bytes().splitlines()]


def measured(part: str, parse: Parse) -> dict[str, Any]:
    """Shares of one part; what went wrong is told on standard error with `--misses`."""
    rules = playbook.load(None).mirrors
    offered, right, silent, missed, taken = 0, 0, 0, 0, []
    turns = read(part)
    for turn in turns:
        words = tuple(Word(text, i, i + 1, 1.0) for i, text in enumerate(turn.text.split()))
        began = time.thread_time()
        mirror = mirror_of(words, words, rules, parse)
        taken.append(1000 * (time.thread_time() - began))
        said = mirror.removesuffix("...?").lower() if mirror else None
        offered += bool(mirror) and bool(turn.mirrors)
        right += said in turn.mirrors
        silent += mirror is None and not turn.mirrors
        missed += mirror is None and bool(turn.mirrors)
        if "--misses" in sys.argv and (said not in turn.mirrors if said else turn.mirrors):
            print(part, "|", mirror, "|", turn.text, "|", turn.mirrors[:3], file=sys.stderr)
    none = sum(not turn.mirrors for turn in turns)
    return {
        "turns": len(turns),
        "acceptable_of_offered": round(right / max(1, offered + none - silent), 3),
        "correct_silences": round(silent / none, 3),
        "mirrored_of_worth_it": round(1 - missed / (len(turns) - none), 3),
        "ms_median": round(statistics.median(taken), 1),
        "ms_p95": round(statistics.quantiles(taken, n=20)[18], 1),
    }


if __name__ == "__main__":
    parser = Parser()
    parser.wait()
    parts = ["tune"] if "--tune" in sys.argv else ["tune", "frozen", "marked"]
    print(json.dumps({part: measured(part, parser.parse) for part in parts}, indent=1))
