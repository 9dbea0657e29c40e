"""Advice offers one thing at a time, seldom, never twice, and takes back what no longer holds."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from assist.advice import Advice
from assist.decisions import Considered, Decision, Shown, Withdrawn
from assist.detection import Heard
from assist.grammar.tree import Parse
from assist.offers import Suggestion, Used
from assist.playbook import load
from assist.rep_side import Did
from assist.talk.moves import Move
from detectors.contract import Cue, CueKind
from streaming.types import Speaker, Word, Words
from tests.assist.judges import Judge

SHIPPED = load(None)
# These calls begin without a greeting, and end soon.
PLAYBOOK = replace(SHIPPED, summary=replace(SHIPPED.summary, begins_ms=0, story_ms=0))
PACE = PLAYBOOK.advice
IMPLEMENTATION = "Your platform seems great, but the implementation process looks disruptive."
SAID_BACK = Move("summary", "So you need fewer gaps.", 40_000, 44_000, 0)
SUMMED_UP = (Did("summary", SAID_BACK.text, SAID_BACK.start_ms, SAID_BACK.end_ms, (), SAID_BACK),)
KINDS: dict[str, CueKind] = {"worry": "emotion", "relief": "emotion", "thats_right": "agreement"}


def cue(
    name: str, quote: str = "the cost", confidence: float = 0.9, firm: bool = True, speaker: Speaker = "prospect"
) -> Cue:
    return Cue(KINDS.get(name, "objection"), name, speaker, quote, 0, len(quote.split()) * 300, confidence, firm)


def said(text: str = "the cost", utterance: int = 0, speaker: Speaker = "prospect", is_final: bool = False) -> Words:
    words = tuple(Word(word, i * 300, i * 300 + 250, 0.9) for i, word in enumerate(text.split()))
    return Words(speaker, utterance, words, (), is_final)


def hear(advice: Advice, new: Cue | tuple[Cue, ...], words: Words, now_ms: int) -> tuple[Decision, ...]:
    """What follows from cues that were heard just now."""
    cues = new if isinstance(new, tuple) else (new,)
    return advice.hear(Heard(tuple(replace(cue, end_ms=max(now_ms, cue.end_ms)) for cue in cues), ()), words, now_ms)


def only_shown(decisions: tuple[Decision, ...]) -> Suggestion:
    (decision,) = decisions
    assert isinstance(decision, Shown)
    return decision.suggestion


def reasons(decisions: tuple[Decision, ...]) -> list[str]:
    return [
        f"shown {d.suggestion.cue}" if isinstance(d, Shown) else d.reason for d in decisions if not isinstance(d, Used)
    ]


@pytest.fixture
def advice() -> Iterator[Advice]:
    yield Advice(PLAYBOOK, "call")


def test_a_firm_cue_earns_a_label(advice: Advice) -> None:
    """With the cue, the words behind it, when they ended and when the offer ends."""
    shown = only_shown(hear(advice, cue("price"), said(), 5000))
    assert shown.text in PLAYBOOK.cues["price"].labels
    assert shown == Suggestion("s1", "label", shown.text, "price", "the cost", 5000, 5000 + PACE.life_ms)


def test_a_disruptive_rollout_earns_its_mirror(advice: Advice) -> None:
    """The word that matters, as a question."""
    shown = only_shown(hear(advice, cue("effort", IMPLEMENTATION), said(IMPLEMENTATION), 0))
    assert (shown.technique, shown.text) == ("mirror", "Disruptive...?")


def test_a_breakthrough_earns_a_question_and_replaces_what_was_there(advice: Advice) -> None:
    """What was offered before they felt heard is out of date."""
    hear(advice, cue("trust"), said(), 0)
    replaced, shown = hear(advice, cue("thats_right", "That's right."), said("That's right.", 1), 2000)
    assert replaced == Withdrawn("s1", "replaced")
    assert isinstance(shown, Shown)
    assert (shown.suggestion.id, shown.suggestion.technique) == ("s2", "question")


def test_the_reps_cues_earn_nothing(advice: Advice) -> None:
    """Not by their speaker, and not by the words they came with."""
    assert hear(advice, cue("price", speaker="rep"), said(speaker="rep"), 0) == ()
    assert hear(advice, cue("price", speaker="rep"), said(), 0) == ()


def test_a_guess_is_not_shown(advice: Advice) -> None:
    """The bound is the playbook's, and its own value is enough."""
    assert reasons(hear(advice, cue("price", confidence=PACE.min_confidence - 0.01), said(), 0)) == ["low_confidence"]
    assert reasons(hear(advice, cue("price", confidence=PACE.min_confidence), said(), 0)) == ["shown price"]


