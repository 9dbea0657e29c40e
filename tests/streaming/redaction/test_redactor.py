"""Words of a call without the numbers that nobody may keep."""

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.redaction.redactor import PLACEHOLDER, Redactor, Stretch, redacted
from streaming.types import Speaker, Word, Words

SAID = (
    "four one forty-one eleven 4111 1111 double five no, sorry, not um okay dollars the price is card number your CVV "
    "phone zip 12 2019 1,200 may I ask 123-45-6789 hundred G"
).split()


def spoken(text: str, start_ms: int = 0) -> tuple[Word, ...]:
    """A word each 300 ms."""
    return tuple(Word(part, start_ms + i * 300, start_ms + i * 300 + 250, 0.9) for i, part in enumerate(text.split()))


class Call:
    """A redactor and what it told."""

    def __init__(self) -> None:
        self.redactor = Redactor()
        self.told: list[Words] = []
        self._numbers: dict[Speaker, int] = {}

    def says(self, text: str, at_ms: int, speaker: Speaker = "prospect", committed: int | None = None) -> None:
        """An utterance; it goes on where only some of its words are committed."""
        words = spoken(text, at_ms)
        number = self._numbers.setdefault(speaker, 0)
        is_final = committed is None
        now_ms = words[-1].end_ms + 500
        told = Words(speaker, number, words[:committed], () if is_final else words[committed:], is_final)
        self.told += self.redactor.hear(told, now_ms)
        self._numbers[speaker] += is_final

    @property
    def finals(self) -> list[str]:
        """What stands, an utterance each."""
        return [" ".join(word.text for word in words.committed) for words in self.told if words.is_final]

    @property
    def shown(self) -> str:
        """What is seen of the last update."""
        return " ".join(word.text for word in self.told[-1].all)


@pytest.mark.parametrize(
    "text",
    [
        "It is 4111 1111 1111 1111.",
        "It is 4111111111111111.",
        "It is 4111-1111-1111-1111.",
        "It is forty-one eleven eleven eleven, eleven eleven eleven eleven.",
        "It is four triple one, four ones no sorry one one one one, double one double one and 1111.",
        "It is GB29 NWBK 6016 1331 9268 19.",
        "It is 123-45-6789.",
        "It is four one one one um let me see one one one one okay one one one one and one one one one.",
    ],
)
def test_a_number_is_known_without_being_asked_for(text: str) -> None:
    """However it is grouped; one placeholder stands for it, with the punctuation behind it."""
    assert redacted(text) == f"It is {PLACEHOLDER}."


@pytest.mark.parametrize(
    "text",
    [
        "It costs $1,200 a year, or 99.50 a month, for 12 people.",
        "Call me at 555 867 5309, that's 555 867 5309.",
        "We are on it since 2019, in four offices, with 10, 20, 30, 40, 50, 60 and 70 seats.",
        "My order number is 48213377, and the zip code is 94107.",
        "Nine thirty to five p.m. on the 3rd of April 2027.",
        "Two lines:\n\n  the second one.",
        "",
    ],
)
def test_other_numbers_stay_as_they_are(text: str) -> None:
    """And so does all else."""
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("asked", "answer", "told"),
    [
        ("And the security code?", "It's one two three.", f"It's {PLACEHOLDER}."),
        ("What's your social?", "6789.", f"{PLACEHOLDER}."),
        ("The routing number?", "021000021", PLACEHOLDER),
        ("Your bank account number?", "double oh one two three four", PLACEHOLDER),
        ("Your passport number?", "It's X1234567.", f"It's {PLACEHOLDER}."),
        ("And the zip code?", "94107.", "94107."),
        ("When does your contract expire?", "04/27", "04/27"),
    ],
)
def test_a_number_that_was_asked_for_is_known_by_that(asked: str, answer: str, told: str) -> None:
    """The other party's question says what it is."""
    call = Call()
    call.says(asked, 0, "rep")
    call.says(answer, 3_000)
    call.says("How long does it take?", 6_000)
    assert call.finals == [asked, told, "How long does it take?"]


def test_an_expiry_is_one_only_where_a_card_was_spoken_of() -> None:
    """Contracts expire as well."""
    call = Call()
    call.says("What is the card number?", 0, "rep")
    call.says("And when does it expire?", 3_000, "rep")
    call.says("04/27", 6_000)
    assert call.finals[-1] == PLACEHOLDER


