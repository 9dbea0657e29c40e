"""Hours of one call through a real server: whether memory stays flat and the words' times stay right.

    python -m tests.bench.soak [--minutes N] [--speed F] > soak.json

Starts a server of its own and plays one call into it, the auto_repairs call again and again with a pause between, both
channels, at real time or F times as fast (where the machine cannot follow, `audio_lost` says how much was let go).
Each minute of the wall clock the resident memory of the server and of its recogniser is read, and how many descriptors
they have open; `growth_mib` is the most after the first ten minutes less what it was then, `slope_per_hour` that of the
straight line nearest to what was read since, hours being the wall clock's. The final words of each loop are aligned
with those of the first; `apart_s` is how far the places of equal words within their loops are apart, whichever way, of
all loops together and of the last. A drifting clock would show there. Words themselves may differ: passes never fall on
the same sound twice.
"""

import argparse
import asyncio
import json
import os
import platform
import time
from collections.abc import Iterable, Sequence
from typing import Any

import jiwer
import msgspec
import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from assist.watching import events
from streaming.recording import Samples
from streaming.types import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, Speaker
from tests.bench.real_calls import PARTIES, Event, calls, spread
from tests.bench.served import Served, free_port, serving, tree
from tests.bench.told import words_of

PAUSE_S = 2  # so that no utterance runs from one loop into the next
MINUTE_S = 60
MINUTES_IN_HOUR = 60
SETTLED_MINUTES = 10
FEWEST_FOR_A_SLOPE = 3
RIGHT_WITHIN_S = 0.1
MIB = 1 << 20


class Spoken(msgspec.Struct, frozen=True):
    """A final word; times on the call's clock."""

    speaker: Speaker
    word: str
    start_ms: int


class Held(msgspec.Struct, frozen=True):
    """Resident memory in MiB, and open descriptors of both."""

    minute: float
    server: float
    recogniser: float
    descriptors: int


def main() -> None:
    """Runs the bench and prints its figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=120, help="of sound")
    options.add_argument("--speed", type=float, default=1, help="times real time")
    chosen = options.parse_args()
    print(json.dumps(asyncio.run(_bench(chosen.minutes, chosen.speed)), indent=2))


async def _bench(minutes: float, speed: float) -> dict[str, Any]:
    loop = _loop(calls()[-1]["sound"].samples)
    loop_ms = len(loop) * 1000 // SAMPLE_RATE_HZ
    held: list[Held] = []
    async with serving(free_port()) as server:
        begun_s = time.monotonic()
        watching = asyncio.create_task(_watch(server.pid, held))
        told = await _play(server, loop, round(minutes * 60_000 / FRAME_MS), speed)
        watching.cancel()
        took_s = time.monotonic() - begun_s
    lost_ms = sum(event["duration_ms"] for event in told if event["kind"] == "audio_lost")
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "minutes": minutes,
        "took_minutes": round(took_s / MINUTE_S, 1),
        "audio_lost_s": round(lost_ms / 1000, 1),
        "growth_mib": growth(held),
        "slope_per_hour": slope_per_hour(held),
        **times(spoken(told), loop_ms, int(minutes * 60_000 // loop_ms)),
        "held": [msgspec.to_builtins(row) for row in held],
    }


def growth(held: Sequence[Held]) -> dict[str, float] | None:
    """Of each process, the most after the first ten minutes less what it was then; None for a shorter run."""
    settled = [row for row in held if row.minute >= SETTLED_MINUTES]
    if not settled:
        return None
    return {
        "server": round(max(row.server for row in settled) - settled[0].server, 1),
        "recogniser": round(max(row.recogniser for row in settled) - settled[0].recogniser, 1),
    }


def slope_per_hour(held: Sequence[Held]) -> dict[str, float] | None:
    """Of the least-squares line of each figure after the first ten minutes; None for a shorter run."""
    settled = [row for row in held if row.minute >= SETTLED_MINUTES]
    if len(settled) < FEWEST_FOR_A_SLOPE:
        return None
    hours = [row.minute / MINUTES_IN_HOUR for row in settled]
    names = ("server", "recogniser", "descriptors")
    return {name: round(float(np.polyfit(hours, [getattr(row, name) for row in settled], 1)[0]), 2) for name in names}


def times(spoken: Sequence[Spoken], loop_ms: int, loops: int) -> dict[str, Any]:
    """How far the places of equal words within their loops, of which `loops` are whole, are from the first loop's."""
    apart = [[one for speaker in PARTIES for one in _apart(spoken, speaker, loop, loop_ms)] for loop in range(1, loops)]
    every = [one for of_loop in apart for one in of_loop]
    first = sum(word.start_ms < loop_ms for word in spoken)
    return {
        "loops": loops,
        "words_in_first_loop": first,
        "apart_s": {"all": spread(every), "last_loop": spread(apart[-1] if apart else [])},
        "right_within_0.1_s": round(sum(one <= RIGHT_WITHIN_S for one in every) / len(every), 4) if every else None,
        "same_words": round(len(every) / (loops - 1) / first, 4) if first and loops > 1 else None,
    }


