"""What can be said to a cue: a mirror where it fits, a label, a question when a concern is back, never worded alike."""

from itertools import pairwise

import msgspec
import pytest

from assist.detection import Heard
from assist.grammar.tree import Parse
from assist.phrasing import Phrase, Phrasing
from assist.playbook import load
from assist.playbook_talk import Case
from assist.sentence_rules import starter_of
from detectors.contract import Cue
from streaming.types import Word, Words, text_of
from tests.assist.judges import Judge

SHIPPED = load(None)
# These calls begin without a greeting, and end soon.
PLAYBOOK = msgspec.structs.replace(SHIPPED, summary=msgspec.structs.replace(SHIPPED.summary, begins_ms=0, story_ms=0))
IMPLEMENTATION = "Your platform seems great, but the implementation process looks disruptive."


def said(text: str) -> Words:
    words = tuple(Word(word, i * 300, i * 300 + 250, 0.9) for i, word in enumerate(text.split()))
    return Words("prospect", 0, words, (), False)


def cue(name: str, words: Words, first: int = 0, last: int = -1) -> Cue:
    quoted = words.all[first : len(words.all) if last == -1 else last + 1]
    return Cue(
        "objection", name, "prospect", text_of(quoted), quoted[0].start_ms, quoted[-1].end_ms, confidence=0.9, firm=True
    )


def ways(phrasing: Phrasing, name: str, text: str, was_labelled: bool = False) -> list[str]:
    return [phrase.technique for phrase in phrasing.ways(cue(name, said(text)), said(text), was_labelled)]


def test_a_first_concern_is_labelled() -> None:
    """The label comes before the question."""
    assert ways(Phrasing(PLAYBOOK, "c"), "price", "we can't justify the cost") == ["label", "question"]


def test_a_short_turn_that_ends_on_a_critical_word_is_mirrored() -> None:
    """The word itself, and the quote it comes from."""
    words = said(IMPLEMENTATION)
    mirror = Phrasing(PLAYBOOK, "c").ways(cue("effort", words, 5, 9), words, False)[0]
    assert mirror == Phrase("mirror", "Disruptive...?", "the implementation process looks disruptive.", 2950)


def test_a_mirror_of_a_word_after_the_quote_quotes_up_to_it() -> None:
    """The rep sees the word where it was said."""
    words = said("So I'm worried about the rollout.")
    mirror = Phrasing(PLAYBOOK, "c").ways(cue("worry", words, 1, 2), words, False)[0]
    assert mirror == Phrase("mirror", "Rollout...?", "I'm worried about the rollout.", 1750)


def test_a_word_before_the_quote_is_not_mirrored() -> None:
    """It belongs to what was said before the concern."""
    words = said("After the rollout, I'm worried.")
    assert [w.technique for w in Phrasing(PLAYBOOK, "c").ways(cue("worry", words, 3, 4), words, False)] == [
        "label",
        "question",
    ]


def test_a_word_of_the_sentence_after_the_concern_is_not_mirrored() -> None:
    """The talk has gone on; the concern rests on what was said before."""
    words = said("I'm worried about it. We had a rollout last year.")
    ways = Phrasing(PLAYBOOK, "c").ways(cue("worry", words, 0, 3), words, False)
    assert "mirror" not in [way.technique for way in ways]


def test_no_mirror_in_a_long_turn() -> None:
    """One word stands for too little of it."""
    long = "well " * PLAYBOOK.mirrors.utterance_words + "disruptive"
    assert ways(Phrasing(PLAYBOOK, "c"), "effort", long) == ["label", "question"]


def test_no_mirror_where_the_playbook_has_none() -> None:
    """A price is diagnosed, not repeated."""
    assert ways(Phrasing(PLAYBOOK, "c"), "price", "too expensive and risky") == ["label", "question"]


def test_no_two_mirrors_in_a_row() -> None:
    """After one, a label comes first, and a mirror last."""
    phrasing = Phrasing(PLAYBOOK, "c")
    words = said(IMPLEMENTATION)
    phrasing.note(phrasing.ways(cue("effort", words), words, False)[0])
    assert ways(phrasing, "risk", "that looks risky") == ["label", "question", "mirror"]


