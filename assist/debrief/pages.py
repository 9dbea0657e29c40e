"""The pages of the server about calls that were: `/calls` and `/calls/<id>`."""

from pathlib import Path

from assist.debrief import reading
from assist.debrief.calls import CallEntry, calls_in
from assist.debrief.debrief import debrief_of
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.markup import Element, clean, el
from assist.debrief.formats.page import document, html, policy
from assist.debrief.formats.wording import when
from assist.debrief.moments import Entries
from streaming.product import Page

PREFIX = "/calls"


def is_ours(path: str) -> bool:
    """Whether a page at that path would be about calls that were."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def page(path: str, folder: Path, entries: Entries) -> Page | None:
    """The page at a path of ours, if there is one. Reads files: call it where waiting is no harm."""
    call_id = path.removeprefix(PREFIX).strip("/")
    if not call_id:
        return _page(listing(calls_in(folder)))
    try:
        record = reading.read(folder, call_id)
    except (reading.CallUnknown, OSError):
        return None
    return _page(html(debrief_of(record, entries)))


def listing(calls: tuple[CallEntry, ...]) -> str:
    """The list as an HTML file."""
    told = [_entry(call) for call in calls]
    empty = el("p", "No call has been kept yet. Each call appears here when it has begun.", class_="none")
    body = el(
        "main",
        el("header", el("p", "Debriefs", class_="eyebrow"), el("h1", "Calls")),
        el("section", el("ul", *told, class_="calls") if told else empty),
    )
    return document("Calls", body)


def _entry(call: CallEntry) -> Element:
    length = seconds(call.duration_ms) if call.duration_ms is not None else "no end told"
    facts = [when(call.started_at) or "", length, call.id if call.title else ""]
    return el(
        "li",
        el("a", call.title or call.id, href=f"{PREFIX}/{call.id}"),
        el("span", " \u00b7 ".join(fact for fact in facts if fact), class_="facts"),
    )


def _page(text: str) -> Page:
    headers = (("Content-Security-Policy", f"{policy()}; frame-ancestors 'none'"),)
    return Page("text/html; charset=utf-8", clean(text).encode(), headers=headers)
