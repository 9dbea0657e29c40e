"""One speaker's sound cut into utterances, with pre-roll and bounded memory; pure."""

from collections import deque
from collections.abc import Callable

from streaming.types import FRAME_BYTES, FRAME_MS, SAMPLE_RATE_HZ, AudioFrame

PRE_ROLL_MS = 300  # the first sound of a word is often too weak for the voice detector
END_SILENCE_MS = 500  # a pause this long ends an utterance

BYTES_PER_MS = 2 * SAMPLE_RATE_HZ // 1000


class Utterance:
    """Sound from just before its first speech to its end, growing while the speaker goes on.

    `speech_end_ms` is where speech was last heard; `speech_ms` how much there was; `is_ended` once no more will come.
    """

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
        self.speech_end_ms = start_ms
        self.speech_ms = 0
        self.is_ended = False
        self._pcm = bytearray()

    @property
    def end_ms(self) -> int:
        """Where its sound ends so far."""
        return self.start_ms + len(self._pcm) // BYTES_PER_MS

    @property
    def pause_ms(self) -> int:
        """Silence since the last speech."""
        return self.end_ms - self.speech_end_ms

    def add(self, pcm: bytes, is_speech: bool) -> None:
        """Appends whole frames of sound."""
        self._pcm += pcm
        if is_speech:
            self.speech_ms += FRAME_MS
            self.speech_end_ms = self.end_ms

    def sound(self, start_ms: int, end_ms: int) -> bytes:
        """The sound between two times; what lies outside is left out."""
        first = max(0, start_ms - self.start_ms) * BYTES_PER_MS
        return bytes(self._pcm[first : max(0, end_ms - self.start_ms) * BYTES_PER_MS])

    def forget_before(self, start_ms: int) -> None:
        """Drops sound that is no longer needed."""
        if start_ms > self.start_ms:
            del self._pcm[: (start_ms - self.start_ms) * BYTES_PER_MS]
            self.start_ms = start_ms


class Segmenter:
    """Cuts frames into utterances by voice activity; an utterance given by `hear` grows until it `is_ended`."""

    def __init__(self, is_speech: Callable[[bytes], bool]) -> None:
        self._is_speech = is_speech
        self._pre_roll: deque[bytes] = deque(maxlen=PRE_ROLL_MS // FRAME_MS)
        self._current: Utterance | None = None

    def hear(self, frame: AudioFrame) -> Utterance | None:
        """The utterance that this frame begins, if it does."""
        is_speech = self._is_speech(frame.pcm)
        if self._current is not None:
            self._current.add(frame.pcm, is_speech)
            if self._current.pause_ms >= END_SILENCE_MS:
                self.end()
            return None
        if not is_speech:
            self._pre_roll.append(frame.pcm)
            return None
        before = b"".join(self._pre_roll)
        self._pre_roll.clear()
        self._current = Utterance(frame.start_ms - len(before) // FRAME_BYTES * FRAME_MS)
        self._current.add(before, is_speech=False)
        self._current.add(frame.pcm, is_speech=True)
        return self._current

    def warm(self, frame: AudioFrame) -> None:
        """Lets the voice detector hear a frame that is of no utterance here."""
        self._is_speech(frame.pcm)

    def go_on(self, start_ms: int) -> Utterance:
        """An utterance that was under way elsewhere goes on here, with the sound from a time on."""
        self._current = Utterance(start_ms)
        return self._current

    def end(self) -> None:
        """Ends the utterance under way: the speaker paused, the sound has a hole here, or the call is over."""
        if self._current is not None:
            # What follows the last speech is silence that the next utterance may want before its first word.
            tail_ms = min(PRE_ROLL_MS, self._current.pause_ms)
            tail = self._current.sound(self._current.end_ms - tail_ms, self._current.end_ms)
            self._pre_roll.extend(tail[i : i + FRAME_BYTES] for i in range(0, len(tail), FRAME_BYTES))
            self._current.is_ended = True
            self._current = None
