"""What a practice tells beside what any call tells; shapes only."""

from typing import Literal

import msgspec

Tried = Literal[
    "label", "mislabel", "mirror", "summary", "question", "pitch", "i_understand", "why", "silence", "other"
]
"""What a turn of the rep's was to the prospect."""

PracticeEnding = Literal["understood", "brushed_off"]


class ProspectAnswered(msgspec.Struct, frozen=True, tag_field="kind", tag="prospect_answered"):
    """The prospect begins to say a line. `tried` and `because` are what it answers and the rep's words.

    `openness` is how far they have opened up, 0 to 5; `ending` is set on their last line.
    """

    line: str
    text: str
    openness: int
    tried: Tried | None
    because: str
    ending: PracticeEnding | None
