"""Sends what a webhook tells: again and again until it is taken, and to no address that was not looked at."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore2
import msgspec
import structlog
from prometheus_client import Counter

from assist import webhook

TRIES_AFTER_S = (0.0, 5.0, 30.0, 120.0, 600.0, 3_600.0)
"""Before each try; each somewhat longer by chance, so that what failed together does not come back together."""
JITTER = 0.2
PATIENCE_S = 15.0
MOST_PENDING = 100
LAST_S = 5.0  # for calls that the end of the server ended
GONE = 410
"""The receiver wants no more, by the specification."""

SENT = Counter(
    "assist_webhooks",
    "What became of webhooks: `delivered`, `retried`, `given_up`, `dropped` (too many waited), `nothing` to tell.",
    ["outcome"],
)

FAULTS = (TimeoutError, OSError, httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError)
"""What a receiver or the way to it can do wrong."""

Body = Callable[[], Awaitable[bytes | None]]
"""Makes what is to be told; nothing where nothing may be. Raises OSError where it cannot now."""
Resolve = Callable[[str, int], Awaitable[Iterable[str]]]

log = structlog.get_logger()


class Target(msgspec.Struct, frozen=True):
    """Where webhooks go, what they are signed with, and whether that may be an address that is not public."""

    url: str
    secret: bytes
    may_be_internal: bool = False
    tries_after_s: tuple[float, ...] = TRIES_AFTER_S


class WebhookSender:
    """One receiver. `send` never waits; what is still pending soon after the context ends is given up and counted."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pending: set[asyncio.Task[None]] = set()
        backend = CheckedBackend(target.may_be_internal, _resolved)
        self._pool = httpcore2.AsyncConnectionPool(network_backend=backend, retries=0, max_connections=8)

    async def __aenter__(self) -> "WebhookSender":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pending:
            await asyncio.wait(self._pending, timeout=LAST_S)
        for task in self._pending:
            task.cancel()
        SENT.labels("given_up").inc(len(self._pending))
        await asyncio.gather(*self._pending, return_exceptions=True)
        await self._pool.aclose()

    def send(self, call_id: str, body: Body) -> None:
        """Tells of a call that has ended, unless too many wait to be told."""
        if len(self._pending) >= MOST_PENDING:
            SENT.labels("dropped").inc()
            log.warning("webhook_dropped", call_id=call_id)
            return
        task = asyncio.create_task(self._deliver(call_id, body))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def _deliver(self, call_id: str, body: Body) -> None:
        message_id = f"msg_{uuid.uuid4().hex}"
        for number, pause_s in enumerate(self._target.tries_after_s):
            await asyncio.sleep(pause_s * (1 + JITTER * random.random()))
            # Made anew each time: of a call that was purged meanwhile nothing may be told any more.
            try:
                told = await body()
                if told is None:
                    SENT.labels("nothing").inc()
                    return
                if number:
                    SENT.labels("retried").inc()
                fault = await self._try(message_id, told)
            except OSError as error:  # the disk's
                fault = type(error).__name__
            if fault is None:
                SENT.labels("delivered").inc()
                return
            log.warning("webhook_failed", call_id=call_id, attempt=number + 1, why=fault)
            if fault == str(GONE):
                break
        SENT.labels("given_up").inc()

    async def _try(self, message_id: str, body: bytes) -> str | None:
        """One try; none where it was taken, else what went wrong."""
        headers = webhook.headers_of(message_id, time.time(), body, self._target.secret)
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), PATIENCE_S)
        try:
            async with asyncio.timeout(PATIENCE_S):
                # Redirects are not followed, and of the answer only the status is of interest.
                async with self._pool.stream(
                    "POST", self._target.url, headers=sent, content=body, extensions={"timeout": timeouts}
                ) as answer:
                    return None if 200 <= answer.status < 300 else str(answer.status)
        except FAULTS as error:
            return type(error).__name__


class InternalAddress(httpcore2.ConnectError):
    """A name that leads only to addresses which are not public."""


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to the very address that was looked at: a name that is asked for twice may lead elsewhere then."""

    def __init__(self, may_be_internal: bool, resolve: Resolve) -> None:
        self._may_be_internal = may_be_internal
        self._resolve = resolve
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the library calls it
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the first address of the host that it may be. Raises InternalAddress, ConnectError."""
        for address in await self._resolve(host, port):
            if self._may_be_internal or webhook.is_public(address):
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
        raise InternalAddress("the receiver's name leads to no public address")

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)


async def _resolved(host: str, port: int) -> list[str]:
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
    return [str(info[4][0]) for info in infos]
