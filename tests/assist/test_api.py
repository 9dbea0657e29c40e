"""The documents of the API say what is really sent and taken: every message of real calls is held against them."""

import asyncio
import json
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assist import api
from assist.overlay_pages import PAGES
from tests.assist.conftest import House, Opening

ASYNCAPI, OPENAPI = api.asyncapi(), api.openapi()
START = {"kind": "start", "channels": ["prospect"], "encoding": "pcm_s16le", "sample_rate_hz": 16_000}


def check(channel: str, action: str, message: dict[str, Any]) -> None:
    """Raises where a message is not as the document has it."""
    operation = ASYNCAPI["operations"][f"{action}_{channel}"]
    assert {"$ref": f"#/channels/{channel}/messages/{message['kind']}"} in operation["messages"], message["kind"]
    schema = ASYNCAPI["channels"][channel]["messages"][message["kind"]]["payload"]
    jsonschema.Draft202012Validator({**schema, "components": ASYNCAPI["components"]}).validate(message)


def references(part: Any) -> list[str]:
    """All that a document refers to."""
    if isinstance(part, dict):
        return [part["$ref"]] if "$ref" in part else [r for value in part.values() for r in references(value)]
    return [r for value in part for r in references(value)] if isinstance(part, list) else []


def test_the_documents_are_whole() -> None:
    """OpenAPI's own judge finds nothing, and each reference leads somewhere."""
    assert list(OpenAPIV31SpecValidator(OPENAPI).iter_errors()) == []
    assert references(ASYNCAPI)
    for reference in references(ASYNCAPI):
        place = ASYNCAPI
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]
    jsonschema.Draft202012Validator.check_schema({"$defs": ASYNCAPI["components"]["schemas"]})


async def test_every_message_of_a_real_call_is_as_the_document_has_it(house: House, said: bytes) -> None:
    """On both sockets and in both directions; each of the commonest kinds did occur."""
    seen: set[tuple[str, str]] = set()
    async with connect(f"{house.ws}/overlay") as overlay, connect(f"{house.ws}/call/browser") as call:
        watch = {"kind": "watch", "call": "held", "after_seq": None}
        for channel, socket, message in (("overlay", overlay, watch), ("call", call, START | {"call": "held"})):
            check(channel, "receive", message)
            await socket.send(json.dumps(message))
        for first in range(0, len(said), 6_400):
            await call.send(said[first : first + 6_400])
            await asyncio.sleep(0)
        while ("call", "ack") not in seen:
            told = json.loads(await asyncio.wait_for(call.recv(), 20))
            check("call", "send", told)
            seen.add(("call", told["kind"]))
        check("call", "receive", {"kind": "stop"})
        await call.send('{"kind":"stop"}')
        for channel, socket, last in (("call", call, "ended"), ("overlay", overlay, "call_ended")):
            while (channel, last) not in seen:
                told = json.loads(await asyncio.wait_for(socket.recv(), 20))
                check(channel, "send", told)
                seen.add((channel, told["kind"]))
        shown = {"kind": "dismiss", "call": "held", "id": "s1"}
        check("overlay", "receive", shown)
    assert {
        ("call", "started"),
        ("call", "ack"),
        ("overlay", "suggestion_shown"),
        ("overlay", "transcript_changed"),
    } <= seen


@pytest.mark.parametrize(("channel", "message"), [("call", {"kind": "start"}), ("overlay", {"kind": "pin"})])
async def test_what_the_document_does_not_have_is_refused(house: House, channel: str, message: dict[str, Any]) -> None:
    """With an error that it does have."""
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        check(channel, "receive", message)
    async with connect(f"{house.ws}/{'call/browser' if channel == 'call' else channel}") as socket:
        if channel == "overlay":
            await socket.send('{"kind":"watch"}')
        await socket.send(json.dumps(message))
        kinds = []
        with pytest.raises(ConnectionClosed):
            while True:
                told = json.loads(await asyncio.wait_for(socket.recv(), 20))
                check(channel, "send", told)
                kinds.append(told["kind"])
    assert "error" in kinds


async def test_whoever_is_told_to_come_again_is_told_as_the_document_has_it(opened: Opening) -> None:
    """In so many seconds."""
    async with opened(max_calls=1) as house, house.call(), connect(f"{house.ws}/call/browser") as socket:
        await socket.send(json.dumps(START))
        told = json.loads(await asyncio.wait_for(socket.recv(), 20))
        check("call", "send", told)
        assert told["retry_after_s"] > 0


async def test_every_page_answers_as_the_document_has_it(opened: Opening) -> None:
    """With the status and the kind of content that it names, and pages that it does not name are none."""
    async with opened() as house:
        async with house.call(call="held") as call:
            await call.stop()
        for path, item in OPENAPI["paths"].items():
            status, content_type = await get(house, path.format(call="held", scenario="price", line="opening"))
            answer = item["get"]["responses"][str(status)]
            assert (status < 300 or path.endswith("/sound")) and (
                status == 204 or content_type.partition(";")[0] in answer["content"]
            ), path
        assert (await get(house, "/calls/none"))[0] == 404
    assert [path for path in PAGES if path not in OPENAPI["paths"]] == []


async def get(house: House, path: str) -> tuple[int, str]:
    """Status and kind of content."""
    address = house.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*address.split(":"))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
    head = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")[0].decode().lower()
    writer.close()
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    return int(head.split()[1]), headers.get("content-type", "")
