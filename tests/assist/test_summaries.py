"""What they are after and what is in the way is kept, in their words, until it is said back."""

import pytest
from msgspec.structs import replace

from assist.grammar.plain import plain
from assist.grammar.tree import Parse
from assist.judging import NO_JUDGE, Over
from assist.playbook import load
from assist.summaries import LONGEST_SAID, MOST_JUDGED, POINTS_KEPT, Said, Summaries
from detectors.contract import Cue
from tests.assist.judges import Judge

RULES = replace(load(None).summary, begins_ms=0, story_ms=0)
NURSES, FREEZE, BOTH = (
    "We need more nurses.",
    "There's a hiring freeze.",
    "you need more nurses, and there's a hiring freeze",
)


def cue(name: str, quote: str) -> Cue:
    return Cue("emotion", name, "prospect", quote, 0, 1000, confidence=0.9, firm=True)


def _next_ms(summaries: Summaries) -> int:
    return max((point.end_ms for point in summaries._points), default=0) + 1_000


def drafts(summaries: Summaries, closing: str, now_ms: int | None = None) -> list[str]:
    """Right after the last turn, unless another time is told."""
    return summaries.drafts(closing, _next_ms(summaries) if now_ms is None else now_ms)


def hear(
    summaries: Summaries, parse: Parse, text: str, *cues: Cue, end_ms: int | None = None, over: Over | None = None
) -> None:
    """A turn a second after the one before."""
    tree = parse(plain(text))
    assert tree is not None
    summaries.hear(Said(tree, _next_ms(summaries) if end_ms is None else end_ms, over), cues)


def test_what_they_said_is_kept(parse: Parse) -> None:
    """And said back in that order, with the person turned round."""
    summaries = Summaries(RULES, Judge())
    hear(summaries, parse, "We need fewer missed appointments.")
    hear(summaries, parse, "Um, my team is completely overwhelmed.", cue("overwhelm", "completely overwhelmed."))
    both = "you need fewer missed appointments, and your team is completely overwhelmed"
    assert drafts(summaries, "price") == [both]
    assert len(summaries.evidence()) == 2


def test_both_halves_of_a_turn_are_heard(parse: Parse) -> None:
    """But what was said in one breath is one thing; it takes another."""
    summaries = Summaries(RULES, Judge())
    hear(summaries, parse, "We're short of nurses, and there's a hiring freeze.")
    assert drafts(summaries, "price") == []
    hear(summaries, parse, "The audit starts on Monday.")
    all_three = "you're short of nurses, there's a hiring freeze, and the audit starts on Monday"
    assert drafts(summaries, "price") == [all_three, "you're short of nurses, and the audit starts on Monday"]


def test_what_is_said_in_greeting_is_no_part_of_it(parse: Parse) -> None:
    """The first turns of a call are about the weather."""
    summaries = Summaries(replace(RULES, begins_ms=20_000), Judge())
    hear(summaries, parse, "We're snowed in up north.", end_ms=19_999)
    hear(summaries, parse, NURSES, end_ms=20_000)
    hear(summaries, parse, FREEZE, end_ms=30_000)
    assert drafts(summaries, "price") == [BOTH]


def test_a_story_is_not_summed_up_while_it_is_told(parse: Parse) -> None:
    """They have more to say."""
    summaries = Summaries(replace(RULES, story_ms=30_000), Judge())
    hear(summaries, parse, NURSES, end_ms=10_000)
    hear(summaries, parse, FREEZE, end_ms=20_000)
    assert drafts(summaries, "price", 39_999) == []
    assert drafts(summaries, "price", 40_000) == [BOTH]


def test_beside_a_concern_less_is_asked_for(parse: Parse) -> None:
    """Of clauses that are held as likely, more are worth it there."""
    for least, is_kept in ((0.9, True), (0.91, False)):
        rules = replace(RULES, worth_from=1.0, worth_from_beside_concern=least)
        summaries = Summaries(rules, Judge())
        hear(summaries, parse, NURSES)
        hear(summaries, parse, FREEZE, cue("overwhelm", "freeze"))
        assert len(summaries.evidence()) == is_kept


def test_what_is_not_worth_it_is_not_said_back(parse: Parse) -> None:
    """Nor is anything where nobody can tell."""
    for judge in (Judge(idle=("in Madeira",)), NO_JUDGE):
        summaries = Summaries(RULES, judge)
        hear(summaries, parse, NURSES)
        hear(summaries, parse, "We're in Madeira in November.")
        assert drafts(summaries, "price") == []


def test_once_said_back_it_is_no_news(parse: Parse) -> None:
    """A second summary needs new points; what they said meanwhile is one."""
    summaries = Summaries(RULES, Judge())
    hear(summaries, parse, "We need fewer missed appointments.", end_ms=1_000)
    hear(summaries, parse, "My team is overwhelmed.", end_ms=5_000)
    hear(summaries, parse, NURSES, end_ms=9_000)
    summaries.note_said_back(5_000)
    assert drafts(summaries, "price") == []
    hear(summaries, parse, FREEZE, end_ms=10_000)
    assert drafts(summaries, "price") == [BOTH]
    summaries.note_said_back()
    assert summaries.evidence() == ()


