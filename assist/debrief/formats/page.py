"""The debrief as one HTML file: it prints, and fetches nothing but the call's sound where there is some; pure.

A file on a disk has no script, unless it was asked to carry the call's sound. A page of the server has one, for the
sound and for the rep's answer. Either way it is ours, in the file itself and named by its hash.
"""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files

import msgspec

from assist.debrief.debrief import Debrief
from assist.debrief.formats import sections
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.markup import Element, el, script, style, written
from assist.debrief.formats.practised import practised
from assist.debrief.formats.prepared import prepared
from assist.debrief.formats.wording import DIRECTIONS, notices_of, title_of, when
from assist.debrief.record import CallRecord
from assist.overlay_pages import overlay_folder

Part = Callable[[Debrief], Element | None]

PARTS: tuple[Part, ...] = (
    practised,
    sections.answer,
    sections.picture,
    sections.moments,
    sections.concerns,
    prepared,
    sections.followed,
    sections.figures,
    sections.offered,
    sections.followup,
    sections.closing,
    sections.transcript,
)
OF_ONE_CHANNEL: tuple[Part, ...] = (sections.answer, sections.offered, sections.closing, sections.transcript)
"""What needs no knowledge of who said what."""


class Place(msgspec.Struct, frozen=True):
    """Where a page stands: `sound` is the address of the call's sound, which may hold all of it (`data:`).

    `is_served` where the server is there to keep an answer, to look for calls, and to show one again.
    """

    sound: str | None = None
    is_served: bool = False

    @property
    def has_script(self) -> bool:
        """Whether there is anything for it to do."""
        return self.is_served or self.sound is not None


ON_DISK = Place()


def html(debrief: Debrief, place: Place = ON_DISK) -> str:
    """The whole file."""
    title = title_of(debrief.record)
    parts = OF_ONE_CHANNEL if debrief.record.is_mixed else PARTS
    if place.is_served:
        parts = tuple(sections.asking if part is sections.closing else part for part in parts)
    player = sections.player(place.sound) if place.sound else None
    body = el("main", _head(debrief.record, title, place), *[part(debrief) for part in parts], player)
    return document(f"Debrief: {title}", body, place)


def document(title: str, body: Element, place: Place) -> str:
    """A page of its own with our style, whose policy lets nothing in even where no server says so."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy(place)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        style(_style()),
    )
    room = el("body", body, script(_script()) if place.has_script else None)
    return f"<!doctype html>\n{written(el('html', head, room, lang='en'))}\n"


def policy(place: Place) -> str:
    """Of styles and scripts only ours, named by their hashes; no connection but to the server that the page is from."""
    parts = ["default-src 'none'", f"style-src {_hash(_style())}"]
    if place.has_script:
        parts.append(f"script-src {_hash(_script())}")
    if place.sound:
        parts.append("media-src 'self'" if place.is_served else "media-src data:")
    if place.is_served:
        parts.append("connect-src 'self'")
    action = "form-action 'self'" if place.is_served else "form-action 'none'"
    types = ("require-trusted-types-for 'script'", "trusted-types 'none'")
    return "; ".join([*parts, "base-uri 'none'", action, *types])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _style() -> str:
    """The colours of all our pages, then what is a debrief's own."""
    theme = (overlay_folder() / "theme.css").read_text("utf-8")
    return f"{theme}\n{files('assist.debrief.formats').joinpath('page.css').read_text('utf-8')}"


@cache
def _script() -> str:
    return files("assist.debrief.formats").joinpath("page.js").read_text("utf-8")


def _head(record: CallRecord, title: str, place: Place) -> Element:
    began = when(record.started_at)
    facts = [
        began if began != title else None,
        DIRECTIONS[record.direction] if record.direction else None,
        seconds(record.duration_ms).replace(" ", "\u00a0"),
        record.id if record.id != title else None,
    ]
    notices = [el("p", notice, class_="notice") for notice in notices_of(record)]
    links = [el("a", "All calls", href="/calls"), el("a", "Watch this call again", href=f"/?replay={record.id}")]
    return el(
        "header",
        el("p", "Debrief of a practice" if record.practice else "Debrief", class_="eyebrow"),
        el("h1", title),
        el("p", " \u00b7 ".join(fact for fact in facts if fact), class_="facts"),
        el("nav", *links, class_="links screen", aria_label="Calls") if place.is_served else None,
        *notices,
    )
