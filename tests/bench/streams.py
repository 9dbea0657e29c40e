"""How many calls at once a machine carries: lag early and late in the load, and its cost.

    python -m tests.bench.streams [--calls N] [--offered M] [--seconds S] > streams.json

Starts a server of its own, plays the real calls of ../shared/data into it, looped to S seconds each and begun a second
apart, both channels at real time, and prints JSON. `early` and `late` are the words that end in the first and the
second half; lags are as in `tests.bench.lag`. Where more calls are offered than the server takes, the others come once
it is full, and again every ten seconds; `refused` counts how often they were told that it is. The cost is of the server
and its recogniser, not of the clients.
"""

import argparse
import asyncio
import json
import os
import platform
import time
from typing import Any

import numpy as np

from streaming.feeder import Feeder, FeedFailed
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ
from tests.bench.real_calls import calls, lags, play
from tests.bench.served import cpu_s, serving

AGAIN_S = 10
SILENCE = Recording(np.zeros((SAMPLE_RATE_HZ, 2), np.int16))


def main() -> None:
    """Runs the bench and prints its figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=15)
    options.add_argument("--offered", type=int, help="calls that want to be taken; as many as are taken by default")
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--port", type=int, default=8799)
    chosen = options.parse_args()
    print(json.dumps(asyncio.run(_bench(chosen)), indent=2))


async def _bench(chosen: argparse.Namespace) -> dict[str, Any]:
    count, seconds = chosen.calls, chosen.seconds
    sounds = [call["sound"].samples for call in calls()]
    async with serving(chosen.port, max_calls=count) as server:
        before_s, begun = cpu_s(server.pid), time.monotonic()
        waits = [_later(index, server.url, _looped(sounds[index % len(sounds)], seconds)) for index in range(count)]
        others = [_offered(server.url, count, seconds) for _ in range((chosen.offered or count) - count)]
        refused, played = await asyncio.gather(asyncio.gather(*others), asyncio.gather(*waits))
        spent_s, took_s = cpu_s(server.pid) - before_s, time.monotonic() - begun
    words = [word for one in played for word in one["words"]]
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine()},
        "calls": count,
        "refused": sum(refused),
        "words": lags(words),
        "early": lags(word for word in words if word["end_s"] < seconds / 2),
        "late": lags(word for word in words if word["end_s"] >= seconds / 2),
        "cpu_s_per_channel_s": round(spent_s / (2 * count * seconds), 4),
        "took_s": round(took_s, 1),
        "shown": sum(one["shown"] for one in played),
        "taken_back": sum(one["taken_back"] for one in played),
    }


async def _later(wait_s: float, url: str, sound: Recording) -> dict[str, Any]:
    await asyncio.sleep(wait_s)
    return await play(url, {"name": "", "sound": sound, "texts": {}})


async def _offered(url: str, wait_s: float, seconds: int) -> int:
    """How often a call that comes while the server is full is told that it is."""
    refused = 0
    for _ in range(int(seconds - wait_s) // AGAIN_S):
        await asyncio.sleep(wait_s if not refused else AGAIN_S)
        try:
            await Feeder(f"{url.replace('http', 'ws', 1)}/call/browser", SILENCE, ("rep", "prospect")).play(
                True, _nothing, _nothing
            )
        except FeedFailed:
            refused += 1
    return refused


def _nothing(_: object) -> None: ...


def _looped(samples: Any, seconds: int) -> Recording:
    rounds = -(-seconds * SAMPLE_RATE_HZ // len(samples))
    return Recording(np.concatenate([samples] * rounds)[: seconds * SAMPLE_RATE_HZ])


if __name__ == "__main__":
    main()
