"""One utterance on its way into words: which sound to look at next, what is committed, what is tentative; pure."""

import msgspec

from streaming.agreement import SAME_PLACE_MS, Seen, beyond, is_among, not_before, seen, spoken_form
from streaming.effort import AS_EVER, Effort
from streaming.engines.contract import Hypothesis, Request
from streaming.sureness import Demand, sure_prefix
from streaming.types import Gap, Speaker, Word
from streaming.utterance import PRE_ROLL_MS, Utterance

# Under load looks become rarer, and sooner answered: each waits for so many times what came during the one before, in
# the bounds that the machine's step sets (`effort.py`).
BUSY_FACTOR = 2
HURRIED_MS = 320  # when so much came during the pass before, the next is to be quick rather than careful
FIRST_LOOK_MS = 300  # speech that may hold a word
LEAST_SPEECH_MS = 100  # less is a click
PAUSE_MS = 160  # a pause in which to look at once: the speaker may be done
TAIL_MS = 240  # silence given to the recogniser behind the last speech
# A rep who reads a word that changes is distracted, one who reads it late cannot answer in time, and a word committed
# too soon cannot be mended. A doubtful word keeps those behind it from being seen: they may not wait for it as long.
TO_SHOW = Demand(sureness=0.81, passes=1, old_ms=700)
TO_COMMIT = Demand(sureness=0.93, passes=2, old_ms=1_500)
HELD_PASSES = 1  # a shown word outlives so many passes in a row that hear it otherwise: often the next hears it again
SENTENCE_MS = 12_000  # a page this long is turned at the next end of a sentence
BREATH_MS = 25_000  # and one this long at the next committed word
REPEAT_MS = 150  # a word this close behind a cut may be the tail of the word before it


class Before(msgspec.Struct, frozen=True):
    """What the speaker said in the last seconds: its sound, and its finished utterances, oldest first."""

    sound: Utterance
    said: tuple[tuple[Word, ...], ...]

    def since(self, earliest_ms: int) -> tuple[tuple[Word, ...], int]:
        """The words of the last utterances that lie wholly behind a time, and where the sound of the first begins."""
        whole = [words for words in self.said if words[0].start_ms - PRE_ROLL_MS >= earliest_ms]
        first_ms = whole[0][0].start_ms - PRE_ROLL_MS if whole else self.sound.end_ms
        return tuple(word for words in whole for word in words), first_ms


