"""Lines that say what they may be thinking before they do, made of what the rep thought of before the call; pure."""

import re
from collections.abc import Callable, Iterable, Iterator

from assist.grammar.tree import Parse, Token, Tree, join
from assist.playbook import Playbook
from assist.playbook_rules import PreparationRules
from assist.playbook_talk import Audit, faults_of_audit, filled, slots_in
from assist.preparation import Preparation
from assist.verifier import faults_of_grammar

CuesIn = Callable[[str], Iterable[str]]
"""The names of the cues that would be heard, were a text said."""

_THEM = dict.fromkeys("they she he them her him".split(), "you") | dict.fromkeys("their his".split(), "your")


def audits_of(preparation: Preparation, playbook: Playbook, parse: Parse, cues_in: CuesIn) -> Iterator[tuple[str, ...]]:
    """At most `preparation.most` lines, what they fear first, each fit to say; one thought further each time.

    A thought in its own words where that stands as a sentence; else what the playbook has for the cue it would be.
    """
    rules = playbook.preparation
    found: dict[str, None] = {}
    for thought, templates in _thoughts(preparation, rules):
        if len(found) >= rules.most:
            return
        line = next(_in_its_words(thought, templates, parse), None) or _known(cues_in(thought), playbook.audits)
        if line is not None:
            found[line] = None
        yield tuple(found)


def _thoughts(preparation: Preparation, rules: PreparationRules) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from ((fear, rules.fears) for fear in preparation.fears)
    yield from ((pressure, rules.pressures) for pressure in preparation.pressures)


def _in_its_words(thought: str, templates: tuple[str, ...], parse: Parse) -> Iterator[str]:
    text = re.sub(r"^(?:that|of|about)\s+", "", thought.strip().rstrip(".!,; "), flags=re.IGNORECASE)
    tree = parse(text)
    if tree is None or "?" in text:
        return
    words = _as_said_to_them(tree)
    kind = "clause" if _is_clause(tree) else "thing"
    for template in templates:
        line = filled(template, words)
        made = parse(line) if slots_in(template) == [kind] else None
        if made is not None and not faults_of_audit(line) and not faults_of_grammar(made, line):
            yield line


def _known(names: Iterable[str], audits: dict[str, Audit]) -> str | None:
    return next((label for name in names if name in audits for label in audits[name].labels), None)


def _is_clause(tree: Tree) -> bool:
    """Whether it says that something is so; else it names a thing or a doing."""
    for root in tree.roots():
        carriers = (root, *tree.children(root, "aux", "auxpass"))
        if tree.children(root, "nsubj", "nsubjpass", "expl") and any(tree.tokens[i].is_finite for i in carriers):
            return True
    return False


def _as_said_to_them(tree: Tree) -> str:
    """The tokens as they stand in the middle of a sentence that is said to whom they are about."""
    return join((_turned(token, place), token.glued and place > 0) for place, token in enumerate(tree.tokens))


def _turned(token: Token, place: int) -> str:
    if token.low == "her":
        return "your" if token.tag == "PRP$" else "you"
    if token.low in _THEM:
        return _THEM[token.low]
    is_name = token.tag in ("NNP", "NNPS") or (len(token.text) > 1 and token.text.isupper())
    return token.text if place or is_name else token.text[:1].lower() + token.text[1:]
