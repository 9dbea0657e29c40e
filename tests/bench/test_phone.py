"""What the telephone's bench makes of what was told."""

from typing import Any

import pytest

from tests.bench.phone import Heard, judged, moved_ms

TEXTS = [{"rep": "good morning", "prospect": "we cannot afford it now"}]


def final(speaker: str, text: str, first_ms: int) -> dict[str, Any]:
    """An utterance as it ended, a word each half second."""
    words = [{"text": word, "start_ms": first_ms + 500 * place} for place, word in enumerate(text.split())]
    return {"kind": "transcript_changed", "speaker": speaker, "is_final": True, "committed": text, "words": words}


def heard(prospect: str, first_ms: int = 2_000, end_ms: int = 5_000, **more: Any) -> Heard:
    """A call of 5 s in which the rep is always understood, and the prospect so."""
    told = [final("rep", "Good morning.", 500), final("prospect", prospect, first_ms)]
    lost = [{"kind": "audio_lost", "speaker": "prospect", "duration_ms": ms} for ms in more.pop("lost_ms", ())]
    return Heard((*told, *lost, {"kind": "call_ended", "duration_ms": end_ms}), 5_000, **more)


def test_each_line_is_held_against_the_clean_one() -> None:
    """Words by party and together, what was lost and told, and the end of the call."""
    lines = {
        "clean": [heard("We cannot afford it now.")],
        "loss_5": [heard("We can afford it now.", 2_040, 4_980, lost_ms=(20, 60), lost_packets=5, violations=1)],
    }
    told = judged(TEXTS, lines)
    assert told["clean"]["word_error_rate"] == {"rep": 0, "prospect": 0, "both": 0}
    spoilt = told["loss_5"]
    assert spoilt["worse_by_points"] == {"rep": 0, "prospect": 20, "both": pytest.approx(100 / 7, abs=0.01)}
    assert (spoilt["lost_packets"], spoilt["lost_ms"]) == (5, 100)
    assert (spoilt["announcements"], spoilt["announced_ms"]) == (2, 80)
    assert (spoilt["clock_error_ms"], spoilt["words_moved_ms"]) == (-20, 40)
    assert spoilt["protocol_violations"] == 1


def test_only_words_that_are_the_same_are_compared() -> None:
    """And nothing is where there are none."""
    assert moved_ms(heard("It is too dear."), heard("It was too dear.", 2_100)) == 100
    assert moved_ms(heard("Yes."), heard("No.")) == 0
