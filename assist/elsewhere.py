"""Calls of other nodes as the hub sees them."""

from typing import Protocol

from assist.overlay_messages import Reply


class Elsewhere(Protocol):
    """Calls of other nodes, as far as overlays here want them. Nothing here waits."""

    def follow(self, call_id: str) -> None:
        """An overlay waits for a call that is not of this node: it is mirrored, or nobody has it and that is told."""
        ...

    def leave(self, call_id: str) -> None:
        """No overlay watches it any more."""
        ...

    def reply(self, call_id: str, reply: Reply) -> None:
        """What a rep made of a suggestion, for whoever owns the call."""
        ...
