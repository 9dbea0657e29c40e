"""Detection tells a cue once, tells it again when firm, takes back what went away, and outlives its detectors."""

import pytest
from structlog.testing import capture_logs

from assist import settings
from assist.detection import TURNS_KEPT, Detection, Heard, load_detectors
from detectors.contract import Cue, CueKind, Turn
from streaming.types import Speaker, Word, Words

PRICE_WORD_MS = 300


class Listener:
    """Hears its word wherever it stands; firm once committed."""

    names = frozenset[str]()

    def __init__(self, name: str, kind: CueKind = "objection") -> None:
        self.name = name
        self.kind: CueKind = kind
        self.before: list[tuple[Turn, ...]] = []

    def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
        self.before.append(before)
        return tuple(
            Cue(self.kind, self.name, words.speaker, w.text, w.start_ms, w.end_ms, 0.9, index < len(words.committed))
            for index, w in enumerate(words.all)
            if w.text == self.name
        )


class Broken:
    """Fails on whatever it hears, with the words in its error."""

    names = frozenset[str]()

    def __init__(self) -> None:
        self.asked = 0

    def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
        self.asked += 1
        raise RuntimeError(f"cannot take {words.all}")


def said(
    committed: str = "",
    tentative: str = "",
    utterance: int = 0,
    speaker: Speaker = "prospect",
    is_final: bool = False,
) -> Words:
    texts = committed.split() + tentative.split()
    words = tuple(Word(text, i * 300, i * 300 + 250, 0.9) for i, text in enumerate(texts))
    count = len(committed.split())
    return Words(speaker, utterance, words[:count], words[count:], is_final)


def names(heard: Heard) -> tuple[list[tuple[str, bool]], list[str]]:
    return [(cue.name, cue.firm) for cue in heard.new], [cue.name for cue in heard.gone]


def test_a_cue_is_told_early_and_again_when_firm() -> None:
    """Once with `firm` false, once with `firm` true, and in between and afterwards not at all."""
    detection = Detection({"a": Listener("price")})
    assert names(detection.hear(said("the", "price"))) == ([("price", False)], [])
    assert names(detection.hear(said("the", "price is"))) == ([], [])
    assert names(detection.hear(said("the price", "is"))) == ([("price", True)], [])
    assert names(detection.hear(said("the price is", is_final=True))) == ([], [])


def test_a_tentative_cue_that_went_away_is_taken_back() -> None:
    """It is told as gone once, as it was told, and may come back as new."""
    detection = Detection({"a": Listener("price")})
    told = detection.hear(said("", "price")).new
    assert detection.hear(said("", "prize")) == Heard((), told)
    assert names(detection.hear(said("", "prize"))) == ([], [])
    assert names(detection.hear(said("", "price"))) == ([("price", False)], [])


def test_what_is_doubted_stays_while_its_words_stand() -> None:
    """Half a sentence may unsay what the other half says again: only the end, or another word there, takes it back."""

    class Doubting:
        names = frozenset[str]()

        def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
            return Listener("price").hear(words, before) if len(words.all) < 3 else ()

    for heard, early, late in (("the Price, is", [], ["price"]), ("the prices is", ["price"], [])):
        detection = Detection({"a": Doubting()})
        detection.hear(said("", "the price"))
        assert names(detection.hear(said("", heard))) == ([], early)
        assert names(detection.hear(said(heard, is_final=True))) == ([], late)


def test_final_words_without_the_cue_drop_it() -> None:
    """The end of an utterance settles it."""
    detection = Detection({"a": Listener("price")})
    detection.hear(said("the", "price"))
    assert names(detection.hear(said("the prize", is_final=True))) == ([], ["price"])


def test_a_firm_cue_never_goes_away() -> None:
    """Even if the detector, hearing more, changes its mind."""
    detection = Detection({"a": Listener("price")})
    assert names(detection.hear(said("price"))) == ([("price", True)], [])
    assert names(detection.hear(said("prize"))) == ([], [])
    assert names(detection.hear(said("price", is_final=True))) == ([], [])


