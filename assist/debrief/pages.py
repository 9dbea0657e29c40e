"""The pages of the server about calls that were: `/calls`, `/calls/<id>`, and the call's sound and events below it."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs

import msgspec

from assist import journal, tape
from assist.archive import Archive, ArchiveFault
from assist.audit import Action
from assist.debrief import reading
from assist.debrief.calls import CallEntry
from assist.debrief.debrief import debrief_of
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.development import Step, development
from assist.debrief.formats.markup import Element, clean, el
from assist.debrief.formats.page import Place, document, html, policy
from assist.debrief.formats.wording import counted, when
from assist.debrief.measures import Measures
from assist.debrief.moments import Entries
from assist.debrief.search import Found, Hit, Search, found
from streaming.product import Page

PREFIX = "/calls"
WAYS = {"Overlay": "/", "Prepare a call": "/prepare", "Practise": "/practice"}
"""Where a rep goes from the list."""

MOST_DRAWN = 30
"""Calls in the charts: more bars would be too narrow to be pointed at."""

MOST_FIELD = 200
"""Characters of what somebody looks for."""


NO_KEY = "this server does not have the key that they are encrypted with. `assist check` tells which, where it runs."


class Asked(msgspec.Struct, frozen=True):
    """A path of ours, and what stood behind the question mark."""

    path: str
    query: str = ""


def is_ours(path: str) -> bool:
    """Whether a page at that path would be about calls that were."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def call_of(path: str) -> str | None:
    """The call that a page of ours is about; none where it is about all."""
    return path.removeprefix(PREFIX).strip("/").partition("/")[0] or None if is_ours(path) else None


def viewed(path: str) -> tuple[Action, str | None]:
    """What whoever asks for a page of ours looks at, for the audit log."""
    call_id, _, part = path.removeprefix(PREFIX).strip("/").partition("/")
    if not call_id:
        return "calls_listed", None
    return "sound_heard" if part == "sound" else "debrief_viewed", call_id[:64]


def page(asked: Asked, archive: Archive, entries: Entries) -> Page | None:
    """The page at a path of ours, if there is one. Reads files: call it where waiting is no harm."""
    call_id, _, part = asked.path.removeprefix(PREFIX).strip("/").partition("/")
    try:
        if not call_id:
            return _page(listing(archive, asked.query), Place(is_served=True))
        if part == "sound":
            return Page("audio/ogg", archive.load(tape.path_of(archive.folder, call_id)), is_seekable=True)
        if part == "events":
            return _events(archive, call_id)
        if part:
            return None
        record = reading.read(archive, call_id)
        has_sound = tape.path_of(archive.folder, call_id).is_file()
    except (reading.CallUnknown, journal.CallIdRefused, OSError):
        return None
    except ArchiveFault:
        return _closed()
    place = Place(f"{PREFIX}/{call_id}/sound" if has_sound else None, is_served=True)
    return _page(html(debrief_of(record, entries), place), place)


def listing(archive: Archive, query: str) -> str:
    """The list as an HTML file; `query` says what is looked for, as the form on it sends it."""
    search, faults = search_of(query)
    told = found(archive, search)
    # Practice is for trying what may go wrong: it says nothing of how calls develop.
    real = [hit for hit in told.hits if not hit.call.is_practice]
    drawn = [Step(hit.call, hit.inside.measures) for hit in real if hit.inside is not None and hit.inside.measures]
    rows = [_row(hit) for hit in told.hits]
    body = el(
        "main",
        el("header", el("p", "Debriefs", class_="eyebrow"), el("h1", "Calls"), _ways()),
        _form(query, faults),
        development(drawn[:MOST_DRAWN][::-1]),
        el(
            "section",
            el("h2", "All calls" if search == Search() else counted(len(rows), "call", "calls"), id="list"),
            *_notes(told, search),
            el("ul", *rows, class_="calls") if rows else None,
        ),
    )
    return document("Calls", body, Place(is_served=True))


def search_of(query: str) -> tuple[Search, tuple[str, ...]]:
    """What the form asked for, and what of it cannot be read, in words for its user."""
    fields = _fields(query)
    faults: list[str] = []

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(fields[name]) if fields.get(name) else None
        except ValueError:
            faults.append(f"\u201c{fields[name]}\u201d is not a date. Write it like 2026-11-26.")
            return None

    words = tuple(fields.get("words", "").split())
    days = day("since"), day("until")
    search = Search(words, fields.get("who", ""), *days, is_open="open" in fields, is_right="right" in fields)
    return search, tuple(faults)


