"""Which of their last words is worth repeating back as a question: "Disruptive...?"."""

import re
from collections.abc import Iterator
from functools import cache

from assist.grammar.focus import foci, is_asking
from assist.grammar.plain import plain
from assist.grammar.tree import Parse
from assist.playbook_talk import MirrorRules
from streaming.agreement import stands_in
from streaming.types import Word, text_of

LONGEST = 3
"""Words in a mirror at most; with more it becomes a question of its own."""

LISTED = 2.0
"""What a word on the playbook's list is worth beside what it is in the sentence: as much as standing at its end."""

LEAST_WORTH = 2.8

_NEGATORS = frozenset({"not", "no", "never", "nothing", "isn't", "aren't", "wasn't", "weren't", "without", "hardly"})
_NEGATION_WORDS = 3
"""How far before a word its negation is looked for: "not all that complicated"."""

_NEVER = frozenset(
    # Fillers, pronouns and time words: repeated as a question they sound like mockery.
    "um uh er ah well like so okay yeah yes no right just really very thing things stuff something anything everything "
    "i you he she it we they this that today tomorrow yesterday tonight now later soon second minute hour day week "
    "weekend month quarter year morning afternoon evening monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december one two three four five "
    "six seven eight nine ten hundred thousand million".split()
)
_SUFFIXES = ("ively", "ingly", "ions", "ity", "ing", "ion", "ive", "ed", "es", "ly", "s", "e", "y")
_SHORTEST_STEM = 4
"""Letters; a shorter stem ("us" of "use") finds words of another family."""


def mirror_of(words: tuple[Word, ...], near: tuple[Word, ...], rules: MirrorRules, parse: Parse) -> str | None:
    """One to three words of `near`, verbatim, as "Rollout...?"; None if none is worth repeating.

    `words` is the turn, `near` the part of it that the concern rests on. Where there is a tree, what the turn turns
    on, and a word of the playbook before another; without one only those. A negated word ("not
    risky"), a name and a number are never repeated, nor is anything of a turn that asks or orders.
    """
    tree = parse(plain(text_of(words)))
    stems = {_stem(word) for word in rules.words}
    if tree is None:
        return _listed(near, stems, rules.reach_words)
    if is_asking(tree):
        return None
    never = {word.lower() for word in rules.never}
    fit = [f for f in foci(tree) if stands_in(f.text, near) and never.isdisjoint(f.text.lower().split())]
    worth = {f: f.worth + LISTED * any(_stem(word) in stems for word in f.text.split()) for f in fit}
    best = max(fit, key=lambda focus: worth[focus], default=None)
    return None if best is None or worth[best] < LEAST_WORTH else _asked(best.text)


def _listed(words: tuple[Word, ...], stems: set[str], reach_words: int) -> str | None:
    """The last word that the playbook lists, together with such words and a "too" right before it."""
    texts = tuple(word.text for word in words)
    for last in range(len(texts) - 1, max(-1, len(texts) - 1 - reach_words), -1):
        if _stem(_bare(texts[last])) in stems and not _is_name(texts, last) and not _is_negated(texts, last):
            return _asked(" ".join(_bare(text) for text in texts[_first(texts, last, stems) : last + 1]))
    return None


def rest_of_sentence(quoted: tuple[Word, ...], words: tuple[Word, ...]) -> Iterator[Word]:
    """What of a turn follows a quote before its sentence ends; nothing where the quote ends it."""
    if not quoted or _ends_sentence(quoted[-1]):
        return
    for word in words:
        if word.start_ms > quoted[-1].start_ms:
            yield word
            if _ends_sentence(word):
                return


def _ends_sentence(word: Word) -> bool:
    return word.text[-1:] in (".", "?", "!")


def _asked(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}...?"


def faults_of_mirror_word(text: str) -> tuple[str, ...]:
    """What keeps a playbook's word from being worth repeating; empty if nothing does."""
    if not re.fullmatch(r"[A-Za-z]{3,}(?:['-][A-Za-z]+)*", text):
        return ("is not one word of at least three letters",)
    if text.lower() in _NEVER:
        return ("is a filler, a pronoun, a number or a time word, which sounds silly when repeated",)
    return ()


def _first(texts: tuple[str, ...], last: int, stems: set[str]) -> int:
    # Side by side within one phrase: "migration risk", "too complicated". A comma stays on the word before it, which
    # then matches nothing, as it should: what it parts does not belong together.
    first = last
    while first > 0 and last - first + 1 < LONGEST:
        before = texts[first - 1]
        if before.lower() != "too" and _stem(before) not in stems:
            break
        first -= 1
    return first


def _is_name(texts: tuple[str, ...], at: int) -> bool:
    opens_sentence = at == 0 or texts[at - 1][-1:] in (".", "?", "!")
    return not opens_sentence and _bare(texts[at])[:1].isupper()


def _is_negated(texts: tuple[str, ...], at: int) -> bool:
    before = texts[max(0, at - _NEGATION_WORDS) : at]
    return any(_bare(text).lower() in _NEGATORS for text in before)


def _bare(text: str) -> str:
    """A word without the punctuation the recogniser hung on it."""
    return re.sub(r"^\W+|\W+$", "", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


@cache
def _stem(text: str) -> str:
    # A dozen endings, no linguistics: enough to find "disruption" by "disruptive", and a parser replaces it one day.
    word = re.sub("ie[ds]$", "y", text.lower().removesuffix("'s"))
    cut = (word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix) and not word.endswith("ss"))
    stem = next((stem for stem in cut if len(stem) >= _SHORTEST_STEM), word)
    # "integrat-e" and "integrat-ion" are one family with "implement" and "implementat-ion".
    shorter = stem.removesuffix("at")
    return shorter if len(shorter) >= _SHORTEST_STEM else stem
