"""RealtimeSTT: speech cut by voice activity; `realtime` texts while it lasts, one `final` text when it has ended.

Its multi-user server is started with the same model for both kinds of text; all else is as it comes.
"""

import json
import struct
from pathlib import Path

from streaming.recording import Samples
from streaming.types import SAMPLE_RATE_HZ
from tests.bench.peers.contract import Dialogue

# Without PyAudio, which wants a sound card's library to build, and the rest of what only its microphone side needs.
REQUIREMENTS = (
    ("--no-deps", "realtimestt==1.1.2", "silero-vad==6.2.1"),
    (
        "torch==2.13.0",
        "faster-whisper==1.2.1",
        "fastapi<1",
        "uvicorn[standard]<1",
        "scipy==1.17.1",
        "halo==0.0.31",
        "colorama==0.4.6",
        "webrtcvad-wheels==2.0.14",
        "soundfile==0.13.1",
        "websockets==16.0",
    ),
)


def command(python: Path, model: Path, port: int) -> tuple[str, ...]:
    """The multi-user server that comes in its package."""
    module = (str(python), "-m", "example_fastapi_server.server", "--host", "127.0.0.1", "--port", str(port))
    models = ("--model", str(model), "--realtime-model", str(model))
    return (*module, *models, "--device", "cpu", "--compute-type", "int8", "--language", "en")


def create() -> Dialogue:
    """A new connection's."""
    return _Dialogue()


class _Dialogue:
    path = "/ws/transcribe"

    def __init__(self) -> None:
        self._final: dict[str, str] = {}
        self._open: dict[str, str] = {}

    @property
    def committed(self) -> str:
        """The final texts, in the order in which they came."""
        return " ".join(self._final.values())

    @property
    def tentative(self) -> str:
        """The texts of what has no final one yet."""
        return " ".join(self._open.values())

    def hello(self) -> tuple[str, ...]:
        """Sound before this is refused."""
        return (json.dumps({"type": "start"}),)

    def is_ready(self, message: str) -> bool:
        """Once its models are loaded."""
        return bool(json.loads(message)["type"] == "ready")

    def packet(self, samples: Samples) -> bytes:
        """The length of a piece of JSON, that JSON, and 16-bit samples."""
        told = json.dumps({"sampleRate": SAMPLE_RATE_HZ, "channels": 1, "format": "pcm_s16le", "frames": len(samples)})
        return struct.pack("<I", len(told)) + told.encode() + samples.astype("<i2").tobytes()

    def stop(self) -> tuple[str, ...]:
        """What is being said ends here."""
        return (json.dumps({"type": "stop"}),)

    def take(self, message: str) -> None:
        """Texts by segment; all else is not about words."""
        told = json.loads(message)
        if told["type"] == "realtime" and told["segmentId"] not in self._final:
            self._open[told["segmentId"]] = told["text"]
        if told["type"] == "final":
            self._open.pop(told["segmentId"], None)
            self._final[told["segmentId"]] = told["text"]
