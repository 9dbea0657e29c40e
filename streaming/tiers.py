"""Which model makes a pass: the live one, or for last passes a larger one, as long as nobody has to wait for it."""

import asyncio

from streaming.engines.contract import Hypothesis, Request
from streaming.overload import Overload
from streaming.recogniser import Recogniser

PATIENCE_S = 1.2  # a final text that comes later is of no use to a rep who wants to answer


class Tiers:
    """Shared by all calls. `careful` holds the larger model, in a process that gives way to the live one's.

    `overload` says how much may be asked.
    """

    def __init__(
        self, live: Recogniser, careful: Recogniser | None = None, *, overload: Overload | None = None
    ) -> None:
        self.overload = overload or Overload()
        self._live = live
        self._careful = careful

    async def recognise(self, request: Request, goes_on: asyncio.Event) -> Hypothesis:
        """What was said. Safe to cancel.

        `goes_on` is set when the speaker speaks again: from then on the answer of the live model has to do, as it has
        where the larger one is busy, slow or gone, and where the pass is hurried. Raises EngineFailed as the live
        model's `recognise` does.
        """
        is_for_careful = request.is_last and not request.is_hurried
        if not is_for_careful or self._careful is None or not self._careful.is_free:
            return await self._live.recognise(request)
        live = asyncio.create_task(self._live.recognise(request))
        careful = asyncio.create_task(self._careful.recognise(request))
        going_on = asyncio.create_task(goes_on.wait())
        try:
            await asyncio.wait({careful, going_on}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
            return careful.result() if careful.done() and careful.exception() is None else await live
        finally:
            for task in (live, careful, going_on):
                task.cancel()
            await asyncio.gather(live, careful, going_on, return_exceptions=True)
