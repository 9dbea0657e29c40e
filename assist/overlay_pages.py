"""The overlay's files as the server sends them, and the list of languages that they speak."""

import json
import mimetypes
import re
from collections.abc import Iterable
from pathlib import Path

from streaming.product import Page

# No script, style or connection but our own, and no way for text to become markup.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
PAGES = {"/": "/index.html", "/capture": "/capture.html", "/practice": "/practice.html", "/prepare": "/prepare.html"}
SENT = (".html", ".css", ".js", ".svg")

# Comments are for readers of the source, and half of it: what stands on lines of its own is left out of what is sent.
# Line breaks stay, so that a place in an error is one in the source.
COMMENTS = {
    ".js": re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*$)", re.MULTILINE),
    ".css": re.compile(rb"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*$", re.MULTILINE),
}


def overlay_folder() -> Path:
    """Beside the source in a checkout, inside the package in a wheel."""
    here = Path(__file__).parent
    return next(folder for folder in (here / "_overlay", here.parent / "overlay") if folder.is_dir())


def overlay_pages(folder: Path) -> dict[str, Page]:
    """Every file of the overlay by path, its pages by their short ones too, and `/languages.js`.

    The last names the catalogues that there are: of the overlay, of the practice page and of the capture page.
    """
    files = {f"/{file.name}": file for file in folder.iterdir() if file.suffix in SENT}
    pages = {path: _page(path, file.read_bytes()) for path, file in files.items()}
    lists = {"languages": "strings", "practiceLanguages": "practice-strings", "captureLanguages": "capture-strings"}
    told = [f"export const {name} = {json.dumps(_languages(files, of))};\n" for name, of in lists.items()]
    pages["/languages.js"] = _page("/languages.js", "".join(told).encode())
    return pages | {path: pages[file] for path, file in PAGES.items() if file in pages}


def without_comments(body: bytes, suffix: str) -> bytes:
    """A script or style sheet without its comment lines; all else as it is."""
    comments = COMMENTS.get(suffix)
    return body if comments is None else comments.sub(lambda found: b"\n" * found[0].count(b"\n"), body)


def _languages(paths: Iterable[str], catalogue: str) -> list[str]:
    return sorted(found[1] for path in paths if (found := re.fullmatch(rf"/{catalogue}\.([a-zA-Z-]+)\.js", path)))


def _page(path: str, body: bytes) -> Page:
    body = without_comments(body, Path(path).suffix)
    content_type = mimetypes.guess_type(path)[0]
    return Page(f"{content_type}; charset=utf-8", body, headers=(("Content-Security-Policy", CONTENT_POLICY),))