def test_a_concern_that_is_back_is_asked_about() -> None:
    """Labelled already, and a label shown last: a question. After the question a label again."""
    phrasing = Phrasing(PLAYBOOK, "c")
    words = said("the cost")
    label, question = phrasing.ways(cue("price", words), words, False)
    phrasing.note(label)
    assert ways(phrasing, "need", "we are fine", was_labelled=False) == ["label", "question"]
    assert ways(phrasing, "price", "the cost", was_labelled=True) == ["question", "label"]
    phrasing.note(question)
    assert ways(phrasing, "price", "the cost", was_labelled=True) == ["label", "question"]


def test_a_label_of_what_they_spoke_of_comes_before_a_question() -> None:
    """It says more than either that holds for all of its kind."""
    phrasing = Phrasing(PLAYBOOK, "c")
    words = said("the cost")
    phrasing.note(phrasing.ways(cue("price", words), words, False)[0])
    margins = said("my margins won't take it")
    special, question, general = phrasing.ways(cue("price", margins), margins, True)
    assert special.text in PLAYBOOK.cues["price"].when["thin"].labels
    assert (question.technique, general.text in PLAYBOOK.cues["price"].labels) == ("question", True)


def test_wordings_rotate_and_openings_vary() -> None:
    """Each label once before one is said again, and no two in a row that begin alike while there is a choice."""
    phrasing = Phrasing(PLAYBOOK, "c")
    words = said("that is a lot")
    price = cue("price", words)
    texts = []
    for _ in PLAYBOOK.cues["price"].labels:
        label = next(way for way in phrasing.ways(price, words, False) if way.technique == "label")
        assert not phrasing.is_said(label)
        phrasing.note(label)
        texts.append(label.text)
    assert sorted(texts) == sorted(PLAYBOOK.cues["price"].labels)
    assert all(starter_of(a) != starter_of(b) for a, b in pairwise(texts[:4]))
    assert all(phrasing.is_said(way) for way in phrasing.ways(price, words, False) if way.technique == "label")


def test_what_suits_a_part_of_a_class_is_said_only_there() -> None:
    """The return where the cost has to be justified, and not where there is no money; once, and then what suits all."""
    price = PLAYBOOK.cues["price"]
    worth = {*price.when["roi"].labels}
    for text, suiting in (
        ("we can't justify the cost", worth),
        ("we can\u2019t AFFORD that", {*price.when["no_money"].labels}),
        ("did somebody fall asleep on the zero key", {*price.labels[:2]}),
    ):
        words = said(text)
        made = (Phrasing(PLAYBOOK, f"c{n}").ways(cue("price", words), words, False)[0].text for n in range(40))
        assert set(made) == suiting
    phrasing, words = Phrasing(PLAYBOOK, "c"), said("we can't justify the cost")
    texts = []
    for _ in range(6):
        label = next(w for w in phrasing.ways(cue("price", words), words, False) if w.technique == "label")
        phrasing.note(label)
        texts.append(label.text)
    assert len(set(texts)) == len(texts)
    assert all(starter_of(a) != starter_of(b) for a, b in pairwise(texts))


def test_of_two_cases_the_first_has_its_say_first() -> None:
    """In the order of the playbook; then the other, then what suits all."""
    cases = {"dear": Case(("It seems like one.",), ("steep",)), "late": Case(("It looks like two.",), ("quarter",))}
    price = msgspec.structs.replace(PLAYBOOK.cues["price"], own=(), labels=("It sounds like three.",), when=cases)
    phrasing = Phrasing(msgspec.structs.replace(PLAYBOOK, cues={"price": price}), "c")
    words, texts = said("this quarter that is steep"), []
    for _ in range(3):
        label = phrasing.ways(cue("price", words), words, False)[0]
        phrasing.note(label)
        texts.append(label.text)
    assert texts == ["It seems like one.", "It looks like two.", "It sounds like three."]


def test_words_that_may_change_do_not_choose_the_label() -> None:
    """Else the card would have to be taken down with them."""
    words = Words("prospect", 0, (), said("we can't justify the cost").all, False)
    price, loose = PLAYBOOK.cues["price"], cue("price", words, first=3)
    assert Phrasing(PLAYBOOK, "c").ways(loose, words, False)[0].text in price.labels


def test_words_that_the_cue_rests_on_do() -> None:
    """They may change as well, but the card stands on them."""
    words = Words("prospect", 0, (), said("we can't justify the cost").all, False)
    chosen = Phrasing(PLAYBOOK, "c").ways(cue("price", words), words, False)[0].text
    assert chosen in PLAYBOOK.cues["price"].when["roi"].labels


