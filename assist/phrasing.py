"""In which ways a cue can be answered, best first, out of the playbook and their own words; one call's, pure."""

import re
from collections.abc import Iterator
from itertools import chain, islice, product
from zlib import crc32

import msgspec

from assist.cases import Cases
from assist.detection import Heard
from assist.endings import Endings
from assist.grammar.plain import plain
from assist.grammar.tree import Parse, no_parser
from assist.judging import NO_JUDGE, Judging, Over
from assist.labels import own_labels
from assist.mirrors import mirror_of, rest_of_sentence
from assist.overlay_events import Technique
from assist.playbook import Playbook, Wordings
from assist.playbook_talk import filled, is_any_said
from assist.readings import Readings
from assist.sentence_rules import starter_of
from assist.summaries import Said, Summaries
from assist.talk.taking_up import UNDERSTOOD
from assist.verifier import Evidence, faults_of_summary
from detectors.contract import Cue
from streaming.agreement import stands_in
from streaming.types import Words, text_of

ASKED = "asked_"
"""Before the name of a cue that is forestalled: they asked for what may bring it about."""

MOST_CLOSINGS = 2
"""Labels that are tried as the end of a summary; each costs a parse."""


class Phrase(msgspec.Struct, frozen=True):
    """A sentence for a cue; `quote` holds the words it answers, which ended at `end_ms` on the call's clock."""

    technique: Technique
    text: str
    quote: str
    end_ms: int