def test_tentative_words_must_be_plainer(advice: Advice) -> None:
    """A cue that is not firm needs more confidence; once firm, it is weighed again."""
    unsure = PACE.min_confidence_tentative - 0.01
    assert reasons(hear(advice, cue("price", confidence=unsure, firm=False), said(), 0)) == ["not_yet_firm"]
    assert reasons(hear(advice, cue("price", confidence=unsure), said(), 300)) == ["shown price"]


def test_a_cue_that_becomes_firm_is_not_shown_twice(advice: Advice) -> None:
    """Not while it is offered, not after it was replaced, not after it expired."""
    assert reasons(hear(advice, cue("price", firm=False), said(), 0)) == ["shown price"]
    assert hear(advice, cue("price"), said(), 300) == ()
    assert reasons(hear(advice, cue("need", firm=False), said("x", 1), 90_000)) == ["expired", "shown need"]
    assert reasons(hear(advice, cue("trust"), said("x", 1), 90_100)) == ["replaced", "shown trust"]
    assert hear(advice, cue("need"), said("x", 1), 90_200) == ()
    assert reasons(hear(advice, cue("need"), said("x", 1), 900_000)) == ["expired"]


def test_a_heavier_cue_replaces_a_lighter_one(advice: Advice) -> None:
    """At once; one of equal or lesser weight waits for the end of the cool-down."""
    hear(advice, cue("price"), said(), 0)
    equal = cue("risk")
    assert reasons(hear(advice, equal, said("x", 1), 1000)) == ["cool_down"]
    assert reasons(hear(advice, cue("relief"), said("x", 1), PACE.cool_down_ms - 1)) == ["cool_down"]
    assert reasons(hear(advice, cue("trust"), said("x", 1), PACE.cool_down_ms - 1)) == ["replaced", "shown trust"]
    later = 2 * PACE.cool_down_ms - 1
    assert reasons(hear(advice, cue("relief"), said("x", 2), later)) == ["replaced", "shown relief"]


def test_of_two_cues_at_once_the_heavier_is_shown(advice: Advice) -> None:
    """Whatever their order."""
    assert reasons(hear(advice, (cue("relief"), cue("trust")), said(), 0)) == ["shown trust", "cool_down"]


def test_the_same_concern_soon_again_gets_another_technique_or_nothing(advice: Advice) -> None:
    """A label, then a question, then silence until the concern is news again."""
    times_ms = [0, 11_000, 22_000, PACE.same_concern_ms - 1, PACE.same_concern_ms]
    told = [hear(advice, cue("price"), said("x", n), at_ms) for n, at_ms in enumerate(times_ms)]
    techniques = [d.suggestion.technique for decisions in told for d in decisions if isinstance(d, Shown)]
    assert techniques == ["label", "question", "label"]
    assert reasons(told[2]) == ["same_concern_recent"]
    assert reasons(told[3]) == ["expired", "same_concern_recent"]


