"""A newer program is laid over the one that runs: pages and mails come from the one that runs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateNotFound

from circle.app import create_app
from circle.settings import Settings
from circle.sources import KeptTemplates, kept_templates
from tests.live.server import ROOT, running
from tests.simulate.watcher import sign_in

FROM_NOW_ON = "{% this_comes_with_the_next_release %}"


def test_what_changes_later_is_not_seen(tmp_path: Path) -> None:
    (tmp_path / "circles").mkdir()
    (tmp_path / "one.html").write_text("{% include 'circles/other.html' %} at night")
    (tmp_path / "circles" / "other.html").write_text("a lamp")
    pages = Environment(loader=KeptTemplates(tmp_path), autoescape=True, auto_reload=True)
    for path in tmp_path.rglob("*.html"):
        path.write_text(FROM_NOW_ON)
    (tmp_path / "new.html").write_text("")
    assert pages.get_template("one.html").render() == "a lamp at night"
    assert pages.list_templates() == ["circles/other.html", "one.html"]
    with pytest.raises(TemplateNotFound):
        pages.get_template("new.html")


def test_a_rehearsal_that_begins_later_has_those_of_the_start(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text("a lamp")
    first = kept_templates(tmp_path)
    (tmp_path / "one.html").write_text(FROM_NOW_ON)
    assert kept_templates(tmp_path) is first


def test_mails_have_theirs_from_the_start_too(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, env="test"), async_mode="threading")
    mails: Environment = app.extensions["circle.runtime"].outbox._compose._environment
    assert isinstance(mails.loader, KeptTemplates)
    assert "notes.html" in mails.list_templates()
    app.extensions["circle"].engine.dispose()


@pytest.mark.servers
def test_pages_nobody_has_opened_yet_come_from_the_program_that_runs(tmp_path: Path) -> None:
    program = tmp_path / "program"
    for folder in ("circle", "templates", "static"):
        shutil.copytree(ROOT / folder, program / folder, ignore=shutil.ignore_patterns("__pycache__"))
    paths = os.pathsep.join([str(program), str(ROOT)])
    with running(tmp_path, PYTHONPATH=paths, PYTHONSAFEPATH="1") as server:
        changed = list((program / "templates").rglob("*.*"))
        assert len(changed) > 50
        for path in changed:
            path.write_text(FROM_NOW_ON)
        mira = sign_in(server)
        for page in ("/tonight", "/library", "/in/no-such-link"):
            answer = mira.http.get(mira.address.base + page, timeout=10)
            assert answer.status_code in (200, 404), page
            assert "<main" in answer.text
        assert mira.press(mira.open("/tonight")).data["host"], "the made-up people's room"
        mira.close()
        assert "Traceback" not in server.log
        assert "TemplateSyntaxError" not in server.log
