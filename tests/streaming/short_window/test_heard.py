"""The sound that a patch is judged by."""

from pathlib import Path

from streaming.short_window import heard


def test_telephone_speech_has_human_text_for_every_utterance(data_dir: Path) -> None:
    """Both parties of six calls, no utterance beyond a window, and no marks of noise in the text."""
    found = heard.telephone(data_dir)
    assert {crop.passage.split()[2] for crop in found} == {"agent", "caller"}
    assert len({crop.passage.split()[0] for crop in found}) == 6
    assert all(crop.text and not set("[]<>") & set(crop.text) for crop in found)
    assert all(4000 <= len(crop.sound) <= 30 * 16_000 for crop in found)


def test_each_passage_of_wide_speech_has_its_text_once(data_dir: Path) -> None:
    """At its first piece, so that pieces of a file are scored together against one text."""
    found = heard.wide(data_dir)
    texts = [crop.passage for crop in found if crop.text is not None]
    assert len(texts) == len(set(texts)) == 7
    assert all(len(crop.sound) <= 10.5 * 16_000 for crop in found)
    assert all(
        crop.text is not None
        for crop in {crop.passage: crop for crop in reversed(found)}.values()
        if crop.passage in texts
    )


def test_what_nobody_speaks_in_leaves_out_what_training_heard(data_dir: Path) -> None:
    """The office noise was mixed into the lessons; impulse responses are not listened to."""
    names = {crop.passage.split()[0] for crop in heard.unspoken(data_dir)}
    assert {"crowded-room.ogg", "hold_music.ogg", "dtmf-5.wav"} <= names
    assert not names & {"office-ambience.ogg", "rir1.wav"}


def test_streamed_crops_are_the_same_each_time(data_dir: Path) -> None:
    """So that two patches are judged by the same five hundred."""
    one, other = heard.streamed(data_dir, 5), heard.streamed(data_dir, 5)
    assert len(one) == 5
    assert all((a.sound == b.sound).all() for a, b in zip(one, other, strict=True))
