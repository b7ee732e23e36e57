"""`/readyz`: every part, in plain words, in bounded time, whatever is away."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
import requests
import structlog
from flask import Flask
from sqlalchemy import text

from circle.app import Runtime, create_app
from circle.ops import readiness as looks
from circle.ops.beats import SILENT_SECONDS, WORKER_NAME, FileBeat, PostgresBeat, WorkerBeats
from circle.ops.checks import checks
from circle.ops.readiness import NotRight, Part, Readiness
from circle.services.clock import SystemClock
from circle.settings import Settings
from circle.shared.beats import KEY, RedisBeat
from circle.sharing import with_others
from circle.store import migrate
from circle.store.crypto import KeyRing, new_key
from circle.store.engine import open_engine
from circle.store.models import MailboxRow, WebSession
from tests.live.server import ROOT, running
from tests.processes import running_redis
from tests.support import Browser

KEYS = KeyRing([b"k" * 32])
TOKEN = "a token of twenty-six signs"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A whole application on SQLite, whose worker has just been at work."""
    made = create_app(Settings(data_dir=tmp_path, env="test", metrics_token=TOKEN), async_mode="threading")
    runtime(made).worker.leave()
    yield made
    made.extensions["circle"].engine.dispose()


def runtime(app: Flask) -> Runtime:
    found: Runtime = app.extensions["circle.runtime"]
    return found


def look(app: Flask, path: str = "/readyz") -> tuple[int, dict[str, dict[str, object]]]:
    """Status and parts, asked for by number as a machine would."""
    page = app.test_client().get(path, base_url="http://10.0.0.7")
    told = page.get_json()
    assert told["ready"] is (page.status_code == 200)
    return page.status_code, told["parts"]


def an_eye(monkeypatch: pytest.MonkeyPatch) -> None:
    """No look is good for a second."""
    monkeypatch.setattr(looks, "GOOD_FOR_SECONDS", 0.0)


# -- the page ------------------------------------------------------------------------------------------
def test_all_is_well(app: Flask) -> None:
    status, parts = look(app)
    assert status == 200
    assert parts == {
        "database": {"ok": True, "says": "answers"},
        "tables": {"ok": True, "says": "as this program expects them"},
        "keys": {"ok": True, "says": "open what is stored"},
        "worker": {"ok": True, "says": "sends mail and purges"},
    }


def test_it_makes_no_session_and_reads_none(app: Flask) -> None:
    page = app.test_client().get("/readyz", headers={"Cookie": "circle=made-up"})
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


def test_tables_of_an_older_program_are_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    an_eye(monkeypatch)
    engine = app.extensions["circle"].engine
    for there, status in (("0001", 503), ("9999", 200), (migrate.newest(), 200)):
        with engine.begin() as db:
            db.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": there})
        assert look(app)[0] == status, there
    with engine.begin() as db:
        db.execute(text("DELETE FROM alembic_version"))
    assert look(app)[1]["tables"]["says"] == "older than this program: run `circle migrate`"


def test_a_silent_worker_is_told_and_can_be_left_out(app: Flask, tmp_path: Path) -> None:
    runtime(app).worker._last = float("-inf")
    (tmp_path / "circle.sqlite.worker").unlink()
    status, parts = look(app)
    assert (status, parts["worker"]["ok"]) == (503, False)
    assert "silent for 3 minutes or never started" in str(parts["worker"]["says"])
    status, parts = look(app, "/readyz?without=worker")
    assert (status, set(parts)) == (200, {"database", "tables", "keys"})


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """What is logged from here on; later tests log elsewhere."""
    yield capsys
    structlog.reset_defaults()


def test_keys_that_do_not_open_what_is_stored_are_told(
    tmp_path: Path, log: pytest.CaptureFixture[str]
) -> None:
    def started(key: str) -> tuple[Flask, str]:
        settings = Settings(data_dir=tmp_path, env="test", keys=key)
        app = create_app(settings, async_mode="threading")
        runtime(app).worker.leave()
        return app, log.readouterr().err

    def put(app: Flask, *rows: object) -> None:
        app.extensions["circle"].committer.submit(lambda db: db.add_all(rows))

    first, second = new_key(), new_key()
    app, said = started(first)
    keys, now = app.extensions["circle"].keys, datetime.now(UTC)
    sealed = keys.seal("{}", "web_sessions.data.b")
    put(app, WebSession(id_hash="b", data_ct=sealed, created_at=now, seen_at=now))
    assert (look(app)[0], "keys.missing" in said) == (200, False)
    app.extensions["circle"].engine.dispose()

    app, said = started(second)  # a browser's session is a sign-in lost, and no more
    assert (look(app)[0], "keys.missing" in said) == (200, False)
    put(app, MailboxRow(id="m", message_id="<m>", sent_at=now, message_ct=keys.seal("", "mailbox.message.m")))
    app.extensions["circle"].engine.dispose()

    app, said = started(second)
    status, parts = look(app)
    assert (status, parts["keys"]["ok"], "keys.missing" in said) == (503, False, True)
    assert "CIRCLE_KEYS" in str(parts["keys"]["says"])
    assert look(app, "/readyz?without=keys")[0] == 200
    app.extensions["circle"].engine.dispose()

    app, said = started(f"{second},{first}")
    assert (look(app)[0], "keys.missing" in said) == (200, False)
    app.extensions["circle"].engine.dispose()


