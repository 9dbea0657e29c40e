"""A client of `/overlay`: the events of one call as they come."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException


class WatchFailed(Exception):
    """The server went away before the call had ended; the text says where."""


async def events(url: str, call_id: str) -> AsyncIterator[dict[str, Any]]:
    """Every event of a running call from its first, until it has ended. `url` is the server's `ws://host:port`.

    Raises WatchFailed.
    """
    try:
        async with connect(f"{url}/overlay", compression=None) as socket:
            await socket.send(msgspec.json.encode({"kind": "watch", "call": call_id, "after_seq": None}).decode())
            async for message in socket:
                event: dict[str, Any] = msgspec.json.decode(message)
                if event["kind"] in ("waiting", "heartbeat"):
                    continue
                yield event
                if event["kind"] == "call_ended":
                    return
    except (OSError, WebSocketException) as error:
        raise WatchFailed(f"the events of the call from {url} broke off: {error or type(error).__name__}") from None
    raise WatchFailed(f"the events of the call from {url} broke off before its end")
