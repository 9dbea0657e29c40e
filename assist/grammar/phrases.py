"""Pieces of what they said that stand by themselves, with the person turned round: a thing, a deed, a clause; pure."""

from itertools import pairwise

from assist.grammar.person import flipped
from assist.grammar.tree import Token, Tree

LONGEST_THING = 5
LONGEST_DOING = 9
LONGEST_CLAUSE = 13

_VAGUE = frozenset(
    # Said back, these name nothing; people and times have slots of their own, or none.
    "thing stuff lot bit way kind sort one ones time times day week month year quarter morning minute hour today "
    "tomorrow "
    "something anything nothing everything somebody someone anyone people guy guys person man mate love point "
    "part case "
    "question problem issue course sense example idea fact moment couple number end side place deal god heaven hell "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september "
    "october november december spring summer autumn fall winter christmas now then call email mail card "
    "half rest whole lots plenty dozen hundred thousand percent pound dollar euro buck grand fine okay chance "
    "outs ins ups step move ask matter reason word hand head heart mind eye foot back top bottom face hair mouth neck "
    "nose hey thanks".split()
)
_NO_PART = frozenset("CD PRP WDT WP CC FW UH RB EX MD WRB".split())
_ADDRESSES = frozenset("sir madam mate dear darling pal sweetheart".split())
"""Whom they speak to: no part of "after Diwali sir"."""
_EASY_ALONE = ("ing", "ion", "ance", "ence", "ment", "ity", "ship", "age", "ure", "ware", "over", "out")


def thing(tree: Tree, at: int) -> str | None:
    """The noun phrase on a noun, such as "the implementation process"; None where it would not stand by itself."""
    noun = tree.tokens[at]
    if noun.tag not in ("NN", "NNS", "NNP", "NNPS") or is_vague(noun):
        return None
    indices = [i for i in tree.subtree(at) if tree.tokens[i].is_word and not tree.tokens[i].dep == "intj"]
    if at not in indices or indices != list(range(indices[0], indices[-1] + 1)) or len(indices) > LONGEST_THING:
        return None
    words = [tree.tokens[i] for i in indices]
    if words[-1].text != noun.text and not any(w.low == "of" for w in words):
        return None
    if any(word.tag in _NO_PART or word.is_finite or word.low in _ADDRESSES for word in words):
        return None
    text = flipped(tree, indices)
    first = words[0]
    if text is None or first.low in (
        "any",
        "some",
        "no",
        "every",
        "each",
        "another",
        "what",
        "which",
        "such",
        "all",
        "both",
    ):
        return None
    if first.low in ("a", "an"):
        return f"the {text.partition(' ')[2]}"
    if first.tag in ("DT", "PRP$") or noun.tag in ("NNS", "NNP", "NNPS"):
        return text
    return text if noun.low.endswith(_EASY_ALONE) else None


def is_vague(noun: Token) -> bool:
    """Whether a noun, said back, names nothing."""
    return noun.lemma in _VAGUE or noun.low in _VAGUE


def own_part(tree: Tree, verb: int) -> list[int]:
    """The clause on a verb, without what joins it to others and without those."""
    apart = tree.children(verb, "mark", "cc", "intj", "punct", "conj", "advcl", "parataxis")
    dropped = {i for child in apart for i in tree.subtree(child)}
    return [i for i in tree.subtree(verb) if i not in dropped]


def clause(tree: Tree, verb: int) -> str | None:
    """The finite clause on a verb, by itself: "you'd go through all of that again"."""
    subject = tree.child(verb, "nsubj", "nsubjpass", "expl")
    if subject is None or not (tree.tokens[verb].is_finite or _is_carried(tree, verb)):
        return None
    indices = [i for i in own_part(tree, verb) if i >= min(tree.subtree(subject))]
    if not indices or indices != list(range(indices[0], indices[-1] + 1)) or not 3 <= len(indices) <= LONGEST_CLAUSE:
        return None
    if tree.tokens[subject].low in (
        "it",
        "that",
        "this",
        "they",
        "he",
        "she",
        "those",
        "these",
        "what",
        "who",
        "which",
        "you",
    ):
        return None
    following = tree.tokens[indices[-1] + 1 :][:1]
    if following and following[0].tag == "VBG":
        return None  # "a tough time learning": cut off where it goes on
    words = [tree.tokens[i] for i in indices]
    if any(not word.is_word or word.tag in ("UH", "FW") for word in words) or sum(w.is_finite for w in words) != 1:
        return None
    if any(one.tag in ("IN", "TO") and two.tag == "TO" for one, two in pairwise(words)):
        return None  # "off by to centimeter": misheard
    return flipped(tree, indices)


def doing(tree: Tree, verb: int) -> str | None:
    """What somebody does, as a thing: "moving all your data"."""
    kept = ("dobj", "prep", "prt", "advmod", "npadvmod", "dative", "xcomp", "acomp", "attr", "pcomp", "ccomp")
    if tree.tokens[verb].lemma in (
        "be",
        "have",
        "know",
        "think",
        "go",
        "say",
        "mean",
        "can",
        "do",
        "let",
        "see",
    ) and not tree.children(verb, "dobj", "prep", "prt"):
        return None
    parts = [i for child in tree.children(verb, *kept) if child > verb for i in tree.subtree(child)]
    indices = sorted(parts)
    if not indices or indices[0] != verb + 1 or indices != list(range(indices[0], indices[-1] + 1)):
        return None
    words = [tree.tokens[i] for i in indices]
    following = tree.tokens[indices[-1] + 1 :][:1]
    if tree.tokens[verb].lemma == "get" and following and following[0].tag == "TO":
        return None  # "get forty landlords to say yes": cut off where it goes on
    if len(indices) >= LONGEST_DOING or any(
        not w.is_word or w.tag in ("UH", "WP", "WRB", "WDT") or w.is_finite for w in words
    ):
        return None
    rest = flipped(tree, indices)
    return None if rest is None else f"{gerund(tree.tokens[verb].lemma)} {rest}"


def gerund(verb: str) -> str:
    """The form in -ing of a verb in its plain form."""
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")) and verb != "be":
        return f"{verb[:-1]}ing"
    short = len(verb) <= 4 and verb[-1:] not in "wxyhaeiou" and verb[-2:-1] in "aeiou" and verb[-3:-2] not in "aeiou"
    return f"{verb}{verb[-1]}ing" if short and len(verb) > 2 else f"{verb}ing"


def _is_carried(tree: Tree, verb: int) -> bool:
    return any(tree.tokens[i].is_finite for i in tree.children(verb, "aux", "auxpass"))
