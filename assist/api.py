"""The server's own description: `/openapi.json` of its pages, `/asyncapi.json` of its sockets; pure.

What is sent and taken is described by the very types that it is read and written with.
"""

from importlib.metadata import version
from typing import Any, get_args

import msgspec

from assist.overlay_events import Event, OverlayEvent
from assist.overlay_messages import Said, Watch
from streaming.product import Page
from streaming.protocols import browser

Json = dict[str, Any]

REF = "#/components/schemas/{name}"
INFO: Json = {"title": "Live call assist", "version": version("live-call-assist"), "license": {"name": "Apache-2.0"}}
TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
ENVELOPE: Json = {"call": TEXT, "seq": COUNT, "at_ms": COUNT}


def pages() -> dict[str, Page]:
    """Both documents by their paths."""
    documents = {"/openapi.json": openapi(), "/asyncapi.json": asyncapi()}
    return {path: Page("application/json", msgspec.json.encode(document)) for path, document in documents.items()}


def openapi() -> Json:
    """OpenAPI 3.1 of all that a plain GET may ask for."""
    view: list[Json] = [{"bearer": []}, {"cookie": []}, {}]
    call: Json = {"name": "call", "in": "path", "required": True, "schema": TEXT}
    line: list[Json] = [call | {"name": name} for name in ("scenario", "line")]
    paths: Json = {
        "/": _get("The overlay, which a rep keeps open in a call.", "text/html"),
        "/capture": _get("The page that brings a call in from a browser.", "text/html"),
        "/prepare": _get("The page on which a rep thinks of the next call.", "text/html"),
        "/practice": _get("The page on which a rep practises.", "text/html"),
        "/practice/scenarios.json": _get("What there is to practise.", "application/json"),
        "/practice/{scenario}/{line}": _get("A line of a scenario, spoken.", "audio/ogg", 404, parameters=line),
        "/calls": _get("The calls that were, newest first.", "text/html", 401, security=view),
        "/calls/{call}": _get("A call's debrief.", "text/html", 401, 404, security=view, parameters=[call]),
        "/calls/{call}/sound": _get(
            "Its sound, where it was kept.", "audio/ogg", 401, 404, security=view, parameters=[call]
        ),
        "/calls/{call}/events": _get("Its events.", "application/jsonl", 401, 404, security=view, parameters=[call]),
        "/session": {
            "get": {
                "summary": "Trades a token for a cookie that opens the pages, and no socket.",
                "security": [{"bearer": []}, {}],
                "responses": {
                    "204": {"description": "Done; on loopback there is nothing to trade, and no cookie."},
                    "401": _answer("The token is bad or expired.", "text/plain"),
                },
            }
        },
        "/livez": _get("Whether the server lives.", "text/plain"),
        "/readyz": _get("Whether it takes calls; else why not.", "text/plain", 503),
        "/metrics": _get("What is counted, for Prometheus.", "text/plain"),
        "/openapi.json": _get("This document.", "application/json"),
        "/asyncapi.json": _get("The same of the sockets.", "application/json"),
    }
    schemes: Json = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token to view or control (`assist token`)."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "assist", "description": "What `/session` set."},
    }
    return {"openapi": "3.1.0", "info": INFO, "paths": paths, "components": {"securitySchemes": schemes}}


