"""structlog set-up: JSON or plain lines on standard error; what was said on a call never gets in, nor does a flood."""

import logging
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import structlog
from structlog.typing import EventDict, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]

PRIVATE_PREFIX = "pii."
REFUSED = "call_refused"
"""Anybody who reaches the port can have a line of it, with each connection anew."""
MOST_REFUSED = 20
REFUSED_S = 60.0
"""So many lines of one kind in so long: strangers fill no disk, and hide nothing of any other kind."""


def configure(level: Level, is_json: bool) -> None:
    """Called once by the command line, before anything logs."""
    renderer = structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            Refusals(),
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            reduce_exception,
            drop_private,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


class Refusals:
    """Lets the first lines of each protocol and code pass; the next that passes says how many were left out before it.

    `now_s` is any monotonic clock. There are as many kinds as protocols have codes.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._begun_s: dict[tuple[str, str], float] = {}
        self._count: dict[tuple[str, str], int] = {}

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
        """The line; raises DropEvent where it is one too many."""
        if event["event"] != REFUSED:
            return event
        kind, now_s = (event["protocol"], event["code"]), self._now_s()
        if now_s - self._begun_s.get(kind, float("-inf")) >= REFUSED_S:
            if (left_out := self._count.get(kind, 0) - MOST_REFUSED) > 0:
                event["left_out"] = left_out
            self._begun_s[kind], self._count[kind] = now_s, 0
        self._count[kind] += 1
        if self._count[kind] > MOST_REFUSED:
            raise structlog.DropEvent
        return event


def drop_private(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Removes every field that may hold what was said."""
    return {key: value for key, value in event.items() if not key.startswith(PRIVATE_PREFIX)}


def reduce_exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Leaves an exception's type and the places it passed: its text and variables may hold what was said."""
    wish = event.pop("exc_info", None)
    error = wish if isinstance(wish, BaseException) else sys.exc_info()[1]
    while isinstance(error, BaseExceptionGroup):  # of a TaskGroup; what went wrong is in it
        error = error.exceptions[0]
    if wish and error is not None:
        places = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["at"] = [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in places]
    return event
