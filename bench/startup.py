"""From starting `circle run` to its first answers: `python -m bench.startup [--rounds N]`.

The baseline is a bare interpreter that imports what every program of this kind stands on.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.figures import Figure, table
from tests.live.server import ROOT, free_port

BARE = "import flask, flask_socketio, gevent, sqlalchemy"
GOAL_MS = 2000.0
PATIENCE_S, LOOK_S = 60.0, 0.01


def imports_ms() -> float:
    """Milliseconds of an interpreter that imports the baseline and ends."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE], check=True, cwd=ROOT)
    return (time.perf_counter() - began) * 1000


def answers_ms(folder: Path) -> tuple[float, float]:
    """Milliseconds until the first 200 of /healthz, and until the first page after it."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")}
    own = {"PORT": str(port), "CIRCLE_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    environment = kept | own | {"PYTHONDONTWRITEBYTECODE": ""}  # compiled once
    began = time.perf_counter()
    command = [sys.executable, "-m", "circle.cli", "run"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=ROOT)
    try:
        _first(f"http://localhost:{port}/healthz")
        healthy = time.perf_counter()
        _first(f"http://localhost:{port}/")
        return (healthy - began) * 1000, (time.perf_counter() - began) * 1000
    finally:
        server.terminate()
        server.wait(20)


def _first(address: str) -> None:
    until = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < until:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
                answer.read()
                return
        except (ConnectionError, urllib.error.URLError):
            time.sleep(LOOK_S)
    raise TimeoutError(f"{address} does not answer")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="at least 3")
    rounds = max(3, parser.parse_args().rounds)
    health, page, first = (
        Figure(name, "bare imports", GOAL_MS)
        for name in (
            "`circle run` to /healthz",
            "`circle run` to the first page",
            "The very first start, to /healthz",
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        answers_ms(Path(folder) / "warm")  # compiled, and its database there
        for at in range(rounds):
            bare = imports_ms()
            for figure, ours in zip((health, page), answers_ms(Path(folder) / "warm"), strict=True):
                figure.bare.append(bare)
                figure.ours.append(ours)
            first.bare.append(bare)
            first.ours.append(answers_ms(Path(folder) / str(at))[0])
    print(table((health, page, first), rounds))


if __name__ == "__main__":
    main()
