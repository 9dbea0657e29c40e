"""Whether what is said is so, of themselves, and in earnest, is told by what stands above it in the sentence."""

from collections.abc import Callable

import pytest

from assist.grammar.stance import is_about_us, is_asked, is_denied, is_likened
from assist.grammar.tree import Parse, Tree

Stance = Callable[[Tree, int], bool]


@pytest.mark.parametrize(
    ("stance", "text", "word", "expected"),
    [
        (is_denied, "the migration wasn't difficult", "difficult", True),
        (is_denied, "I don't think it's risky", "risky", True),
        (is_denied, "we can't afford another outage", "outage", False),
        (is_denied, "I want no more than to survive the outage", "outage", False),
        (is_denied, "I've stopped counting the hats", "hats", True),
        (is_denied, "we started counting the hats", "hats", False),
        (is_denied, "we have to stop bleeding cash", "cash", False),
        (is_likened, "it's like standing in the cereal aisle", "aisle", True),
        (is_likened, "I've got a ticket so old it could get a driving licence", "licence", True),
        (is_likened, "I'm so worried it'll fall apart", "apart", False),
        (is_likened, "So it turns out the migration failed", "migration", False),
        (is_about_us, "you cut out for a moment", "cut", True),
        (is_about_us, "those are the ashes you'd be transporting", "ashes", True),
        (is_about_us, "we cut corners for you", "corners", False),
        (is_asked, "Is it a migration? We had one in spring.", "migration", True),
        (is_asked, "Is it a migration? We had one in spring.", "spring", False),
    ],
)
def test_what_is_so_and_what_is_not(parse: Parse, stance: Stance, text: str, word: str, expected: bool) -> None:
    """What they could not bear is so, what has to stop goes on, and a fear is no measure."""
    tree = parse(text)
    assert tree is not None
    assert stance(tree, next(at for at, token in enumerate(tree.tokens) if token.low == word)) is expected
