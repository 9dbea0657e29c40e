"""Whose turn it is in a practice: the prospect answers when the rep has finished, and not before."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.practice.events import ProspectAnswered
from assist.practice.scenario_files import scenarios
from assist.practice.session import ANSWER_AFTER_MS, LEAD_MS, PATIENCE_MS, SILENCE_MS, Session
from streaming.types import Word, Words

PRICE = scenarios(None)["price"].scenario
LABEL = "It sounds like this landed heavier than you expected."


def said(text: str, at_ms: int, utterance: int = 0, *, is_final: bool = True) -> Words:
    """An utterance of the rep's that began then."""
    words = tuple(Word(word, at_ms + n * 300, at_ms + n * 300 + 250, 0.9) for n, word in enumerate(text.split()))
    return Words("rep", utterance, words, (), True) if is_final else Words("rep", utterance, (), words, False)


def hear(session: Session, words: Words, now_ms: int) -> None:
    """They are told then."""
    assert session.tick(now_ms, waiting_ms=20) is None
    session.hear(words)


def begun(speaks: bool = True) -> Session:
    """They said their first line, and it was played by 8 s."""
    session = Session(PRICE, speaks)
    assert session.tick(LEAD_MS - 20) is None
    first = session.tick(LEAD_MS)
    assert first == ProspectAnswered("opening", PRICE.lines["opening"].says, 1, None, "", None)
    assert session.tick(7_000) is None
    session.played("opening", 8_000)
    return session


def test_they_answer_a_second_after_the_reps_words_stand() -> None:
    """With the line that belongs to what was heard, and the words that made it so."""
    session = begun()
    hear(session, said(LABEL, 9_000, is_final=False), 10_000)
    assert session.tick(20_000) is None, "the rep is still speaking"
    hear(session, said(LABEL, 9_000), 20_000)
    assert session.tick(20_000 + ANSWER_AFTER_MS - 20) is None
    answered = session.tick(20_000 + ANSWER_AFTER_MS)
    assert answered is not None
    assert (answered.line, answered.tried, answered.because) == ("owners", "label", LABEL)
    assert answered.text == PRICE.lines["owners"].says and answered.openness == 2


def test_a_turn_may_come_in_several_utterances() -> None:
    """A summary takes a breath; they wait for the rest of it."""
    session = begun()
    first, second = (
        "So let me make sure I've got this.",
        "It costs more than you had in mind, and you were only guessing it.",
    )
    hear(session, said(first, 9_000), 11_000)
    hear(session, said(second, 11_600, 1, is_final=False), 11_900)
    assert session.tick(13_000) is None
    hear(session, said(second, 11_600, 1), 15_000)
    answered = session.tick(16_000)
    assert answered is not None and answered.tried == "summary"
    assert answered.because == f"{first} {second}"


def test_silence_lets_them_go_on() -> None:
    """Once it has lasted; a nod breaks none, and who is still speaking is not silent."""
    session = begun()
    assert session.tick(8_000 + SILENCE_MS - 20) is None
    hear(session, said("Mm-hm.", 13_000), 13_400)
    assert session.tick(13_400 + SILENCE_MS - 20) is None
    answered = session.tick(13_400 + SILENCE_MS)
    assert answered is not None and (answered.line, answered.tried, answered.because) == ("defend_it", "silence", "")


def test_they_wait_for_a_rep_who_thinks() -> None:
    """Where they have nothing more to say by themselves they go only after a long while."""
    session, now_ms = begun(), 8_000
    for line in ("defend_it", "been_here"):
        now_ms += SILENCE_MS
        answered = session.tick(now_ms)
        assert answered is not None and answered.line == line
        session.played(line, now_ms)
    assert session.tick(now_ms + PATIENCE_MS - 20) is None
    last = session.tick(now_ms + PATIENCE_MS)
    assert last is not None and last.ending == "brushed_off"


def test_speech_that_nobody_has_looked_at_is_no_silence() -> None:
    """On a busy machine words come late, and are waited for."""
    session = begun()
    assert session.tick(8_000 + 2 * SILENCE_MS, waiting_ms=20) is None
    hear(session, said(LABEL, 9_000), 22_000)
    assert session.tick(22_000 + ANSWER_AFTER_MS, waiting_ms=300) is None
    answered = session.tick(22_020 + ANSWER_AFTER_MS)
    assert answered is not None and answered.tried == "label"


