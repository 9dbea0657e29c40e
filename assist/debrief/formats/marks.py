"""The marks of the picture: each shows a thing that was said, and leads to its words; pure."""

import textwrap
from collections.abc import Iterator

import msgspec

from assist.debrief.debrief import Debrief
from assist.debrief.following import Outcome
from assist.debrief.formats.clock import clock, seconds
from assist.debrief.formats.markup import Element, el
from assist.debrief.formats.wording import FATES, RESULTS, cue_title
from assist.debrief.record import CallRecord
from assist.talk.taking_up import GLAD
from detectors.contract import Cue

WIDTH, HEIGHT = 800, 138
GUTTER, MARGIN = 78, 22
CUES_Y, THEIRS_Y, YOURS_Y, MOVES_Y, OFFERS_Y, AXIS_Y, STRIP_Y = 0, 22, 50, 78, 102, 120, 142
BAR = 24
BADGE = 18
LEAST_MARK = 3
SHORTEST_SILENCE_MS = 1_000
STRIP_COLUMNS, STRIP_LINES, STRIP_LINE = 48, 3, 17
STRIP_HALF = 165
"""Half of what a line of the strip takes at most: it stands under its mark, and inside the picture's width.

Below its row it may lie over the next one.
"""

CUE_SHAPES = {
    "concern": "M2 3H16L9 16Z",
    "glad": "M9 2A7 7 0 1 0 9 16A7 7 0 1 0 9 2Z",
    "right": "M2 9.5L5 6.5L8 9.5L14 2.5L17 5.5L8 15.5Z",
    "surrender": "M4 2L9 7L14 2L16 4L11 9L16 14L14 16L9 11L4 16L2 14L7 9L2 4Z",
}
MOVE_LETTERS = {"label": "L", "mirror": "M", "summary": "S", "question": "?"}


class Row(msgspec.Struct, frozen=True):
    """The part of a call that one drawing shows."""

    start_ms: int
    end_ms: int

    def x(self, at_ms: int) -> float:
        """Where a time stands; of one outside, the nearer edge."""
        within = min(max(at_ms, self.start_ms), self.end_ms) - self.start_ms
        return round(GUTTER + within * (WIDTH - GUTTER - MARGIN) / (self.end_ms - self.start_ms), 1)

    def width(self, start_ms: int, end_ms: int) -> float:
        """How wide a span is, at least wide enough to be seen."""
        return round(max(LEAST_MARK, self.x(end_ms) - self.x(start_ms)), 1)

    def has(self, at_ms: int) -> bool:
        """Whether a time is in it."""
        return self.start_ms <= at_ms < self.end_ms

    def meets(self, start_ms: int, end_ms: int) -> bool:
        """Whether any of a span is in it."""
        return start_ms < self.end_ms and end_ms > self.start_ms


class _Told(msgspec.Struct, frozen=True):
    """What a mark is about, and the anchor of its words."""

    at_ms: int
    what: str
    words: str
    target: str


def marks(row: Row, debrief: Debrief) -> Iterator[Element]:
    """All marks of a row; of two at one place the later lies on top."""
    yield from _silences(row, debrief)
    yield from _voices(row, debrief.record)
    yield from _cuts(row, debrief)
    yield from _cues(row, debrief.record)
    yield from _moves(row, debrief)
    yield from _offers(row, debrief)


def _voices(row: Row, record: CallRecord) -> Iterator[Element]:
    for index, said in enumerate(record.utterances):
        if row.meets(said.start_ms, said.end_ms):
            y = THEIRS_Y if said.speaker == "prospect" else YOURS_Y
            start_ms = max(said.start_ms, row.start_ms)
            bar = el(
                "rect",
                class_=f"voice {said.speaker}",
                x=row.x(start_ms),
                y=y,
                width=row.width(start_ms, said.end_ms),
                height=BAR,
                rx=3,
            )
            yield _mark(
                bar, row.x(start_ms), _Told(said.start_ms, record.name_of(said.speaker), said.text, f"u{index}")
            )


def _silences(row: Row, debrief: Debrief) -> Iterator[Element]:
    for outcome in debrief.outcomes:
        if outcome.silence_ms >= SHORTEST_SILENCE_MS and outcome.broken_by and row.has(outcome.move.end_ms):
            start_ms, end_ms = outcome.move.end_ms, outcome.move.end_ms + outcome.silence_ms
            bar = el(
                "rect",
                class_="silence",
                x=row.x(start_ms),
                y=THEIRS_Y,
                width=row.width(start_ms, end_ms),
                height=YOURS_Y + BAR - THEIRS_Y,
            )
            what = f"{seconds(outcome.silence_ms)} of silence"
            yield _mark(bar, row.x(start_ms), _Told(start_ms, what, _broken(outcome), "followed"))


