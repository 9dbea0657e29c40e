"""Detection and advice on text, as if it had been heard: for whoever writes a playbook, and for measuring."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import msgspec
from rich.console import Console

from assist import advising, logs
from assist.advice import Advice
from assist.conversation import Conversation
from assist.detection import Detection
from assist.overlay_events import Envelope, OverlayEvent, SuggestionConsidered, encode
from assist.playbook import Playbook
from assist.screen import Screen
from assist.settings import Settings
from streaming.types import Party, Word, Words

WORD_MS = 350  # a calm speaker says about 170 words a minute
PAUSE_MS = 700


class AdviseError(Exception):
    """A line of input that cannot be used; the text says which and what it should be."""


class Wish(msgspec.Struct, frozen=True):
    """JSON or text; each line a call of its own or not; all that was weighed or only what was shown."""

    as_json: bool
    is_independent: bool
    tells_all: bool


class Line(msgspec.Struct, frozen=True):
    """One turn of one call."""

    speaker: Party
    text: Annotated[str, msgspec.Meta(max_length=20_000)]
    call: Annotated[str, msgspec.Meta(max_length=200)] | int = "text"


def run(lines: Iterable[str], settings: Settings, wish: Wish) -> None:
    """Reads lines of JSON and prints what they bring. Raises AdviseError, PlaybookError."""
    logs.configure(settings.log_level, settings.log_json)
    loaded = advising.load(settings)
    loaded.parser.wait()
    calls = TextCalls(loaded.for_call, loaded.playbook, wish)
    screen = Screen(Console(soft_wrap=True))
    for number, line in enumerate(lines, 1):
        for envelope in calls.read(number, line) if line.strip() else ():
            if wish.as_json:
                print(encode(envelope).decode(), flush=True)
            else:
                screen.show(msgspec.json.decode(encode(envelope)))


class TextCalls:
    """Calls that are heard as text; each has a clock on which its words take the time they take to say."""

    def __init__(self, new_parts: Callable[[str], tuple[Detection, Advice]], playbook: Playbook, wish: Wish) -> None:
        self._new_parts = new_parts
        self._playbook = playbook
        self._wish = wish
        self._calls: dict[str, _TextCall] = {}

    def read(self, number: int, line: str) -> Iterator[Envelope]:
        """The events of one line of JSON. Raises AdviseError."""
        try:
            heard = msgspec.json.decode(line, type=Line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise AdviseError(
                f'line {number}: {error}; each line should be {{"call": "c1", "speaker": "prospect", "text": "..."}}'
            ) from None
        call_id = str(heard.call)
        call = self._new(call_id) if self._wish.is_independent else self._call(call_id)
        for envelope in call.hear(heard):
            if self._wish.tells_all or not isinstance(envelope.event, SuggestionConsidered):
                yield envelope

    def _call(self, call_id: str) -> "_TextCall":
        if call_id not in self._calls:
            self._calls[call_id] = self._new(call_id)
        return self._calls[call_id]

    def _new(self, call_id: str) -> "_TextCall":
        return _TextCall(call_id, *self._new_parts(call_id), self._playbook)


class _TextCall:
    def __init__(self, call_id: str, detection: Detection, advice: Advice, playbook: Playbook) -> None:
        self._call_id = call_id
        self._told: list[Envelope] = []
        self._seq = 0
        self._now_ms = 0
        self._utterances: dict[Party, int] = {"rep": 0, "prospect": 0}
        self._conversation = Conversation(detection, advice, playbook, self._publish, lag_ms=lambda at_ms: 0)

    def hear(self, line: Line) -> list[Envelope]:
        words = tuple(
            Word(text, self._now_ms + i * WORD_MS, self._now_ms + (i + 1) * WORD_MS, 1.0)
            for i, text in enumerate(line.text.split())
        )
        if words:
            self._now_ms = words[-1].end_ms
            utterance = self._utterances[line.speaker]
            self._utterances[line.speaker] += 1
            self._conversation.hear(Words(line.speaker, utterance, words, (), is_final=True), self._now_ms)
            self._now_ms += PAUSE_MS
            self._conversation.tick(self._now_ms)
        told, self._told = self._told, []
        return told

    def _publish(self, at_ms: int, event: OverlayEvent) -> None:
        self._told.append(Envelope(self._call_id, self._seq, at_ms, event))
        self._seq += 1
