"""`assist purge`: what is asked for is gone from the disk and from Redis, and nothing else."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from typer.testing import CliRunner

from assist import cli
from assist.archive import Archive, KeyMissing
from assist.audit import FILE, entries
from assist.debrief import reading
from assist.debrief.debrief import debrief_of
from assist.debrief.writing import WRITERS
from assist.encryption import AesKey
from assist.journal import Journal
from assist.overlay_events import (
    CallEnded,
    CallStarted,
    Envelope,
    OverlayEvent,
    TranscriptChanged,
    TranscriptWord,
    encode,
)
from assist.playbook import load
from assist.purging import PurgeRefused, Wish, run
from assist.retention import DAY_S, PREPARATION
from streaming.bus import redis
from streaming.bus.contract import Batch
from tests.streaming.bus.redis_server import redis_server

CONTACT, COMPANY, SAID = "Marlowe Quist", "Northwind Freight", "Zanzibar"


def call(folder: Path, call_id: str, name: str, company: str, is_over: bool = True) -> None:
    """A call with all that may be kept of it."""
    word = TranscriptWord(SAID, 100, 900, 0.9, True)
    told: list[OverlayEvent] = [
        CallStarted(("rep", "prospect"), "browser", company, {"prospect": name}, "2026-11-26T12:00:00+00:00"),
        TranscriptChanged("prospect", 0, SAID, "", True, 100, 900, (word,)),
        *([CallEnded(1_000, "stopped")] if is_over else []),
    ]
    journal = Journal(Archive(folder), call_id)
    for seq, event in enumerate(told):
        journal.append(encode(Envelope(call_id, seq, 0, event)))
    journal.close()
    debrief = debrief_of(reading.read(Archive(folder), call_id), load(None).cues)
    for kind, writer in WRITERS.items():
        (folder / f"{call_id}.{kind}").write_text(writer(debrief))
    (folder / f"{call_id}.ogg").write_bytes(b"OggS")
    (folder / PREPARATION).write_text(f'{{"prospect": "{CONTACT}"}}')


def all_bytes(folder: Path) -> bytes:
    """Everything on the disk below a folder, names too."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"\n".join([*(path.read_bytes() for path in files), *(path.name.encode() for path in files)])


@pytest.mark.parametrize("wish", [Wish(None, f" {CONTACT.upper()}", None, False), Wish(None, COMPANY, None, False)])
def test_nothing_of_a_contact_is_found_after_it(tmp_path: Path, wish: Wish) -> None:
    """By name or by company; a call with others stays whole."""
    call(tmp_path, "theirs", CONTACT, COMPANY)
    call(tmp_path, "others", "Someone Else", "Elsewhere")
    told = list(run(wish, Archive(tmp_path), None))
    if wish.contact != COMPANY:
        assert not (tmp_path / PREPARATION).exists()
        assert CONTACT.encode() not in all_bytes(tmp_path)
    left = all_bytes(tmp_path).replace(b"theirs", b"", 1)
    assert COMPANY.encode() not in left and b"theirs.jsonl" not in left
    assert sum(path.name.startswith("others.") for path in tmp_path.iterdir()) == 8
    assert told[-1].endswith("of 1 calls deleted.")
    assert ("purged", "theirs") in [(entry.action, entry.call) for entry in entries(tmp_path)]
    assert not {CONTACT.encode(), COMPANY.encode(), SAID.encode()} & set((tmp_path / FILE).read_bytes().split(b'"'))


def test_one_call_goes_by_its_id(tmp_path: Path) -> None:
    """No word of it is left."""
    call(tmp_path, "c1", CONTACT, COMPANY)
    list(run(Wish("c1", None, None, False), Archive(tmp_path), None))
    assert SAID.encode() not in all_bytes(tmp_path)
    assert list(run(Wish("c1", None, None, False), Archive(tmp_path), None)) == ["0 files of 0 calls deleted."]


def test_age_counts_from_the_last_change(tmp_path: Path) -> None:
    """Of any file of the call: an answer that was given yesterday keeps it."""
    call(tmp_path, "old", CONTACT, COMPANY)
    call(tmp_path, "answered", CONTACT, COMPANY)
    for path in (*tmp_path.glob("old.*"), *tmp_path.glob("answered.*")):
        if path.name != "answered.jsonl":
            os.utime(path, (time.time() - 10 * DAY_S,) * 2)
    list(run(Wish(None, None, 9, False), Archive(tmp_path), None))
    assert {path.stem for path in tmp_path.glob("*.jsonl")} == {"answered"}


def test_a_dry_run_deletes_nothing(tmp_path: Path) -> None:
    """It names each file."""
    call(tmp_path, "c1", CONTACT, COMPANY)
    before = all_bytes(tmp_path)
    told = list(run(Wish("c1", None, None, True), Archive(tmp_path), None))
    assert all_bytes(tmp_path) == before
    assert str(tmp_path / "c1.jsonl") in told and told[-1] == "8 files of 1 calls would be deleted; nothing was."


