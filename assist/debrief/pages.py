"""The pages of the server about calls that were: `/calls` and `/calls/<id>`."""

from functools import lru_cache
from pathlib import Path

from assist.audit import Action
from assist.debrief import reading
from assist.debrief.analysis import analyse
from assist.debrief.calls import CallEntry, calls_in
from assist.debrief.debrief import debrief_of
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.development import Step, development
from assist.debrief.formats.markup import Element, clean, el
from assist.debrief.formats.page import document, html, policy
from assist.debrief.formats.wording import counted, when
from assist.debrief.measures import Measures, measures_of
from assist.debrief.moments import Entries
from streaming.product import Page

PREFIX = "/calls"
MOST_MEASURED = 30
"""The newest calls are measured for the list; to read every journal there is would take too long."""


def is_ours(path: str) -> bool:
    """Whether a page at that path would be about calls that were."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def viewed(path: str) -> tuple[Action, str | None]:
    """What whoever asks for a page of ours looks at, for the audit log."""
    call_id = path.removeprefix(PREFIX).strip("/")
    return ("debrief_viewed", call_id[:64]) if call_id else ("calls_listed", None)


def page(path: str, folder: Path, entries: Entries) -> Page | None:
    """The page at a path of ours, if there is one. Reads files: call it where waiting is no harm."""
    call_id = path.removeprefix(PREFIX).strip("/")
    if not call_id:
        return _page(listing(folder))
    try:
        record = reading.read(folder, call_id)
    except (reading.CallUnknown, OSError):
        return None
    return _page(html(debrief_of(record, entries)))


def listing(folder: Path) -> str:
    """The list as an HTML file."""
    calls = calls_in(folder)
    measured = {call.id: found for call in calls[:MOST_MEASURED] if (found := _measured(folder, call))}
    steps = [Step(call, measured[call.id]) for call in reversed(calls) if call.id in measured]
    told = [_entry(call, measured.get(call.id)) for call in calls]
    empty = el("p", "No call has been kept yet. Each call appears here when it has begun.", class_="none")
    body = el(
        "main",
        el("header", el("p", "Debriefs", class_="eyebrow"), el("h1", "Calls")),
        development(steps),
        el("section", el("h2", "All calls"), el("ul", *told, class_="calls") if told else empty),
    )
    return document("Calls", body)


def _measured(folder: Path, call: CallEntry) -> Measures | None:
    try:
        found = (folder / f"{call.id}.jsonl").stat()
        return _measures(folder, call.id, (found.st_mtime_ns, found.st_size))
    except (reading.CallUnknown, OSError):
        return None


@lru_cache(maxsize=MOST_MEASURED)
def _measures(folder: Path, call_id: str, state: tuple[int, int]) -> Measures | None:
    # `state` tells one state of the file from the next: a journal that did not change is not read again.
    record = reading.read(folder, call_id)
    return None if record.is_mixed else measures_of(analyse(record))  # figures are about who said what


def _entry(call: CallEntry, measures: Measures | None) -> Element:
    began = when(call.started_at) or ""
    length = seconds(call.duration_ms) if call.duration_ms is not None else "no end told"
    facts = [began if call.title else "", length, call.id, *(_figures(measures) if measures else ())]
    return el(
        "li",
        el("a", call.title or began or call.id, href=f"{PREFIX}/{call.id}"),
        el("span", " \u00b7 ".join(fact for fact in facts if fact), class_="facts"),
    )


def _figures(measures: Measures) -> tuple[str, ...]:
    concerns = f"{measures.concerns_addressed} of {counted(measures.concerns, 'concern', 'concerns')} taken up"
    right = f"\u201cthat\u2019s right\u201d {measures.thats_right}\u00d7"
    return (concerns if measures.concerns else "", right if measures.thats_right else "")


def _page(text: str) -> Page:
    headers = (("Content-Security-Policy", f"{policy()}; frame-ancestors 'none'"),)
    return Page("text/html; charset=utf-8", clean(text).encode(), headers=headers)
