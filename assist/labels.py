"""Labels in their own words: the playbook's sentence, if the verifier passes it; pure."""

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
