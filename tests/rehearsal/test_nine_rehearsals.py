"""Each of the nine templates, rehearsed to its end, and nothing of it is left: no row, no mail, no file, no
log of words, no application in memory.
"""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from circle.app import create_app
from circle.content.loader import load_library
from circle.domain.plan import Part, Plan, parts
from circle.domain.quiet import REAL_MIN
from circle.rehearsal.rehearsals import RehearsalsOfProcess
from circle.services.hub import Hub
from circle.settings import Settings
from circle.store.models import Base, MailboxRow
from tests.rehearsal.stage import ALL_WORDS, Stage, evening_of, plan_of
from tests.support import PASSWORD

TEMPLATES = sorted(load_library().templates)


class Outside:
    """The Circle that people use, with a circle and an evening in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(env="test", data_dir=folder, smtp_url="")
        self.app: Flask = create_app(self.settings, async_mode="threading")
        self.hub: Hub = self.app.extensions["circle"]
        self.hub.accounts.create("mira@example.org", "Mira", PASSWORD)

    @property
    def rows(self) -> dict[str, list[Any]]:
        """Everything in the database."""
        return dump(self.hub.engine)

    @property
    def files(self) -> dict[str, int]:
        """What lies in the data folder, but for SQLite's own log."""
        found = (path for path in self.folder.rglob("*") if not path.name.endswith(("-wal", "-shm")))
        return {str(path): path.stat().st_size for path in found}


def dump(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with engine.connect() as db:
        return {
            table.name: sorted(map(repr, db.execute(select(table)))) for table in Base.metadata.sorted_tables
        }


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """One for all nine."""
    made = Outside(tmp_path_factory.mktemp("outside"))
    yield made
    made.hub.engine.dispose()


def parts_of(plan: Plan) -> set[Part]:
    """Everything the room does in this plan."""
    return {part for step in plan.steps for part in parts(step)}


@pytest.mark.parametrize("template", TEMPLATES)
def test_it_runs_to_the_end_and_leaves_nothing(
    template: str,
    outside: Outside,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    plan, before, files = plan_of(template), outside.rows, outside.files
    stage = Stage(plan, settings=outside.settings)
    stage.go_on()

    assert stage.play.table.phase == "ended"
    told = "\n".join(stage.told)
    for happening in ("Bo comes late.", "line drops.", "back on the line.", "asks for a hand", "at once"):
        assert happening in told
    assert any(words in ALL_WORDS for words in stage.private), "the private word is on the desk"
    _took_part(stage, plan)
    inside = dump(stage.house.hub.engine)
    assert inside["meetings"], "what is looked for outside is there inside"
    assert not inside["outbox"]

    gone = [weakref.ref(stage.house.app), weakref.ref(stage.house.hub.conduct)]
    stage.house.close()
    del stage
    gc.collect()
    assert [ref() for ref in gone] == [None, None]
    assert outside.rows == before
    assert outside.files == files
    assert not outside.rows[MailboxRow.__tablename__]
    assert list(tmp_path.iterdir()) == []
    logged = "".join(capfd.readouterr()) + caplog.text
    assert not [words for words in ALL_WORDS if words in logged]


def _took_part(stage: Stage, plan: Plan) -> None:
    """The silent one is silent, the others are not, and lines without a name reach the wall."""
    have = parts_of(plan)
    if have & {Part.ANSWER, Part.ROUND, Part.VOLUNTEER}:
        assert len(stage.said) >= len("many")
    if Part.ROUND in have:
        assert "Femi holds silence. It is a turn like any other." in stage.told
        assert "Esme writes long." in stage.told
    if Part.WALL_SHOW in have:
        assert len(stage.shown) >= REAL_MIN


def test_what_it_holds_goes_with_the_rehearsal_itself(outside: Outside) -> None:
    rehearsals: RehearsalsOfProcess = outside.app.extensions["circle.rehearsals"]
    before = outside.rows
    begun = rehearsals.begin(str(outside.hub.accounts.oldest()), evening_of(plan_of("T9")))
    begun.jump()
    assert begun.house is not None
    gone = weakref.ref(begun.house.app)
    begun.end()
    begun._thread.join(5)
    del begun
    gc.collect()
    assert gone() is None
    assert outside.rows == before
