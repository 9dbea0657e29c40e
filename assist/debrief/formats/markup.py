"""HTML and SVG as a tree in which text can only be text: there is no way in for ready-made markup.

What people said, what they are called and what files hold goes through `el` as a child or as an attribute's value, and
`written` escapes both. Names of elements and attributes come from our own code.
"""

import re
from collections.abc import Iterator
from html import escape

import msgspec

VOID = frozenset({"meta", "link", "br", "hr", "input", "rect", "line", "path", "circle", "polygon", "use"})
RAW = frozenset({"style", "script"})
"""Elements whose content HTML does not unescape: ours alone, never anybody's words."""

# Control characters have no place in HTML; the bidirectional ones could show a text in another order than it has.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


class Element(msgspec.Struct, frozen=True):
    """An element with its attributes and what is in it."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: "tuple[Node, ...]"


Node = Element | str
Content = Node | None | Iterator[Node] | list[Node] | tuple[Node, ...]


def el(name: str, /, *children: Content, **attributes: str | int | float | bool | None) -> Element:
    """An element. `class_` is written `class`, `data_x` `data-x`; None and False leave an attribute or child out."""
    written_attributes = tuple(
        (key.rstrip("_").replace("_", "-"), key if value is True else str(value))
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Element(name, written_attributes, tuple(_flat(children)))


def style(css: str) -> Element:
    """Our own style sheet, written as it is."""
    if "</" in css:
        raise ValueError("a style sheet that ends its own element")
    return Element("style", (), (css,))


def script(source: str) -> Element:
    """Our own script, written as it is."""
    if "</" in source or "<!--" in source:
        raise ValueError("a script that could end its own element")
    return Element("script", (), (source,))


def written(node: Node) -> str:
    """The node as HTML."""
    return "".join(_parts(node))


def clean(text: str) -> str:
    """A text without the characters that no format can carry."""
    return _UNWANTED.sub("", text)


def _flat(children: tuple[Content, ...]) -> Iterator[Node]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, str | Element):
            yield child
        else:
            yield from child


def _parts(node: Node) -> Iterator[str]:
    if isinstance(node, str):
        yield escape(clean(node))
        return
    yield f"<{node.name}"
    for name, value in node.attributes:
        yield f' {name}="{escape(clean(value))}"'
    yield ">"
    if node.name in VOID:
        # SVG's elements are closed in their start tag; HTML's void ones ignore the end tag that they must not have.
        if node.name not in {"meta", "link", "br", "hr", "input"}:
            yield f"</{node.name}>"
        return
    for child in node.children:
        if node.name in RAW and isinstance(child, str):
            yield child
        else:
            yield from _parts(child)
    yield f"</{node.name}>"