def test_an_opening_is_not_repeated_where_another_is_left() -> None:
    """Even if the playbook has two that begin alike next to each other, wherever the call begins in it."""
    labels = ("It seems like one.", "It seems like two.", "It looks like three.")
    price = msgspec.structs.replace(PLAYBOOK.cues["price"], labels=labels)
    playbook = msgspec.structs.replace(PLAYBOOK, cues={"price": price})
    words = said("the cost")
    for call_id in "abcdef":
        phrasing = Phrasing(playbook, call_id)
        first = phrasing.ways(cue("price", words), words, False)[0]
        phrasing.note(first)
        second = phrasing.ways(cue("price", words), words, False)[0]
        assert starter_of(first.text) != starter_of(second.text)


def test_calls_begin_at_different_wordings() -> None:
    """By the call's id alone, so that a replay says the same and a rep does not read one line all day."""
    words = said("that is a lot")
    firsts = [Phrasing(PLAYBOOK, f"c{n}").ways(cue("price", words), words, False)[0].text for n in range(40)]
    assert set(firsts) == set(PLAYBOOK.cues["price"].labels[:2]), "the best of them"
    assert firsts == [Phrasing(PLAYBOOK, f"c{n}").ways(cue("price", words), words, False)[0].text for n in range(40)]


def test_a_cue_the_playbook_does_not_know_has_no_wording() -> None:
    """It weighs nothing and says nothing."""
    words = said("our lawyers")
    phrasing = Phrasing(PLAYBOOK, "c")
    assert phrasing.ways(cue("legal", words), words, False) == []
    assert phrasing.wordings(cue("legal", words)).weight == 0


def test_a_breakthrough_gets_a_question_or_nothing() -> None:
    """Nothing once the team takes the questions away."""
    words = said("That's right.")
    assert ways(Phrasing(PLAYBOOK, "c"), "thats_right", "That's right.") == ["question"]
    silent = msgspec.structs.replace(
        PLAYBOOK,
        cues=PLAYBOOK.cues | {"thats_right": msgspec.structs.replace(PLAYBOOK.cues["thats_right"], questions=())},
    )
    assert Phrasing(silent, "c").ways(cue("thats_right", words), words, False) == []


def heard_and(phrasing: Phrasing, name: str, text: str, utterance: int = 0, is_firm: bool = True) -> tuple[Cue, Words]:
    """A cue in these words, as far as they are committed, after the phrasing heard them as a finished turn."""
    whole = tuple(
        Word(word.text, word.start_ms + 10_000 * utterance, word.end_ms + 10_000 * utterance, 0.9)
        for word in said(text).all
    )
    words = Words("prospect", utterance, whole if is_firm else (), () if is_firm else whole, is_firm)
    heard = cue(name, words)
    phrasing.hear(Heard((heard,), ()), words)
    return heard, words


def test_a_label_has_their_words_where_that_reads_naturally(parse: Parse) -> None:
    """And is a fixed wording where it does not, while words may change, and where there is no parser."""
    boss = "I'd have to run it by my boss."
    labels = {
        "own": Phrasing(PLAYBOOK, "c", parse).ways(*heard_and(Phrasing(PLAYBOOK, "c"), "authority", boss), False)[0],
        "tentative": Phrasing(PLAYBOOK, "c", parse).ways(
            *heard_and(Phrasing(PLAYBOOK, "c"), "authority", boss, is_firm=False), False
        )[0],
        "no parser": Phrasing(PLAYBOOK, "c").ways(*heard_and(Phrasing(PLAYBOOK, "c"), "authority", boss), False)[0],
    }
    assert "your boss" in labels["own"].text
    assert labels["tentative"].text in PLAYBOOK.cues["authority"].labels
    assert labels["no parser"].text in PLAYBOOK.cues["authority"].labels


def test_an_own_label_is_said_once(parse: Parse) -> None:
    """The next is another, or a fixed one."""
    phrasing = Phrasing(PLAYBOOK, "c", parse)
    boss, words = heard_and(phrasing, "authority", "I'd have to run it by my boss.")
    texts = []
    for _ in range(5):
        label = next(way for way in phrasing.ways(boss, words, False) if way.technique == "label")
        phrasing.note(label)
        texts.append(label.text)
    assert len(set(texts)) == len(texts)


