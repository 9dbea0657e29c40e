"""A mirror repeats the word that matters, as it was said, or nothing: without a parser first, then with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from assist.grammar.tree import Parse, no_parser
from assist.mirrors import LONGEST, faults_of_mirror_word, mirror_of, rest_of_sentence
from assist.playbook import load
from assist.playbook_talk import MirrorRules
from streaming.agreement import stands_in
from streaming.types import Word, text_of
from tests.bench.mirrors import measured

RULES = load(None).mirrors


def spoken(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, i * 300, i * 300 + 250, 0.9) for i, word in enumerate(text.split()))


def listed(*words: str, reach_words: int = 5) -> MirrorRules:
    return replace(RULES, words=words, reach_words=reach_words)


def mirror(text: str) -> str | None:
    return mirror_of(spoken(text), spoken(text), RULES, no_parser)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your platform seems great, but the implementation process looks disruptive.", "Disruptive...?"),
        ("the last one was a huge disruption, you know", "Disruption...?"),
        ("It's just too complicated.", "Too complicated...?"),
        ("we are worried about the migration risk", "Migration risk...?"),
        ("that integration, training", "Training...?"),
        ("I can't go through another rollout.", "Rollout...?"),
        ("it is overwhelming for everybody here", "Overwhelming...?"),
        ("another one of those implementations", "Implementations...?"),
        ("that's a lot to implement", "Implement...?"),
        ("they have been worn down by all that. Training takes weeks", "Training...?"),
    ],
)
def test_repeats_the_critical_word_near_the_end(text: str, expected: str) -> None:
    """In the ending it was said with, with a critical word or "too" right before it, without punctuation."""
    assert mirror(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "um, you know, like",
        "call me on Thursday at two thirty",
        "we pay eighteen hundred a month",
        "the rollout was last year and nobody talks about it now",  # too far from the end
        "it's not risky",
        "that was not all that complicated",
        "it isn't really disruptive",
        "we used to work with Complex",  # a name
        "ask Marcus from the front desk",
    ],
)
def test_none_where_nothing_is_worth_repeating(text: str) -> None:
    """Fillers, times, numbers, names, what was denied and what is long past are left alone."""
    assert mirror(text) is None


def test_never_longer_than_three_words() -> None:
    """A run of critical words is cut from the front."""
    assert mirror("a risky migration rollout training") == "Migration rollout training...?"


def test_a_comma_keeps_words_apart() -> None:
    """What belongs to two phrases is not repeated as one."""
    assert mirror("risky, migration") == "Migration...?"
    assert mirror("that too, complicated") == "Complicated...?"


def test_the_reach_is_the_playbooks() -> None:
    """Only the last `reach_words` words are looked at."""
    words = spoken("the rollout for us")
    assert mirror_of(words, words, listed("rollout", reach_words=3), no_parser) == "Rollout...?"
    assert mirror_of(words, words, listed("rollout", reach_words=2), no_parser) is None


@given(st.lists(st.sampled_from(["Risky,", "too", "not", "rollout", "MIGRATION", "we're", "(", "um.", "\u2019s"])))
def test_is_verbatim_and_short(texts: list[str]) -> None:
    """Whatever is said, a mirror is one to three of their words side by side, and a critical one is among them."""
    words = spoken(" ".join(texts))
    text = mirror_of(words, words, listed("risky", "rollout", "migration"), no_parser)
    if text is not None:
        assert 1 <= len(text.split()) <= LONGEST
        assert text[0].isupper()
        assert text.endswith("...?")
        assert stands_in(text, words)


@pytest.mark.parametrize("word", ["Monday", "um", "they", "two", "q3", "learning curve", "ab", "", "what?"])
def test_words_that_sound_silly_are_faults(word: str) -> None:
    """Fillers, pronouns, numbers, time words and whatever is not one word do not belong in a playbook."""
    assert faults_of_mirror_word(word)


def test_plain_words_are_no_faults() -> None:
    """Hyphens are part of a word."""
    assert faults_of_mirror_word("disruptive") == faults_of_mirror_word("roll-out") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it's a political minefield over here", "Political minefield...?"),
        ("we tried that and it fell apart within a month", "Fell apart...?"),
        ("we can't afford another outage", "Outage...?"),
        ("uh the old system is, is clunky", "Clunky...?"),
        ("That's more paperwork for my drivers.", "More paperwork...?"),
        ("If it jams I'm wasting dough.", "Wasting dough...?"),
    ],
)
def test_with_a_parser_the_playbook_need_not_know_the_word(parse: Parse, text: str, expected: str) -> None:
    """What it is in the sentence tells that it matters."""
    assert mirror_of(spoken(text), spoken(text), RULES, parse) == expected


@pytest.mark.parametrize(
    "text",
    [
        "How risky is the rollout?",
        "give me a minute",
        "it was never painful",
        "I don't think it's risky",
        "the demo",
        "thanks, bye",
        "um",
    ],
)
def test_with_a_parser_silence_is_kept(parse: Parse, text: str) -> None:
    """Questions, orders, denials, words that open nothing."""
    assert mirror_of(spoken(text), spoken(text), RULES, parse) is None


@pytest.mark.parametrize(
    "text",
    [
        "My father died in that ward.",
        "Those are grandma's ashes you'd be moving.",
        "Nobody cares whose server it was.",
        "That's six ladders I'd be climbing.",
        "It's impossible.",
        "I'd say no to that, to be blunt.",
        "Same old story every month, it's a shop.",
        "The town council would have something to say.",
        "The whole village drinks out of that.",
        "It'd take a saint and a summer to get all those contracts scanned.",
        "Moving the till took us a bank holiday, a carpenter and a marriage counsellor.",
        "I've got a ticket so old it could get a driving licence.",
        "Half my girls are sixty.",
    ],
)
def test_a_word_that_is_not_the_loaded_one_is_left_alone(parse: Parse, text: str) -> None:
    """What hurts or startles, what they do not care about, what only describes, who acts: rather none."""
    assert mirror_of(spoken(text), spoken(text), RULES, parse) is None


def test_a_mirror_stands_where_the_concern_does(parse: Parse) -> None:
    """However loaded a word elsewhere in the turn is."""
    words = spoken("The rollout was a nightmare. And now it's clunky.")
    assert mirror_of(words, words[5:], RULES, parse) == "Clunky...?"
    assert mirror_of(words, words[:5], RULES, parse) == "Nightmare...?"


def test_the_rest_of_a_sentence_is_near_a_quote() -> None:
    """Up to its mark; where there is none, all that follows."""
    words = spoken("So I'm worried about the rollout. It is soon.")
    assert text_of(tuple(rest_of_sentence(words[1:3], words))) == "about the rollout."
    assert list(rest_of_sentence(words[1:6], words)) == []
    assert text_of(tuple(rest_of_sentence(words[6:7], words))) == "is soon."
    assert list(rest_of_sentence((), words)) == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from("the rollout , is risky. um it it's fell apart, not you know mess 42 Karen".split())))
def test_with_a_parser_a_mirror_is_verbatim_and_short(parse: Parse, texts: list[str]) -> None:
    """One to three of their words, side by side."""
    words = spoken(" ".join(texts))
    text = mirror_of(words, words, RULES, parse)
    if text is not None:
        assert 1 <= len(text.removesuffix("...?").split()) <= LONGEST
        assert stands_in(text, words)


@pytest.mark.parametrize("part", ["tune", "frozen"])
def test_mirrors_are_acceptable_and_silences_right(parse: Parse, part: str) -> None:
    """Of turns written before anything was measured; the bench prints the figures."""
    figures = measured(part, parse)
    assert figures["acceptable_of_offered"] >= 0.85
    assert figures["correct_silences"] >= 0.9