def test_the_concern_to_close_on_is_none_of_the_two(parse: Parse) -> None:
    """The label says it, or what comes to the same."""
    summaries = Summaries(RULES, Judge())
    hear(summaries, parse, NURSES)
    hear(summaries, parse, FREEZE, cue("overwhelm", FREEZE))
    assert drafts(summaries, "overwhelm") == []
    assert drafts(summaries, "effort") == [], "that comes to the same"
    assert drafts(summaries, "price") == [BOTH]


def test_a_concern_belongs_to_the_clause_that_it_was_heard_in(parse: Parse) -> None:
    """And to no other of the same turn."""
    summaries = Summaries(RULES, Judge())
    hear(summaries, parse, f"{NURSES} {FREEZE}", cue("overwhelm", FREEZE))
    hear(summaries, parse, "We lost two good people.")
    assert drafts(summaries, "overwhelm") == ["you need more nurses, and you lost two good people"]


@pytest.mark.parametrize(("is_held", "is_open_ms"), [(True, RULES.open_ms), (False, RULES.lasts_ms)])
def test_what_was_voiced_long_ago_is_not_said_back(parse: Parse, is_held: bool, is_open_ms: int) -> None:
    """What they hold against it was answered since, or passed over; how things are with them stays so for longer."""
    summaries = Summaries(RULES, Judge(held=("a hiring freeze",) if is_held else ()))
    hear(summaries, parse, FREEZE, end_ms=0)
    hear(summaries, parse, NURSES, end_ms=1_000)
    assert drafts(summaries, "price", is_open_ms - 1)
    assert drafts(summaries, "price", is_open_ms) == []


def test_what_was_answered_to_their_liking_is_not_said_back(parse: Parse) -> None:
    """Nor what they hold against it in the same breath; how things are with them is."""
    fine = "Oh, that would do nicely."
    summaries = Summaries(RULES, Judge(held=("you can't retrain everybody",)))
    hear(summaries, parse, "We can't retrain everybody.")
    hear(summaries, parse, NURSES)
    assert len(drafts(summaries, "price")) == 1
    hear(summaries, parse, f"{fine} {FREEZE} And we can't retrain everybody.", over="settled")
    assert drafts(summaries, "price") == [BOTH]


def test_of_a_goodbye_nothing_is_said_back(parse: Parse) -> None:
    """They are gone."""
    summaries = Summaries(RULES, Judge())
    hear(summaries, parse, NURSES)
    hear(summaries, parse, f"{FREEZE} Bye now.", over="parting")
    assert len(summaries.evidence()) == 1


def test_the_same_is_said_back_once(parse: Parse) -> None:
    """As they put it last."""
    summaries = Summaries(RULES, Judge())
    for text in (NURSES, FREEZE, "We need more nurses on Mondays.", "There's a hiring freeze now."):
        hear(summaries, parse, text)
    assert drafts(summaries, "price") == ["you need more nurses on Mondays, and there's a hiring freeze now"]


def test_three_things_are_said_back_where_there_are_so_many(parse: Parse) -> None:
    """Those most worth it, in the order in which they came; two, where that is too much to say."""
    summaries = Summaries(RULES, Judge())
    for text in ("I'm worried about the audit.", "We're nervous over moving.", NURSES):
        hear(summaries, parse, text)
    assert drafts(summaries, "effort") == [
        "you're worried about the audit, you're nervous over moving, and you need more nurses",
        "you're worried about the audit, and you're nervous over moving",
    ]


def test_no_more_is_said_back_than_one_can_say(parse: Parse) -> None:
    """In one go."""
    summaries = Summaries(RULES, Judge())
    for text in (
        "My nurses have been waiting for a better room on the ward since winter.",
        "The van was in the garage for six weeks over a broken heater.",
        "Our accountant sits at the kitchen table with a calculator every Sunday night.",
    ):
        hear(summaries, parse, text)
    (draft,) = drafts(summaries, "price")
    assert draft.count(",") == 1 and len(draft.split()) <= LONGEST_SAID


def test_of_a_speech_some_clauses_are_judged(parse: Parse) -> None:
    """Each costs time; what a concern was heard in comes first."""
    summaries = Summaries(RULES, Judge())
    told = ("We need more nurses.", "Our van has no heater.", "My nephew sleeps at work.", "The doors stick in winter.")
    fear = "I'm nervous about the audit."
    hear(summaries, parse, " ".join((*told, fear)), cue("worry", fear))
    assert len(summaries.evidence()) == MOST_JUDGED == len(told)
    assert "you're nervous about the audit" in summaries._points[-1].text


def test_memory_is_bounded(parse: Parse) -> None:
    """The last points alone are kept."""
    summaries = Summaries(RULES, Judge())
    for number in range(3 * POINTS_KEPT):
        hear(summaries, parse, f"We buy {'b' * number}b {'c' * number}c nurses.")
    assert 0 < len(summaries.evidence()) <= POINTS_KEPT