class Listening:
    """Alternates between `request` and `take`; `committed` and `tentative` are the current page of the utterance.

    A page is what is told as one utterance: someone who talks for minutes without a pause fills several.
    """

    def __init__(self, utterance: Utterance, committed: tuple[Word, ...] = ()) -> None:
        """`committed` are the words before its sound, of an utterance that was begun elsewhere."""
        self._utterance = utterance
        self._looked_to_ms = self._looked_before_ms = utterance.start_ms
        self._in_window: list[Word] = []
        self._last_word = spoken_form(committed[-1].text) if committed else ""
        self._tail: tuple[Seen, ...] = ()
        self._context: tuple[Word, ...] = ()
        self._is_cut = bool(committed)
        self._is_last_asked = self._is_over = False
        self.committed = list(committed)
        self.tentative: tuple[Word, ...] = ()
        self._passes_held = 0
        self._came_ms = 0
        self._effort = AS_EVER

    @property
    def waiting_ms(self) -> int:
        """Sound from the end of the last look to the last speech."""
        return max(0, self._utterance.speech_end_ms - self._looked_to_ms)

    @property
    def start_ms(self) -> int:
        """Where the sound that is still needed begins."""
        return self._utterance.start_ms

    @property
    def settled_ms(self) -> int:
        """Up to where its words are committed; midway to the next where that one is known."""
        if not self._in_window:
            return self._utterance.start_ms
        end_ms = self._in_window[-1].end_ms
        return (end_ms + self._tail[0].word.start_ms) // 2 if self._tail else end_ms

    @property
    def speech_end_ms(self) -> int:
        """Where speech was last heard."""
        return self._utterance.speech_end_ms

    @property
    def is_settled(self) -> bool:
        """The utterance is over and its words are final."""
        is_empty = not self.waiting_ms and not self.committed and not self._tail
        return self._utterance.is_ended and (self._is_click or self._is_over or is_empty)

    @property
    def is_page_full(self) -> bool:
        """Whether the committed words are better told as an utterance of their own."""
        if not self.committed:
            return False
        length_ms = self.committed[-1].end_ms - self.committed[0].start_ms
        return length_ms > BREATH_MS or (length_ms > SENTENCE_MS and self.committed[-1].text[-1] in ".?!")

    def turn_page(self) -> None:
        """Begins the next page; the sound goes on."""
        self.committed = []

    def request(self, speaker: Speaker, before: "Before", effort: Effort) -> Request | None:
        """The look that is due, if one is, of no more effort; its answer is taken as that has it."""
        self._effort, utterance = effort, self._utterance
        if utterance.speech_ms < LEAST_SPEECH_MS or self.is_settled:
            return None
        if utterance.is_ended:
            return self._last_request(speaker, before)
        is_paused = utterance.pause_ms >= PAUSE_MS
        # The look at a pause hears the pause too: a word is sure once silence is heard behind it.
        is_due = self._looked_to_ms < utterance.speech_end_ms + PAUSE_MS if is_paused else self._has_enough_new_sound
        if not is_due:
            return None
        sound = utterance.sound(utterance.start_ms, self._look())
        is_hurried = effort.is_hurried or self._came_ms > HURRIED_MS
        return Request(speaker, utterance.start_ms, sound, is_urgent=is_paused, is_hurried=is_hurried)

    def take(self, hypothesis: Hypothesis) -> None:
        """Commits the words that are sure, shows those that likely are, and keeps the rest to itself."""
        self._came_ms = self._utterance.end_ms - self._looked_to_ms
        if self._is_last_asked:
            self._conclude(beyond((*self._context, *self._in_window), self._without_repeat(hypothesis.words)))
            return
        tail = beyond(self._in_window, self._without_repeat(hypothesis.words))
        self._tail = seen(tail, self._tail)
        count = sure_prefix(self._tail, self._looked_to_ms, TO_COMMIT)
        window_ms = self._looked_to_ms - self._utterance.start_ms
        self._commit(tail[:count])
        self._tail = self._tail[count:]
        self.tentative = self._shown()
        if window_ms > self._effort.window_ms:
            self._cut()

    def give_up(self, speaker: Speaker) -> tuple[Gap, ...]:
        """The pass that was asked for failed for good: what nobody looked at before it is lost."""
        looked_to_ms, self._looked_to_ms = self._looked_to_ms, self._looked_before_ms
        self._is_over = self._is_last_asked
        return self.shed(speaker, looked_to_ms)

    def commit_all(self) -> None:
        """The utterance is over: what was heard stands."""
        self._commit(tuple(item.word for item in self._tail))
        self.tentative, self._tail = (), ()

    def shed(self, speaker: Speaker, start_ms: int) -> tuple[Gap, ...]:
        """Lets the sound before a time go; tells which part of it nobody has looked at."""
        self.commit_all()
        start_ms = min(start_ms, self._utterance.end_ms)
        unheard_ms = start_ms - self._looked_to_ms
        gap = (Gap(speaker, self._looked_to_ms, unheard_ms),) if unheard_ms > 0 else ()
        self._forget_before(start_ms)
        return gap

    def _shown(self) -> tuple[Word, ...]:
        """The words that are sure enough, and those shown already that this pass says again: they do not flicker.

        Where this pass says a shown word no more, what is shown stays as it was for a pass.
        """
        said = (*self._in_window, *(item.word for item in self._tail))
        if not all(is_among(word, said) for word in self.tentative) and self._passes_held < HELD_PASSES:
            self._passes_held += 1
            behind_ms = self._in_window[-1].end_ms if self._in_window else 0
            rest = (word for word in self.tentative if word.end_ms > behind_ms)
            return tuple(word for word in rest if not is_among(word, self._in_window))
        self._passes_held = 0
        shown: list[Word] = []
        for item in self._tail:
            if not is_among(item.word, self.tentative) and not self._may_show(item):
                break
            shown.append(item.word)
        return tuple(shown)

    def _may_show(self, item: Seen) -> bool:
        return self._effort.shows_tentative and bool(sure_prefix((item,), self._looked_to_ms, TO_SHOW))

    def _look(self) -> int:
        """Moves on to the end of the sound that is worth looking at now, and gives it."""
        end_ms = min(self._utterance.end_ms, self._utterance.speech_end_ms + TAIL_MS)
        self._looked_before_ms, self._looked_to_ms = self._looked_to_ms, max(self._looked_to_ms, end_ms)
        return end_ms

    def _last_request(self, speaker: Speaker, before: "Before") -> Request:
        self._is_last_asked = True
        start_ms, end_ms = self._utterance.start_ms, self._look()
        lead_ms = start_ms
        if not self._is_cut:  # behind a cut the context would end in mid-sentence, with its last words told already
            earliest_ms = min(start_ms, max(before.sound.start_ms, end_ms - self._effort.context_ms))
            self._context, lead_ms = before.since(earliest_ms)
            lead_ms = min(start_ms, max(earliest_ms, lead_ms))
        sound = before.sound.sound(lead_ms, start_ms) + self._utterance.sound(start_ms, end_ms)
        is_hurried = self._effort.is_last_hurried
        return Request(speaker, lead_ms, sound, is_urgent=False, is_last=True, is_hurried=is_hurried)

    def _conclude(self, tail: tuple[Word, ...]) -> None:
        # No words here means that the recogniser came to doubt them; what passes before it heard stands.
        if tail:
            words = (*tail, *self._unheard_by(tail))
            self._tail = seen(tuple(not_before(word, self._utterance.start_ms) for word in words), ())
        self.commit_all()
        self._is_over = True

    def _unheard_by(self, tail: tuple[Word, ...]) -> tuple[Word, ...]:
        """What two passes heard well behind the words of the last pass: it ended too soon."""
        rest = beyond(tail, [item.word for item in self._tail])
        is_heard = rest and self._tail[-len(rest)].passes >= TO_COMMIT.passes
        return rest if is_heard and rest[-1].start_ms >= tail[-1].end_ms + SAME_PLACE_MS else ()

    @property
    def _is_click(self) -> bool:
        return self._utterance.is_ended and self._utterance.speech_ms < LEAST_SPEECH_MS

    @property
    def _has_enough_new_sound(self) -> bool:
        new_ms = self._utterance.end_ms - self._looked_to_ms
        wanted_ms = max(self._effort.interval_ms, min(self._effort.longest_interval_ms, BUSY_FACTOR * self._came_ms))
        return self.waiting_ms > 0 and self._utterance.speech_ms >= FIRST_LOOK_MS and new_ms >= wanted_ms

    def _commit(self, words: tuple[Word, ...]) -> None:
        self.committed.extend(words)
        self._in_window.extend(words)
        if words:
            self._last_word = spoken_form(words[-1].text)

    def _cut(self) -> None:
        """Lets the sound of the committed words go, midway to the next word; without one it is not known where to."""
        if self._in_window and self._tail:
            self._is_cut = True
            middle_ms = (self._in_window[-1].end_ms + self._tail[0].word.start_ms) // 2
            self._forget_before(min(middle_ms, self._looked_to_ms))

    def _forget_before(self, start_ms: int) -> None:
        self._utterance.forget_before(start_ms)
        self._looked_to_ms = max(self._looked_to_ms, start_ms)
        self._in_window = [word for word in self._in_window if word.end_ms > start_ms]

    def _without_repeat(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        is_repeat = (
            words
            and not self._in_window
            and spoken_form(words[0].text) == self._last_word
            and words[0].end_ms <= self._utterance.start_ms + 2 * REPEAT_MS
            and words[0].start_ms <= self._utterance.start_ms + REPEAT_MS
        )
        return words[1:] if is_repeat else words
