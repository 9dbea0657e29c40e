"""Labels in their own words: the playbook's sentence with their words in its slot, if the verifier passes it; pure."""

from collections.abc import Iterator, Sequence

from assist.grammar import slots
from assist.grammar.tree import Parse, Tree
from assist.playbook_talk import filled, slots_in
from assist.verifier import Evidence, faults_of_made_label

MOST_TRIED = 3
"""Each costs a parse: with these an update stays far within its time."""


def own_labels(templates: Sequence[str], tree: Tree, parse: Parse, evidence: Evidence) -> Iterator[str]:
    """The labels that `tree`, what they said, makes of the wordings, best first; each is fit to say."""
    found = slots.found(tree)
    texts = [filled(template, found[slot]) for template in templates for slot in slots_in(template) if slot in found]
    for text in texts[:MOST_TRIED]:
        label = parse(text)
        if label is not None and not faults_of_made_label(label, text, evidence):
            yield text


def own_clause(templates: Sequence[str], tree: Tree, parse: Parse, evidence: Evidence) -> str | None:
    """The best of these labels as a clause of a summary, which "So" may stand before; None where there is none."""
    return next(
        (text.partition(" like ")[2].removesuffix(".") for text in own_labels(templates, tree, parse, evidence)), None
    )
