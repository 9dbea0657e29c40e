"""A call that has ended -> what a webhook tells of it, if anything of it is kept."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from assist import webhook
from assist.advising import Advising
from assist.archive import Archive, ArchiveFault
from assist.debrief import reading
from assist.debrief.debrief import debrief_of
from assist.debrief.formats.keeping import json
from assist.debrief.moments import Entries
from assist.webhook_sender import Target, WebhookSender


@asynccontextmanager
async def telling(
    target: Target | None, archive: Archive, advising: Advising
) -> AsyncIterator[Callable[[str], None] | None]:
    """Inside the context: gives what takes the id of each call that has ended; none without a target. Never waits."""
    if target is None:
        yield None
        return
    entries = advising.playbook.cues
    async with WebhookSender(target) as sender:
        yield lambda call_id: sender.send(call_id, partial(body_of, archive, call_id, entries, time.time()))


async def body_of(archive: Archive, call_id: str, entries: Entries, ended_s: float) -> bytes | None:
    """The webhook's body; none of a call of which no journal is kept, as where it was refused. Safe to cancel.

    `ended_s` is when the call ended, in seconds since 1970. Raises OSError where the journal cannot be read now.
    """
    return await asyncio.to_thread(_body_of, archive, call_id, entries, ended_s)


def _body_of(archive: Archive, call_id: str, entries: Entries, ended_s: float) -> bytes | None:
    try:
        record = reading.read(archive, call_id)
    except (reading.CallUnknown, ArchiveFault):
        return None
    return webhook.body_of(json(debrief_of(record, entries)), ended_s)
