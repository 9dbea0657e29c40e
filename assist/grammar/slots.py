"""Their own words for what a label is about, by the part that they play in what was said; pure.

The names here are the slots that a playbook's `own` wordings may have; playbook.toml says what each holds.
"""

from collections.abc import Callable, Iterator, Sequence

from assist.grammar.feelings import is_moved, is_troubled
from assist.grammar.phrases import clause, doing, thing
from assist.grammar.tree import Tree

_COST = frozenset("price cost costs fee licence license subscription premium deposit surcharge rate".split())
_DECIDER = frozenset(
    "boss board director manager partner wife husband ceo cfo cto coo cio owner committee council trustees elders dean "
    "legal procurement finance accountant accounts headquarters corporate shareholders investors union lawyer lawyers "
    "compliance infosec supervisor chairman treasurer president principal".split()
)
_OFFICES = frozenset("legal procurement finance compliance infosec corporate".split())
_CREW = frozenset(
    "team staff crew crews nurses drivers technicians techs engineers reps agents teachers receptionists dispatchers "
    "cashiers operators planners trainers assistants colleagues".split()
)
_HARD = frozenset(
    "disruptive complicated complex difficult hard painful messy risky confusing tricky heavy overwhelming brutal "
    "tedious cumbersome nightmare mess headache pain burden joke chaos disaster slow clunky expensive steep unreliable "
    "awkward daunting scary worry concern hassle ordeal struggle frustrating annoying broken ridiculous vague unclear "
    "unproven worrying terrifying exhausting stressful impossible".split()
)
_HURTS = frozenset(
    "scare scar worry bother bug annoy kill confuse overwhelm frustrate terrify stop hold trip puzzle drive".split()
)
_UNTIL = frozenset("until till before after during".split())
_PAST = frozenset("last previous former".split())
_OCCASIONS = frozenset(
    "meeting call visit talk email quote invoice bill night day week weekend month year season summer winter "
    "minute".split()
)
"""A last one of these is a point in time, and lets nobody down."""
_OTHERS = ("their ", "his ", "her ")
"""Somebody else's thing: "their app" is some third firm's, and no trouble of theirs."""
_WORKS = frozenset("work hold run".split())
_ITS_JOB = frozenset("everything job trick".split())
_FOR_IT = frozenset("like love".split())
"""Who does needs no winning over."""
_NOT_DONE = frozenset(
    "have need look feel want like love know think hope picture imagine keep be mean see say read tell".split()
)
"""States and thoughts: to say them back as a thing done ("needing it") is clumsy, or no burden."""
_OF_WHAT = frozenset("tell say show think decide find mean".split())
"""What, is the point: "if that thing decides the oven is off", "till, I'd say, spring"."""
_BEFORE_BURDEN = frozenset("to would 'd we i have".split())
"""Anything else before the verb belongs to it: "re write"."""

Found = Iterator[str]


def found(tree: Tree) -> dict[str, str]:
    """The first that fits each slot, flipped and ready to be said; slots that nothing fits are left out."""
    first = {name: next(fits(tree), None) for name, fits in SLOTS.items()}
    return {name: text for name, text in first.items() if text is not None}


def _texts(tree: Tree, nouns: Sequence[int]) -> Found:
    return (text for at in nouns if not tree.is_negated(at) and (text := thing(tree, at)) is not None)


def _nouns(tree: Tree, lemmas: frozenset[str]) -> list[int]:
    return [
        i
        for i, token in enumerate(tree.tokens)
        if (token.lemma in lemmas or token.low in lemmas)
        and token.tag.startswith("NN")
        and token.dep in ("nsubj", "nsubjpass", "dobj", "pobj")
    ]


def _cost(tree: Tree) -> Found:
    return (
        text
        for text in _texts(tree, [at for at in _nouns(tree, _COST) if tree.tokens[at].tag == "NN"])
        if text.startswith(("the ", "your ", "that ", "this ")) and not {"cost", "costs", "price"} & set(text.split())
    )


def _people(tree: Tree, lemmas: frozenset[str]) -> Found:
    for at in _nouns(tree, lemmas):
        if tree.tokens[tree.tokens[at].head].lemma in _FOR_IT and not tree.is_negated(tree.tokens[at].head):
            continue
        first = tree.tokens[tree.subtree(at)[0]]
        alone = first is tree.tokens[at] and first.low in _OFFICES
        if alone:
            yield first.low
        elif first.low in ("my", "our", "the") and (text := thing(tree, at)) is not None:
            yield text


def _event(tree: Tree) -> Found:
    for at, token in enumerate(tree.tokens):
        prep = tree.tokens[token.head]
        outlived = prep.low == "through" and tree.tokens[prep.head].lemma in ("get", "be")  # "go through legal" is not
        if token.dep == "pobj" and (prep.low in _UNTIL or outlived):
            yield from (text for text in _texts(tree, [at]) if not text.startswith(("that ", "this ")))
        if token.dep == "pobj" and prep.low == "of" and tree.tokens[prep.head].low == "middle":
            yield from _texts(tree, [at])


def _until(tree: Tree) -> Found:
    return (text for _, text in _led_in(tree, {"until", "till"}))


def _led_in(tree: Tree, by: set[str]) -> Iterator[tuple[int, str]]:
    """The clauses of now that such a word leads in and that stand without what follows, each with its verb."""
    for at, token in enumerate(tree.tokens):
        if (
            token.dep == "advcl"
            and by & {tree.tokens[i].low for i in tree.children(at, "mark")}
            and token.tag != "VBD"  # "we laughed till we were sick", "if we lost it": a label speaks of now
            and token.lemma not in _OF_WHAT
            and not tree.is_negated(at)
            and (text := clause(tree, at)) is not None
            and not text.endswith(("'s", "'ve", "'re", " so"))  # "till the snow's off": cut short
        ):
            yield at, text


