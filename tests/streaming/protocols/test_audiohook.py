"""Genesys AudioHook: opened, numbered and closed as its client wants it, whichever channel is whose."""

import base64
import json
from itertools import count
from typing import Any

import numpy as np
import pytest

from streaming.errors import ProtocolViolation
from streaming.protocols import audiohook
from streaming.protocols.contract import (
    Accepted,
    ClientEvent,
    Ended,
    Metadata,
    Notice,
    Opening,
    Reached,
    Refused,
    Reply,
    Started,
    Stopped,
    Suggested,
)
from streaming.types import AudioFrame, Gap, Speaker, Words
from tests.streaming.protocols.test_http_signature import CREATED_S, HEADERS, KEY, URL, signed

SESSION = "30b0e395-84d3-4570-ac13-9a62d8f514c0"
CONVERSATION = "d7934305-0972-4844-938e-9060eef73d05"
NULL = "00000000-0000-0000-0000-000000000000"
LOUD, QUIET = 0x8A, 0xFF  # 20,000 and 0 in mu-law


def offer(*channels: str, **changes: Any) -> dict[str, Any]:
    """One kind of media that the client could send."""
    return {"type": "audio", "format": "PCMU", "channels": list(channels), "rate": 8000} | changes


STEREO = offer("external", "internal")
LINEAR = offer("external", format="L16")
OPEN: dict[str, Any] = {
    "organizationId": "5c6e3b0c-6a9b-4f6e-9a55-5a6f1c0e7d11",
    "conversationId": CONVERSATION,
    "participant": {"id": SESSION, "ani": "+15555551234", "aniName": "John Doe", "dnis": "+18005556789"},
    "media": [STEREO, offer("external"), offer("internal")],
    "language": "en-US",
}


class Client:
    """The other end: numbers its messages, and checks that the server's are numbered."""

    def __init__(self, headers: dict[str, str] | None = None, **options: object) -> None:
        self.protocol = audiohook.create(Opening(headers=headers or {}, options=options))
        self.numbers = count(1)
        self.seq = 0
        self.server_seq = 0

    def message(self, kind: str, **parameters: Any) -> str:
        self.seq = next(self.numbers)
        told = {"version": "2", "id": SESSION, "type": kind, "seq": self.seq, "serverseq": self.server_seq}
        return json.dumps(told | {"position": "PT0S", "parameters": parameters})

    def send(self, kind: str, **parameters: Any) -> tuple[ClientEvent, ...]:
        return self.protocol.receive(self.message(kind, **parameters))

    def open(self, **changes: Any) -> tuple[ClientEvent, ...]:
        return self.send("open", **(OPEN | changes))

    def opened(self, **changes: Any) -> dict[str, Any]:
        """Opens a call; the answer."""
        (accepted,) = self.open(**changes)
        assert isinstance(accepted, Accepted)
        return self.told(Started("c1"))[0]

    def told(self, notice: Notice) -> list[dict[str, Any]]:
        return [self.checked(message) for message in self.protocol.tell(notice)]

    def checked(self, message: str | bytes) -> dict[str, Any]:
        """What every message of a server must have, its number above all."""
        told: dict[str, Any] = json.loads(message)
        self.server_seq += 1
        assert (told["version"], told["id"], told["seq"]) == ("2", SESSION, self.server_seq)
        assert told["clientseq"] == self.seq and isinstance(told["parameters"], dict)
        return told

    def answer(self, events: tuple[ClientEvent, ...]) -> dict[str, Any]:
        """The one reply among them."""
        (reply,) = (event for event in events if isinstance(event, Reply))
        return self.checked(reply.message)


def sound(left: int, right: int, ms: int = 200) -> bytes:
    """Stereo as Genesys sends it, 200 ms a message."""
    return bytes((left, right)) * (8 * ms)


def loud(events: tuple[ClientEvent, ...]) -> set[Speaker]:
    """Who is heard."""
    frames = [event for event in events if isinstance(event, AudioFrame)]
    return {f.speaker for f in frames if np.abs(np.frombuffer(f.pcm, "<i2").astype(int)).mean() > 9_000}


