"""Others' live recognisers beside ours: the same sound, the same model, the same machine, one after the other.

    python -m tests.bench.peers [--calls N] [--seconds S] > peers.json

Installs each peer from the package registry into an environment of its own (in the user's cache folder, once; some
GB, for they need torch), starts its server with the model folder that we have of `tiny.en`, unpatched, and plays the
harpervalley calls and the auto_repairs call into it at real time over its own protocol, a channel at a time: each peer
knows one channel a connection. Our server hears both channels of a call at once, as in use, which is the harder task.
Each system first hears a few seconds that do not count. `--seconds` plays less of each call: what ends by then.

Lag runs from the moment that the sound with the end of a word was sent until the word was at the client. Where a word
ends is told by one timeline for all, made offline of the same sound by faster-whisper with `base` (a model that
none of them runs) and its word times; see `tests/bench/told.py`. Word error rate is of the text that stands in the end,
uncommitted words too, against the human transcript. Cost is processor time of the server while the sound was sent.
A ratio above 1 says how many times ours a peer's figure is.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from types import ModuleType
from typing import Any, cast

import jiwer
import msgspec
import numpy as np
from faster_whisper import WhisperModel

from assist import settings as settings_module
from streaming import models
from streaming.recording import Recording, Samples
from streaming.types import SAMPLE_RATE_HZ
from tests.bench.peers import install, realtimestt, whisper_live
from tests.bench.peers.contract import Peer
from tests.bench.peers.line import Line, hear
from tests.bench.real_calls import PARTIES, Event, calls, normal, tell
from tests.bench.served import cpu_s, free_port, serving
from tests.bench.told import Judged, Said, Telling, figures, judged, words_of

PEERS: tuple[ModuleType, ...] = (whisper_live, realtimestt)
MODEL = "tiny.en"
TIMELINE_MODEL = "base"
WARM_UP_S = 5
MS_SAMPLES = SAMPLE_RATE_HZ // 1000


class Channel(msgspec.Struct, frozen=True):
    """One party of one call: its sound, when its words were said, and the human text where there is one."""

    samples: Samples
    timeline: tuple[Said, ...]
    text: str | None


class Measured(msgspec.Struct, frozen=True):
    """All channels through one system, in order."""

    lines: tuple[tuple[tuple[Telling, ...], tuple[float, ...]], ...]
    cpu_s: float


def main() -> None:
    """Runs the bench and prints its figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--calls", type=int, default=7, help="how many of the seven calls")
    options.add_argument("--seconds", type=int, help="how much of each call; all of it by default")
    chosen = options.parse_args()
    played = [cut(call, chosen.seconds) for call in calls()[: chosen.calls]]
    print(json.dumps(asyncio.run(_bench(played)), indent=2))


def cut(call: dict[str, Any], seconds: int | None) -> dict[str, Any]:
    """A call up to the last turn of each party that ends within the time, so that sound and text say the same."""
    if seconds is None:
        return call
    samples = call["sound"].samples[: seconds * SAMPLE_RATE_HZ].copy()
    texts = {}
    for channel, speaker in enumerate(PARTIES if call["turns"] else ()):
        turns = [turn for turn in call["turns"][speaker] if turn[0] <= seconds * 1000]
        samples[turns[-1][0] * MS_SAMPLES if turns else 0 :, channel] = 0
        texts[speaker] = " ".join(text for _, text in turns)
    return {**call, "sound": Recording(samples), "texts": texts}


async def _bench(played: list[dict[str, Any]]) -> dict[str, Any]:
    cache_dir = settings_module.load().cache_dir
    pythons = {_name(peer): install.environment(_name(peer), cast(Peer, peer), cache_dir) for peer in PEERS}
    model = models.find(MODEL, cache_dir)
    channels = _channels(played, str(models.find(TIMELINE_MODEL, cache_dir)))
    duration_s = sum(len(channel.samples) for channel in channels) / SAMPLE_RATE_HZ
    _tell("ours")
    systems = {"ours": _figures(await _ours(played), channels, duration_s)}
    for module in PEERS:
        peer = cast(Peer, module)
        _tell(_name(module))
        port = free_port()
        async with _serving(peer.command(pythons[_name(module)], model, port)) as pid:
            measured = await _theirs(peer, port, pid, channels)
        systems[_name(module)] = _figures(measured, channels, duration_s) | {"versions": install.versions(peer)}
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "versions": {name: version(name) for name in ("onnxruntime", "ctranslate2", "faster-whisper", "websockets")},
        "model": MODEL,
        "channel_s": round(duration_s, 1),
        "words_said": sum(len(channel.timeline) for channel in channels),
        "systems": systems,
        "ratios_to_ours": {_name(peer): ratios(systems[_name(peer)], systems["ours"]) for peer in PEERS},
    }


