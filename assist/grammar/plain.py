"""What was said without what was only sounded: hesitations, stutters and empty phrases; pure."""

import re

_FILLERS = r"(?:u+m+|u+h+|uhm|erm|er|eh|ah|h+m+|m+)"
_EMPTY = (
    r"(?:you know|i mean|i guess|i suppose|i think|you see|to be (?:honest|fair|frank)(?: with (?:you|ya))?|"
    r"to tell you the truth|honestly|frankly|basically|actually|literally|obviously|mind you|let's say|i'm afraid|"
    r"if i'm honest|like i said|just)"
)
_KIND_OF = re.compile(r"\b(?:kind|sort) of (?!thing)|\bkinda |\bsorta ", re.I)
_FILLER = re.compile(rf"(?:,\s*)?(?<![\w'-]){_FILLERS}(?![\w'-])\s*(?:,|\.\.\.|\u2026)?\s*", re.I)
_EMPTY_ASIDE = re.compile(rf"(?:,\s*)?\b{_EMPTY}\b(?:\s*,)?", re.I)
_TAG = re.compile(r",?\s*\b(?:you know|you see|right|huh|eh)\?", re.I)
"""Asks for a nod, not for an answer."""
_THOUGH = re.compile(r",?\s*\b(?:though|anyway|or something|or whatever)(?=[.,!?]|$)", re.I)
_LIKE_ASIDE = re.compile(r",\s*like,\s*", re.I)
_REPEAT = re.compile(r"(?<![\w'])((?:[\w']+)(?: [\w']+){0,3})(?:,|\s?\.\.\.|\u2026| -|-)?\s+(?=\1(?![\w'-]))", re.I)


def plain(text: str) -> str:
    """A turn without hesitations, words said twice and phrases that say nothing, its other words as they were."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("\N{HORIZONTAL ELLIPSIS}", "...")
    # What is left when one such is out may be another: "It's, like, um, like,".
    while (plainer := _plainer(text)) != text:
        text = plainer
    return text


def _plainer(text: str) -> str:
    text = _FILLER.sub(" ", text)
    text = _THOUGH.sub("", text)
    text = _LIKE_ASIDE.sub(" ", text)
    text = _TAG.sub(".", text)
    text = _EMPTY_ASIDE.sub(" ", text)
    text = _KIND_OF.sub("", text)
    text = _REPEAT.sub("", re.sub(r"\s+", " ", text).strip())
    text = re.sub(r"\s+([,.?!])", r"\1", text)
    return re.sub(r"^[\s,.]+", "", text).strip()
