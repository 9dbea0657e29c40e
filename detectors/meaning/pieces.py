"""Text -> the pieces of words that the sentence model reads, in one row with what was said before."""

from pathlib import Path

import msgspec

from streaming.errors import ModelMismatch

MOST_PIECES = 96
"""Pieces of words that are looked at, some 70 words: the cost of an embedding grows with them. The last ones count."""

MOST_ASKED_PIECES = 32
"""Of what the rep said before: its last sentence or two, which it leads up to."""

MOST_ROW_PIECES = MOST_PIECES + MOST_ASKED_PIECES + 4
"""All of them, and the signs."""


class Pieces(msgspec.Struct, frozen=True):
    """`ids` is the whole row: a sign, the turn before and two signs, the text, a sign. `spans` is where each piece of
    the text stands in it, in characters; those pieces are the last of the row but one."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


class Reader:
    """The model's tokenizer; ModelMismatch where it is another's."""

    def __init__(self, tokenizer_file: Path) -> None:
        # Heavy to import, and `assist --help` comes by here.
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._begin, self._end = self._sign("<s>"), self._sign("</s>")

    def read(self, text: str, asked: str | None) -> Pieces:
        """`text` as the answer to `asked`, as MPNet reads two sentences (Song et al. 2020)."""
        said = self._tokenizer.encode(text, add_special_tokens=False)
        before = self._tokenizer.encode(asked, add_special_tokens=False).ids[-MOST_ASKED_PIECES:] if asked else []
        lead = [self._begin, *before, self._end, self._end] if before else [self._begin]
        return Pieces((*lead, *said.ids[-MOST_PIECES:], self._end), tuple(said.offsets[-MOST_PIECES:]))

    def _sign(self, name: str) -> int:
        number = self._tokenizer.token_to_id(name)
        if number is None:
            raise ModelMismatch(f"the sentence model's tokenizer has no sign {name}; install its packages again")
        return number