@pytest.mark.parametrize("keys", [(), (AesKey(b"o" * 32),)])
def test_a_call_goes_by_its_id_though_its_key_is_lost(tmp_path: Path, keys: tuple[AesKey, ...]) -> None:
    """Who asks by name must be able to read whose it is; and whether one runs can only be told once it is still."""
    call(tmp_path, "c1", CONTACT, COMPANY)
    archive = Archive(tmp_path, (AesKey(b"n" * 32),))
    (tmp_path / "c1.jsonl").unlink()
    kept = Journal(archive, "c1")
    kept.append(b'{"kind":"call_ended"}')
    kept.close()
    lost = Archive(tmp_path, keys)
    wishes = Wish("c1", None, None, False), Wish(None, CONTACT, None, False)
    for wish in wishes:
        with pytest.raises(KeyMissing):
            list(run(wish, lost, None))
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - 61,) * 2)
    assert list(run(wishes[0], lost, None))[-1] == "8 files of 1 calls deleted."


def test_what_prepares_a_call_and_cannot_be_read_goes_with_any_contact(tmp_path: Path) -> None:
    """Nobody can tell whom it was for; what a crash left of one is found as well."""
    for name in (PREPARATION, f"{PREPARATION}.new"):
        (tmp_path / name).write_text(f'{{"who": "{CONTACT}", "fe')
    assert list(run(Wish(None, "Someone Else", None, False), Archive(tmp_path), None))[-1].startswith("2 files")


def test_a_running_call_and_everything_are_refused(tmp_path: Path) -> None:
    """Its server would go on writing; and a slip must not cost every call."""
    call(tmp_path, "c1", CONTACT, COMPANY, is_over=False)
    with pytest.raises(PurgeRefused, match="c1 is still running"):
        list(run(Wish("c1", None, None, False), Archive(tmp_path), None))
    assert (tmp_path / "c1.jsonl").exists()
    with pytest.raises(PurgeRefused, match="say what to purge"):
        list(run(Wish(None, None, None, False), Archive(tmp_path), None))
    os.utime(tmp_path / "c1.jsonl", (time.time() - 120,) * 2)
    list(run(Wish("c1", None, None, False), Archive(tmp_path), None))
    assert not (tmp_path / "c1.jsonl").exists()


def test_a_call_that_is_written_runs_however_quiet_it_is(tmp_path: Path) -> None:
    """On hold, say: by whichever server with that folder, and though another that was slow to know told an end."""
    call(tmp_path, "c1", CONTACT, COMPANY)
    kept = Journal(Archive(tmp_path), "c1")
    os.utime(tmp_path / "c1.jsonl", (time.time() - 120,) * 2)
    with pytest.raises(PurgeRefused, match="c1 is still running"):
        list(run(Wish("c1", None, None, False), Archive(tmp_path), None))
    kept.close()
    list(run(Wish("c1", None, None, False), Archive(tmp_path), None))
    assert not (tmp_path / "c1.jsonl").exists()


def test_it_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what cannot be done is told, with status 2."""
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(tmp_path))
    call(tmp_path, "c1", CONTACT, COMPANY)
    assert "8 files of 1 calls would be" in CliRunner().invoke(cli.app, ["purge", "c1", "--dry-run"]).stdout
    assert "8 files of 1 calls deleted." in CliRunner().invoke(cli.app, ["purge", "c1", "--older-than", "0"]).stdout
    refused = CliRunner().invoke(cli.app, ["purge"])
    assert refused.exit_code == 2 and "say what to purge" in refused.output


async def on_the_bus(url: str, call_id: str, is_over: bool) -> None:
    """A call that a server told there."""
    bus = redis.create(url)
    fence = await bus.claim(call_id, "n1", False)
    assert fence is not None
    await bus.append(Batch(call_id, fence, 1, -1, ((0, SAID.encode()),), (), SAID.encode(), is_over))
    await bus.send(call_id, SAID.encode())
    await bus.close()


async def test_nothing_of_a_call_is_left_in_redis(tmp_path: Path) -> None:
    """Of one with files as of one that another server wrote; where one runs or Redis is away, nothing is deleted."""
    call(tmp_path, "c1", CONTACT, COMPANY)
    async with redis_server(tmp_path) as server:
        url = SecretStr(server.url)
        for call_id, is_over in (("c1", True), ("far", True), ("on", False)):
            await on_the_bus(server.url, call_id, is_over)
        await asyncio.to_thread(lambda: list(run(Wish(None, CONTACT, None, False), Archive(tmp_path), url)))
        await asyncio.to_thread(lambda: list(run(Wish("far", None, None, False), Archive(tmp_path), url)))
        with pytest.raises(PurgeRefused, match="on is still running"):
            await asyncio.to_thread(lambda: list(run(Wish("on", None, None, False), Archive(tmp_path), url)))
        async with Redis.from_url(server.url) as client:
            left = await client.keys()
        assert left and all("{on}" in str(key) for key in left)
        await server.kill()
        call(tmp_path, "c1", CONTACT, COMPANY)
        with pytest.raises(PurgeRefused, match=r"Redis did not answer.* Nothing was deleted"):
            await asyncio.to_thread(lambda: list(run(Wish("c1", None, None, False), Archive(tmp_path), url)))
    assert (tmp_path / "c1.jsonl").exists()
