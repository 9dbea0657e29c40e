"""Text stays text, in content and in attributes, whatever it is."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.debrief.formats.markup import clean, el, script, style, written
from tests.assist.debrief.hostile import HOSTILE

TEXT = st.one_of(st.sampled_from(HOSTILE), st.text())


class Reader(HTMLParser):
    """Elements, attributes and text as an independent parser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Notes text."""
        self.text += data


@given(TEXT, TEXT)
def test_text_is_read_back_as_text(content: str, value: str) -> None:
    """One element, its attribute and its text; nothing else came of it."""
    read = Reader(written(el("p", content, title=value)))
    assert [tag for tag, _ in read.tags] == ["p"]
    (attributes,) = [attributes for _, attributes in read.tags]
    assert attributes.keys() == {"title"}
    same = str.maketrans({"\r": "\n"})
    assert (attributes["title"] or "").translate(same) == clean(value).translate(same)
    assert read.text.translate(same) == clean(content).translate(same)


def test_attributes_and_children_may_be_absent() -> None:
    """And names are written as HTML has them."""
    node = el("a", None, ["one", el("b", "two")], class_="x", data_label="y", hidden=True, id=None, open=False)
    assert written(node) == '<a class="x" data-label="y" hidden="hidden">one<b>two</b></a>'


def test_void_elements_have_no_end() -> None:
    """Those of SVG have one, which closes them."""
    assert written(el("meta", name="x")) == '<meta name="x">'
    assert written(el("rect", x=1)) == '<rect x="1"></rect>'


def test_a_script_is_written_as_it_is_and_cannot_end_itself() -> None:
    """It is ours, but a string in it may look like the end."""
    assert written(script("a < b && c()")) == "<script>a < b && c()</script>"
    for source in ("'</script>'", "'<!--'"):
        with pytest.raises(ValueError, match="script"):
            script(source)


def test_a_style_sheet_is_written_as_it_is_and_cannot_end_itself() -> None:
    """It is ours alone."""
    assert written(style("a > b {}")) == "<style>a > b {}</style>"
    with pytest.raises(ValueError, match="style"):
        style("</style>")


def test_characters_that_no_format_can_carry_are_left_out() -> None:
    """Controls, and those that turn the direction of reading."""
    assert clean("a\x00b\x1bc\u202ed\u2066e\x7f\u0085f\n\t") == "abcdef\n\t"
