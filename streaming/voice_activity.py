"""Frames -> speech or not: `webrtcvad` as the cheap gate, Silero as the judge; pure.

WebRTC's detector costs microseconds but takes music and clatter for speech; Silero knows better and costs a hundred
times more. So Silero looks only where WebRTC has lately heard something, and its word counts.
"""

from collections import deque
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import webrtcvad

from streaming.types import FRAME_MS, SAMPLE_RATE_HZ

# Silero v6 at 16 kHz takes 512 new samples after the 64 before them; without those 64 it does not hear clear speech.
CHUNK_SAMPLES = 512
CONTEXT_SAMPLES = 64

GATE_MODE = 1  # of 0 (lets everything pass) to 3: the gate must not miss quiet telephone speech
GATE_HOLD_MS = 1_000  # Silero goes on looking this long after WebRTC last heard something
WARM_CHUNKS = 10
# Silero's state drifts where nobody speaks: after 30 s of typing, which holds the gate open, it no longer hears speech.
STALE_CHUNKS = 125  # 4 s
# Silero is less sure of speech in a telephone's narrow band: clear words stay below 0.5 there. Music, tones, and typing
# measured on ../shared/data/noise stay below 0.25.
ENTER_PROBABILITY = 0.25
STAY_PROBABILITY = 0.15


WARM_UP_MS = 8_000
"""Begun in the middle of talk it misses some for seconds: 6 s of 72 s after twelve starts, 0.06 s after so much."""
GRID_MS = 160
"""A multiple of a frame and of what Silero takes: begun at one of these it hears the sound in the same pieces."""


class VoiceActivity:
    """One speaker's channel. Give it every frame in order."""

    def __init__(self) -> None:
        self._gate = webrtcvad.Vad(GATE_MODE)
        self._gate_open_ms = 0
        self._waiting = b""
        self._state = _SileroState()
        self._lately: deque[bytes] = deque(maxlen=WARM_CHUNKS)
        self._quiet_chunks = 0
        self._is_speech = False

    def is_speech(self, pcm: bytes) -> bool:
        """Whether this frame of 20 ms (16 kHz s16le) belongs to speech."""
        if self._gate.is_speech(pcm, SAMPLE_RATE_HZ):
            self._gate_open_ms = GATE_HOLD_MS
        elif self._gate_open_ms:
            self._gate_open_ms -= FRAME_MS
        self._waiting += pcm
        if self._gate_open_ms:
            self._judge()
        else:
            self._rest()
        return self._is_speech

    def _judge(self) -> None:
        while len(self._waiting) >= 2 * CHUNK_SAMPLES:
            chunk, self._waiting = self._waiting[: 2 * CHUNK_SAMPLES], self._waiting[2 * CHUNK_SAMPLES :]
            if self._quiet_chunks >= STALE_CHUNKS:
                self._refresh()
            probability = self._state.probability(chunk)
            self._is_speech = probability >= (STAY_PROBABILITY if self._is_speech else ENTER_PROBABILITY)
            self._quiet_chunks = 0 if self._is_speech else self._quiet_chunks + 1
            self._lately.append(chunk)

    def _refresh(self) -> None:
        self._state = _SileroState()
        self._quiet_chunks = 0
        for chunk in self._lately:
            self._state.probability(chunk)

    def _rest(self) -> None:
        if self._state.is_used:
            self._lately.clear()
            self._refresh()
        self._is_speech = False
        # What lies just before the gate opens is judged with what follows, so that the state is warm at the first word.
        self._waiting = self._waiting[-2 * CHUNK_SAMPLES * WARM_CHUNKS :]


class _SileroState:
    """The recurrent state of one stretch of sound."""

    def __init__(self) -> None:
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT_SAMPLES, np.float32)
        self.is_used = False

    def probability(self, chunk: bytes) -> float:
        """That these 512 samples (s16le) are speech, 0..1."""
        new = np.frombuffer(chunk, "<i2").astype(np.float32) / np.float32(32768)
        samples = np.concatenate([self._context, new])[None, :]
        output, self._h, self._c = _session().run(None, {"input": samples, "h": self._h, "c": self._c})
        self._context = new[-CONTEXT_SAMPLES:]
        self.is_used = True
        return float(output.reshape(-1)[0])


@cache
def _session() -> Any:
    """Silero's network as faster-whisper ships it, loaded once for all channels."""
    import onnxruntime  # noqa: PLC0415 - 0.1 s, paid when the first call comes and not by `assist --help`

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    # Found beside the package's source, not by importing it: that would load CTranslate2 into the server as well.
    spec = find_spec("faster_whisper")
    assert spec is not None and spec.origin is not None
    path = Path(spec.origin).parent / "assets" / "silero_vad_v6.onnx"
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def warm_up() -> None:
    """Loads Silero now, so that the first call's first frame need not wait for it."""
    _SileroState().probability(bytes(2 * CHUNK_SAMPLES))
