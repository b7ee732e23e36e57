"""Under a minute of chaos (bench/chaos.py): several circles, one fault close on another, and one truth."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.live.server import ROOT

SEED = 1  # three kills, a stop, a Redis and a PostgreSQL that die, a lossy line
FULL = bool(os.environ.get("CIRCLE_TEST_FULL"))
SMALL = "--minutes 0.55 --circles 3 --members 6 --every 4.7 --longest 3 --pace 1"
WHOLE = "--minutes 10 --circles 50 --members 8 --every 15 --longest 30"


@pytest.mark.timeout(1200 if FULL else 150)
def test_after_chaos_pages_promises_and_rows_agree() -> None:
    command = [sys.executable, "-m", "bench.chaos", "--seed", str(SEED), *(WHOLE if FULL else SMALL).split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = done.stdout.partition("BREACH")[2]
    assert done.returncode == 0, found or done.stdout[-2000:] + done.stderr[-2000:]
    assert "Everything agrees." in done.stdout
