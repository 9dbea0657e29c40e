"""The formats by name."""

from collections.abc import Callable, Mapping

from assist.debrief.debrief import Debrief
from assist.debrief.formats.captions import srt, vtt
from assist.debrief.formats.keeping import json
from assist.debrief.formats.markdown import markdown
from assist.debrief.formats.page import html
from assist.debrief.formats.table import table

WRITERS: Mapping[str, Callable[[Debrief], str]] = {
    "html": html,
    "md": markdown,
    "json": json,
    "csv": table,
    "vtt": vtt,
    "srt": srt,
}
"""Each gives the whole file as text, to be kept as UTF-8 as it is."""
