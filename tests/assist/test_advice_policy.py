"""Advice heeds what the rep does: it takes note, moves on, holds back, and learns from what is waved away."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from assist.advice import Advice
from assist.decisions import Considered, Decision, Shown, Withdrawn
from assist.detection import Heard
from assist.offers import Used
from assist.playbook import load
from assist.rep_side import Did
from assist.talk.moves import Move, MoveKind
from detectors.contract import Cue
from streaming.types import Speaker, Word, Words

PLAYBOOK = load(None)
PACE, POLICY = PLAYBOOK.advice, PLAYBOOK.policy
SOON_MS = 1_000


class Call:
    """A call whose clock is wound by hand; each utterance is a new one."""

    def __init__(self) -> None:
        self.advice = Advice(PLAYBOOK, "call")
        self.now_ms = 0
        self._count = 0

    def _words(self, speaker: Speaker, text: str, is_final: bool) -> Words:
        self._count += 1
        said = tuple(Word(word, self.now_ms, self.now_ms + 1, 0.9) for word in text.split())
        return Words(speaker, self._count, said, (), is_final)

    def cue(self, *names: str, after_ms: int = SOON_MS, age_ms: int = 0) -> tuple[Decision, ...]:
        """The prospect is heard to mean that; it was said `age_ms` ago."""
        self.now_ms += after_ms
        at_ms = self.now_ms - age_ms
        cues = tuple(Cue("objection", name, "prospect", "the cost", at_ms, at_ms, 0.9, True) for name in names)
        return self.advice.hear(Heard(cues, ()), self._words("prospect", "the cost", False), self.now_ms)

    def say(
        self, speaker: Speaker, text: str, did: tuple[Did, ...] = (), after_ms: int = SOON_MS, is_final: bool = True
    ) -> tuple[Decision, ...]:
        """Somebody says that."""
        self.now_ms += after_ms
        return self.advice.hear(Heard((), ()), self._words(speaker, text, is_final), self.now_ms, did)

    def wait(self, duration_ms: int) -> tuple[Decision, ...]:
        """Nothing is said."""
        self.now_ms += duration_ms
        return self.advice.tick(self.now_ms)

    def dismiss(self, id_: str) -> tuple[Decision, ...]:
        """The rep waves it away."""
        return self.advice.dismiss(id_, self.now_ms)

    def less(self, id_: str) -> tuple[Decision, ...]:
        """The rep wants less of it."""
        return self.advice.dismiss(id_, self.now_ms, wants_less=True)

    def another(self, id_: str) -> tuple[Decision, ...]:
        """The rep would see another."""
        return self.advice.another(id_, self.now_ms)

    def did(self, kind: MoveKind, *names: str) -> tuple[Did, ...]:
        """The rep tried that about these concerns, a second from now."""
        at_ms = self.now_ms + SOON_MS
        text = "It seems like that was hard."
        return (Did(kind, text, at_ms, at_ms + 1, names, Move(kind, text, at_ms, at_ms + 1, 0)),)


def told(decisions: tuple[Decision, ...]) -> list[str]:
    """Each in a word or two."""
    words = []
    for decision in decisions:
        match decision:
            case Shown(s):
                words.append(f"shown {s.cue}")
            case Withdrawn(_, reason) | Considered(reason=reason):
                words.append(reason)
            case Used(_, how, _, _):
                words.append(how)
    return words


def text_of(decisions: tuple[Decision, ...]) -> str:
    """The sentence shown."""
    return next(decision.suggestion.text for decision in decisions if isinstance(decision, Shown))


@pytest.fixture
def call() -> Iterator[Call]:
    yield Call()


def test_a_suggestion_that_is_said_is_used_and_leaves(call: Call) -> None:
    """Read aloud."""
    text = text_of(call.cue("price"))
    assert told(call.say("rep", text)) == ["said", "used"]
    assert call.say("rep", text) == ()


def test_a_suggestion_said_in_other_words_is_used_and_leaves(call: Call) -> None:
    """The same technique while it stood."""
    call.cue("price")
    assert told(call.say("rep", "It seems like that was hard.", call.did("label", "price"))) == ["own_words", "used"]


def test_a_suggestion_said_late_is_used_though_it_is_gone(call: Call) -> None:
    """It was read off the screen."""
    text = text_of(call.cue("price"))
    assert told(call.wait(PACE.life_ms)) == ["expired"]
    assert told(call.say("rep", text)) == ["said"]


def test_a_concern_taken_up_otherwise_needs_no_suggestion(call: Call) -> None:
    """The rep chose another way, and it was a good one; another concern's suggestion stays."""
    call.cue("price")
    assert call.say("rep", "The cost?", call.did("mirror", "risk")) == ()
    assert told(call.say("rep", "The cost?", call.did("mirror", "price"))) == ["moved_on"]


