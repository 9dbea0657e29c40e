"""The search against trying everything, over small made-up languages."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.whisper.beam_search import Next, Step, search

END = 0
TOKENS = 4
LONGEST = 3


class Language:
    """Any text may follow any: the chance of a token depends on all before it."""

    def __init__(self, seed: int, beams: int) -> None:
        self._seed = seed
        self._beams = beams
        self._texts: list[tuple[int, ...]] = [()]
        self.widths: list[int] = []

    def chances(self, text: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Logarithms, by token."""
        scores = np.random.default_rng([self._seed, *text]).normal(0, 2, TOKENS)
        return np.asarray(scores - np.log(np.exp(scores).sum()))

    def step(self, parents: Sequence[int], tokens: Sequence[int]) -> Next:
        """As a decoder goes on."""
        self._texts = [(*self._texts[parent], token) for parent, token in zip(parents, tokens, strict=True)]
        self.widths.append(len(tokens))
        return self.following()

    def following(self) -> Next:
        """The best candidates of each text."""
        chances = np.array([self.chances(text) for text in self._texts])
        best = np.argsort(-chances, axis=1)[:, : 2 * self._beams]
        return Next(np.take_along_axis(chances, best, axis=1).astype(np.float32), best)

    def mean(self, whole: tuple[int, ...]) -> float:
        """Of a text, its end counted in the sum alone."""
        tokens = [token for token in whole if token != END]
        total = float(sum(self.chances(whole[:i])[whole[i]] for i in range(len(whole))))
        return total / len(tokens) if tokens else -np.inf


def found(language: Language, beams: int, most_tokens: int = LONGEST) -> tuple[tuple[int, ...], float]:
    """What the search finds."""
    result = search(language.following(), language.step, beams, most_tokens, END)
    return result.tokens, result.log_probability


@given(st.integers(0, 999))
def test_beams_for_every_text_find_the_best(seed: int) -> None:
    """None is better by its mean: of those that end, and of those that are as long as may be."""
    language = Language(seed, 200)
    texts = [(*text, END) for size in range(LONGEST) for text in product(range(1, TOKENS), repeat=size)]
    texts += product(range(1, TOKENS), repeat=LONGEST)
    best = max(texts, key=language.mean)
    tokens, log_probability = found(language, 200)
    assert tokens == tuple(token for token in best if token != END)
    assert log_probability == pytest.approx(language.mean(best), abs=1e-5)


@given(st.integers(0, 999), st.integers(1, 3))
def test_no_more_beams_are_run_than_asked_for_nor_longer(seed: int, beams: int) -> None:
    """A text may have as many tokens as allowed."""
    language = Language(seed, beams)
    tokens, _ = found(language, beams, most_tokens=5)
    assert len(tokens) <= 5 and END not in tokens
    assert len(language.widths) <= 5
    assert all(width <= beams for width in language.widths)


@given(st.integers(0, 999))
def test_one_beam_takes_the_likeliest_each_time(seed: int) -> None:
    """Until that is the end."""
    language = Language(seed, 1)
    text: tuple[int, ...] = ()
    while len(text) < LONGEST and (token := int(language.chances(text).argmax())) != END:
        text = (*text, token)
    assert found(language, 1)[0] == text


def always(chances: Sequence[float], tokens: Sequence[int]) -> tuple[Next, Step]:
    """The same may follow whatever was written."""

    def step(parents: Sequence[int], _: Sequence[int]) -> Next:
        return Next(np.log([chances] * len(parents)).astype(np.float32), np.array([tokens] * len(parents)))

    return step([0], []), step


def test_what_never_ends_is_cut() -> None:
    """The mean is then of what there is."""
    result = search(*always([0.9, 0.1], [1, 2]), 1, 4, END)
    assert result.tokens == (1, 1, 1, 1)
    assert result.log_probability == pytest.approx(np.log(0.9), abs=1e-5)


def test_a_loop_that_runs_to_the_limit_is_not_hidden_by_a_poor_text_that_ended() -> None:
    """Else the engine would not see that it looped, and would not try again."""
    first = Next(np.log([[0.9, 0.1]]).astype(np.float32), np.array([[1, 2]]))
    after = {1: ([0.97, 0.01, 0.01, 0.01], [1, 3, 4, 5]), 2: ([0.5, 0.3, 0.1, 0.1], [END, 3, 4, 5])}

    def step(parents: Sequence[int], tokens: Sequence[int]) -> Next:
        rows = [after.get(token, after[1]) for token in tokens]
        return Next(np.log([row[0] for row in rows]).astype(np.float32), np.array([row[1] for row in rows]))

    assert search(first, step, 2, 12, END).tokens == (1,) * 12


def test_an_end_that_others_outrank_does_not_count() -> None:
    """Only the best as many as there are beams may end a text."""
    result = search(*always([0.5, 0.3, 0.15, 0.05], [1, 2, END, 3]), 2, 3, END)
    assert len(result.tokens) == 3


def test_a_text_without_a_token_comes_last() -> None:
    """It has no mean."""
    result = search(*always([0.6, 0.4], [END, 1]), 2, 3, END)
    assert result.tokens != ()
    assert search(*always([0.6, 0.4], [END, 1]), 1, 3, END).tokens == ()
