"""The words that a turn turns on, as mirrors go: a loaded predicate, a verb, a compound, near its end; pure."""

from collections.abc import Iterator

import msgspec

from assist.grammar.phrases import is_vague
from assist.grammar.tree import Token, Tree

LONGEST = 3
_SENSING = frozenset("be look seem feel sound get become".split())
_ASKING = frozenset(
    "what how when where who which why do does did can could would will is are have has am shall should may".split()
)
_BLAND = frozenset(
    # Said back as a question these tell nothing, or mock.
    "fourth fifth sixth seventh eighth ninth tenth marvellous good great fine okay ok alright right true sure "
    "nice cool perfect happy glad sorry welcome ready able "
    "available free "
    "busy due same other new next last first second third own such much many more most few little big small whole "
    "different certain possible likely interested interesting clear correct exact there here out in up based able "
    "long short old young high low early late full open close single double full main real gonna going bad better best "
    "worse worst alone else only enough less least half quite too very really pretty bit "
    "depending including according regarding patient "
    "probably possibly maybe exactly definitely actually already again anymore though soon".split()
)
_PRAISE = frozenset(
    # Courtesies, and often not meant: what comes after them is what the turn is about.
    "lovely wonderful brilliant fantastic beautiful great nice good fine decent amazing excellent super".split()
)
_LIGHT_VERBS = frozenset(
    "be have do go get make take give come say tell think know see look want need like let mean try use put keep "
    "call send talk "
    "speak hear work start begin stop happen seem feel sound guess suppose hope thank appreciate catch grab open check "
    "meet find show ask pay buy sell leave live stay run move turn bring set read write sign join write pick love "
    "should could would can will may might must become add follow stand understand reckon wonder believe remember "
    "touch notice mind bet sit wait hang hold pull lie eat sweat spin".split()
)
_DREADED = frozenset("afford risk survive want stand handle".split())
_PEOPLE = frozenset(
    "customers clients folks kids children wife husband boss friend name person engineers nurses drivers".split()
)


class Focus(msgspec.Struct, frozen=True):
    """A candidate: words of theirs side by side, and how much they carry; `at` is its main token's index."""

    text: str
    worth: float
    at: int


def is_asking(tree: Tree) -> bool:
    """Whether the turn asks, orders or greets: whoever is asked answers, and repeats nothing."""
    words = [token for token in tree.tokens if token.is_word]
    if not words or tree.tokens[-1].text == "?" or words[0].low in _ASKING:
        return True
    last = list(tree.roots())[-1]
    root = tree.tokens[last]
    orders = root.tag == "VB" and not tree.children(last, "nsubj", "nsubjpass", "expl", "aux")
    return orders or root.low in ("thanks", "thank", "hello", "hi", "bye", "goodbye", "sorry", "cheers")


def foci(tree: Tree) -> Iterator[Focus]:
    """What could be repeated, in order."""
    for at in range(len(tree.tokens)):
        worth = _worth(tree, at)
        if worth and not _is_denied(tree, at) and not _is_about_us(tree, at):
            indices = _around(tree, at)
            words = [tree.tokens[i] for i in indices]
            if any(word.tag in ("CD", "PRP", "PRP$", "NNP", "NNPS", "WP", "UH") for word in words):
                continue
            yield Focus(tree.text(indices), worth + 0.5 * (len(indices) - 1) + _lateness(tree, at), at)