# -- looking -------------------------------------------------------------------------------------------
def test_a_part_that_hangs_takes_two_seconds_once_and_leaves_one_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_eye(monkeypatch)
    stuck, asked = threading.Event(), []

    def hangs() -> str:
        asked.append(1)
        stuck.wait()
        return "answers"

    readiness = Readiness({"slow": hangs, "quick": lambda: "answers"}, patience_seconds=0.2)
    for _ in range(3):
        began = time.monotonic()
        parts = readiness.parts()
        assert time.monotonic() - began < 5
        assert parts == {"slow": Part(False, "does not answer"), "quick": Part(True, "answers")}
    assert len(asked) == 1
    stuck.set()
    readiness._looks["slow"].thread.join(5)
    assert readiness.parts()["slow"].ok
    assert len(asked) == 2


def test_asking_often_is_one_look_a_second() -> None:
    asked = []
    readiness = Readiness({"part": lambda: asked.append(1) or "answers"})  # type: ignore[func-returns-value]
    for _ in range(50):
        readiness.parts()
    assert len(asked) == 1


def test_a_fault_is_told_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    def breaks() -> str:
        raise ValueError("SECRET-IN-A-FAULT")

    def is_not_right() -> str:
        raise NotRight("is older")

    parts = Readiness({"one": breaks, "other": is_not_right}).parts()
    assert parts == {"one": Part(False, "does not answer"), "other": Part(False, "is older")}
    assert "SECRET-IN-A-FAULT" not in capsys.readouterr().err


_HANGING_DATABASE = """
from gevent import monkey; monkey.patch_all()
import sys, time, gevent
from circle.ops.beats import WorkerBeats
from circle.ops.checks import checks
from circle.ops.readiness import Readiness
from circle.store.crypto import KeyRing
from circle.store.engine import open_engine
KEYS = KeyRing([b"k" * 32])
engine = open_engine(f"postgresql://u:p@127.0.0.1:{sys.argv[1]}/circle")
longest, last = 0.0, time.monotonic()
def beat():
    global longest, last
    while True:
        gevent.sleep(0.01)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
gevent.spawn(beat)
gevent.sleep(0.05); longest = 0.0
began = time.monotonic()
parts = Readiness(checks(engine, KEYS, None, WorkerBeats(None))).parts()
print(time.monotonic() - began, longest, [part.ok for part in parts.values()])
"""


