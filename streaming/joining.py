"""Connections that each bring one speaker of a call -> that call, on one clock."""

from collections.abc import Callable

import msgspec

from streaming.errors import ProtocolViolation
from streaming.product import EndReason, Listener, OpenCall, Tell
from streaming.protocols.contract import Accepted, Flushed
from streaming.timeline import LATE_START_MS
from streaming.types import FRAME_BYTES, FRAME_MS, AudioFrame, Gap, Speaker

SLACK_MS = 500  # what connections that both flow may lie apart


class Joining:
    """Opens calls; connections whose `part` says so feed one call, which ends with the last of them."""

    def __init__(self, open_one: OpenCall) -> None:
        self._open_one = open_one
        self._shared: dict[tuple[str, str], _SharedCall] = {}

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> Listener:
        """Begins a call or joins one; raises ProtocolViolation or Overloaded."""
        part = accepted.part
        if part is None:
            return self._open_one(accepted, protocol, tell)
        key = (protocol, part.of)
        if key not in self._shared:
            call = self._open_one(accepted, protocol, tell)
            self._shared[key] = _SharedCall(call, lambda: self._shared.pop(key))
        return self._shared[key].join(part.speaker)


class CommonClock:
    """Places each speaker's sound on a call's clock, which whoever is furthest tells; pure.

    Connections have no clock in common and some send nothing while nobody speaks, so sound that lies behind by more
    than `slack_ms` is taken to be of now. What was not sent before a speaker's first sound was silence.
    """

    def __init__(self) -> None:
        self._ends_ms: dict[Speaker, int] = {}

    def place(self, event: AudioFrame | Gap, slack_ms: int) -> list[AudioFrame | Gap]:
        """The next of a speaker, after what has to come before it."""
        speaker = event.speaker
        end_ms = self._ends_ms.get(speaker, 0)
        now_ms = max(self._ends_ms.values(), default=0)
        told: list[AudioFrame | Gap] = []
        if now_ms - end_ms > slack_ms:
            told = _missing(speaker, end_ms, now_ms)
            end_ms = now_ms
        told.append(msgspec.structs.replace(event, start_ms=end_ms))
        self._ends_ms[speaker] = end_ms + (FRAME_MS if isinstance(event, AudioFrame) else event.duration_ms)
        return told


class _SharedCall:
    """A call, and who of its speakers is connected."""

    def __init__(self, call: Listener, forget: Callable[[], object]) -> None:
        self.call = call
        self.clock = CommonClock()
        self._forget = forget
        self._present: set[Speaker] = set()

    def join(self, speaker: Speaker) -> "_Feed":
        if speaker in self._present:
            raise ProtocolViolation("call_exists", "that speaker of the call is connected already; end that one first")
        self._present.add(speaker)
        return _Feed(self, speaker)

    async def leave(self, speaker: Speaker, reason: EndReason) -> None:
        self._present.discard(speaker)
        if not self._present:
            self._forget()  # before its last words are out, so that the next call can begin
            await self.call.end(reason)


class _Feed:
    """A shared call as one of its connections sees it, whose own clock began when it came."""

    def __init__(self, shared: _SharedCall, speaker: Speaker) -> None:
        self._shared = shared
        self._speaker = speaker
        self._slack_ms = 0  # the first sound of a connection is of now

    @property
    def call_id(self) -> str:
        return self._shared.call.call_id

    @property
    def received_ms(self) -> int:
        return self._shared.call.received_ms

    @property
    def heard_ms(self) -> int:
        return self._shared.call.heard_ms

    @property
    def safe_ms(self) -> int:
        return self._shared.call.safe_ms

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        if isinstance(event, Flushed):
            self._shared.call.hear(event)
            return
        for told in self._shared.clock.place(event, self._slack_ms):
            self._shared.call.hear(told)
        self._slack_ms = SLACK_MS

    async def end(self, reason: EndReason) -> None:
        await self._shared.leave(self._speaker, reason)


def _missing(speaker: Speaker, start_ms: int, end_ms: int) -> list[AudioFrame | Gap]:
    if start_ms == 0 and end_ms <= LATE_START_MS:
        return [AudioFrame(speaker, at_ms, bytes(FRAME_BYTES)) for at_ms in range(0, end_ms, FRAME_MS)]
    return [Gap(speaker, start_ms, end_ms - start_ms)]