def _apart(spoken: Sequence[Spoken], speaker: str, loop: int, loop_ms: int) -> Iterable[float]:
    """Seconds between the places of a speaker's words in a loop and those of the equal ones in the first."""
    own = [word for word in spoken if word.speaker == speaker]
    first = [word for word in own if word.start_ms < loop_ms]
    later = [word for word in own if word.start_ms // loop_ms == loop]
    if not first or not later:
        return
    measured = jiwer.process_words(" ".join(word.word for word in first), " ".join(word.word for word in later))
    for chunk in measured.alignments[0]:
        for step in range(chunk.ref_end_idx - chunk.ref_start_idx if chunk.type == "equal" else 0):
            before, now = first[chunk.ref_start_idx + step], later[chunk.hyp_start_idx + step]
            yield abs(now.start_ms - loop * loop_ms - before.start_ms) / 1000


def _loop(samples: Samples) -> Samples:
    whole = -(-len(samples) // FRAME_SAMPLES) * FRAME_SAMPLES + PAUSE_S * SAMPLE_RATE_HZ
    return np.pad(samples, ((0, whole - len(samples)), (0, 0)))


async def _play(server: Served, loop: Samples, packets: int, speed: float) -> list[Event]:
    """What was lost, and each utterance as it stood in the end."""
    url = server.url.replace("http", "ws", 1)
    start = {"kind": "start", "channels": tuple(PARTIES), "encoding": "pcm_s16le", "sample_rate_hz": SAMPLE_RATE_HZ}
    async with connect(f"{url}/call/browser", compression=None, ping_timeout=None) as socket:
        await socket.send(json.dumps(start))
        watching = asyncio.create_task(_told(url, json.loads(await socket.recv())["call"]))
        sending = asyncio.create_task(_send(socket, loop, packets, speed))
        async for message in socket:  # acknowledgements, until the server says that the call is over
            if json.loads(message)["kind"] == "ended":
                break
        await sending
        return await watching


async def _send(socket: ClientConnection, loop: Samples, packets: int, speed: float) -> None:
    begun_s = time.monotonic()
    for index in range(packets):
        first = index * FRAME_SAMPLES % len(loop)
        await socket.send(loop[first : first + FRAME_SAMPLES].astype("<i2").tobytes())
        await asyncio.sleep(max(0.0, begun_s + (index + 1) * FRAME_MS / 1000 / speed - time.monotonic()))
    await socket.send('{"kind":"stop"}')


async def _told(url: str, call_id: str) -> list[Event]:
    wanted = ("audio_lost", "transcript_changed")
    return [e async for e in events(url, call_id) if e["kind"] in wanted and e.get("is_final", True)]


def spoken(told: Iterable[Event]) -> list[Spoken]:
    """The words of transcripts told, in order, each normalised on its own."""
    return [
        Spoken(event["speaker"], part, word["start_ms"])
        for event in told
        if event["kind"] == "transcript_changed"
        for word in event["words"]
        for part in words_of(word["text"])
    ]


async def _watch(pid: int, held: list[Held]) -> None:
    """Adds a row a minute, until cancelled."""
    begun_s = time.monotonic()
    while True:
        processes = tree(pid)
        server, *others = [process.memory_info().rss / MIB for process in processes]
        minute = (time.monotonic() - begun_s) / MINUTE_S
        descriptors = sum(process.num_fds() for process in processes)
        held.append(Held(round(minute, 1), round(server, 1), round(sum(others), 1), descriptors))
        await asyncio.sleep(MINUTE_S)


if __name__ == "__main__":
    main()
