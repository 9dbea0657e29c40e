"""The overlay's files are sent under its policy, and a second language is one more file."""

from pathlib import Path

from assist.overlay_pages import CONTENT_POLICY, overlay_folder, overlay_pages


def test_the_page_and_all_it_needs_are_sent() -> None:
    """With their types and the policy; notes for developers are not."""
    pages = overlay_pages(overlay_folder())
    assert {"/index.html", "/app.js", "/style.css", "/icon.svg", "/languages.js"} <= pages.keys()
    assert not [path for path in pages if path.endswith((".md", ".ts", ".json", ".png"))]
    assert pages["/app.js"].content_type.split("/")[1].startswith("javascript")
    assert all(page.headers == (("Content-Security-Policy", CONTENT_POLICY),) for page in pages.values())


def test_a_page_has_a_short_path_too() -> None:
    """The overlay's own, and that of the page that brings a call in."""
    pages = overlay_pages(overlay_folder())
    assert (pages["/"], pages["/capture"]) == (pages["/index.html"], pages["/capture.html"])


def test_a_language_is_a_file(tmp_path: Path) -> None:
    """Whatever is called like a catalogue is offered to the page, and nothing else."""
    for name in ("strings.en.js", "strings.pt-BR.js", "strings.js", "other.en.js"):
        (tmp_path / name).touch()
    assert overlay_pages(tmp_path)["/languages.js"].body == b'export const languages = ["en", "pt-BR"];\n'