def test_when_all_was_said_nothing_is_said_again(advice: Advice) -> None:
    """An hour of the same cue uses each wording once."""
    shown, refused = [], set()
    for n in range(100):
        for decision in hear(advice, cue("price"), said("x", n), n * 50_000):
            if isinstance(decision, Shown):
                shown.append(decision.suggestion.text)
            elif isinstance(decision, Considered):
                refused.add(decision.reason)
    price = PLAYBOOK.cues["price"]
    assert sorted(shown) == sorted((*price.labels, *price.questions))
    assert refused == {"said_already"}


def test_an_offer_expires(advice: Advice) -> None:
    """At its time, once, by the tick of the clock or with the next words of either side."""
    hear(advice, cue("price"), said(), 0)
    assert advice.tick(PACE.life_ms - 1) == ()
    assert advice.tick(PACE.life_ms) == (Withdrawn("s1", "expired"),)
    assert advice.tick(PACE.life_ms) == ()
    hear(advice, cue("need"), said("x", 1), 20_000)
    expiring = hear(advice, (), said("x", speaker="rep"), 20_000 + PACE.life_ms)
    assert expiring == (Withdrawn("s2", "expired"),)


def test_what_was_never_said_is_taken_back(advice: Advice) -> None:
    """A cue that went away takes its suggestion with it and silences nothing: what was said may be answered at once."""
    early = cue("price", firm=False)
    hear(advice, early, said(), 0)
    decisions = advice.hear(Heard((cue("relief"),), (early,)), said("the cosy"), 300)
    assert reasons(decisions) == ["words_changed", "shown relief"]


def test_another_utterances_loss_is_not_its_own(advice: Advice) -> None:
    """The same class taken back in a later utterance leaves the suggestion alone."""
    hear(advice, cue("price"), said(), 0)
    assert advice.hear(Heard((), (cue("price", firm=False),)), said("x", 1), 300) == ()
    assert advice.hear(Heard((), (cue("risk", firm=False),)), said(), 400) == ()


def test_words_that_flicker_are_believed_only_when_firm(advice: Advice) -> None:
    """After one suggestion was taken back, tentative words of that utterance earn no other; firm ones do, reworded."""
    early = cue("price", firm=False)
    first = only_shown(hear(advice, early, said(), 0))
    advice.hear(Heard((), (early,)), said(), 100)
    assert reasons(hear(advice, early, said(), 200)) == ["not_yet_firm"]
    second = only_shown(hear(advice, cue("price"), said(), 300))
    assert second.technique == "label", "the concern is still unanswered"
    assert second.text != first.text


def test_a_cue_that_went_away_after_it_was_replaced_is_weighed_again(advice: Advice) -> None:
    """When its words stand after all; here it waits for the cool-down of what replaced it."""
    early = cue("price", firm=False)
    hear(advice, early, said(), 0)
    hear(advice, cue("trust"), said(), 100)
    assert advice.hear(Heard((), (early,)), said(), 200) == ()
    assert reasons(hear(advice, cue("price"), said(), 300)) == ["cool_down"]


def test_a_mirror_goes_when_its_words_do(advice: Advice) -> None:
    """Even while the cue itself still stands."""
    hear(advice, cue("effort", firm=False), said("it looks disruptive"), 0)
    assert hear(advice, (), said("it looks disruptive to us"), 100) == ()
    assert reasons(hear(advice, (), said("it looks destructive"), 200)) == ["words_changed"]
    assert reasons(hear(advice, cue("effort"), said("it looks destructive"), 300)) == ["shown effort"]


def test_a_mirror_outlives_the_next_utterance(advice: Advice) -> None:
    """Its words are looked for where they were said only."""
    hear(advice, cue("effort"), said("it looks disruptive"), 0)
    assert hear(advice, (), said("yeah", 1), 100) == ()


def test_a_cue_without_wording_is_considered(advice: Advice) -> None:
    """So that a team sees what its playbook leaves unanswered."""
    assert hear(advice, cue("legal"), said(), 0) == (Considered("label", "", "legal", "the cost", "no_wording"),)


