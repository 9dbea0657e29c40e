"""What a node leaves of a call: enough to go on with, nothing that its log does not say, and no token."""

import msgspec

from assist.call_log import Entry
from assist.far_calls import FIRST
from assist.handover import Handover, Past, decode, digest, encode, words_of
from assist.overlay_events import (
    Envelope,
    Lagging,
    OverlayEvent,
    RecordingChanged,
    SuggestionShown,
    SuggestionWithdrawn,
    TranscriptChanged,
    TranscriptWord,
)
from assist.overlay_events import encode as encode_event
from streaming.bus.contract import Place
from streaming.types import Settled, Speaker, Word

SAID = tuple(TranscriptWord(text, 100 * n, 100 * n + 90, 0.9, n < 2) for n, text in enumerate("the cost is".split()))
TOLD = TranscriptChanged("prospect", 4, "the cost", "is", False, 0, 290, SAID)
COMMITTED = (Word("the", 0, 90, 0.9), Word("cost", 100, 190, 0.9))
SECRET = Word("4111", 200, 290, 0.9)
TOKEN = "only-who-began-the-call-knows-this"


def left(settled: Settled) -> Handover:
    """Of a call with two speakers, one of whom has said nothing for a while."""
    return Handover("browser", "{}", digest(TOKEN), 9_000, {"prospect": settled, "rep": Settled(8_700, 0)})


def past(handover: Handover, *events: OverlayEvent) -> Past:
    """With that log."""
    lines = [Entry(n, event, encode_event(Envelope("c", n, 0, event))) for n, event in enumerate(events)]
    return Past(handover, tuple(lines))


def shown(id_: str) -> SuggestionShown:
    """A suggestion."""
    return SuggestionShown(id_, "label", "x", "y", "price", 0, 9_000)


def test_what_is_left_has_neither_words_nor_token() -> None:
    """Words are in the log, as they were fit to be told there."""
    state = encode(left(Settled(200, 4, True, (SECRET,))))
    assert b"4111" not in state and TOKEN.encode() not in state
    handover = decode(state)
    assert handover == left(Settled(200, 4, True))
    assert handover is not None and handover.is_of(TOKEN) and not handover.is_of(TOKEN + "x")
    assert decode(b"") is None


def test_what_was_foreseen_and_how_far_replies_were_taken_is_left_too() -> None:
    """So that whoever goes on need not find it again, and takes none twice; an older server left nothing of it."""
    settled: dict[Speaker, Settled] = {"rep": Settled(0, 0)}
    handover = Handover("browser", "{}", digest(TOKEN), 0, settled, frozenset({"price", "risk"}), Place(1, 7))
    assert decode(encode(handover)) == handover
    older = msgspec.msgpack.decode(encode(handover))
    del older["foreseen"], older["taken"]
    read = decode(msgspec.msgpack.encode(older))
    assert read is not None and (read.foreseen, read.taken) == (frozenset(), FIRST)


def test_sound_is_needed_from_where_the_words_of_all_are_told() -> None:
    """Whoever is behind decides; eight seconds before, where the voice detector's pieces begin, so that it is warm."""
    assert left(Settled(200, 4, True)).from_ms == 0
    assert left(Settled(9_000, 4, True)).from_ms == 640
    later = Handover("browser", "{}", digest(TOKEN), 0, {"prospect": Settled(20_020, 1), "rep": Settled(30_000, 0)})
    assert later.from_ms == 12_000


def test_the_words_committed_so_far_are_those_of_the_log() -> None:
    """Of the utterance under way, and of no other."""
    going_on = past(left(Settled(200, 4, True)), TOLD)
    assert going_on.settled("prospect").committed == COMMITTED
    assert going_on.settled("rep") == Settled(8_700, 0)
    assert past(left(Settled(200, 5, True)), TOLD).settled("prospect").committed == ()
    assert words_of(TOLD).tentative == (Word("is", 200, 290, 0.9),)


def test_whether_its_sound_was_being_kept() -> None:
    """As it was told last."""
    nothing = left(Settled(0, 0))
    assert not past(nothing).is_recorded and past(nothing, RecordingChanged(True)).is_recorded
    assert not past(nothing, RecordingChanged(True), RecordingChanged(False)).is_recorded


def test_how_many_suggestions_were_shown_and_which_one_stands() -> None:
    """So that none has the name of another."""
    nothing = left(Settled(0, 0))
    assert past(nothing).shown == (0, None)
    assert past(nothing, shown("s1"), shown("s12")).shown == (12, "s12")
    assert past(nothing, shown("s1"), SuggestionWithdrawn("s1", "expired")).shown == (1, None)


def test_what_was_told_last_of_lateness() -> None:
    """So that a node on which words are on time says so."""
    nothing = left(Settled(0, 0))
    assert past(nothing, TOLD).lagging is None
    assert past(nothing, Lagging(True, 4_000), TOLD, Lagging(True, 4_000, 3), TOLD).lagging == Lagging(True, 4_000, 3)
