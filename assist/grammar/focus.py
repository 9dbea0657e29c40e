"""The words that a turn turns on, as mirrors go: a loaded predicate, a verb, a compound, near its end; pure."""

from collections.abc import Iterator

import msgspec

from assist.grammar.feelings import is_troubled
from assist.grammar.mirror_words import (
    ASKING,
    BECAUSE,
    BLAND,
    BODY,
    DREADED,
    GRAVE,
    HOW_MUCH,
    LIGHT_VERBS,
    LOADED,
    PEOPLE,
    PRAISE,
    SENSING,
    SINCE,
    TELLING,
)
from assist.grammar.phrases import is_vague
from assist.grammar.stance import is_about_us, is_asked, is_denied, is_likened
from assist.grammar.tree import Tree
from streaming.agreement import NUMBER_WORDS

LONGEST = 3
_COMPLEMENTS = ("prep", "ccomp", "xcomp", "pcomp", "advcl")
_PARTICLES = ("apart", "out", "down", "away", "off", "up", "behind", "short")
_UNREPEATED = ("CD", "PRP", "PRP$", "NNP", "NNPS", "WP", "UH")
_LATE = 0.5
"""A thing that is dealt with earlier than this is what they spoke of, and not what they came to."""


class Focus(msgspec.Struct, frozen=True):
    """A candidate: words of theirs side by side, and how much they carry; `at` is its main token's index."""

    text: str
    worth: float
    at: int


def is_asking(tree: Tree) -> bool:
    """Whether the turn asks, orders or greets: whoever is asked answers, and repeats nothing."""
    words = [token for token in tree.tokens if token.is_word]
    if not words or tree.tokens[-1].text == "?" or words[0].low in ASKING:
        return True
    last = list(tree.roots())[-1]
    root = tree.tokens[last]
    orders = root.tag == "VB" and not tree.children(last, "nsubj", "nsubjpass", "expl", "aux")
    return orders or root.low in ("thanks", "thank", "hello", "hi", "bye", "goodbye", "sorry", "cheers")


def foci(tree: Tree) -> Iterator[Focus]:
    """What could be repeated, in order."""
    for at in range(len(tree.tokens)):
        worth = _worth(tree, at)
        if worth and not (is_denied(tree, at) or is_about_us(tree, at) or is_asked(tree, at)):
            indices = _around(tree, at)
            words = [tree.tokens[i] for i in indices]
            if any(word.tag in _UNREPEATED or word.low in NUMBER_WORDS for word in words):
                continue
            yield Focus(tree.text(indices), worth + 0.5 * (len(indices) - 1) + _lateness(tree, at), at)


def _worth(tree: Tree, at: int) -> float:
    token = tree.tokens[at]
    if not token.low.replace("-", "").isalpha() or len(token.low) < 3 or token.low in BLAND | PRAISE | GRAVE:
        return 0
    if _is_setting(tree, at):
        return 0
    if token.tag == "JJ" or (token.tag in ("VBN", "VBG") and token.dep in ("acomp", "oprd")):
        return _quality_worth(tree, at)
    if token.tag in ("NN", "NNS"):
        return _noun_worth(tree, at)
    if token.tag.startswith("VB") and token.lemma not in LIGHT_VERBS and tree.child(at, "dobj") is None:
        return _verb_worth(tree, at)
    return 0


def _is_setting(tree: Tree, at: int) -> bool:
    """Whether it is in a clause that leads up to the point, "if the links changed, that's the company", or tells what
    goes on beside it, "lie there listening for the phone"."""
    return any(_leads_up(tree, i) or _goes_along(tree, i) for i in tree.lineage(at) if tree.tokens[i].dep == "advcl")


def _leads_up(tree: Tree, clause: int) -> bool:
    marks = {tree.tokens[i].low for i in tree.children(clause, "mark", "advmod")}
    return tree.tokens[clause].head > clause and not marks & BECAUSE


def _goes_along(tree: Tree, clause: int) -> bool:
    return tree.tokens[clause].tag == "VBG" and tree.child(clause, "nsubj", "nsubjpass", "aux") is None