def test_some_cues_wait_for_a_pause(advice: Advice) -> None:
    """Hesitation leads on to what it is about; only if nothing weightier comes of it is it answered, once."""
    unsure = cue("hesitation", "I just don't know")
    assert hear(advice, unsure, said(), 0) == ()
    assert reasons(hear(advice, cue("price"), said(is_final=True), 1000)) == ["shown price", "cool_down"]
    assert hear(advice, unsure, said("x", 1), 60_000) == (Withdrawn("s1", "expired"),)
    assert hear(advice, (), said("x", 0, is_final=True), 60_100) == (), "the end of another utterance is no pause"
    assert reasons(hear(advice, (), said("x", 1, is_final=True), 60_200)) == ["shown hesitation"]
    assert hear(advice, (), said("x", 1, is_final=True), 90_000) == (Withdrawn("s2", "expired"),)


def test_a_waiting_cue_that_went_away_is_forgotten(advice: Advice) -> None:
    """The pause finds nothing to answer."""
    early = cue("hesitation", firm=False)
    hear(advice, early, said(), 0)
    assert advice.hear(Heard((), (early,)), said(is_final=True), 100) == ()


def test_memory_is_bounded(advice: Advice) -> None:
    """A call of any length keeps the cues of two utterances."""
    for n in range(300):
        early = cue("price", firm=False)
        hear(advice, early, said("x", n), n * 60_000)
        hear(advice, (cue("trust"), cue("hesitation")), said("x", n), n * 60_000)
        advice.hear(Heard((), (early,)), said("x", n), n * 60_000)
    assert len(advice._answered) <= 4
    assert len(advice._unsettled) <= 2
    assert len(advice._waiting) <= 2
    assert len(advice._held_back) <= 4
    assert len(advice._restraint._tried_ms) <= 4


def later(words: Words, by_ms: int) -> Words:
    """The same, said later."""
    moved = tuple(Word(word.text, word.start_ms + by_ms, word.end_ms + by_ms, 0.9) for word in words.all)
    return replace(words, committed=moved)


def finished(advice: Advice, name: str, text: str, utterance: int, now_ms: int) -> tuple[Decision, ...]:
    """A turn of the prospect's that ended just now, with a concern in it."""
    begun_ms = now_ms - 300 * len(text.split())
    words = tuple(Word(w, begun_ms + i * 300, begun_ms + (i + 1) * 300, 0.9) for i, w in enumerate(text.split()))
    concern = Cue("emotion", name, "prospect", text, begun_ms, now_ms, confidence=0.9, firm=True)
    return advice.hear(Heard((concern,), ()), Words("prospect", utterance, words, (), True), now_ms)


def test_a_pause_earns_a_summary_and_then_only_their_answer_counts(parse: Parse) -> None:
    """Of what is on the table; while they speak on, it waits."""
    advice = Advice(PLAYBOOK, "call", parse, Judge())
    finished(advice, "worry", "We need fewer missed appointments.", 0, 10_000)
    finished(advice, "overwhelm", "My team is completely overwhelmed.", 1, 30_000)
    words = later(said("Twelve hundred", 2), 59_000)
    assert reasons(hear(advice, cue("price", "Twelve hundred"), words, 60_000)) == ["expired"]
    summary = only_shown(advice.hear(Heard((), ()), replace(words, is_final=True), 61_000))
    assert (summary.technique, summary.cue) == ("summary", "price")
    assert "your team is completely overwhelmed" in summary.text
    assert reasons(hear(advice, cue("trust"), said("x", 3), 61_500)) == ["cool_down"]
    right = hear(advice, cue("thats_right", "That's right."), said("That's right.", 4), 62_000)
    assert reasons(right) == ["replaced", "shown thats_right"]


