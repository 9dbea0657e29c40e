"""The composition root: settings -> objects -> run -> shut down."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
import structlog

from assist.advising import Advising
from assist.advising import load as load_advising
from assist.audit import Audit
from assist.call import LiveCall, Parts
from assist.consent import Consent
from assist.debrief import pages
from assist.desk import Desk, Prepared
from assist.overlay_events import CallPrepared, ConsentChanged, OverlayEvent, SuggestionShown
from assist.overlay_hub import OverlayHub
from assist.overlay_messages import Announced, Refused, Reply
from assist.overlay_pages import overlay_folder, overlay_pages
from assist.retention import Limits, sweep_daily
from assist.settings import Settings
from assist.storing import Storing
from assist.visits import Visits
from streaming import models, voice_activity
from streaming.audiosocket_port import AudioSocketPort
from streaming.engines.contract import Options
from streaming.errors import Overloaded, ProtocolViolation
from streaming.outbox import Outbox
from streaming.product import Page, Tell, Watching
from streaming.protocols.contract import Accepted, Suggested
from streaming.recogniser import Recogniser
from streaming.recogniser_wire import Load
from streaming.server import Server
from streaming.tiers import Tiers

HEARTBEAT_S = 5.0

log = structlog.get_logger()


class App:
    """The product that `streaming.server` serves."""

    def __init__(
        self, settings: Settings, advising: Advising, recogniser: Recogniser, tiers: Tiers, desk: Desk
    ) -> None:
        self._settings = settings
        self._desk = desk
        self._advising = advising
        self._recogniser = recogniser
        self._tiers = tiers
        self._audit = Audit(settings.journal_dir, "page")
        self._hub = OverlayHub(lambda call_id: self._audit.note("overlay_viewed", call_id))
        self._visits = Visits(self._hub, desk, secrets.token_bytes(32), settings.view_link_s)
        self._pages = overlay_pages(overlay_folder())
        self._calls: dict[str, LiveCall] = {}

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> LiveCall:
        """Begins a call, whose words and suggestions also go to `tell`.

        Raises ProtocolViolation where its id is taken, Overloaded where there is no room.
        """
        call_id = accepted.call_id or f"call-{secrets.token_hex(6)}"
        self._make_room(call_id)
        consent = Consent(self._settings.consent)
        storing = Storing(self._settings.journal_dir, call_id, consent)

        def publish(at_ms: int, event: OverlayEvent) -> None:
            self._hub.publish(call_id, at_ms, event)
            if isinstance(event, SuggestionShown):
                tell(Suggested(event.id, at_ms, event.quote, event.text))

        def tell_consent(at_ms: int) -> None:
            publish(at_ms, ConsentChanged(consent.state, consent.is_kept, self._advising.playbook.consent.line))

        def take(reply: Reply) -> None:
            call = self._calls[call_id]
            if isinstance(reply, Announced | Refused):
                consent.announce() if isinstance(reply, Announced) else consent.refuse()
                self._audit.note("consent_changed", call_id, consent.state)
                tell_consent(call.received_ms)
            else:
                call.take(reply)

        self._hub.open(call_id, storing.write, take)
        prepared = self._desk.take(accepted.metadata)
        accepted, foreseen = _filled_in(accepted, prepared)
        detection, advice = self._advising.for_call(call_id, "mixed" in accepted.speakers, foreseen)
        parts = Parts(detection, advice, self._advising.playbook, self._tiers, storing.close, tell)
        call = self._calls[call_id] = LiveCall(call_id, accepted, protocol, parts, publish)
        if prepared is not None:
            publish(0, CallPrepared(prepared.preparation, prepared.foreseen.audits))
        tell_consent(0)
        return call

    def _make_room(self, call_id: str) -> None:
        self._calls = {id_: call for id_, call in self._calls.items() if self._hub.is_running(id_)}
        if call_id in self._calls:
            raise ProtocolViolation("call_exists", "a call by that id is running; end it first or use another id")
        if len(self._calls) >= self._settings.max_calls:
            raise Overloaded(f"{len(self._calls)} calls are running, and max_calls is that; try again later")

    def watch(self, wish: str, outbox: Outbox) -> Watching:
        """Begins to tell an overlay."""
        return self._visits.watch(wish, outbox)

    async def page(self, path: str) -> Page | None:
        """The overlay's files, the two health pages, and those of calls that were. Safe to cancel."""
        if pages.is_ours(path):
            self._audit.note(*pages.viewed(path))
            # A long call's journal takes a while to read, and calls under way must not wait for it.
            return await asyncio.to_thread(pages.page, path, self._settings.journal_dir, self._advising.playbook.cues)
        if path == "/livez":
            return Page("text/plain", b"alive\n")
        if path == "/readyz":
            is_ready = self._recogniser.is_ready
            reason = b"ready\n" if is_ready else b"the recogniser is starting\n"
            return Page("text/plain", reason, 200 if is_ready else 503)
        return self._pages.get(path)

    async def beat(self) -> None:
        """Tells overlays that the server lives, and of calls whose source has stalled, until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self._hub.beat()
            for call_id, call in self._calls.items():
                if self._hub.is_running(call_id):
                    call.beat(time.monotonic())


class Running(msgspec.Struct, frozen=True):
    """A server that is up."""

    url: str
    recogniser: Recogniser
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
        desk = Desk(settings.journal_dir if is_live else None, advising.foresee)
        app = App(settings, advising, recogniser, Tiers(*recognisers), desk)
        tasks.append(asyncio.create_task(app.beat()))
        if is_live:
            tasks.append(asyncio.create_task(sweep_daily(settings.journal_dir, _limits(settings))))
        options = _protocol_options(settings)
        async with AsyncExitStack() as ports:
            server = Server(app, settings.host, settings.port, options, settings.resume_s)
            port = await ports.enter_async_context(server.running())
            tcp_port = None
            if settings.audiosocket_port is not None:
                audiosocket = AudioSocketPort(
                    app.open_call, settings.host, settings.audiosocket_port, options["audiosocket"]
                )
                tcp_port = await ports.enter_async_context(audiosocket.running())
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            yield Running(f"http://{host}:{port}", recogniser, tcp_port)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _filled_in(accepted: Accepted, prepared: Prepared | None) -> tuple[Accepted, frozenset[str]]:
    """What is known of a call with what was thought of before it, and the cues that were foreseen."""
    if prepared is None:
        return accepted, frozenset()
    metadata = prepared.preparation.under(accepted.metadata)
    return msgspec.structs.replace(accepted, metadata=metadata), prepared.foreseen.cues


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


def _protocol_options(settings: Settings) -> dict[str, dict[str, object]]:
    token, key, secret = settings.twilio_auth_token, settings.audiohook_key, settings.audiohook_secret
    twilio: dict[str, object] = {
        "prospect": settings.twilio_prospect,
        "url": settings.twilio_url,
        "auth_token": token.get_secret_value() if token else None,
    }
    audiohook: dict[str, object] = {
        "url": settings.audiohook_url,
        "key": key.get_secret_value() if key else None,
        "secret": secret.get_secret_value() if secret else None,
        "suggestions": settings.audiohook_suggestions,
    }
    lines = [{who: uuid.get_secret_value() for who, uuid in line.items()} for line in settings.audiosocket_lines]
    return {"twilio": twilio, "audiohook": audiohook, "audiosocket": {"lines": lines}}


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
