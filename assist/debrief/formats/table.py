"""What happened as a table, CSV (RFC 4180): one row an event, in order of time; pure."""

import csv
import io
import re
from collections.abc import Iterator

from assist.debrief.debrief import Debrief
from assist.debrief.formats.clock import clock
from assist.debrief.formats.markup import clean

HEAD = ("time", "start_ms", "end_ms", "what", "speaker", "kind", "text", "note")

# What spreadsheets take for a formula's beginning, full-width forms included (OWASP, "CSV Injection"). After a
# semicolon too: where that separates cells, a quoted text is cut at it, and quotes that then begin a cell come off.
_FORMULA = re.compile(r"(^|;)([ \"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")

Row = tuple[int, int, str, str, str, str, str]


def table(debrief: Debrief) -> str:
    """Utterances, cues, the rep's moves, suggestions and interruptions. No cell can be taken for a formula."""
    rows = sorted(_rows(debrief), key=lambda row: (row[0], row[1]))
    out = io.StringIO()
    out.write("\ufeff")  # without it Excel takes UTF-8 for something else
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD)
    for start_ms, end_ms, *texts in rows:
        writer.writerow([clock(start_ms), start_ms, end_ms, *map(cell, texts)])
    return out.getvalue()


def cell(text: str) -> str:
    """A text that a spreadsheet shows and does not run."""
    return _FORMULA.sub(r"\1\2'", " ".join(clean(text).split()))


def _rows(debrief: Debrief) -> Iterator[Row]:
    record = debrief.record
    for u in record.utterances:
        yield (u.start_ms, u.end_ms, "said", record.name_of(u.speaker), "", u.text, "")
    for cue in record.cues:
        yield (cue.start_ms, cue.end_ms, "cue", record.name_of(cue.speaker), f"{cue.kind}: {cue.name}", cue.quote, "")
    for move in debrief.moves:
        note = f"asks: {move.asks}" if move.asks else ""
        yield (move.start_ms, move.end_ms, "move", record.name_of("rep"), move.kind, move.text, note)
    for shown in debrief.offered:
        offer = shown.offer
        yield (offer.shown_ms, offer.gone_ms, "suggestion", "", offer.technique, offer.text, shown.fate)
    for cut in debrief.interruptions:
        yield (cut.at_ms, cut.at_ms + cut.overlap_ms, "interruption", record.name_of(cut.by), "", cut.said, cut.cut)
