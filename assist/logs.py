"""structlog set-up: JSON or plain lines on standard error; what was said on a call never gets in."""

import logging
import sys
import traceback
from pathlib import Path
from typing import Literal

import structlog
from structlog.typing import EventDict, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]

PRIVATE_PREFIX = "pii."


def configure(level: Level, is_json: bool) -> None:
    """Called once by the command line, before anything logs."""
    renderer = structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
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
