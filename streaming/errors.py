"""Every error of this package, by whose fault it is.

StreamingError
├── ProtocolViolation   the client's: it gets a typed answer and its call ends
├── Overloaded          nobody's: no room for one more call, and when to come again
├── NotHere             nobody's: a call that wants to go on cannot do so at this node; at another it may
├── EngineFailed        ours: the recogniser crashed or hung; it is restarted and the call goes on
├── ModelNotFound       the operator's: no such model, and what was looked for
├── ModelMismatch       a stranger's: the files of a model are not those that were pinned
├── BusDown             nobody's: what nodes share cannot be reached; each goes on with its own calls
├── Fenced              nobody's: another node owns the call now; here it is let go
├── LogLost             nobody's: what nodes share has forgotten the call; it is told anew
├── PortTaken           the operator's: something else listens there
└── UnknownPlugin       the operator's: no such protocol, engine or detector, and those there are
"""


class StreamingError(Exception):
    """Parent of the errors above."""


class ProtocolViolation(StreamingError):
    """The client sent what the protocol does not allow.

    `code` is a fixed word for programs, the text says what was wrong, where, and what to do. Neither carries
    anything that was said on the call.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Overloaded(StreamingError):
    """No room for one more call now; the caller may come back in so many seconds."""

    def __init__(self, text: str, retry_after_s: int) -> None:
        super().__init__(f"{text}; try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class NotHere(StreamingError):
    """A call cannot go on at this node; its client may try another, or come back."""


class EngineFailed(StreamingError):
    """The recogniser's process ended, hung or answered nonsense."""


class ModelNotFound(StreamingError):
    """No model by that name; the text lists what was looked for."""


class ModelMismatch(StreamingError):
    """A model's file does not have the pinned SHA-256, or is not what it is to be."""


class BusDown(StreamingError):
    """What nodes share cannot be reached, or answers too slowly."""


class Fenced(StreamingError):
    """Another has claimed the call since; the text is the call's id."""


class LogLost(StreamingError):
    """Of the call's log less is there than was written; the text is the call's id."""


class PortTaken(StreamingError):
    """Something else listens on the port that was asked for."""


class UnknownPlugin(StreamingError):
    """No plug-in by that name; the text lists the known ones."""
