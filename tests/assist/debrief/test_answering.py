"""The rep's answer is kept with the call, and the last one counts."""

import asyncio
import errno
import json
import os
from pathlib import Path

import pytest

from assist import journal
from assist.archive import Archive
from assist.debrief.answering import STILL_RUNNING, Answering, AnswerNotKept, answer_of, keep
from assist.debrief.debrief import MOST_ANSWER
from assist.debrief.reading import read
from assist.journal import Journal, JournalInUse
from assist.overlay_events import CallEnded, Envelope, encode
from streaming.errors import ProtocolViolation
from tests.assist.debrief.scene import A_CALL, events
from tests.assist.debrief.test_reading import write


def test_an_answer_is_kept_until_another_takes_its_place(tmp_path: Path) -> None:
    """As events of the call's journal, numbered on."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    for answer in ("I argued.", 'I argued,\nand "she" <b>knew</b> it.'):
        keep(Archive(tmp_path), "c", answer)
        assert read(Archive(tmp_path), "c").answer == answer
    told, torn = journal.read(tmp_path / "c.jsonl", Archive(tmp_path))
    assert torn == 0 and [event["seq"] for event in told] == list(range(len(told)))


def test_no_card_number_gets_into_an_answer(tmp_path: Path) -> None:
    """Whoever types one."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    keep(Archive(tmp_path), "c", "I wrote down 4539 1488 0343 6467.\nI should not have.")
    assert read(Archive(tmp_path), "c").answer == "I wrote down [number].\nI should not have."


def test_an_empty_answer_takes_it_back(tmp_path: Path) -> None:
    """There is room for another again."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    for answer in ("I argued.", ""):
        keep(Archive(tmp_path), "c", answer)
    assert read(Archive(tmp_path), "c").answer is None


@pytest.mark.parametrize(
    "message",
    ["", "[]", '{"kind":"watch"}', '{"kind":"answer","call":"c"}', '{"kind":"answer","call":"c","text":7}', "{"],
)
def test_what_is_no_answer_is_left_to_others(message: str) -> None:
    """An overlay's first message, above all."""
    assert answer_of(message) is None
    assert answer_of(f'{{"kind":"answer","call":"c","text":"{"x" * (MOST_ANSWER + 1)}"}}') is None


async def told(folder: Path, call: str, running: bool = False) -> dict[str, str]:
    """What the page is told once its answer was taken."""
    messages: asyncio.Queue[str | bytes] = asyncio.Queue()
    answer = answer_of(f'{{"kind":"answer","call":"{call}","text":"I argued."}}')
    assert answer is not None
    answering = Answering(Archive(folder), lambda _: running, messages.put_nowait).begin(answer)
    message: dict[str, str] = json.loads(await asyncio.wait_for(messages.get(), 20))
    with pytest.raises(ProtocolViolation):
        answering.hear("more")
    answering.end()
    return message


async def test_a_page_is_told_what_became_of_its_answer(tmp_path: Path) -> None:
    """In words for the rep, where it could not be kept."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    assert (await told(tmp_path, "c"))["kind"] == "answered"
    assert read(Archive(tmp_path), "c").answer == "I argued."
    for call, running in (("absent", False), ("../c", False), ("c", True)):
        message = await told(tmp_path, call, running)
        assert message["kind"] == "not_answered" and message["message"].endswith(".")


async def test_a_call_that_runs_on_another_server_takes_no_answer(tmp_path: Path) -> None:
    """With one folder for all: it would get a number that the call uses as well. Once it is over there is room."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    count = len(events(*A_CALL))
    elsewhere = Journal(Archive(tmp_path), "c")
    assert await told(tmp_path, "c") == {"kind": "not_answered", "message": STILL_RUNNING}
    with pytest.raises(JournalInUse, match="c is still running"):
        keep(Archive(tmp_path), "c", "I argued.")
    elsewhere.append(encode(Envelope("c", count, 0, CallEnded(0, "stopped"))))
    elsewhere.close()
    assert (await told(tmp_path, "c"))["kind"] == "answered"
    kept, torn = journal.read(tmp_path / "c.jsonl", Archive(tmp_path))
    assert torn == 0 and [event["seq"] for event in kept] == list(range(count + 2))


def test_an_answer_that_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rep should not believe that it is there."""
    write(tmp_path / "c.jsonl", events(*A_CALL))

    def full(file: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(AnswerNotKept, match="could not be added"):
        keep(Archive(tmp_path), "c", "I argued.")
