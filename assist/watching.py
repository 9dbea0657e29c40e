"""A client of `/overlay`: the events of one call as they come, each once, however often the line is cut."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from websockets.exceptions import WebSocketException

from streaming.knocking import opening

RETRY_S = 30.0  # a server of which nothing was heard for so long is given up
RETRY_PAUSE_S = 0.25


class WatchFailed(Exception):
    """The server went away before the call had ended; the text says where."""


async def events(url: str, call_id: str, token: str | None = None) -> AsyncIterator[dict[str, Any]]:
    """Every event of a running call from its first, until it has ended. `url` is the server's `ws://host:port`.

    `token` is one to view the call, where the server wants one.
    After a cut it goes on behind the last event that came. Raises WatchFailed.
    """
    wish: dict[str, Any] = {"kind": "watch", "call": call_id, "epoch": None, "after_seq": None}
    known = dict[int, int]()  # what came under each number
    heard_from_s = time.monotonic()
    while True:
        why = "the connection closed"
        try:
            async with opening(f"{url}/overlay", token) as socket:
                await socket.send(msgspec.json.encode(wish).decode())
                async for message in socket:
                    heard_from_s = time.monotonic()
                    event: dict[str, Any] = msgspec.json.decode(message)
                    if event["kind"] == "following":
                        wish["epoch"] = event["epoch"]
                    # A new epoch begins with all that is known of the call, most of which came before; under some
                    # numbers another node may tell other things than the one that is gone.
                    elif "seq" in event and known.get(event["seq"]) != hash(message):
                        known[event["seq"]] = hash(message)
                        wish["after_seq"] = event["seq"]
                        yield event
                        if event["kind"] == "call_ended":
                            return
        except (OSError, WebSocketException) as error:
            why = str(error) or type(error).__name__
        if wish["after_seq"] is None or time.monotonic() - heard_from_s > RETRY_S:
            raise WatchFailed(f"the events of the call from {url} broke off before its end: {why}")
        await asyncio.sleep(RETRY_PAUSE_S)
