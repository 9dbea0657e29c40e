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
    summaries: Summaries,
    parse: Parse,
    text: str,
    *cues: Cue,
    clauses: Mapping[str, str] = MappingProxyType({}),
    end_ms: int = 0,
) -> None:
    tree = parse(plain(text))
    assert tree is not None
    summaries.hear(tree, end_ms, cues, lambda cue: clauses.get(cue.name))


def test_a_goal_and_a_concern_are_kept(parse: Parse) -> None:
    """And are said back in that order, with the person turned round."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "Um, my team is completely overwhelmed.", cue("overwhelm", "completely overwhelmed."))
    both = "you need fewer missed appointments, and your team is completely overwhelmed"
    assert summaries.drafts("price") == [both]
    assert len(summaries.evidence()) == 2


def test_both_halves_of_a_turn_are_heard(parse: Parse) -> None:
    """What there is, too."""
    summaries = Summaries(RULES)
    text = "We're short of nurses, and there's a hiring freeze."
    hear(summaries, parse, text, cue("overwhelm", text))
    assert summaries.drafts("price") == ["you're short of nurses, and there's a hiring freeze"]


def test_once_said_back_it_is_no_news(parse: Parse) -> None:
    """A second summary needs new points; what they said meanwhile is one."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "We need fewer missed appointments.", end_ms=1_000)
    hear(summaries, parse, "My team is overwhelmed.", cue("overwhelm", "overwhelmed."), end_ms=5_000)
    hear(summaries, parse, "We need more nurses.", end_ms=9_000)
    summaries.note_said_back(5_000)
    assert summaries.drafts("price") == []
    hear(summaries, parse, "There's a hiring freeze.", cue("overwhelm", "There's a hiring freeze."), end_ms=10_000)
    assert summaries.drafts("price") == ["you need more nurses, and there's a hiring freeze"]


def test_the_concern_to_close_on_is_none_of_the_two(parse: Parse) -> None:
    """The label says it."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "There's a hiring freeze.", cue("overwhelm", "There's a hiring freeze."))
    assert summaries.drafts("overwhelm") == []
    assert summaries.drafts("effort") == [], "that comes to the same"
    assert summaries.drafts("price") == ["you need fewer missed appointments, and there's a hiring freeze"]


def test_what_was_voiced_long_ago_is_not_said_back(parse: Parse) -> None:
    """It was answered since, or passed over; until they say it again."""
    summaries = Summaries(RULES)
    freeze = cue("overwhelm", "There's a hiring freeze.")
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "There's a hiring freeze.", freeze, end_ms=10_000)
    both = ["you need fewer missed appointments, and there's a hiring freeze"]
    hear(summaries, parse, "We open on Mondays.", end_ms=RULES.open_ms - 1)
    assert summaries.drafts("price") == both
    hear(summaries, parse, "We open on Mondays.", end_ms=RULES.open_ms)
    assert summaries.drafts("price") == []
    hear(summaries, parse, "We need fewer missed appointments.", end_ms=RULES.open_ms + 1_000)
    assert summaries.drafts("price") == ["there's a hiring freeze, and you need fewer missed appointments"]


@pytest.mark.parametrize(
    ("text", "is_over"),
    [
        ("Oh, that's a good answer.", True),
        ("That works for me then.", True),
        ("And how long does it take?", False),
        ("That doesn't sound like a good answer.", False),
        ("How is that a good answer?", False),
        ("I'm in the car.", False),
        ("They got a deal with somebody.", False),
        ("My nephew works for me.", False),
        ("I keep picking up the pen, if that makes sense.", False),
        ("If that works for us in April.", False),
    ],
)
def test_what_was_answered_to_their_liking_is_not_said_back(parse: Parse, text: str, is_over: bool) -> None:
    """What they are after is, still."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "There's a hiring freeze.", cue("overwhelm", "There's a hiring freeze."))
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, text)
    assert bool(summaries.drafts("price")) != is_over
    hear(summaries, parse, "We need more nurses.")
    assert summaries.drafts("price"), "both goals are there"


