"""Recorded voices, as calls to a server that runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np

from streaming import recording
from streaming.feeder import Feeder
from streaming.protocols.contract import Metadata
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ, Speaker

RECORDINGS = Path(__file__).parents[1] / "recordings"
SIDES: tuple[Speaker, ...] = ("rep", "prospect")


def spoken(*turns: tuple[Speaker, str, int], before_ms: int = 0) -> Recording:
    """Clips laid end to end, each on its speaker's channel and followed by so many ms of silence on both."""
    parts = [np.zeros((before_ms * SAMPLE_RATE_HZ // 1000, len(SIDES)), np.int16)]
    for speaker, clip, pause_ms in turns:
        voice = recording.read((RECORDINGS / f"{clip}.ogg",), 1).samples[:, 0]
        part = np.zeros((len(voice) + pause_ms * SAMPLE_RATE_HZ // 1000, len(SIDES)), np.int16)
        part[: len(voice), SIDES.index(speaker)] = voice
        parts.append(part)
    return Recording(np.concatenate(parts))


@asynccontextmanager
async def calling(
    url: str, sound: Recording, metadata: Metadata, is_paced: bool = True
) -> AsyncIterator[asyncio.Task[None]]:
    """A call played meanwhile, at its own pace or as fast as it is taken; the task ends with it."""
    feeder = Feeder(url.replace("http", "ws") + "/call/browser", sound, SIDES)
    playing = asyncio.create_task(feeder.play(is_paced, lambda _: None, lambda _: None, metadata))
    try:
        yield playing
    finally:
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing
