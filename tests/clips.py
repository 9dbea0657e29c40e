"""The spoken clips in tests/recordings."""

from pathlib import Path

import msgspec

from streaming import recording
from streaming.recording import Samples

RECORDINGS = Path(__file__).with_name("recordings")


class Clip(msgspec.Struct, frozen=True):
    """One line of clips.json."""

    file: str
    text: str
    cues: tuple[str, ...]

    def samples(self) -> Samples:
        """Mono at 16 kHz."""
        return recording.read((RECORDINGS / self.file,), 1).samples[:, 0]


CLIPS = msgspec.json.decode((RECORDINGS / "clips.json").read_bytes(), type=tuple[Clip, ...])
