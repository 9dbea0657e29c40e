"""How a client of ours asks for a socket: as one of the server's own pages would."""

from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from streaming.door import SUBPROTOCOL, TOKEN_PREFIX


def opening(url: str, token: str | None, **options: Any) -> connect:
    """A connection to a ws:// or wss:// URL, with a token where there is one."""
    if token is None:
        return connect(url, compression=None, **options)
    parts = urlsplit(url)
    return connect(
        url,
        compression=None,
        origin=Origin(f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"),
        subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"{TOKEN_PREFIX}{token}")],
        **options,
    )
