"""Real calls over a telephone line, good and bad, beside the same sound fed cleanly: words, losses and clock.

    python -m tests.bench.phone [--calls N] [--seconds S] [--rounds N] [--seed N] > phone.json

Starts a server of its own and plays the six harpervalley calls of ../shared/data into it at real time, three times: by
our own feeder (`clean`), and by streamdouble, as Twilio forks a call (both tracks, G.711, 40 ms of jitter), where none
(`loss_0`) and where 5 % (`loss_5`) of the packets are lost. streamdouble spoils the caller's track alone, which is the
prospect's. The feeder plays what G.711 made of the sound, so that all three bring the same samples.

Word error rates are of final words against the human transcript; `worse_by_points` is how much a line's is above that
of `clean`. Lost packets of a stretch are one announcement, and so are all that are lost within 5 s of the last one;
those before the first sound of a track and behind its last are silence, which nobody announces. `clock_error_ms` is the
end of the call by the server's clock less the length of the sound, the worst of the calls. That is the clock of both
together: `words_moved_ms` is how far each party's last twenty words that are the same lie from those of `clean`, the
median of the worst call. With `--seconds` only the beginnings are played, and the turns that end in them count. No two
runs hear all words alike, since passes never fall on the same sound twice: more rounds even that out.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import jiwer
import msgspec
import numpy as np
from streamdouble.chaos import Impairments
from streamdouble.session import Session, SessionConfig

from assist.watching import events
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ
from tests.bench.damage import clean, encode_mulaw, mulaw
from tests.bench.real_calls import PARTIES, Event, calls, normal, tell
from tests.bench.served import free_port, serving
from tests.bench.soak import Spoken, spoken

PACKET_MS = 20
PACKET_BYTES = 8 * PACKET_MS
JITTER_MS = 40.0
LINES: dict[str, float | None] = {"clean": None, "loss_0": 0.0, "loss_5": 0.05}
"""The share of packets that each loses; None is our own feeder."""
LAST_WORDS = 20


class Heard(msgspec.Struct, frozen=True):
    """What a server told of one call on one line, and what was done to its sound."""

    told: tuple[Event, ...]
    sound_ms: int
    lost_packets: int = 0
    violations: int = 0


def main() -> None:
    """Runs the bench and prints its figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--calls", type=int, default=6, help="how many of the six")
    options.add_argument("--seconds", type=int, help="of each call; all of it by default")
    options.add_argument("--rounds", type=int, default=1, help="how often each call is played on each line")
    options.add_argument("--seed", type=int, default=7, help="decides which packets are lost, and how late others are")
    chosen = options.parse_args()
    cut = [_cut(call, chosen.seconds) for call in calls() if call["texts"]][: chosen.calls]
    print(json.dumps(asyncio.run(_bench(cut * chosen.rounds, chosen.seed)), indent=2))


async def _bench(chosen: Sequence[dict[str, Any]], seed: int) -> dict[str, Any]:
    heard: dict[str, list[Heard]] = {line: [] for line in LINES}
    async with serving(free_port()) as server:
        for place, call in enumerate(chosen):
            for line, loss in LINES.items():
                print(f"hearing {call['name']}, {line}", file=sys.stderr, flush=True)
                heard[line].append(await _played(server.url, call["sound"], loss, seed + place))
    texts = [call["texts"] for call in chosen]
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "versions": {name: version(name) for name in ("streamdouble", "onnxruntime", "websockets")},
        "calls": [call["name"] for call in chosen],
        "sound_s": sum(one.sound_ms for one in heard["clean"]) / 1000,
        "lines": judged(texts, heard),
    }


def judged(texts: Sequence[Mapping[str, str]], heard: Mapping[str, Sequence[Heard]]) -> dict[str, dict[str, Any]]:
    """By line: rates of words, what was lost and told of it, and the clock; `texts` are the human ones, by party."""
    clean_rates = rates(texts, heard["clean"])
    lines: dict[str, dict[str, Any]] = {}
    for line, of_calls in heard.items():
        found = rates(texts, of_calls)
        lost = [event for one in of_calls for event in one.told if event["kind"] == "audio_lost"]
        lines[line] = {
            "word_error_rate": {party: round(rate, 4) for party, rate in found.items()},
            "worse_by_points": {party: round(100 * (rate - clean_rates[party]), 2) for party, rate in found.items()},
            "lost_packets": sum(one.lost_packets for one in of_calls),
            "lost_ms": PACKET_MS * sum(one.lost_packets for one in of_calls),
            "announcements": len(lost),
            "announced_ms": sum(event["duration_ms"] for event in lost),
            "clock_error_ms": max((_clock_error_ms(one) for one in of_calls), key=abs),
            "words_moved_ms": max(map(moved_ms, heard["clean"], of_calls)),
            "protocol_violations": sum(one.violations for one in of_calls),
        }
    return lines