def test_what_the_rep_has_in_hand_is_left_to_the_rep(call: Call) -> None:
    """Just labelled, it is being talked through; after a while it may need a question, and another concern is news."""
    call.say("rep", "It seems like that was hard.", call.did("label", "price"))
    assert told(call.cue("price")) == ["rep_is_on_it"]
    assert told(call.cue("risk")) == ["shown risk"]
    question = call.cue("price", after_ms=POLICY.rep_on_it_ms)
    assert told(question) == ["replaced", "shown price"] or told(question) == ["expired", "shown price"]
    assert text_of(question) in PLAYBOOK.cues["price"].questions or "like" in text_of(question)


def test_the_rep_goes_another_way(call: Call) -> None:
    """So many words of another kind, and the suggestion is out of date; a nod or a word is not."""
    call.cue("price")
    assert call.say("rep", "Yeah, okay.") == ()
    assert told(call.say("rep", "and " * (POLICY.moved_on_rep_words - 2))) == ["moved_on"]


def test_the_prospect_talks_on(call: Call) -> None:
    """What they are on about now is something else."""
    call.cue("price")
    assert call.say("prospect", "and " * (POLICY.moved_on_prospect_words - 1)) == ()
    assert told(call.say("prospect", "so")) == ["moved_on"]


def test_what_came_too_soon_waits_for_its_turn(call: Call) -> None:
    """While it is fresh, the one worth most first."""
    call.cue("price")
    assert told(call.cue("effort", "risk", after_ms=5_000)) == ["cool_down", "cool_down"]
    assert told(call.wait(4_999)) == []
    assert told(call.wait(1)) == ["replaced", "shown risk"]
    assert told(call.wait(PACE.cool_down_ms)) == [], "by then the other is stale"


@pytest.mark.parametrize("answer", ["Sure, it is not that much.", "Sure, it is not"])
def test_what_came_too_soon_is_let_go_once_the_rep_answers(call: Call, answer: str) -> None:
    """With a sentence or the beginning of one; "mm-hm" is no answer."""
    call.cue("price")
    call.cue("risk", after_ms=5_000)
    call.say("rep", "Mm-hm.")
    assert told(Call().wait(1)) == []
    call.say("rep", answer, is_final=answer.endswith("."))
    assert call.wait(4_000) == ()


def test_what_came_too_soon_and_grew_stale_is_let_go(call: Call) -> None:
    """It was said too long ago."""
    call.cue("price")
    call.cue("risk", after_ms=1_000, age_ms=POLICY.fresh_ms)
    assert call.wait(PACE.cool_down_ms) == ()


def test_the_fresher_of_two_about_as_heavy_goes_first(call: Call) -> None:
    """Weight is not all."""
    old, new = PLAYBOOK.cues["risk"].weight, PLAYBOOK.cues["effort"].weight
    assert old > new
    call.now_ms = 60_000
    cues = (
        Cue("objection", "risk", "prospect", "q", 0, 60_000 - 1_000 * (old - new + 1), 0.9, True),
        Cue("objection", "effort", "prospect", "q", 0, 60_000, 0.9, True),
    )
    words = Words("prospect", 0, (Word("q", 59_000, 60_000, 0.9),), (), True)
    assert told(call.advice.hear(Heard(cues, ()), words, 60_000)) == ["shown effort", "cool_down"]


def test_a_dismissed_suggestion_leaves_and_brings_quiet(call: Call) -> None:
    """Whatever comes; after that the same concern is not brought up at once in another dress."""
    call.cue("price")
    assert told(call.dismiss("s1")) == ["dismissed"]
    assert told(call.cue("trust")) == ["dismissed"]
    assert told(call.cue("thats_right", after_ms=POLICY.dismissed_quiet_ms)) == ["shown thats_right"]


def test_dismissing_what_is_not_the_newest_changes_nothing(call: Call) -> None:
    """A pin was taken off, or an old message arrived."""
    assert call.dismiss("s1") == ()
    call.cue("price")
    call.cue("trust")
    assert call.dismiss("s1") == () and call.dismiss("s9") == ()
    assert told(call.dismiss("s2")) == ["dismissed"]


def test_two_screens_dismiss_once(call: Call) -> None:
    """Nothing is withdrawn twice, and the quiet is no longer than after one."""
    call.cue("price")
    call.dismiss("s1")
    assert call.dismiss("s1") == ()
    assert told(call.cue("trust", after_ms=POLICY.dismissed_quiet_ms)) == ["shown trust"]


def test_what_waits_its_turn_is_worded_by_the_words_as_they_stand(call: Call) -> None:
    """A mirror of words that changed meanwhile would be nobody's."""
    call.cue("price")
    call.now_ms = 5_000
    cue = Cue("objection", "effort", "prospect", "it looks disruptive", 4_000, 5_000, 0.9, True)
    for text in ("it looks disruptive", "it looks destructive"):
        said = tuple(Word(word, 4_500, 4_501, 0.9) for word in text.split())
        new = (cue,) if text.endswith("disruptive") else ()
        call.advice.hear(Heard(new, ()), Words("prospect", 9, said, (), False), 5_000)
    shown = [d for d in call.wait(PACE.cool_down_ms - 4_000) if isinstance(d, Shown)]
    assert [d.suggestion.technique for d in shown] == ["label"]


