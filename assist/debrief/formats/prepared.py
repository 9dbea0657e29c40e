"""The part of the page with the preparation beside what turned out; pure."""

from collections.abc import Iterator

from assist.debrief.debrief import Debrief
from assist.debrief.foresight import Foresight, Thought
from assist.debrief.formats.clock import clock
from assist.debrief.formats.markup import Element, el
from assist.debrief.formats.wording import KINDS_OF_THOUGHT, NOT_HEARD, counted, cue_title


def prepared(debrief: Debrief) -> Element | None:
    """What was thought of before the call, each thought with where it came up; and what nobody had thought of."""
    found = debrief.foresight
    if found is None:
        return None
    rows = [_row(thought) for thought in found.thoughts]
    head = el("thead", el("tr", [el("th", text, scope="col") for text in ("You thought", "It turned out")]))
    table = el("table", head, el("tbody", *rows), class_="prepared") if rows else None
    return el(
        "section",
        el("h2", "What you had prepared, and what turned out", id="prepared"),
        table,
        *_words(found),
        *_unforeseen(found),
    )


def _row(thought: Thought) -> Element:
    heard = thought.heard
    said = (
        [el("span", clock(heard.at_ms), class_="at", data_at=heard.at_ms), " ", el("q", heard.text)]
        if heard
        else [NOT_HEARD[thought.kind]]
    )
    return el(
        "tr",
        el("td", el("b", KINDS_OF_THOUGHT[thought.kind]), " ", thought.text, data_label="You thought"),
        el("td", *said, data_label="It turned out"),
    )


def _words(found: Foresight) -> Iterator[Element]:
    if found.words:
        told = ", ".join(f"{word} {count}\u00d7" if count else f"{word} (not said)" for word, count in found.words)
        yield el("p", el("b", "Words you expected: "), told)


def _unforeseen(found: Foresight) -> Iterator[Element]:
    if found.unforeseen:
        count = counted(len(found.unforeseen), "concern", "concerns")
        yield el("h3", f"{count} that you had not thought of")
        for concern in found.unforeseen:
            names = ", ".join(cue_title(name) for name in concern.names)
            time = el("span", clock(concern.start_ms), class_="at", data_at=concern.start_ms)
            yield el("p", time, " ", el("q", concern.text), el("span", names, class_="tag"), class_="said prospect")