def test_nobody_is_answered_while_they_speak() -> None:
    """What the rep says into it counts once they have finished."""
    session = begun()
    hear(session, said(LABEL, 9_000), 10_000)
    assert session.tick(11_000) is not None
    hear(session, said("But it pays for itself.", 12_000), 13_000)
    assert session.tick(60_000) is None
    session.played("opening", 61_000)
    assert session.tick(70_000) is None, "that line was played before"
    session.played("owners", 71_000)
    answered = session.tick(72_000)
    assert answered is not None and answered.tried == "pitch"


def test_the_prospects_own_words_are_no_turn_of_the_rep() -> None:
    """They are heard by the recogniser as well."""
    session = begun()
    hear(session, msgspec.structs.replace(said(LABEL, 9_000), speaker="prospect"), 10_000)
    answered = session.tick(8_000 + SILENCE_MS)
    assert answered is not None and answered.tried == "silence"


def test_words_that_were_taken_back_are_no_turn() -> None:
    """An utterance that ended without words leaves a silence."""
    session = begun()
    hear(session, said("Uh", 9_000, is_final=False), 9_500)
    hear(session, said("", 9_000), 10_000)
    answered = session.tick(10_000 + SILENCE_MS)
    assert answered is not None and answered.tried == "silence"


def test_typed_words_are_words_of_the_rep() -> None:
    """Final, on the call's clock, behind the prospect's line, answered like spoken ones; "okay" is an answer then."""
    session = begun(speaks=False)
    words = session.say("  Okay.  ", 8_100)
    assert words is not None and words.is_final and [word.text for word in words.committed] == ["Okay."]
    assert 8_000 <= words.committed[0].start_ms < words.committed[0].end_ms <= 8_100
    hear(session, said("Okay.", 8_000), 8_100)
    answered = session.tick(8_100 + ANSWER_AFTER_MS)
    assert answered is not None and answered.tried == "other"
    session.played(answered.line, 12_000)
    again = session.say(LABEL, 40_000)
    assert again is not None and again.utterance == 1 and again.committed[0].start_ms == 40_000 - 300 * 9


def test_what_cannot_be_said_is_let_go() -> None:
    """Nothing, into their line, or by keyboard where there is a microphone."""
    session = Session(PRICE, speaks=False)
    assert session.say(LABEL, 100) is None
    session.tick(LEAD_MS)
    session.wait()
    assert session.say(LABEL, 2_000) is None
    session.played("opening", 8_000)
    assert session.say(" \n", 9_000) is None
    assert session.tick(9_000) is None, "waiting before their line had ended was let go, too"
    assert begun(speaks=True).say(LABEL, 9_000) is None


def test_by_keyboard_silence_is_told_and_never_runs_out() -> None:
    """Whoever types needs time."""
    session = begun(speaks=False)
    assert session.tick(900_000) is None
    session.wait()
    answered = session.tick(900_020)
    assert answered is not None and answered.tried == "silence"


@pytest.mark.parametrize("speaks", [True, False])
def test_after_their_last_line_nothing_follows(speaks: bool) -> None:
    """The page hangs up."""
    session = Session(PRICE, speaks)
    now_ms, endings = LEAD_MS, []
    answered = session.tick(now_ms)
    for _ in range(6):
        if answered is not None:
            endings.append(answered.ending)
            session.played(answered.line, now_ms + 1_000)
        hear(session, said("But it pays for itself.", now_ms + 1_000), now_ms + 2_000)
        now_ms += 2_000 + ANSWER_AFTER_MS
        answered = session.tick(now_ms)
    assert endings == [None, None, None, "brushed_off"] and answered is None


steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from([LABEL, "Why?", "Okay.", "But it pays for itself.", ""]), st.booleans()),
    st.tuples(st.sampled_from(["played", "wait"]), st.just(""), st.booleans()),
)


@given(st.lists(steps, max_size=80), st.booleans())
def test_whatever_happens_in_any_order_it_ends_and_repeats_nothing(
    happened: list[tuple[str, str, bool]], speaks: bool
) -> None:
    """Each line once, and never two in a row without the rep or a silence between them."""
    session = Session(PRICE, speaks)
    lines: list[str] = []
    now_ms = 0
    for number, (what, text, is_final) in enumerate(happened):
        now_ms += 3_000
        if what == "say":
            session.hear(said(text, now_ms - 2_000, number, is_final=is_final))
        elif what == "played" and lines:
            session.played(lines[-1], now_ms)
        elif what == "wait":
            session.wait()
        answered = session.tick(now_ms)
        if answered is not None:
            lines.append(answered.line)
    assert len(set(lines)) == len(lines)