def with_three_things(parse: Parse) -> tuple[Phrasing, Cue, Words]:
    """Two concerns in their words, and a price heard just now."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    heard_and(phrasing, "worry", "We need fewer missed appointments.")
    heard_and(phrasing, "overwhelm", "My team is completely overwhelmed.", 1)
    price, words = heard_and(phrasing, "price", "Twelve hundred a month, you say.", 2)
    return phrasing, price, words


def techniques(phrasing: Phrasing, to: Cue, words: Words) -> list[str]:
    return [way.technique for way in phrasing.ways(to, words, was_labelled=False)]


def test_two_things_beside_a_concern_are_summed_up(parse: Parse) -> None:
    """Once, until there is more."""
    phrasing, price, words = with_three_things(parse)
    summary = phrasing.ways(price, words, was_labelled=False)[0]
    assert summary.technique == "summary"
    said, closing = summary.text.split(". ")
    assert said == "So you need fewer missed appointments, and your team is completely overwhelmed"
    assert closing in PLAYBOOK.cues["price"].labels
    phrasing.note(summary)
    assert "summary" not in techniques(phrasing, price, words)


def test_one_thing_beside_a_concern_is_not(parse: Parse) -> None:
    """Nor is what is joy, or what no summary is said for."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    heard_and(phrasing, "worry", "We need fewer missed appointments.")
    second, words = heard_and(phrasing, "overwhelm", "My team is completely overwhelmed.", 1)
    assert not phrasing.can_sum_up(second, words)
    assert "summary" not in techniques(phrasing, second, words)
    phrasing, price, words = with_three_things(parse)
    assert phrasing.can_sum_up(price, words)
    for name in ("excitement", "relief", "brush_off", "nothing_known"):
        assert not phrasing.can_sum_up(msgspec.structs.replace(price, name=name), words)
    agreed = msgspec.structs.replace(price, kind="agreement")
    assert not phrasing.can_sum_up(agreed, words)
    doubted = msgspec.structs.replace(price, confidence=PLAYBOOK.summary.closes_from - 0.01)
    assert not phrasing.can_sum_up(doubted, words)


def test_a_summary_is_for_a_pause_in_which_nothing_was_asked(parse: Parse) -> None:
    """Who asks wants an answer."""
    phrasing, price, words = with_three_things(parse)
    assert "summary" in techniques(phrasing, price, words)
    assert "summary" not in techniques(phrasing, price, msgspec.structs.replace(words, is_final=False))
    asking = Words("prospect", 2, said("Twelve hundred a month? Good grief.").all, (), True)
    assert "summary" not in techniques(phrasing, price, asking)


def test_no_summary_for_a_turn_that_is_over(parse: Parse) -> None:
    """They took an answer; once they speak again, it may wait for the next pause."""
    fine = "Twelve hundred a month, that would do."
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge(settling=(fine,)))
    heard_and(phrasing, "worry", "We need fewer missed appointments.")
    heard_and(phrasing, "overwhelm", "My team is completely overwhelmed.", 1)
    price, words = heard_and(phrasing, "price", fine, 2)
    assert not phrasing.can_sum_up(price, words)
    again, growing = heard_and(phrasing, "price", "Twelve hundred a month, though.", 3, is_firm=False)
    assert phrasing.can_sum_up(again, growing)


def test_the_label_is_known_again_whatever_stands_before_it(parse: Parse) -> None:
    """A name with a full stop in it, too."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    heard_and(phrasing, "worry", "Dr. Smith runs the whole office.")
    heard_and(phrasing, "overwhelm", "My team is completely overwhelmed.", 1)
    price, words = heard_and(phrasing, "price", "Twelve hundred a month, you say.", 2)
    summary = phrasing.ways(price, words, was_labelled=False)[0]
    assert "Dr. Smith" in summary.text
    phrasing.note(summary)
    (closing,) = [label for label in PLAYBOOK.cues["price"].labels if summary.text.endswith(f" {label}")]
    assert phrasing.is_said(Phrase("label", closing, price.quote, price.end_ms))


def test_a_concern_told_twice_is_one(parse: Parse) -> None:
    """A cue is told again once it is firm, and with each update where a call is taken up."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    text = "We're nervous about the locked in term."
    heard_and(phrasing, "risk", text, 1, is_firm=False)
    heard_and(phrasing, "risk", text, 1)
    price, words = heard_and(phrasing, "price", "Twelve hundred a month, you say.", 2)
    assert not phrasing.can_sum_up(price, words)