def test_a_whole_session() -> None:
    """Opened with one of the media, pinged, heard, closed; every message of ours numbered one on."""
    client = Client()
    assert client.open(customConfig={"company": "Northwind", "expect": "Flowdesk, SOC 2"}) == (
        Accepted(CONVERSATION, ("prospect", "rep"), Metadata({}, "Northwind", ("Flowdesk", "SOC 2"))),
    )
    (opened,) = client.told(Started(CONVERSATION))
    assert opened["type"] == "opened" and opened["parameters"] == {"media": [STEREO]}
    for _ in range(2):
        assert client.answer(client.send("ping", rtt="PT0.01S"))["type"] == "pong"
    heard = client.protocol.receive(sound(LOUD, QUIET))
    assert loud(heard) == {"prospect"}
    assert client.answer(client.send("update", language="en-GB"))["type"] == "updated"
    events = client.send("close", reason="end")
    closed = client.answer(events)
    assert (closed["type"], closed["parameters"]) == ("closed", {})
    assert events[-1] == Stopped()
    frames = [event for event in (*heard, *events) if isinstance(event, AudioFrame) and event.speaker == "rep"]
    assert [frame.start_ms for frame in frames] == list(range(0, 200, 20))
    assert client.send("ping") == client.protocol.receive(b"\0") == client.protocol.closed() == ()
    assert client.told(Ended(200)) == client.told(Refused("code", "text")) == []


@pytest.mark.parametrize(
    "media, chosen, speakers",
    [
        ([offer("internal", "external"), offer("internal")], offer("internal", "external"), ("rep", "prospect")),
        ([offer("external"), STEREO], STEREO, ("prospect", "rep")),
        ([offer("internal")], offer("internal"), ("rep",)),
        ([offer("external", rate=16_000), LINEAR], LINEAR, ("prospect",)),
        ([offer("external", "external"), offer(), offer("external")], offer("external"), ("prospect",)),
    ],
)
def test_both_parties_are_wanted_in_the_order_that_is_offered(media: Any, chosen: Any, speakers: Any) -> None:
    """Else the one that there is; what cannot be read here is passed over."""
    client = Client()
    (accepted,) = client.open(media=media)
    assert isinstance(accepted, Accepted) and accepted.speakers == speakers
    assert client.told(Started("c1"))[0]["parameters"]["media"] == [chosen]


def test_channels_in_the_other_order_are_the_other_parties() -> None:
    """The agent on the left is the rep on the left."""
    client = Client()
    client.opened(media=[offer("internal", "external")])
    assert loud(client.protocol.receive(sound(LOUD, QUIET))) == {"rep"}


def test_linear_sound_is_little_endian() -> None:
    """As the reference implementation has it."""
    client = Client()
    client.opened(media=[LINEAR])
    assert loud(client.protocol.receive(np.full(1600, 20_000, "<i2").tobytes())) == {"prospect"}


def test_a_connection_probe_is_opened_and_closed_without_a_call() -> None:
    """Genesys tries the connection so when it is set up; sound that comes all the same is not heard."""
    client = Client()
    opened = client.answer(client.open(conversationId=NULL, participant={"id": NULL}))
    assert (opened["type"], opened["parameters"]) == ("opened", {"media": [STEREO]})
    assert client.protocol.receive(sound(LOUD, LOUD)) == ()
    events = client.send("close", reason="end")
    assert client.answer(events)["type"] == "closed" and events[1:] == (Stopped(),)


def test_languages_are_told_where_asked_for() -> None:
    """And only there."""
    assert "en-US" in Client().opened(supportedLanguages=True)["parameters"]["supportedLanguages"]
    assert "supportedLanguages" not in Client().opened()["parameters"]


def gaps(events: tuple[ClientEvent, ...]) -> list[Gap]:
    """What was lost."""
    return [event for event in events if isinstance(event, Gap)]


def starts(events: tuple[ClientEvent, ...]) -> list[int]:
    """When the rep's frames begin."""
    return [event.start_ms for event in events if isinstance(event, AudioFrame) and event.speaker == "rep"]


