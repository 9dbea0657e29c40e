"""A transcriber and a recogniser on the call's own clock, where each pass takes as long as a test says."""

from collections.abc import Callable, Iterable

from streaming.engines.contract import Engine, Request
from streaming.transcriber import Transcriber
from streaming.types import FRAME_BYTES, AudioFrame, Gap, Word, Words, text_of
from streaming.voice_activity import VoiceActivity

PASS_MS = 600  # as on a machine with other things to do

SPEECH, SILENCE = b"\x01" * FRAME_BYTES, bytes(FRAME_BYTES)


def is_scripted_speech(pcm: bytes) -> bool:
    """The voice detector of scripted tests."""
    return pcm == SPEECH


def frames_of(pcm: bytes) -> Iterable[bytes]:
    """16 kHz s16le in frames of 20 ms."""
    return (pcm[i : i + FRAME_BYTES] for i in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES))


class Ear:
    """One speaker. `told` has what was told, with the position on the call's clock at which it was."""

    def __init__(
        self, engine: Engine, is_speech: Callable[[bytes], bool] | None = None, pass_ms: int = PASS_MS
    ) -> None:
        self.told: list[tuple[int, Words | Gap]] = []
        self.requests: list[Request] = []
        self.now_ms = 0
        self._engine = engine
        self._transcriber = Transcriber("prospect", is_speech or VoiceActivity().is_speech)
        self._pass_ms = pass_ms
        self._under_way: tuple[int, Request] | None = None

    def listen(self, frames: Iterable[bytes]) -> "Ear":
        """Hears frames of 20 ms."""
        for pcm in frames:
            self._tell(self._transcriber.hear(AudioFrame("prospect", self.now_ms, pcm)))
            self.now_ms += 20
            self._turn()
        return self

    def skip(self, duration_ms: int) -> "Ear":
        """Misses sound."""
        self._tell(self._transcriber.skip(Gap("prospect", self.now_ms, duration_ms)))
        self.now_ms += duration_ms
        self._turn()
        return self

    def finish(self) -> "Ear":
        """The call is over; waits for the last words."""
        self._tell(self._transcriber.finish())
        while not self._transcriber.is_idle:
            self.now_ms += 20
            self._turn()
        return self

    @property
    def finals(self) -> list[str]:
        """The utterances as they ended."""
        return [text_of(words.committed) for _, words in self.told if isinstance(words, Words) and words.is_final]

    @property
    def words(self) -> list[Word]:
        """All words as they ended."""
        return [
            word for _, words in self.told if isinstance(words, Words) and words.is_final for word in words.committed
        ]

    @property
    def lost(self) -> list[Gap]:
        """What was told as lost."""
        return [gap for _, gap in self.told if isinstance(gap, Gap)]

    def commit_lags_ms(self) -> list[tuple[int, int]]:
        """Where each word ends, and how long after that it was told as committed."""
        known: dict[int, int] = {}
        lags = []
        for at_ms, words in self.told:
            if isinstance(words, Words):
                fresh = words.committed[known.get(words.utterance, 0) :]
                lags += [(word.end_ms, at_ms - word.end_ms) for word in fresh]
                known[words.utterance] = len(words.committed)
        return lags

    def _turn(self) -> None:
        if self._under_way and self.now_ms >= self._under_way[0]:
            request, self._under_way = self._under_way[1], None
            self._tell(self._transcriber.answer(self._engine.transcribe(request)))
        if self._under_way is None and (due := self._transcriber.request()):
            self.requests.append(due)
            self._under_way = (self.now_ms + self._pass_ms, due)

    def _tell(self, told: tuple[Words | Gap, ...]) -> None:
        self.told += [(self.now_ms, item) for item in told]
