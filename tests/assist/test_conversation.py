"""Words in, events out: transcript first, then cues gone and new, then what is advised."""

from assist import advising, settings
from assist.conversation import Conversation
from assist.overlay_events import (
    CoachingShown,
    CoachingWithdrawn,
    CueHeard,
    CueWithdrawn,
    OverlayEvent,
    PulseChanged,
    RepActed,
    SuggestionConsidered,
    SuggestionShown,
    SuggestionUsed,
    SuggestionWithdrawn,
    TranscriptChanged,
)
from assist.overlay_messages import Dismiss, Less, Next
from streaming.types import Speaker, Word, Words

COST = "It is too expensive for us."


def made() -> tuple[Conversation, list[tuple[int, OverlayEvent]], list[int]]:
    """A conversation, what it tells and at which times it asks for the lag (which is always 42)."""
    told: list[tuple[int, OverlayEvent]] = []
    asked: list[int] = []

    def lag_ms(at_ms: int) -> int:
        asked.append(at_ms)
        return 42

    loaded = advising.load(settings.load())

    def publish(at_ms: int, event: OverlayEvent) -> None:
        told.append((at_ms, event))

    return Conversation(*loaded.for_call("c"), loaded.playbook, publish, lag_ms), told, asked


def words(text: str, committed: int | None = None, utterance: int = 0, speaker: Speaker = "prospect") -> Words:
    """An utterance of which so many words are committed; all, and final, when not said."""
    spoken = tuple(Word(word, 100 * i, 100 * i + 90, 0.9) for i, word in enumerate(text.split()))
    count = len(spoken) if committed is None else committed
    return Words(speaker, utterance, spoken[:count], spoken[count:], committed is None)


def test_an_objection_is_written_heard_and_answered_in_that_order() -> None:
    """All at the time it was heard at; the lag is asked for the end of the quote."""
    conversation, told, asked = made()
    conversation.hear(words(COST), 2_000)
    assert [type(event) for _, event in told] == [TranscriptChanged, CueHeard, SuggestionShown]
    assert {at_ms for at_ms, _ in told} == {2_000}
    cue, shown = told[1][1], told[2][1]
    assert isinstance(cue, CueHeard) and isinstance(shown, SuggestionShown)
    assert (cue.cue, cue.firm) == ("price", True)
    assert (shown.cue, shown.quote, shown.lag_ms) == ("price", cue.quote, 42)
    assert asked == [cue.end_ms]


def test_the_transcript_tells_which_words_may_still_change() -> None:
    """Committed ones first, then tentative ones, with the time of all."""
    conversation, told, _ = made()
    conversation.hear(words("on Monday we open", committed=2), 500)
    event = told[0][1]
    assert isinstance(event, TranscriptChanged)
    assert (event.committed, event.tentative, event.is_final) == ("on Monday", "we open", False)
    assert [word.committed for word in event.words] == [True, True, False, False]
    assert (event.start_ms, event.end_ms) == (0, 390)


def test_words_that_change_take_back_cue_and_suggestion() -> None:
    """What was told from tentative words goes when they do."""
    conversation, told, _ = made()
    conversation.hear(words("we can not justify the cost", committed=1), 1_000)
    shown = [event for _, event in told if isinstance(event, SuggestionShown)]
    assert shown
    told.clear()
    conversation.hear(words("we can not just defy the coast", committed=4), 1_400)
    gone = [event for _, event in told if isinstance(event, CueWithdrawn)]
    assert [cue.cue for cue in gone] == ["price"]
    assert (1_400, SuggestionWithdrawn(shown[0].id, "words_changed")) in told


def test_time_ends_a_suggestion() -> None:
    """On the call's clock, not before."""
    conversation, told, _ = made()
    conversation.hear(words(COST), 2_000)
    shown = told[-1][1]
    assert isinstance(shown, SuggestionShown)
    conversation.tick(shown.expires_ms - 1)
    assert told[-1][1] is shown
    conversation.tick(shown.expires_ms)
    assert told[-1] == (shown.expires_ms, SuggestionWithdrawn(shown.id, "expired"))


def test_what_is_not_shown_is_told_with_its_reason() -> None:
    """The same concern at once again."""
    conversation, told, _ = made()
    conversation.hear(words(COST), 2_000)
    told.clear()
    conversation.hear(words(COST, utterance=1), 3_000)
    assert not [event for _, event in told if isinstance(event, SuggestionShown)]
    assert [event.reason for _, event in told if isinstance(event, SuggestionConsidered)]


def test_the_rep_is_written_and_not_advised() -> None:
    """Their own words earn no suggestion."""
    conversation, told, _ = made()
    conversation.hear(words(COST, speaker="rep"), 2_000)
    assert not [event for _, event in told if isinstance(event, SuggestionShown)]
    assert isinstance(told[0][1], TranscriptChanged)


def said_at(text: str, at_ms: int, utterance: int, speaker: Speaker) -> Words:
    """A final utterance whose words begin then."""
    spoken = tuple(Word(w, at_ms + 100 * i, at_ms + 100 * i + 90, 0.9) for i, w in enumerate(text.split()))
    return Words(speaker, utterance, spoken, (), True)


