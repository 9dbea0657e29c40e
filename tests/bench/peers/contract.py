"""What an adapter knows of one peer: how it is installed and started, and its own protocol; sans-I/O.

Each adapter is one file here with `REQUIREMENTS`, `command` and `create`. It is written from the peer's documented
protocol; no code of a peer enters this project.
"""

from pathlib import Path
from typing import Protocol

from streaming.recording import Samples


class Dialogue(Protocol):
    """One connection that carries one channel of a call."""

    path: str

    @property
    def committed(self) -> str:
        """All that the peer has called final so far."""
        ...

    @property
    def tentative(self) -> str:
        """What it shows behind that, and may change."""
        ...

    def hello(self) -> tuple[str, ...]:
        """What the client says first."""
        ...

    def is_ready(self, message: str) -> bool:
        """Whether the peer wants sound now."""
        ...

    def packet(self, samples: Samples) -> bytes:
        """16 kHz mono samples as the peer takes them."""
        ...

    def stop(self) -> tuple[str, ...]:
        """What the client says once all sound is sent."""
        ...

    def take(self, message: str) -> None:
        """What a message changes in `committed` and `tentative`."""
        ...


class Peer(Protocol):
    """An adapter's module."""

    REQUIREMENTS: tuple[tuple[str, ...], ...]
    """the arguments of one `pip install` after the other"""

    def command(self, python: Path, model: Path, port: int) -> tuple[str, ...]:
        """Starts the peer's own server on loopback with this model folder, on the processor."""
        ...

    def create(self) -> Dialogue:
        """A new connection's."""
        ...
