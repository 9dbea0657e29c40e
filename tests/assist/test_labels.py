"""Labels in their words come out of the playbook's sentences, or not at all."""

import pytest

from assist.grammar.tree import Parse
from assist.labels import own_labels
from assist.playbook import load
from assist.verifier import Evidence

CUES = load(None).cues


def made(parse: Parse, cue: str, said: str, before: str = "") -> list[str]:
    tree = parse(said)
    assert tree is not None
    words = " ".join((*CUES[cue].own, *CUES[cue].labels)).lower().replace(".", "").split()
    licensed = frozenset(words) | {"'s", "'d", "n't"}
    return list(own_labels(CUES[cue].own, tree, parse, Evidence((tree,), licensed, before)))


@pytest.mark.parametrize(
    ("cue", "said", "label"),
    [
        ("effort", "The migration would be a nightmare.", "the migration is the hard part"),
        ("authority", "I have to run it by my boss.", "your boss would have to feel comfortable"),
        ("risk", "If the link drops, the tills stop.", "if the link drops"),
        ("timing", "We are right in the middle of a reorg.", "the reorg"),
        ("worry", "I'm worried that we'd go through all of that again.", "going through all of that again"),
    ],
)
def test_their_words_are_in_it(parse: Parse, cue: str, said: str, label: str) -> None:
    """With the person turned round."""
    assert any(label in text for text in made(parse, cue, said))


def test_none_where_they_spoke_of_nothing_that_fits(parse: Parse) -> None:
    """The fixed wordings are there for that."""
    assert made(parse, "effort", "Ouch, you lost me there.") == []


def test_none_begins_like_the_one_before(parse: Parse) -> None:
    """The verifier's word is kept."""
    labels = made(parse, "authority", "I have to run it by my boss.", before="It sounds like that hurts.")
    assert labels
    assert not any(text.startswith("It sounds") for text in labels)


def test_none_without_a_parser(parse: Parse) -> None:
    """Nothing is shown that was not verified."""
    tree = parse("The migration would be a nightmare.")
    assert tree is not None
    assert list(own_labels(CUES["effort"].own, tree, lambda text: None, Evidence((tree,), frozenset()))) == []