def test_a_class_is_told_once_an_utterance_the_firm_one_first() -> None:
    """Said twice, the one whose words stand is told."""
    detection = Detection({"a": Listener("price")})
    heard = detection.hear(said("price oh", "price"))
    assert [(cue.firm, cue.start_ms) for cue in heard.new] == [(True, 0)]
    backwards = Cue("objection", "x", "prospect", "x", 0, 1, 0.9, False)

    class Twice:
        names = frozenset[str]()

        def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
            return (backwards, Cue("objection", "x", "prospect", "y", 2, 3, 0.9, True))

    assert [cue.quote for cue in Detection({"a": Twice()}).hear(said("x y")).new] == ["y"]


def test_utterances_speakers_and_kinds_are_apart() -> None:
    """The same class in another utterance, from the other speaker or of another kind is another cue."""
    detection = Detection({"a": Listener("price"), "b": Listener("price", "emotion")})
    assert len(detection.hear(said("price")).new) == 2
    assert len(detection.hear(said("price", speaker="rep")).new) == 2
    assert len(detection.hear(said("price", utterance=1)).new) == 2
    assert detection.hear(said("", utterance=1)).gone == ()


def test_an_utterance_may_end_after_the_next_began() -> None:
    """The one before is still known, so its firm cue is not told twice."""
    detection = Detection({"a": Listener("price")})
    detection.hear(said("price", utterance=0))
    detection.hear(said("oh", utterance=1))
    assert names(detection.hear(said("price", utterance=0, is_final=True))) == ([], [])


def test_finished_turns_are_the_context_and_only_the_last_few() -> None:
    """Detectors see what both said before, oldest first, and never the utterance itself."""
    listener = Listener("price")
    detection = Detection({"a": listener})
    for number in range(TURNS_KEPT + 2):
        detection.hear(said(f"turn {number}", utterance=number, is_final=True))
    detection.hear(said("", utterance=99, is_final=True))
    detection.hear(said("still", "talking", speaker="rep"))
    detection.hear(said("price"))
    assert listener.before[0] == ()
    assert listener.before[1] == (Turn("prospect", "turn 0", 0, 550),)
    assert [turn.text for turn in listener.before[-1]] == [f"turn {n}" for n in range(2, TURNS_KEPT + 2)]


def test_a_detector_that_raises_is_muted_and_the_others_go_on() -> None:
    """It is asked once, noted by name and type of error, and never with what was said."""
    broken = Broken()
    detection = Detection({"broken": broken, "a": Listener("price")})
    with capture_logs() as logs:
        assert names(detection.hear(said("price"))) == ([("price", True)], [])
        detection.hear(said("price again"))
    assert broken.asked == 1
    assert detection.muted == ("broken",)
    assert logs == [
        {"event": "detector_muted", "detector": "broken", "error": "RuntimeError", "log_level": "error"},
    ]


def test_muting_is_for_one_call() -> None:
    """Calls share the detectors, not the muting."""
    loaded = {"broken": Broken()}
    Detection(loaded).hear(said("x"))
    assert list(loaded) == ["broken"]
    assert Detection(loaded).muted == ()


def test_memory_is_bounded() -> None:
    """A long call keeps the last two utterances of a speaker, whatever was told in them."""
    detection = Detection({"a": Listener("price")})
    for number in range(500):
        detection.hear(said("price", utterance=number))
        detection.hear(said("price", utterance=number, speaker="rep"))
    assert len(detection._told) == 4


def test_the_detectors_of_the_folder_load() -> None:
    """Each plug-in by its file's name, fit to hear."""
    loaded = load_detectors(settings.load().cache_dir)
    assert {"agreement", "emotions", "objections"} <= loaded.keys()
    assert Detection(loaded).hear(said("hello")) == Heard((), ())


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_order_to_stop_is_not_a_detectors_fault(error: type[BaseException]) -> None:
    """What is no Exception passes through."""

    class Stopped:
        names = frozenset[str]()

        def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
            raise error

    with pytest.raises(error):
        Detection({"a": Stopped()}).hear(said("x"))
