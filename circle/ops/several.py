"""Several workers of one gunicorn: what it is told beside `circle/workers.py`.

They share their sessions through Redis, and their figures through a folder that any of them reads when it is
asked; rough numbers only (circle/ops/metrics.py). Nothing heavy is imported here: gunicorn's own process,
which serves nobody, reads this too.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when a worker imports it
_made: list[str] = []  # a folder of ours goes with us


def on_starting(server: Any) -> None:
    """Refuse workers that would each be a Circle of their own; forget what an earlier start counted."""
    if server.cfg.workers > 1 and not os.environ.get("REDIS_URL"):
        sys.exit(
            "Circle cannot start: several workers take a PostgreSQL and a Redis: DATABASE_URL, REDIS_URL"
        )
    if not os.environ.get(FOLDER):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="circle-metrics-")
        _made.append(os.environ[FOLDER])
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink()


def child_exit(_server: Any, worker: Any) -> None:
    """A worker has ended: what it had open is open no more. What it counted stays."""
    from prometheus_client import multiprocess  # noqa: PLC0415  # after the folder is named

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """The end."""
    for folder in _made:
        shutil.rmtree(folder, ignore_errors=True)
