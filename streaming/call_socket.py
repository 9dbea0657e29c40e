"""One connection that feeds a call: its protocol's messages in, sound to the product, answers out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import structlog
from websockets.exceptions import ConnectionClosed

from streaming import metrics
from streaming.errors import BusDown, NotHere, Overloaded, ProtocolViolation
from streaming.fed_call import FedCall, FedCalls, Line
from streaming.product import EndReason, OpenCall
from streaming.protocols.contract import Accepted, CallProtocol, Reached, Refused, Reply, Returned, Stopped

BEGIN_S = 10.0  # a connection that has no call by then only takes up room
ACK_S = 0.25
PIECE_BYTES = 4096  # half a second of G.711: the frames in it are heard within milliseconds

OVERLOADED = "overloaded"
AGAIN_LATER = 1013  # IANA's registry of close codes: the server is busy; a client comes back later

# By the code that we closed with: broken frames, text that is no UTF-8, a message too long, a server going down.
ENDED_BY_US: dict[int, EndReason] = {1002: "refused", 1007: "refused", 1009: "refused", 1012: "shutdown"}

Messages = AsyncIterator[str | bytes]
"""What the client sends until it closes in good order; else it raises ConnectionClosed or ConnectionError."""

log = structlog.get_logger()


class CallSocket:
    """One connection, and the call, or the one speaker of it, that it feeds."""

    def __init__(self, open_call: OpenCall, protocol: CallProtocol, name: str, line: Line, calls: FedCalls) -> None:
        self._open_call = open_call
        self._name = name
        self._line = line
        self._calls = calls
        self._call = FedCall(protocol, line)
        self._released = self._call.released
        self._is_over = False
        self._has_left = asyncio.Event()

    async def serve(self, messages: Messages) -> tuple[int, str]:
        """From the first message to the last words, or until the call is fed by another connection.

        Gives the code and reason to close with.
        """
        acknowledging = asyncio.create_task(self._acknowledge())
        try:
            return await self._feed(messages, acknowledging)
        finally:
            acknowledging.cancel()
            self._has_left.set()

    async def leave(self) -> None:
        """Ends it because the server goes down, and waits as long as the client may take to close first."""
        await self._call.end("shutdown")
        if self._call.has_begun and self._call.protocol.parting_s:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._has_left.wait(), self._call.protocol.parting_s)

    async def _feed(self, messages: Messages, acknowledging: asyncio.Task[None]) -> tuple[int, str]:
        try:
            reason = await self._take_all(messages)
            if reason == "connection_lost" and self._call.can_come_back:
                acknowledging.cancel()
                await self._wait_for_return()
            await self._finish(reason, messages)
        except ProtocolViolation as violation:
            await self._refuse(Refused(violation.code, str(violation)), messages)
            return 1008, violation.code
        except Overloaded as full:
            await self._refuse(Refused(OVERLOADED, str(full), full.retry_after_s), messages)
            return AGAIN_LATER, f"{OVERLOADED}: try again in {full.retry_after_s} s"
        except (BusDown, NotHere):
            return AGAIN_LATER, "come back in a moment"
        except BaseException:
            await self._end("failed")
            raise
        return 1000, ""

    async def _refuse(self, refused: Refused, messages: Messages) -> None:
        log_refused(self._name, refused.code, refused.text)
        self._call.tell(refused)
        await self._finish("refused", messages)

    async def _wait_for_return(self) -> None:
        """Until another connection feeds the call, or time is up."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._released.wait(), self._calls.resume_s)

    async def _finish(self, reason: EndReason, messages: Messages) -> None:
        """Ends the call; a client that is to close first is answered meanwhile, for last words may take long."""
        parting = asyncio.create_task(self._part(messages))
        try:
            await self._end(reason)
            await parting
        finally:
            parting.cancel()

    async def _end(self, reason: EndReason) -> None:
        if self._released is not self._call.released:
            return  # another connection feeds it
        try:
            await self._call.end(reason)
        finally:
            self._calls.discard(self._call)

    async def _part(self, messages: Messages) -> None:
        """Answers a client that is to close first until it has, or its time is over; nothing is heard any more."""
        if self._call.protocol.parting_s:
            with suppress(TimeoutError, ConnectionClosed, ConnectionError, ProtocolViolation):
                async with asyncio.timeout(self._call.protocol.parting_s):
                    async for message in messages:
                        self._answer(message)

    def _answer(self, message: str | bytes) -> None:
        for event in self._call.protocol.receive(message):
            if isinstance(event, Reply):
                self._line.put(event.message)
            elif isinstance(event, Stopped):
                self._is_over = True

    async def _take_all(self, messages: Messages) -> EndReason:
        try:
            async with asyncio.timeout(BEGIN_S) as patience:
                async for message in messages:
                    for piece in _pieces(message):
                        await self._take(piece)
                    if self._is_over:
                        return "stopped"
                    if self._call.has_begun:
                        patience.reschedule(None)
            await self._take(None)
        except ConnectionClosed as closed:
            return ENDED_BY_US.get(closed.sent.code if closed.sent else 0, "connection_lost")
        except (ConnectionError, TimeoutError):
            if not patience.expired():  # the system tells of a peer that has vanished by a TimeoutError as well
                return "connection_lost"
            raise ProtocolViolation("no_start", f"no call began within {BEGIN_S:.0f} s; send `start` first") from None
        return "stopped" if self._is_over else "connection_lost"

    async def _take(self, message: str | bytes | None) -> None:
        """One message, or that there will be no more."""
        protocol = self._call.protocol
        if self._released.is_set():  # another feeds the call, or the server is going down: this belongs to no call
            if message is not None and protocol.parting_s:
                self._answer(message)
            return
        for event in protocol.closed() if message is None else protocol.receive(message):
            if isinstance(event, Reply):
                self._line.put(event.message)
            elif isinstance(event, Accepted):
                self._call.open(event, self._open_call, self._name)
                self._calls.add(self._call)
            elif isinstance(event, Returned):
                await self._go_on(event)
            elif isinstance(event, Stopped):
                self._is_over = True
            else:
                self._call.hear(event)
        await asyncio.sleep(0)  # what is already here must not keep other calls waiting

    async def _go_on(self, returned: Returned) -> None:
        self._call = await self._calls.of(returned)
        self._call.move(self._line)
        self._released = self._call.released

    async def _acknowledge(self) -> None:
        told = Reached(0, 0, 0)
        while True:
            await asyncio.sleep(ACK_S)
            reached = self._call.reached
            if reached != told:
                told = reached
                self._call.tell(told)


def log_refused(protocol: str, code: str, text: str) -> None:
    """For the operator: a telephone exchange shows its answers to nobody. No such text holds what was said."""
    log.warning("call_refused", protocol=protocol, code=code, why=text)
    metrics.CALLS_REFUSED.labels(protocol, code).inc()


def _pieces(message: str | bytes) -> Iterator[str | bytes]:
    """The message; a long one of sound in parts, since where sound is split means nothing to any protocol."""
    if isinstance(message, str) or len(message) <= PIECE_BYTES:
        yield message
    else:
        yield from (message[first : first + PIECE_BYTES] for first in range(0, len(message), PIECE_BYTES))
