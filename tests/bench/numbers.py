"""Says card numbers, other secrets and harmless numbers to whole calls and looks into every sink: JSON.

`python -m tests.bench.numbers [--seed N] [--misses]`. Words come as a recogniser brings them, growing, with tentative
words that are heard otherwise at first, and go the way that a live call's go: redactor, in-band answers, conversation,
hub, journal, exports, logs. A number is left behind where four of its digits in a row can be read in one place.
"""

import argparse
import io
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import structlog

from assist import advising, playbook, settings
from assist.advising import Advising
from assist.archive import Archive
from assist.conversation import Conversation
from assist.debrief import reading
from assist.debrief.debrief import debrief_of
from assist.debrief.writing import WRITERS
from assist.journal import Journal
from assist.overlay_events import CallEnded, CallStarted, OverlayEvent, SuggestionShown
from assist.watched_call import Voice
from streaming.protocols import audiohook, deepgram
from streaming.protocols.contract import CallProtocol, Opening, Suggested
from streaming.redaction.redactor import PLACEHOLDER, Redactor
from streaming.types import Speaker, Word, Words
from tests.assist.nowhere import apart
from tests.bench.conversations import bank_calls, helpdesk
from tests.bench.said_numbers import ONES, TEENS, TENS, SaidCall, Turn, card_call
from tests.bench.said_otherwise import harmless_call, secret_call
from tests.streaming.protocols.test_contract import audiohook_messages

CARDS, SECRETS, HARMLESS = 300, 140, 400
WORD_MS = 300
TICK_MS = 500
READABLE = 4
"""Digits in a row that must not be readable; of a shorter number, all of it."""

_MEASURED = re.compile(r'\d+:\d+(:\d+)?([.,]\d+)?|"\d+"|\d+(\.\d+)? ?(%|s\b|min\b)')
"""Times and shares, as exports have them."""

_VALUES = {word: str(value) for value, word in enumerate((*ONES, *TEENS))} | {"oh": "0", "o": "0"}
_VALUES |= {word: str(10 * ten) for ten, word in enumerate(TENS) if word}


class Sinks:
    """One call as the product runs it, from words on, and all that it told anybody."""

    def __init__(self, folder: Path, loaded: Advising, speakers: tuple[Speaker, ...] = ("rep", "prospect")) -> None:
        self.told: dict[str, list[str]] = {"overlay": [], "deepgram": [], "audiohook": []}
        self.finals: list[str] = []
        self._folder = folder
        self._loaded = loaded
        self._redactor = Redactor()
        self._hub, _ = apart()
        self._journal = Journal(Archive(folder), "c")
        self._deepgram: CallProtocol = deepgram.create(
            Opening({"encoding": ["mulaw"], "sample_rate": ["8000"], "channels": ["2"], "interim_results": ["true"]})
        )
        self._audiohook: CallProtocol = audiohook.create(Opening(options={"suggestions": True}))
        self._audiohook.receive(audiohook_messages([])[0])
        self._hub.open("c", Voice(self._write, lambda replaced: None, lambda reply: None))
        self._conversation = Conversation(*loaded.for_call("c"), loaded.playbook, self._publish, lambda at_ms: 0)
        self._publish(0, CallStarted(speakers, "deepgram"))

    def hear(self, words: Words, now_ms: int) -> None:
        """As `LiveCall` does it."""
        self._pass_on(self._redactor.hear(words, now_ms), now_ms)

    def tick(self, now_ms: int) -> None:
        self._pass_on(self._redactor.tick(now_ms), now_ms)
        self._conversation.tick(now_ms)

    def end(self, now_ms: int) -> dict[str, list[str]]:
        """The call is over; what each sink holds, as the texts in it."""
        self._pass_on(self._redactor.finish(), now_ms)
        self._publish(now_ms, CallEnded(now_ms, "stopped"))
        self._journal.close()
        events = (self._folder / "c.jsonl").read_text()
        debrief = debrief_of(reading.read(Archive(self._folder), "c"), playbook.load(None).cues)
        kept = {f"export.{name}": [writer(debrief)] for name, writer in WRITERS.items()}
        return {**self.told, "journal": events.splitlines(), **kept}

    def _pass_on(self, told: Iterable[Words], now_ms: int) -> None:
        for words in told:
            self.told["deepgram"] += map(str, self._deepgram.tell(words))
            self._conversation.hear(words, now_ms)
            if words.is_final:
                self.finals += [word.text for word in words.committed]

    def _write(self, event: OverlayEvent, line: bytes) -> None:
        self._journal.append(line)
        self.told["overlay"].append(line.decode())

    def _publish(self, at_ms: int, event: OverlayEvent) -> None:
        self._hub.publish("c", at_ms, event)
        if isinstance(event, SuggestionShown):
            told = Suggested(event.id, at_ms, event.quote, event.text)
            self.told["audiohook"] += map(str, self._audiohook.tell(told))


