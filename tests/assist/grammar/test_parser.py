"""The parser is there when it was loaded, never before, and nobody waits for it who does not want to."""

import subprocess
import sys
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.grammar import parser as parser_module
from assist.grammar.parser import MOST_CHARACTERS, Parser
from assist.grammar.tree import Parse


def test_has_no_tree_before_it_is_loaded() -> None:
    """And none of nothing afterwards; starting twice is starting once."""
    parser = Parser()
    assert parser.parse("We lost a nurse.") is None
    parser.start()
    parser.start()
    parser.wait()
    tree = parser.parse("We lost a nurse.")
    assert tree is not None
    assert [token.dep for token in tree.tokens] == ["nsubj", "ROOT", "det", "dobj", "punct"]
    assert parser.parse("  ") is None


def test_does_without_a_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call goes on with fixed wordings."""
    monkeypatch.setattr(parser_module, "MODEL", "no_such_model")
    parser = Parser()
    parser.wait()
    assert parser.parse("We lost a nurse.") is None


def test_tells_whether_there_will_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is made of a sentence without it, and kept."""
    may_load = Event()
    monkeypatch.setattr(Parser, "_load", lambda self: may_load.wait())
    parser = Parser()
    assert not parser.is_loading
    parser.start()
    assert parser.is_loading
    may_load.set()
    parser.wait()
    assert not parser.is_loading


def test_importing_the_product_does_not_load_it() -> None:
    """A start stays light: spaCy is imported by the thread alone."""
    code = "import sys; import assist.app, assist.advise; print('spacy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=MOST_CHARACTERS + 100))
def test_any_text_has_a_tree_or_none(text: str, parse: Parse) -> None:
    """Whose heads are its own tokens, and whose length is bounded."""
    tree = parse(text)
    if tree is not None:
        assert all(0 <= token.head < len(tree.tokens) for token in tree.tokens)
        assert sum(len(token.text) for token in tree.tokens) <= MOST_CHARACTERS
