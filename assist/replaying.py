"""`assist replay FOLDER`: every recording in it, several at once, a journal a call; goes on where it was broken off.

A journal is written in a folder of its own and moved to the others once its call has ended in good order. So whatever
breaks a run, the journals are those of whole calls, and a call that has one was heard.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from assist import journal, keys_in_use, logs, recordings, tape
from assist.app import running
from assist.archive import Archive, archive_of
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.markup import clean
from assist.play import Show, Where, told_of, ws
from assist.recordings import Sound, Source
from assist.settings import Settings
from assist.watching import WatchFailed
from streaming.feeder import Feeder, FeedFailed
from streaming.recording import RecordingUnreadable
from streaming.types import Speaker

UNFINISHED = ".replaying"  # hidden, beside the journals: a file is moved within a file system at once or not at all
ALONE: dict[Speaker, str] = {
    "mixed": ", both sides on one channel: uncertain",
    "rep": ", the rep only",
    "prospect": ", the prospect only",
}


class AlreadyReplaying(Exception):
    """Another run holds the folder of unfinished journals."""


class CallBroken(Exception):
    """A call did not come to a good end, or its journal did not; the text says what is known."""


class Call(msgspec.Struct, frozen=True):
    """A recording that is to be heard: its name in the folder, and its call's id."""

    name: str
    source: Source
    call_id: str
    size_bytes: int


async def replay(found: recordings.Found, show: Show, settings: Settings) -> bool:
    """Hears all that was found and not heard before; whether nothing failed, now or earlier in it.

    Raises AlreadyReplaying, and what keeps a server from starting.
    """
    logs.configure(settings.log_level, settings.log_json)
    archive = keys_in_use.checked(archive_of(settings))
    run = Run(show, archive, Console(stderr=True, soft_wrap=True))
    if found.passed_over:
        run.say(f"Passed over, no recordings by their names: {', '.join(found.passed_over)}")
    for name, fault in found.faults.items():
        run.fail(name, fault)
    calls = await asyncio.to_thread(run.due, found.sources)
    if calls:
        with unfinished(settings.journal_dir):
            # A recording is kept already; nobody is there to be asked.
            update = {"journal_dir": settings.journal_dir / UNFINISHED, "consent": "unless_refused"}
            async with running(settings.model_copy(update=update), is_live=False) as server:
                await run.hear(calls, ws(server.url), min(settings.workers, settings.max_calls))
    run.say(f"{run.heard} heard, {run.heard_before} heard before, {run.failed} failed. `assist calls` lists them.")
    return not run.failed


