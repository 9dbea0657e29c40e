"""One live call, from first frame to last event."""

import asyncio
import time
from datetime import UTC, datetime

import structlog

from assist.call_parts import Parts
from assist.conversation import Conversation, Publish
from assist.handover import Past
from assist.lateness import Lateness
from assist.losses import Losses
from assist.metrics import CallMeter
from assist.overlay_events import (
    AudioLost,
    CallEnded,
    CallStarted,
    ChannelChanged,
    RecordingChanged,
)
from assist.overlay_messages import OfSuggestion
from assist.rehearing import Resumed, Turns
from assist.stall import Stall
from assist.taping import Taping
from streaming.arrivals import Arrivals
from streaming.crosstalk import Crosstalk
from streaming.presence import Presence
from streaming.product import EndReason
from streaming.protocols.contract import Accepted, Flushed
from streaming.redaction.redactor import Redactor
from streaming.transcriber import Transcriber
from streaming.transcription import Transcription
from streaming.types import BEGINNING, FRAME_MS, AudioFrame, Gap, Settled, Speaker, Words
from streaming.voice_activity import VoiceActivity

LAST_WORDS_S = 40.0  # the most that the end of a call waits for its last words

log = structlog.get_logger()


class LiveCall:
    """A call whose sound is arriving. Make it inside a running event loop: it begins to listen at once."""

    def __init__(self, call_id: str, accepted: Accepted, protocol: str, parts: Parts, publish: Publish) -> None:
        self.call_id = call_id
        self.safe_ms = self.received_ms = self._clock_ms = 0
        self._settled_ms: dict[Speaker, int] = {}
        """Up to where another node has told each speaker's words."""
        self._meter = CallMeter(self._lag_ms)
        self._publish = self._meter.counting(publish)
        self._is_let_go = False
        self._arrivals = Arrivals()
        self._lateness = Lateness(parts.past.lagging if parts.past else None)
        self._overload = parts.recogniser.overload
        self._stall = Stall(time.monotonic())
        self._on_end = self._meter.until(parts.on_end)
        self._on_words = parts.on_words
        self._written = parts.written
        self._losses = Losses()
        talk = Conversation(parts.detection, parts.advice, parts.playbook, self._publish, self._lag_ms)
        past = parts.past
        self._talk: Conversation | Resumed = talk if past is None else Resumed(talk, past, lambda: self.clock_ms)
        self._crosstalk = Crosstalk(accepted.speakers)
        self._redactor = Redactor()
        self._taping = Taping(parts.tape, self._redactor, lambda: self.settled)
        self._presence = {speaker: Presence() for speaker in accepted.speakers}
        self._transcriptions = {who: self._transcription(who, accepted, parts) for who in accepted.speakers}
        if past is None:
            self._publish(0, _started(accepted, protocol))
        else:
            self._go_on(past)
        self._running = asyncio.create_task(self._run(parts.turns))

    def _transcription(self, speaker: Speaker, accepted: Accepted, parts: Parts) -> Transcription:
        expected = tuple(dict.fromkeys((*accepted.metadata.expected, *parts.playbook.call.terms)))
        settled = parts.past.settled(speaker) if parts.past else BEGINNING
        transcriber = Transcriber(speaker, VoiceActivity().is_speech, expected, settled)
        return Transcription(transcriber, parts.recogniser, self._take)

    def _go_on(self, past: Past) -> None:
        """Takes up where another node left it."""
        self.received_ms, self._clock_ms = past.handover.from_ms, past.handover.clock_ms
        self._settled_ms = {speaker: settled.to_ms for speaker, settled in past.handover.settled.items()}

    @property
    def settled(self) -> dict[Speaker, Settled]:
        """How far each speaker's words are told: not yet those that the redactor holds back."""
        settled = {speaker: transcription.settled for speaker, transcription in self._transcriptions.items()}
        for speaker in settled:
            if (held := self._redactor.first_held(speaker)) is not None:
                utterance, word = held
                settled[speaker] = Settled(word.start_ms // FRAME_MS * FRAME_MS, utterance, True)
        return settled

    @property
    def clock_ms(self) -> int:
        """The call's clock. It waits where another node was further, until its sound has come again."""
        return max(self._clock_ms, self.received_ms)

    def let_go(self) -> None:
        """Another node goes on with it: nothing is told here any more, not even its end if that is under way."""
        self._is_let_go = True
        self._running.cancel()
        self._taping.keep(is_all_told=False)
        self._on_end()

    @property
    def heard_ms(self) -> int:
        """Up to where all speech was looked at."""
        return self.received_ms - self._waiting_ms

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        """Takes sound, note of its loss, or the wish for its words; never waits."""
        if isinstance(event, Flushed):
            self._transcriptions[event.speaker].flush()
            return
        if event.start_ms < (settled_ms := self._settled_ms.get(event.speaker, 0)):
            return self._hear_again(event, settled_ms)
        if isinstance(event, Gap):
            self._lose(event)
            self._transcriptions[event.speaker].skip(event)
            return
        now_s = time.monotonic()
        if self._stall.is_over(now_s):
            for speaker, presence in self._presence.items():
                self._publish(self.clock_ms, ChannelChanged(speaker, presence.has_sound))
        self._arrivals.note(event.start_ms + FRAME_MS, now_s)
        self._advance(event.start_ms + FRAME_MS)
        presence = self._presence[event.speaker]
        if presence.hear(event.pcm):
            self._publish(self.clock_ms, ChannelChanged(event.speaker, presence.has_sound))
        self._crosstalk.hear(event)
        self._transcriptions[event.speaker].hear(event)
        self._record(event)

    def _hear_again(self, event: AudioFrame | Gap, settled_ms: int) -> None:
        if isinstance(event, AudioFrame):  # its words are told
            self._transcriptions[event.speaker].warm(event)
            self._advance(event.start_ms + FRAME_MS)
        elif (rest_ms := event.start_ms + event.duration_ms - settled_ms) > 0:
            self.hear(Gap(event.speaker, settled_ms, rest_ms))

    def take(self, reply: OfSuggestion) -> None:
        """What the rep makes of a suggestion."""
        self._talk.take(reply, self.clock_ms)

    def say(self, words: Words) -> None:
        """Takes words of the rep's that came without sound, as a practice by keyboard has them."""
        self._pass_on(self._redactor.hear(words, self.clock_ms))

    async def end(self, reason: EndReason) -> None:
        """Waits for the last words, then tells the end, unless another node has the call by then. Call it once."""
        try:
            for transcription in self._transcriptions.values():
                transcription.finish()
            done, _ = await asyncio.wait({self._running}, timeout=LAST_WORDS_S)
            if self._is_let_go:
                return
            if not done:
                log.warning("last_words_given_up", call_id=self.call_id)
            for running in done:
                running.result()
            self._pass_on(self._redactor.finish())
        except Exception:  # it goes on to whoever ends the call; here it decides what the call's end is called
            reason = "failed"
            raise
        finally:
            # Whatever happened: a call whose end is not told would count as running for ever.
            is_all_told = self._running.done() and reason != "failed"
            self._running.cancel()
            if not self._is_let_go:
                self._tell_end(reason)
                self._taping.keep(is_all_told)
            await asyncio.gather(self._taping.written(), self._written())

    def _tell_end(self, reason: EndReason) -> None:
        if self._crosstalk.left_out:
            log.info("leaked_words_left_out", call_id=self.call_id, words=self._crosstalk.left_out)
        self._tell_lost(self._losses.rest())
        self._publish(self.clock_ms, CallEnded(self.clock_ms, reason))
        self._on_end()

    async def _run(self, turns: Turns) -> None:
        async with asyncio.TaskGroup() as group:
            if isinstance(self._talk, Resumed):
                group.create_task(turns.go_through(self._talk.steps()))
            for transcription in self._transcriptions.values():
                group.create_task(transcription.run())

    def _take(self, told: Words | Gap) -> None:
        if isinstance(told, Gap):
            self._taping.lose(told)
            self._lose(told)
            return
        words = self._crosstalk.own(told)
        if words is not None:
            self._pass_on(self._redactor.hear(words, self.clock_ms))

    def _pass_on(self, told: tuple[Words, ...]) -> None:
        for words in told:
            self._on_words(words)
            self._talk.hear(words, self.clock_ms)

    def _record(self, frame: AudioFrame) -> None:
        if self._taping.hear(frame):
            self._publish(self.clock_ms, RecordingChanged(self._taping.is_kept))

    def _lose(self, gap: Gap) -> None:
        self._tell_lost(self._losses.add(gap, self.clock_ms))

    def _tell_lost(self, gaps: tuple[Gap, ...]) -> None:
        for gap in gaps:
            self._publish(self.clock_ms, AudioLost(gap.speaker, gap.start_ms, gap.duration_ms))

    def beat(self, now_s: float) -> None:
        """Called every few seconds: tells when a source that is still connected has stopped sending."""
        if self._stall.begins(now_s):
            for speaker in self._presence:
                self._publish(self.clock_ms, ChannelChanged(speaker, False))

    def _advance(self, now_ms: int) -> None:
        if now_ms <= self.received_ms:
            return  # the other speaker's frame of the same time
        self.received_ms = now_ms
        now_ms = self.clock_ms
        self._tell_lost(self._losses.due(now_ms))
        if self._running.done():
            self._running.result()  # a fault of ours: better a call that ends and says so than one that hears nothing
        self._pass_on(self._redactor.tick(now_ms))
        self._talk.tick(now_ms)
        if (lagging := self._lateness.look(self._waiting_ms, self._overload.step)) is not None:
            self._publish(now_ms, lagging)

    @property
    def _waiting_ms(self) -> int:
        return max(transcription.waiting_ms for transcription in self._transcriptions.values())

    def _lag_ms(self, at_ms: int) -> int:
        return self._arrivals.since(at_ms, time.monotonic())


def _started(accepted: Accepted, protocol: str) -> CallStarted:
    metadata, names = accepted.metadata, {str(party): name for party, name in accepted.metadata.names.items()}
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    practice = metadata.practice.scenario if metadata.practice else None
    return CallStarted(accepted.speakers, protocol, metadata.company, names, started_at, metadata.direction, practice)
