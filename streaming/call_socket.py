"""One connection that feeds a call: its protocol's messages in, sound to the product, answers out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import structlog
from websockets.exceptions import ConnectionClosed

from streaming.errors import Overloaded, ProtocolViolation
from streaming.product import EndReason, Listener, OpenCall
from streaming.protocols.contract import (
    Accepted,
    CallProtocol,
    Ended,
    Notice,
    Reached,
    Refused,
    Reply,
    Started,
    Stopped,
)

FIRST_MESSAGE_S = 10.0
ACK_S = 0.25

# By the code that we closed with: broken frames, text that is no UTF-8, a message too long, a server going down.
ENDED_BY_US: dict[int, EndReason] = {1002: "refused", 1007: "refused", 1009: "refused", 1012: "shutdown"}

Messages = AsyncIterator[str | bytes]
"""What the client sends until it closes in good order; else it raises ConnectionClosed or ConnectionError."""

log = structlog.get_logger()


class CallSocket:
    """One connection that feeds one call, or one speaker of it. `put` takes what the client is told; it never waits."""

    def __init__(
        self, open_call: OpenCall, protocol: CallProtocol, name: str, put: Callable[[str | bytes], None]
    ) -> None:
        self._open_call = open_call
        self._protocol = protocol
        self._name = name
        self._put = put
        self._listeners: list[Listener] = []
        self._is_over = False
        self._is_ended = False
        self._ending = asyncio.Lock()
        self._has_left = asyncio.Event()

    async def serve(self, messages: Messages) -> tuple[int, str]:
        """From the first message to the last words; gives the code and reason to close with."""
        acknowledging = asyncio.create_task(self._acknowledge())
        try:
            closing = await self._feed(messages)
            await self._part(messages)
            return closing
        finally:
            acknowledging.cancel()
            self._has_left.set()

    async def end(self, reason: EndReason) -> None:
        """Ends it once, whoever is first to say so; all who say so wait until its last words are out."""
        async with self._ending:
            if self._is_ended or not self._listeners:
                return
            self._is_ended = True
            await self._listeners[0].end(reason)
            if reason != "refused":
                self._tell(Ended(self._listeners[0].received_ms))

    async def leave(self) -> None:
        """Ends it because the server goes down, and waits as long as the client may take to close first."""
        await self.end("shutdown")
        if self._listeners and self._protocol.parting_s:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._has_left.wait(), self._protocol.parting_s)

    async def _feed(self, messages: Messages) -> tuple[int, str]:
        try:
            await self.end(await self._take_all(messages))
        except (ProtocolViolation, Overloaded) as fault:
            code = fault.code if isinstance(fault, ProtocolViolation) else "overloaded"
            log_refused(self._name, code, str(fault))
            self._tell(Refused(code, str(fault)))
            await self.end("refused")
            return 1008, code
        except BaseException:
            await self.end("failed")
            raise
        return 1000, ""

    async def _part(self, messages: Messages) -> None:
        """Answers a client that is to close first until it has, or its time is over; nothing is heard any more."""
        if self._protocol.parting_s:
            with suppress(TimeoutError, ConnectionClosed, ConnectionError, ProtocolViolation):
                async with asyncio.timeout(self._protocol.parting_s):
                    async for message in messages:
                        self._answer(message)

    def _answer(self, message: str | bytes) -> None:
        for event in self._protocol.receive(message):
            if isinstance(event, Reply):
                self._put(event.message)
            elif isinstance(event, Stopped):
                self._is_over = True

    async def _take_all(self, messages: Messages) -> EndReason:
        try:
            first = await _first_of(messages)
            if first is None:
                return "connection_lost"
            await self._take(first)
            async for message in messages:
                await self._take(message)
                if self._is_over:
                    return "stopped"
            await self._take(None)
        except ConnectionClosed as closed:
            return ENDED_BY_US.get(closed.sent.code if closed.sent else 0, "connection_lost")
        except ConnectionError:
            return "connection_lost"
        return "stopped" if self._is_over else "connection_lost"

    async def _take(self, message: str | bytes | None) -> None:
        """One message, or that there will be no more."""
        if self._is_ended:  # the server is going down: what still comes belongs to no call
            if message is not None and self._protocol.parting_s:
                self._answer(message)
            return
        for event in self._protocol.closed() if message is None else self._protocol.receive(message):
            if isinstance(event, Reply):
                self._put(event.message)
            elif isinstance(event, Accepted):
                self._listeners.append(self._open_call(event, self._name, self._tell))
                self._tell(Started(self._listeners[0].call_id))
            elif isinstance(event, Stopped):
                self._is_over = True
            else:
                self._listeners[0].hear(event)
        await asyncio.sleep(0)  # messages already here must not keep other calls waiting

    async def _acknowledge(self) -> None:
        told = Reached(0, 0)
        while True:
            await asyncio.sleep(ACK_S)
            reached = Reached(self._listeners[0].received_ms, self._listeners[0].heard_ms) if self._listeners else told
            if reached != told:
                told = reached
                self._tell(told)

    def _tell(self, notice: Notice) -> None:
        for message in self._protocol.tell(notice):
            self._put(message)


def log_refused(protocol: str, code: str, text: str) -> None:
    """For the operator: a telephone exchange shows its answers to nobody. No such text holds what was said."""
    log.warning("call_refused", protocol=protocol, code=code, why=text)


async def _first_of(messages: Messages) -> str | bytes | None:
    """The first message, None where there is none."""
    try:
        async with asyncio.timeout(FIRST_MESSAGE_S):
            return await anext(messages, None)
    except TimeoutError:
        raise ProtocolViolation("no_start", f"nothing came for {FIRST_MESSAGE_S:.0f} s; send `start` first") from None
