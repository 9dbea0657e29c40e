"""What was said lately is kept in order, within bounds, each utterance as it stands last."""

from assist.talk.recent import FINISHED_KEPT, Recent
from assist.talk.stretch import Stretch
from streaming.types import Speaker, Word, Words


def words(text: str, utterance: int, speaker: Speaker = "rep", is_final: bool = True) -> Words:
    """An utterance at second `utterance`."""
    at_ms = 1000 * utterance + 500 * (speaker == "prospect")
    spoken = tuple(Word(w, at_ms + i, at_ms + i + 1, 0.9) for i, w in enumerate(text.split()))
    return Words(speaker, utterance, spoken if is_final else (), () if is_final else spoken, is_final)


def texts(said: tuple[Stretch, ...]) -> list[str]:
    """What was said."""
    return [stretch.text for stretch in said]


def test_an_utterance_counts_once_it_is_final() -> None:
    """Until then it is among those being said, as it was told last."""
    recent = Recent()
    recent.hear(words("so it", 0, is_final=False))
    recent.hear(words("so if we", 0, is_final=False))
    assert texts(recent.all) == ["so if we"]
    assert texts(recent.finished) == []
    recent.hear(words("so if we start", 0))
    assert recent.all == recent.finished
    assert texts(recent.finished) == ["so if we start"]


def test_order_is_that_of_speaking() -> None:
    """Not of hearing."""
    recent = Recent()
    recent.hear(words("two", 2))
    recent.hear(words("three", 2, "prospect", is_final=False))
    recent.hear(words("one", 1, "prospect"))
    assert texts(recent.finished) == ["one", "two"]
    assert texts(recent.all) == ["one", "two", "three"]


def test_words_that_came_to_nothing_leave_nothing() -> None:
    """A noise that was taken for speech."""
    recent = Recent()
    recent.hear(words("so", 0, is_final=False))
    recent.hear(words("", 0))
    assert recent.all == ()


def test_memory_is_bounded() -> None:
    """A call of hours keeps its last minutes."""
    recent = Recent()
    for number in range(3 * FINISHED_KEPT):
        recent.hear(words("word", number))
    assert len(recent.finished) == FINISHED_KEPT and recent.finished[-1].start_ms == 1000 * (3 * FINISHED_KEPT - 1)