def test_a_database_that_says_nothing_hangs_neither_the_page_nor_the_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections and never says a word
        command = [sys.executable, "-c", _HANGING_DATABASE, str(deaf.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    took, longest, *oks = done.stdout.split(maxsplit=2)
    assert 1.9 < float(took) < 4
    assert float(longest) < 1.5, "others had their turn"
    assert oks == ["[False, False, False, False]\n"]


def test_nobody_where_the_database_should_be_is_told() -> None:
    engine = open_engine("postgresql://u:p@127.0.0.1:1/circle")
    parts = Readiness(checks(engine, KEYS, None, WorkerBeats(None))).parts()
    assert parts["database"] == Part(False, "does not answer")
    assert parts["tables"] == Part(False, "cannot be looked at: the database does not answer")
    assert parts["keys"] == Part(False, "cannot be tried: the database does not answer")
    engine.dispose()


# -- where the worker leaves its beat ------------------------------------------------------------------
def test_the_beat_of_this_process_ends_with_silence() -> None:
    now = [1000.0]
    beats = WorkerBeats(None, lambda: now[0])
    assert not beats.is_heard()
    beats.leave()
    now[0] += SILENT_SECONDS - 1
    assert beats.is_heard()
    now[0] += 1
    assert not beats.is_heard()


def test_a_beat_elsewhere_is_left_now_and_then_and_stops_no_mail() -> None:
    now, left = [0.0], []

    class Elsewhere:
        def leave(self) -> None:
            left.append(now[0])
            raise OSError("gone")

        def is_heard(self) -> bool:
            return False

    beats = WorkerBeats(Elsewhere(), lambda: now[0])
    for _ in range(20):
        beats.leave()
        now[0] += 2
    assert left == [0.0, 16.0, 32.0]


def test_the_beat_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "worker"
    beat = FileBeat(path)
    assert not beat.is_heard()
    beat.leave()
    assert beat.is_heard()
    assert path.stat().st_mode & 0o777 == 0o600
    os.utime(path, (time.time() - SILENT_SECONDS,) * 2)
    assert not beat.is_heard()


@pytest.mark.servers
def test_the_beat_in_redis(redis_server: str) -> None:
    with redis.Redis.from_url(redis_server) as client:
        client.delete(KEY)
        beat = RedisBeat(client, 0.2)
        assert not beat.is_heard()
        beat.leave()
        assert beat.is_heard()
        assert client.get(KEY) == b""
        time.sleep(0.3)
        assert not beat.is_heard()


@pytest.mark.servers
def test_postgresql_knows_when_the_worker_last_asked(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(postgres_url)
    beat = PostgresBeat(engine)
    assert not beat.is_heard(), "our own connection is no worker"
    worker = open_engine(f"{postgres_url}{'&' if '?' in postgres_url else '?'}application_name={WORKER_NAME}")
    with worker.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert beat.is_heard()
    monkeypatch.setattr("circle.ops.beats.SILENT_SECONDS", 0.0)
    time.sleep(0.01)
    assert not beat.is_heard(), "a worker that asks nothing any more is not alive"
    worker.dispose()
    engine.dispose()


# -- a real server -------------------------------------------------------------------------------------
@pytest.mark.servers
def test_a_server_says_which_part_is_away_and_when_it_is_back(postgres_url: str, tmp_path: Path) -> None:
    home = tmp_path / "redis"
    home.mkdir()
    redis_url = f"unix://{home}/redis.sock"

    def parts(url: str) -> tuple[int, dict[str, dict[str, object]]]:
        began = time.monotonic()
        answer = requests.get(f"{url}/readyz", timeout=30)
        assert time.monotonic() - began < 4
        return answer.status_code, answer.json()["parts"]

    with ExitStack() as both:
        with running_redis(home):
            server = both.enter_context(running(tmp_path, DATABASE_URL=postgres_url, REDIS_URL=redis_url))
            assert parts(server.url)[0] == 200
        time.sleep(looks.GOOD_FOR_SECONDS)  # from here on there is no Redis
        status, told = parts(server.url)
        assert (status, told["redis"]) == (503, {"ok": False, "says": "does not answer"})
        assert told["database"]["ok"]
        with running_redis(home):
            until = time.monotonic() + 10
            while parts(server.url)[0] != 200:
                assert time.monotonic() < until
                time.sleep(0.2)


@pytest.mark.parametrize("setting", [("save", "60 1"), ("appendonly", "yes")], ids=lambda setting: setting[0])
def test_a_redis_that_begins_to_write_to_a_disk_is_told(tmp_path: Path, setting: tuple[str, str]) -> None:
    """As after a restart with a package's own file; the process has long asked and was content."""
    with running_redis(tmp_path) as url, redis.Redis.from_url(url) as line:
        sharing = with_others(url, KEYS, SystemClock())
        engine = open_engine("sqlite://")
        ask = checks(engine, KEYS, sharing.ping, WorkerBeats(None))["redis"]
        assert ask() == "answers"
        line.config_set(*setting)
        with pytest.raises(NotRight, match="writes to a disk"):
            ask()
        line.config_set(setting[0], "" if setting[0] == "save" else "no")
        assert ask() == "answers"
        engine.dispose()


def test_pages_of_people_know_nothing_of_it(app: Flask) -> None:
    assert Browser(app).open("/").status == 200
    assert Browser(app).open("/readyz/more").status == 404


@pytest.mark.servers
def test_a_worker_of_its_own_is_heard_through_postgresql_alone(postgres_url: str, tmp_path: Path) -> None:
    engine = open_engine(postgres_url)
    beats = WorkerBeats(PostgresBeat(engine))
    assert not beats.is_heard()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")},
        "CIRCLE_DATA_DIR": str(tmp_path),
        "CIRCLE_ENV": "test",
        "DATABASE_URL": postgres_url,
    }
    worker = subprocess.Popen([sys.executable, "-m", "circle.cli", "worker"], env=environment, cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while not beats.is_heard():
            assert time.monotonic() < until
            assert worker.poll() is None
            time.sleep(0.2)
    finally:
        worker.kill()
        worker.wait()
    until = time.monotonic() + 10
    while beats.is_heard():  # its connection ends with it
        assert time.monotonic() < until
        time.sleep(0.1)
    engine.dispose()
