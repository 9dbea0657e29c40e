"""Whole calls where a key is set: all that can be done with a kept call is done, and no word of it lies on the disk."""

import asyncio
import base64
import json
import threading
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assist import cli
from assist.archive import KeyMissing
from assist.debrief import showing
from assist.settings import load
from tests.assist.conftest import PATIENCE_S, SAID, House, Opening
from tests.assist.test_replaying import write_wav

KEY, OTHER = (base64.b64encode(letter * 32).decode() for letter in (b"k", b"o"))
WHO, COMPANY, ANSWER, FEAR = "Marlowe Quist", "Northwind Freight", "Orchids argue", "losing face over Zanzibar"
SPOKEN = (SAID, "justify", WHO, COMPANY, ANSWER, "Zanzibar", "OggS", "OpusHead", "transcript_changed")


def assert_nothing_to_read(folder: Path) -> None:
    """Not in any file, not in base64 at any offset either."""
    raw = b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for text in (word.encode() for word in SPOKEN):
        assert text not in raw, text
        if len(text) > 12:  # less is found in random letters, too
            assert not any(base64.b64encode(text[at:])[: len(text[at:]) // 3 * 4] in raw for at in range(3)), text


async def page(house: House, path: str) -> bytes:
    """What the server has there."""
    with await asyncio.to_thread(urllib.request.urlopen, f"{house.url}{path}", None, PATIENCE_S) as answer:
        body: bytes = answer.read()
    return body


async def a_call(house: House, said: bytes) -> None:
    """One with all that may be kept of it: prepared, and with its sound."""
    async with house.overlay() as overlay:
        prepared = {"who": WHO, "company": COMPANY, "fears": [FEAR]}
        await overlay.socket.send(json.dumps({"kind": "prepare", "preparation": prepared}))
        await overlay.until("prepared")
        assert (house.journals / "next-call.preparation").exists()
        await asyncio.to_thread(assert_nothing_to_read, house.journals)
        async with house.call(call="c") as call:
            await call.sound(said)
            await asyncio.to_thread(assert_nothing_to_read, house.journals)
            await call.stop()
        await overlay.until("call_ended")


async def test_a_call_is_kept_shown_searched_heard_exported_and_purged(
    opened: Opening, said: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the server and by the commands; the disk has no word, name or sound that can be read."""
    async with opened(encryption_keys=KEY, record_sound=True) as house:
        await a_call(house, said)
        assert WHO.encode() in await page(house, "/calls")
        assert b"/calls/c" in await page(house, "/calls?words=justify&who=marlowe")
        assert b"No call matches" in await page(house, "/calls?words=nobody+says+this")
        debrief = await page(house, "/calls/c")
        assert b"justify the cost" in debrief and b'src="/calls/c/sound"' in debrief
        assert (await page(house, "/calls/c/sound")).startswith(b"OggS")
        assert SAID in [
            json.loads(line).get("committed") for line in (await page(house, "/calls/c/events")).splitlines()
        ]
        folder = house.journals
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(folder))
    monkeypatch.setenv("ASSIST_ENCRYPTION_KEYS", f"{OTHER} {KEY}")
    run = CliRunner().invoke
    assert run(cli.app, ["debrief", "c", "--answer", ANSWER]).exit_code == 0
    for kind in ("html", "md", "json", "csv", "vtt", "srt"):
        assert "justify the cost" in run(cli.app, ["debrief", "c", "--format", kind]).stdout
    told = run(cli.app, ["debrief", "c", "--sound"]).stdout
    assert ANSWER in told and "data:audio/ogg;base64,T2dnUw" in told
    assert run(cli.app, ["calls", "justify"]).stdout.startswith("c  ")
    monkeypatch.setattr(showing, "PATIENCE_S", PATIENCE_S)
    opened_at: list[str] = []

    def browse(url: str) -> None:
        """As a browser does, once the command goes on."""
        opened_at.append(url)
        threading.Thread(target=lambda: urllib.request.urlopen(url, timeout=PATIENCE_S).read()).start()

    monkeypatch.setattr(webbrowser, "open", browse)
    assert run(cli.app, ["debrief", "c", "--open"]).exit_code == 0 and opened_at[0].startswith("http://127.0.0.1:")
    assert sorted(path.name for path in folder.iterdir()) == ["audit.log", "c.jsonl", "c.ogg"]
    assert_nothing_to_read(folder)
    assert "2 files of 1 calls deleted." in run(cli.app, ["purge", "--contact", COMPANY]).stdout
    assert [path.name for path in folder.iterdir()] == ["audit.log"]


async def test_without_the_key_nothing_starts_and_nothing_is_changed(
    opened: Opening, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else new calls would be kept as they are. What the commands say names file, key and what to do."""
    async with opened(encryption_keys=KEY) as house:
        async with house.call(call="c") as call:
            await call.sound(said)
            await call.stop()
        folder = house.journals
    before = (folder / "c.jsonl").read_bytes()
    for keys in (None, OTHER):
        with pytest.raises(KeyMissing, match=r"c\.jsonl is encrypted with the key [0-9a-f]{16}, which is not among"):
            async with opened(encryption_keys=keys):
                pass
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(folder))
    run = CliRunner().invoke
    for command in (["debrief", "c"], ["debrief", "c", "--answer", ANSWER], ["purge", "--contact", WHO]):
        result = run(cli.app, command)
        assert result.exit_code == 2 and "not among encryption_keys. Add that key there" in result.stderr, command
    listed = run(cli.app, ["calls"]).stdout
    assert listed.startswith("c  ") and "some calls cannot be opened" in listed
    assert (
        "not looked into" not in listed and "some calls cannot be opened" in run(cli.app, ["calls", "justify"]).stdout
    )
    checked = run(cli.app, ["check"])
    assert checked.exit_code == 2 and "c.jsonl is encrypted with the key" in checked.stderr
    assert (folder / "c.jsonl").read_bytes() == before


async def test_a_page_says_that_a_call_cannot_be_opened(opened: Opening, said: bytes) -> None:
    """Of one whose key was given up, while others go on; it tells nobody where it lies."""
    async with opened(encryption_keys=KEY, record_sound=True) as house:
        async with house.call(call="c") as call:
            await call.sound(said)
            await call.stop()
    async with opened(encryption_keys=f"{OTHER} {KEY}") as house:
        async with house.call(call="d") as call:
            await call.sound(said)
            await call.stop()
    async with opened(encryption_keys=OTHER) as house:
        assert b"Some calls cannot be opened" in await page(house, "/calls")
        for path in ("/calls/c", "/calls/c/sound", "/calls/c/events"):
            with pytest.raises(urllib.error.HTTPError) as told:
                await page(house, path)
            text = told.value.read().decode()
            assert told.value.code == 503 and "This call cannot be opened" in text
            assert str(house.journals) not in text
        assert b"justify the cost" in await page(house, "/calls/d")


async def test_a_replayed_folder_is_kept_encrypted_too(
    tmp_path: Path, script: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its calls are moved from one folder to another, and are read there."""
    recordings = tmp_path / "recordings"
    await asyncio.to_thread(recordings.mkdir)
    await asyncio.to_thread(write_wav, recordings / "quiet.wav", bytes(len(said)), said)
    calls = tmp_path / "calls"
    given = {
        "journal_dir": calls,
        "encryption_keys": KEY,
        "engine": "scripted",
        "script": script,
        "record_sound": "true",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"ASSIST_{name.upper()}", str(value))
    result = await asyncio.to_thread(CliRunner().invoke, cli.app, ["replay", str(recordings)])
    assert result.exit_code == 0 and "1 heard, 0 heard before, 0 failed" in result.stderr, result.stderr
    (kept,) = calls.glob("*.jsonl")
    assert_nothing_to_read(calls)
    assert "justify the cost" in CliRunner().invoke(cli.app, ["debrief", kept.stem]).stdout


def test_a_key_is_checked_when_settings_are_read() -> None:
    """And never shown."""
    with pytest.raises(Exception, match="32 bytes in base64"):
        load(encryption_keys="too short")
    assert KEY not in repr(load(encryption_keys=KEY))
