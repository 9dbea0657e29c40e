"""Utterances -> turns and sentences: who had the floor, and what they said with it; pure."""

import re
from collections.abc import Iterable, Sequence

from assist.talk.stretch import SpokenWord, Stretch
from detectors.speech import speech, spell

# Said while the other talks, to say "go on": they take no turn and end none.
NODS = frozenset(
    "mm hm mhm mmhm uh huh yeah yes yep okay ok right sure wow oh see i really great good alright got it true".split()
)
MOST_NOD_WORDS = 3
MOST_OVERLAID_WORDS = 2
"""So few words, said over the other's, are taken for a nod that was misheard: "mm-hm" is often written "and him"."""

OVERLAID_MARGIN_MS = 300
"""Times of words are exact to so much at either end."""

NOD_MARGIN_MS = 1_500
"""A "yeah" beside which the other leaves no longer a pause than this is a nod; after a longer one it is an answer."""

SENTENCE_PAUSE_MS = 1_500
_SENTENCE_END = re.compile(r"(?<!\.)[.?!][\"')]*$")
_ABBREVIATION = re.compile(r"(?:(?:[a-z]\.){2,}|mr\.|mrs\.|ms\.|dr\.|st\.)$", re.IGNORECASE)


def turns_of(utterances: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The turns in order: utterances of one speaker in a row, nods of the other left out."""
    turns: list[Stretch] = []
    for utterance in _without_nods(tuple(utterances)):
        if turns and turns[-1].speaker == utterance.speaker:
            turns[-1] = Stretch(utterance.speaker, turns[-1].words + utterance.words)
        else:
            turns.append(utterance)
    return tuple(turns)


def sentences_of(turn: Stretch) -> tuple[Stretch, ...]:
    """A turn cut where the recogniser wrote an end, or where the speaker paused for long."""
    sentences: list[Stretch] = []
    begun: list[SpokenWord] = []
    for word in turn.words:
        if begun and word.start_ms - begun[-1].end_ms > SENTENCE_PAUSE_MS:
            sentences.append(Stretch(turn.speaker, tuple(begun)))
            begun = []
        begun.append(word)
        if _SENTENCE_END.search(word.text) and not _ABBREVIATION.match(word.text):
            sentences.append(Stretch(turn.speaker, tuple(begun)))
            begun = []
    if begun:
        sentences.append(Stretch(turn.speaker, tuple(begun)))
    return tuple(sentences)


def distance_ms(said: Stretch, at_ms: int) -> int:
    """How far a time lies from what was said; 0 inside it."""
    return max(said.start_ms - at_ms, at_ms - said.end_ms, 0)


def is_nod(utterance: Stretch) -> bool:
    """Whether it is a sound of listening and nothing else."""
    words = plain_words(utterance.text)
    return len(words) <= MOST_NOD_WORDS and set(words) <= NODS


def plain_words(text: str) -> tuple[str, ...]:
    """Lower case, short forms written long, hesitations left out: "It's, um, dear" is `it is dear`."""
    return tuple(word for word in spell(text) if word not in speech().fillers)


def _without_nods(utterances: Sequence[Stretch]) -> list[Stretch]:
    kept: list[Stretch] = []
    for index, utterance in enumerate(utterances):
        after = next((later for later in utterances[index + 1 :] if not is_nod(later)), None)
        before = kept[-1] if kept else None
        if not (before and after and _is_passed_over(utterance, before, after)):
            kept.append(utterance)
    return kept


def _is_passed_over(utterance: Stretch, before: Stretch, after: Stretch) -> bool:
    if is_nod(utterance):
        return _is_beside(utterance, before, after)
    is_overlaid = utterance.start_ms < before.end_ms and after.start_ms - utterance.end_ms < OVERLAID_MARGIN_MS
    return is_overlaid and len(utterance.words) <= MOST_OVERLAID_WORDS and before.speaker == after.speaker


def _is_beside(nod: Stretch, before: Stretch, after: Stretch) -> bool:
    if nod.speaker in (before.speaker, after.speaker) or before.text.endswith("?"):
        return False  # their own words go on, or it answers a question
    return after.start_ms - before.end_ms <= NOD_MARGIN_MS