@pytest.mark.parametrize("name", ["brush_off", "hesitation", "need"])
def test_a_kind_word_before_a_no_puts_nothing_to_rest(parse: Parse, name: str) -> None:
    """Be that a concern which is not said back itself."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "There's a hiring freeze.", cue("overwhelm", "There's a hiring freeze."))
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "Sounds great, leave it with me.", cue(name, "leave it with me."))
    assert summaries.drafts("price") == ["there's a hiring freeze, and you need fewer missed appointments"]


def test_who_takes_an_answer_and_names_what_is_left_is_not_at_rest(parse: Parse) -> None:
    """Both stand."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "There's a hiring freeze.", cue("overwhelm", "There's a hiring freeze."))
    text = "That helps, but I'm nervous about the move."
    hear(summaries, parse, text, cue("worry", "I'm nervous about the move."))
    assert summaries.drafts("price") == ["there's a hiring freeze, and you're nervous about the move"]


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
    hear(summaries, parse, "There's a hiring freeze.", cue("overwhelm", "There's a hiring freeze."))
    told = "you're nervous about the move, you need more nurses, and there's a hiring freeze"
    assert summaries.drafts("authority")[0] == told


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


@pytest.mark.parametrize("name", ["relief", "excitement"])
def test_what_is_off_their_mind_is_not_said_back(parse: Parse, name: str) -> None:
    """Be that voiced before it in the same turn; what they say after it is, and what they are after."""
    summaries = Summaries(RULES)
    hear(summaries, parse, "I'm worried about the audit.", cue("worry", "I'm worried about the audit."))
    hear(summaries, parse, "We need more nurses.")
    text = "The rent scared me. Oh, that's a load off. I'm nervous about the move."
    hear(
        summaries,
        parse,
        text,
        cue("worry", "The rent scared me."),
        cue(name, "that's a load off.", 5_000),
        cue("trust", "I'm nervous about the move.", 8_000),
        clauses={"worry": "the rent has been on your mind"},
    )
    assert summaries.drafts("effort") == ["you need more nurses, and you're nervous about the move"]


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
    summaries.hear(tree, 0, (), lambda _: None)
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
        ("We ain't giving the list to a stranger.", False),
        ("We'd have to retrain everybody.", True),
        ("I'd have to ask him.", False),
        ("My father still owns the company.", True),
        ("I've been burned before.", True),
        ("We're a family business.", False),
    ],
)
def test_only_what_weighs_on_them_now_is_said_back(parse: Parse, text: str, is_kept: bool) -> None:
    """An anecdote, a fact or somebody else's trouble, said back, is a scrap."""
    summaries = Summaries(RULES)
    hear(summaries, parse, text, cue("worry", text))
    assert bool(summaries.evidence()) == is_kept


def test_what_comes_to_the_same_is_said_back_once(parse: Parse) -> None:
    """Doubt and distrust in two sentences of the playbook, or in one and in their own words, which come first."""
    summaries = Summaries(RULES)
    clauses = {"trust": "trust has to be earned here", "skepticism": "you have your doubts"}
    hear(summaries, parse, "We need more nurses.")
    hear(summaries, parse, "Pull the other one.", cue("trust", "Pull the other one."), clauses=clauses)
    assert summaries.drafts("skepticism") == []
    hear(summaries, parse, "A likely story.", cue("skepticism", "A likely story."), clauses=clauses)
    assert summaries.drafts("price") == ["you need more nurses, and you have your doubts"]
    own = "We can't trust another vendor."
    hear(summaries, parse, own, cue("trust", own), clauses=clauses)
    assert summaries.drafts("price") == ["you need more nurses, and you can't trust another vendor"]
    hear(summaries, parse, "A likely story.", cue("skepticism", "A likely story."), clauses=clauses)
    assert summaries.drafts("price") == ["you need more nurses, and you can't trust another vendor"]
