"""Figures as rows to read."""

from assist.debrief.formats.figures import figures_of
from tests.assist.debrief.scene import A_CALL, bundled, debrief


def test_the_bundled_call() -> None:
    """Each with its value, and all with a meaning."""
    rows = figures_of(bundled().measures)
    assert all(row.meaning for row in rows)
    values = {row.name: row.value for row in rows}
    assert values["Your share of the talking"] == "51%"
    assert values["Your longest turn"] == "19 s"
    assert values["Labels, mirrors, summaries"] == "7"
    assert values["Your first label"] == "0:49"
    assert values["Concerns taken up"] == "4 of 6"
    assert values["Suggestions used"] == "5 of 9"


def test_what_a_gap_counts_is_said() -> None:
    """And how often they gave in."""
    told, early = (
        {row.name: row.meaning for row in figures_of(debrief(*lines).measures)} for lines in (A_CALL, A_CALL[:3])
    )
    assert told["Your response gap"].startswith("From their last written word to your first, at the median.")
    assert told["\u201cThat\u2019s right\u201d"].endswith("They said it once.")
    assert early["\u201cThat\u2019s right\u201d"].endswith("They never said it.")


def test_what_a_call_has_not_is_not_told_as_zero() -> None:
    """A call without words has no talk share; one without a label has none."""
    names = [row.name for row in figures_of(debrief().measures)]
    assert "Your share of the talking" not in names and "Suggestions used" not in names
    values = {row.name: row.value for row in figures_of(debrief(*A_CALL[:3]).measures)}
    assert values["Your first label"] == "none"
