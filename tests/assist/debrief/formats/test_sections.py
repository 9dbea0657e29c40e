"""The parts of the page say what is in the debrief."""

import re

from msgspec.structs import replace

from assist.debrief.debrief import debrief_of
from assist.debrief.formats import sections
from assist.debrief.formats.markup import Element, Node, written
from tests.assist.debrief.scene import A_CALL, ENTRIES, bundled, debrief, record


def text_of(node: Node | None) -> str:
    """What a reader reads, pieces apart."""
    assert node is not None
    if isinstance(node, str):
        return node
    return " ".join(" ".join(text_of(child) for child in node.children).split())


def test_the_answer_has_both_sides_with_times_and_quotes() -> None:
    """Evidence stands under each finding."""
    text = text_of(sections.answer(bundled()))
    understood, waited = text.split("Signs that you waited for your turn")
    assert "2:45 Prospect That's right. That's exactly it." in understood
    assert "1:30 Prospect Yeah, you're right." in waited


def test_a_side_without_a_finding_says_so() -> None:
    """An empty box would look broken."""
    assert text_of(sections.answer(debrief())).count("None in this call.") == 2


def test_concerns_tell_how_they_were_taken() -> None:
    """In words, with the reply."""
    text = text_of(sections.concerns(bundled()))
    assert "You went past it price 1:15 I just don't know if we can justify the cost right now." in text
    assert "You named it effort" in text
    assert "None was heard." in text_of(sections.concerns(debrief()))


def test_moments_tell_what_could_have_been_said() -> None:
    """Silence has no words, and what went well is only praised."""
    text = text_of(sections.moments(bundled()))
    assert "Three moments to learn from" in text
    assert "A question instead What would take the most pressure off right now?" in text
    assert "Worth doing again" in text_of(sections.moments(debrief(*A_CALL)))
    assert sections.moments(debrief()) is None and sections.followup(debrief()) is None


def test_tables_say_what_followed_and_what_became_of_suggestions() -> None:
    """A row each."""
    followed, offered = sections.followed(bundled()), sections.offered(bundled())
    assert "1:57 Mirror disruptive. 0.6 s They opened up , 32 words worry" in text_of(followed)
    assert "1:55 Mirror Disruptive...? implementation process looks disruptive. Said as shown" in text_of(offered)
    assert sections.followed(debrief()) is None and sections.offered(debrief()) is None


def test_the_closing_question_has_room_or_the_answer() -> None:
    """And says how to keep one."""
    open_question = sections.closing(debrief(*A_CALL))
    assert 'class="room"' in written(open_question) and "assist debrief c --answer" in text_of(open_question)
    answered = sections.closing(debrief_of(replace(record(*A_CALL), answer="I argued."), ENTRIES))
    assert "<blockquote>I argued.</blockquote>" in written(answered)


def test_the_transcript_has_every_word_and_what_was_heard_in_it() -> None:
    """In order, each with its anchor."""
    told = debrief(*A_CALL)
    transcript: Element = sections.transcript(told)
    assert re.findall(r'id="(u\d+)"', written(transcript)) == [f"u{n}" for n in range(len(A_CALL))]
    for said in told.record.utterances:
        assert said.text in text_of(transcript)
    assert "right now. price" in text_of(transcript)
    assert "Disruptive?" in text_of(sections.picture(told)) and "51%" in text_of(sections.figures(bundled()))
    assert "Hi there," in text_of(sections.followup(told))
