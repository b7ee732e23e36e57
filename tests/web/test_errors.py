"""Every way a request can end without its page: kind words, the right status, nothing in a log."""

from __future__ import annotations

import threading
from threading import Thread
from typing import Any

import gevent
import pytest
from structlog.testing import capture_logs

from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow, TooMany
from circle.logs import hush_libraries, quiet_faults
from circle.web.sessions import ServerSessions
from tests.web.conftest import House


@pytest.fixture
def refusing(house: House) -> House:
    """A house with a page for each refusal, and one that breaks."""

    @house.app.get("/refuse/<kind>/<code>")
    def refuse(kind: str, code: str) -> str:
        errors = {
            "allowed": NotAllowed,
            "found": NotFound,
            "now": NotNow,
            "invalid": Invalid,
            "many": TooMany,
        }
        raise errors[kind](code, {"name": code})

    @house.app.get("/break/<words>")
    def broken(words: str) -> str:
        raise ValueError(f"my brother died: {words}")

    return house


@pytest.mark.parametrize(
    ("kind", "code", "status", "words"),
    [
        ("allowed", "not_allowed", 403, "in the hosts' hands"),
        ("found", "not_found", 404, "nothing here at this address"),
        ("now", "stale", 409, "a moment quicker"),
        ("invalid", "name_empty", 422, "Any name is fine"),
        ("many", "too_many", 429, "a lot at once"),
        ("now", "a_code_nobody_wrote_a_sentence_for", 409, "The room has gone on"),
        ("allowed", "unwritten", 403, "in the hosts' hands"),
        ("invalid", "unwritten", 422, "did not fit here"),
    ],
)
def test_a_refusal_is_a_kind_page_and_json_for_scripts(
    refusing: House, kind: str, code: str, status: int, words: str
) -> None:
    browser = refusing.browser()
    page = browser.open(f"/refuse/{kind}/{code}")
    assert (page.status, words in page.text.replace("’", "'")) == (status, True)
    for headers in ({"Accept": "application/json"}, {"X-Requested-With": "fetch"}):
        answer = browser.open(f"/refuse/{kind}/{code}", **headers)
        assert answer.status == status
        assert answer.response.is_json
        error: dict[str, Any] = answer.response.json["error"]
        assert (error["code"], error["fields"], words in error["message"]) == (code, {"name": code}, True)


def test_a_fault_of_ours_says_so_and_logs_no_words(refusing: House) -> None:
    with capture_logs() as logs:
        page = refusing.browser().open("/break/secret-words")
    assert page.status == 500
    assert "Something on our side did not work" in page.text
    [line] = logs
    assert line["kind"] == "ValueError"
    assert line["page"] == "broken"
    assert "secret-words" not in str(logs)
    assert "brother" not in str(logs)


def test_a_page_that_is_not_there(house: House) -> None:
    page = house.browser().open("/nowhere")
    assert page.status == 404
    assert "Nothing is here." in page.text
    assert "Numbers you can call" in page.text


def test_no_page_scolds(refusing: House) -> None:
    for code, sentence in refusing.hub.library.refusals.items():
        assert not any(word in sentence for word in ("!", "Error", "invalid", "failed", "must")), code


def test_a_request_that_cannot_be_finished_is_logged_without_its_address(
    house: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_anything: object) -> None:
        raise OSError(f"no room for {house.door}")

    monkeypatch.setattr(ServerSessions, "save_session", full)
    hush_libraries()
    with capture_logs() as logs:
        page = house.browser().open(house.door)
    assert page.status == 500
    assert "Something on our side" in page.text
    told = str(logs) + "".join(capfd.readouterr())
    assert "OSError" in told
    assert house.door not in told


def test_faults_in_the_background_are_told_without_their_words(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    hub = gevent.get_hub()
    quiet_faults()
    with capture_logs() as logs:
        for fault in (Thread(target=_break), gevent.spawn(_break)):
            fault.start()
            fault.join()
    del hub.print_exception  # as it was
    assert [line["kind"] for line in logs] == ["ValueError", "ValueError"]
    assert "brother" not in str(logs) + "".join(capfd.readouterr())


def _break() -> None:
    raise ValueError("my brother died")
