"""Who broke the silence after something was said, and when; pure."""

from collections.abc import Sequence

from assist.talk.stretch import Stretch
from streaming.types import Speaker

OVERLAP_MS = 300
"""Words that begin this little before the end of what went before still follow it: the times of words are no better."""


def next_word(utterances: Sequence[Stretch], end_ms: int) -> tuple[int, Speaker] | None:
    """Where the first word after that time begins, and whose it is; None where nobody has said any.

    What a rep said ended at that time. A prospect's word that was being said then begins at once.
    """
    following = [
        (word.start_ms, utterance.speaker)
        for utterance in utterances
        for word in utterance.words
        if word.start_ms >= end_ms - (OVERLAP_MS if utterance.speaker == "prospect" else 0)
    ]
    return min(following, key=lambda found: found[0], default=None)
