"""The mailbox is bounded, forgets its oldest, counts what it forgot, and ends in order."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from streaming.mailbox import Mailbox


async def drained(mailbox: Mailbox[int]) -> list[int]:
    """All that is left, to the end."""
    return [item async for item in mailbox]


@given(items=st.lists(st.integers(), max_size=40), capacity=st.integers(1, 10))
def test_the_newest_stay_in_order_and_the_rest_is_counted(items: list[int], capacity: int) -> None:
    """Whatever is put, the reader gets the last ones, and nothing vanishes uncounted."""

    async def run() -> None:
        mailbox: Mailbox[int] = Mailbox(capacity)
        fitted = [mailbox.put(item) for item in items]
        mailbox.close()
        assert await drained(mailbox) == items[-capacity:]
        assert mailbox.dropped == fitted.count(False) == max(0, len(items) - capacity)

    asyncio.run(run())


async def test_the_reader_waits_for_what_is_to_come() -> None:
    """A reader that came first gets items as they are put, and the end when it is closed."""
    mailbox: Mailbox[int] = Mailbox(3)
    reading = asyncio.create_task(drained(mailbox))
    for item in range(5):
        mailbox.put(item)
        await asyncio.sleep(0)
    mailbox.close()
    assert await reading == [0, 1, 2, 3, 4]


async def test_a_closed_mailbox_takes_nothing() -> None:
    """What comes after the end is refused, not queued for nobody."""
    mailbox: Mailbox[int] = Mailbox(3)
    mailbox.close()
    assert not mailbox.put(1)
    assert await drained(mailbox) == []
