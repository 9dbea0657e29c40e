"""Tells a repetition loop from text, by the tokens alone."""

from collections.abc import Sequence

from streaming.short_window.window import SAMPLE_RATE_HZ

TOKENS_PER_S = 5  # English runs at three to five
TOKENS_BESIDES = 8
LONGEST_ROUND = 12


def limit_tokens(samples: int) -> int:
    """More tokens than this are not said in so many samples at 16 kHz."""
    return TOKENS_BESIDES + TOKENS_PER_S * samples // SAMPLE_RATE_HZ


def is_loop(tokens: Sequence[int]) -> bool:
    """Whether some tokens are said three times running (four for a single one: "no, no, no" is speech)."""
    for size in range(1, min(LONGEST_ROUND, len(tokens) // 3) + 1):
        rounds = 4 if size == 1 else 3
        for start in range(len(tokens) - rounds * size + 1):
            piece = tokens[start : start + size]
            if all(tokens[start + n * size : start + (n + 1) * size] == piece for n in range(1, rounds)):
                return True
    return False
