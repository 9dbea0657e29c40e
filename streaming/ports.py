"""What to say when a port cannot be had."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from streaming.errors import PortTaken


@contextmanager
def telling_what_is_taken(host: str, port: int) -> Iterator[None]:
    """Listens inside the context; raises PortTaken, with what to do, where something else listens there."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"port {port} of {host} is taken, perhaps by another assist: "
            "stop that, or set another port (0 takes a free one)"
        ) from None
