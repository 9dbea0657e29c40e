"""A listener tells what the heads hold likely, in the patterns' words where they found it, and outlives its model."""

import msgspec
import numpy as np
import pytest

from detectors.contract import Turn
from detectors.meaning.heads import DOUBTED, DOUBTED_EARLY, Heads, shipped
from detectors.meaning.listener import Listener, listen
from detectors.meaning.sense import Sense, sense
from detectors.phrasebook import read
from tests.detectors import marked_lines
from tests.detectors.marked_lines import CACHE_DIR, heard_in, words_of
from tests.detectors.meaning.test_sense import Counting

INVENTED = (
    "Thank you.",
    "Thank you very much.",
    "Thanks for watching.",
    "Thanks for watching!",
    "Please subscribe.",
    "Bye.",
    "Bye-bye.",
    "You",
    "you",
    "So",
    "Okay.",
    "Oh.",
    "Hmm.",
    "Mm-hmm.",
    "Uh",
    "I'm sorry.",
    "The end.",
    "Subtitles by the community",
    "See you next time.",
    "Thank you for watching, see you in the next video.",
    "Thank you. Thank you. Thank you.",
    "I'll see you in the next one.",
    "Music",
    ".",
)
"""What recognisers are known to write where nobody speaks."""


@pytest.mark.parametrize("text", INVENTED)
@pytest.mark.parametrize("rep", [None, "So that would be nine hundred a month.", "Are you still there?"])
def test_nothing_is_heard_in_what_recognisers_invent(text: str, rep: str | None) -> None:
    """Silence is no concern."""
    before = () if rep is None else (Turn("rep", rep, 0, 1),)
    assert heard_in(text, marked_lines.detectors(), before) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("for that money I could put two more people on the floor for a year", "price"),
        ("everyone here would have to learn it all over again from scratch", "effort"),
    ],
)
def test_a_concern_is_heard_without_its_usual_words(text: str, name: str) -> None:
    """No pattern matches here; the quote is what was said."""
    objections = listen("objections.toml", CACHE_DIR)
    assert objections.book.hear(words_of(text), ()) == ()
    (cue,) = objections.hear(words_of(text), ())
    assert cue.name == name
    assert cue.quote in text


def test_a_pattern_gives_its_quote_and_its_confidence() -> None:
    """The words that were meant are the best evidence."""
    said = words_of("It's, um, just too expensive for us.")
    assert listen("objections.toml", CACHE_DIR).hear(said, ()) == read("objections.toml").hear(said, ())


def test_a_pattern_that_the_heads_do_not_believe_is_not_told() -> None:
    """Patterns know words, not what is meant by them."""
    deaf = Sense(Counting(), _with_bars(1.0))
    assert Listener(read("objections.toml"), deaf).hear(words_of("It's too expensive for us."), ()) == ()


def test_a_pattern_that_the_heads_doubt_is_told_with_their_confidence() -> None:
    """So that no card is shown for it."""
    said = words_of("It's too expensive for us.")
    heads = _with_bars(1.0)
    chance = 0.6 * DOUBTED
    doubtful = msgspec.structs.replace(
        heads,
        weighs=np.zeros_like(heads.weighs),
        offset=np.full_like(heads.offset, np.log(chance / (1 - chance))),
        least_matched=np.zeros_like(heads.least_matched),
    )
    (cue,) = Listener(read("objections.toml"), Sense(Counting(), doubtful)).hear(said, ())
    (pattern,) = read("objections.toml").hear(said, ())
    assert cue.quote == pattern.quote
    assert cue.confidence == pytest.approx(chance)
    assert pattern.confidence > DOUBTED


def test_while_an_utterance_grows_only_patterns_are_told_and_cost_anything() -> None:
    """What half a sentence seems to mean the other half may unsay."""
    counting = Counting()
    growing = Listener(read("objections.toml"), Sense(counting, shipped()))
    text = "well it is really too expensive for us"
    for count in range(1, 6):
        assert growing.hear(words_of(" ".join(text.split()[:count]), tentative=1), ()) == ()
    assert counting.texts == []
    growing.hear(words_of(text, tentative=1), ())
    assert counting.texts == [(text, None)]
    oblique = "for that money I could put two more people on the floor for a year"
    assert listen("objections.toml", CACHE_DIR).hear(words_of(oblique, tentative=1), ()) == ()
    assert listen("objections.toml", CACHE_DIR).hear(words_of(oblique), ())


def test_without_its_model_it_tells_what_the_patterns_found() -> None:
    """A failing model mutes only itself."""
    said = words_of("It's too expensive for us.")
    broken = Sense(Counting(fails_at="It's too expensive for us."), _with_bars(1.0))
    assert Listener(read("objections.toml"), broken).hear(said, ()) == read("objections.toml").hear(said, ()) != ()


def test_the_rep_raises_nothing() -> None:
    """Cues are the prospect's, and the rep's words cost nothing."""
    counting = Counting()
    listener = Listener(read("objections.toml"), Sense(counting, shipped()))
    assert listener.hear(words_of("It's too expensive", speaker="rep"), ()) == ()
    assert counting.texts == []


def _with_bars(least: float) -> Heads:
    heads = shipped()
    return msgspec.structs.replace(
        heads, **{name: np.full_like(heads.least, least) for name in ("least", "least_few", "least_matched")}
    )


def test_what_is_doubted_of_words_that_may_change_is_believed_once_they_stand() -> None:
    """A cue is told of once where its words stand, so it must not be told with less than it is worth."""
    summary = (Turn("rep", "So your team is stretched thin, and you are worried it would get worse.", 0, 1),)
    listener = listen("objections.toml", CACHE_DIR)
    said = words_of("the implementation process looks disruptive")
    early = msgspec.structs.replace(said, committed=(), tentative=said.committed, is_final=False)
    (doubted,) = listener.hear(early, summary)
    (believed,) = listener.hear(msgspec.structs.replace(said, is_final=False), summary)
    assert (doubted.firm, believed.firm) == (False, True)
    assert doubted.confidence < DOUBTED_EARLY < believed.confidence


def test_the_model_is_loaded_once() -> None:
    """All detectors of all calls share it."""
    assert listen("objections.toml", CACHE_DIR).sense is listen("emotions.toml", CACHE_DIR).sense is sense(CACHE_DIR)


@pytest.mark.parametrize(("late_ms", "is_answer"), [(9_999, True), (10_000, False)])
def test_who_speaks_long_after_the_rep_does_not_answer_them(late_ms: int, is_answer: bool) -> None:
    """Neither for the model nor for the patterns: after a summary "it looks disruptive" was taken for a nod."""
    label, said = "It sounds like the cost worries you.", words_of("That's right.")
    counting = Counting(fails_at="That's right.")  # the patterns alone tell
    agreement = msgspec.structs.replace(listen("agreement.toml", CACHE_DIR), sense=Sense(counting, shipped()))
    (cue,) = agreement.hear(said, (Turn("rep", label, 0, said.all[0].start_ms - late_ms),))
    assert [context for _, context in counting.texts] == [label if is_answer else None]
    (alone,) = agreement.hear(said, ())
    assert (cue.confidence > alone.confidence) is is_answer
