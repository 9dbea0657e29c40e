"""A bounded queue between two speeds: when full it forgets its oldest item and counts it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Many writers, one reader. `put` never waits."""

    def __init__(self, capacity: int) -> None:
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._changed = asyncio.Event()
        self._is_closed = False
        self.dropped = 0

    def put(self, item: T) -> bool:
        """Adds an item; false when the oldest had to go, or when the mailbox is closed."""
        if self._is_closed:
            return False
        is_full = len(self._items) >= self._capacity
        if is_full:
            self._items.popleft()
            self.dropped += 1
        self._items.append(item)
        self._changed.set()
        return not is_full

    def close(self) -> None:
        """No more items; the reader gets what is left and then the end."""
        self._is_closed = True
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[T]:
        """Items as they come, until closed and empty. Safe to cancel: no item is lost."""
        while True:
            while self._items:
                yield self._items.popleft()
            if self._is_closed:
                return
            self._changed.clear()
            await self._changed.wait()
