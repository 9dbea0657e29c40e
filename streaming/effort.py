"""How much is asked of the recogniser, in declared steps: what a busy machine leaves out, least missed first; data."""

from enum import IntEnum

import msgspec
from msgspec.structs import replace


class Step(IntEnum):
    """Each does what those before it do, and one thing more. In lower case the names are the metrics' labels."""

    AS_EVER = 0
    LONGER_INTERVAL = 1
    NO_TENTATIVE = 2
    NARROW_CONTEXT = 3
    NO_NEW_CALLS = 4


class Effort(msgspec.Struct, frozen=True):
    """What is asked at a step."""

    step: Step = Step.AS_EVER
    interval_ms: int = 160
    """New sound that makes another look worth its cost."""
    longest_interval_ms: int = 1_000
    """Looks become rarer while answers are slow, but never wait for more: a source that sends as fast as it is heard
    waits for us."""
    is_hurried: bool = False
    """Every look is to be quick rather than careful."""
    shows_tentative: bool = True
    """Words come as soon as they likely stand, and not only once they are committed."""
    window_ms: int = 7_000
    """The sound of committed words is let go once the window is this long."""
    context_ms: int = 9_000
    """The last pass hears the utterance and what was said before it, up to so much in all; the utterance always."""
    is_last_hurried: bool = False
    """The last pass is quick as well: by the live model, even where there is a larger one."""


AS_EVER = Effort()
_LONGER = replace(AS_EVER, step=Step.LONGER_INTERVAL, interval_ms=480, longest_interval_ms=2_000, is_hurried=True)
# What nobody is shown needs no look; two of these still commit a word within some three seconds of its sound.
_FIRM = replace(_LONGER, step=Step.NO_TENTATIVE, interval_ms=1_500, longest_interval_ms=2_500, shows_tentative=False)
# A pass costs by the sound that it hears, and the last one of an utterance hears most.
_NARROW = replace(_FIRM, step=Step.NARROW_CONTEXT, window_ms=4_000, context_ms=0, is_last_hurried=True)
EFFORTS = (AS_EVER, _LONGER, _FIRM, _NARROW, replace(_NARROW, step=Step.NO_NEW_CALLS))
"""By the step."""