def growing(rng: random.Random, turns: Sequence[Turn]) -> Iterator[tuple[Words, int]]:
    """The turns as a recogniser brings them, and when: a word or two at a time, the last ones not yet sure."""
    now_ms = 0
    numbers: Counter[Speaker] = Counter()
    for turn in turns:
        now_ms += turn.pause_ms
        texts = turn.text.split()
        words = [Word(text, now_ms + WORD_MS * i, now_ms + WORD_MS * (i + 1) - 50, 0.9) for i, text in enumerate(texts)]
        utterance, committed, heard = numbers[turn.speaker], 0, 0
        numbers[turn.speaker] += 1
        while heard < len(words):
            heard = min(len(words), heard + rng.choice((1, 1, 2, 3)))
            committed = max(committed, heard - rng.randrange(1, 5))
            tentative = tuple(_unsure(rng, word) for word in words[committed:heard])
            at_ms = words[heard - 1].end_ms + 400
            yield Words(turn.speaker, utterance, tuple(words[:committed]), tentative, False), at_ms
        now_ms = words[-1].end_ms
        yield Words(turn.speaker, utterance, tuple(words), (), True), now_ms + 700


def _unsure(rng: random.Random, word: Word) -> Word:
    """A tentative number word is sometimes written in figures, and the other way round."""
    bare = word.text.strip(".,").lower()
    if rng.random() < 0.2 and bare in _VALUES:
        return msgspec.structs.replace(word, text=_VALUES[bare])
    if rng.random() < 0.2 and bare.isdigit() and len(bare) == 1:
        return msgspec.structs.replace(word, text=ONES[int(bare)])
    return word


def play(call: SaidCall, seed: int, loaded: Advising) -> tuple[Sinks, dict[str, list[str]]]:
    """One call to its end."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        sinks = Sinks(Path(folder), loaded)
        last_ms = 0
        for words, at_ms in growing(rng, call.turns):
            for tick_ms in range(last_ms, at_ms, TICK_MS):
                sinks.tick(tick_ms)
            sinks.hear(words, at_ms)
            last_ms = max(last_ms, at_ms)
        return sinks, sinks.end(last_ms + 1_000)


def left_behind(secrets: Sequence[str], sinks: dict[str, list[str]]) -> dict[str, str]:
    """The sinks in which a secret can be read, and what of it."""
    found = {}
    for name, texts in sinks.items():
        streams = {stream for text in texts for stream in _readable(text)}
        for secret in secrets:
            size = min(READABLE, len(secret))
            parts = {secret[i : i + size] for i in range(len(secret) - size + 1)}
            if shown := next((part for part in parts if any(part in stream for stream in streams)), None):
                found[name] = shown
    return found


def _readable(text: str) -> set[str]:
    """The digits and letters that a reader finds in a text, whatever stands between them."""
    try:
        parts = list(_strings(json.loads(text)))
    except ValueError:
        bare = re.sub(r"</?(mark|em|strong|b|q|span|a)\b[^>]*>", " ", text)
        bare = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", "\n", bare, flags=re.DOTALL)
        parts = [_MEASURED.sub(" ", line) for line in bare.splitlines()]
    return {_figures(part) for part in parts}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in {"started_at", "id", "call", "request_id", "metadata"}:
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _figures(text: str) -> str:
    read, times, tens = "", 1, ""
    for word in re.findall(r"[a-z]+|[A-Z]+\d[A-Z\d]*|\d+", text.replace("[number]", " ")):
        value = _VALUES.get(word.lower(), word if word[-1].isdigit() else "")
        if word in {"double", "triple"}:
            times = 2 if word == "double" else 3
            continue
        if tens and len(value) == 1 and value != "0":
            read = read[:-1]
        tens = value if word in TENS else ""
        read += value * times
        times = 1
    return read


def cards(first_seed: int, loaded: Advising) -> dict[str, Any]:
    """300 calls with a card's number."""
    return _secrets([(seed, card_call(seed)) for seed in range(first_seed, first_seed + CARDS)], loaded)


