"""The picture of a call, SVG: both voices on a time line, and what happened between them; pure.

One drawing a row of at most four minutes, so that a second is as wide in a long call as in a short one. Each mark is a
link to the words; pointed at or focused, it shows them in a strip below the row. No script.
"""

from collections.abc import Iterator

from assist.debrief.debrief import Debrief
from assist.debrief.formats.clock import clock
from assist.debrief.formats.marks import (
    AXIS_Y,
    BAR,
    CUE_SHAPES,
    GUTTER,
    HEIGHT,
    MARGIN,
    MOVE_LETTERS,
    OFFERS_Y,
    THEIRS_Y,
    WIDTH,
    YOURS_Y,
    Row,
    badge,
    marks,
)
from assist.debrief.formats.markup import Element, el
from assist.debrief.record import CallRecord

ROW_MS = 240_000
SHORTEST_ROW_MS = 30_000
TICK_STEPS_MS = (5_000, 10_000, 15_000, 30_000, 60_000)
MOST_TICKS = 9


def timeline(debrief: Debrief) -> list[Element]:
    """The rows, in order."""
    length_ms = max(debrief.record.duration_ms, SHORTEST_ROW_MS)
    step_ms = min(length_ms, ROW_MS)
    rows = [Row(start, start + step_ms) for start in range(0, length_ms, step_ms)]
    return [_drawing(row, debrief) for row in rows]


def legend() -> Element:
    """What the marks mean, with each mark."""
    cues = [
        ("concern", "something in their way"),
        ("right", "\u201cthat\u2019s right\u201d"),
        ("surrender", "\u201cyou\u2019re right\u201d"),
        ("glad", "glad"),
    ]
    shapes = [_entry(el("path", class_=f"cue {kind}", d=CUE_SHAPES[kind]), text) for kind, text in cues]
    moves = [_entry(badge(0, 0, kind), kind) for kind in MOVE_LETTERS]
    fates = [
        _entry(el("rect", class_=f"offer {fate}", x=1, y=5, width=16, height=8, rx=3), text)
        for fate, text in (("said", "suggestion said"), ("own_words", "in your words"), ("ignored", "not used"))
    ]
    silence = _entry(el("rect", class_="silence", x=3, y=1, width=12, height=16), "silence after it")
    cut = _entry(el("rect", class_="cut", x=7, y=1, width=4, height=16), "talked over")
    return el("ul", *shapes, *moves, *fates, silence, cut, class_="legend")


def _entry(mark: Element, text: str) -> Element:
    drawing = el("svg", mark, viewBox="0 0 18 18", width=18, height=18, aria_hidden="true")
    return el("li", drawing, el("span", text))


def _drawing(row: Row, debrief: Debrief) -> Element:
    record = debrief.record
    playhead = el("line", class_="playhead", x1=GUTTER, x2=GUTTER, y1=THEIRS_Y - 4, y2=AXIS_Y, visibility="hidden")
    return el(
        "svg",
        *_lanes(row, record),
        *marks(row, debrief),
        playhead,
        class_="row",
        data_from=row.start_ms,
        data_to=row.end_ms,
        data_left=GUTTER,
        data_right=WIDTH - MARGIN,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="group",
        aria_label=f"The call from {clock(row.start_ms)} to {clock(row.end_ms)}",
    )


def _lanes(row: Row, record: CallRecord) -> Iterator[Element]:
    names = (_short(record.name_of("prospect")), _short(record.name_of("rep")))
    places = (
        (names[0], THEIRS_Y + 17, "lane theirs"),
        (names[1], YOURS_Y + 17, "lane"),
        ("Shown", OFFERS_Y + 10, "lane"),
    )
    for text, y, kind in places:
        yield el("text", text, class_=kind, x=0, y=y)
    for y in (THEIRS_Y, YOURS_Y):
        yield el("rect", class_="track", x=GUTTER, y=y, width=WIDTH - GUTTER - MARGIN, height=BAR, rx=4)
    length_ms = row.end_ms - row.start_ms
    step_ms = next((step for step in TICK_STEPS_MS if length_ms / step <= MOST_TICKS), TICK_STEPS_MS[-1])
    for at_ms in range(row.start_ms - row.start_ms % step_ms, row.end_ms + 1, step_ms):
        if at_ms >= row.start_ms:
            x = row.x(at_ms)
            yield el("line", class_="tick", x1=x, x2=x, y1=THEIRS_Y, y2=AXIS_Y)
            yield el("text", clock(at_ms), class_="time", x=x, y=AXIS_Y + 14, text_anchor="middle")


def _short(name: str) -> str:
    return name if len(name) <= 10 else f"{name[:9]}\u2026"