def asyncapi() -> Json:
    """AsyncAPI 3.0 of the overlay's socket and of our own protocol for a call's sound."""
    told, heard = _overlay_schemas(), _schemas((Watch, *get_args(Said)))
    fed, answered = _schemas(get_args(browser.Control)), _call_answers()
    to_overlay = {**heard[0], "renew": _note("renew")}
    notes = {kind: _note(kind) for kind in ("waiting", "heartbeat", "expired")}
    from_overlay = {**told[0], **_both(), **notes, **_overlay_answers()}
    to_call = {**fed[0], "renew": _note("renew"), "sound": {"type": "string", "contentEncoding": "binary"}}
    channels = {
        "overlay": _channel("/overlay", "Events of a call as they come.", to_overlay, from_overlay),
        "call": _channel(
            "/call/browser", "A call's sound; other sources speak as their vendors do.", to_call, answered
        ),
    }
    return {
        "asyncapi": "3.0.0",
        "info": INFO,
        "defaultContentType": "application/json",
        "channels": {name: channel for name, (channel, _) in channels.items()},
        "operations": {
            f"{action}_{name}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{message}"} for message in directions[action]],
            }
            for name, (_, directions) in channels.items()
            for action in ("receive", "send")
        },
        "components": {"schemas": {**told[1], **heard[1], **fed[1]}},
    }


def _channel(address: str, summary: str, taken: Json, sent: Json) -> tuple[Json, dict[str, list[str]]]:
    """A channel, and its messages' names by what the server does with them."""
    messages = {name: {"name": name, "payload": payload} for name, payload in {**taken, **sent}.items()}
    if "sound" in messages:
        messages["sound"]["contentType"] = "application/octet-stream"
    return {"address": address, "summary": summary, "messages": messages}, {"receive": [*taken], "send": [*sent]}


def _schemas(kinds: tuple[type[msgspec.Struct], ...]) -> tuple[Json, Json]:
    """What may be taken, by its kind, and the schemas that this refers to."""
    schemas, components = msgspec.json.schema_components(kinds, ref_template=REF)
    return {str(kind.__struct_config__.tag): schema for kind, schema in zip(kinds, schemas, strict=True)}, components


def _overlay_schemas() -> tuple[Json, Json]:
    """Every event with its envelope's fields; all its fields are always there, and no other."""
    kinds: tuple[type[Event], ...] = get_args(OverlayEvent)
    schemas, components = _schemas(kinds)
    for kind in kinds:
        schema = components[kind.__name__]
        schema["properties"] = ENVELOPE | schema["properties"]
        schema["required"] = [*schema["properties"]]
        schema["additionalProperties"] = False
    return schemas, components


def _overlay_answers() -> Json:
    """What an overlay is told that asked for it."""
    return {
        "following": _note("following", call=TEXT, epoch=COUNT, recovered={"type": "boolean"}),
        "shared": _note("shared", call=TEXT, token=TEXT, expires_at_s=COUNT),
        "prepared": _note("prepared", preparation={"type": ["object", "null"]}, audits={"type": "array"}),
    }


def _call_answers() -> Json:
    """What whoever feeds a call is told."""
    return {
        "started": _note("started", call=TEXT, received_samples=COUNT),
        "ack": _note("ack", received_ms=COUNT, heard_ms=COUNT, safe_ms=COUNT),
        "ended": _note("ended", duration_ms=COUNT, unread_bytes=COUNT),
        **_both(),
        "error": _refused(),
    }


def _refused() -> Json:
    """Why a call ends; where there is no room for it now, in how many seconds to come again."""
    error = _note("error", code=TEXT, message=TEXT)
    return error | {"properties": error["properties"] | {"retry_after_s": COUNT}}


def _both() -> Json:
    """What either socket may be told."""
    return {"error": _note("error", code=TEXT, message=TEXT), "token": _note("token", token=TEXT)}


def _note(kind: str, **fields: Json) -> Json:
    properties: Json = {"kind": {"const": kind}, **fields}
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _get(summary: str, content_type: str, *others: int, **more: Any) -> Json:
    others_told = {401: "A token is needed.", 404: "No such call.", 503: "Not now, and why."}
    responses = {"200": _answer(summary, content_type)} | {
        str(status): _answer(others_told[status], "text/plain") for status in others
    }
    return {"get": {"summary": summary, **more, "responses": responses}}


def _answer(description: str, content_type: str) -> Json:
    schema = {} if content_type == "application/json" else TEXT
    return {"description": description, "content": {content_type: {"schema": schema}}}