class Phrasing:
    """What was said in one call, and so what is left to say.

    Memory stays bounded: one text a suggestion shown; of what they said, `Summaries` keeps the last.
    """

    def __init__(self, playbook: Playbook, call_id: str, parse: Parse = no_parser, judge: Judging = NO_JUDGE) -> None:
        self._playbook = playbook
        self._parse = parse
        # So that a rep does not read the same first line on every call.
        self._is_turned = crc32(call_id.encode()) % 2 == 1
        self._said: set[str] = set()
        self._last: Phrase | None = None
        self._summaries = Summaries(playbook.summary, judge)
        self._readings = Readings(judge)
        self._endings = Endings(playbook, self._readings)
        self._cases = Cases(playbook, self._readings)
        self._concerns: dict[int, tuple[Cue, ...]] = {}
        self._was_hindered = False
        asked = {
            ASKED + name: Wordings(weight=audit.weight, concern="To come.", labels=audit.labels)
            for name, audit in playbook.audits.items()
        }
        self._entries = playbook.cues | asked

    def hear(self, heard: Heard, words: Words) -> tuple[Cue, ...]:
        """Takes an update of an utterance: what they voice is kept, to be said back.

        Gives what they asked that calls for bad news, as a cue, where something stood in their way before.
        """
        self._readings.hear(words)
        self._endings.hear(words)
        if words.speaker != "prospect":
            return ()
        self._cases.hear(heard)
        # A cue is told again once it is firm, and with every update where another node's call is taken up.
        again = {(cue.kind, cue.name) for cue in (*heard.gone, *heard.new)}
        kept = [cue for cue in self._concerns.get(words.utterance, ()) if (cue.kind, cue.name) not in again]
        new = [cue for cue in heard.new if cue.kind != "agreement" and cue.speaker == "prospect"]
        self._concerns = {words.utterance: (*kept, *new)}
        if any(cue.name == UNDERSTOOD for cue in heard.new):
            self.note_said_back(words.all[-1].end_ms)
        if not words.is_final or not words.all:
            return ()
        asked = tuple(self._asked(words)) if self._was_hindered else ()
        least, settles = self._playbook.advice.min_confidence, self._playbook.summary.settles
        told = tuple(cue for cue in self._concerns[words.utterance] if cue.confidence >= least)
        self._was_hindered |= any(cue.name not in settles for cue in told)
        tree = self._parse(plain(text_of(words.all)))
        if tree is not None:
            concerns = tuple(cue for cue in told if cue.name not in settles)
            self._summaries.hear(Said(tree, words.all[-1].end_ms, self._endings.over), concerns)
        return asked

    def over_for(self, cue: Cue) -> Over | None:
        """What came to its end with their last turn, so that nothing is to be said to a cue."""
        return self._endings.over_for(cue)

    def is_said(self, phrase: Phrase) -> bool:
        """Whether the same text was shown before in this call."""
        return phrase.text in self._said

    def note(self, phrase: Phrase) -> None:
        """Takes note that a phrase was shown."""
        self._said.add(phrase.text)
        self._last = phrase
        if phrase.technique == "summary":
            # The label that closes it is not to be read a second time on its own.
            self._said.add(phrase.text.rpartition(". ")[2])
            self._summaries.note_said_back()

    def note_said_back(self, before_ms: int) -> None:
        """Takes note that the rep said back, in whatever words, what was on the table by then."""
        self._summaries.note_said_back(before_ms)

    def ways(self, cue: Cue, words: Words, was_labelled: bool) -> list[Phrase]:
        """The ways of answering a cue in these words, best first; empty where the playbook has no wording.

        At a pause a summary, if enough else is on the table. A mirror where one fits, unless one was just shown; then a
        label. Where a label was shown last, of whatever, a concern that was labelled before gets a question before a
        label that holds for all of its kind.
        """
        wordings = self.wordings(cue)
        last = self._last.technique if self._last else None
        mirror = self._mirror(cue, words)
        special, general = self._special(wordings, cue, words), self._worded("label", wordings.labels, cue)
        question = self._worded("question", (*wordings.no_oriented, *wordings.questions), cue)
        worded = [special, question, general] if was_labelled and last == "label" else [special or general, question]
        ranked = [*worded, mirror] if last == "mirror" else [mirror, *worded]
        if words.is_final:
            ranked.insert(0, self._summary(cue, words))
        return [phrase for phrase in ranked if phrase is not None]

    def can_sum_up(self, cue: Cue, words: Words) -> bool:
        """Whether enough is on the table for a summary that a label of this concern closes; who asks is answered."""
        rules = self._playbook.summary
        is_concern = cue.kind != "agreement" and cue.name not in (*rules.leaves_out, *rules.settles)
        is_plain = cue.confidence >= rules.closes_from and not self._endings.over and "?" not in text_of(words.all)
        if not is_concern or not is_plain or not words.all:
            return False
        return bool(self._summaries.drafts(cue.name, words.all[-1].end_ms)) and any(self._closings(cue, words))

    def wordings(self, cue: Cue) -> Wordings:
        """The playbook's entry for a cue; of no weight and without a word where it has none."""
        # A detector may hear more than the playbook speaks of; `assist check` tells the team, the call goes on.
        return self._entries.get(cue.name, Wordings(weight=0, concern="unknown"))

    def hush_weight(self, phrase: Phrase, cue: Cue) -> int:
        """What a cue must outweigh to be answered soon after: after a summary only their "that's right" may."""
        return self._playbook.summary.weight if phrase.technique == "summary" else self.wordings(cue).weight

    def _summary(self, cue: Cue, words: Words) -> Phrase | None:
        """What they said so far, closed by a label of this concern; None where nothing fit can be said."""
        if not self.can_sum_up(cue, words):
            return None
        opening = self._turned(self._playbook.summary.openings)[0]
        closings = islice(self._closings(cue, words), MOST_CLOSINGS)
        for said, closing in product(self._summaries.drafts(cue.name, words.all[-1].end_ms), closings):
            licensed = self._licensed(cue) | _words_of((closing,))
            sentences = (filled(opening, said), closing)
            trees = tuple(tree for text in sentences if (tree := self._parse(text)) is not None)
            text = " ".join(sentences)
            faults = faults_of_summary(trees, sentences, Evidence(self._summaries.evidence(), licensed))
            if text not in self._said and not faults:
                return Phrase("summary", text, cue.quote, cue.end_ms)
        return None

    def _closings(self, cue: Cue, words: Words) -> Iterator[str]:
        """Labels without their words in them: these stand in what is said back."""
        cases = self._cases.holding(cue, words, text_of(words.all))
        labels = chain(chain.from_iterable(case.labels for case in cases), self._turned(self.wordings(cue).labels))
        return (text for text in labels if text not in self._said)

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
        if stands_in(text, quoted):
            return Phrase("mirror", text, cue.quote, cue.end_ms)
        # The word stands after the quote: the rep should see it where it was said.
        return Phrase("mirror", text, text_of(near), near[-1].end_ms)

    def _special(self, wordings: Wordings, cue: Cue, words: Words) -> Phrase | None:
        """A label for what they spoke of: in their words, or of a case."""
        # Words that may still change are not said back: the card would have to be taken down with them.
        tree = self._parse(plain(text_of(words.committed))) if wordings.own else None
        if tree is not None:
            evidence = Evidence((tree,), self._licensed(cue), self._last.text if self._last else "")
            for text in own_labels(self._turned(wordings.own), tree, self._parse, evidence):
                if text not in self._said:
                    return Phrase("label", text, cue.quote, cue.end_ms)
        return self._for_case(cue, words)

    def _for_case(self, cue: Cue, words: Words) -> Phrase | None:
        """A label for what they spoke of with the concern, of the first such case with one that may be said now.

        That one was not said yet, and does not begin like the last one.
        """
        said = (text_of(words.committed), cue.quote)
        opening = starter_of(self._last.text) if self._last else ""
        for case in self._cases.holding(cue, words, *said):
            left = tuple(text for text in case.labels if text not in self._said and starter_of(text) != opening)
            if left:
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
        """The best two the other way round in every second call."""
        return texts[1::-1] + texts[2:] if self._is_turned else texts

    def _licensed(self, cue: Cue) -> frozenset[str]:
        """The words that the playbook has for this cue, which need no support by theirs."""
        wordings = self.wordings(cue)
        return _words_of((*wordings.own, *wordings.labels, *self._playbook.summary.openings))


def _words_of(texts: tuple[str, ...]) -> frozenset[str]:
    """In the pieces that a tree has: "isn't" is "is" and "n't"."""
    return frozenset(re.findall(r"[a-z]+?(?=n't)|n't|[a-z]+|'[a-z]+", " ".join(texts).lower()))
