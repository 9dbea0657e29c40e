"""The published list of events and the code are one: names, fields, types and every event that is really sent."""

import json
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from assist.overlay_events import (
    CallEnded,
    CueHeard,
    Envelope,
    Event,
    OverlayEvent,
    TranscriptChanged,
    TranscriptWord,
    encode,
)

README = (Path(__file__).parents[2] / "overlay" / "README.md").read_text()
ENVELOPE = {"call", "seq", "at_ms", "kind"}
CHECKS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "speaker": str,
}


def sections() -> dict[str, str]:
    """The text under each heading that is a kind."""
    parts = re.split(r"^### `(\w+)`$", README.split("## The events")[1], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(text: str) -> dict[str, str]:
    """The first table's fields and their types."""
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| .+ \|$", text, re.MULTILINE)
    assert rows, "a section without a table of fields"
    return dict(rows)


DOCUMENTED = {kind: table(text) for kind, text in sections().items()}
CLASSES: dict[str, type[Event]] = {cls.__struct_config__.tag: cls for cls in get_args(OverlayEvent)}


def hold_to_the_schema(event: dict[str, Any]) -> None:
    """One event as sent: a documented kind with exactly the documented fields, of the documented types."""
    fields = DOCUMENTED[event["kind"]]
    assert event.keys() - ENVELOPE == fields.keys()
    assert ENVELOPE <= event.keys()
    for name, kind in fields.items():
        value = event[name]
        if value is None:
            assert "or null" in kind
            continue
        choices = re.findall(r'"(\w+)"', kind)
        if choices:
            assert value in choices
        else:
            assert isinstance(value, CHECKS[re.split(r"\W", kind)[0]]), (name, kind)
            assert isinstance(value, bool) is kind.startswith("boolean")


def test_every_event_is_documented_and_nothing_else() -> None:
    """The headings are the tags."""
    assert DOCUMENTED.keys() == CLASSES.keys()


@pytest.mark.parametrize("kind", CLASSES)
def test_fields_are_those_of_the_document(kind: str) -> None:
    """Each field of a class has its row, each row its field, in the same order, and choices are all named."""
    hints = get_type_hints(CLASSES[kind])
    assert list(DOCUMENTED[kind]) == [field.name for field in msgspec.structs.fields(CLASSES[kind])]
    for name, written in DOCUMENTED[kind].items():
        choices = [value for value in get_args(hints[name]) if isinstance(value, str)]
        assert re.findall(r'"(\w+)"', written) == ([] if written == "speaker" else choices), name


@pytest.mark.parametrize("kind", CLASSES)
def test_the_examples_are_true(kind: str) -> None:
    """The example of each kind is what would be sent: it decodes into the class and holds to its own table."""
    examples = re.findall(r"```json\n(.+?)\n```", sections()[kind], re.DOTALL)
    assert examples
    for example in map(json.loads, examples):
        hold_to_the_schema(example)
        assert isinstance(msgspec.convert(example, type=OverlayEvent), CLASSES[kind])


def test_words_of_a_transcript_are_documented() -> None:
    """The fields of a word stand in the text below their event's table."""
    told = sections()["transcript_changed"]
    for field in msgspec.structs.fields(TranscriptWord):
        assert f"`{field.name}`" in told


def test_the_envelope_is_documented() -> None:
    """Its fields stand in a table of their own."""
    assert table(README.split("## The envelope")[1].split("## The events")[0]).keys() == ENVELOPE


def test_encoding_puts_envelope_and_event_side_by_side() -> None:
    """One line of JSON, envelope first."""
    line = encode(Envelope("c", 7, 90, CallEnded(90, "stopped")))
    assert line == b'{"call":"c","seq":7,"at_ms":90,"kind":"call_ended","duration_ms":90,"reason":"stopped"}'


def test_what_was_said_survives_encoding() -> None:
    """Quotes, line breaks and any script; and the line stays one line."""
    text = 'it\'s "too\nmuch" \u2028 \U0001f600 </script>'
    word = TranscriptWord(text, 0, 1, 0.5, False)
    line = encode(Envelope("c", 0, 0, TranscriptChanged("rep", 0, "", text, False, 0, 1, (word,))))
    assert b"\n" not in line
    assert json.loads(line)["words"][0]["text"] == text
    assert (
        json.loads(encode(Envelope("c", 0, 0, CueHeard("a", "emotion", "rep", text, 0, 1, 1.0, True))))["quote"] == text
    )


async def test_every_event_of_a_real_call_holds_to_the_document(house: Any, said: bytes) -> None:
    """As an overlay receives them, from a call with words, a cue, a suggestion and a channel that goes silent."""
    async with house.call(call="held", channels=["rep", "prospect"]) as call:
        both = bytearray(2 * len(said))
        both[2::4], both[3::4] = said[::2], said[1::2]
        await call.sound(bytes(both))
        await call.sound(bytes(64_000 * 16))
        await call.stop()
    events = await house.events("held")
    seen = {event["kind"] for event in events}
    assert seen >= {"transcript_changed", "cue_heard", "suggestion_shown", "suggestion_withdrawn", "channel_changed"}
    for event in events:
        hold_to_the_schema(event)
