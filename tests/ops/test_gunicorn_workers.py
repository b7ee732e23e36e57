"""`circle/workers.py` with two workers: one Circle, one set of figures, and the worker beside them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
import requests

from circle import workers
from circle.shared.beats import KEY, RedisBeat
from tests.live.server import ROOT, free_port

pytestmark = pytest.mark.servers
TOKEN = "a-token-of-twenty-six-signs"
START_SECONDS = 60.0


@contextmanager
def gunicorn(folder: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Two workers at a port of their own."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:circle.workers", "--workers", "2"]
    with (folder / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "circle.app:create_app()"],
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")},
                "PORT": str(port),
                "CIRCLE_DATA_DIR": str(folder / "data"),
                "CIRCLE_ENV": "test",
                "CIRCLE_METRICS_TOKEN": TOKEN,
                "TMPDIR": str(folder),
                "HOME": str(folder),
                "XDG_RUNTIME_DIR": "",
                **environment,
            },
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait(20)


def test_two_workers_are_one_circle_with_one_set_of_figures(
    tmp_path: Path, postgres_url: str, redis_server: str
) -> None:
    shared = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_server}
    with redis.Redis.from_url(redis_server) as client, gunicorn(tmp_path, **shared) as served:
        client.delete(KEY)
        url = f"http://127.0.0.1:{served[1]}"
        _wait_for(f"{url}/healthz", served[0])
        folder = next(tmp_path.glob("circle-metrics-*"))
        asked = {"Authorization": f"Bearer {TOKEN}"}

        def figures() -> str:
            return requests.get(f"{url}/metrics", headers=asked, timeout=10).text

        until = time.monotonic() + START_SECONDS
        while len(list(folder.glob("counter_*.db"))) < 2:  # of both workers
            assert time.monotonic() < until
            time.sleep(0.1)
        assert 'circle_commands_total{outcome="ok"} 0.0' in figures()
        assert 'circle_ready{part="redis"} 1.0' in figures()

        told = requests.get(f"{url}/readyz", timeout=10)
        assert (told.status_code, told.json()["parts"]["worker"]["ok"]) == (503, False)
        RedisBeat(client, 60).leave()  # `circle worker` has started
        time.sleep(1)
        assert requests.get(f"{url}/readyz", timeout=10).status_code == 200
        assert not list(tmp_path.rglob("*.ctl")), "nobody gives orders by a socket"
        assert "ontrol socket" not in (tmp_path / "gunicorn.log").read_text()
    assert not folder.exists()


def test_a_worker_holds_as_many_pages_as_the_handbook_says() -> None:
    told = (ROOT / "docs" / "operators.md").read_text().partition("## Sizing")[2].partition("\n## ")[0]
    people = [int(row.replace(",", "")) for row in re.findall(r"^\| ([\d,]+) in ", told, re.MULTILINE)]
    assert workers.worker_connections >= 2 * max(people), "a page's line, and what it asks for beside it"


def test_several_workers_without_redis_are_refused(tmp_path: Path) -> None:
    with gunicorn(tmp_path, REDIS_URL="") as (process, _):
        assert process.wait(START_SECONDS) != 0
    assert "a PostgreSQL and a Redis" in (tmp_path / "gunicorn.log").read_text()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "it ended"
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("it never answered")
