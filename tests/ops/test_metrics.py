"""`/metrics`: who may ask, what stands there, and that nothing there follows one person."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from circle.app import create_app
from circle.logs import say_fault
from circle.ops.metrics import AT_ONCE
from circle.ops.outbox import Waiting, waiting
from circle.services import meter as counted
from circle.services.meter import CIRCLES_MIN, Meter, Minute
from circle.settings import Settings, SettingsError, read_settings
from circle.store.models import OutboxRow
from scripts.system import ROOT
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.evening import MEETING, Evening
from tests.live.house import House, everybody_leaves, serving
from tests.sitting import ANA, BO, HOST

TOKEN = "a-token-of-twenty-six-signs"
ALLOWED = {"outcome", "le", "part", "version"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A served house whose figures somebody wants."""
    house = House(tmp_path, WORD, WALL, GOODBYE, metrics_token=TOKEN)
    with serving(house):
        yield house
        everybody_leaves(house)
    house.hub.engine.dispose()


def ask(app: Flask, token: str | None = TOKEN) -> Any:
    """As Prometheus does, by number."""
    sent = {} if token is None else {"Authorization": f"Bearer {token}"}
    return app.test_client().get("/metrics", base_url="http://10.0.0.7", headers=sent)


def figures(app: Flask) -> dict[str, float]:
    """Every line by its name and labels."""
    page = ask(app)
    assert page.status_code == 200
    lines = [line for line in page.get_data(as_text=True).splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def meter(app: Flask) -> Meter:
    """What counts."""
    found: Meter = app.extensions["circle.runtime"].sharing.meter
    return found


def hand_on(app: Flask, monkeypatch: pytest.MonkeyPatch, sessions: int = 1) -> None:
    """The minute is over."""
    monkeypatch.setattr(counted, "MINUTE_SECONDS", 0.0)
    meter(app).ticked(sessions, 0.1234)


# -- who may ask ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("token", [None, "", "another", TOKEN[:-1], TOKEN + "x", "é"])
def test_without_the_token_there_is_no_such_page(house: House, token: str | None) -> None:
    page = ask(house.app, None if token is None else token.encode().decode("latin-1"))
    assert page.status_code == 404
    assert "circle_" not in page.get_data(as_text=True)


def test_where_no_token_is_set_nobody_gets_it_and_nothing_is_counted(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, env="test"), async_mode="threading")
    assert ask(app).status_code == 404
    assert ask(app, "").status_code == 404
    assert ask(app, None).status_code == 404
    assert not meter(app).counts
    app.extensions["circle"].engine.dispose()


def test_a_short_token_is_refused_at_start() -> None:
    with pytest.raises(SettingsError, match="CIRCLE_METRICS_TOKEN takes 24 or more"):
        read_settings({"CIRCLE_METRICS_TOKEN": "short"})


# -- what stands there ---------------------------------------------------------------------------------
def test_no_label_names_anybody_and_no_figure_has_its_moment(house: House) -> None:
    names = figures(house.app)
    assert {label for name in names for label in re.findall(r'(\w+)="', name)} <= ALLOWED
    assert not [name for name in names if "_created" in name or "process_" in name or "python_" in name]
    assert names['circle_build_info{version="0.1.0"}'] == 1
    assert names['circle_ready{part="database"}'] == 1


