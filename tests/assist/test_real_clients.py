"""Clients that others wrote, pointed at our server: Deepgram's own SDK, and streamdouble for Twilio's stream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deepgram import AsyncDeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from deepgram.listen.v1.socket_client import AsyncV1SocketClient
from deepgram.listen.v1.types import ListenV1Metadata, ListenV1Results
from streamdouble import api, audio, g711
from streamdouble.chaos import Impairments
from streamdouble.session import SessionConfig

from assist.app import running
from assist.settings import load
from streaming import recording

SAID = "I just don't know if we can justify the cost right now."
RECORDINGS = Path(__file__).parents[1] / "recordings"
PACKET_BYTES = 64 * 100

Event = dict[str, Any]
House = Any
Opening = Any


@asynccontextmanager
async def listening(ws_url: str, **query: Any) -> AsyncIterator[AsyncV1SocketClient]:
    """A connection of Deepgram's SDK to our server."""
    http_url = ws_url.replace("ws://", "http://")
    environment = DeepgramClientEnvironment(base=http_url, production=ws_url, agent=ws_url, agent_rest=http_url)
    client = AsyncDeepgramClient(api_key="unused", environment=environment)
    async with client.listen.v1.connect(model="nova-3", encoding="linear16", sample_rate=16_000, **query) as socket:
        yield socket


async def all_told(socket: AsyncV1SocketClient) -> list[Any]:
    """Every message until the server closes."""
    async with asyncio.timeout(60):
        return [message async for message in socket]


def results(told: list[Any], channel: int, is_final: bool = True) -> list[ListenV1Results]:
    """What was heard on a channel."""
    heard = [message for message in told if isinstance(message, ListenV1Results)]
    return [message for message in heard if message.channel_index[0] == channel and message.is_final == is_final]


def text(heard: list[ListenV1Results]) -> str:
    """Their words in a line."""
    return " ".join(message.channel.alternatives[0].transcript for message in heard)


async def test_deepgrams_sdk_transcribes_a_channel(house: House, said: bytes) -> None:
    """Its strict types take all that we send; finals carry times, and CloseStream ends with Metadata."""
    async with listening(house.ws, interim_results=True) as socket:
        for first in range(0, len(said), PACKET_BYTES):
            await socket.send_media(said[first : first + PACKET_BYTES])
        await socket.send_keep_alive()
        await socket.send_close_stream()
        told = await all_told(socket)
    for message in told:
        type(message).model_validate(message.model_dump())  # the SDK itself is lenient
    (final,) = results(told, 0)
    assert text([final]) == SAID and results(told, 0, is_final=False)
    words = final.channel.alternatives[0].words
    assert [word.punctuated_word for word in words] == SAID.split()
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert 1.6 <= words[0].start < words[-1].end <= 4.6
    assert isinstance(told[-1], ListenV1Metadata)
    assert told[-1].channels == 1 and told[-1].duration == pytest.approx(len(said) / 32_000, abs=0.03)


async def test_finalize_brings_the_words_without_a_pause(house: House, said: bytes) -> None:
    """In mid-speech, before any silence would have ended the utterance."""
    async with listening(house.ws) as socket:
        await socket.send_media(said[: 32 * 1_000])
        for first in range(32 * 1_000, 32 * 4_560, PACKET_BYTES):
            await socket.send_media(said[first : min(first + PACKET_BYTES, 32 * 4_560)])
        await socket.send_finalize()
        final = await asyncio.wait_for(socket.recv(), 20)
        assert isinstance(final, ListenV1Results)
        assert final.from_finalize and text([final]) == SAID
        await socket.send_close_stream()
        await all_told(socket)


