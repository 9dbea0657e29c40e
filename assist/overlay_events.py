"""What the browser, the journal and `--json` are told: one tagged union in one envelope. See `overlay/README.md`."""

from typing import Literal

import msgspec

from assist.consent import ConsentState
from assist.practice.events import ProspectAnswered
from assist.preparation import Preparation
from detectors.contract import CueKind
from streaming.protocols.contract import Direction
from streaming.types import Speaker

Technique = Literal["label", "mirror", "summary", "question"]
WithdrawalReason = Literal["words_changed", "expired", "replaced", "used", "moved_on", "dismissed"]
SaidHow = Literal["said", "own_words"]
Habit = Literal["i_understand", "why", "pitch_over_concern", "stacked_questions", "filled_silence"]
RepAct = Literal[Technique, Habit]
CoachingTopic = Literal["hold_silence", "talking_over", "monologue", "concern_open", "label_due"]


class Event(msgspec.Struct, frozen=True, tag_field="kind"):
    """Parent of every event; `kind` on the wire is the tag given by each child."""


class CallStarted(Event, frozen=True, tag="call_started"):
    """A source was accepted, by the plug-in `protocol`. `started_at` is the time of day; `inbound`: they called."""

    speakers: tuple[Speaker, ...]
    protocol: str
    company: str | None = None
    names: dict[str, str] = {}
    started_at: str | None = None
    direction: Direction | None = None
    practice: str | None = None  # the scenario, where nobody called


class CallPrepared(Event, frozen=True, tag="call_prepared"):
    """What the rep thought of before the call; `audits` are made of it, to be said before the prospect thinks them."""

    preparation: Preparation
    audits: tuple[str, ...]


class ConsentChanged(Event, frozen=True, tag="consent_changed"):
    """Where the prospect's consent stands, whether the call is being kept, and `line`, in which the rep may ask."""

    consent: ConsentState
    is_kept: bool
    line: str


class TranscriptWord(msgspec.Struct, frozen=True):
    """A word with its place on the call's clock; `committed` words never change."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    committed: bool


class TranscriptChanged(Event, frozen=True, tag="transcript_changed"):
    """One utterance as it stands now; replaces what was told of the same speaker and utterance before."""

    speaker: Speaker
    utterance: int
    committed: str
    tentative: str
    is_final: bool
    start_ms: int
    end_ms: int
    words: tuple[TranscriptWord, ...]


class CueHeard(Event, frozen=True, tag="cue_heard"):
    """A cue was heard; told again with `firm` true once the words behind an early one are committed.

    Of a `mixed` speaker it is uncertain: `confidence` is 0.5 at most, since the rep may have said it.
    """

    cue: str
    cue_kind: CueKind
    speaker: Speaker
    quote: str
    start_ms: int
    end_ms: int
    confidence: float
    firm: bool


class CueWithdrawn(Event, frozen=True, tag="cue_withdrawn"):
    """A cue told from tentative words went away: they changed, or the utterance ended without it."""

    cue: str
    cue_kind: CueKind
    speaker: Speaker
    quote: str


class SuggestionShown(Event, frozen=True, tag="suggestion_shown"):
    """Say this now. `lag_ms`: from the arrival of the audio with the quote's last word to this event's sending."""

    id: str
    technique: Technique
    text: str
    quote: str
    cue: str
    lag_ms: int
    expires_ms: int


class SuggestionWithdrawn(Event, frozen=True, tag="suggestion_withdrawn"):
    """A shown suggestion is no longer offered."""

    id: str
    reason: WithdrawalReason


class SuggestionUsed(Event, frozen=True, tag="suggestion_used"):
    """The rep said a suggestion as it was shown, or tried the same in their own words: `text`, from `start_ms` on."""

    id: str
    how: SaidHow
    text: str
    start_ms: int


class SuggestionConsidered(Event, frozen=True, tag="suggestion_considered"):
    """What was weighed and not shown, and why; only with `assist advise --all`."""

    technique: Technique
    text: str
    cue: str
    quote: str
    reason: str


class RepActed(Event, frozen=True, tag="rep_acted"):
    """The rep tried something, or fell into a habit that hurts; `cues` are the concerns it took up, or passed over."""

    act: RepAct
    text: str
    start_ms: int
    end_ms: int
    cues: tuple[str, ...]


class CoachingShown(Event, frozen=True, tag="coaching_shown"):
    """A calm word to the rep about how the call goes; no sentence to say. One at a time, and seldom."""

    topic: CoachingTopic
    headline: str
    detail: str
    quote: str
    until_ms: int


class CoachingWithdrawn(Event, frozen=True, tag="coaching_withdrawn"):
    """It holds no longer: done, over, or out of date."""

    topic: CoachingTopic


class PulseChanged(Event, frozen=True, tag="pulse_changed"):
    """How the talk goes, told seldom: the rep's share and pace, and where a monologue or a held silence began."""

    rep_share: float | None
    pace_wpm: int | None
    monologue_from_ms: int | None
    silence_from_ms: int | None
    silence_for_ms: int


class ChannelChanged(Event, frozen=True, tag="channel_changed"):
    """A speaker's channel went silent for long, or sound came back."""

    speaker: Speaker
    has_sound: bool


class RecordingChanged(Event, frozen=True, tag="recording_changed"):
    """The call's sound is being kept from now on, or no longer: then nothing of it was kept."""

    is_on: bool


class AudioLost(Event, frozen=True, tag="audio_lost"):
    """Sound that was received too late or too fast to be heard, or never arrived; no words will come from it."""

    speaker: Speaker
    start_ms: int
    duration_ms: int


class Lagging(Event, frozen=True, tag="lagging"):
    """Words are late by `lag_ms` (or on time again when `is_late` is false); or what is left out for want of time.

    `step` says that, in the numbers of `streaming/effort.py`: 0 nothing, from 2 on words are shown only once committed.
    """

    is_late: bool
    lag_ms: int
    step: int = 0


class CallEnded(Event, frozen=True, tag="call_ended"):
    """The last event of a call."""

    duration_ms: int
    reason: Literal["stopped", "connection_lost", "refused", "shutdown", "failed"]


class DebriefAnswered(Event, frozen=True, tag="debrief_answered"):
    """The rep's answer to the debrief's closing question, after the call; only in the journal. The last one counts."""

    text: str


_OfCall = (
    CallStarted | CallPrepared | ConsentChanged | ChannelChanged | RecordingChanged | AudioLost | Lagging | CallEnded
)
_OfTalk = TranscriptChanged | CueHeard | CueWithdrawn | RepActed | CoachingShown | CoachingWithdrawn | PulseChanged
_OfSuggestion = SuggestionShown | SuggestionWithdrawn | SuggestionUsed | SuggestionConsidered
OverlayEvent = _OfCall | _OfTalk | _OfSuggestion | ProspectAnswered | DebriefAnswered


class Envelope(msgspec.Struct, frozen=True):
    """One event of one call: `seq` counts from 0 without holes, `at_ms` is the call's clock when it was told."""

    call: str
    seq: int
    at_ms: int
    event: OverlayEvent


_encoder = msgspec.json.Encoder()


def encode(envelope: Envelope) -> bytes:
    """One JSON object: call, seq, at_ms, kind and the event's own fields side by side."""
    head = _encoder.encode({"call": envelope.call, "seq": envelope.seq, "at_ms": envelope.at_ms})
    return head[:-1] + b"," + _encoder.encode(envelope.event)[1:]
