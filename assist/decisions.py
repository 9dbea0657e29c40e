"""What advice decides: show this, take that down, it was said, it was weighed and let go; shapes only."""

import msgspec

from assist.offers import Suggestion, Used
from assist.overlay_events import Technique, WithdrawalReason
from assist.restraint import Reason


class Shown(msgspec.Struct, frozen=True):
    """Offer this; nothing else is offered any more."""

    suggestion: Suggestion


class Withdrawn(msgspec.Struct, frozen=True):
    """Stop offering the one with this id."""

    id: str
    reason: WithdrawalReason


class Considered(msgspec.Struct, frozen=True):
    """Weighed and not shown; `text` is empty where the playbook has no wording."""

    technique: Technique
    text: str
    cue: str
    quote: str
    reason: Reason


Decision = Shown | Withdrawn | Used | Considered
