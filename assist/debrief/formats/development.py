"""How a rep develops over calls, as small charts; pure. A bar a call, oldest first; on a page a link to its debrief."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from assist.debrief.calls import CallEntry
from assist.debrief.formats.markup import Element, el
from assist.debrief.formats.wording import when
from assist.debrief.measures import Measures

HEIGHT = 56
BAR, GAP = 12, 4
LEAST_BAR = 2
"""What a value of nothing still shows: that there was a call."""

BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"

FEWEST = 2
"""One call is no development."""


class Step(msgspec.Struct, frozen=True):
    """A call and its figures."""

    call: CallEntry
    measures: Measures


class _Chart(msgspec.Struct, frozen=True):
    """`top` is the value of a full bar; None takes the highest there is. None for a call without the figure."""

    title: str
    value: Callable[[Measures], float | None]
    is_share: bool
    top: float | None


def _used(measures: Measures) -> float | None:
    shown = sum(measures.suggestions.values())
    used = measures.suggestions.get("said", 0) + measures.suggestions.get("own_words", 0)
    return used / shown if shown else None


CHARTS = (
    _Chart("Labels", lambda m: float(m.labels), False, None),
    _Chart("\u201cThat\u2019s right\u201d", lambda m: float(m.thats_right), False, None),
    _Chart("Suggestions used", _used, True, 1.0),
    _Chart("Your share of the talking", lambda m: m.talk_share, True, 1.0),
)


def development(steps: Sequence[Step]) -> Element | None:
    """The charts of these calls, given oldest first."""
    if len(steps) < FEWEST:
        return None
    charts = [_drawn(chart, steps) for chart in CHARTS]
    return el(
        "section",
        el("h2", "How you develop", id="development"),
        el("p", "One bar per call, the newest on the right.", class_="hint"),
        el("div", *charts, class_="charts"),
    )


def in_lines(steps: Sequence[Step]) -> Iterator[str]:
    """The charts as lines of text: a block a call, and the figure of the newest that has one."""
    if len(steps) < FEWEST:
        return
    yield ""
    for chart in CHARTS:
        values = [chart.value(step.measures) for step in steps]
        known = [value for value in values if value is not None]
        top = chart.top or max([1.0, *known])
        bars = "".join(" " if v is None else BLOCKS[round(v / top * (len(BLOCKS) - 1))] for v in values)
        yield f"{chart.title:<26}{bars}  {_told(chart, known[-1]) if known else 'none yet'}"


def _drawn(chart: _Chart, steps: Sequence[Step]) -> Element:
    values = [chart.value(step.measures) for step in steps]
    known = [value for value in values if value is not None]
    top = chart.top or max([1.0, *known])
    bars = [_bar(chart, step, (number, top)) for number, step in enumerate(steps)]
    width = len(steps) * (BAR + GAP)
    drawing = el("svg", *bars, viewBox=f"0 0 {width} {HEIGHT}", width=width, height=HEIGHT, role="group")
    last = _told(chart, known[-1]) if known else "none yet"
    return el("figure", el("figcaption", chart.title, " ", el("b", last)), drawing)


def _bar(chart: _Chart, step: Step, place: tuple[int, float]) -> Element:
    number, top = place
    value = chart.value(step.measures)
    height = LEAST_BAR if value is None else round(max(LEAST_BAR, value / top * HEIGHT), 1)
    kind = "none" if value is None else "value"
    bar = el("rect", class_=kind, x=number * (BAR + GAP), y=HEIGHT - height, width=BAR, height=height, rx=2)
    told = "none" if value is None else _told(chart, value)
    name = f"{step.call.title or step.call.id}, {when(step.call.started_at) or ''}: {chart.title} {told}"
    return el("a", bar, el("title", name), href=f"/calls/{step.call.id}", aria_label=name)


def _told(chart: _Chart, value: float) -> str:
    return f"{value:.0%}" if chart.is_share else f"{value:.0f}"
