"""Writes docs/asyncapi.json from the wire's schemas: `python -m scripts.asyncapi`.

A test compares the file with what this would write, so the document cannot fall behind.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from circle.live import frames, wire
from circle.live.drain import MOVING
from circle.live.tokens import TokensIn

FILE = Path(__file__).resolve().parents[1] / "docs" / "asyncapi.json"
SENT_BY_PAGES: dict[str, type[BaseModel]] = {
    "command": frames.Frame,
    "status": wire.StatusIn,
    "tokens": TokensIn,
}


def document() -> dict[str, Any]:
    """The AsyncAPI 3 document of the room's socket."""
    payloads = wire.payloads()
    models: list[type[BaseModel]] = [frames.Auth, frames.Message, *SENT_BY_PAGES.values()]
    models += dict.fromkeys(payloads.values())
    _, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The room",
            "version": str(wire.PROTOCOL),
            "description": "Socket.IO over websocket. Connecting takes `auth` with a one-use ticket from "
            "POST /live/{meeting}/ticket. Every event a page sends is answered by an ack: "
            "{ok: true, ...} or {ok: false, error: {code, message, fields}}.",
        },
        "channels": {
            "room": {
                "address": "/socket.io/",
                "messages": {
                    name: {"$ref": f"#/components/messages/{name}"}
                    for name in ("message", MOVING, *SENT_BY_PAGES, "beat", "join")
                },
            }
        },
        "operations": {
            "receive": {"action": "send", "channel": {"$ref": "#/channels/room"}, "title": "To pages"},
            "send": {"action": "receive", "channel": {"$ref": "#/channels/room"}, "title": "From pages"},
        },
        "components": {
            "messages": {
                "message": _message("What changed for one audience.", frames.Message),
                MOVING: {
                    "summary": "This process is about to end: open a line anew, then let this one go.",
                    "payload": {"type": "object"},
                },
                "beat": {"summary": "The page is there.", "payload": {"type": "object"}},
                "join": {"summary": "Asks for a snapshot; the ack holds it.", "payload": {"type": "object"}},
                **{name: _message(str(model.__doc__), model) for name, model in SENT_BY_PAGES.items()},
            },
            "schemas": schemas["$defs"],
        },
        "x-commands": {
            name: {"$ref": f"#/components/schemas/{model.__name__}"} for name, model in payloads.items()
        },
    }


def text() -> str:
    """The file's content."""
    return json.dumps(document(), indent=1, sort_keys=True) + "\n"


def _message(summary: str, model: type[BaseModel]) -> dict[str, Any]:
    return {"summary": summary, "payload": {"$ref": f"#/components/schemas/{model.__name__}"}}


if __name__ == "__main__":
    FILE.write_text(text())
