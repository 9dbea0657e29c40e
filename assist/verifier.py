"""Judges a sentence made of their words, before it is shown: fit to say, and supported by what they said; pure.

What is written in a playbook is judged once, by sentence_rules.py. This judges what code put together, each time, and
knows nothing of how it was put together: it is told what they said, and which words the playbook has for the cue.
"""

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from assist.grammar.person import flipped_words
from assist.grammar.plain import plain
from assist.grammar.tree import NEGATORS, Token, Tree
from assist.sentence_rules import faults_of_label, starter_of

LONGEST_SUMMARY_WORDS = 45
MOST_REPEATED = 0.75
"""Of what they said, in one piece: more is parroting, and adds nothing for them to agree with."""

_REPEATED_WORDS = 5
"""So many of their words in a row are always allowed: a short turn has little else."""

_NEGATION_REACH = 3
_DETERMINERS = ("DT", "PRP$", "WDT")
_DANGLING = frozenset("DT PRP$ IN TO CC MD WDT WP WRB".split())
_CLOSED = frozenset("DT IN TO CC MD PRP PRP$ WDT WP WRB EX RP POS".split())
_AUXILIARIES = frozenset("be have do would will can could should may might get".split())


class Evidence(msgspec.Struct, frozen=True):
    """What a made sentence may rest on.

    `theirs`: what they said, as trees. `licensed`: the words, in lower case, that the playbook has for this cue.
    `before`: the suggestion shown last, or nothing.
    """

    theirs: tuple[Tree, ...]
    licensed: frozenset[str]
    before: str = ""


def faults_of_made_label(label: Tree, text: str, evidence: Evidence) -> tuple[str, ...]:
    """What keeps a label made of their words from being shown; `label` is the tree of `text`. Empty if nothing does."""
    broken = {
        "begins like the one before": starter_of(text) == starter_of(evidence.before),
        "says what they did not say": bool(_unsupported(label, evidence)),
        "turns round what they denied": any(_is_denied(label, tree) for tree in evidence.theirs),
        "repeats them whole": any(_repeats(label, tree) for tree in evidence.theirs),
        "does not read as a sentence": bool(faults_of_grammar(label, text)),
    }
    return (*faults_of_label(text), *(wrong for wrong, is_broken in broken.items() if is_broken))


def faults_of_summary(trees: tuple[Tree, ...], sentences: tuple[str, ...], evidence: Evidence) -> tuple[str, ...]:
    """What keeps a summary from being shown: what they said first, then a label; `trees` are those of its sentences."""
    if len(sentences) != 2 or len(trees) != 2:
        return ("is not one sentence of theirs and a label",)
    words = [word for text in sentences for word in text.lower().split()]
    said, label = trees
    broken = {
        f"has more than {LONGEST_SUMMARY_WORDS} words": len(words) > LONGEST_SUMMARY_WORDS,
        "speaks of the rep": not {"i", "me", "my", "we", "us", "our", "i'm", "we're"}.isdisjoint(words),
        "asks": "?" in "".join(sentences),
        "says what they did not say": bool(_unsupported(said, evidence) or _unsupported(label, evidence)),
        "does not read as two sentences": any(
            faults_of_grammar(tree, text) for tree, text in zip(trees, sentences, strict=True)
        ),
    }
    return (*faults_of_label(sentences[1]), *(wrong for wrong, is_broken in broken.items() if is_broken))


def faults_of_grammar(tree: Tree, text: str) -> tuple[str, ...]:
    """What in a sentence would make a listener stumble, as far as its tree tells."""
    tokens = tree.tokens
    words = [token for token in tokens if token.is_word]
    pairs = list(pairwise(words))
    broken = {
        "has no verb that carries it": not any(token.is_finite for token in words),
        "ends in the middle": not words or words[-1].tag in _DANGLING,
        "has a word twice in a row": any(one.low == two.low and one.low != "that" for one, two in pairs),
        "has two articles in a row": any(one.tag in _DETERMINERS and two.tag in _DETERMINERS for one, two in pairs),
        "has a hesitation in it": plain(text).lower() != text.lower(),
        "has a verb at odds with who does it": any(_disagrees(tree, at) for at in range(len(tokens))),
        "begins small or does not end": not text[:1].isupper() or text[-1:] != ".",
    }
    return tuple(wrong for wrong, is_broken in broken.items() if is_broken)


def _unsupported(made: Tree, evidence: Evidence) -> list[str]:
    said = {token.low for tree in evidence.theirs for token in tree.tokens}
    said |= {token.lemma for tree in evidence.theirs for token in tree.tokens}
    said |= {word for tree in evidence.theirs for word in flipped_words(tree)}
    return [
        token.low
        for token in made.tokens
        if token.is_word
        and token.tag not in _CLOSED
        and token.lemma not in _AUXILIARIES
        and token.low not in evidence.licensed
        and not {token.low, token.lemma} & said
    ]


def _is_denied(made: Tree, theirs: Tree) -> bool:
    """Whether words that they denied stand in the sentence without the denial."""
    mine = [token.low for token in made.tokens if token.is_word]
    denied = [at for at, token in enumerate(theirs.tokens) if token.low in NEGATORS]
    if not denied or any(word in NEGATORS for word in mine):
        return False
    content = {token.low for token in made.tokens if token.tag not in _CLOSED and token.lemma not in _AUXILIARIES}
    content -= {"seem", "seems", "sound", "sounds", "look", "looks", "feel", "feels", "like"}
    for at in denied:
        after = [t for t in theirs.tokens[at + 1 :] if t.is_word and t.tag not in _CLOSED][:_NEGATION_REACH]
        if any(token.low in content for token in after):
            return True
    return False


def _repeats(made: Tree, theirs: Tree) -> bool:
    said = flipped_words(theirs)
    mine = tuple(token.low for token in made.tokens if token.is_word)
    longest = _longest_run(mine, said)
    return longest > _REPEATED_WORDS and longest > MOST_REPEATED * len(said)


def _longest_run(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    best, ends = 0, [0] * (len(other) + 1)
    for word in one:
        now = [0] * (len(other) + 1)
        for at, theirs in enumerate(other):
            if theirs == word:
                now[at + 1] = ends[at] + 1
        best, ends = max(best, *now), now
    return best


def _disagrees(tree: Tree, at: int) -> bool:
    """Whether the verb of a subject has the other number's form."""
    token = tree.tokens[at]
    if token.dep not in ("nsubj", "nsubjpass") or _is_joined(tree, at):
        return False
    verb = _carrier(tree, token.head)
    if token.low == "you":
        return verb is not None and (verb.tag == "VBZ" or verb.low in ("was", "am"))
    plural = token.tag in ("NNS", "NNPS")
    if verb is None or token.tag not in ("NN", "NNP", "NNS", "NNPS"):
        return False
    return (plural and verb.tag == "VBZ") or (not plural and verb.tag == "VBP")


def _is_joined(tree: Tree, at: int) -> bool:
    return tree.child(at, "conj", "cc") is not None


def _carrier(tree: Tree, verb: int) -> Token | None:
    parts: Iterable[int] = (*tree.children(verb, "aux", "auxpass"), verb)
    return next((tree.tokens[i] for i in parts if tree.tokens[i].is_finite), None)
