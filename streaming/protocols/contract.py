"""What a call protocol does: messages in, what happened out; and what the client is to be told, as messages.

A speaker's frames and gaps come in order and without holes between them, on the call's own clock.
"""

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

from streaming.types import AudioFrame, Gap, Party, Speaker, Words

CALL_ID = r"^[A-Za-z0-9_-]{1,64}\Z"


class Opening(msgspec.Struct, frozen=True):
    """How a connection was asked for, and what the operator set for its protocol.

    Each name of the query has one value or more, in order; names of headers are in lower case; `opened_at` is in
    seconds since 1970. `is_first` tells whether a request that was rightly signed, by the nonce in it, has not come
    before, and remembers it.
    """

    query: dict[str, list[str]] = {}
    headers: dict[str, str] = {}
    options: dict[str, object] = {}
    opened_at: float = 0.0
    is_first: Callable[[str], bool] = lambda nonce: True


Direction = Literal["inbound", "outbound"]
"""Who called: the prospect (inbound), or the rep."""


class Practice(msgspec.Struct, frozen=True):
    """Nobody called: a scenario of that name is played. `speaks`: the rep answers by microphone."""

    scenario: str
    speaks: bool = False


class Metadata(msgspec.Struct, frozen=True):
    """What the source knows of the call: the parties' names, the prospect's company, who called, words to expect.

    `record` is its wish that the call's sound be kept, or not; None leaves it to the server. `practice` is set where it
    is no call.
    """

    names: dict[Party, str] = {}
    company: str | None = None
    expect: tuple[str, ...] = ()
    direction: Direction | None = None
    record: bool | None = None
    practice: Practice | None = None

    @property
    def expected(self) -> tuple[str, ...]:
        """All that is likely to be said because of it, each once; of a person's name each part alone as well."""
        names = [part for name in self.names.values() for part in (name, *name.split())]
        return tuple(dict.fromkeys(word for word in (*self.expect, self.company, *names) if word))


class Part(msgspec.Struct, frozen=True):
    """One of the connections that feed a call, a speaker each: those with the same `of` feed the same."""

    of: str
    speaker: Speaker


class Accepted(msgspec.Struct, frozen=True):
    """The client began a call; `call_id` is its own wish, if it has one.

    `token` is the secret by which it will be known if it is cut and comes back; without one it cannot come back.
    `opening` is then its first message, without the token: from that another node makes its conversation anew, by the
    protocol's `go_on`.
    `speakers` are the call's; where `part` is set, this connection brings one of them and may find the call begun.
    `access` is a token of `streaming/tokens.py`, from a client that has no other place for one than its message.
    """

    call_id: str | None
    speakers: tuple[Speaker, ...]
    metadata: Metadata
    part: Part | None = None
    token: str | None = None
    opening: str = ""
    access: str | None = None


class Returned(msgspec.Struct, frozen=True):
    """The client is back to go on with a call that it began on another connection.

    That connection's conversation goes on, with the next message; nothing more comes from this one.
    """

    call_id: str
    token: str


class Stopped(msgspec.Struct, frozen=True):
    """The client ended the call in good order."""


class Flushed(msgspec.Struct, frozen=True):
    """The client wants the words of what a speaker has said so far now: what is being said ends here."""

    speaker: Speaker


class Reply(msgspec.Struct, frozen=True):
    """What the client is answered at once, whatever becomes of the call."""

    message: str | bytes


ClientEvent = Accepted | Returned | AudioFrame | Gap | Flushed | Reply | Stopped


class Started(msgspec.Struct, frozen=True):
    """The call runs under this id. Told to a client that is back as well: its messages are the next."""

    call_id: str


class Reached(msgspec.Struct, frozen=True):
    """How far the call is: sound received, and of it, what has been put into words or found to hold none.

    What lies before `safe_ms` is never asked for again, whatever happens to this node.
    """

    received_ms: int
    heard_ms: int
    safe_ms: int


class Moved(msgspec.Struct, frozen=True):
    """This node has the call no more; whoever feeds it is to come back, to whichever node answers then."""


class Suggested(msgspec.Struct, frozen=True):
    """The rep is shown a sentence to say, `text`, because the prospect said `quote`; `at_ms` on the call's clock."""

    id: str
    at_ms: int
    quote: str
    text: str


class Ended(msgspec.Struct, frozen=True):
    """The call is over and its last words are out."""

    duration_ms: int


class Refused(msgspec.Struct, frozen=True):
    """The call ends by the client's fault or for want of room: a fixed code, and what to do about it.

    `retry_after_s` is set where it may come again, and in how many seconds; the text says so too.
    """

    code: str
    text: str
    retry_after_s: int | None = None


Notice = Started | Reached | Words | Suggested | Ended | Refused


class CallProtocol(Protocol):
    """One connection's conversation.

    Each file here with a `create(opening)` that returns one is served at `/call/<file>`. `create` may refuse the
    connection by a ProtocolViolation; `SIGNED_BY` is the option that, where it is set, makes it refuse what its source
    did not sign, or None: then a door with a key wants a token. `ALWAYS_NEW` where each of its connections is to begin
    a call: one for which there is no room is refused before it is a socket, by HTTP, which can say when to come again.
    """

    parting_s: float
    """How long a client that was told of the end may take to close first; 0 where the server closes."""

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """What a message means; raises ProtocolViolation and nothing else, whatever the message."""
        ...

    def closed(self) -> tuple[ClientEvent, ...]:
        """What it means that the client closed in good order; nothing, where a message ends a call."""
        ...

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """The messages, if any, that tell the client."""
        ...