def rates(texts: Sequence[Mapping[str, str]], heard: Sequence[Heard]) -> dict[str, float]:
    """Word error rates, of each party and of both."""
    pairs: dict[str, list[tuple[str, str]]] = {
        party: [(normal(said[party]), _text(one, party)) for said, one in zip(texts, heard, strict=True)]
        for party in PARTIES
    }
    pairs["both"] = [pair for of_party in pairs.values() for pair in of_party]
    return {party: jiwer.wer([human for human, _ in of], [ours for _, ours in of]) for party, of in pairs.items()}


def moved_ms(one: Heard, other: Heard) -> int:
    """How far apart the last words lie that are the same, the median; of both parties the worse, 0 without any."""
    by_party = [_moved(_words(one, party), _words(other, party)) for party in PARTIES]
    return max((round(statistics.median(moved)) for moved in by_party if moved), default=0)


def _moved(words: Sequence[Spoken], others: Sequence[Spoken]) -> list[int]:
    if not words or not others:
        return []
    measured = jiwer.process_words(" ".join(word.word for word in words), " ".join(word.word for word in others))
    same = [
        abs(words[chunk.ref_start_idx + step].start_ms - others[chunk.hyp_start_idx + step].start_ms)
        for chunk in measured.alignments[0]
        for step in range(chunk.ref_end_idx - chunk.ref_start_idx if chunk.type == "equal" else 0)
    ]
    return same[-LAST_WORDS:]


def _words(heard: Heard, party: str) -> list[Spoken]:
    return [word for word in spoken(_finals(heard)) if word.speaker == party]


def _text(heard: Heard, party: str) -> str:
    text: str = normal(" ".join(event["committed"] for event in _finals(heard) if event["speaker"] == party))
    return text


def _finals(heard: Heard) -> list[Event]:
    return [event for event in heard.told if event["kind"] == "transcript_changed" and event["is_final"]]


def _clock_error_ms(heard: Heard) -> int:
    end_ms: int = heard.told[-1]["duration_ms"]
    return end_ms - heard.sound_ms


async def _played(url: str, sound: Recording, loss: float | None, seed: int) -> Heard:
    """By our own feeder where `loss` is None, else by streamdouble."""
    by_party = {party: clean(sound.samples[:, channel]).samples for channel, party in enumerate(PARTIES)}
    sound_ms = 1000 * len(by_party["rep"]) // SAMPLE_RATE_HZ
    if loss is None:
        told, _ = await tell(
            url, Recording(np.stack([mulaw(samples).samples for samples in by_party.values()], axis=1))
        )
        return Heard(tuple(event for _, event in told), sound_ms)
    config = SessionConfig(
        fork=True,
        strict_fork=True,
        echo_marks=False,
        tracks=["inbound", "outbound"],
        agent_frames=_packets(by_party["rep"]),
        impairments=Impairments(loss=loss, jitter_ms=JITTER_MS),
        chaos_seed=seed,
    )
    session = Session(f"{url.replace('http', 'ws', 1)}/call/twilio", _packets(by_party["prospect"]), config=config)
    watching = asyncio.create_task(_told(url.replace("http", "ws", 1), session.result.identity.call_sid))
    result = await session.run()
    return Heard(tuple(await watching), sound_ms, result.frames_dropped, result.violation_count)


async def _told(url: str, call_id: str) -> list[Event]:
    return [event async for event in events(url, call_id)]


def _packets(samples: Any) -> list[bytes]:
    codes = encode_mulaw(samples[::2]).tobytes()
    return [codes[first : first + PACKET_BYTES] for first in range(0, len(codes), PACKET_BYTES)]


def _cut(call: dict[str, Any], seconds: int | None) -> dict[str, Any]:
    """Its beginning, with the turns that end in it."""
    if seconds is None:
        return call
    texts = {
        party: " ".join(text for end_ms, text in turns if end_ms <= 1000 * seconds)
        for party, turns in call["turns"].items()
    }
    return {**call, "texts": texts, "sound": Recording(call["sound"].samples[: seconds * SAMPLE_RATE_HZ])}


if __name__ == "__main__":
    main()
