"""A unix socket through which tests set the clock of a running server; refused in production.

One JSON object a line: `{"do": "set", "at": iso}` (the clock jumps, and heart-beats look late),
`{"do": "advance", "seconds": n}` (time passes, and whoever is connected stayed), `{"do": "tick"}`,
`{"do": "jump", "seconds": n}` (the clock is put forward or back, and heart-beats look late or early);
each then runs the ticker and the outbox once and is answered by `{"ok": true, "now": iso}`.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from circle.services.clock import SettableClock
from circle.services.conduct import Conduct


def time_passes(conduct: Conduct, clock: SettableClock, seconds: float) -> None:
    """The clock jumps over many beats, and whoever is connected was there all the time: by the time another
    ticker looks, too.
    """
    until = clock.now() + timedelta(seconds=seconds)
    for meeting in conduct.active():
        with conduct.hold(meeting.id):
            conduct.presence.everybody_stays(meeting.id, until)
    clock.advance(seconds)


def listen(path: str, clock: SettableClock, conduct: Conduct, tick: Callable[[], None]) -> None:
    """Serve the control socket in a background thread (a greenlet under gevent)."""
    Path(path).unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    Path(path).chmod(0o600)
    server.listen(4)
    threading.Thread(target=_accept, args=(server, clock, conduct, tick), daemon=True).start()


def _accept(server: socket.socket, clock: SettableClock, conduct: Conduct, tick: Callable[[], None]) -> None:
    while True:
        connection, _ = server.accept()
        with connection, connection.makefile("rw") as stream:
            for line in stream:
                stream.write(json.dumps(_do(json.loads(line), clock, conduct, tick)) + "\n")
                stream.flush()


def _do(
    wish: dict[str, Any], clock: SettableClock, conduct: Conduct, tick: Callable[[], None]
) -> dict[str, Any]:
    try:
        if wish["do"] == "set":
            clock.set(datetime.fromisoformat(wish["at"]))
        elif wish["do"] == "advance":
            time_passes(conduct, clock, float(wish["seconds"]))
        elif wish["do"] == "jump":
            clock.advance(float(wish["seconds"]))
        tick()
    except Exception as problem:
        return {"ok": False, "problem": f"{type(problem).__name__}: {problem}"}
    return {"ok": True, "now": clock.now().isoformat()}
