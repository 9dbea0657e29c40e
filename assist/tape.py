"""The sound of a call kept beside its journal, both sides apart: Opus in an Ogg file; off unless it is asked for.

A thread of the call's own encodes and writes, so that nothing of a call waits for a disk. What nobody may hear is
silence before it is encoded. The file has its name only once it is whole. Ogg, because a file that a crash cut short
can still be played to the cut, unless it is encrypted.
"""

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import av
import msgspec
import structlog

from assist import journal
from assist.archive import Archive, Sink
from assist.sealing import Known, Sealing
from assist.weaving import HoleTooLong, Samples, Weaving
from streaming.types import SAMPLE_RATE_HZ, AudioFrame, Speaker

SUFFIX = ".ogg"
PART = ".ogg.part"
LAYOUTS = {1: "mono", 2: "stereo"}
BITS_PER_SECOND = {1: 24_000, 2: 40_000}
"""At these Opus is hard to tell from what came over a telephone; an hour of both sides takes 18 MB."""

MOST_WAITING_FRAMES = 1_500
"""15 s of two sides: 1 MB. A disk that stalls for longer leaves a hole, heard as silence."""

log = structlog.get_logger()


def path_of(folder: Path, call_id: str) -> Path:
    """Where a call's sound is, if it was kept; raises CallIdRefused."""
    return journal.path_of(folder, call_id).with_suffix(SUFFIX)


def remove_sound(folder: Path, call_id: str) -> None:
    """No sound of that call is left, whole or not. Raises CallIdRefused, or OSError where it could not be removed."""
    whole = path_of(folder, call_id)
    for path in (whole, whole.with_suffix(PART)):
        path.unlink(missing_ok=True)


class _Heard(msgspec.Struct, frozen=True):
    """A frame, None at the end of the call, and what was known when it came."""

    frame: AudioFrame | None
    known: Known


class Tape:
    """The sound of one call on its way to the disk; nothing here waits.

    There is no file before the first frame that may be kept; `may_keep` is asked for each. If it fails, there is none
    either, and the log has the reason.
    """

    def __init__(
        self, archive: Archive, call_id: str, speakers: tuple[Speaker, ...], may_keep: Callable[[], bool]
    ) -> None:
        """Raises CallIdRefused."""
        self._may_keep = may_keep
        self._has_failed = False
        self._call_id = call_id
        self._archive = archive
        self._path = path_of(archive.folder, call_id)
        self._part = self._path.with_suffix(PART)
        self._weaving = Weaving(speakers)
        self._sealing = Sealing()
        self._waiting: SimpleQueue[_Heard] = SimpleQueue()
        self._is_unwanted = False
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, args=(len(speakers),), name=f"tape {call_id}")
        self._thread.start()

    def hear(self, frame: AudioFrame, known: Known) -> bool:
        """Takes a frame, and what is known by now; whether the call's sound is being kept.

        Where the disk has not kept up for long, the frame is left out and counted.
        """
        if self._has_failed or self._is_unwanted or not self._may_keep():
            return False
        if self.waiting_frames >= MOST_WAITING_FRAMES:
            self._dropped += 1
        else:
            self._waiting.put(_Heard(frame, known))
        return True

    def keep(self, known: Known) -> None:
        """The call is over, and no more will be known: the file is there a moment later."""
        self._waiting.put(_Heard(None, known))

    def discard(self) -> None:
        """Nothing of it may be kept: what there is goes."""
        self._is_unwanted = True
        self._waiting.put(_Heard(None, Known(0, ())))

    @property
    def waiting_frames(self) -> int:
        """Frames that the disk has not taken yet."""
        return self._waiting.qsize()

    def join(self, timeout_s: float) -> bool:
        """Waits until the file is there, or gone; whether it was in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self, channels: int) -> None:
        try:
            self._write(channels)
        except (OSError, av.FFmpegError, HoleTooLong) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            log.error("sound_not_kept", call_id=self._call_id, error=reason)
            self._is_unwanted = self._has_failed = True
        if self._is_unwanted:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)
            return
        if lost := self._dropped + self._weaving.left_out:
            log.warning("sound_kept_with_holes", call_id=self._call_id, frames=lost)
        if self._sealing.silenced_ms:
            log.warning("sound_silenced_unheard", call_id=self._call_id, silenced_ms=self._sealing.silenced_ms)

    def _write(self, channels: int) -> None:
        heard = self._waiting.get()
        if heard.frame is None or self._is_unwanted:
            return
        self._part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
            with self._archive.encrypting(self._path, file) as sink:
                self._encode(_Encoder(sink, channels), heard)
            file.flush()
            os.fsync(file.fileno())
        if not self._is_unwanted:
            self._part.replace(self._path)

    def _encode(self, encoder: "_Encoder", heard: _Heard) -> None:
        while heard.frame is not None and not self._is_unwanted:
            for block in self._weaving.add(heard.frame):
                encoder.encode_all(self._sealing.add(block, heard.known))
            heard = self._waiting.get()
        encoder.encode_all(self._sealing.add(self._weaving.rest(), heard.known))
        encoder.encode_all(self._sealing.rest(heard.known))
        encoder.finish()


class _Encoder:
    """Samples -> Ogg Opus (RFC 7845) in an open file; raises OSError or FFmpegError."""

    def __init__(self, file: Sink, channels: int) -> None:
        self._layout = LAYOUTS[channels]
        self._container: Any = av.open(file, "w", format="ogg")
        self._stream: Any = self._container.add_stream("libopus", rate=SAMPLE_RATE_HZ, layout=self._layout)
        self._stream.bit_rate = BITS_PER_SECOND[channels]
        self._stream.options = {"application": "voip", "compression_level": "5"}
        self._at = 0

    def encode_all(self, blocks: Iterable[Samples]) -> None:
        """The next samples."""
        for block in blocks:
            if len(block):
                self._encode(block)

    def _encode(self, block: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout=self._layout)
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts = self._at
        self._at += len(block)
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """The end of the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
