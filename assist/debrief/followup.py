"""A summary to send, out of what was said on the call; a draft for the rep to mend; pure."""

import re
from collections.abc import Iterator

from assist.debrief.analysis import Analysis
from assist.talk.stretch import Stretch
from assist.talk.turns import plain_words, sentences_of

LAST_PART = 0.7
"""What is agreed is agreed late in a call."""

MOST_QUOTED, MOST_AGREED = 8, 6
"""Nobody reads a longer letter."""

LONGEST_WORDS = 35
"""A longer sentence is thinking aloud, or two that the recogniser ran together."""

_AGREED = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|next week|next month|days from now"
    r"|calendar|0 (?:a m|p m|am|pm|oclock)|appointment|invit\w*|start with|first step|next step"
    r"|(?:i|we) (?:will|can) (?:send|bring|call|email|set|get|show|prepare))\b"
)
NOT_FOR_THEM = frozenset({"brush_off"})
"""What one does not read back to somebody."""


def followup_of(found: Analysis) -> str:
    """Plain text: what they said in their words, the summary that they confirmed, what was agreed.

    Empty where the words hold nothing of the kind, or nobody knows whose they are.
    """
    if found.record.is_mixed:
        return ""
    parts: list[str] = []
    if heard := [f"- \u201c{c.text}\u201d" for c in found.concerns if not set(c.names) & NOT_FOR_THEM]:
        parts.append("\n".join(["In your words:", *list(dict.fromkeys(heard))[:MOST_QUOTED]]))
    if confirmed := _confirmed(found):
        parts.append(f"And what it comes down to, as you confirmed it:\n{confirmed}")
    if agreed := list(_agreed(found))[-MOST_AGREED:]:
        parts.append("\n".join(["What we said about the next step:", *(f"- {text}" for text in agreed)]))
    if not parts:
        return ""
    names = found.record.names
    opening = (
        f"Hi {names.get('prospect', '').strip() or 'there'},",
        "Thank you for your time. I want to be sure that I understood you, so here is what I heard.",
    )
    closing = (
        "If I got any of it wrong, or missed what matters most to you, please tell me.",
        names.get("rep", "").strip() or "(your name)",
    )
    return "\n\n".join((*opening, *parts, *closing))


def _confirmed(found: Analysis) -> str:
    """The last summary to which they said "that's right", without the words that announced it."""
    summed = [o.move for o in found.outcomes if o.result == "confirmed" and o.move.kind == "summary"]
    if not summed:
        return ""
    turn = found.turns[summed[-1].turn]
    inside = tuple(word for word in turn.words if word.start_ms >= summed[-1].start_ms)
    announced, *rest = sentences_of(Stretch("rep", inside))
    return " ".join(sentence.text for sentence in rest) or announced.text


def _agreed(found: Analysis) -> Iterator[str]:
    for turn in found.turns:
        for sentence in sentences_of(turn):
            is_late = sentence.start_ms >= LAST_PART * found.record.duration_ms
            is_short = len(sentence.words) <= LONGEST_WORDS
            if is_late and is_short and _AGREED.search(" ".join(plain_words(sentence.text))):
                yield f"{'I' if turn.speaker == 'rep' else 'You'}: \u201c{sentence.text}\u201d"
