"""Running a call from the command line: serve, demo, replay."""

import asyncio
import signal
import webbrowser
from collections.abc import AsyncGenerator, Callable
from importlib.resources import as_file, files
from typing import Any, NamedTuple, cast

import msgspec
from rich.console import Console
from rich.progress import Progress

from assist import logs
from assist.app import running
from assist.front_door import token_for
from assist.recordings import BOTH, Sound, Source, notes_of, sound_of
from assist.screen import Screen
from assist.settings import Settings
from assist.settings_places import SettingsError
from assist.watching import events
from assist.webhook import secret_of
from assist.webhook_sender import Target
from streaming.feeder import Feeder
from streaming.protocols.contract import Metadata
from streaming.types import Speaker

DEMO_METADATA = Metadata(names={"rep": "Dana"})
PLAYING_S = 12 * 3_600.0  # a token is good for the longest recording
JOIN_S = 1.0  # time for the browser to open before the demo call begins


class Show(msgspec.Struct, frozen=True):
    """How a call is played and told."""

    as_json: bool
    is_paced: bool


class DemoWish(msgspec.Struct, frozen=True):
    """Whether the demo goes on serving after the call, and opens the overlay."""

    stays: bool
    opens_browser: bool


def speakers(text: str) -> tuple[Speaker, ...]:
    """`rep,prospect` as given on the command line. Raises SettingsError."""
    names = tuple(name.strip() for name in text.split(","))
    if names != ("mixed",) and (not set(names) <= {"rep", "prospect"} or len(set(names)) != len(names)):
        raise SettingsError(
            f"--channels {text}: name each channel once, as rep or prospect, first channel first; or mixed, alone"
        )
    return cast("tuple[Speaker, ...]", names)


def sides(named: tuple[Speaker, ...] | None, is_alone: bool) -> tuple[Speaker, ...]:
    """Who is on the channels of a folder's stereo files; it goes with no other option. Raises SettingsError."""
    if not is_alone:
        raise SettingsError("--rep and --url go with one recording; a folder is heard here, by the names of its files")
    if named is not None and len(named) != len(BOTH):
        raise SettingsError("--channels of a folder names both sides of its stereo files: rep,prospect or prospect,rep")
    return named or BOTH


async def serve(settings: Settings) -> None:
    """Until interrupted, or terminated: then calls go on elsewhere or may end first. They get their last words."""
    logs.configure(settings.log_level, settings.log_json)
    stop, drain = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def terminate() -> None:
        (stop if drain.is_set() else drain).set()

    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_signal_handler(signal.SIGTERM, terminate)
    async with running(settings, webhook=_receiver(settings)) as server:
        tcp = f"; AudioSocket at port {server.audiosocket_port}" if server.audiosocket_port else ""
        url = server.url if settings.is_private else settings.origins[0]
        token = "" if settings.is_private else ", with a token each (`assist token` makes them)"
        Console(stderr=True).print(f"Overlay at {url}; calls at {ws(url)}/call/browser{tcp}{token}. Ctrl-C ends.")
        await _first_of(stop, drain)
        if not stop.is_set():
            draining = asyncio.create_task(server.drain(settings.drain_s))
            draining.add_done_callback(lambda _: stop.set())
            await stop.wait()
            draining.cancel()


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def _receiver(settings: Settings) -> Target | None:
    """Who is told of each call's end; not of one that is played here."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    secret = secret_of(settings.webhook_secret.get_secret_value())
    return Target(settings.webhook_url, secret, settings.webhook_internal)


async def demo(settings: Settings, show: Show, wish: DemoWish) -> bool:
    """Plays the bundled call; whether words and at least one suggestion came of it."""
    logs.configure(settings.log_level, settings.log_json)
    console = Console(stderr=True)
    with as_file(files("assist.demo") / "call.ogg") as path:
        sound = sound_of(Source((path,), BOTH))
        async with running(settings, is_live=False) as server:
            console.print(f"Overlay: {server.url}")
            if wish.opens_browser:
                webbrowser.open(server.url)
                await asyncio.sleep(JOIN_S)
            kinds = await _play(Where(ws(server.url)), sound, show, DEMO_METADATA)
            if wish.stays:
                console.print(f"The call has ended; its debrief is at {server.url}/calls. Ctrl-C ends.")
                await asyncio.Event().wait()
    return {"suggestion_shown", "transcript_changed"} <= kinds


async def replay(source: Source, show: Show, settings: Settings, url: str | None) -> None:
    """Plays a recording into the server at a ws:// URL, or into one of its own with these settings."""
    # Read before a model is loaded: a mistyped name should be answered at once.
    sound, metadata = sound_of(source), notes_of(source)
    if url is not None:
        await _play(_where(url.rstrip("/"), settings), sound, show, metadata)
        return
    logs.configure(settings.log_level, settings.log_json)
    async with running(settings, is_live=False) as server:
        await _play(Where(ws(server.url)), sound, show, metadata)


class Where(NamedTuple):
    """A server, as `ws://host:port`, and tokens to feed and to view calls there if it wants some."""

    url: str
    feed_token: str | None = None
    view_token: str | None = None


def _where(url: str, settings: Settings) -> Where:
    """Tokens are made here, where the key is set that the server has too."""
    if settings.token_key is None:
        return Where(url)
    feed, view = (token_for(settings, role, None, PLAYING_S, PLAYING_S) for role in ("feed", "view"))
    return Where(url, feed, view)


async def _play(where: Where, sound: Sound, show: Show, metadata: Metadata) -> set[str]:
    """Feeds and shows one call; the kinds of event that were told."""
    feeder = Feeder(f"{where.url}/call/browser", sound.recording, sound.speakers, token=where.feed_token)
    screen = Screen(Console(soft_wrap=True))
    kinds = set()
    with Progress(console=Console(stderr=True), disable=show.as_json, transient=True) as progress:
        task = progress.add_task("playing", total=sound.recording.duration_ms)

        def on_progress(position_ms: int) -> None:
            progress.update(task, completed=position_ms)

        async for event in told_of(feeder, where, show.is_paced, on_progress, metadata):
            kinds.add(event["kind"])
            if show.as_json:
                print(msgspec.json.encode(event).decode(), flush=True)
            else:
                screen.show(event)
    return kinds


async def told_of(
    feeder: Feeder, where: Where, is_paced: bool, on_progress: Callable[[int], None], metadata: Metadata
) -> AsyncGenerator[dict[str, Any], None]:
    """The events of a call while it is fed to a server; ends with both. Raises FeedFailed, WatchFailed."""
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    feeding = asyncio.create_task(feeder.play(is_paced, on_progress, started.set_result, metadata))
    feeding.add_done_callback(lambda _: started.cancel())
    try:
        await asyncio.wait([started])
        if started.cancelled():
            await feeding  # raises why
        async for event in events(where.url, await started, where.view_token):
            yield event
        await feeding
    finally:
        feeding.cancel()


def ws(url: str) -> str:
    """The server's address as its sockets have it."""
    return url.replace("http", "ws", 1)
