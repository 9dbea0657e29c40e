"""A journal becomes a record: the last state of everything, whatever else the file holds."""

import json
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from assist.archive import Archive
from assist.debrief.reading import LEAD_MS, SHORTEST_WORD_MS, TAIL_MS, CallUnknown, read, record_of
from assist.demo.render import Expected
from assist.preparation import Preparation
from tests.assist.debrief.scene import A_CALL, BUNDLED, Line, events

Event = dict[str, Any]


def transcript(seq: int, text: str, *, is_final: bool, utterance: int = 0) -> Event:
    """One state of an utterance of the prospect."""
    words = [
        {"text": word, "start_ms": n * 300, "end_ms": (n + 1) * 300, "confidence": 0.9, "committed": is_final}
        for n, word in enumerate(text.split())
    ]
    told = {"speaker": "prospect", "utterance": utterance, "committed": text, "tentative": "", "is_final": is_final}
    times = {"start_ms": 0, "end_ms": 300 * len(words)}
    return {"call": "c", "seq": seq, "at_ms": 1_000, "kind": "transcript_changed", **told, **times, "words": words}


def write(path: Path, told: list[Event]) -> None:
    """As a journal."""
    path.write_text("".join(json.dumps(event) + "\n" for event in told))


def test_the_quiet_around_an_utterance_is_no_part_of_its_words() -> None:
    """It would shorten every silence; a word is never shorter than a sound."""
    told = transcript(0, "it costs too much", is_final=True)
    words = told["words"]
    (said,) = record_of("c", [told]).utterances
    assert [word.start_ms for word in said.words[1:]] == [word["start_ms"] for word in words[1:]]
    assert said.start_ms == min(LEAD_MS, words[0]["end_ms"] - SHORTEST_WORD_MS)
    shortest_ms = min(words[-1]["start_ms"] + SHORTEST_WORD_MS, words[-1]["end_ms"])
    assert said.end_ms == max(words[-1]["end_ms"] - TAIL_MS, shortest_ms)


@pytest.mark.parametrize("length_ms", [0, 40, 300, 1_000])
def test_a_lone_word_keeps_a_length(length_ms: int) -> None:
    """However much of it is quiet."""
    told = transcript(0, "Wow.", is_final=True)
    told["words"][0]["end_ms"] = told["end_ms"] = length_ms
    (said,) = record_of("c", [told]).utterances
    assert 0 <= said.start_ms <= said.end_ms <= length_ms
    assert said.end_ms - said.start_ms >= min(SHORTEST_WORD_MS, length_ms)


def test_a_cue_begins_no_sooner_than_its_utterance() -> None:
    """Else it would be in none; one whose words are elsewhere by now stays where it was told."""
    told = [transcript(0, "it costs too much", is_final=True)]
    cue = {"call": "c", "seq": 1, "at_ms": 900, "kind": "cue_heard", "cue": "price", "cue_kind": "objection"}
    cue |= {"speaker": "prospect", "quote": "it costs", "confidence": 0.9, "firm": True, "end_ms": 600}
    cues = record_of("c", [*told, cue | {"start_ms": 0}, cue | {"start_ms": 450}, cue | {"start_ms": 9_000}]).cues
    assert [cue.start_ms for cue in cues] == [LEAD_MS, 450, 9_000]


def test_the_times_of_the_bundled_call_are_those_of_its_sound() -> None:
    """By the script of the call, which has each turn to the sample: starts and ends within 0.1 s at the median."""
    turns = msgspec.json.decode((files("assist.demo") / "expected.json").read_bytes(), type=Expected).turns
    said = record_of("c", [json.loads(line) for line in BUNDLED.read_text().splitlines()]).utterances
    for end in ("start_ms", "end_ms"):
        off = [
            min((getattr(one, end) - getattr(turn, end) for one in said if one.speaker == turn.speaker), key=abs)
            for turn in turns
        ]
        assert abs(median(off)) <= 100


def test_the_last_state_of_an_utterance_stands() -> None:
    """Drafts are gone, even where the end never came."""
    told = [transcript(0, "it costs", is_final=False), transcript(1, "it costs too much", is_final=False)]
    assert [said.text for said in record_of("c", told).utterances] == ["it costs too much"]


