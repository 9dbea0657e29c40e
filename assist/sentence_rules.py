"""What a label and a calibrated question must be to be fit to say."""

import re

LONGEST_WORDS = 16
"""A longer sentence is not said in one breath, and its point comes after the listener has stopped listening."""


def faults_of_label(text: str) -> tuple[str, ...]:
    """What keeps a sentence from being a label fit to say; empty if nothing does."""
    stems = _stems(text)
    broken = {
        'does not start with "It seems like", "It sounds like", "It looks like" or "It feels like" and go on': (
            not re.match(r"It (?:seems|sounds|looks|feels) like \w", text)
        ),
        "speaks of the rep (I, me, my, we, us, our), and so of the wrong person": (
            not stems.isdisjoint({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours"})
        ),
        "asks: a label is a statement that can be left in silence": "?" in text,
        f"has more than {LONGEST_WORDS} words": len(text.split()) > LONGEST_WORDS,
        'argues with "but", which takes back what was said before it': "but" in stems,
        "claims to understand, where a label shows it": any(stem.startswith("underst") for stem in stems),
        'has "why", which accuses': "why" in stems,
    }
    return tuple(wrong for wrong, is_broken in broken.items() if is_broken)


def faults_of_question(text: str) -> tuple[str, ...]:
    """What keeps a sentence from being a calibrated question; empty if nothing does."""
    broken = {
        'does not start with "What" or "How"': not re.match(r"(?:What|How)\b", text),
        "does not end with its one question mark": text.find("?") != len(text) - 1,
        f"has more than {LONGEST_WORDS} words": len(text.split()) > LONGEST_WORDS,
        'has "why", which accuses': "why" in _stems(text),
    }
    return tuple(wrong for wrong, is_broken in broken.items() if is_broken)


def faults_of_no_question(text: str) -> tuple[str, ...]:
    """What keeps a sentence from being a question that is safe to say no to; empty if nothing does."""
    inviting = (
        r"\b(?:bad idea|ridiculous|crazy|given up|out of the question|too early|unfair|against|off base|a bad time)\b"
    )
    broken = {
        'does not start like "Would it be", "Is it", "Are you" or "Have you"': (
            not re.match(r"(?:Would it be|Is it|Is this|Is now|Are you|Have you)\b", text)
        ),
        'has nothing to say no to, such as "a bad idea" or "given up"': not re.search(inviting, text.lower()),
        "does not end with its one question mark": text.find("?") != len(text) - 1,
        f"has more than {LONGEST_WORDS} words": len(text.split()) > LONGEST_WORDS,
        'has "why", which accuses': "why" in _stems(text),
    }
    return tuple(wrong for wrong, is_broken in broken.items() if is_broken)


def starter_of(text: str) -> str:
    """The words by which a listener notices that a sentence begins like the one before: "It sounds"."""
    return " ".join(text.split()[:2])


def _stems(text: str) -> set[str]:
    """The words without case, punctuation and what an apostrophe joins to them: "I'm" is "i"."""
    return set(re.findall(r"(?<!['\N{RIGHT SINGLE QUOTATION MARK}])\b[a-z]+", text.lower()))