def test_what_the_rep_does_with_a_suggestion_is_told() -> None:
    """The act with its concern, that the suggestion was used and so leaves, then to hold the silence, from when on."""
    conversation, told, _ = made()
    conversation.hear(words(COST), 2_000)
    shown = told[-1][1]
    assert isinstance(shown, SuggestionShown)
    told.clear()
    conversation.hear(said_at(shown.text, 3_000, 0, "rep"), 5_000)
    acted, used, withdrawn, coached, pulse = [event for _, event in told[1:]]
    assert isinstance(acted, RepActed) and (acted.act, acted.text, acted.cues) == ("label", shown.text, ("price",))
    assert used == SuggestionUsed(shown.id, "said", shown.text, 3_000)
    assert withdrawn == SuggestionWithdrawn(shown.id, "used")
    assert isinstance(coached, CoachingShown) and coached.topic == "hold_silence"
    assert isinstance(pulse, PulseChanged) and isinstance(acted, RepActed)
    assert (pulse.silence_from_ms, pulse.silence_for_ms) == (acted.end_ms, coached.until_ms - acted.end_ms)
    told.clear()
    conversation.tick(coached.until_ms)
    assert told == [(coached.until_ms, CoachingWithdrawn("hold_silence"))]


def test_what_the_rep_waves_away_is_withdrawn() -> None:
    """At that time."""
    conversation, told, _ = made()
    conversation.hear(words(COST), 2_000)
    told.clear()
    conversation.take(Dismiss("c", "s1"), 2_500)
    assert told == [(2_500, SuggestionWithdrawn("s1", "dismissed"))]


def test_words_of_nobody_knows_whom_are_told_as_uncertain() -> None:
    """Both parties on one channel: the cue's speaker says so, its confidence is halved; it is answered all the same."""
    apart, heard_apart, _ = made()
    apart.hear(words(COST), 2_000)
    mixed, heard, _ = made()
    mixed.hear(words(COST, speaker="mixed"), 2_000)
    transcript, cue, shown = [event for _, event in heard]
    assert isinstance(transcript, TranscriptChanged) and transcript.speaker == "mixed"
    sure = heard_apart[1][1]
    assert isinstance(cue, CueHeard) and isinstance(sure, CueHeard)
    assert (cue.speaker, cue.cue, cue.confidence) == ("mixed", "price", sure.confidence / 2)
    assert isinstance(shown, SuggestionShown)


def test_an_uncertain_cue_that_goes_is_uncertain_still() -> None:
    """Whoever draws it must find it again."""
    conversation, told, _ = made()
    conversation.hear(words("we can not justify the cost", committed=1, speaker="mixed"), 1_000)
    told.clear()
    conversation.hear(words("we can not just defy the coast", committed=4, speaker="mixed"), 1_400)
    assert [event.speaker for _, event in told if isinstance(event, CueWithdrawn)] == ["mixed"]


def test_nothing_is_told_of_a_rep_who_cannot_be_told_from_the_prospect() -> None:
    """A label, a habit that hurts, minutes without a label, a suggestion that was said: all of it would be a guess."""
    conversation, told, _ = made()
    conversation.hear(words(COST, speaker="mixed"), 2_000)
    (shown,) = [event for _, event in told if isinstance(event, SuggestionShown)]
    conversation.hear(said_at(shown.text, 3_000, 1, "mixed"), 5_000)
    conversation.hear(said_at("I understand. Why is that so?", 6_000, 2, "mixed"), 9_000)
    for second in range(10, 700, 10):
        conversation.tick(1_000 * second)
    kinds = {type(event) for _, event in told}
    assert kinds.isdisjoint({RepActed, SuggestionUsed, CoachingShown, PulseChanged})


def test_words_that_were_not_theirs_leave_nothing_behind() -> None:
    """An utterance without words: its line goes, and with it cue and suggestion."""
    conversation, told, _ = made()
    conversation.hear(words("we can not justify the cost", committed=0), 1_000)
    shown = [event for _, event in told if isinstance(event, SuggestionShown)]
    told.clear()
    conversation.hear(Words("prospect", 0, (), (), False), 1_400)
    transcript = told[0][1]
    assert isinstance(transcript, TranscriptChanged)
    assert (transcript.committed, transcript.tentative, transcript.words) == ("", "", ())
    assert [event.cue for _, event in told if isinstance(event, CueWithdrawn)] == ["price"]
    assert [event.id for _, event in told if isinstance(event, SuggestionWithdrawn)] == [event.id for event in shown]


def test_less_of_this_is_heard_within_the_call() -> None:
    """It is withdrawn, and the next of its concern is answered otherwise."""
    conversation, told, _ = made()
    conversation.hear(words(COST), 2_000)
    conversation.take(Less("c", "s1"), 2_500)
    assert told[-1] == (2_500, SuggestionWithdrawn("s1", "dismissed"))
    told.clear()
    conversation.hear(said_at(COST, 600_000, 1, "prospect"), 603_000)
    assert [event.technique for _, event in told if isinstance(event, SuggestionShown)] == ["question"]


def test_another_takes_the_place_of_the_one_that_stands() -> None:
    """At that time."""
    conversation, told, _ = made()
    conversation.hear(words(COST), 2_000)
    told.clear()
    conversation.take(Next("c", "s1"), 2_500)
    (_, withdrawn), (at_ms, shown) = told
    assert withdrawn == SuggestionWithdrawn("s1", "replaced")
    assert at_ms == 2_500 and isinstance(shown, SuggestionShown) and shown.id == "s2"
