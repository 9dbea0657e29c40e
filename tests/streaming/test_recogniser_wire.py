"""What goes through the pipes comes out as it went in."""

import msgspec
import pytest

from streaming.engines.contract import Hypothesis, Options, Request
from streaming.recogniser_wire import LENGTH, Answer, Ask, FromProcess, Load, Ready, Refusal, ToProcess, pack
from streaming.types import Word


@pytest.mark.parametrize(
    "message",
    [
        Load("whisper", Options("/models/x", 2, 1, "cpu", 64, "/made/x")),
        Ask(7, Request("rep", 90, bytes(range(256)), True)),
    ],
)
def test_what_the_process_is_told_comes_back(message: ToProcess) -> None:
    """Sound included, byte by byte, with its length before it."""
    packed = pack(message)
    assert LENGTH.unpack(packed[: LENGTH.size]) == (len(packed) - LENGTH.size,)
    assert msgspec.msgpack.decode(packed[LENGTH.size :], type=ToProcess) == message


@pytest.mark.parametrize(
    "message", [Ready(120), Answer(7, Hypothesis((Word("caf\u00e9", 0, 90, 0.5),))), Refusal(-1, "ValueError")]
)
def test_what_the_process_tells_comes_back(message: FromProcess) -> None:
    """Each by its own kind."""
    assert msgspec.msgpack.decode(pack(message)[LENGTH.size :], type=FromProcess) == message