def _topic(tree: Tree) -> Found:
    return (text for text in _topics(tree) if not (_PAST & set(text.split()) or text.startswith(_OTHERS)))


def _topics(tree: Tree) -> Found:
    for at, token in enumerate(tree.tokens):
        prep = tree.tokens[token.head]
        is_about = token.dep == "pobj" and prep.low in ("about", "with", "by", "of", "on")
        if is_about and is_moved(tree, prep.head) and (text := thing(tree, at)) is not None:
            yield text
    for at, token in enumerate(tree.tokens):
        is_subject = token.dep == "nsubj" and token.head != at
        if is_subject and (
            _is_hard(tree, tree.children(token.head, "acomp", "attr", "oprd")) or _hurts(tree, token.head)
        ):
            yield from _texts(tree, [at])
        if _is_hard(tree, tree.children(at, "relcl", "acl")):
            yield from _texts(tree, [at])


def _is_hard(tree: Tree, told: list[int]) -> bool:
    return any(tree.tokens[i].lemma in _HARD or tree.tokens[i].low in _HARD for i in told)


def _hurts(tree: Tree, verb: int) -> bool:
    return tree.tokens[verb].lemma in _HURTS and tree.child(verb, "dobj") is not None


def _current(tree: Tree) -> Found:
    for at, token in enumerate(tree.tokens):
        if token.tag != "NN":  # "the old phones does the job"; a name may be somebody's, who is no "it"
            continue
        verb = tree.tokens[token.head]
        mine = _is_mine(tree, token.head)
        if any(tree.tokens[i].tag == "MD" for i in tree.children(token.head, "aux")):
            continue
        if token.dep == "dobj" and verb.lemma == "use" and mine and verb.tag in ("VBP", "VBZ", "VB", "VBG", "VBN"):
            yield from (text for text in _texts(tree, [at]) if text.startswith(("the ", "your ")))
        if token.dep == "nsubj" and _serves(tree, token.head):
            yield from (text for text in _texts(tree, [at]) if text.startswith("your "))
        if (
            token.dep == "pobj"
            and verb.low == "with"
            and tree.tokens[verb.head].low in ("happy", "fine", "stick", "sticking")
        ):
            yield from _texts(tree, [at])


def _serves(tree: Tree, verb: int) -> bool:
    """Whether a verb says that something does what it is for; whose cousin "does the website" is no thing."""
    told, done = tree.tokens[verb], tree.child(verb, "dobj")
    if told.tag != "VBZ" or told.dep == "relcl":
        return False
    return told.lemma in _WORKS or (told.lemma == "do" and done is not None and tree.tokens[done].lemma in _ITS_JOB)


def _past(tree: Tree) -> Found:
    for at, token in enumerate(tree.tokens):
        if token.lemma not in _OCCASIONS and any(tree.tokens[i].low in _PAST for i in tree.children(at, "amod")):
            yield from _texts(tree, [at])


def _doing(tree: Tree) -> Found:
    for at, token in enumerate(tree.tokens):
        if tree.is_negated(at) or token.lemma in _NOT_DONE:
            continue
        if (_is_named(tree, at) or _is_my_burden(tree, at)) and (text := doing(tree, at)) is not None:
            yield text


def _is_named(tree: Tree, at: int) -> bool:
    """A gerund that is what the sentence is about: its subject, or what somebody is tired of, scared of, done with."""
    token, head = tree.tokens[at], tree.tokens[tree.tokens[at].head]
    if token.tag != "VBG" or tree.children(at, "nsubj", "aux"):
        return False
    if token.dep in ("csubj", "nsubj"):
        return True
    if token.dep == "pcomp":
        return head.low in ("of", "about", "with") and is_troubled(tree.tokens[head.head])
    return token.dep == "xcomp" and head.lemma in ("stop", "keep") and _is_mine(tree, tree.tokens[at].head)


def _is_my_burden(tree: Tree, at: int) -> bool:
    """What they would do, or have to: "we'd have to shut the line", "we'd go through all of that again"."""
    token = tree.tokens[at]
    if token.tag != "VB" or tree.tokens[at - 1].low not in _BEFORE_BURDEN:
        return False
    if _is_mine(tree, at):
        return any(tree.tokens[i].low in ("would", "'d") for i in tree.children(at, "aux"))
    if tree.tokens[token.head].dep == "relcl":
        return False  # "three systems we'd have to run side by side": run what?
    must = token.dep == "xcomp" and tree.tokens[token.head].lemma in ("have", "need")
    return must and _is_mine(tree, token.head) and not tree.is_negated(token.head)


def _is_mine(tree: Tree, verb: int) -> bool:
    return any(tree.tokens[i].low in ("we", "i") for i in tree.children(verb, "nsubj"))


def _if(tree: Tree) -> Found:
    # "if it says once and you write eleven": half of it is another thing
    return (text for at, text in _led_in(tree, {"if"}) if not tree.children(at, "conj"))


SLOTS: dict[str, Callable[[Tree], Found]] = {
    "cost": _cost,
    "event": _event,
    "decider": lambda tree: _people(tree, _DECIDER),
    "crew": lambda tree: _people(tree, _CREW),
    "topic": _topic,
    "current": _current,
    "past": _past,
    "doing": _doing,
    "if": _if,
    "until": _until,
}
