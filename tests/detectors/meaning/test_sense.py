"""The sense embeds each text once, and after a failure leaves the work to the patterns."""

from structlog.testing import capture_logs

from detectors.contract import Turn
from detectors.meaning.encoder import Encoded, Encoder
from detectors.meaning.heads import shipped
from detectors.meaning.sense import Sense, sense
from streaming.errors import EngineFailed
from tests.detectors.marked_lines import CACHE_DIR, words_of

SAID = words_of("That is a lot of money.").all
BEFORE = (Turn("rep", "It is nine hundred.", 0, 1), Turn("prospect", "Hm.", 1, 2))


class Counting(Encoder):
    """The real model, counting its work; from the text `fails_at` on it fails."""

    def __init__(self, fails_at: str = "") -> None:
        self.texts: list[tuple[str, str | None]] = []
        self._fails_at = fails_at

    def encode(self, text: str, asked: str | None = None) -> Encoded:
        self.texts.append((text, asked))
        if text == self._fails_at:
            raise EngineFailed("the sentence model failed")
        return sense(CACHE_DIR)._encode(text, asked)


def test_a_text_is_embedded_once_for_all_who_ask() -> None:
    """As the answer to the same turn of the rep."""
    counting = Counting()
    shared = Sense(counting, shipped())
    for end in (3, 3, 6, 6):
        shared.meant(SAID[:end], BEFORE)
    asked = "It is nine hundred."
    assert counting.texts == [("That is a", asked), ("That is a lot of money.", asked)]


def test_only_the_reps_last_turn_is_the_context() -> None:
    """And none is no context."""
    counting = Counting()
    shared = Sense(counting, shipped())
    shared.meant(SAID, (Turn("rep", "Hello.", 0, 1), *BEFORE))
    shared.meant(SAID, BEFORE[1:])
    assert [asked for _, asked in counting.texts] == ["It is nine hundred.", None]


def test_a_failure_is_told_once_and_the_model_not_asked_again() -> None:
    """A model that hangs or fails at each word would cost the call its time."""
    counting = Counting(fails_at="That is a lot of money.")
    shared = Sense(counting, shipped())
    with capture_logs() as logs:
        assert shared.meant(SAID[:3], ()) is not None
        assert shared.meant(SAID, BEFORE) is None
        assert shared.meant(SAID[:3], BEFORE) is None
    assert [entry["event"] for entry in logs] == ["meaning_muted"]
    assert "nine" not in str(logs) and "lot" not in str(logs)
    assert len(counting.texts) == 2