def test_one_circles_evening_moves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words with a name and without, a refusal, snapshots: asked every second, every page is the same."""
    host, ana = house.phone(HOST), house.phone(ANA)
    hand_on(house.app, monkeypatch)
    before = figures(house.app)
    said = (
        ("say", {"step": "word", "text": "something"}),
        ("hold_line", {"step": "wall", "text": "something", "commit": "0" * 64}),
    )
    for name, data in said:
        assert ana.command(name, data)["ok"]
        assert not ana.command("lock_door")["ok"]
        assert host.command("next", seq=house.meeting.moves)["ok"]
        ana.ask("join", {})
        hand_on(house.app, monkeypatch)
        assert figures(house.app) == before
    assert before["circle_sessions"] == 5
    assert before["circle_connections"] == 0


def test_with_five_circles_it_says_how_the_work_goes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = house.phone(BO)
    for at in range(CIRCLES_MIN - 1):
        meter(house.app).acted(f"another {at}")
    assert phone.command("say", {"step": "word", "text": "something"})["ok"]
    assert not phone.command("lock_door")["ok"]
    phone.ask("beat", {})
    phone.ask("join", {})
    hand_on(house.app, monkeypatch, sessions=6)
    found = figures(house.app)
    assert found['circle_commands_total{outcome="ok"}'] == 1
    assert found['circle_commands_total{outcome="refused"}'] == 1
    assert found['circle_commands_total{outcome="fault"}'] == 0
    assert found["circle_command_seconds_count"] == 2
    assert found["circle_commit_seconds_count"] >= 2
    assert found["circle_snapshots_total"] == 1
    assert found["circle_messages_total"] >= 1
    assert found["circle_sessions"] == 10
    assert found["circle_ticker_late_seconds"] == 0.123


def test_a_fault_of_a_command_is_one_and_is_told_always(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = house.phone(ANA)
    hand_on(house.app, monkeypatch)
    before = figures(house.app)["circle_faults_total"]

    def breaks(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(house.hub.conduct, "speak", breaks)
    for at in range(CIRCLES_MIN):
        meter(house.app).acted(f"another {at}")
    assert phone.command("say", {"step": "word", "text": "x"})["error"]["code"] == "our_side"
    hand_on(house.app, monkeypatch)
    assert figures(house.app)['circle_commands_total{outcome="fault"}'] == 1
    say_fault(ZeroDivisionError())
    hand_on(house.app, monkeypatch)
    assert figures(house.app)["circle_faults_total"] == before + 2


def test_handing_on_lets_others_have_their_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    house.app.extensions["circle.operating"].metrics.publish(
        Minute(outcomes=["ok"] * 1000, answers=[0.01] * 1000, commits=[0.001] * 1000)
    )
    assert pauses.count(0) == 3 * 1000 // AT_ONCE


def test_connections_are_told_by_fifties(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = house.app.extensions["circle.operating"].metrics
    for lines, told in ((0, 0), (49, 0), (50, 50), (149, 100)):
        monkeypatch.setattr(metrics, "_lines", lambda n=lines: n)
        hand_on(house.app, monkeypatch)
        assert figures(house.app)["circle_connections"] == told


def test_the_operators_page_explains_every_figure_and_no_other(house: House) -> None:
    page = ask(house.app).get_data(as_text=True)
    there = set(re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE))
    rows = [
        line for line in (ROOT / "docs" / "operators.md").read_text().splitlines() if line[:9] == "| `circle"
    ]
    told = {name for row in rows for name in re.findall(r"`(circle_\w+)", row.split("|")[1])}
    assert told == there


# -- mail ----------------------------------------------------------------------------------------------
def test_the_outbox_in_rough_numbers(evening: Evening, engine: Engine) -> None:
    evening.hold(members=4)
    now = evening.clock.now()
    assert waiting(engine, evening.clock) == Waiting(due=0, oldest_seconds=0, stuck=0)
    rows = (("waiting", -150), ("waiting", 3600), ("stuck", -900), ("sent", -900))

    def write(db: Session) -> None:
        for at, (state, seconds) in enumerate(rows, start=1):
            ids = {"id": f"o{at}", "meeting_id": MEETING, "member_id": f"m{at}", "message_id": f"<{at}>"}
            db.add(OutboxRow(**ids, kind="notes", state=state, due_at=now + timedelta(seconds=seconds)))

    evening.committer.submit(write)
    assert waiting(engine, evening.clock) == Waiting(due=1, oldest_seconds=150, stuck=1)


def test_figures_of_mail_go_up_to_the_next_ten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    scrape = house.app.extensions["circle.operating"].at_scrape
    monkeypatch.setattr(scrape, "_waiting", lambda: Waiting(due=1, oldest_seconds=150, stuck=11))
    found = figures(house.app)
    mails = [found[f"circle_outbox_{name}"] for name in ("waiting", "stuck", "oldest_seconds")]
    assert mails == [10, 20, 120]


# -- several processes behind one port -----------------------------------------------------------------
_ONE_OF_SEVERAL = """
import os, sys, time
from circle.ops.metrics import Metrics
from circle.services.meter import Minute
metrics = Metrics(lambda: 70)
late = float(sys.argv[1])
metrics.publish(Minute(outcomes=["ok"] * 7, answers=[0.02] * 7, messages=3, sessions=6, late_seconds=late))
print("ready", flush=True)
sys.stdin.read()
"""
_ASKED = """
from circle.ops.metrics import AtScrape, Metrics
from circle.ops.readiness import Part
class Fine:
    def parts(self): return {"database": Part(True, "answers")}
print(Metrics(lambda: 0).page(AtScrape(Fine(), lambda: None)).decode())
"""


def test_several_processes_are_summed_up_and_one_that_has_ended_leaves_its_counts(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    how: dict[str, Any] = {"env": environment, "text": True, "stdout": subprocess.PIPE}
    processes = [
        subprocess.Popen([sys.executable, "-c", _ONE_OF_SEVERAL, late], stdin=subprocess.PIPE, **how)
        for late in ("0.5", "1.5")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    def asked() -> dict[str, float]:
        page = subprocess.run([sys.executable, "-c", _ASKED], check=True, **how).stdout
        lines = [line for line in page.splitlines() if line and not line.startswith("#")]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}

    found = asked()
    assert found['circle_commands_total{outcome="ok"}'] == 14
    assert found["circle_command_seconds_count"] == 14
    assert found["circle_messages_total"] == 6
    assert found["circle_sessions"] == 10, "the same for both"
    assert found["circle_connections"] == 100, "each has its own"
    assert found["circle_ticker_late_seconds"] == 1.5
    assert found['circle_ready{part="database"}'] == 1
    assert not [name for name in found if "pid" in name]
    processes[1].communicate()
    _forget(processes[1].pid, environment)
    found = asked()
    assert found["circle_connections"] == 50
    assert found["circle_ticker_late_seconds"] == 0.5
    assert found['circle_commands_total{outcome="ok"}'] == 14
    processes[0].communicate()


def _forget(pid: int, environment: dict[str, str]) -> None:
    """What gunicorn calls when a worker has ended."""
    program = (
        "from types import SimpleNamespace as Some\n"
        "from circle.workers import child_exit\n"
        f"child_exit(None, Some(pid={pid}))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