def test_one_that_ran_out_can_still_be_dismissed(call: Call) -> None:
    """The overlay had it a moment longer; it counts, and nothing is withdrawn twice."""
    call.cue("price")
    call.wait(PACE.life_ms)
    assert call.dismiss("s1") == ()
    assert told(call.cue("trust")) == ["dismissed"]


def test_after_dismissals_only_the_weighty_is_shown(call: Call) -> None:
    """A rep who waves labels away gets no label for a light cue any more, and one for a heavy one still."""
    call.cue("price")
    call.dismiss("s1")
    assert told(call.cue("risk", after_ms=60_000)) == ["shown risk"]
    call.dismiss("s2")
    assert told(call.cue("relief", after_ms=60_000)) == ["not_worth_it"]
    assert told(call.cue("trust")) == ["shown trust"]


def techniques(decisions: tuple[Decision, ...]) -> list[str]:
    """Of what is shown."""
    return [decision.suggestion.technique for decision in decisions if isinstance(decision, Shown)]


def test_less_of_this_answers_otherwise_for_the_rest_of_the_call(call: Call) -> None:
    """It leaves like what is dismissed; minutes later the same concern is asked about, not labelled, or left alone."""
    assert techniques(call.cue("price")) == ["label"]
    assert told(call.less("s1")) == ["dismissed"]
    assert techniques(call.cue("price", after_ms=600_000)) == ["question"]
    assert techniques(call.cue("risk", after_ms=600_000)) == ["question"]


def test_less_of_a_technique_and_a_concern_silences_the_two_together(call: Call) -> None:
    """Not even a heavy one comes back once the rep has said so of each way of answering it; others still do."""
    call.cue("price")
    call.less("s1")
    call.cue("price", after_ms=600_000)
    call.less("s2")
    assert told(call.cue("price", after_ms=600_000)) == ["not_worth_it"]
    assert techniques(call.cue("trust", after_ms=600_000)) != []


def test_less_of_this_counts_once_and_of_the_newest_only(call: Call) -> None:
    """Two screens, or an old message."""
    assert call.less("s1") == ()
    call.cue("price")
    call.less("s1")
    assert call.less("s1") == ()
    assert techniques(call.cue("risk", after_ms=600_000)) == ["question"]


def test_another_is_another_way_of_answering_the_same(call: Call) -> None:
    """At once, cool-down or not, never the same text twice, until nothing is left; then the last one stays."""
    texts = [d.suggestion.text for d in call.cue("price") if isinstance(d, Shown)]
    for number in range(1, 40):
        decisions = call.another(f"s{number}")
        if not decisions:
            break
        assert told(decisions) == ["replaced", "shown price"]
        texts += [d.suggestion.text for d in decisions if isinstance(d, Shown)]
    assert len(texts) == len(set(texts)) > 2
    assert told(call.dismiss(f"s{len(texts)}")) == ["dismissed"]


def test_another_is_what_waits_its_turn_if_something_does(call: Call) -> None:
    """And that comes only once."""
    call.cue("price")
    assert told(call.cue("risk", after_ms=2_000)) == ["cool_down"]
    assert told(call.another("s1")) == ["replaced", "shown risk"]
    assert told(call.wait(PACE.cool_down_ms)) == []


def test_another_of_what_does_not_stand_is_nothing(call: Call) -> None:
    """Before the first, of an old one, and of one that ran out."""
    assert call.another("s1") == ()
    call.cue("price")
    call.cue("trust")
    assert call.another("s1") == ()
    call.wait(PACE.life_ms)
    assert call.another("s2") == ()


def test_waiting_cues_are_forgotten_by_a_dismissal(call: Call) -> None:
    """They would pop up in the quiet that was asked for."""
    call.cue("price")
    call.cue("risk", after_ms=9_000)
    call.dismiss("s1")
    assert call.wait(1_000) == ()


def test_a_light_cue_can_be_silenced_by_the_team() -> None:
    """Through the numbers alone."""
    playbook = replace(PLAYBOOK, policy=replace(POLICY, least_worth=50))
    call = Call()
    call.advice = Advice(playbook, "call")
    assert told(call.cue("relief")) == ["not_worth_it"]


@pytest.mark.parametrize(("start_ms", "is_later"), [(0, False), (4_000, True)])
def test_words_heard_in_two_ways_need_one_answer(call: Call, start_ms: int, is_later: bool) -> None:
    """A hesitation in the very words of an objection does not come up again later; what follows those words does."""
    words = Words("prospect", 1, (Word("cost", 0, 3_000, 0.9),), (), False)
    price = Cue("objection", "price", "prospect", "justify the cost", 500, 3_000, 0.9, True)
    doubt = Cue("emotion", "skepticism", "prospect", "I don't know if", start_ms, start_ms + 1_000, 0.9, True)
    assert told(call.advice.hear(Heard((price,), ()), words, 3_000)) == ["shown price"]
    assert told(call.advice.hear(Heard((doubt,), ()), words, 3_100)) == ["cool_down"]
    call.now_ms = 3_100
    later = [told(call.wait(SOON_MS)) for _ in range(30)]
    assert (["replaced", "shown skepticism"] in later or ["shown skepticism"] in later) is is_later