@pytest.mark.parametrize("kind", ["discarded", "resumed"])
def test_what_the_client_let_go_of_is_a_hole(kind: str) -> None:
    """The clock runs on through it, on both channels; the sound behind it is not joined to that before."""
    client = Client()
    client.opened()
    client.protocol.receive(sound(QUIET, LOUD))
    assert client.send("paused") == ()
    events = client.send(kind, start="PT0.2S", discarded="PT10.3S")
    assert gaps(events) == [Gap("prospect", 200, 10_300), Gap("rep", 200, 10_300)]
    after = (*client.protocol.receive(sound(QUIET, LOUD)), *client.send("close", reason="end"))
    assert starts(after) == list(range(10_500, 10_700, 20))


def test_a_hole_that_ends_within_a_frame_is_filled_up_with_silence() -> None:
    """So that the sound behind it is in its place; one shorter than a frame is all silence, in mid-sample as well."""
    client = Client()
    client.opened()
    events = client.send("discarded", start="PT0S", discarded="PT0.513S")
    assert gaps(events) == [Gap("prospect", 0, 500), Gap("rep", 0, 500)]
    events += client.protocol.receive(sound(QUIET, LOUD, 7)[:-1])
    events += client.send("discarded", start="PT.52S", discarded="PT0.005S")
    events += client.protocol.receive(sound(QUIET, LOUD, 15))
    events += client.send("close", reason="end")
    assert starts(events) == [500, 520]
    last = [event for event in events if isinstance(event, AudioFrame)][-1]
    assert last.speaker == "rep" and loud((last,)) == {"rep"}


def test_the_clock_never_goes_back() -> None:
    """A hole that is told of sound already heard, or before anything is open, changes nothing."""
    client = Client()
    assert client.send("discarded", start="PT0S", discarded="PT1S") == ()
    client.opened()
    client.protocol.receive(sound(LOUD, LOUD))
    assert client.send("discarded", start="PT0.1S", discarded="PT0.1S") == ()
    assert client.send("resumed", start="PT0S", discarded="PT0S") == ()


def test_the_server_asks_the_client_to_end() -> None:
    """It says so once, waits for `close`, and answers that; what comes until then is not heard."""
    client = Client()
    client.opened()
    (disconnect,) = client.told(Ended(0))
    assert (disconnect["type"], disconnect["parameters"]["reason"]) == ("disconnect", "completed")
    assert client.told(Ended(0)) == client.told(Refused("code", "text")) == []
    assert client.protocol.receive(sound(LOUD, LOUD)) == ()
    assert client.answer(client.send("ping"))["type"] == "pong"
    assert client.answer(client.send("close", reason="disconnect"))["type"] == "closed"
    assert client.protocol.parting_s > 1


def test_a_refusal_is_a_disconnect_with_its_reason() -> None:
    """Also before anything came: by the session that the handshake names. An `open` that crosses it is let go."""
    client = Client({"audiohook-session-id": SESSION})
    (disconnect,) = client.told(Refused("overloaded", "try later"))
    assert disconnect["parameters"] == {"reason": "error", "info": "try later"}
    assert client.open() == ()
    (message,) = audiohook.create(Opening()).tell(Refused("no_start", "nothing came"))
    assert json.loads(message)["id"] == NULL


def test_a_session_that_is_not_signed_is_told_so_when_it_opens() -> None:
    """Where there is a secret; no text holds it."""
    secret = "TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU="
    client = Client(url="wss://assist.example.com/call/audiohook", key="key", secret=secret)
    with pytest.raises(ProtocolViolation) as caught:
        client.open()
    assert caught.value.code == "unauthorized" and secret not in str(caught.value)
    (disconnect,) = client.told(Refused(caught.value.code, str(caught.value)))
    assert disconnect["parameters"]["reason"] == "unauthorized"


def test_a_session_that_is_signed_is_for_the_organisation_that_signed_it() -> None:
    """The one in its handshake, and no other."""
    key: dict[str, object] = {"url": URL, "key": KEY.id, "secret": base64.b64encode(KEY.secret).decode()}
    for organization_id, is_let_in in ((HEADERS["audiohook-organization-id"], True), (SESSION, False)):
        client = Client()
        client.protocol = audiohook.create(Opening(headers=signed(), options=key, opened_at=CREATED_S + 1))
        if is_let_in:
            assert isinstance(client.open(organizationId=organization_id)[0], Accepted)
        else:
            with pytest.raises(ProtocolViolation, match="not signed"):
                client.open(organizationId=organization_id)


