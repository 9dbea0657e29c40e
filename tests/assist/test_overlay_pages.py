"""The overlay's files are sent under its policy, and a second language is one more file."""

from pathlib import Path

from assist.overlay_pages import CONTENT_POLICY, overlay_folder, overlay_pages, without_comments


def test_the_page_and_all_it_needs_are_sent() -> None:
    """With their types and the policy; notes for developers are not."""
    pages = overlay_pages(overlay_folder())
    assert {"/index.html", "/app.js", "/style.css", "/icon.svg", "/languages.js"} <= pages.keys()
    assert not [path for path in pages if path.endswith((".md", ".ts", ".json", ".png"))]
    assert pages["/app.js"].content_type.split("/")[1].startswith("javascript")
    assert all(page.headers == (("Content-Security-Policy", CONTENT_POLICY),) for page in pages.values())


def test_a_page_has_a_short_path_too() -> None:
    """The overlay's own, and those of the pages that prepare a call, bring one in and practise one."""
    pages = overlay_pages(overlay_folder())
    assert pages["/"] == pages["/index.html"]
    for name in ("capture", "practice", "prepare"):
        assert pages[f"/{name}"] == pages[f"/{name}.html"]


def test_a_language_is_a_file(tmp_path: Path) -> None:
    """Whatever is called like a catalogue is offered to the page, and nothing else."""
    for name in ("strings.en.js", "strings.pt-BR.js", "strings.js", "other.en.js", "practice-strings.de.js"):
        (tmp_path / name).touch()
    assert overlay_pages(tmp_path)["/languages.js"].body.decode().splitlines() == [
        'export const languages = ["en", "pt-BR"];',
        'export const practiceLanguages = ["de"];',
        "export const captureLanguages = [];",
    ]


def test_comments_are_left_out_of_what_is_sent_and_nothing_else() -> None:
    """Lines of their own only, and each line keeps its number."""
    script = b"""// one
/**
 * two
 */
let a = "/* three */"; // four
  /* five */
const b = /** @type {X} */ (a) + `
https://six // seven
`;
"""
    assert without_comments(script, ".js").split(b"\n") == [
        *(b"", b"", b"", b""),
        b'let a = "/* three */"; // four',
        b"",
        b"const b = /** @type {X} */ (a) + `",
        b"https://six // seven",
        b"`;",
        b"",
    ]
    assert without_comments(b"/* one\n two */\na { b: url(//c) } /* three */\n", ".css") == (
        b"\n\na { b: url(//c) } /* three */\n"
    )
    cast = b"  /** @type {X} */ (a).b = 1;\n  /** two */\n  c();"
    assert without_comments(cast, ".js") == b"  /** @type {X} */ (a).b = 1;\n\n  c();"
    assert without_comments(b"// <p>", ".html") == b"// <p>"


def test_what_is_sent_of_a_script_is_what_stands_in_it() -> None:
    """Each line as it is, or left out whole."""
    folder = overlay_folder()
    for path, page in overlay_pages(folder).items():
        file = folder / path.strip("/")
        if path.endswith((".js", ".css")) and file.is_file():
            source, sent = file.read_bytes().split(b"\n"), page.body.split(b"\n")
            assert all(line in (written, b"") for written, line in zip(source, sent, strict=True)), path
