"""What they are after and what is in the way is kept, in their words, until it is said back."""

import pytest

from assist.grammar.plain import plain
from assist.grammar.tree import Parse
from assist.playbook import load
from assist.summaries import POINTS_KEPT, Summaries
from detectors.contract import Cue

RULES = load(None).summary
IN_SHORT = {"price": "the numbers have to work for you", "worry": "this has been on your mind"}


def cue(name: str, quote: str) -> Cue:
    return Cue("emotion", name, "prospect", quote, 0, 1000, confidence=0.9, firm=True)


def hear(summaries: Summaries, parse: Parse, text: str, *cues: Cue) -> None:
    tree = parse(plain(text))
    assert tree is not None
    summaries.hear(tree, cues)


def test_a_goal_and_a_concern_are_enough(parse: Parse) -> None:
    """And are said back in that order, with the person turned round."""
    summaries = Summaries(RULES, IN_SHORT)
    hear(summaries, parse, "We need fewer missed appointments.")
    assert not summaries.is_enough(2)
    assert summaries.last_concern is None
    hear(summaries, parse, "Um, my team is completely overwhelmed.", cue("overwhelm", "completely overwhelmed."))
    assert summaries.is_enough(2)
    assert summaries.last_concern is not None
    both = "you need fewer missed appointments, and your team is completely overwhelmed"
    assert summaries.drafts("overwhelm") == [both, both, "your team is completely overwhelmed"]
    assert len(summaries.evidence()) == 2


def test_once_said_back_it_is_no_news(parse: Parse) -> None:
    """A second summary needs new points."""
    summaries = Summaries(RULES, IN_SHORT)
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "My team is overwhelmed.", cue("overwhelm", "overwhelmed."))
    summaries.note_understood()
    assert not summaries.is_enough(2)
    assert summaries.drafts("overwhelm") == []


def test_two_goals_are_not_enough(parse: Parse) -> None:
    """Without something in the way there is nothing to close on."""
    summaries = Summaries(RULES, IN_SHORT)
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "I want a plan for Fifth Street.")
    assert not summaries.is_enough(2)


def test_what_is_left_out(parse: Parse) -> None:
    """Joy, what is denied, what nobody could follow by itself, what was said before, what stands near a concern."""
    summaries = Summaries(RULES, {})
    hear(summaries, parse, "This dashboard is wonderful.", cue("excitement", "This dashboard is wonderful."))
    hear(summaries, parse, "We don't need a new system.")
    hear(summaries, parse, "We need it.")
    hear(summaries, parse, "We might need more chairs.")
    hear(summaries, parse, "I'm not concerned about chairs.", cue("worry", "I'm not concerned about chairs."))
    cut = "Yet, I will have a tough time learning how to survive on a camping trip."
    hear(summaries, parse, cut, cue("effort", cut))
    hear(summaries, parse, "We want some of that.")
    hear(summaries, parse, "We sell shoes. It hurts.", cue("frustration", "It hurts."))
    assert summaries.drafts("worry") == []
    hear(summaries, parse, "We need more nurses.")
    hear(summaries, parse, "We need more nurses.")
    assert len(summaries.evidence()) == 1


def test_a_concern_without_a_clause_of_theirs_is_said_in_short(parse: Parse) -> None:
    """What was voiced in a scrap counts all the same, and before a label of it it is not said twice."""
    summaries = Summaries(RULES, IN_SHORT)
    hear(summaries, parse, "I'm not concerned about chairs.", cue("worry", "I'm not concerned about chairs."))
    assert summaries.in_short() == (), "they are at ease"
    hear(summaries, parse, "Two grand a month, good grief.", cue("price", "Two grand a month,"))
    hear(summaries, parse, "Four grand, no way.", cue("price", "Four grand,"))
    hear(summaries, parse, "Every time that phone rings, my stomach.", cue("worry", "my stomach."))
    assert summaries.drafts("worry") == ["the numbers have to work for you"]
    assert summaries.drafts("trust")[0] == "the numbers have to work for you, and this has been on your mind"
    assert summaries.in_short() == tuple(IN_SHORT.values())
    assert len(summaries.evidence()) == 2


def test_their_own_words_take_the_place_of_ours(parse: Parse) -> None:
    """Once they say it in a clause that can be said back."""
    summaries = Summaries(RULES, IN_SHORT)
    hear(summaries, parse, "Every time that phone rings, my stomach.", cue("worry", "my stomach."))
    hear(summaries, parse, "I'm nervous about the audit.", cue("worry", "I'm nervous about the audit."))
    assert summaries.in_short() == ()
    assert summaries.drafts("worry") == ["you're nervous about the audit"]
    hear(summaries, parse, "Every time that phone rings, my stomach.", cue("worry", "my stomach."))
    assert summaries.in_short() == ()


def test_memory_is_bounded(parse: Parse) -> None:
    """The last points alone are kept."""
    summaries = Summaries(RULES, IN_SHORT)
    for number in range(3 * POINTS_KEPT):
        hear(summaries, parse, f"We need a{'b' * number} nurses.")
    assert len(summaries.evidence()) <= POINTS_KEPT


@pytest.mark.parametrize("text", ["We need 2 packs of firewood.", "We are need another system."])
def test_counts_and_broken_sentences_are_not_said_back(parse: Parse, text: str) -> None:
    """A count is traded away, and nobody says their slip back to them."""
    summaries = Summaries(RULES, IN_SHORT)
    tree = parse(text)
    assert tree is not None
    summaries.hear(tree, ())
    assert summaries.evidence() == ()


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("My team can't take on another system.", True),
        ("I'm nervous about the audit.", True),
        ("I'm in Madeira for most of November.", False),
        ("I wanted to crawl under my desk.", False),
        ("Everyone is worried about taps.", False),
    ],
)
def test_only_what_weighs_on_them_now_is_said_back(parse: Parse, text: str, is_kept: bool) -> None:
    """An anecdote, a fact or somebody else's trouble, said back, is a scrap."""
    summaries = Summaries(RULES, {})
    hear(summaries, parse, text, cue("worry", text))
    assert bool(summaries.evidence()) == is_kept
