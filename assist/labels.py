"""Labels in their own words, and labels as clauses: the playbook's sentence, if the verifier passes it; pure."""

import re
from collections.abc import Iterator, Sequence

from assist.grammar import slots
from assist.grammar.tree import Parse, Tree
from assist.playbook_talk import filled, slots_in
from assist.verifier import Evidence, faults_of_made_label
from detectors.contract import CueKind

MOST_TRIED = 3
"""Each costs a parse: with these an update stays far within its time."""

_POINTING = re.compile(r"\b(?:that|these|those|\w+ing (?:it|them|so))\b")


def own_labels(templates: Sequence[str], tree: Tree, parse: Parse, evidence: Evidence) -> Iterator[str]:
    """The labels that `tree`, what they said, makes of the wordings, best first; each is fit to say."""
    found = slots.found(tree)
    texts = [filled(template, found[slot]) for template in templates for slot in slots_in(template) if slot in found]
    for text in texts[:MOST_TRIED]:
        label = parse(text)
        if label is not None and not faults_of_made_label(label, text, evidence):
            yield text


def is_plain(label: str, kind: CueKind) -> bool:
    """Whether it says later as well what it is about.

    In an objection "this" is what the call is about; of a feeling it is what was just said, as "that" is of either.
    """
    return _POINTING.search(label) is None and (kind == "objection" or re.search(r"\bthis\b", label) is None)


def clause_of(label: str) -> str:
    """What a summary can say of it: what comes after "It sounds like"."""
    return label.partition(" like ")[2].removesuffix(".")
