"""The composition root: settings -> objects -> run -> shut down."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
import structlog

import streaming.bus
from assist.advising import Advising
from assist.advising import load as load_advising
from assist.call import LiveCall
from assist.debrief import pages
from assist.debrief.answering import Answering, answer_of
from assist.desk import Desk
from assist.node import Node
from assist.overlay_pages import overlay_folder, overlay_pages
from assist.protocol_options import of_protocols
from assist.retention import Limits, sweep_daily
from assist.running_calls import RunningCalls
from assist.settings import Settings
from assist.visits import Visits
from streaming import models, plugins, voice_activity
from streaming.audiosocket_port import AudioSocketPort
from streaming.engines.contract import Options
from streaming.outbox import Outbox
from streaming.product import Left, Page, Tell, Watching
from streaming.protocols.contract import Accepted, Returned
from streaming.recogniser import Recogniser
from streaming.recogniser_wire import Load
from streaming.server import Server
from streaming.tiers import Tiers

HEARTBEAT_S = 5.0

log = structlog.get_logger()


class App:
    """The product that `streaming.server` serves."""

    def __init__(self, settings: Settings, advising: Advising, recogniser: Recogniser, calls: RunningCalls) -> None:
        self._settings = settings
        self._advising = advising
        self._recogniser = recogniser
        self._calls = calls
        self._hub = calls.hub
        self._audit = calls.audit
        self._visits = Visits(calls.hub, calls.desk, secrets.token_bytes(32), settings.view_link_s)
        self._pages = overlay_pages(overlay_folder())

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> LiveCall:
        """Begins a call, whose words and suggestions also go to `tell`. Raises ProtocolViolation, Overloaded."""
        return self._calls.open(accepted, protocol, tell)

    async def claim(self, returned: Returned) -> Left | None:
        """The call of another node that a client wants to go on with, if its token is the right one. Raises BusDown."""
        return await self._calls.claim(returned)

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> LiveCall:
        """Goes on with it."""
        return self._calls.take_over(left, accepted, tell)

    async def drain(self, limit_s: float) -> None:
        """No new calls; those that can go on elsewhere do, the others may end in so many seconds. Safe to cancel."""
        await self._calls.drain(limit_s)

    def watch(self, wish: str, outbox: Outbox) -> Watching:
        """Begins to tell an overlay, or to keep what a debrief's page has to say."""
        if answer := answer_of(wish):
            return Answering(self._settings.journal_dir, self._hub.is_running, outbox.put).begin(answer)
        return self._visits.watch(wish, outbox)

    async def page(self, path: str, query: str) -> Page | None:
        """The overlay's files, the two health pages, and those of calls that were. Safe to cancel."""
        if pages.is_ours(path):
            self._audit.note(*pages.viewed(path))
            # A long call's journal takes a while to read, and calls under way must not wait for it.
            asked = pages.Asked(path, query)
            return await asyncio.to_thread(pages.page, asked, self._settings.journal_dir, self._advising.playbook.cues)
        if path == "/livez":
            return Page("text/plain", b"alive\n")
        if path == "/readyz":
            why_not = self._why_not_ready()
            return Page("text/plain", f"{why_not or 'ready'}\n".encode(), 503 if why_not else 200)
        return self._pages.get(path)

    def _why_not_ready(self) -> str:
        if self._calls.is_draining:
            return "going down"
        return "" if self._recogniser.is_ready else "the recogniser is starting"

    async def beat(self) -> None:
        """Tells overlays that the server lives, and of calls whose source has stalled, until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self._hub.beat()
            self._calls.beat(time.monotonic())


class Running(msgspec.Struct, frozen=True):
    """A server that is up."""

    url: str
    recogniser: Recogniser
    drain: Callable[[float], Coroutine[Any, Any, None]]
    """Takes no new call, hands over those that can go on elsewhere, and lets the others end, for so many seconds."""
    audiosocket_port: int | None = None


@asynccontextmanager
async def running(settings: Settings, *, is_live: bool = True) -> AsyncIterator[Running]:
    """Serves inside the context, from the moment that the model is loaded.

    `is_live`: its calls are the rep's own, and the next takes what was prepared; those of a recording take nothing.
    Raises PlaybookError, ModelNotFound, ModelMismatch or EngineFailed when it cannot start, and
    PortTaken where something else listens.
    """
    asyncio.get_running_loop().set_exception_handler(_log_fault)
    advising = load_advising(settings)
    recognisers = [Recogniser(load) for load in what_to_load(settings)]
    voice_activity.warm_up()
    ready = [asyncio.Event() for _ in recognisers]
    tasks = [asyncio.create_task(one.run(event.set)) for one, event in zip(recognisers, ready, strict=True)]
    try:
        for watching, event in zip(tasks, ready, strict=True):
            await _first_of(watching, event)
        # After the models, which are waited for: until the parser is there, fixed wordings serve.
        advising.parser.start()
        recogniser = recognisers[0]
        node = _node(settings)
        desk = Desk(settings.journal_dir if is_live else None, advising.foresee)
        app = App(settings, advising, recogniser, RunningCalls(settings, advising, Tiers(*recognisers), node, desk))
        tasks.append(asyncio.create_task(app.beat()))
        if is_live:
            tasks.append(asyncio.create_task(sweep_daily(settings.journal_dir, _limits(settings))))
        async with AsyncExitStack() as ports:
            node.start()
            ports.push_async_callback(node.close)
            server, port, tcp_port = await _serve(ports, app, settings)
            host = f"[{settings.host}]" if ":" in settings.host else settings.host

            async def drain(limit_s: float) -> None:
                server.stop_listening()
                await app.drain(limit_s)

            yield Running(f"http://{host}:{port}", recogniser, drain, tcp_port)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _serve(ports: AsyncExitStack, app: App, settings: Settings) -> tuple[Server, int, int | None]:
    """The server, its port, and that of AudioSocket where there is one."""
    options = of_protocols(settings)
    server = Server(app, settings.host, settings.port, options, settings.resume_s)
    port = await ports.enter_async_context(server.running())
    if settings.audiosocket_port is None:
        return server, port, None
    audiosocket = AudioSocketPort(app.open_call, settings.host, settings.audiosocket_port, options["audiosocket"])
    return server, port, await ports.enter_async_context(audiosocket.running())


def _node(settings: Settings) -> Node:
    name, url = ("redis", settings.redis_url.get_secret_value()) if settings.redis_url else ("memory", "")
    return Node(plugins.load(streaming.bus, name).create(url), is_alone=settings.redis_url is None)


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


def what_to_load(settings: Settings) -> list[Load]:
    """The engines and where their models are: the live one, and the one for final words if asked for.

    Raises ModelNotFound or ModelMismatch.
    """
    if settings.engine == "scripted":
        options = Options(str(settings.script), settings.workers, settings.threads, settings.device)
        return [Load("scripted", options)]
    loads = [Load(settings.engine, _options(settings, settings.model, settings.workers))]
    if settings.final_model:
        loads.append(Load(settings.engine, _options(settings, settings.final_model, workers=1), gives_way=True))
    return loads


def _options(settings: Settings, name: str, workers: int) -> Options:
    model = models.prepare(name, settings.cache_dir)
    return Options(str(model.folder), workers, settings.threads, settings.device, model.margin_frames)


async def _first_of(watching: asyncio.Task[None], ready: asyncio.Event) -> None:
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({watching, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if watching.done():
        waiting.cancel()
        await watching  # raises what went wrong