async def test_the_real_recogniser_hears_two_channels_apart(tmp_path: Path) -> None:
    """As it ships, through Deepgram's SDK: each channel has its own speaker's words, interim ones first."""
    clips = [recording.read((RECORDINGS / f"{name}.ogg",), 1).samples[:, 0] for name in ("rep_summary", "thats_right")]
    silence = np.zeros(16_000, np.int16)
    rep = np.concatenate([silence, clips[0], silence, np.zeros_like(clips[1]), silence])
    prospect = np.concatenate([silence, np.zeros_like(clips[0]), silence, clips[1], silence])
    sound = np.stack([rep, prospect], axis=1).astype("<i2").tobytes()
    async with running(load(port=0, journal_dir=tmp_path)) as up:
        ws_url = up.url.replace("http://", "ws://")
        async with listening(ws_url, channels=2, multichannel=True, interim_results=True) as socket:
            for first in range(0, len(sound), PACKET_BYTES):
                await socket.send_media(sound[first : first + PACKET_BYTES])
                await asyncio.sleep(0.02)  # five times as fast as said, so that there is something interim
            await socket.send_close_stream()
            told = await all_told(socket)
    assert "that's right" in text(results(told, 1)).lower()
    assert len(text(results(told, 0)).split()) > 5 and "that's right" not in text(results(told, 0)).lower()
    assert results(told, 0, is_final=False)
    assert isinstance(told[-1], ListenV1Metadata) and told[-1].channels == 2


def packets(pcm: bytes) -> list[bytes]:
    """16 kHz sound as Twilio's packets: 20 ms of 8 kHz mu-law."""
    samples = np.frombuffer(pcm, "<i2")[
        ::2
    ]  # rough, but loud where somebody speaks, which is all that the script needs
    found: list[bytes] = audio.frame_ulaw(g711.encode(samples))
    return found


async def streamed(house: House, said: bytes, **network: float) -> tuple[Any, list[Event]]:
    """One fork of both tracks at the pace of a call; what streamdouble reports and what our overlay was told."""
    prospect = packets(said)
    rep = [audio.silence_frame()] * len(prospect)
    config = SessionConfig(
        fork=True,
        strict_fork=True,
        echo_marks=False,
        tracks=["inbound", "outbound"],
        agent_frames=rep,
        impairments=Impairments(**network),
        chaos_seed=7,
        custom_parameters={"company": "Northwind", "rep": "Dana"},
    )
    report = await api.call(f"{house.ws}/call/twilio", frames=prospect, config=config)
    return report, await house.events(report.result.identity.call_sid)


def finals(events: list[Event]) -> list[str]:
    """The utterances as they ended."""
    return [event["committed"] for event in events if event["kind"] == "transcript_changed" and event["is_final"]]


async def test_streamdouble_forks_a_call_to_us(house: House, said: bytes) -> None:
    """Nothing is lost, nothing is sent back to it, and the clock is right."""
    report, events = await streamed(house, said)
    assert report.violations == [] and report.exit_code == api.EXIT_OK
    assert events[0]["speakers"] == ["prospect", "rep"]
    assert (events[0]["company"], events[0]["names"]) == ("Northwind", {"rep": "Dana"})
    assert finals(events) == [SAID]
    assert [event for event in events if event["kind"] == "audio_lost"] == []
    assert events[-1]["reason"] == "stopped"
    assert abs(events[-1]["duration_ms"] - len(said) / 32) <= 50


async def test_a_line_that_loses_packets_is_announced_and_keeps_its_clock(house: House, said: bytes) -> None:
    """5 % lost and 40 ms of jitter: the words go on across the holes, and each hole is told."""
    report, events = await streamed(house, said, loss=0.05, jitter_ms=40)
    assert report.violations == [] and report.result.frames_dropped > 5
    lost = [event for event in events if event["kind"] == "audio_lost"]
    assert {event["speaker"] for event in lost} == {"prospect"}
    assert sum(event["duration_ms"] for event in lost) == 20 * report.result.frames_dropped
    assert finals(events) == [SAID]
    assert abs(events[-1]["duration_ms"] - len(said) / 32) <= 50
