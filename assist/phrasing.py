"""In which ways a cue can be answered, best first, out of the playbook and their own words; one call's, pure."""

import re
from collections.abc import Iterator
from zlib import crc32

import msgspec

from assist.detection import Heard
from assist.grammar.plain import plain
from assist.grammar.tree import Parse, Tree
from assist.labels import own_clause, own_labels
from assist.mirrors import is_still_said, mirror_of, rest_of_sentence
from assist.overlay_events import Technique
from assist.playbook import Playbook, Wordings
from assist.playbook_talk import filled, is_any_said
from assist.sentence_rules import starter_of
from assist.summaries import Summaries
from assist.verifier import Evidence, faults_of_summary
from detectors.contract import Cue
from streaming.types import Words, text_of

ASKED = "asked_"
"""Before the name of a cue that is forestalled: they asked for what may bring it about."""

UNDERSTOOD = "thats_right"
"""The cue by which they say that their side was put into words."""

MOST_CLOSINGS = 2
"""Labels that are tried as the end of a summary; each costs a parse."""


class Phrase(msgspec.Struct, frozen=True):
    """A sentence for a cue; `quote` holds the words it answers, which ended at `end_ms` on the call's clock."""

    technique: Technique
    text: str
    quote: str
    end_ms: int


def no_parser(text: str) -> None:
    """Has no tree of anything, so that all wordings are those of the playbook as they stand there."""


