"""What the rep tried: labels, mirrors, summaries and questions, found in the rep's own words; pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from assist.talk.stretch import Stretch
from assist.talk.turns import plain_words, sentences_of

MoveKind = Literal["label", "mirror", "summary", "question"]
QuestionKind = Literal["open", "fact", "why", "yes_no"]

LONGEST_MIRROR_WORDS = 4
MIRROR_REACH_WORDS = 30
"""How far back in the prospect's last turn a mirrored word may stand."""

SHORTEST_SUMMARY_WORDS = 15
"""What follows "let me make sure I've got this" must be at least so long to have summed anything up."""

_LABEL = re.compile(
    r"(?:\b(?:it|that|this) |^)(?:just |really |almost |kind of |sort of )?(?:seems|sounds|looks|feels)"
    r" (?:to me )?(?:like|as if|as though)\b"
)
_NO_LABEL_BEFORE = re.compile(r"\b(?:what|how|whether|if|not|does|did|say|says|said)$")
_APPROVAL = re.compile(r"^ (?:a|an|the) (?:\w+ )*(?:plan|idea|approach|deal|option|solution|start|question|way to go)$")
"""What makes "sounds like a plan" a nod and no label."""

_SUMMARY = re.compile(
    r"\b(?:let me (?:just )?(?:make sure|sum|recap|summarize|play (?:that|it|this) back|repeat)"
    r"|let me (?:just )?see if i (?:can (?:sum|recap|summarize|repeat|play)|am (?:hearing|following)|have got"
    r"|(?:have|got|get|understand|understood|heard) (?:this|that|it|you|all|everything))"
    r"|make sure (?:that )?i (?:have|understand|understood|heard|got)"
    r"|(?:what|from what) i am hearing|what i (?:hear|heard) (?:is|from)|what you are (?:saying|telling)"
    r"|so you are saying|(?:if|did) i (?:understand|understood|hear|heard|have|got) (?:you|that|this|it|all|correctly)"
    r"|to (?:sum|recap|summarize)|in other words)\b"
)
_OPENERS = frozenset("so okay ok and but well yeah yes right sure now great then alright oh look listen".split())
_ASKING: dict[QuestionKind, str] = {
    "yes_no": (
        r"(?:what|how) (?:about|if)\b|how (?:can|may) i (?:help|assist)\b"
        r"|how (?:are you|is it going)(?: doing| today| guys)*$"
    ),
    "why": r"(?:why|how come)\b",
    "fact": (
        r"(?:who|whose|when|where|which|how (?:much|many|long|often|big|old|far|soon)|what (?:time|day|date))\b"
        r"|what (?:is|are|was|were) (?:\w+ ){0,4}(?:name|address|number|amount|date|code|email|total|balance|title)s?"
        r"(?: please| again| on (?:it|that|there))?$"
    ),
    "open": r"(?:what|how|tell me|describe|help me understand|walk me)\b",
}
_QUESTION_WITHOUT_MARK = re.compile(
    r"(?:what|how|why|when|where|who|which)(?: \w+)? "
    r"(?:is|are|was|were|do|does|did|would|could|can|will|should|have|has)\b"
)
# Too frequent to be worth repeating, or to show by themselves that somebody was heard.
PLAIN = frozenset(
    """
    a an the and or but so if of to in on at for with from by as is am are was were be been being do does did have has
    had will would can could should may might must not no yes i you he she it we they me him her us them my your his its
    our their this that these those there here what how who when where which why just really very like okay ok yeah oh
    well right sure thing things get got go going know think mean one all some any more most much lot about than then
    now also too up out into over because while even still let make take say said tell see look want need good 0
    hi hello bye goodbye thanks thank please
    """.split()
)


class Move(msgspec.Struct, frozen=True):
    """One thing that the rep tried. `turn` is its turn's index; `asks` is the kind of question, for questions only."""

    kind: MoveKind
    text: str
    start_ms: int
    end_ms: int
    turn: int
    asks: QuestionKind | None = None


def moves_of(turns: Sequence[Stretch]) -> tuple[Move, ...]:
    """Every move of the rep, in order."""
    return tuple(move for index in range(len(turns)) for move in moves_in(turns, index))


def content_of(text: str) -> frozenset[str]:
    """The words of a text that carry it, cut to how they begin, so that "costs" and "cost" are one."""
    return frozenset(word[:5].rstrip("s") for word in plain_words(text) if word not in PLAIN)


def moves_in(turns: Sequence[Stretch], index: int) -> tuple[Move, ...]:
    """Those of one turn; none in a turn of the prospect."""
    return tuple(_moves_in(index, turns[index], turns)) if turns[index].speaker == "rep" else ()


def _moves_in(index: int, turn: Stretch, turns: Sequence[Stretch]) -> Iterator[Move]:
    before = next((earlier for earlier in reversed(turns[:index]) if earlier.speaker == "prospect"), None)
    sentences = sentences_of(turn)
    for number, sentence in enumerate(sentences):
        line = _line(sentence)
        rest = tuple(word for later in sentences[number:] for word in later.words)
        if _SUMMARY.search(line) and len(rest) >= SHORTEST_SUMMARY_WORDS:
            yield _move("summary", Stretch("rep", rest), index)
            return
        if len(sentences) == 1 and before is not None and _is_mirror(sentence, before):
            yield _move("mirror", sentence, index)
        elif _is_label(line):
            yield _move("label", sentence, index)
        elif (asks := question_kind(sentence)) is not None:
            yield _move("question", sentence, index, asks)


def question_kind(sentence: Stretch) -> QuestionKind | None:
    """What kind of answer it asks for; None where it asks nothing."""
    line = _line(sentence)
    if not sentence.text.rstrip("\"')").endswith("?") and not _QUESTION_WITHOUT_MARK.match(line):
        return None
    # "So, last week you saw the demo, what stood out?" asks with its last clause.
    clauses = [line_of(part) for part in re.split(r"[,;:]|\b(?:so|and|but)\b", sentence.text)]
    for kind, pattern in _ASKING.items():
        if any(re.match(pattern, clause) for clause in clauses):
            return kind
    return "yes_no"


def _is_label(line: str) -> bool:
    label = _LABEL.search(line)
    if label is None or _NO_LABEL_BEFORE.search(line[: label.start()].strip()):
        return False
    return not _APPROVAL.match(line[label.end() :])


def _is_mirror(sentence: Stretch, before: Stretch) -> bool:
    words = _line(sentence).split()
    if not words or len(words) > LONGEST_MIRROR_WORDS:
        return False
    heard = plain_words(" ".join(word.text for word in before.words[-MIRROR_REACH_WORDS:]))
    echoed = [word for word in words if word in heard]
    is_near = len(echoed) == len(words) or (len(words) > 2 and len(echoed) == len(words) - 1)
    return is_near and any(word not in PLAIN for word in echoed)


def _move(kind: MoveKind, said: Stretch, turn: int, asks: QuestionKind | None = None) -> Move:
    return Move(kind, said.text, said.start_ms, said.end_ms, turn, asks)


def _line(sentence: Stretch) -> str:
    return line_of(sentence.text)


def line_of(text: str) -> str:
    """The plain words of a sentence, without those it only opens with."""
    words = list(plain_words(text))
    while words and words[0] in _OPENERS:
        words.pop(0)
    return " ".join(words)
