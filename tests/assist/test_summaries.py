"""What they are after and what is in the way is kept, in their words, until it is said back."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from assist.grammar.plain import plain
from assist.grammar.tree import Parse
from assist.playbook import load
from assist.summaries import POINTS_KEPT, Summaries
from detectors.contract import Cue

RULES = load(None).summary
CLAUSES = {"price": "you'd have to see what the deposit buys you", "worry": "the audit has been on your mind"}
"""What the playbook's sentences might make of a turn."""


def cue(name: str, quote: str, start_ms: int = 0) -> Cue:
    return Cue("emotion", name, "prospect", quote, start_ms, start_ms + 1000, confidence=0.9, firm=True)


def hear(
    summaries: Summaries, parse: Parse, text: str, *cues: Cue, clauses: Mapping[str, str] = MappingProxyType({})
) -> None:
    tree = parse(plain(text))
    assert tree is not None
    summaries.hear(tree, cues, lambda cue: clauses.get(cue.name))


def test_a_goal_and_a_concern_are_enough(parse: Parse) -> None:
    """And are said back in that order, with the person turned round."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "We need fewer missed appointments.")
    assert not summaries.is_enough(2)
    assert summaries.last_concern is None
    hear(summaries, parse, "Um, my team is completely overwhelmed.", cue("overwhelm", "completely overwhelmed."))
    assert summaries.is_enough(2)
    assert summaries.last_concern is not None
    both = "you need fewer missed appointments, and your team is completely overwhelmed"
    assert summaries.drafts("overwhelm") == [both]
    assert len(summaries.evidence()) == 2


def test_both_halves_of_a_turn_are_heard(parse: Parse) -> None:
    """What there is, too."""
    summaries = Summaries(RULES)
    text = "We're short of nurses, and there's a hiring freeze."
    hear(summaries, parse, text, cue("timing", text))
    assert summaries.drafts("effort") == ["you're short of nurses, and there's a hiring freeze"]


def test_once_said_back_it_is_no_news(parse: Parse) -> None:
    """A second summary needs new points."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "My team is overwhelmed.", cue("overwhelm", "overwhelmed."))
    summaries.note_understood()
    assert not summaries.is_enough(2)
    assert summaries.drafts("overwhelm") == []


def test_two_goals_are_not_enough(parse: Parse) -> None:
    """Without something in the way there is nothing to close on."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "I want a plan for Fifth Street.")
    assert not summaries.is_enough(2)


def test_what_is_left_out(parse: Parse) -> None:
    """Joy, what is denied, what nobody could follow by itself, what was said before, what stands near a concern."""
    summaries = Summaries(RULES)
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


def test_a_concern_without_a_clause_of_theirs_is_worded_around_their_words(parse: Parse) -> None:
    """What was voiced in a scrap counts all the same, but before a label of it it is not said twice."""
    summaries = Summaries(RULES)
    denied = "I'm not concerned about chairs."
    hear(summaries, parse, denied, cue("worry", denied), clauses=CLAUSES)
    assert summaries.worded() == (), "they are at ease"
    hear(summaries, parse, "That deposit, good grief.", cue("price", "That deposit,"), clauses=CLAUSES)
    hear(summaries, parse, "The deposit, no way.", cue("price", "The deposit,"), clauses=CLAUSES)
    pointing = {"timing": "that tender has to come first"}
    hear(summaries, parse, "That tender first.", cue("timing", "That tender"), clauses=pointing)
    hear(summaries, parse, "That audit, my stomach.", cue("worry", "my stomach."), clauses=CLAUSES)
    assert summaries.worded() == tuple(CLAUSES.values())
    assert summaries.drafts("effort") == [f"{CLAUSES['price']}, and {CLAUSES['worry']}"]
    assert summaries.drafts("worry") == [], "one thing said back is no summary"
    assert len(summaries.evidence()) == 2


def test_what_they_said_themselves_comes_before_what_is_worded(parse: Parse) -> None:
    """And where they said it in a clause, nothing is worded."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "I'm nervous about the move.", cue("worry", "I'm nervous about the move."), clauses=CLAUSES)
    assert summaries.worded() == ()
    hear(summaries, parse, "That deposit, good grief.", cue("price", "That deposit,"), clauses=CLAUSES)
    hear(summaries, parse, "We need more nurses.")
    hear(summaries, parse, "There's a hiring freeze.", cue("timing", "There's a hiring freeze."))
    told = "you're nervous about the move, you need more nurses, and there's a hiring freeze"
    assert summaries.drafts("effort")[0] == told