def _fields(query: str) -> dict[str, str]:
    try:
        return {name: values[0][:MOST_FIELD] for name, values in parse_qs(query, max_num_fields=20).items()}
    except ValueError:
        return {}


def _ways() -> Element:
    links = [el("a", text, href=path) for text, path in WAYS.items()]
    return el("nav", *links, class_="links", aria_label="Pages")


def _form(query: str, faults: tuple[str, ...]) -> Element:
    fields = _fields(query)
    texts = [
        el("label", label, el("input", type=kind, name=name, value=fields.get(name, ""), maxlength=MOST_FIELD))
        for name, kind, label in (
            ("words", "search", "Words that were said"),
            ("who", "text", "Who, or which company"),
            ("since", "date", "From"),
            ("until", "date", "To"),
        )
    ]
    ticks = [
        el("label", el("input", type="checkbox", name=name, value="1", checked=name in fields), label, class_="tick")
        for name, label in (("open", "A concern stayed open"), ("right", "They said \u201cthat\u2019s right\u201d"))
    ]
    everything = el("a", "All calls", href=PREFIX) if fields else None
    act = el("p", el("button", "Search", type="submit"), everything, class_="act")
    told = [el("p", fault, class_="notice", role="alert") for fault in faults]
    return el("form", *texts, *ticks, act, *told, action=PREFIX, role="search", class_="search")


def _notes(told: Found, search: Search) -> Iterator[Element]:
    if not told.hits and search == Search():
        yield el("p", "No call has been kept yet. Each call appears here as soon as it begins.", class_="none")
    elif not told.hits:
        yield el("p", "No call matches. Search for fewer words or more days.", class_="none")
    if told.missing_keys:
        yield el("p", f"Some calls cannot be opened: {NO_KEY}", class_="hint")
    if told.unread:
        older = counted(told.unread, "older call was", "older calls were")
        yield el("p", f"{older} not looked into. Narrow the days to reach them.", class_="hint")


def _row(hit: Hit) -> Element:
    call, measures = hit.call, hit.inside.measures if hit.inside else None
    began = when(call.started_at) or ""
    length = seconds(call.duration_ms).replace(" ", "\u00a0") if call.duration_ms is not None else "no end told"
    facts = [began if call.title else "", length, call.id, *(_figures(measures) if measures else ())]
    return el(
        "li",
        el("a", _name(call), href=f"{PREFIX}/{call.id}"),
        el("span", " \u00b7 ".join(fact for fact in facts if fact), class_="facts"),
    )


def _name(call: CallEntry) -> str:
    return call.title or when(call.started_at) or call.id


def _figures(measures: Measures) -> tuple[str, ...]:
    concerns = f"{measures.concerns_addressed} of {counted(measures.concerns, 'concern', 'concerns')} taken up"
    right = f"\u201cthat\u2019s\u00a0right\u201d\u00a0{measures.thats_right}\u00d7"
    return (concerns if measures.concerns else "", right if measures.thats_right else "")


def _events(archive: Archive, call_id: str) -> Page:
    """The events of the last call in the journal, one JSON object a line, in the order in which they were told."""
    events, _ = journal.read(journal.path_of(archive.folder, call_id), archive)
    lines = b"".join(msgspec.json.encode(event) + b"\n" for event in reading.last_call(events))
    return Page("application/jsonl", lines)


def _closed() -> Page:
    """In the place of a call that is there and cannot be decrypted."""
    why = "It was changed on the disk, or this server does not have the key that it is encrypted with."
    hint = "Whoever runs the server can ask `assist check`."
    body = el("main", el("header", el("h1", "This call cannot be opened")), el("p", why), el("p", hint, class_="hint"))
    return msgspec.structs.replace(
        _page(document("Call", body, Place(is_served=True)), Place(is_served=True)), status=503
    )


def _page(text: str, place: Place) -> Page:
    headers = (("Content-Security-Policy", f"{policy(place)}; frame-ancestors 'none'"),)
    return Page("text/html; charset=utf-8", clean(text).encode(), headers=headers)
