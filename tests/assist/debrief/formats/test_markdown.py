"""Markdown in which only our own marks are marks, as an independent parser sees it."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assist.debrief.formats.markdown import markdown, safe
from assist.debrief.formats.markup import clean
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import A_CALL, Line, bundled, debrief

OURS = {
    "heading",
    "paragraph",
    "inline",
    "bullet_list",
    "list_item",
    "blockquote",
    "text",
    "strong",
    "softbreak",
    "hardbreak",
}
READER = MarkdownIt("gfm-like", {"linkify": False})  # its tables and strike-through, which CommonMark has not
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(alphabet="\\`*_{}[]<>()#+-.!|~$&:@=1w a\n", min_size=1, max_size=30))
LINES = st.lists(
    st.tuples(
        st.sampled_from(["rep", "prospect"]), st.integers(0, 90_000), TEXT.filter(lambda text: bool(text.split()))
    ),
    min_size=1,
    max_size=4,
)


def kinds(text: str) -> set[str]:
    """Which elements a parser finds."""
    tokens = READER.parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    return {token.type.removesuffix("_open").removesuffix("_close") for token in (*tokens, *inner)}


@given(LINES, TEXT)
def test_nothing_said_becomes_markup(lines: list[Line], name: str) -> None:
    """Neither markup nor HTML, nor a link, a table or a list that is not ours."""
    text = markdown(debrief(*lines, names={"prospect": name}, company=name))
    assert kinds(text) <= OURS


@given(TEXT)
def test_what_was_said_is_read_back(text: str) -> None:
    """As it was said, on one line."""
    (_, inline, _) = READER.parse(f"x {safe(text)}")
    read = "".join(child.content for child in inline.children or ())
    assert read.split() == ["x", *clean(text).split()]


def test_every_part_is_there() -> None:
    """With the words of the call."""
    text = markdown(debrief(*A_CALL, names={"rep": "Dana"}))
    for heading in ("Moments to learn from", "What stood in their way", "Figures", "A summary to send", "Transcript"):
        assert f"\n## {heading}\n" in text
    assert "**Dana:** Disruptive?" in text and "(not given yet)" in text


def test_what_a_call_has_not_has_no_heading() -> None:
    """Or says that there is none."""
    text = markdown(debrief())
    assert "None was heard." in text and "## Moments" not in text and "## What your words did" not in text


def test_the_bundled_call() -> None:
    """Reads as what it is."""
    text = markdown(bundled())
    assert "1:57 mirror: disruptive. **They opened up, 32 words, worry. Silence: 0.6 s.**" in text
    assert "**You understood them, and they said so. Twice you waited for your turn.**" in text
    assert kinds(text) <= OURS