def test_a_session_that_is_signed_as_another_was_is_not_let_in() -> None:
    """Whoever has recorded a request has nothing by it."""
    key: dict[str, object] = {"url": URL, "key": KEY.id, "secret": base64.b64encode(KEY.secret).decode()}
    for is_first in (True, False):
        asked: list[str] = []

        def told(nonce: str, is_first: bool = is_first, asked: list[str] = asked) -> bool:
            asked.append(nonce)
            return is_first

        client = Client()
        client.protocol = audiohook.create(Opening({}, signed(), key, CREATED_S + 1, told))
        if is_first:
            assert isinstance(client.open(organizationId=HEADERS["audiohook-organization-id"])[0], Accepted)
        else:
            with pytest.raises(ProtocolViolation, match="not signed"):
                client.open(organizationId=HEADERS["audiohook-organization-id"])
        assert len(asked) == 1
        audiohook.create(Opening({}, signed(), key, CREATED_S + 60, told))
        assert len(asked) == 1  # what is not rightly signed is not remembered


def test_suggestions_are_sent_where_the_operator_wants_them() -> None:
    """As assistance to the agent, in markup of which none is theirs; not before it is open, nor after the end."""
    suggested = Suggested("s1", 1_500, "It costs <b>too much</b>.", "It sounds like you're worried about <the> ROI.")
    quiet = Client()
    quiet.opened()
    assert quiet.told(suggested) == []
    client = Client(suggestions=True)
    assert client.told(suggested) == []
    client.opened()
    (event,) = client.told(suggested)
    (entity,) = event["parameters"]["entities"]
    (told,) = entity["data"]["suggestions"]
    assert (event["type"], entity["type"], told["type"]) == ("event", "agentassist", "faq")
    assert told["question"] == suggested.quote and told["position"] == "PT1.500S"
    assert told["answer"] == "It sounds like you&#x27;re worried about &lt;the&gt; ROI."
    assert told["id"] != entity["data"]["id"]
    assert client.told(suggested)[0]["parameters"] == event["parameters"]
    client.send("close", reason="end")
    assert client.told(suggested) == []


def test_other_notices_say_nothing() -> None:
    """Words have no place in it, nor has how far the call is."""
    client = Client()
    client.opened()
    assert client.told(Reached(10, 5, 5)) == client.told(Words("rep", 0, (), (), True)) == []


@pytest.mark.parametrize(
    "messages, code",
    [
        (["{"], "not_json"),
        (["{}"], "bad_message"),
        ([sound(LOUD, LOUD)], "not_started"),
        ([{"version": "1"}], "bad_message"),
        ([{"id": "x"}], "bad_message"),
        ([{"seq": -1}], "bad_message"),
        ([{"parameters": {"media": [{"type": "audio"}]}}], "bad_message"),
        ([{}, {"type": "discarded", "parameters": {"start": "PT1", "discarded": "PT1S"}}], "bad_message"),
        ([{}, {"type": "discarded", "parameters": {"start": "PT9999999S", "discarded": "PT1S"}}], "bad_message"),
        ([{}, {}], "already_started"),
        ([{"parameters": OPEN | {"media": []}}], "bad_encoding"),
        ([{"parameters": OPEN | {"media": [offer("external", format="OPUS")]}}], "bad_encoding"),
    ],
)
def test_what_is_wrong_is_named(messages: list[Any], code: str) -> None:
    """Each fault has its code; a message here is the good `open` with some of it changed."""
    protocol = Client().protocol
    good = {"version": "2", "id": SESSION, "type": "open", "seq": 1, "parameters": OPEN}
    told = [message if isinstance(message, str | bytes) else json.dumps(good | message) for message in messages]
    for message in told[:-1]:
        protocol.receive(message)
    with pytest.raises(ProtocolViolation) as caught:
        protocol.receive(told[-1])
    assert caught.value.code == code and len(str(caught.value)) > 20