def test_groups_are_held_back_over_pauses_and_nods() -> None:
    """Nothing of them is seen before it is known what they are; what stands has none of them."""
    call = Call()
    for place, group in enumerate(("Sure, four one one one", "one one one one", "one one one one", "one one one one")):
        call.says(group, 4_000 * place, committed=2)
        call.says(group, 4_000 * place)
        call.says("Okay.", 4_000 * place + 1_500, "rep")
    call.says("Did you get it?", 16_000)
    digits = re.compile(r"(?:(?:four|one)\W+){3}")
    assert not any(digits.search(" ".join(word.text for word in words.all) + " ") for words in call.told)
    of_prospect = [text for text in call.finals if text != "Okay."]
    assert of_prospect == [f"Sure, {PLACEHOLDER}", PLACEHOLDER, PLACEHOLDER, PLACEHOLDER, "Did you get it?"]


def test_the_read_back_is_hidden_too() -> None:
    """Whole or in part, by either party, as soon as it is heard."""
    call = Call()
    call.says("It's 5555 5555 5555 4444, thanks.", 0)
    call.says("So 5555", 5_000, "rep", committed=1)
    assert call.shown == f"So {PLACEHOLDER}"
    call.says("So 5555 ending in four four four four, right?", 5_000, "rep")
    assert call.finals[-1] == f"So {PLACEHOLDER} ending in {PLACEHOLDER}, right?"


def test_digits_that_could_begin_a_number_wait_for_silence() -> None:
    """Then they are harmless, and stand where they were said."""
    call = Call()
    call.says("It was 48213", 0)
    assert call.finals == [] and call.shown == f"It was {PLACEHOLDER}"
    assert call.redactor.undecided_ms == 600
    assert call.redactor.tick(5_000) == ()
    call.told += call.redactor.tick(6_000)
    assert call.finals == ["It was 48213"]
    assert call.redactor.undecided_ms is None and call.redactor.hidden == ()


def test_where_a_card_was_asked_for_silence_hides_what_there_is() -> None:
    """A group of it is the beginning of it."""
    call = Call()
    call.says("What's the card number?", 0, "rep")
    call.says("It's four one one one", 3_000)
    call.told += call.redactor.tick(9_000)
    assert call.finals[1:] == []
    call.told += call.redactor.tick(13_000)
    assert call.finals[1:] == [f"It's {PLACEHOLDER}"]


def test_a_quantity_is_not_held_once_the_speaker_goes_on() -> None:
    """A price or a number of people is what a rep waits for."""
    call = Call()
    call.says("We have 1200", 0, committed=3)
    assert call.shown == f"We have {PLACEHOLDER}"
    call.says("We have 1200 people", 0, committed=4)
    assert call.shown == "We have 1200 people" and len(call.told[-1].committed) == 4


def test_the_end_of_the_call_decides_all() -> None:
    """Half a number that was asked for is hidden, other digits stand."""
    call = Call()
    call.says("It was 48213", 0)
    call.says("Your card number is 4111", 3_000, "rep")
    call.told += call.redactor.finish()
    assert sorted(call.finals) == ["It was 48213", f"Your card number is {PLACEHOLDER}"]


def test_the_sound_of_a_hidden_number_is_told() -> None:
    """From before its first digit to behind its last, fillers and all."""
    call = Call()
    call.says("It is 4111 1111 um 1111 1111 okay?", 0)
    assert call.finals == [f"It is {PLACEHOLDER} okay?"]
    assert call.redactor.hidden == (Stretch(300, 2_350),)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["rep", "prospect"]), st.lists(st.sampled_from(SAID), max_size=9)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_whatever_is_said_words_stay_in_order_and_committed_ones_stand(
    said: list[tuple[Speaker, list[str]]], rng: Random
) -> None:
    """Each utterance is told whole once, in order; times are those of the words; no digit is added."""
    redactor, told, now_ms = Redactor(), list[Words](), 0
    numbers = {"rep": 0, "prospect": 0}
    for speaker, texts in said:
        words = spoken(" ".join(texts), now_ms)
        committed = 0
        for heard in range(1, len(words) + 1):
            committed = max(committed, rng.randrange(heard + 1))
            told += redactor.hear(
                Words(speaker, numbers[speaker], words[:committed], words[committed:heard], False), now_ms
            )
            now_ms += 300
        told += redactor.hear(Words(speaker, numbers[speaker], words, (), True), now_ms)
        numbers[speaker] += 1
        now_ms += rng.choice((300, 3_000, 9_000))
        told += redactor.tick(now_ms)
    told += redactor.finish()
    for speaker in ("rep", "prospect"):
        theirs = [words for words in told if words.speaker == speaker]
        assert [words.utterance for words in theirs if words.is_final] == list(range(numbers[speaker]))
        for before, after in pairwise(theirs):
            if before.utterance == after.utterance:
                assert after.committed[: len(before.committed)] == before.committed and not before.is_final
            else:
                assert before.is_final and after.utterance == before.utterance + 1
        for update in theirs:
            assert all(one.end_ms <= two.start_ms for one, two in pairwise(update.all))
