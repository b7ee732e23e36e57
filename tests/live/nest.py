"""Servers that start at once: one process has imported all that `circle run` imports, and forks for each.

python -m tests.live.nest    a line of JSON for each server, {"arguments", "environment", "log"}; says its pid

Nothing but the importing is shared: each server has its own process, environment, output and signals, and
begins where the command line begins.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gevent.monkey import get_original

ROOT = Path(__file__).resolve().parents[2]
_LOOKS_EVERY_S = 0.01


class Fledgling:
    """A forked server, as far as tests use `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._life = os.pidfd_open(pid)

    def __del__(self) -> None:
        os.close(self._life)

    def poll(self) -> int | None:
        """None as long as it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended. Raises subprocess.TimeoutExpired."""
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("circle run", timeout or 0)
        return 0

    def send_signal(self, number: int) -> None:
        """Nothing happens once it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._life, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def _ended(self, timeout: float | None) -> int | None:
        until = None if timeout is None else time.monotonic() + timeout
        while not self._is_over():
            if until is not None and time.monotonic() >= until:
                return None
            time.sleep(_LOOKS_EVERY_S)
        return 0

    def _is_over(self) -> bool:
        """One look, by the system's own poll: it takes any number of a file, and is right at once."""
        look = get_original("select", "poll")()
        look.register(self._life, select.POLLIN)
        return bool(look.poll(0))


class Nest:
    """The process that forks."""

    def __init__(self) -> None:
        pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._turn = threading.Lock()
        self._process = subprocess.Popen([sys.executable, "-m", "tests.live.nest"], cwd=ROOT, **pipe)

    def start(self, arguments: tuple[str, ...], environment: dict[str, str], log: Path) -> Fledgling:
        """One `circle run`, which writes to the end of `log`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        wish = {"arguments": arguments, "environment": environment, "log": str(log)}
        with self._turn:
            self._process.stdin.write(json.dumps(wish) + "\n")
            self._process.stdin.flush()
            return Fledgling(int(self._process.stdout.readline()))

    def close(self) -> None:
        """No more of them; those that run go on."""
        self._process.communicate()


def _become_server(wish: dict[str, Any]) -> None:
    log = os.open(wish["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, theirs in ((0, nothing), (1, log), (2, log)):
        os.dup2(theirs, mine)
    os.environ.clear()
    os.environ.update(wish["environment"])

    from circle.cli import main

    main(["run", *wish["arguments"]])


def _brood() -> None:
    from gevent import monkey

    monkey.patch_all()
    from gevent.os import fork_gevent

    import circle.server  # noqa: F401 - what takes so long

    for line in sys.stdin:
        pid = fork_gevent()
        if pid == 0:
            _become_server(json.loads(line))
        print(pid, flush=True)


if __name__ == "__main__":
    _brood()
