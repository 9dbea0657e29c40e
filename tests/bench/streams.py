"""How many calls at once a machine carries: lag early and late in the load, and its cost.

    python -m tests.bench.streams [--calls N] [--seconds S] > streams.json

Starts a server of its own, plays the real calls of ../shared/data into it, looped to S seconds each and begun a second
apart, both channels at real time, and prints JSON. `early` and `late` are the words that end in the first and the
second half; lags are as in `tests.bench.lag`. The cost is of the server and its recogniser, not of the clients.
"""

import argparse
import asyncio
import json
import os
import platform
import time
from typing import Any

import numpy as np

from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ
from tests.bench.real_calls import calls, lags, play
from tests.bench.served import cpu_s, serving


def main() -> None:
    """Runs the bench and prints its figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=15)
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--port", type=int, default=8799)
    chosen = options.parse_args()
    print(json.dumps(asyncio.run(_bench(chosen.calls, chosen.seconds, chosen.port)), indent=2))


async def _bench(count: int, seconds: int, port: int) -> dict[str, Any]:
    sounds = [call["sound"].samples for call in calls()]
    async with serving(port, max_calls=count) as server:
        before_s, begun = cpu_s(server.pid), time.monotonic()
        waits = [_later(index, server.url, _looped(sounds[index % len(sounds)], seconds)) for index in range(count)]
        played = await asyncio.gather(*waits)
        spent_s, took_s = cpu_s(server.pid) - before_s, time.monotonic() - begun
    words = [word for one in played for word in one["words"]]
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine()},
        "calls": count,
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


def _looped(samples: Any, seconds: int) -> Recording:
    rounds = -(-seconds * SAMPLE_RATE_HZ // len(samples))
    return Recording(np.concatenate([samples] * rounds)[: seconds * SAMPLE_RATE_HZ])


if __name__ == "__main__":
    main()