def test_a_summary_says_back_the_whole_of_the_last_turn(parse: Parse) -> None:
    """Also what came after the words that the cue quotes."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    heard_and(phrasing, "worry", "We need fewer missed appointments.")
    heard_and(phrasing, "overwhelm", "My team is completely overwhelmed.", 1)
    words = Words("prospect", 2, said("Twelve hundred a month. We need more nurses.").all, (), True)
    price = cue("price", msgspec.structs.replace(words, committed=words.committed[:4]))
    phrasing.hear(Heard((price,), ()), words)
    summary = phrasing.ways(price, words, was_labelled=False)[0]
    assert summary.technique == "summary"
    phrasing.note(summary)
    heard_and(phrasing, "overwhelm", "There's a hiring freeze.", 3)
    again, words = heard_and(phrasing, "authority", "Them upstairs, they decide.", 4)
    assert not phrasing.can_sum_up(again, words)


@pytest.mark.parametrize("by", ["them", "the rep"])
def test_what_was_said_back_is_not_summed_up_again(parse: Parse, by: str) -> None:
    """They said that this is it, or the rep summed up in whatever words."""
    phrasing, price, words = with_three_things(parse)
    if by == "them":
        agreed = said("That's right.")
        right = msgspec.structs.replace(cue("thats_right", agreed), kind="agreement")
        late = tuple(Word(word.text, word.start_ms + 10_000, word.end_ms + 10_000, 0.9) for word in agreed.all)
        phrasing.hear(Heard((right,), ()), Words("prospect", 3, late, (), False))
    else:
        phrasing.note_said_back(words.all[-1].end_ms)
    assert "summary" not in techniques(phrasing, price, words)


def test_a_label_is_read_once_be_it_on_its_own_or_in_a_summary(parse: Parse) -> None:
    """At its end in either order."""
    phrasing, price, words = with_three_things(parse)
    usual = phrasing.ways(price, words, was_labelled=False)[0].text.split(". ")[1]
    phrasing.note(Phrase("label", usual, price.quote, price.end_ms))
    summary = phrasing.ways(price, words, was_labelled=False)[0]
    assert summary.technique == "summary" and usual not in summary.text
    phrasing.note(summary)
    assert phrasing.is_said(Phrase("label", summary.text.split(". ")[1], price.quote, price.end_ms))


def test_what_people_say_on_the_phone_is_summed_up(parse: Parse) -> None:
    """In their words, turned round."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    heard_and(phrasing, "effort", "Well, we don't have the staff to train people.")
    heard_and(phrasing, "authority", "And I'd have to get the others on board.", 1)
    price, words = heard_and(phrasing, "price", "Twelve hundred a month, you say.", 2)
    summary = phrasing.ways(price, words, was_labelled=False)[0]
    said = summary.text.split(". ")[0]
    assert said == "So you don't have the staff to train people, and you'd have to get the others on board"


def test_bad_news_is_forestalled_once_something_stood_in_the_way(parse: Parse) -> None:
    """They ask for the price: what they will think of it is said first."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    asking = Words("prospect", 9, said("And what would it cost?").all, (), True)
    assert phrasing.hear(Heard((), ()), asking) == ()
    heard_and(phrasing, "overwhelm", "My team is completely overwhelmed.")
    (asked,) = phrasing.hear(Heard((), ()), asking)
    assert asked.name == "asked_price"
    assert [way.text in PLAYBOOK.audits["price"].labels for way in phrasing.ways(asked, asking, False)] == [True]
    told = Words("prospect", 10, said("That is the cost of it.").all, (), True)
    assert phrasing.hear(Heard((), ()), told) == (), "that was no question"


def test_a_concern_that_went_away_is_not_said_back(parse: Parse) -> None:
    """The words changed."""
    phrasing = Phrasing(PLAYBOOK, "c", parse, Judge())
    words = said("My team is completely overwhelmed.")
    early = cue("overwhelm", words)
    phrasing.hear(Heard((early,), ()), words)
    phrasing.hear(Heard((), (early,)), Words("prospect", 0, words.all, (), True))
    asking = Words("prospect", 9, said("And what would it cost?").all, (), True)
    assert phrasing.hear(Heard((), ()), asking) == ()