def ratios(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, float | None]:
    """Each figure of a peer over ours; None where ours is zero or either is unknown."""
    pairs = {
        f"{kind}_{share}": (theirs[kind][share], ours[kind][share])
        for kind in ("shown_lag_s", "committed_lag_s")
        for share in ("median", "p95")
    }
    for kind in ("never_committed", "taken_back", "word_error_rate", "cpu_s_per_channel_s"):
        pairs[kind] = (theirs[kind], ours[kind])
    return {name: round(a / b, 2) if b and a is not None else None for name, (a, b) in pairs.items()}


async def _ours(played: list[dict[str, Any]]) -> Measured:
    lines = []
    spent_s = 0.0
    async with serving(free_port(), model=MODEL) as server:
        await tell(server.url, Recording(played[0]["sound"].samples[: WARM_UP_S * SAMPLE_RATE_HZ]))
        for call in played:
            before_s = cpu_s(server.pid)
            told, sent_s = await tell(server.url, call["sound"])
            spent_s += cpu_s(server.pid) - before_s
            lines += [(tellings(told, speaker), tuple(sent_s)) for speaker in PARTIES]
    return Measured(tuple(lines), spent_s)


def tellings(told: list[tuple[float, Event]], speaker: str) -> tuple[Telling, ...]:
    """Our events of one speaker as all that was said so far."""
    done: dict[int, str] = {}
    found = []
    for at_s, event in told:
        if event["kind"] == "transcript_changed" and event["speaker"] == speaker:
            done[event["utterance"]] = event["committed"]
            tentative = " ".join(word["text"] for word in event["words"] if not word["committed"])
            found.append(Telling(at_s, " ".join(filter(None, done.values())), tentative))
    return tuple(found)


async def _theirs(peer: Peer, port: int, pid: int, channels: list[Channel]) -> Measured:
    async def line(samples: Samples) -> Line:
        return await hear(port, peer.create(), samples, lambda: cpu_s(pid))

    await line(channels[0].samples[: WARM_UP_S * SAMPLE_RATE_HZ])
    lines = [await line(channel.samples) for channel in channels]
    return Measured(tuple((one.tellings, one.sent_s) for one in lines), sum(one.cpu_s for one in lines))


@asynccontextmanager
async def _serving(command: tuple[str, ...]) -> AsyncIterator[int]:
    """A peer's server, as the id of its process. It asks no hub, and has a thread a processor."""
    limits = {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": str(os.cpu_count())}
    quiet = asyncio.subprocess.DEVNULL
    server = await asyncio.create_subprocess_exec(*command, env={**os.environ, **limits}, stdout=quiet, stderr=quiet)
    try:
        yield server.pid
    finally:
        if server.returncode is None:
            server.kill()  # some of them take long to end, and nothing is to be kept
        await server.wait()


def _channels(played: list[dict[str, Any]], folder: str) -> list[Channel]:
    model = WhisperModel(folder, device="cpu", compute_type="int8")
    found = []
    for call in played:
        for channel, speaker in enumerate(PARTIES):
            samples = call["sound"].samples[:, channel]
            found.append(Channel(samples, _timeline(model, samples), call["texts"].get(speaker)))
    return found


def _timeline(model: WhisperModel, samples: Samples) -> tuple[Said, ...]:
    sound = samples.astype(np.float32) / np.float32(32768)
    segments, _ = model.transcribe(sound, language="en", word_timestamps=True, vad_filter=True)
    words = [word for segment in segments for word in segment.words]
    return tuple(Said(part, word.start, word.end) for word in words for part in words_of(word.word))


def _figures(measured: Measured, channels: list[Channel], duration_s: float) -> dict[str, Any]:
    judgements: list[Judged] = []
    wanted, heard = [], []
    for (told, sent_s), channel in zip(measured.lines, channels, strict=True):
        judgements.append(judged(told, channel.timeline, sent_s))
        if channel.text:
            wanted.append(normal(channel.text))
            heard.append(normal(f"{told[-1].committed} {told[-1].tentative}") if told else "")
    return {
        **figures(judgements),
        "word_error_rate": round(jiwer.wer(wanted, heard), 4) if wanted else None,
        "cpu_s_per_channel_s": round(measured.cpu_s / duration_s, 4),
    }


def _name(peer: ModuleType) -> str:
    return peer.__name__.rpartition(".")[2]


def _tell(name: str) -> None:
    print(f"playing into {name}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
