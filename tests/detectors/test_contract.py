"""Every detector in the folder obeys the contract; a new file is found by itself."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import detectors
from detectors.contract import Cue, Detector, Turn
from streaming import plugins
from streaming.types import Speaker, Word, Words, text_of
from tests.detectors import marked_lines

LISTENERS: dict[str, Detector] = {
    name: plugins.load(detectors, name).create(marked_lines.CACHE_DIR) for name in plugins.names(detectors)
}
SAID = tuple(line.text for line in marked_lines.read("tune.txt"))
SPOKEN = st.lists(st.sampled_from(" ".join(SAID).split()), max_size=40).map(tuple)
ANYTHING = st.lists(st.text(max_size=20), max_size=20).map(tuple)
SPEAKERS: st.SearchStrategy[Speaker] = st.sampled_from(["rep", "prospect"])


def words(texts: tuple[str, ...], speaker: Speaker, committed: int) -> Words:
    """The texts as an utterance of which the first `committed` words are fixed."""
    all_words = tuple(Word(text, at * 250 + 40, at * 250 + 240, 0.8) for at, text in enumerate(texts))
    return Words(speaker, 3, all_words[:committed], all_words[committed:], is_final=committed >= len(texts))


def check(cue: Cue, heard: Words) -> None:
    """The cue is made of the words: a run of them, their times, and firm only if all are committed."""
    runs = {
        (run[0].start_ms, run[-1].end_ms): (text_of(run), end <= len(heard.committed))
        for end in range(1, len(heard.all) + 1)
        for begin in range(max(0, end - 12), end)
        if (run := heard.all[begin:end])
    }
    assert runs[cue.start_ms, cue.end_ms] == (cue.quote, cue.firm)
    assert cue.speaker == heard.speaker
    assert 0 <= cue.confidence <= 1


def test_the_three_kinds_of_listening_are_there() -> None:
    """The file names are the plug-ins' names."""
    assert set(LISTENERS) >= {"agreement", "emotions", "objections"}


@pytest.mark.parametrize("name", LISTENERS)
@pytest.mark.parametrize("speaker", ["rep", "prospect"])
def test_silence_gives_no_cue(name: str, speaker: Speaker) -> None:
    """No words, or words without letters, mean nothing."""
    for texts in ((), ("",), ("...", "?")):
        assert LISTENERS[name].hear(words(texts, speaker, 0), ()) == ()


@pytest.mark.parametrize("name", LISTENERS)
@settings(max_examples=60, deadline=None)
@example(texts=("?0", "I KN0"), speaker="prospect", committed=2, rep="")
@given(texts=SPOKEN | ANYTHING, speaker=SPEAKERS, committed=st.integers(0, 45), rep=st.text(max_size=40))
def test_cues_are_made_of_the_words_and_the_same_each_time(
    name: str, texts: tuple[str, ...], speaker: Speaker, committed: int, rep: str
) -> None:
    """On any text: no error, one cue a class, quotes verbatim and in order, times inside the words, no surprises."""
    heard = words(texts, speaker, committed)
    before = (Turn("rep", rep, 0, 10),)
    cues = LISTENERS[name].hear(heard, before)
    for cue in cues:
        check(cue, heard)
    assert cues == LISTENERS[name].hear(heard, before)
    assert len({cue.name for cue in cues}) == len(cues)
    assert [cue.start_ms for cue in cues] == sorted(cue.start_ms for cue in cues)


@pytest.mark.parametrize("name", LISTENERS)
def test_real_cues_hold_too(name: str) -> None:
    """The same on speech that does raise cues, with the last two words still tentative; each detector hears some."""
    found = 0
    for text in SAID:
        heard = words(tuple(text.split()), "prospect", max(0, len(text.split()) - 2))
        for cue in LISTENERS[name].hear(heard, ()):
            check(cue, heard)
            found += 1
    assert found > 0
