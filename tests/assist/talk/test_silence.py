"""The next word after something was said, whoever says it."""

from assist.talk.silence import OVERLAP_MS, next_word
from tests.assist.debrief.scene import stretch


def test_the_first_to_speak_breaks_the_silence() -> None:
    """Whoever it is; words before the end are none after it."""
    said = stretch("rep", 0, "it seems like a lot")
    assert next_word([said], said.end_ms) is None
    assert next_word([said, stretch("rep", 9_000, "so"), stretch("prospect", 8_000, "well")], said.end_ms) == (
        8_000,
        "prospect",
    )
    assert next_word([said, stretch("rep", 7_000, "so"), stretch("prospect", 8_000, "well")], said.end_ms) == (
        7_000,
        "rep",
    )


def test_a_prospect_who_begins_a_little_early_still_answers() -> None:
    """The times of words are no better than that; the rep's own words before the end are the label itself."""
    early = [stretch("prospect", 1_500 - OVERLAP_MS, "well"), stretch("rep", 1_500 - OVERLAP_MS, "lot")]
    assert next_word(early, 1_500) == (1_500 - OVERLAP_MS, "prospect")
    assert next_word([stretch("prospect", 1_499 - OVERLAP_MS, "well")], 1_500) is None