def test_only_cues_that_stood_are_kept() -> None:
    """An early one that never became firm is not."""
    told = events(*A_CALL)
    firm = [event for event in told if event["kind"] == "cue_heard"]
    early = {**firm[0], "firm": False, "cue": "never"}
    assert [cue.name for cue in record_of("c", [*told, early]).cues] == [event["cue"] for event in firm]


def test_suggestions_know_when_and_why_they_went() -> None:
    """Of one still shown the call's end is the end."""
    told = events(*A_CALL)
    offers = record_of("c", told).offers
    gone = {event["id"]: event for event in told if event["kind"] == "suggestion_withdrawn"}
    assert len(offers) == len([event for event in told if event["kind"] == "suggestion_shown"]) > 2
    for offer in offers:
        if offer.id in gone:
            assert (offer.gone_ms, offer.reason) == (gone[offer.id]["at_ms"], gone[offer.id]["reason"])
        else:
            assert offer.reason == "call_ended" and offer.gone_ms <= told[-1]["at_ms"]


def test_what_was_thought_of_before_the_call_is_part_of_it() -> None:
    """With the lines that were made of it; nothing where nothing was thought of."""
    thought, audit = {"who": "Dana", "fears": ["losing face"]}, "It may seem like this could mean losing face."
    started, *rest = events(*A_CALL)
    prepared = {"call": "c", "seq": 1, "at_ms": 0, "kind": "call_prepared", "preparation": thought, "audits": [audit]}
    record = record_of("c", [started, prepared, *rest])
    assert record.preparation == Preparation(who="Dana", fears=("losing face",)) and record.audits == (audit,)
    assert record_of("c", [started, *rest]).preparation is None


def test_who_when_and_how_it_ended() -> None:
    """From the first and the last event."""
    record = record_of("c", events(*A_CALL, names={"rep": "Dana"}, company="Northwind"))
    assert record.started_at == "2026-11-26T09:12:44+00:00"
    assert (record.company, record.names, record.ending) == ("Northwind", {"rep": "Dana"}, "stopped")
    assert record.name_of("rep") == "Dana" and record.name_of("prospect") == "Prospect"


def test_a_call_without_an_end_is_told_as_one() -> None:
    """The server fell, or it is still running."""
    record = record_of("c", events(*A_CALL)[:-1])
    assert record.ending == "not_told" and record.duration_ms > 50_000


def test_what_is_torn_wrong_or_new_costs_nothing_else(tmp_path: Path) -> None:
    """Torn lines and events that break the schema are counted; kinds of a later version are let go."""
    path = tmp_path / "c.jsonl"
    told = events(*A_CALL)
    wrong = {"call": "c", "seq": 900, "at_ms": 1, "kind": "cue_heard", "cue": 7}
    new = {"call": "c", "seq": 901, "at_ms": 1, "kind": "call_praised", "by": "Marcus"}
    write(path, [*told, wrong, new])
    with path.open("ab") as file:
        file.write(b'{"call":"c","seq":902,"at_')
    record = read(Archive(tmp_path), "c")
    assert record.unread_lines == 2
    assert record.utterances == record_of("c", told).utterances


def test_an_id_used_again_tells_the_last_call() -> None:
    """Numbers and times began anew, so the two cannot mix."""
    last: Line = ("prospect", 0, "The second one of two.")
    record = record_of("c", [*events(*A_CALL), *events(last)])
    assert record.earlier_calls == 1
    assert record == replace(record_of("c", events(last)), earlier_calls=1)


def test_lost_sound_is_known() -> None:
    """And by how much."""
    lost = {
        "call": "c",
        "seq": 1,
        "at_ms": 5,
        "kind": "audio_lost",
        "speaker": "rep",
        "start_ms": 0,
        "duration_ms": 700,
    }
    (loss,) = record_of("c", [lost]).losses
    assert (loss.speaker, loss.duration_ms) == ("rep", 700)


@pytest.mark.parametrize("call_id", ["absent", "../../etc/passwd", "", "a/b", "x" * 65])
def test_a_call_that_is_not_there(tmp_path: Path, call_id: str) -> None:
    """And no way out of the folder."""
    with pytest.raises(CallUnknown, match="assist calls"):
        read(Archive(tmp_path), call_id)


def test_a_real_journal_reads_whole() -> None:
    """The bundled call's."""
    record = read(Archive(BUNDLED.parent), "bundled_call")
    assert record.unread_lines == 0 and len(record.utterances) == 60 and len(record.offers) == 9