def test_one_sentence_of_the_playbook_stands_once(parse: Parse) -> None:
    """With what they spoke of last in it."""
    summaries = Summaries(RULES)
    for thing in ("deposit", "licence"):
        clauses = {"price": f"you'd have to see what the {thing} buys you"}
        hear(summaries, parse, f"The {thing}, good grief.", cue("price", "good grief."), clauses=clauses)
    assert summaries.worded() == ("you'd have to see what the licence buys you",)


def test_three_things_are_said_back_where_there_are_so_many(parse: Parse) -> None:
    """The latest, in the order in which they came."""
    summaries = Summaries(RULES)
    for text in ("I'm worried about the audit.", "I'm nervous about the move.", "We need more nurses."):
        hear(summaries, parse, text, cue("worry", text))
    assert summaries.drafts("effort") == [
        "you're worried about the audit, you're nervous about the move, and you need more nurses",
        "you're nervous about the move, and you need more nurses",
    ]


@pytest.mark.parametrize(("relief_ms", "left"), [(0, "the audit"), (5_000, "the move")])
def test_what_is_off_their_mind_is_not_said_back(parse: Parse, relief_ms: int, left: str) -> None:
    """Relief is about what weighed on them last, be that in the same turn; not about what they say after it."""
    summaries = Summaries(RULES)
    if left == "the audit":
        hear(summaries, parse, "I'm worried about the audit.", cue("worry", "I'm worried about the audit."))
    hear(summaries, parse, "I'm nervous about the move.", cue("worry", "I'm nervous about the move."))
    hear(
        summaries,
        parse,
        "The rent scared me. Oh, that's a load off.",
        *([cue("worry", "The rent scared me.")] if relief_ms else []),
        cue("relief", "that's a load off.", relief_ms),
        clauses={"worry": "the rent has been on your mind"},
    )
    hear(summaries, parse, "We need more nurses.")
    feeling = "worried" if left == "the audit" else "nervous"
    assert summaries.drafts("effort") == [f"you're {feeling} about {left}, and you need more nurses"]


def test_memory_is_bounded(parse: Parse) -> None:
    """The last points alone are kept."""
    summaries = Summaries(RULES)
    for number in range(3 * POINTS_KEPT):
        hear(summaries, parse, f"We need a{'b' * number} nurses.")
    assert len(summaries.evidence()) <= POINTS_KEPT


@pytest.mark.parametrize("text", ["We need 2 packs of firewood.", "We are need another system."])
def test_counts_and_broken_sentences_are_not_said_back(parse: Parse, text: str) -> None:
    """A count is traded away, and nobody says their slip back to them."""
    summaries = Summaries(RULES)
    tree = parse(text)
    assert tree is not None
    summaries.hear(tree, (), lambda _: None)
    assert summaries.evidence() == ()


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("My team can't take on another system.", True),
        ("I'm nervous about the audit.", True),
        ("I'm in Madeira for most of November.", False),
        ("I wanted to crawl under my desk.", False),
        ("Everyone is worried about taps.", False),
        ("I don't get paid on the church till it's dried in.", False),
        ("I don't get paid on the church, till it's dried in.", False),
        ("If it rains we can't pour the floor.", False),
        ("There's no concern about the price.", False),
        ("I'm nervous about that paragraph.", False),
        ("We can't order.", False),
        ("Nobody has time to look at anything.", True),
        ("There was a cake.", False),
        ("I'm the only manager of the branch.", False),
    ],
)
def test_only_what_weighs_on_them_now_is_said_back(parse: Parse, text: str, is_kept: bool) -> None:
    """An anecdote, a fact or somebody else's trouble, said back, is a scrap."""
    summaries = Summaries(RULES)
    hear(summaries, parse, text, cue("worry", text))
    assert bool(summaries.evidence()) == is_kept
