"""What most faults begin with: one node with the scripted recogniser, and calls of which every word is known."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import msgspec

from tests.bench.chaos.caller import PACKET_MS, Caller, CallFailed
from tests.bench.chaos.nodes import Node, folder, node, serving
from tests.bench.chaos.sound import WORD_MS, Sound, place_of, speech, write_script
from tests.bench.chaos.transcript import Tally, tally
from tests.bench.chaos.watcher import Watcher

_truths: dict[float, list[str]] = {}
"""by the seconds of speech: the words that an uncut call of it brings"""


class Call(msgspec.Struct, frozen=True):
    """A call under way: who feeds it, who watches it, and the words that are to come of it."""

    caller: Caller
    watcher: Watcher
    expected: Sequence[str]

    async def ended(self, patience_s: float) -> bool:
        """Waits for its end; false where it did not come in time, or was refused."""
        both = [asyncio.create_task(self.caller.play()), asyncio.create_task(self.watch())]
        try:
            async with asyncio.timeout(patience_s):
                await asyncio.gather(*both)
            return True
        except (TimeoutError, CallFailed):
            return False
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    def tally(self) -> Tally:
        """By what the overlay shows in the end."""
        return tally(self.expected, self.watcher.transcript.words())

    def lags_s(self, since_s: float = 0.0) -> list[float]:
        """From the end of each word's sound to its first appearance, of words whose sound was sent since then."""
        return list(word_lags(self.caller, self.watcher, self.expected, since_s))

    async def watch(self) -> None:
        await self.caller.begun.wait()
        await self.watcher.watch()


def word_lags(caller: Caller, watcher: Watcher, words: Iterable[str], since_s: float) -> Iterable[float]:
    """See `Call.lags_s`; a word that never appeared has none."""
    for word in words:
        packet = (place_of(word) + 1) * WORD_MS // PACKET_MS - 1
        if packet < len(caller.sent_s) and word in watcher.shown_s and caller.sent_s[packet] >= since_s:
            yield watcher.shown_s[word] - caller.sent_s[packet]


def scripted_node(place: Path, settings: Mapping[str, object], extra: Mapping[str, str] | None = None) -> Node:
    """A node that says the script, not yet started."""
    given = {"engine": "scripted", "script": write_script(place / "script.json"), "max_calls": 200}
    return node(place, given | dict(settings), extra)


@asynccontextmanager
async def house(**settings: object) -> AsyncIterator[tuple[Node, Path]]:
    """Such a node that runs inside the context, and its folder."""
    async with folder() as place:
        one = scripted_node(place, settings)
        async with serving(one):
            yield one, place


async def truth(url: str, sound: Sound) -> list[str]:
    """The words that an uncut call of this sound brings; heard once, as fast as it can be."""
    if sound.seconds not in _truths:
        uncut = Caller(url, sound, f"uncut-{len(sound.pcm)}", Random(0), is_paced=False)
        watcher = Watcher(url, uncut.call_id, Random(0))
        call = Call(uncut, watcher, ())
        if not await call.ended(sound.seconds + 60):
            raise SystemExit("a call that nobody disturbed did not come to its end")
        _truths[sound.seconds] = watcher.transcript.words()
    return _truths[sound.seconds]


async def call(url: str, seconds: float, call_id: str, random: Random, watch_url: str | None = None) -> Call:
    """A call of so much speech, not yet begun; its overlay may come another way."""
    sound = speech(seconds)
    caller = Caller(url, sound, call_id, random)
    return Call(caller, Watcher(watch_url or url, call_id, random), await truth(watch_url or url, sound))


def p95(values: Iterable[float]) -> float | None:
    """The value that 95 % are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] if ordered else None