def _secrets(calls: list[tuple[int, SaidCall]], loaded: Advising) -> dict[str, Any]:
    left: Counter[str] = Counter()
    styles: Counter[str] = Counter()
    whole = 0
    for seed, call in calls:
        log = io.StringIO()
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
        sinks, kept = play(call, seed, loaded)
        found = left_behind(call.secrets, {**kept, "finals": [" ".join(sinks.finals)], "logs": [log.getvalue()]})
        left.update(found.keys())
        styles[call.style] += 1
        whole += not found
        if found and "--misses" in sys.argv:
            print(
                seed, call.style, call.secrets, found, *call.turns, " ".join(sinks.finals), sep="\n  ", file=sys.stderr
            )
    structlog.reset_defaults()
    return {"calls": len(calls), "by_style": dict(styles), "calls_that_leave_none_behind": whole, "left_in": dict(left)}


def harmless(first_seed: int, loaded: Advising) -> dict[str, Any]:
    """Calls with harmless numbers: of how many something was removed."""
    removed: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + HARMLESS):
        call = harmless_call(seed)
        sinks, _ = play(call, seed, loaded)
        calls[call.style] += 1
        if any(PLACEHOLDER in text for text in sinks.finals):
            removed[call.style] += 1
            if "--misses" in sys.argv:
                print(seed, call.style, *call.turns, " ".join(sinks.finals), sep="\n  ", file=sys.stderr)
    return {"calls": dict(calls), "removed": removed.total(), "removed_by_kind": dict(removed)}


def real_talk() -> dict[str, Any]:
    """The bank calls and the helpdesk's talk: what was removed from them."""
    talks = {**bank_calls(), **helpdesk()}
    words = numbers = removed = 0
    for turns in talks.values():
        redactor, told = Redactor(), list[Words]()
        for words_, at_ms in growing(
            random.Random(0), [Turn(speaker, text) for speaker, text in turns if text.split()]
        ):
            told += redactor.hear(words_, at_ms)
        told += redactor.finish()
        finals = [word.text for one in told if one.is_final for word in one.committed]
        words += len(finals)
        numbers += sum(any(char.isdigit() for char in text) or text.lower().strip(".,") in _VALUES for text in finals)
        removed += sum(PLACEHOLDER in text for text in finals)
    return {"talks": len(talks), "words": words, "number_words_kept": numbers, "removed": removed}


def main() -> None:
    """Prints the figures; status 1 where a number was left behind or too many harmless ones were removed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true")
    seed = parser.parse_args().seed
    loaded = advising.load(settings.load())
    others = [(at, secret_call(at)) for at in range(seed, seed + SECRETS)]
    report = {
        "seed": seed,
        "cards": cards(seed, loaded),
        "other_secrets": _secrets(others, loaded),
        "harmless": harmless(seed, loaded),
        "real_talk": real_talk(),
    }
    print(json.dumps(report, indent=1))
    is_left = report["cards"]["left_in"] or report["other_secrets"]["left_in"]
    sys.exit(bool(is_left) or 200 * report["harmless"]["removed"] > HARMLESS)


if __name__ == "__main__":
    main()