def _broken(outcome: Outcome) -> str:
    who = "They broke it." if outcome.broken_by == "prospect" else "You broke it."
    return f"After your {outcome.move.kind}. {who}"


def _cuts(row: Row, debrief: Debrief) -> Iterator[Element]:
    for cut in debrief.interruptions:
        if row.has(cut.at_ms):
            height = YOURS_Y + BAR - THEIRS_Y + 8
            bar = el("rect", class_="cut", x=row.x(cut.at_ms) - 2, y=THEIRS_Y - 4, width=4, height=height, rx=2)
            who = "You talked over them" if cut.by == "rep" else "They talked over you"
            yield _mark(bar, row.x(cut.at_ms), _Told(cut.at_ms, who, cut.said, _at(debrief.record, cut.at_ms)))


def _cues(row: Row, record: CallRecord) -> Iterator[Element]:
    x = 0.0
    for cue in record.cues:
        if row.has(cue.start_ms):
            x = max(x + BADGE + 1, row.x(cue.start_ms) - BADGE / 2)
            shape = el(
                "path", class_=f"cue {_shape(cue)}", d=CUE_SHAPES[_shape(cue)], transform=f"translate({x} {CUES_Y})"
            )
            told = _Told(cue.start_ms, cue_title(cue.name), cue.quote, _at(record, cue.start_ms))
            yield _mark(shape, x, told)


def _shape(cue: Cue) -> str:
    if cue.kind == "agreement":
        return "surrender" if cue.name == "youre_right" else "right"
    return "glad" if cue.name in GLAD else "concern"


def _moves(row: Row, debrief: Debrief) -> Iterator[Element]:
    results = {outcome.move: RESULTS[outcome.result] for outcome in debrief.outcomes}
    x = 0.0
    for move in debrief.moves:
        if row.has(move.start_ms):
            x = max(x + BADGE + 1, row.x(move.start_ms))
            name = f"{move.kind}: {results[move]}" if move in results else move.kind
            told = _Told(move.start_ms, name, move.text, _at(debrief.record, move.start_ms))
            yield _mark(badge(x, MOVES_Y, move.kind), x, told)


def badge(x: float, y: float, kind: str) -> Element:
    """A letter for what the rep tried."""
    letter = el("text", MOVE_LETTERS[kind], x=9, y=13.5, text_anchor="middle")
    shape = el("rect", x=1, y=1, width=16, height=16, rx=4)
    return el("g", shape, letter, class_=f"move {kind}", transform=f"translate({x} {y})")


def _offers(row: Row, debrief: Debrief) -> Iterator[Element]:
    for shown in debrief.offered:
        offer = shown.offer
        if row.meets(offer.shown_ms, offer.gone_ms):
            start_ms = max(offer.shown_ms, row.start_ms)
            width = max(LEAST_MARK, row.width(start_ms, offer.gone_ms) - 2)
            bar = el(
                "rect", class_=f"offer {shown.fate}", x=row.x(start_ms), y=OFFERS_Y + 1, width=width, height=10, rx=3
            )
            told = _Told(offer.shown_ms, f"{offer.technique}, {FATES[shown.fate]}", offer.text, "shown")
            yield _mark(bar, row.x(start_ms), told)


def _mark(shape: Element, x: float, told: _Told) -> Element:
    """A shape that shows its words in the strip below `x`, and leads to them."""
    line = f"{clock(told.at_ms)}  {told.what}: {told.words}"
    return el("a", shape, _strip(x, line), href=f"#{told.target}", class_="mark", data_at=told.at_ms, aria_label=line)


def _strip(x: float, text: str) -> Element:
    middle = round(min(max(x, STRIP_HALF), WIDTH - STRIP_HALF), 1)
    lines = textwrap.wrap(text, STRIP_COLUMNS, max_lines=STRIP_LINES, placeholder=" \u2026")
    told = [el("tspan", line, x=middle, dy=0 if n == 0 else STRIP_LINE) for n, line in enumerate(lines)]
    ground = el(
        "rect", x=middle - STRIP_HALF, y=STRIP_Y, width=2 * STRIP_HALF, height=len(lines) * STRIP_LINE + 10, rx=6
    )
    return el("g", ground, el("text", *told, y=STRIP_Y + 17, text_anchor="middle"), class_="strip", aria_hidden="true")


def _at(record: CallRecord, at_ms: int) -> str:
    """The utterance nearest to that time, as the transcript's anchor."""
    nearest = min(
        enumerate(record.utterances),
        key=lambda place: max(place[1].start_ms - at_ms, at_ms - place[1].end_ms, 0),
        default=None,
    )
    return f"u{nearest[0]}" if nearest else "transcript"
