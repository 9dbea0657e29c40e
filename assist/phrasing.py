"""In which ways a cue can be answered, best first, out of the playbook and their own words; one call's, pure."""

from zlib import crc32

import msgspec

from assist.mirrors import is_still_said, mirror_of
from assist.overlay_events import Technique
from assist.playbook import Playbook, Wordings
from detectors.contract import Cue
from streaming.types import Words, text_of


class Phrase(msgspec.Struct, frozen=True):
    """A sentence for a cue; `quote` holds the words it answers, which ended at `end_ms` on the call's clock."""

    technique: Technique
    text: str
    quote: str
    end_ms: int


class Phrasing:
    """What was said in one call, and so what is left to say.

    Memory stays bounded: the texts kept come from the playbook or are made of its mirror words.
    """

    def __init__(self, playbook: Playbook, call_id: str) -> None:
        self._playbook = playbook
        # Where in a list of wordings a call begins, so that a rep does not read the same first line on every call.
        self._turn = crc32(call_id.encode())
        self._said: set[str] = set()
        self._last: Phrase | None = None

    def is_said(self, phrase: Phrase) -> bool:
        """Whether the same text was shown before in this call."""
        return phrase.text in self._said

    def note(self, phrase: Phrase) -> None:
        """Takes note that a phrase was shown."""
        self._said.add(phrase.text)
        self._last = phrase

    def ways(self, cue: Cue, words: Words, was_labelled: bool) -> list[Phrase]:
        """The ways of answering a cue in these words, best first; empty where the playbook has no wording.

        A mirror where one fits, unless one was just shown; then a label. Where the concern was labelled before and a
        label was shown last, of whatever, a question comes before another label.
        """
        wordings = self.wordings(cue)
        last = self._last.technique if self._last else None
        mirror = self._mirror(cue, words)
        label = self._worded("label", wordings.labels, cue)
        question = self._worded("question", wordings.questions, cue)
        worded = [question, label] if was_labelled and last == "label" else [label, question]
        ranked = [*worded, mirror] if last == "mirror" else [mirror, *worded]
        return [phrase for phrase in ranked if phrase is not None]

    def wordings(self, cue: Cue) -> Wordings:
        """The playbook's entry for a cue; of no weight and without a word where it has none."""
        # A detector may hear more than the playbook speaks of; `assist check` tells the team, the call goes on.
        return self._playbook.cues.get(cue.name, Wordings(weight=0, concern="unknown"))

    def _mirror(self, cue: Cue, words: Words) -> Phrase | None:
        rules = self._playbook.mirrors
        if not self.wordings(cue).can_mirror or len(words.all) > rules.utterance_words:
            return None
        since = tuple(word for word in words.all if word.start_ms >= cue.start_ms)
        text = mirror_of(since, rules.words, rules.reach_words)
        if text is None:
            return None
        quoted = tuple(word for word in since if word.end_ms <= cue.end_ms)
        if is_still_said(text, quoted):
            return Phrase("mirror", text, cue.quote, cue.end_ms)
        # The word stands after the quote: the rep should see it where it was said.
        return Phrase("mirror", text, text_of(since), since[-1].end_ms)

    def _worded(self, technique: Technique, texts: tuple[str, ...], cue: Cue) -> Phrase | None:
        if not texts:
            return None
        start = self._turn % len(texts)
        turned = texts[start:] + texts[:start]
        fresh = [text for text in turned if text not in self._said]
        opening = opening_of(self._last.text) if self._last else ""
        varied = [text for text in fresh if opening_of(text) != opening]
        return Phrase(technique, (varied or fresh or turned)[0], cue.quote, cue.end_ms)


def opening_of(text: str) -> str:
    """The words by which a listener notices that a sentence begins like the one before: "It sounds"."""
    return " ".join(text.split()[:2])
