"""One connection that feeds a call: its protocol's messages in, sound to the product, answers out."""

import asyncio

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from streaming.errors import Overloaded, ProtocolViolation
from streaming.outbox import Outbox
from streaming.product import EndReason, Listener, Product
from streaming.protocols.contract import Accepted, CallProtocol, Ended, Notice, Reached, Refused, Started, Stopped

FIRST_MESSAGE_S = 10.0
ACK_S = 0.25

# By the code that we closed with: broken frames, text that is no UTF-8, a message too long, a server going down.
ENDED_BY_US: dict[int, EndReason] = {1002: "refused", 1007: "refused", 1009: "refused", 1012: "shutdown"}

log = structlog.get_logger()


class CallSocket:
    """One connection that feeds one call."""

    def __init__(self, product: Product, protocol: CallProtocol, name: str, outbox: Outbox) -> None:
        self._product = product
        self._protocol = protocol
        self._name = name
        self._outbox = outbox
        self._listeners: list[Listener] = []
        self._is_over = False
        self._is_ended = False
        self._ending = asyncio.Lock()

    async def serve(self, connection: ServerConnection) -> tuple[int, str]:
        """From the first message to the last words; gives the code and reason to close with."""
        acknowledging = asyncio.create_task(self._acknowledge())
        try:
            await self.end(await self._take_all(connection))
        except (ProtocolViolation, Overloaded) as fault:
            code = fault.code if isinstance(fault, ProtocolViolation) else "overloaded"
            log_refused(self._name, code, str(fault))
            self._tell(Refused(code, str(fault)))
            await self.end("refused")
            return 1008, code
        except BaseException:
            await self.end("failed")
            raise
        finally:
            acknowledging.cancel()
        return 1000, ""

    async def end(self, reason: EndReason) -> None:
        """Ends it once, whoever is first to say so; all who say so wait until its last words are out."""
        async with self._ending:
            if self._is_ended or not self._listeners:
                return
            self._is_ended = True
            await self._listeners[0].end(reason)
            if reason != "refused":
                self._tell(Ended(self._listeners[0].received_ms))

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
        if self._is_ended:
            return  # the server is going down: what still comes belongs to no call
        for event in self._protocol.closed() if message is None else self._protocol.receive(message):
            if isinstance(event, Accepted):
                self._listeners.append(self._product.open_call(event, self._name, self._tell))
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
            self._outbox.put(message)


def log_refused(protocol: str, code: str, text: str) -> None:
    """For the operator: a telephone exchange shows its answers to nobody. No such text holds what was said."""
    log.warning("call_refused", protocol=protocol, code=code, why=text)


async def _first_message(connection: ServerConnection) -> str | bytes:
    try:
        return await asyncio.wait_for(connection.recv(), FIRST_MESSAGE_S)
    except TimeoutError:
        raise ProtocolViolation("no_start", f"nothing came for {FIRST_MESSAGE_S:.0f} s; send `start` first") from None
