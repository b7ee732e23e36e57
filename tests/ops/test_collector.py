"""Memory that nobody uses any more goes back to the system."""

from __future__ import annotations

import subprocess
import sys

from tests.live.server import ROOT

# Every second one of many pieces is let go: what is free lies between what is in use.
HOLES = """
import psutil
from circle.collector import give_back
pieces = [bytes(12_000) for _ in range(5_000)]
del pieces[::2]
resident = psutil.Process().memory_info
before = resident().rss
assert give_back()
print(before - resident().rss)
"""


def test_holes_go_back_to_the_system() -> None:
    ran = subprocess.run(  # in a process of its own: whatever else the tests hold does not count
        [sys.executable, "-c", HOLES], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert int(ran.stdout) > 10_000_000