def test_who_wants_less_of_summaries_waits_for_none(parse: Parse) -> None:
    """A label comes as soon as ever."""
    advice = Advice(PLAYBOOK, "call", parse, Judge())
    finished(advice, "worry", "We need fewer missed appointments.", 0, 10_000)
    finished(advice, "overwhelm", "My team is completely overwhelmed.", 1, 30_000)
    summary = only_shown(finished(advice, "price", "Twelve hundred a month.", 2, 61_000)[-1:])
    assert summary.technique == "summary"
    advice.dismiss(summary.id, 62_000, wants_less=True)
    finished(advice, "worry", "We need fewer missed appointments.", 3, 110_000)
    finished(advice, "overwhelm", "My team is completely overwhelmed.", 4, 120_000)
    shown = only_shown(hear(advice, cue("authority", "them upstairs"), said("them upstairs", 5), 150_000)[-1:])
    assert shown.technique == "label"


def test_what_had_to_wait_is_no_summary_once_they_speak_again(parse: Parse) -> None:
    """That would be in the middle of what they say."""
    techniques = []
    for speaks_again in (False, True):
        advice = Advice(PLAYBOOK, "call", parse, Judge())
        finished(advice, "worry", "We need fewer missed appointments.", 0, 10_000)
        finished(advice, "price", "My team is completely overwhelmed.", 1, 49_000)
        assert reasons(finished(advice, "authority", "Them upstairs.", 2, 50_000)) == ["cool_down"]
        if speaks_again:
            advice.hear(Heard((), ()), said("And", 3), 51_000)
        shown = [d.suggestion for d in advice.tick(49_000 + PACE.cool_down_ms) if isinstance(d, Shown)]
        techniques += [suggestion.technique for suggestion in shown]
    assert techniques == ["summary", "label"]


def test_what_the_rep_summed_up_needs_no_card(parse: Parse) -> None:
    """A label will do; what was voiced while the rep spoke was not said back."""
    techniques = []
    nothing: tuple[Did, ...] = ()
    for did, voiced_ms in ((nothing, 30_000), (SUMMED_UP, 30_000), (SUMMED_UP, 42_000)):
        advice = Advice(PLAYBOOK, "call", parse, Judge())
        finished(advice, "worry", "We need fewer missed appointments.", 0, voiced_ms)
        finished(advice, "overwhelm", "My team is completely overwhelmed.", 1, voiced_ms + 500)
        advice.hear(Heard((), ()), said("So you need fewer gaps.", 0, "rep", is_final=True), 50_000, did)
        (*_, shown) = finished(advice, "price", "Twelve hundred a month.", 2, 90_000)
        assert isinstance(shown, Shown)
        techniques.append(shown.suggestion.technique)
    assert techniques == ["summary", "label", "summary"]


def test_who_asks_waits_for_no_pause(parse: Parse) -> None:
    """No summary answers a question: the label comes as soon as ever."""
    advice = Advice(PLAYBOOK, "call", parse, Judge())
    finished(advice, "worry", "We need fewer missed appointments.", 0, 10_000)
    finished(advice, "overwhelm", "My team is completely overwhelmed.", 1, 30_000)
    words = said("Twelve hundred? Good grief", 2)
    (*_, shown) = hear(advice, cue("price", "Twelve hundred? Good grief"), words, 60_000)
    assert isinstance(shown, Shown)
    assert shown.suggestion.technique == "label"


@pytest.mark.parametrize(
    ("judge", "why"), [(Judge(settling=("the cost",)), "settled"), (Judge(parting=("the cost",)), "parting")]
)
def test_what_is_over_gets_no_card(judge: Judge, why: str) -> None:
    """It would be opened again, or nobody would hear it; and a pause later it is no other."""
    advice = Advice(PLAYBOOK, "call", judge=judge)
    assert reasons(hear(advice, cue("price"), said(is_final=True), 5_000)) == [why]
    assert advice.tick(60_000) == ()
    glad = hear(advice, cue("relief"), said("the cost", 1, is_final=True), 70_000)
    assert reasons(glad) == ["shown relief" if why == "settled" else why]
