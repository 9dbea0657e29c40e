"""The part of a practice's debrief that no call has: what opened them up, and what shut them down; pure."""

from assist.debrief.debrief import Debrief
from assist.debrief.formats.clock import clock
from assist.debrief.formats.markup import Element, el
from assist.debrief.practised import Effect, PractisedTurn, practised_turns
from assist.practice.events import Tried

TRIED: dict[Tried, str] = {
    "label": "A label",
    "mislabel": "A label of what they do not feel",
    "mirror": "A mirror",
    "summary": "A summary",
    "question": "An open question",
    "pitch": "A pitch",
    "i_understand": "\u201cI understand\u201d",
    "why": "A \u201cwhy\u201d",
    "silence": "Silence",
    "other": "Small talk",
}
SIDES: tuple[tuple[Effect, str, str], ...] = (
    ("opened", "What opened them up", "Nothing did, this time. Try a label, and then silence."),
    ("closed", "What shut them down", "Nothing did."),
    ("kept", "What left them where they were", ""),
)


def practised(debrief: Debrief) -> Element | None:
    """Both sides, each with the rep's words and what the prospect said to them."""
    turns = practised_turns(debrief.record)
    if not turns:
        return None
    sides = [_side(turns, *side) for side in SIDES]
    return el(
        "section",
        el("h2", "What your turns did to them", id="practised"),
        el("div", *[side for side in sides if side], class_="sides"),
        class_="answer",
    )


def sides_of(debrief: Debrief) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The same as titles and plain lines, which are not made safe for any format."""
    turns = practised_turns(debrief.record)
    sides = []
    for effect, title, none in SIDES if turns else ():
        told = tuple(_line(turn) for turn in turns if turn.effect == effect) or ((none,) if none else ())
        sides += [(title, told)] if told else []
    return tuple(sides)


def _line(turn: PractisedTurn) -> str:
    words = f": \u201c{turn.because}\u201d" if turn.because else "."
    return f"{clock(turn.at_ms)} {TRIED[turn.tried]}{words} They: \u201c{turn.answer}\u201d"


def _side(turns: tuple[PractisedTurn, ...], effect: Effect, title: str, none: str) -> Element | None:
    told = [_turn(turn) for turn in turns if turn.effect == effect] or ([el("p", none, class_="none")] if none else [])
    mark = {"opened": "understood", "closed": "waited", "kept": "kept"}[effect]
    return el("div", el("h3", title), *told, class_=f"side {mark}") if told else None


def _turn(turn: PractisedTurn) -> Element:
    own = el("p", el("b", "You"), " ", el("q", turn.because), class_="said rep") if turn.because else None
    answer = el("p", el("span", clock(turn.at_ms), class_="at"), " ", el("q", turn.answer), class_="said prospect")
    return el("article", el("h4", TRIED[turn.tried]), el("div", own, answer, class_="passage"), class_="finding")