class Run:
    """One run over a folder, and its count."""

    def __init__(self, show: Show, archive: Archive, console: Console) -> None:
        self.heard = self.heard_before = self.failed = 0
        self._show = show
        self._archive = archive
        self._journal_dir = archive.folder
        self._console = console

    def fail(self, name: str, why: object) -> None:
        """Names what could not be heard; the others go on."""
        self.failed += 1
        self.say(f"{name}: {why}", "red")

    def due(self, sources: dict[str, Source]) -> list[Call]:
        """Those that were not heard before. Reads every file once, to know it again wherever it lies."""
        calls: dict[str, Call] = {}
        for name, source in sources.items():
            try:
                call = Call(name, source, recordings.call_id_of(source), source.size_bytes)
            except (RecordingUnreadable, OSError) as fault:
                self.fail(name, fault)
                continue
            if journal.path_of(self._journal_dir, call.call_id).exists():
                self.heard_before += 1
            elif call.call_id in calls:
                self.say(f"{name}: the same file as {calls[call.call_id].name}, which is heard")
            else:
                calls[call.call_id] = call
        return list(calls.values())

    async def hear(self, calls: list[Call], url: str, at_once: int) -> None:
        """All of them, so many at once: they take turns on the recogniser, and no processor rests."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
        )
        waiting = iter(calls)
        with Progress(*columns, console=self._console, disable=self._show.as_json, transient=True) as progress:
            whole = progress.add_task(f"{len(calls)} recordings", total=sum(call.size_bytes for call in calls))

            async def hear_in_turn() -> None:
                for call in waiting:
                    meter = _Meter(progress, whole, call)
                    await self._hear(call, url, meter)
                    meter.end()

            async with asyncio.TaskGroup() as group:
                for _ in range(min(at_once, len(calls))):
                    group.create_task(hear_in_turn())

    async def _hear(self, call: Call, url: str, meter: "_Meter") -> None:
        try:
            sound = await asyncio.to_thread(recordings.sound_of, call.source)
            note = await self._play(call, sound, url, meter)
            await asyncio.to_thread(self._keep, call)
        except (RecordingUnreadable, FeedFailed, WatchFailed, CallBroken, OSError) as fault:
            journal.path_of(self._journal_dir / UNFINISHED, call.call_id).unlink(missing_ok=True)
            tape.remove_sound(self._journal_dir / UNFINISHED, call.call_id)
            self.fail(call.name, fault)
        else:
            self.heard += 1
            self.say(f"{call.name}: {note}")

    async def _play(self, call: Call, sound: Sound, url: str, meter: "_Meter") -> str:
        """Feeds one call to its end; a line about it."""
        metadata = recordings.notes_of(call.source)
        feeder = Feeder(f"{url}/call/browser", sound.recording, sound.speakers, call.call_id)
        length_ms = sound.recording.duration_ms
        shown = lost_ms = 0
        told = told_of(
            feeder, Where(url), self._show.is_paced, lambda at_ms: meter.reach(at_ms / max(1, length_ms)), metadata
        )
        async with aclosing(told) as events:
            async for event in events:
                shown += event["kind"] == "suggestion_shown"
                lost_ms += event["duration_ms"] if event["kind"] == "audio_lost" else 0
                if self._show.as_json:
                    print(msgspec.json.encode(event).decode(), flush=True)
        whose = "" if len(sound.speakers) > 1 else ALONE[sound.speakers[0]]
        lost = f", {seconds(lost_ms)} of sound lost" if lost_ms else ""
        return f"{seconds(length_ms)}{whose}, {shown} suggestions{lost}; call {call.call_id}"

    def _keep(self, call: Call) -> None:
        """Moves a whole journal, and the call's sound if it was kept, to the others. Raises CallBroken if it is not."""
        written = journal.path_of(self._journal_dir / UNFINISHED, call.call_id)
        events, torn = journal.read(written, self._archive)
        if torn or not events or events[-1]["kind"] != "call_ended":
            raise CallBroken("its journal could not be written to the end; the log says why")
        if events[-1]["reason"] != "stopped":
            raise CallBroken(f"the call ended as {events[-1]['reason']}; the log says why")
        sound = tape.path_of(self._journal_dir / UNFINISHED, call.call_id)
        if sound.exists():
            sound.replace(tape.path_of(self._journal_dir, call.call_id))
        written.replace(journal.path_of(self._journal_dir, call.call_id))

    def say(self, text: str, style: str = "") -> None:
        """A line for whoever watches."""
        self._console.print(clean(text), style=style, markup=False, highlight=False)  # names may hold anything


class _Meter:
    """How far one call is, on its own bar and on that of the whole."""

    def __init__(self, progress: Progress, whole: TaskID, call: Call) -> None:
        self._progress = progress
        self._tasks = (whole, progress.add_task(f"  {clean(call.name)}", total=call.size_bytes))
        self._size_bytes = call.size_bytes
        self._done_bytes = 0.0

    def reach(self, share: float) -> None:
        """So much of it, 0 to 1, was played; steps too small to be seen are left out."""
        if share < 1 and share * self._size_bytes - self._done_bytes < self._size_bytes / 100:
            return
        for task in self._tasks:
            self._progress.advance(task, share * self._size_bytes - self._done_bytes)
        self._done_bytes = share * self._size_bytes

    def end(self) -> None:
        """It is over, whether it was played or not."""
        self.reach(1)
        self._progress.remove_task(self._tasks[1])


@contextmanager
def unfinished(journal_dir: Path) -> Iterator[None]:
    """Room for the journals of calls under way, empty at first and gone afterwards. Raises AlreadyReplaying."""
    folder = journal_dir / UNFINISHED
    for each in (journal_dir, folder):  # parents made on the way would be open to others
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyReplaying(
                f"another `assist replay` of a folder writes to {journal_dir}; wait for it"
            ) from None
        _clear(folder)  # a run that was killed left them
        try:
            yield
        finally:
            _clear(folder)
            folder.rmdir()
    finally:
        os.close(lock)


def _clear(folder: Path) -> None:
    for left in folder.iterdir():
        left.unlink()
