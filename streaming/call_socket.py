"""One connection that feeds a call: its protocol's messages in, sound to the product, answers out."""

import asyncio
from contextlib import suppress

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from streaming.errors import Overloaded, ProtocolViolation
from streaming.fed_call import FedCall, FedCalls
from streaming.outbox import Outbox
from streaming.product import EndReason, Product
from streaming.protocols.contract import Accepted, CallProtocol, Reached, Refused, Returned, Stopped

FIRST_MESSAGE_S = 10.0
ACK_S = 0.25

# By the code that we closed with: broken frames, text that is no UTF-8, a message too long, a server going down.
ENDED_BY_US: dict[int, EndReason] = {1002: "refused", 1007: "refused", 1009: "refused", 1012: "shutdown"}

log = structlog.get_logger()


class CallSocket:
    """One connection, and the call that it feeds."""

    def __init__(self, product: Product, protocol: CallProtocol, name: str, outbox: Outbox, calls: FedCalls) -> None:
        self._product = product
        self._name = name
        self._outbox = outbox
        self._calls = calls
        self._call = FedCall(protocol, outbox)
        self._released = self._call.released
        self._is_over = False

    async def serve(self, connection: ServerConnection) -> tuple[int, str]:
        """From the first message to the last words, or until the call is fed by another connection.

        Gives the code and reason to close with.
        """
        acknowledging = asyncio.create_task(self._acknowledge())
        try:
            reason = await self._take_all(connection)
            if reason == "connection_lost" and self._call.can_come_back:
                acknowledging.cancel()
                await self._wait_for_return()
            await self._end(reason)
        except (ProtocolViolation, Overloaded) as fault:
            code = fault.code if isinstance(fault, ProtocolViolation) else "overloaded"
            log_refused(self._name, code, str(fault))
            self._call.tell(Refused(code, str(fault)))
            await self._end("refused")
            return 1008, code
        except BaseException:
            await self._end("failed")
            raise
        finally:
            acknowledging.cancel()
        return 1000, ""

    async def _wait_for_return(self) -> None:
        """Until another connection feeds the call, or time is up."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._released.wait(), self._calls.resume_s)

    async def _end(self, reason: EndReason) -> None:
        if self._released is not self._call.released:
            return  # another connection feeds it
        try:
            await self._call.end(reason)
        finally:
            self._calls.discard(self._call)

    async def _take_all(self, connection: ServerConnection) -> EndReason:
        try:
            await self._take(await _first_message(connection))
            async for message in connection:
                await self._take(message)
                if self._is_over:
                    return "stopped"
            await self._take(None)
        except ConnectionClosed as closed:
            return ENDED_BY_US.get(closed.sent.code if closed.sent else 0, "connection_lost")
        return "stopped" if self._is_over else "connection_lost"

    async def _take(self, message: str | bytes | None) -> None:
        """One message, or that there will be no more."""
        if self._released.is_set():
            return  # another connection feeds the call, or the server is going down: this belongs to no call
        protocol = self._call.protocol
        for event in protocol.closed() if message is None else protocol.receive(message):
            if isinstance(event, Accepted):
                self._call.open(event, self._product, self._name)
                self._calls.add(self._call)
            elif isinstance(event, Returned):
                self._go_on(event)
            elif isinstance(event, Stopped):
                self._is_over = True
            else:
                self._call.hear(event)
        await asyncio.sleep(0)  # messages already here must not keep other calls waiting

    def _go_on(self, returned: Returned) -> None:
        self._call = self._calls.of(returned)
        self._call.move(self._outbox)
        self._released = self._call.released

    async def _acknowledge(self) -> None:
        told = Reached(0, 0)
        while True:
            await asyncio.sleep(ACK_S)
            reached = self._call.reached
            if reached != told:
                told = reached
                self._call.tell(told)


def log_refused(protocol: str, code: str, text: str) -> None:
    """For the operator: a telephone exchange shows its answers to nobody. No such text holds what was said."""
    log.warning("call_refused", protocol=protocol, code=code, why=text)


async def _first_message(connection: ServerConnection) -> str | bytes:
    try:
        return await asyncio.wait_for(connection.recv(), FIRST_MESSAGE_S)
    except TimeoutError:
        raise ProtocolViolation("no_start", f"nothing came for {FIRST_MESSAGE_S:.0f} s; send `start` first") from None
