"""What each turn of a practice did, as its journal tells it."""

from typing import Any

from assist.debrief.practised import practised_turns
from assist.debrief.reading import record_of

Event = dict[str, Any]


def answered(seq: int, openness: int, tried: str | None, because: str = "", ending: str | None = None) -> Event:
    """A line of the prospect's, as a journal has it."""
    told = {"line": f"l{seq}", "text": f"Line {seq}.", "openness": openness, "tried": tried, "because": because}
    return {"call": "c", "seq": seq, "at_ms": 1_000 * seq, "kind": "prospect_answered", **told, "ending": ending}


def journal(*told: Event, practice: str | None = "price") -> list[Event]:
    """A practice of nothing else."""
    start = {"call": "c", "seq": 0, "at_ms": 0, "kind": "call_started", "speakers": ["rep", "prospect"]}
    return [{**start, "protocol": "browser", "names": {"prospect": "Ann"}, "practice": practice}, *told]


PRACTICE = journal(
    answered(1, 1, None),
    answered(2, 2, "label", "It seems like it is a lot."),
    answered(3, 2, "silence"),
    answered(4, 0, "pitch", "But it pays for itself."),
    answered(5, 5, "summary", "Let me make sure I've got this.", "understood"),
)


def test_each_turn_is_told_by_what_it_did() -> None:
    """Their first line answers nothing; who stays where they are was neither opened nor closed."""
    turns = practised_turns(record_of("c", PRACTICE))
    assert [(turn.tried, turn.effect, turn.at_ms) for turn in turns] == [
        ("label", "opened", 2_000),
        ("silence", "kept", 3_000),
        ("pitch", "closed", 4_000),
        ("summary", "opened", 5_000),
    ]
    assert (turns[2].because, turns[2].answer) == ("But it pays for itself.", "Line 4.")


def test_a_call_is_no_practice() -> None:
    """And an id that is used again for a call has nothing of the practice before."""
    record = record_of("c", [*PRACTICE, *journal(practice=None)])
    assert record.practice is None and practised_turns(record) == ()
    assert record_of("c", PRACTICE).practice == "price"