def _worth(tree: Tree, at: int) -> float:
    token = tree.tokens[at]
    head = tree.tokens[token.head]
    if not token.low.replace("-", "").isalpha() or len(token.low) < 3 or token.low in _BLAND | _PRAISE:
        return 0
    if token.tag.startswith("JJ") or (token.tag in ("VBN", "VBG") and token.dep in ("acomp", "oprd")):
        predicate = token.dep in ("acomp", "oprd", "attr", "ROOT", "conj") and (
            head.lemma in _SENSING or token.dep == "ROOT"
        )
        return 3.0 if predicate else 0
    if token.tag in ("NN", "NNS"):
        return _noun_worth(tree, at)
    if token.tag.startswith("VB") and token.lemma not in _LIGHT_VERBS and tree.child(at, "dobj") is None:
        if token.tag == "VBN" and tree.child(at, "aux", "auxpass") is None:
            return 0  # "lithium stored inside": it describes, and says nothing
        return 2.3 if token.tag in ("VBD", "VBN", "VBG") else 1.7
    return 0


def _noun_worth(tree: Tree, at: int) -> float:
    token = tree.tokens[at]
    if is_vague(token) or token.low in _PEOPLE or token.dep == "compound":
        return 0
    before = [tree.tokens[i] for i in tree.subtree(at)]
    if (
        len(token.low) < 4
        or any(word.tag == "CD" or "'" in word.text.strip("'") for word in before)
        or tree.children(at, "conj", "cc")
        or _is_likened(tree, at)
        or any(word.low in _PRAISE for word in before)
    ):
        return 0
    described = any(tree.tokens[i].low not in _BLAND for i in tree.children(at, "amod", "compound"))
    if token.dep == "attr":
        is_told = tree.child(token.head, "expl") is None
        return 3.0 if is_told else 2.0 + (1.0 if described else 0)
    return {"dobj": 1.7, "pobj": 1.5, "nsubj": 1.0, "nsubjpass": 1.0}.get(token.dep, 0.5) + (1.0 if described else 0)


def _around(tree: Tree, at: int) -> list[int]:
    """The token with what belongs to it right beside it: "too complicated", "fell apart", "political minefield"."""
    indices = [at]
    while len(indices) < LONGEST and indices[0] > 0:
        before = tree.tokens[indices[0] - 1]
        belongs = before.head == at and (before.dep in ("amod", "compound") or before.low == "too")
        if not belongs or not before.is_word or is_vague(before) or before.low in _BLAND - {"too"}:
            break
        indices.insert(0, indices[0] - 1)
    while len(indices) < LONGEST and indices[-1] + 1 < len(tree.tokens):
        after = tree.tokens[indices[-1] + 1]
        is_stranded = after.dep == "prep" and tree.tokens[at].tag == "VBN" and not tree.children(indices[-1] + 1)
        is_part = (
            is_stranded
            or after.dep in ("prt", "acomp", "oprd")
            or after.low in ("apart", "out", "down", "away", "off", "up")
        )
        if after.head != at or not is_part or not after.is_word:
            break
        indices.append(indices[-1] + 1)
    return indices


def _is_likened(tree: Tree, at: int) -> bool:
    """Whether it is only what something was compared to: "like standing in the cereal aisle"."""
    while tree.tokens[at].head != at:
        at = tree.tokens[at].head
        if tree.tokens[at].low == "like" and tree.tokens[at].tag == "IN":
            return True
    return False


def _lateness(tree: Tree, at: int) -> float:
    """From 0 at ten words before the end to 1 at the end."""
    left = sum(token.is_word for token in tree.tokens[at + 1 :])
    return max(0.0, 1 - left / 10)


def _is_denied(tree: Tree, at: int) -> bool:
    """Negated, unless what is denied is that they could bear it: "we can't afford another outage"."""
    feared = at
    while tree.tokens[feared].head != feared:
        if tree.tokens[feared].lemma in _DREADED:
            return False
        feared = tree.tokens[feared].head
    return tree.tokens[feared].lemma not in _DREADED and tree.is_negated(at)


def _is_about_us(tree: Tree, at: int) -> bool:
    """Whether the clause has the rep for its subject: "you cut out there"."""
    while True:
        if any(tree.tokens[i].low == "you" for i in tree.children(at, "nsubj", "nsubjpass")):
            return True
        token: Token = tree.tokens[at]
        if token.head == at:
            return False
        at = token.head
