"""Whether this node takes one more call, and whether it should be sent any: by its calls and its overload; pure."""

import msgspec

from streaming.effort import Step
from streaming.errors import Overloaded

GOING_AGAIN_S = 1
"""Another node answers then."""
FULL_AGAIN_S = 10
BUSY_AGAIN_S = 20
"""A busy recogniser must be calm for longer than this before there is room."""


class Standing(msgspec.Struct, frozen=True):
    """How a node is. `wait_s` is how long passes wait for the recogniser, of which `step` is made."""

    calls: int
    max_calls: int
    step: Step = Step.AS_EVER
    wait_s: float = 0.0
    is_draining: bool = False


def no_room(standing: Standing) -> Overloaded | None:
    """Why one more call is refused, and when to come again; none where it is taken."""
    if (full := no_room_to_go_on(standing)) is None and standing.step >= Step.NO_NEW_CALLS:
        return Overloaded("the recogniser is too busy for one more call", BUSY_AGAIN_S)
    return full


def no_room_to_go_on(standing: Standing) -> Overloaded | None:
    """The same of a call that another node began: it is taken however busy the recogniser is."""
    if standing.is_draining:
        return Overloaded("this server is going down", GOING_AGAIN_S)
    if standing.calls >= standing.max_calls:
        return Overloaded(f"{standing.calls} calls are running, as many as max_calls allows", FULL_AGAIN_S)
    return None


def why_not_ready(standing: Standing) -> str:
    """Why a proxy should send this node no new calls; empty where it should.

    That is so before the node is full: who is on the way meanwhile finds a place.
    """
    if standing.is_draining:
        return "going down"
    if standing.calls >= max(1, standing.max_calls - max(1, standing.max_calls // 10)):
        return f"{standing.calls} calls are running of the {standing.max_calls} of max_calls"
    if standing.step >= Step.NARROW_CONTEXT:
        return f"the recogniser is waited for {standing.wait_s:.1f} s (overload step {int(standing.step)})"
    return ""
