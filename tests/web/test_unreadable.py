"""Letters that no text holds, and JSON without an end: refused kindly, before anything asks the database."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest

import circle.web.errors
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from tests.support import ORIGIN, PASSWORD, Browser, Page, make_app, make_hub


@dataclass
class Place:
    """Mira's browser, a stranger's, and what her pages stand on."""

    mira: Browser
    stranger: Browser
    circle_id: str
    meeting_id: str
    faults: list[BaseException]

    def upload(self, **fields: object) -> Page:
        """Send the page for files with these fields beside its token."""
        path = f"/circles/{self.circle_id}/prompts/import"
        token = self.mira.open(path).form("/import").fields["csrf_token"]
        sent = {"csrf_token": token, **fields}
        headers = {"Sec-Fetch-Site": "same-origin"}
        return Page(self.mira.client.post(path, data=sent, base_url=ORIGIN, headers=headers))


@pytest.fixture
def place(database_url: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The pages on each database; faults are kept, and there are to be none."""
    hub = make_hub(database_url, clock)
    app, faults = make_app(hub), list[BaseException]()
    monkeypatch.setattr(circle.web.errors, "say_fault", lambda problem, **_where: faults.append(problem))
    mira = hub.accounts.create("mira@example.org", "Mira", PASSWORD)
    circle_id = hub.planning.circles.create(mira, CircleForm("Thursday circle", "UTC", "GB"))
    meeting_id = hub.planning.plan(mira, circle_id, "T3", date(2026, 3, 12), time(19, 30))
    signed_in = Browser(app)
    signed_in.send(signed_in.open("/signin"), address="mira@example.org", password=PASSWORD)
    yield Place(signed_in, Browser(app), circle_id, meeting_id, faults)
    assert faults == []
    hub.engine.dispose()


@pytest.mark.parametrize(
    "path",
    [
        "/c/a%00b",
        "/meet/%00",
        "/prepare/a%00",
        "/circle/%00",
        "/signin/link/%00",
        "/prepare/from/T3%00",
        "/%00",
    ],
)
def test_an_address_with_a_nul_leads_nowhere(place: Place, path: str) -> None:
    for browser in (place.mira, place.stranger):
        page = browser.open(path)
        assert page.status == 404
        assert "nothing here at this address" in page.text


def test_a_query_with_a_nul_is_refused(place: Place) -> None:
    for query in ("circle=%00", "%00=1", "circle=fine&circle=a%00"):
        assert place.mira.open(f"/prepare?{query}").status == 422
    assert place.mira.open("/prepare?circle=fine").status == 200


def test_a_form_with_a_nul_is_refused_kindly(place: Place) -> None:
    page = place.stranger.open("/signin")
    refused = place.stranger.send(page, address="mira\0@example.org", password=PASSWORD)
    assert (refused.status, "did not fit here" in refused.text) == (422, True)
    page = place.mira.open("/prepare/from/T3")
    assert place.mira.send(page, "/from/T3", circle="a\0", day="2026-03-19", at="19:00").status == 422


def test_the_name_of_a_file_with_a_nul_is_refused(place: Place) -> None:
    assert place.upload(file=(io.BytesIO(b"x"), "a\0.csv")).status == 422


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.toml", b'[[prompt]]\nid = "\\u0000"\ntitle = "A\\u0000"\ntext = "What now?\\u0000"\n'),
        ("a.csv", b"id,title,text,theme\n\0,A\0,What now?\0,\0\n"),
    ],
)
def test_a_file_with_nuls_inside_is_answered(place: Place, name: str, data: bytes) -> None:
    assert place.upload(file=(io.BytesIO(data), name)).status in (200, 422)


@pytest.mark.parametrize(
    "body", [b"[" * 30_000, b'{"a":' * 10_000, b'{"name":"\\ud800","\\ud800":"\\u0000"}', b"9" * 6000]
)
def test_json_that_cannot_be_read_is_refused(place: Place, body: bytes) -> None:
    page = place.mira.open("/account").form()
    headers = {"X-CSRFToken": page.fields["csrf_token"], "Sec-Fetch-Site": "same-origin"}
    sent: dict[str, Any] = {"content_type": "application/json", "base_url": ORIGIN, "headers": headers}
    answer = place.mira.client.post(f"/live/{place.meeting_id}/command", data=body, **sent)
    assert answer.status_code == 422
    assert answer.json["error"]["code"] == "invalid"