def _quality_worth(tree: Tree, at: int) -> float:
    token = tree.tokens[at]
    marks = {tree.tokens[i].low for i in tree.children(token.head, "mark", "advmod")}
    if (at > 0 and is_troubled(tree.tokens[at - 1])) or (tree.tokens[token.head].dep == "advcl" and not marks & SINCE):
        return 0  # "sick" of "worried sick"; "to be blunt"
    if is_troubled(token) and any(i > at for i in tree.children(at, *_COMPLEMENTS)):
        return 0  # "tired of ...": what the feeling is about is what matters, and "Tired...?" asks about their sleep
    who = {tree.tokens[i].low for i in tree.children(token.head, "nsubj", "nsubjpass")}
    if (tree.tokens[token.head].low in ("was", "were") and who & {"i", "we"}) or tree.children(at, "nummod"):
        return 0  # "I was angry": they told of it, and what made them so; "six hundred unread"
    is_told = tree.tokens[token.head].lemma in SENSING and token.dep in ("acomp", "oprd", "attr", "conj")
    return 3.0 if is_told or token.dep == "ROOT" else 0


def _verb_worth(tree: Tree, at: int) -> float:
    token = tree.tokens[at]
    if _only_describes(tree, at):
        return 0
    if token.tag == "VBN" and tree.child(at, "aux", "auxpass") is None:
        return 0  # "lithium stored inside"
    beside = [tree.tokens[i] for i in tree.children(at)]
    if any(word.tag in ("WP", "WDT") or word.low in ("how", "while", "as", "before", "after") for word in beside):
        return 0  # what is asked, and what goes on meanwhile
    if any(word.dep == "nsubj" and word.lemma in BODY for word in beside) or is_likened(tree, at):
        return 0  # a figure of speech: "my eyes crossed", "like we're riding in the hold"
    if token.lemma in DREADED:
        return 0  # "can't risk losing them": what they dread comes after
    if any(tree.tokens[i].tag == "PRP" for prep in tree.children(at, "prep") for i in tree.children(prep, "pobj")):
        return 0  # "landing on me": the verb alone is another one
    if at + 2 < len(tree.tokens) and tree.tokens[at + 1].head == at and tree.tokens[at + 2].low == "of":
        return 0  # "drinks out of it": cut off from what it hangs on
    return 2.3 if token.tag in ("VBD", "VBN", "VBG") else 1.7


def _only_describes(tree: Tree, at: int) -> bool:
    """ "doors we'd be knocking on", "driving licence"; and what they would have: "a summer to get them scanned"."""
    token, above = tree.tokens[at], tree.tokens[tree.tokens[at].head]
    if token.dep == "pcomp":
        return not is_troubled(tree.tokens[above.head])
    is_wish = above.lemma in ("need", "want") or (above.lemma in ("get", "have") and above.tag == "VB")
    return token.dep in ("relcl", "acl", "csubj", "amod") or (token.dep == "ccomp" and is_wish)


def _noun_worth(tree: Tree, at: int) -> float:
    token = tree.tokens[at]
    if is_vague(token) or token.low in PEOPLE or token.dep == "compound":
        return 0
    before = [tree.tokens[i] for i in tree.subtree(at)]
    if (
        len(token.low) < 4
        or any(word.tag in ("CD", "WP$") or "'" in word.text.strip("'") for word in before)
        or any(word.low in ("your", "every", "each") for word in before)
        or tree.children(at, "conj", "cc")
        or token.dep == tree.tokens[token.head].dep == "conj"  # the last of a list
        or is_likened(tree, at)
        or any(word.low in PRAISE | GRAVE for word in before)
        or any(tree.tokens[i].low in TELLING for i in tree.children(at, "amod"))
    ):
        return 0
    described = any(tree.tokens[i].low not in BLAND - HOW_MUCH for i in tree.children(at, "amod", "compound"))
    if token.dep == "pobj":
        return 2.0 if is_troubled(tree.tokens[tree.tokens[token.head].head]) else 0.7
    if token.low == "pain" and any(tree.tokens[i].low == "in" for i in tree.children(at, "prep")):
        return 0  # "a pain in the neck" is no pain
    if token.dep == "attr" and not described:
        return 3.0 if token.low in LOADED else 1.5
    if token.dep == "attr":
        return 3.0
    if _lateness(tree, at) < _LATE:
        return 0.7
    return (1.7 if token.dep == "dobj" else 0.5) + (1.0 if described else 0)


