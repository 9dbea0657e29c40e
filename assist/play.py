"""Running a call from the command line: serve, demo, replay."""

import asyncio
import signal
import webbrowser
from importlib.resources import as_file, files
from pathlib import Path
from typing import cast

import msgspec
from rich.console import Console
from rich.progress import Progress

from assist import logs
from assist.app import running
from assist.screen import Screen
from assist.settings import Settings, SettingsError
from assist.watching import events
from streaming import recording
from streaming.feeder import Feeder
from streaming.protocols.contract import Metadata
from streaming.recording import Recording
from streaming.types import Speaker

DEMO_METADATA = Metadata(names={"rep": "Dana"})
JOIN_S = 1.0  # time for the browser to open before the demo call begins


class Show(msgspec.Struct, frozen=True):
    """How a call is played and told."""

    as_json: bool
    is_paced: bool


class DemoWish(msgspec.Struct, frozen=True):
    """Whether the demo goes on serving after the call, and opens the overlay."""

    stays: bool
    opens_browser: bool


class Source(msgspec.Struct, frozen=True):
    """One file for all speakers, or one a speaker."""

    paths: tuple[Path, ...]
    speakers: tuple[Speaker, ...]


class Sound(msgspec.Struct, frozen=True):
    """A source that was read."""

    recording: Recording
    speakers: tuple[Speaker, ...]


def speakers(text: str) -> tuple[Speaker, ...]:
    """`rep,prospect` as given on the command line. Raises SettingsError."""
    names = tuple(name.strip() for name in text.split(","))
    if not set(names) <= {"rep", "prospect"} or len(set(names)) != len(names):
        raise SettingsError(f"--channels {text}: name each channel once, as rep or prospect, first channel first")
    return cast("tuple[Speaker, ...]", names)


def _sound(source: Source) -> Sound:
    # Read before a model is loaded: a mistyped name should be answered at once.
    return Sound(recording.read(source.paths, len(source.speakers)), source.speakers)


async def serve(settings: Settings) -> None:
    """Until interrupted or terminated; calls under way get their last words."""
    logs.configure(settings.log_level, settings.log_json)
    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    async with running(settings) as server:
        tcp = f"; AudioSocket at port {server.audiosocket_port}" if server.audiosocket_port else ""
        calls = f"{_ws(server.url)}/call/browser{tcp}"
        Console(stderr=True).print(f"Overlay at {server.url}; calls at {calls}. Ctrl-C ends.")
        await stop.wait()


async def demo(settings: Settings, show: Show, wish: DemoWish) -> bool:
    """Plays the bundled call; whether words and at least one suggestion came of it."""
    logs.configure(settings.log_level, settings.log_json)
    console = Console(stderr=True)
    with as_file(files("assist.demo") / "call.ogg") as path:
        sound = _sound(Source((path,), ("rep", "prospect")))
        async with running(settings) as server:
            console.print(f"Overlay: {server.url}")
            if wish.opens_browser:
                webbrowser.open(server.url)
                await asyncio.sleep(JOIN_S)
            kinds = await _play(_ws(server.url), sound, show, DEMO_METADATA)
            if wish.stays:
                console.print(f"The call has ended; its debrief is at {server.url}/calls. Ctrl-C ends.")
                await asyncio.Event().wait()
    return {"suggestion_shown", "transcript_changed"} <= kinds


async def replay(source: Source, show: Show, where: str | Settings) -> None:
    """Plays a recording into the server at a ws:// URL, or into one of its own with these settings."""
    sound = _sound(source)
    if isinstance(where, str):
        await _play(where.rstrip("/"), sound, show, None)
        return
    logs.configure(where.log_level, where.log_json)
    async with running(where) as server:
        await _play(_ws(server.url), sound, show, None)


async def _play(url: str, sound: Sound, show: Show, metadata: Metadata | None) -> set[str]:
    """Feeds and shows one call; the kinds of event that were told."""
    feeder = Feeder(f"{url}/call/browser", sound.recording, sound.speakers)
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    with Progress(console=Console(stderr=True), disable=show.as_json, transient=True) as progress:
        task = progress.add_task("playing", total=sound.recording.duration_ms)

        def on_progress(position_ms: int) -> None:
            progress.update(task, completed=position_ms)

        feeding = asyncio.create_task(feeder.play(show.is_paced, on_progress, started.set_result, metadata))
        feeding.add_done_callback(lambda _: started.cancel())
        try:
            await asyncio.wait([started])
            if started.cancelled():
                await feeding  # raises why
            kinds = await _tell(url, await started, show, Screen(Console(soft_wrap=True)))
            await feeding
        finally:
            feeding.cancel()
    return kinds


async def _tell(url: str, call_id: str, show: Show, screen: Screen) -> set[str]:
    kinds = set()
    async for event in events(url, call_id):
        kinds.add(event["kind"])
        if show.as_json:
            print(msgspec.json.encode(event).decode(), flush=True)
        else:
            screen.show(event)
    return kinds


def _ws(url: str) -> str:
    return url.replace("http://", "ws://", 1)
