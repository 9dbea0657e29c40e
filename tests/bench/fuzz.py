"""Good calls, spoilt at random, through a protocol's parser: `python -m tests.bench.fuzz NAME [--inputs N] [--seed N]`.

Only a ProtocolViolation may come out, and a speaker's clock may neither leap nor go back. An input is one message.
`overlay_messages` is what an overlay may say; `http_signature` are signed requests and `tokens` signed tokens, of which
no spoilt one may pass.
Prints JSON; ends with the fault, and the seed of the call that brought it, at the first one.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from typing import Any

import streaming.protocols
from assist.overlay_messages import said_in, watch_of
from streaming import plugins, tokens
from streaming.errors import ProtocolViolation
from streaming.protocols.contract import (
    CallProtocol,
    ClientEvent,
    Ended,
    Notice,
    Opening,
    Reached,
    Refused,
    Reply,
    Started,
    Suggested,
)
from streaming.types import FRAME_MS, AudioFrame, Gap, Speaker, Word, Words
from tests.streaming.protocols.test_contract import CALLS, KEYS, KINDS, OPENING, QUERY, VALUES, Message
from tests.streaming.protocols.test_http_signature import HEADERS, is_right, signed

NOTICES: tuple[Notice, ...] = (
    Started("c1"),
    Reached(10, 5, 5),
    Words("prospect", 0, (Word("Hello.", 100, 400, 0.5),), (), True),
    Suggested("s1", 400, "Hello.", "Hello...?"),
    Ended(10),
    Refused("code", "text"),
)
OVERLAY_SAYS = (
    '{"kind":"watch","call":"c1","epoch":3,"after_seq":7,"token":"a.b"}',
    *(f'{{"kind":"{kind}","call":"c1","id":"s1"}}' for kind in ("dismiss", "less", "next")),
    *(f'{{"kind":"{kind}","call":"c1"}}' for kind in ("announced", "refused", "share")),
    '{"kind":"prepare","preparation":{"who":"Ana Ruiz","pressures":["the quarter ends"],"expect":["Flowdesk"]}}',
)
GRANT = tokens.Grant("view", "c1", "here", 10.0)
ODD: tuple[Any, ...] = (None, True, -1, 0, 2**70, 1e308, "", [], {}, "PT99S", "PT.5S", "\ud800", "\0", "1" * 400)


def spoilt(rng: random.Random, message: Message) -> Message:
    """A message with something wrong in it, or none the worse for it; sometimes another altogether."""
    match rng.randrange(5):
        case 0:
            return message
        case 1:
            return rng.randbytes(rng.randrange(60))
        case 2:
            return "".join(chr(rng.randrange(rng.choice((128, 0xD7FF)))) for _ in range(rng.randrange(40)))
        case 3 if isinstance(message, str) and message.startswith("{"):
            fields = json.loads(message)
            _spoil(rng, fields)
            return json.dumps(fields)
    return _cut(rng, message)


def _spoil(rng: random.Random, fields: Any) -> None:
    """Changes, adds or takes away one thing somewhere in it."""
    places: list[Any] = list(fields) if isinstance(fields, dict) else list(range(len(fields)))
    place = rng.choice(places) if places else None
    if place is not None and isinstance(fields[place], dict | list) and rng.random() < 0.7:
        _spoil(rng, fields[place])
    elif isinstance(fields, dict):
        key = rng.choice((place if isinstance(place, str) else "", *KEYS))
        if rng.random() < 0.2:
            fields.pop(key, None)
        else:
            fields[key] = rng.choice((*ODD, *VALUES))
    else:
        fields.insert(rng.randrange(len(fields) + 1), rng.choice((*ODD, *VALUES, *fields)))


def _cut(rng: random.Random, message: Message) -> Message:
    """A piece of it left out, doubled, or put elsewhere; a letter or byte of it changed."""
    first, last = sorted(rng.randrange(len(message) + 1) for _ in range(2))
    if isinstance(message, str):
        return message[:first] + rng.choice(("", message[first:last] * 2, chr(rng.randrange(128)))) + message[last:]
    return message[:first] + rng.choice((b"", message[first:last] * 2, rng.randbytes(1))) + message[last:]


def opening(rng: random.Random) -> Opening:
    """The handshake of a good call, with some of it changed."""
    if rng.random() < 0.5:
        return OPENING
    query = {rng.choice(QUERY): [str(rng.choice((*ODD, *VALUES)))] for _ in range(rng.randrange(4))}
    headers = {name: str(_cut(rng, value)) if rng.random() < 0.2 else value for name, value in signed().items()}
    options = OPENING.options | ({"secret": "AAAA", "key": "key", "url": "wss://a/b"} if rng.random() < 0.5 else {})
    return Opening(OPENING.query | query, headers, options)


class Judge:
    """Watches what one conversation gives; its clocks only until a violation, which ends a call."""

    def __init__(self, name: str) -> None:
        self.kind = KINDS[name]
        self.is_over = False
        self._now_ms: dict[Speaker, int] = {}

    def check(self, events: tuple[ClientEvent, ...]) -> None:
        """Raises AssertionError where a clock leaps, or an answer is of the wrong kind."""
        for event in events:
            if isinstance(event, AudioFrame | Gap) and not self.is_over:
                assert event.start_ms == self._now_ms.get(event.speaker, 0), "a clock leaps"
                duration_ms = FRAME_MS if isinstance(event, AudioFrame) else event.duration_ms
                self._now_ms[event.speaker] = event.start_ms + duration_ms
            assert not isinstance(event, Reply) or isinstance(event.message, self.kind), "a reply of the wrong kind"


def converse(rng: random.Random, name: str, plugin: Any) -> tuple[int, int]:
    """One conversation: how many messages were taken in, and how many were violations."""
    inputs, violations = 0, 0
    judge = Judge(name)
    pieces = [rng.randbytes(8 * rng.randrange(30)) for _ in range(rng.randrange(40))]
    try:
        protocol: CallProtocol = plugin.create(opening(rng))
    except ProtocolViolation as violation:
        assert violation.code and str(violation)
        return 1, 1
    for message in CALLS[name](pieces):
        for said in [message] if rng.random() < 0.6 else [spoilt(rng, message) for _ in range(rng.randrange(4))]:
            inputs += 1
            try:
                judge.check(protocol.receive(said))
            except ProtocolViolation as violation:
                assert violation.code and str(violation)
                violations += 1
                judge.is_over = True
        if rng.random() < 0.2:
            assert all(isinstance(told, judge.kind) for told in protocol.tell(rng.choice(NOTICES)))
    judge.check(protocol.closed())
    return inputs, violations


def watch(rng: random.Random) -> tuple[int, int]:
    """What an overlay says, as `converse` has it."""
    inputs, violations = 0, 0
    for message in OVERLAY_SAYS:
        said = message if rng.random() < 0.3 else spoilt(rng, message)
        for is_first in (False, True) if isinstance(said, str) else (False,):
            inputs += 1
            try:
                watch_of(str(said)) if is_first else said_in(said)
            except ProtocolViolation as violation:
                assert violation.code and str(violation)
                violations += 1
    return inputs, violations


def sign(rng: random.Random) -> tuple[int, int]:
    """Requests that are signed, some of whose headers are spoilt, as `converse` has it."""
    good = signed()
    covered = (*HEADERS.keys() - {"host"}, "signature-input", "signature")
    headers = {name: str(spoilt(rng, value)) if rng.random() < 0.1 else value for name, value in good.items()}
    if rng.random() < 0.1:
        del headers[rng.choice(list(headers))]
    is_good = all(headers.get(name) == good[name] for name in covered)
    assert is_right(headers) == is_good, "a signature is judged wrongly"
    return 1, int(not is_good)


def redeem(rng: random.Random) -> tuple[int, int]:
    """A token, some of which are spoilt, as `converse` has it."""
    good = tokens.sign(GRANT, b"key")
    token = good if rng.random() < 0.1 else str(spoilt(rng, good))
    try:
        assert tokens.verify(token, b"key", GRANT.audience, 5.0) == GRANT and token == good, "a spoilt token passes"
    except ProtocolViolation as violation:
        assert token != good and violation.code and str(violation)
        return 1, 1
    return 1, 0


def conversation_of(name: str) -> Callable[[random.Random], tuple[int, int]]:
    """What goes through the parser of that name."""
    if name in OTHERS:
        return OTHERS[name]
    plugin = plugins.load(streaming.protocols, name)
    return lambda rng: converse(rng, name, plugin)


OTHERS: dict[str, Callable[[random.Random], tuple[int, int]]] = {
    "overlay_messages": watch,
    "http_signature": sign,
    "tokens": redeem,
}
"""Parsers of what comes from outside that are no protocols of a call."""


def fuzz(name: str, least: int, seed: int) -> dict[str, Any]:
    """So many inputs and a few more, the same for the same seed; raises what came out that must not."""
    begun = time.monotonic()
    conversation = conversation_of(name)
    inputs = violations = conversations = 0
    while inputs < least:
        call_seed = f"{name} {seed} {conversations}"
        try:
            more, wrong = conversation(random.Random(call_seed))
        except BaseException as fault:
            fault.add_note(f"in the call of seed {call_seed!r}")
            raise
        inputs, violations, conversations = inputs + more, violations + wrong, conversations + 1
    told = {"parser": name, "seed": seed, "inputs": inputs, "violations": violations, "calls": conversations}
    return told | {"seconds": round(time.monotonic() - begun)}


def main() -> None:
    """As the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fuzz", description=__doc__)
    parser.add_argument("name", choices=sorted((*CALLS, *OTHERS)))
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(fuzz(given.name, given.inputs, given.seed)))


if __name__ == "__main__":
    main()