def _around(tree: Tree, at: int) -> list[int]:
    """The token with what belongs to it right beside it: "too complicated", "fell apart", "shipping poison"."""
    indices = [at]
    while len(indices) < LONGEST and indices[0] > 0 and _describes(tree, indices[0] - 1, at):
        indices.insert(0, indices[0] - 1)
    first = indices[0]
    if len(indices) < LONGEST and first > 0 and _does(tree, first - 1, at):
        indices.insert(0, first - 1)
    elif len(indices) < LONGEST - 1 and first > 1 and tree.tokens[first - 1].tag == "DT" and _does(tree, first - 2, at):
        indices[:0] = [first - 2, first - 1]
    while len(indices) < LONGEST and indices[-1] + 1 < len(tree.tokens):
        after, later = tree.tokens[indices[-1] + 1], tree.tokens[indices[-1] + 2 : indices[-1] + 3]
        is_adrift = after.dep == "prep" or after.low == "under"  # an adverb to the parser in "snowed under"
        is_stranded = is_adrift and tree.tokens[at].tag == "VBN" and not any(token.is_word for token in later)
        is_joined = after.low in _PARTICLES or after.dep == "prt"
        is_particle = is_joined and not tree.children(indices[-1] + 1, "pobj", "pcomp")
        is_part = is_stranded or is_particle or after.dep in ("acomp", "oprd") or after.low == "again"
        if after.head != at or not is_part or not after.is_word:
            break
        indices.append(indices[-1] + 1)
    return indices + (_towards(tree, at, indices[-1]) or _how(tree, at)) if len(indices) == 1 else indices


def _towards(tree: Tree, at: int, last: int) -> list[int]:
    """What a quality is turned to, where two words say it: "allergic to updates"."""
    prep, noun = last + 1, last + 2
    if not tree.tokens[at].tag.startswith("JJ") or noun >= len(tree.tokens):
        return []
    is_so = tree.tokens[prep].head == at and tree.tokens[noun].head == prep and tree.tokens[noun].dep == "pobj"
    return [prep, noun] if is_so and tree.tokens[noun].tag in ("NN", "NNS") else []


def _how(tree: Tree, at: int) -> list[int]:
    """What belongs to a word and ends the sentence right after it: "stretched so thin"."""
    for how in tree.children(at, "acomp", "oprd", "advmod") if tree.tokens[at].tag not in ("NN", "NNS") else ():
        part = list(tree.subtree(how))
        ends = not any(token.is_word for token in tree.tokens[part[-1] + 1 : part[-1] + 2])
        is_how = len(part) > 1 or tree.tokens[how].dep != "advmod"  # "complicated though" is "complicated"
        if is_how and part[0] == at + 1 and len(part) == part[-1] - at < LONGEST and ends:
            return part
    return []


def _describes(tree: Tree, before: int, at: int) -> bool:
    word = tree.tokens[before]
    belongs = word.head == at and (word.dep in ("amod", "compound") or word.low in HOW_MUCH)
    says_little = word.tag.startswith("NN") and is_vague(word)
    return belongs and word.is_word and not says_little and word.low not in BLAND - HOW_MUCH


def _does(tree: Tree, before: int, at: int) -> bool:
    """Whether a word before is what is being done to a noun: "shipping", "losing that"."""
    word = tree.tokens[before]
    return word.tag == "VBG" and word.lemma not in LIGHT_VERBS and tree.child(before, "dobj") == at


def _lateness(tree: Tree, at: int) -> float:
    """From 0 at ten words before the end to 1 at the end."""
    left = sum(token.is_word for token in tree.tokens[at + 1 :])
    return max(0.0, 1 - left / 10)
