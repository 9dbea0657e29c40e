"""The part of a page that a client asks for by `Range` (RFC 9110, section 14), so that a player can seek; pure."""

import re

from streaming.product import Page

MOST_BYTES = 1024 * 1024
"""A part may be shorter than was asked for; players ask for the rest. So no answer is large."""

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def part_of(page: Page, wanted: str | None) -> Page:
    """What is to be sent of a seekable page: the first range, or all of it where none is asked for that can be read."""
    total = len(page.body)
    found = _RANGE.fullmatch(wanted or "")
    if not found or not any(found.groups()):
        return _with(page, page.body, 200, ("Accept-Ranges", "bytes"))
    first, last = (int(number) if number else None for number in found.groups())
    if first is None:
        first, last = max(0, total - (last or 0)), None
    end = min(total if last is None else last + 1, first + MOST_BYTES, total)
    if first >= end:
        return _with(page, b"", 416, ("Content-Range", f"bytes */{total}"))
    return _with(page, page.body[first:end], 206, ("Content-Range", f"bytes {first}-{end - 1}/{total}"))


def _with(page: Page, body: bytes, status: int, header: tuple[str, str]) -> Page:
    return Page(page.content_type, body, status, (*page.headers, header), page.is_seekable)
