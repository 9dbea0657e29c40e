"""What is made of words: cues, what the rep did, advice, coaching, and the events that tell of them."""

from collections.abc import Callable

import msgspec

from assist.advice import Advice
from assist.coaching import Coached, Coaching, CoachingOver
from assist.decisions import Considered, Decision, Shown, Withdrawn
from assist.detection import Detection
from assist.offers import Used
from assist.overlay_events import (
    CoachingShown,
    CoachingWithdrawn,
    CueHeard,
    CueWithdrawn,
    OverlayEvent,
    RepActed,
    SuggestionConsidered,
    SuggestionShown,
    SuggestionUsed,
    SuggestionWithdrawn,
    TranscriptChanged,
    TranscriptWord,
)
from assist.overlay_messages import Dismiss, Less, Next, OfSuggestion
from assist.playbook import Playbook
from assist.pulse import Pulse
from assist.rep_side import RepSide
from assist.talk.recent import Recent
from detectors.contract import Cue
from streaming.types import Speaker, Words, text_of

Publish = Callable[[int, OverlayEvent], None]

MIXED_SHARE = 0.5
"""The chance that words of which nobody knows who said them are the prospect's."""


class Conversation:
    """One call's words on their way to suggestions.

    `publish` takes the call's clock and an event. `lag_ms` tells how long ago the sound at a time arrived.

    Words of both parties on one channel (`mixed`) are heard as if they were the prospect's, and told as uncertain; of
    what the rep did, nothing can be told then.
    """

    def __init__(
        self,
        detection: Detection,
        advice: Advice,
        playbook: Playbook,
        publish: Publish,
        lag_ms: Callable[[int], int],
    ) -> None:
        self._detection = detection
        self._advice = advice
        self._recent = Recent()
        self._rep_side = RepSide(self._recent, playbook.coaching.hold_silence.for_ms)
        self._coaching = Coaching(playbook, self._recent, self._rep_side)
        self._pulse = Pulse(self._recent, playbook.coaching)
        self._told = publish
        self._lag_ms = lag_ms
        self.is_muted = False
        """While it hears again what another has told, what follows is told to nobody."""

    def hear(self, words: Words, now_ms: int) -> None:
        """Takes an utterance as it stands now and tells it, and what follows from it."""
        self.tell(words, now_ms)
        self.weigh(words, now_ms)

    def tell(self, words: Words, now_ms: int) -> None:
        """Tells an utterance as it stands now."""
        self._told(now_ms, _transcript(words))

    def weigh(self, words: Words, now_ms: int, cues: tuple[Cue, ...] | None = None) -> None:
        """Tells what follows from an utterance that was told. `cues` are those of one that another has heard."""
        is_mixed = words.speaker == "mixed"
        theirs = msgspec.structs.replace(words, speaker="prospect") if is_mixed else words
        heard = self._detection.hear(theirs) if cues is None else self._detection.recall(theirs, cues)
        for cue in heard.gone:
            self._publish(now_ms, CueWithdrawn(cue.name, cue.kind, words.speaker, cue.quote))
        for cue in heard.new:
            self._publish(now_ms, _heard(cue, words.speaker))
        if is_mixed:
            self._tell(self._advice.hear(heard, theirs, now_ms), now_ms)
            return
        self._recent.hear(words)
        did = self._rep_side.hear(words, heard)
        for done in did:
            self._publish(now_ms, RepActed(done.act, done.text, done.start_ms, done.end_ms, done.cues))
        self._tell(self._advice.hear(heard, words, now_ms, did), now_ms)
        self._tell(self._coaching.hear(words, did, now_ms), now_ms)
        self._pulse.hear(words, did)
        self._tell_pulse(now_ms)

    def tick(self, now_ms: int) -> None:
        """Time passed on the call's clock."""
        self._tell(self._advice.tick(now_ms), now_ms)
        self._tell(self._coaching.tick(now_ms), now_ms)
        self._tell_pulse(now_ms)

    def go_on(self, shown: int, live: str | None, now_ms: int) -> None:
        """Takes up where another left off: so many suggestions were shown, and `live` stands."""
        self._tell(self._advice.go_on(shown, live, now_ms), now_ms)

    def take(self, reply: OfSuggestion, now_ms: int) -> None:
        """What the rep makes of a suggestion."""
        match reply:
            case Dismiss(_, id_):
                self._tell(self._advice.dismiss(id_, now_ms), now_ms)
            case Less(_, id_):
                self._tell(self._advice.dismiss(id_, now_ms, wants_less=True), now_ms)
            case Next(_, id_):
                self._tell(self._advice.another(id_, now_ms), now_ms)

    def _publish(self, now_ms: int, event: OverlayEvent) -> None:
        if not self.is_muted:
            self._told(now_ms, event)

    def _tell_pulse(self, now_ms: int) -> None:
        pulse = self._pulse.changed(now_ms)
        if pulse is not None:
            self._publish(now_ms, pulse)

    def _tell(self, decisions: tuple[Decision | Coached | CoachingOver, ...], now_ms: int) -> None:
        for decision in decisions:
            self._publish(now_ms, self._event(decision))

    def _event(self, decision: Decision | Coached | CoachingOver) -> OverlayEvent:
        match decision:
            case Shown(s):
                return SuggestionShown(s.id, s.technique, s.text, s.quote, s.cue, self._lag_ms(s.end_ms), s.expires_ms)
            case Withdrawn(id_, reason):
                return SuggestionWithdrawn(id_, reason)
            case Used(id_, how, text, start_ms):
                return SuggestionUsed(id_, how, text, start_ms)
            case Coached(topic, headline, detail, quote, until_ms):
                return CoachingShown(topic, headline, detail, quote, until_ms)
            case CoachingOver(topic):
                return CoachingWithdrawn(topic)
            case Considered(technique, text, cue, quote, reason):
                return SuggestionConsidered(technique, text, cue, quote, reason)


def _heard(cue: Cue, speaker: Speaker) -> CueHeard:
    return CueHeard(
        cue=cue.name,
        cue_kind=cue.kind,
        speaker=speaker,
        quote=cue.quote,
        start_ms=cue.start_ms,
        end_ms=cue.end_ms,
        confidence=cue.confidence * (MIXED_SHARE if speaker == "mixed" else 1),
        firm=cue.firm,
    )


def _transcript(words: Words) -> TranscriptChanged:
    told = tuple(
        TranscriptWord(word.text, word.start_ms, word.end_ms, word.confidence, index < len(words.committed))
        for index, word in enumerate(words.all)
    )
    return TranscriptChanged(
        speaker=words.speaker,
        utterance=words.utterance,
        committed=text_of(words.committed),
        tentative=text_of(words.tentative),
        is_final=words.is_final,
        start_ms=told[0].start_ms if told else 0,
        end_ms=told[-1].end_ms if told else 0,
        words=told,
    )
