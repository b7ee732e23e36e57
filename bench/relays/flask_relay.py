"""Flask-SocketIO as its documentation shows it, under gevent: `python -m bench.relays.flask_relay PORT`."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask, request  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", cors_allowed_origins="*", transports=["websocket"])
rooms: dict[str, str] = {}


@socketio.on("connect")
def connect(auth: Any) -> None:
    """Sits down."""
    rooms[request.sid] = auth["room"]  # type: ignore[attr-defined]
    join_room(auth["room"])


@socketio.on("command")
def command(data: Any) -> dict[str, Any]:
    """Hands on."""
    room = rooms[request.sid]  # type: ignore[attr-defined]
    change = {"in": "said", "id": room, "item": {"text": data["data"]["text"], "seat": "a seat", "at": 1}}
    emit("message", {"run": "r", "audience": "room", "seq": 1, "changes": [change]}, to=room)
    return {"ok": True, "kept": True}


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]))
