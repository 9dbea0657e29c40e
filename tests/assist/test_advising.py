"""Detectors and playbook are loaded once and each call gets its own memory of what was shown."""

from pathlib import Path

import pytest

from assist import advising, settings
from assist.decisions import Shown
from assist.desk import Foreseen
from assist.playbook_files import PlaybookError
from assist.preparation import Preparation
from streaming.types import Word, Words

COST = "I just don't know if we can justify the cost right now."


def words() -> Words:
    """A price objection."""
    spoken = tuple(Word(word, 100 * i, 100 * i + 90, 0.9) for i, word in enumerate(COST.split()))
    return Words("prospect", 0, spoken, (), True)


def shown(loaded: advising.Advising, call_id: str) -> list[str]:
    """What a call of its own is shown."""
    detection, advice = loaded.for_call(call_id)
    decisions = advice.hear(detection.hear(words()), words(), 2_000)
    return [decision.suggestion.text for decision in decisions if isinstance(decision, Shown)]


def test_calls_do_not_share_what_was_shown() -> None:
    """Each new call is advised afresh, and the same id alike."""
    loaded = advising.load(settings.load())
    first = shown(loaded, "a")
    assert len(first) == 1 and shown(loaded, "a") == first and len(shown(loaded, "b")) == 1


def test_detectors_are_shared_and_all_there() -> None:
    """Three kinds of listening."""
    assert {"agreement", "emotions", "objections"} <= advising.load(settings.load()).detectors.keys()


def test_a_teams_playbook_is_laid_over_the_bundled_one(tmp_path: Path) -> None:
    """Its wording is the one shown."""
    own = tmp_path / "team.toml"
    own.write_text('[cues.price]\nlabels = ["It sounds like the return has to be plain."]\n')
    assert shown(advising.load(settings.load(playbook=own)), "a") == ["It sounds like the return has to be plain."]


def test_a_playbook_for_a_cue_that_nobody_hears_is_refused(tmp_path: Path) -> None:
    """It would never be shown; the name is told."""
    own = tmp_path / "team.toml"
    own.write_text('[cues.prise]\nweight = 50\nconcern = "x"\nlabels = ["It sounds like a lot."]\nquestions = []\n')
    with pytest.raises(PlaybookError, match="prise"):
        advising.load(settings.load(playbook=own))


def test_cues_heard_have_wordings() -> None:
    """Nothing that a detector may tell of is unknown to the playbook."""
    loaded = advising.load(settings.load())
    names = {name for detector in loaded.detectors.values() for name in detector.names}
    assert names <= loaded.playbook.cues.keys() | {"thats_right", "youre_right"}


def test_no_sentence_is_made_of_words_that_may_be_the_reps() -> None:
    """Where both are on one channel, "It sounds like your ..." would put the rep's words into the prospect's mouth."""
    loaded = advising.load(settings.load())
    loaded.parser.wait()
    said = "I'd have to run it by my boss."
    spoken = tuple(Word(word, 100 * i, 100 * i + 90, 0.9) for i, word in enumerate(said.split()))
    texts = []
    for is_mixed in (False, True):
        detection, advice = loaded.for_call("c", is_mixed)
        words = Words("prospect", 0, spoken, (), True)
        decisions = advice.hear(detection.hear(words), words, 2_000)
        texts += [decision.suggestion.text for decision in decisions if isinstance(decision, Shown)]
    made, fixed = texts
    assert "boss" in made and "boss" not in fixed


def test_what_was_thought_of_is_foreseen() -> None:
    """A fear is heard as it would be on the call: it ranks higher there, and has a line to be said first."""
    loaded = advising.load(settings.load())
    *steps, foreseen = loaded.foresee(Preparation(fears=(COST,), pressures=("lunch",)))
    assert "price" in foreseen.cues and foreseen.audits == loaded.playbook.audits["price"].labels[:1]
    assert foreseen.is_whole and len(steps) == 4 and not any(step.is_whole for step in steps)
    assert list(loaded.foresee(Preparation(win="peace"))) == [Foreseen()]


def test_what_was_foreseen_is_answered_first() -> None:
    """Of two things in one breath, that which weighs a little less otherwise."""
    loaded = advising.load(settings.load())
    said = "I have to run it by my boss, and I just don't know if we can justify the cost right now."
    spoken = tuple(Word(word, 100 * i, 100 * i + 90, 0.9) for i, word in enumerate(said.split()))
    answered = []
    for foreseen in (frozenset[str](), frozenset({"authority"})):
        detection, advice = loaded.for_call("c", foreseen=foreseen)
        words = Words("prospect", 0, spoken, (), True)
        decisions = advice.hear(detection.hear(words), words, 2_000)
        answered.append(next(one.suggestion.cue for one in decisions if isinstance(one, Shown)))
    assert answered == ["price", "authority"]
