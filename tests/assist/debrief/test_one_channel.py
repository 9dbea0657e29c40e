"""A debrief of a call with both sides on one channel says what was said, and claims nothing about who said it."""

import re
from pathlib import Path

from assist.archive import Archive
from assist.debrief.formats.captions import srt
from assist.debrief.formats.keeping import json, restored
from assist.debrief.formats.markdown import markdown
from assist.debrief.formats.page import html
from assist.debrief.formats.table import table
from assist.debrief.pages import listing
from tests.assist.debrief.scene import A_CALL, Line, debrief, events
from tests.assist.debrief.test_reading import write

MIXED: tuple[Line, ...] = tuple(("mixed", at_ms, text) for _, at_ms, text in A_CALL)
CLAIMS = re.compile(
    r"You (?:understood|listened|opened|named|asked|had|spoke|talked|tried|went)|They (?:said|told|voiced|never|for)"
    r"|Nothing that they felt|stood in their way|your share|not used|Hi there",
    re.IGNORECASE,
)


def test_nothing_is_judged() -> None:
    """No verdict, no finding, no moment, no letter; and the same talk on two channels has them all."""
    told = debrief(*MIXED)
    assert told.verdict.headline == "Who said what is not known."
    assert (told.findings, told.moments, told.moves, told.concerns, told.followup) == ((), (), (), (), "")
    apart = debrief(*A_CALL)
    assert apart.findings and apart.moments and apart.followup


def test_a_reader_finds_words_and_what_was_heard_and_no_claim() -> None:
    """In the page and in Markdown; on two channels the same search finds claims."""
    for text in (html(debrief(*MIXED)), markdown(debrief(*MIXED))):
        assert CLAIMS.findall(text.replace("Did I truly understand them", "")) == []
        assert "justify the cost" in text and "uncertain" in text
    assert "tag" in html(debrief(*MIXED)) and CLAIMS.search(markdown(debrief(*A_CALL)))


def test_what_became_of_a_suggestion_is_not_known() -> None:
    """It may have been said; who would know."""
    told = debrief(*MIXED)
    assert told.offered and {shown.fate for shown in told.offered} <= {"not_known", "withdrawn"}
    assert told.measures.suggestions.get("ignored") is None


def test_every_format_names_the_speaker_as_unknown() -> None:
    """And JSON says for programs that the call is mixed."""
    told = debrief(*MIXED)
    assert "Mixed" in table(told) and "Mixed: Hello" in srt(told)
    assert restored(json(told)) == told and told.record.is_mixed


def test_such_a_call_counts_for_no_development(tmp_path: Path) -> None:
    """Beside two that do it is in the list, without figures."""
    for name, lines in (("a", A_CALL), ("b", A_CALL), ("c", MIXED)):
        write(tmp_path / f"{name}.jsonl", events(*lines))
    text = listing(Archive(tmp_path), "")
    links = {name: text.count(f'href="/calls/{name}"') for name in "abc"}
    assert links["c"] == 1 and links["a"] == links["b"] > 1
