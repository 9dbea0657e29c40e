"""The composition root: settings -> objects -> run -> shut down."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
import structlog

import streaming.bus
from assist import api, keys_in_use, metrics
from assist.advising import Advising
from assist.advising import load as load_advising
from assist.archive import archive_of
from assist.call import LiveCall
from assist.debrief import pages
from assist.debrief.answering import Answering, answer_of
from assist.desk import Desk
from assist.ended_calls import telling
from assist.front_door import door_of, link_key
from assist.lasting import lasting, log_failure
from assist.loading import what_to_load
from assist.node import Node
from assist.overlay_pages import overlay_folder, overlay_pages
from assist.practice import pages as practice_pages
from assist.practice.practised_call import PractisedCall
from assist.protocol_options import of_protocols
from assist.retention import Limits, sweep_daily
from assist.running_calls import RunningCalls
from assist.settings import LOOPBACK, Settings
from assist.visits import Links, Visits, demand
from assist.webhook_sender import Target
from streaming import plugins, voice_activity
from streaming.audiosocket_port import AudioSocketPort
from streaming.door import Door, Leave, Need
from streaming.easing import ease
from streaming.errors import Overloaded
from streaming.outbox import Outbox
from streaming.overload import Overload
from streaming.product import Left, Page, Tell, Watching
from streaming.protocols.contract import Accepted, Returned
from streaming.recogniser import Recogniser
from streaming.server import Server
from streaming.tiers import Tiers

HEARTBEAT_S = 2.0
HEALTH = ("/livez", "/readyz", "/metrics")

log = structlog.get_logger()


class App:
    """The product that `streaming.server` serves."""

    def __init__(self, settings: Settings, advising: Advising, recogniser: Recogniser, calls: RunningCalls) -> None:
        self._settings = settings
        self._advising = advising
        self._recogniser = recogniser
        self._calls = calls
        self._hub = calls.hub
        self.audit = calls.audit
        links = Links(link_key(settings), settings.view_link_s, lambda call: self.audit.note("link_made", call))
        self._visits = Visits(calls.hub, calls.desk, calls.turns, links)
        self._pages = overlay_pages(overlay_folder()) | api.pages()

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> LiveCall | PractisedCall:
        """Begins a call, whose words and suggestions also go to `tell`. Raises ProtocolViolation, Overloaded."""
        return self._calls.open(accepted, protocol, tell)

    def no_room(self) -> Overloaded | None:
        """Why a call that began now would be refused; none where it would be taken."""
        return self._calls.no_room()

    async def claim(self, returned: Returned) -> Left | None:
        """The call of another node that a client wants to go on with, if its token is the right one.

        Raises BusDown, NotHere.
        """
        return await self._calls.claim(returned)

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> LiveCall:
        """Goes on with it."""
        return self._calls.take_over(left, accepted, tell)

    async def drain(self, limit_s: float) -> None:
        """No new calls; those that can go on elsewhere do, the others may end in so many seconds. Safe to cancel."""
        await self._calls.drain(limit_s)

    def watch(self, wish: str, outbox: Outbox, leave: Leave) -> Watching:
        """Begins to tell an overlay, or to keep what a debrief's page has to say."""
        if answer := answer_of(wish):
            demand(leave, Need("control", answer.call))
            return Answering(self._calls.archive, self._hub.is_running, outbox.put).begin(answer)
        return self._visits.watch(wish, outbox, leave)

    def needs(self, path: str) -> Need | None:
        """The overlay's files, practice and health are for all; a call's pages need leave for it, others for any."""
        if path in self._pages or path in HEALTH or path.startswith(practice_pages.PREFIX):
            return None
        return Need("view", pages.call_of(path))

    async def page(self, path: str, query: str) -> Page | None:
        """The overlay's files, the two health pages, and those of calls that were. Safe to cancel."""
        if pages.is_ours(path):
            # A long call's journal takes a while to read, and calls under way must not wait for it.
            asked = pages.Asked(path, query)
            page = await asyncio.to_thread(pages.page, asked, self._calls.archive, self._advising.playbook.cues)
            if page is not None:
                self.audit.note(*pages.viewed(path))
            return page
        if path == "/metrics":
            return metrics.page()
        if path.startswith(practice_pages.PREFIX):
            return await asyncio.to_thread(practice_pages.page, path, self._calls.scenarios)
        if path == "/livez":
            return Page("text/plain", b"alive\n")
        if path == "/readyz":
            why_not = self._calls.why_not_ready() or ("" if self._recogniser.is_ready else "the recogniser is starting")
            return Page("text/plain", f"{why_not or 'ready'}\n".encode(), 503 if why_not else 200)
        return self._pages.get(path)

    async def beat(self) -> None:
        """Tells overlays that the server lives, and of calls whose source has stalled, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            loop.call_soon(self._hub.beat)  # a fault in one is logged, and the next comes all the same
            loop.call_soon(self._calls.beat, time.monotonic())


Drain = Callable[[float], Coroutine[Any, Any, None]]


class Running(msgspec.Struct, frozen=True):
    """A server that is up."""

    url: str
    recogniser: Recogniser
    drain: Drain
    """Takes no new call, hands over those that can go on elsewhere, and lets the others end, for so many seconds."""
    audiosocket_port: int | None = None


@asynccontextmanager
async def running(settings: Settings, *, is_live: bool = True, webhook: Target | None = None) -> AsyncIterator[Running]:
    """Serves inside the context, from the moment that the model is loaded.

    `is_live`: its calls are the rep's own, and the next takes what was prepared; those of a recording take nothing.
    `webhook` is told of the end of each.
    Raises SettingsError, KeyMissing, PlaybookError, ScenarioError, ModelNotFound, ModelMismatch or EngineFailed when it
    cannot start, and PortTaken where something else listens.
    """
    asyncio.get_running_loop().set_exception_handler(_log_fault)
    door = door_of(settings)
    archive = await asyncio.to_thread(keys_in_use.checked, archive_of(settings))
    advising = load_advising(settings)
    overload = Overload()
    live, *larger = what_to_load(settings)
    recognisers = [Recogniser(live, overload.waited), *map(Recogniser, larger)]
    voice_activity.warm_up()
    ready = [asyncio.Event() for _ in recognisers]
    tasks = [asyncio.create_task(one.run(event.set)) for one, event in zip(recognisers, ready, strict=True)]
    try:
        for watching, event in zip(tasks, ready, strict=True):
            await _first_of(watching, event)
        # After the models, which are waited for: until the parser is there, fixed wordings serve.
        advising.parser.start()
        recogniser, node = recognisers[0], _node(settings)
        desk = Desk(archive if is_live else None, advising.foresee)
        calls = RunningCalls(settings, advising, Tiers(recogniser, *recognisers[1:], overload=overload), node, desk)
        app = App(settings, advising, recogniser, calls)
        tasks += [lasting(app.beat()), lasting(calls.forgetting.run())]
        if is_live:  # a recording may take the time that it takes
            tasks.append(lasting(ease(overload, recogniser)))
            tasks.append(lasting(sweep_daily(settings.journal_dir, _limits(settings))))
        async with (
            telling(webhook, archive, advising) as calls.on_kept,
            _open(app, node, settings, door) as (drain, port, tcp_port),
        ):
            yield Running(_url(settings, door, port), recogniser, drain, tcp_port)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _open(app: App, node: Node, settings: Settings, door: Door) -> AsyncIterator[tuple[Drain, int, int | None]]:
    """The ports are open: how to drain the server, and what they are."""
    async with AsyncExitStack() as ports:
        ports.push_async_callback(app.audit.close)
        node.start()
        ports.push_async_callback(node.close)
        server, port, tcp_port = await _serve(ports, app, settings, door)

        async def drain(limit_s: float) -> None:
            server.stop_listening()
            await app.drain(limit_s)

        yield drain, port, tcp_port


def _url(settings: Settings, door: Door, port: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'http' if door.tls is None else 'https'}://{host}:{port}"


async def _serve(ports: AsyncExitStack, app: App, settings: Settings, door: Door) -> tuple[Server, int, int | None]:
    """The server, its port, and that of AudioSocket where there is one."""
    options = of_protocols(settings)
    server = Server(app, door, options, settings.resume_s)
    port = await ports.enter_async_context(server.running())
    if settings.audiosocket_port is None:
        return server, port, None
    host = settings.host if settings.host in LOOPBACK else LOOPBACK[0]  # that protocol knows no TLS
    audiosocket = AudioSocketPort(app.open_call, host, settings.audiosocket_port, options["audiosocket"])
    return server, port, await ports.enter_async_context(audiosocket.running())


def _node(settings: Settings) -> Node:
    name, url = ("redis", settings.redis_url.get_secret_value()) if settings.redis_url else ("memory", "")
    return Node(plugins.load(streaming.bus, name).create(url), settings.redis_url is None, settings.resume_s)


def _log_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # asyncio's own handler prints the exception's text, which may quote what was said.
    log.error("task_failed", exc_info=context.get("exception"))


def _limits(settings: Settings) -> Limits:
    return {
        "journal": settings.keep_journal_days,
        "debrief": settings.keep_debrief_days,
        "sound": settings.keep_sound_days,
        "preparation": settings.keep_preparation_days,
    }


async def _first_of(watching: asyncio.Task[None], ready: asyncio.Event) -> None:
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({watching, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if watching.done():
        waiting.cancel()
        await watching  # raises what went wrong
    watching.add_done_callback(log_failure)
