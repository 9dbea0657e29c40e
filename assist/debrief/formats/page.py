"""The debrief as one HTML file: nothing is fetched, nothing runs, it prints; pure."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files

from assist.debrief.debrief import Debrief
from assist.debrief.formats import sections
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.markup import Element, el, style, written
from assist.debrief.formats.wording import DIRECTIONS, notices_of, title_of, when
from assist.debrief.record import CallRecord

Part = Callable[[Debrief], Element | None]

PARTS: tuple[Part, ...] = (
    sections.answer,
    sections.picture,
    sections.moments,
    sections.concerns,
    sections.followed,
    sections.figures,
    sections.offered,
    sections.followup,
    sections.closing,
    sections.transcript,
)
OF_ONE_CHANNEL: tuple[Part, ...] = (sections.answer, sections.offered, sections.closing, sections.transcript)
"""What needs no knowledge of who said what."""


def html(debrief: Debrief) -> str:
    """The whole file."""
    title = title_of(debrief.record)
    parts = OF_ONE_CHANNEL if debrief.record.is_mixed else PARTS
    body = el("main", _head(debrief.record, title), *[part(debrief) for part in parts])
    return document(f"Debrief: {title}", body)


def document(title: str, body: Element) -> str:
    """A page of its own with our style, whose policy lets nothing in even where no server says so."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy()),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        style(_css()),
    )
    return f"<!doctype html>\n{written(el('html', head, el('body', body), lang='en'))}\n"


def policy() -> str:
    """No script at all, no connection, and of styles only our sheet, named by its hash."""
    digest = b64encode(sha256(_css().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


@cache
def _css() -> str:
    return files("assist.debrief.formats").joinpath("page.css").read_text("utf-8")


def _head(record: CallRecord, title: str) -> Element:
    began = when(record.started_at)
    facts = [
        began if began != title else None,
        DIRECTIONS[record.direction] if record.direction else None,
        seconds(record.duration_ms),
        record.id if record.id != title else None,
    ]
    notices = [el("p", notice, class_="notice") for notice in notices_of(record)]
    return el(
        "header",
        el("p", "Debrief", class_="eyebrow"),
        el("h1", title),
        el("p", " \u00b7 ".join(fact for fact in facts if fact), class_="facts"),
        *notices,
    )
