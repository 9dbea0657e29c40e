"""What a rep is promised, on real sound through the real server and the real recogniser."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assist import settings as settings_module
from assist.app import Running, running
from assist.watching import events
from streaming import recording
from streaming.feeder import Feeder
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ, Speaker
from tests.clips import RECORDINGS

BOTH: tuple[Speaker, ...] = ("rep", "prospect")

Event = dict[str, Any]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    """The product as it ships, on a free port."""
    async with running(settings_module.load(port=0, journal_dir=tmp_path)) as up:
        yield up


def silence(seconds: float) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Digital silence."""
    return np.zeros(int(seconds * SAMPLE_RATE_HZ), np.int16)


def clip(name: str) -> np.ndarray[Any, np.dtype[np.int16]]:
    """A spoken clip with a pause after it in which to be heard."""
    return np.concatenate([recording.read((RECORDINGS / name,), 1).samples[:, 0], silence(1.5)])


def call_of(*turns: tuple[Speaker, str]) -> Recording:
    """Clips said in turn, each on its speaker's channel."""
    channels: dict[Speaker, list[Any]] = {"rep": [silence(0.5)], "prospect": [silence(0.5)]}
    for speaker, name in turns:
        sound = clip(name)
        for other in BOTH:
            channels[other].append(sound if other == speaker else np.zeros_like(sound))
    return Recording(np.stack([np.concatenate(channels[speaker]) for speaker in BOTH], axis=1))


def _first_channel(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    try:
        return recording.read((path,), 1).samples[:, 0]
    except recording.RecordingUnreadable:
        return recording.read((path,), 2).samples[:, 0]


async def played(
    server: Running, sound: Recording, is_paced: bool = False, at: dict[int, Callable[[], None]] | None = None
) -> list[Event]:
    """Every event of one call; `at` maps a position in ms to what happens then."""
    url = server.url.replace("http", "ws", 1)
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    due = dict(at or {})

    def on_progress(position_ms: int) -> None:
        for when in [when for when in due if when <= position_ms]:
            due.pop(when)()

    feeder = Feeder(f"{url}/call/browser", sound, BOTH)
    feeding = asyncio.create_task(feeder.play(is_paced, on_progress, started.set_result))
    async with asyncio.timeout(240):
        told = [event async for event in events(url, await started)]
        await feeding
    return told


def of_kind(told: list[Event], kind: str) -> list[Event]:
    """The events of one kind."""
    return [event for event in told if event["kind"] == kind]


def cues(told: list[Event]) -> set[str]:
    """The names of firm cues."""
    return {event["cue"] for event in of_kind(told, "cue_heard") if event["firm"]}


def heard(told: list[Event], speaker: str = "prospect") -> str:
    """A speaker's final words."""
    finals = [e for e in of_kind(told, "transcript_changed") if e["is_final"] and e["speaker"] == speaker]
    return " ".join(event["committed"] for event in finals)


async def test_a_price_objection_earns_a_label_about_worth(server: Running) -> None:
    """The concern behind the cost is named, with the words that show it."""
    told = await played(server, call_of(("prospect", "justify_the_cost.ogg")))
    assert "price" in cues(told)
    (shown,) = of_kind(told, "suggestion_shown")
    assert shown["technique"] == "label" and shown["cue"] == "price"
    assert any(word in shown["text"] for word in ("ROI", "worth", "return", "value", "pay"))
    assert "cost" in shown["quote"]
    assert shown["lag_ms"] > 0


async def test_an_implementation_worry_earns_a_mirror_or_a_label(server: Running) -> None:
    """Their own word, or the worry behind it."""
    told = await played(server, call_of(("prospect", "looks_disruptive.ogg")))
    (shown,) = of_kind(told, "suggestion_shown")
    assert shown["text"] == "Disruptive...?" or shown["technique"] == "label"
    assert "disruptive" in shown["quote"].lower()


async def test_thats_right_after_a_summary_is_told_from_youre_right(server: Running) -> None:
    """One is the breakthrough, the other a brush-off."""
    right = await played(server, call_of(("rep", "rep_summary.ogg"), ("prospect", "thats_right.ogg")))
    assert cues(right) == {"thats_right"}
    brush = await played(server, call_of(("rep", "rep_summary.ogg"), ("prospect", "youre_right.ogg")))
    assert cues(brush) == {"youre_right"}


@pytest.mark.parametrize("name", ["whats_your_price.ogg", "price_is_not_a_problem.ogg", "ordinary_talk.ogg"])
async def test_what_is_no_objection_earns_nothing(server: Running, name: str) -> None:
    """A question about the price, a denial, and plain talk."""
    told = await played(server, call_of(("prospect", name)))
    assert heard(told)
    assert cues(told) == set() and of_kind(told, "suggestion_shown") == []


async def test_the_reps_own_words_earn_nothing(server: Running) -> None:
    """Only the prospect's concerns are advised on."""
    told = await played(server, call_of(("rep", "justify_the_cost.ogg")))
    assert "cost" in heard(told, "rep")
    assert of_kind(told, "suggestion_shown") == []


async def test_noise_and_silence_give_no_words(server: Running, data_dir: Path) -> None:
    """Ten minutes of all noises in turn and silence, and each that holds voices as a call of its own."""
    noises = [_first_channel(path) for path in sorted((data_dir / "noise").rglob("*.*")) if _is_noise(path)]
    noise = np.concatenate([part for sound in noises for part in (sound, silence(1))])
    noise = np.concatenate([np.resize(noise, 300 * SAMPLE_RATE_HZ), silence(300)])
    in_turn = np.stack([np.roll(noise, len(noise) // 2), noise], axis=1)
    crowds = [
        _first_channel(data_dir / "noise" / "ambience" / f"{name}.ogg") for name in ("crowded-room", "office-ambience")
    ]
    for sound in (in_turn, *(np.stack([np.zeros_like(crowd), crowd], axis=1) for crowd in crowds)):
        told = await played(server, Recording(sound))
        assert of_kind(told, "call_ended")[0]["duration_ms"] == len(sound) * 1000 // SAMPLE_RATE_HZ
        assert [e["committed"] or e["tentative"] for e in of_kind(told, "transcript_changed")] == []
        assert of_kind(told, "cue_heard") == of_kind(told, "suggestion_shown") == []


def _is_noise(path: Path) -> bool:
    return path.suffix in (".wav", ".ogg") and path.parent.name != "rirs"


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_killed_or_hung_recogniser_costs_no_word(server: Running, fault: int) -> None:
    """Its sound waits for the successor, and the call goes on."""
    sound = call_of(("prospect", "justify_the_cost.ogg"), ("prospect", "looks_disruptive.ogg"))
    first = server.recogniser.pid
    assert first is not None
    told = await played(server, sound, is_paced=True, at={2_500: lambda: os.kill(first, fault)})
    assert server.recogniser.pid not in (None, first)
    text = heard(told).lower()
    assert "justify the cost" in text and "disruptive" in text
    assert of_kind(told, "audio_lost") == []
    assert of_kind(told, "call_ended")[0]["reason"] == "stopped"


async def test_two_calls_at_once_do_not_mix(server: Running) -> None:
    """Each call's words are its own."""
    one, other = await asyncio.gather(
        played(server, call_of(("prospect", "send_me_an_email.ogg"))),
        played(server, call_of(("prospect", "justify_the_cost.ogg"))),
    )
    assert "email" in heard(one).lower() and "cost" not in heard(one).lower()
    assert "cost" in heard(other).lower() and "email" not in heard(other).lower()