class Phrasing:
    """What was said in one call, and so what is left to say.

    Memory stays bounded: one text a suggestion shown; of what they said, `Summaries` keeps the last.
    """

    def __init__(self, playbook: Playbook, call_id: str, parse: Parse = no_parser) -> None:
        self._playbook = playbook
        self._parse = parse
        # Where in a list of wordings a call begins, so that a rep does not read the same first line on every call.
        self._turn = crc32(call_id.encode())
        self._said: set[str] = set()
        self._last: Phrase | None = None
        self._summaries = Summaries(playbook.summary)
        self._concerns: dict[int, tuple[Cue, ...]] = {}
        self._lull_from_ms: int | None = None
        self._rep_until_ms = 0
        asked = {
            ASKED + name: Wordings(weight=audit.weight, concern="To come.", labels=audit.labels)
            for name, audit in playbook.audits.items()
        }
        self._entries = playbook.cues | asked

    def hear(self, heard: Heard, words: Words) -> tuple[Cue, ...]:
        """Takes an update of an utterance: what they voice is kept, to be said back.

        Gives what they asked that calls for bad news, as a cue, where something stood in their way before.
        """
        is_over = words.is_final and bool(words.all)
        self._lull_from_ms = words.all[-1].end_ms if is_over and words.speaker == "prospect" else None
        if words.speaker != "prospect":
            self._rep_until_ms = words.all[-1].end_ms if words.all else self._rep_until_ms
            return ()
        gone = {(cue.kind, cue.name) for cue in heard.gone}
        kept = [cue for cue in self._concerns.get(words.utterance, ()) if (cue.kind, cue.name) not in gone]
        new = [cue for cue in heard.new if cue.kind != "agreement" and cue.speaker == "prospect"]
        self._concerns = {words.utterance: (*kept, *new)}
        if any(cue.name == UNDERSTOOD for cue in heard.new):
            self._summaries.note_understood()
        if not is_over:
            return ()
        asked = tuple(self._asked(words)) if self._summaries.last_concern else ()
        tree = self._parse(plain(text_of(words.all)))
        if tree is not None:
            least = self._playbook.advice.min_confidence
            told = tuple(cue for cue in self._concerns[words.utterance] if cue.confidence >= least)
            self._summaries.hear(tree, told, lambda cue: self._clause(cue, tree))
        return asked

    def is_said(self, phrase: Phrase) -> bool:
        """Whether the same text was shown before in this call."""
        return phrase.text in self._said

    def note(self, phrase: Phrase) -> None:
        """Takes note that a phrase was shown."""
        # The label that closes a summary is not to be read a second time on its own.
        self._said |= {phrase.text, phrase.text.rpartition(". ")[2]}
        self._last = phrase
        if phrase.technique == "summary":
            self._summaries.note_understood()

    def ways(self, cue: Cue, words: Words, was_labelled: bool) -> list[Phrase]:
        """The ways of answering a cue in these words, best first; empty where the playbook has no wording.

        A mirror where one fits, unless one was just shown; then a label. A concern that was labelled before is summed
        up with what else they said, if that is enough; where a label was shown last, of whatever, a question comes
        before another label.
        """
        wordings = self.wordings(cue)
        last = self._last.technique if self._last else None
        mirror = self._mirror(cue, words)
        label = self._label(wordings, cue, words)
        question = self._worded("question", (*wordings.no_oriented, *wordings.questions), cue)
        worded = [question, label] if was_labelled and last == "label" else [label, question]
        ranked = [*worded, mirror] if last == "mirror" else [mirror, *worded]
        if was_labelled and cue.kind != "agreement":
            ranked.insert(0, self.summary(cue))
        return [phrase for phrase in ranked if phrase is not None]

    def lull(self, now_ms: int) -> Cue | None:
        """The concern to close a summary on, once they have been silent for long enough and said enough to sum up."""
        since_ms = self._lull_from_ms
        if since_ms is None or now_ms - since_ms < self._playbook.summary.lull_ms:
            return None
        self._lull_from_ms = None
        if self._rep_until_ms > since_ms:
            return None  # the rep speaks already
        return self._summaries.last_concern if self._summaries.is_enough(self._playbook.summary.least_said) else None

    def summary(self, cue: Cue) -> Phrase | None:
        """What they said so far, closed by a label of this concern; None where there is too little or nothing fit."""
        if not self._summaries.is_enough(self._playbook.summary.least_said_again):
            return None
        fresh = [text for text in self._turned(self.wordings(cue).labels) if text not in self._said]
        opening = self._turned(self._playbook.summary.openings)[0]
        licensed = self._licensed(cue) | _words_of(self._summaries.worded())
        evidence = Evidence(self._summaries.evidence(), licensed)
        for said in self._summaries.drafts(cue.name):
            for closing in fresh[:MOST_CLOSINGS]:
                sentences = (filled(opening, said), closing)
                trees = tuple(tree for text in sentences if (tree := self._parse(text)) is not None)
                text = " ".join(sentences)
                if text not in self._said and not faults_of_summary(trees, sentences, evidence):
                    return Phrase("summary", text, cue.quote, cue.end_ms)
        return None

    def wordings(self, cue: Cue) -> Wordings:
        """The playbook's entry for a cue; of no weight and without a word where it has none."""
        # A detector may hear more than the playbook speaks of; `assist check` tells the team, the call goes on.
        return self._entries.get(cue.name, Wordings(weight=0, concern="unknown"))

    def hush_weight(self, phrase: Phrase, cue: Cue) -> int:
        """What a cue must outweigh to be answered soon after: after a summary only their "that's right" may."""
        return self._playbook.summary.weight if phrase.technique == "summary" else self.wordings(cue).weight

    def _clause(self, cue: Cue, tree: Tree) -> str | None:
        return own_clause(self.wordings(cue).own, tree, self._parse, Evidence((tree,), self._licensed(cue)))

    def _asked(self, words: Words) -> Iterator[Cue]:
        text = text_of(words.all)
        for name, audit in self._playbook.audits.items():
            if text.rstrip().endswith("?") and is_any_said(audit.asked, text):
                first, last = words.all[0].start_ms, words.all[-1].end_ms
                yield Cue("objection", ASKED + name, "prospect", text, first, last, confidence=1.0, firm=True)

    def _mirror(self, cue: Cue, words: Words) -> Phrase | None:
        rules = self._playbook.mirrors
        if not self.wordings(cue).can_mirror or len(words.all) > rules.utterance_words:
            return None
        quoted = tuple(word for word in words.all if cue.start_ms <= word.start_ms and word.end_ms <= cue.end_ms)
        near = (*quoted, *rest_of_sentence(quoted, words.all))
        text = mirror_of(words.all, near, rules, self._parse)
        if text is None:
            return None
        if is_still_said(text, quoted):
            return Phrase("mirror", text, cue.quote, cue.end_ms)
        # The word stands after the quote: the rep should see it where it was said.
        return Phrase("mirror", text, text_of(near), near[-1].end_ms)

    def _label(self, wordings: Wordings, cue: Cue, words: Words) -> Phrase | None:
        # Words that may still change are not said back: the card would have to be taken down with them.
        tree = self._parse(plain(text_of(words.committed))) if wordings.own else None
        if tree is not None:
            evidence = Evidence((tree,), self._licensed(cue), self._last.text if self._last else "")
            for text in own_labels(self._turned(wordings.own), tree, self._parse, evidence):
                if text not in self._said:
                    return Phrase("label", text, cue.quote, cue.end_ms)
        return self._for_case(wordings, cue, words) or self._worded("label", wordings.labels, cue)

    def _for_case(self, wordings: Wordings, cue: Cue, words: Words) -> Phrase | None:
        """A label for what they spoke of with the concern, of the first such case with one that may be said now.

        That one was not said yet, and does not begin like the last one.
        """
        said = (text_of(words.committed), cue.quote)
        opening = starter_of(self._last.text) if self._last else ""
        for case in wordings.when.values():
            left = tuple(text for text in case.labels if text not in self._said and starter_of(text) != opening)
            if left and any(is_any_said(case.said, text) for text in said):
                return self._worded("label", left, cue)
        return None

    def _worded(self, technique: Technique, texts: tuple[str, ...], cue: Cue) -> Phrase | None:
        if not texts:
            return None
        turned = self._turned(texts)
        fresh = [text for text in turned if text not in self._said]
        opening = starter_of(self._last.text) if self._last else ""
        varied = [text for text in fresh if starter_of(text) != opening]
        return Phrase(technique, (varied or fresh or turned)[0], cue.quote, cue.end_ms)

    def _turned(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        start = self._turn % max(1, len(texts))
        return texts[start:] + texts[:start]

    def _licensed(self, cue: Cue) -> frozenset[str]:
        """The words that the playbook has for this cue, which need no support by theirs."""
        wordings = self.wordings(cue)
        return _words_of((*wordings.own, *wordings.labels, *self._playbook.summary.openings))


def _words_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+(?:'[a-z]+)?|'[a-z]+", " ".join(texts).lower()))
