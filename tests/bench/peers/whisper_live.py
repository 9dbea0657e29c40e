"""WhisperLive (Collabora): the whole sound since the last closed segment is transcribed again and again.

Closed segments come with `completed` set, at most ten at a time; the one being spoken comes last, without. Options are
those that its own client sends.
"""

import json
from pathlib import Path

import numpy as np

from streaming.recording import Samples
from tests.bench.peers.contract import Dialogue

# Without the dependencies that other engines of its need; torch it imports whatever the engine.
REQUIREMENTS = (
    ("--no-deps", "whisper-live==0.10.0"),
    (
        "faster-whisper==1.2.0",
        "tokenizers==0.20.3",
        "torch==2.13.0",
        "websockets==16.0",
        "fastapi",
        "uvicorn",
        "python-multipart",
        "scipy",
        "prometheus-client",
    ),
)
SERVE = (
    "import sys; from whisper_live.server import TranscriptionServer; TranscriptionServer().run('127.0.0.1', "
    "port=int(sys.argv[1]), backend='faster_whisper', faster_whisper_custom_model_path=sys.argv[2], single_model=True, "
    "max_connection_time=3600)"
)


def command(python: Path, model: Path, port: int) -> tuple[str, ...]:
    """Its server has no program of its own in the package."""
    return str(python), "-c", SERVE, str(port), str(model)


def create() -> Dialogue:
    """A new connection's."""
    return _Dialogue()


class _Dialogue:
    path = "/"

    def __init__(self) -> None:
        self.committed = ""
        self.tentative = ""
        self._closed: dict[tuple[str, str, str], None] = {}

    def hello(self) -> tuple[str, ...]:
        """The options."""
        options = {
            "uid": "bench",
            "language": "en",
            "task": "transcribe",
            "model": "as the server has it",
            "use_vad": True,
            "send_last_n_segments": 10,
            "no_speech_thresh": 0.45,
            "clip_audio": False,
            "same_output_threshold": 10,
        }
        return (json.dumps(options),)

    def is_ready(self, message: str) -> bool:
        """Once it has loaded the model."""
        return bool(json.loads(message).get("message") == "SERVER_READY")

    def packet(self, samples: Samples) -> bytes:
        """Little-endian floats between -1 and 1."""
        return (samples.astype("<f4") / np.float32(32768)).tobytes()

    def stop(self) -> tuple[str, ...]:
        """Its own client says nothing either, and waits for the text to settle."""
        return ()

    def take(self, message: str) -> None:
        """Segments."""
        segments = json.loads(message).get("segments")
        if segments is None:
            return
        for one in segments:
            if one["completed"]:
                self._closed[one["start"], one["end"], one["text"]] = None
        self.committed = " ".join(text for _, _, text in self._closed)
        self.tentative = " ".join(one["text"] for one in segments if not one["completed"])
