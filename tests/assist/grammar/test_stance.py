"""Whether what is said is so, of themselves, and in earnest, is told by what stands above it in the sentence."""

from collections.abc import Callable

import pytest

from assist.grammar.stance import is_about_us, is_asked, is_denied, is_likened
from assist.grammar.tree import Parse, Tree

Stance = Callable[[Tree, int], bool]


@pytest.mark.parametrize(
    ("stance", "text", "word"),
    [
        (is_denied, "the migration wasn't difficult", "difficult"),
        (is_denied, "I don't think it's risky", "risky"),
        (is_denied, "I've stopped counting the hats", "hats"),
        (is_likened, "it's like standing in the cereal aisle", "aisle"),
        (is_likened, "I've got a ticket so old it could get a driving licence", "licence"),
        (is_about_us, "you cut out for a moment", "cut"),
        (is_about_us, "those are the ashes you'd be transporting", "ashes"),
        (is_asked, "Is it a migration? We had one.", "migration"),
    ],
)
def test_what_is_not_so(parse: Parse, stance: Stance, text: str, word: str) -> None:
    """Denied, over, a figure of speech, about the rep, or asked."""
    assert told(parse, stance, text, word)


@pytest.mark.parametrize(
    ("stance", "text", "word"),
    [
        (is_denied, "we can't afford another outage", "outage"),
        (is_denied, "we started counting the hats", "hats"),
        (is_denied, "I want no more than to survive the outage", "outage"),
        (is_denied, "we have to stop bleeding cash", "cash"),
        (is_likened, "I'm so worried it'll fall apart", "apart"),
        (is_likened, "So it turns out the migration failed", "migration"),
        (is_about_us, "we cut corners for you", "corners"),
        (is_asked, "Is it a migration? We had one in spring.", "spring"),
    ],
)
def test_what_is_so(parse: Parse, stance: Stance, text: str, word: str) -> None:
    """What they cannot bear is not denied, what has to stop goes on, and a fear is no measure."""
    assert not told(parse, stance, text, word)


def told(parse: Parse, stance: Stance, text: str, word: str) -> bool:
    """Of that word."""
    tree = parse(text)
    assert tree is not None
    return stance(tree, next(at for at, token in enumerate(tree.tokens) if token.low == word))
