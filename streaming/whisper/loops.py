"""What a decoder says over and over; pure. People do too ("no, no, no, no"), and then each round takes time.

`short_window/loops.py` only counts loops where a model is judged; this says where one is, so that it can be cut.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

ROUND_MS = 80  # less is too short for the shortest word


class Loop(msgspec.Struct, frozen=True):
    """Some tokens said three times running or more: where the first round begins, and how long a round is."""

    start: int
    size: int
    rounds: int


def without_loop(found: list[dict[str, Any]], loop: Loop, is_overlong: bool) -> list[dict[str, Any]]:
    """The words up to and with a loop's first round; all of them if each round takes the time that saying it takes."""
    spans = [(item["start"], item["end"]) for item in found for _ in item["tokens"]]
    starts = range(loop.start, loop.start + loop.rounds * loop.size, loop.size)
    lengths_s = [spans[start + loop.size - 1][1] - spans[start][0] for start in starts]
    if not is_overlong and min(lengths_s) * 1000 >= ROUND_MS:
        return found
    left = loop.start + loop.size
    kept = []
    for item in found:
        left -= len(item["tokens"])
        if left < 0:
            break
        kept.append(item)
    return kept


def loop_in(tokens: Sequence[int]) -> Loop | None:
    """The first loop, if there is one."""
    for size in range(1, len(tokens) // 3 + 1):
        run = 0  # tokens in a row that are those a round before
        for i in range(size, len(tokens) + 1):
            if i < len(tokens) and tokens[i] == tokens[i - size]:
                run += 1
            elif run >= 2 * size:
                return Loop(i - run - size, size, run // size + 1)
            else:
                run = 0
    return None
