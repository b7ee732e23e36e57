"""What guards the pages. Every page, every header; refusals first."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from flask import Flask

from circle.settings import Settings
from circle.web.security import content_policy
from tests.support import PASSWORD, Browser, make_app
from tests.web.conftest import House

PRODUCTION = Settings(
    env="production",
    origins=("https://circle.example", "https://other.example:8443"),
    secret_key="9d2f4c61a7b8e3054f1c2d6a8b9e7f30",
    keys="a" * 43,
)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "localhost:8001", "127.0.0.1.evil.example:8000"]
)
def test_other_names_are_not_served(house: House, host: str) -> None:
    page = Browser(house.app, f"http://{host}").open("/signin")
    assert page.status == 400
    assert not page.forms


@pytest.mark.parametrize("origin", ["https://circle.example", "https://other.example:8443"])
def test_the_configured_names_are_served(house: House, origin: str) -> None:
    assert Browser(make_app(house.hub, PRODUCTION), origin).open("/signin").status == 200


def test_a_load_balancer_may_ask_by_number(house: House) -> None:
    page = Browser(house.app, "http://10.0.0.7").open("/healthz")
    assert (page.status, page.html) == (200, "ok\n")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_cannot_change_anything(house: House, site: str) -> None:
    browser = house.signed_in()
    page = browser.open("/tonight")
    form = page.form("/watch") if any(f.action == "/watch" for f in page.forms) else page.forms[0]
    fields = {"csrf_token": form.fields["csrf_token"]}
    refused = browser.post("/signout", fields, **{"Sec-Fetch-Site": site})
    assert refused.status == 403
    assert "came from another site" in refused.text
    assert browser.open("/tonight").path == "/tonight"


def test_every_form_that_changes_something_has_its_token(house: House, come_in: Any) -> None:
    host, guest = house.signed_in(), come_in("Rowan")
    open_to_all = re.compile(r"^/stop/")
    seen = 0
    paths = ["/tonight", "/hold", "/account", "/circle/new", f"/circle/{house.circle_id}"]
    paths += [f"/circle/{house.circle_id}/link", "/prepare/from/T3", f"/prepare/{house.meeting_id}"]
    paths += [f"/prepare/{house.meeting_id}/s4"]
    pages = [host.open(path) for path in paths]
    pages += [guest.open(f"/meet/{house.meeting_id}/notes"), house.browser().open("/signin")]
    for page in pages:
        assert page.status == 200, page.path
        for form in page.forms:
            if form.method == "post" and not open_to_all.match(form.action):
                seen += 1
                assert form.fields.get("csrf_token"), (page.path, form.action)
    assert seen > 12


def test_every_post_without_token_is_refused(house: House) -> None:
    """No view is left out by accident: only the one-click stop takes a POST from anywhere."""
    free = set()
    for rule in house.app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        page = house.signed_in().post(path, {})
        if page.status != 400:
            free.add(rule.endpoint)
    assert free == {"mine.stop"}


def test_a_form_may_stand_open_for_the_whole_evening(house: House, clock: Any) -> None:
    browser = house.browser()
    page = browser.open(house.door)
    clock.advance(100 * 60)
    assert browser.send(page, name="Rowan").path.endswith("/agreements")


@pytest.mark.parametrize(
    "path",
    ["/", "/signin", "/help", "/offline", "/sw.js", "/healthz", "/nowhere", "/patterns", "/static/icon.svg"],
)
def test_the_headers_are_on_every_answer(house: House, path: str) -> None:
    headers = house.browser().open(path).response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers
    if path == "/sw.js":
        assert headers["Cache-Control"] == "no-cache"
    elif not path.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


def test_the_policy_word_for_word() -> None:
    assert content_policy(PRODUCTION) == (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "connect-src 'self' wss://circle.example wss://other.example:8443; manifest-src 'self'; "
        "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types circle"
    )
    assert "ws://localhost:8000" in content_policy(Settings())


def test_production_stays_on_https(house: House) -> None:
    browser = Browser(make_app(house.hub, PRODUCTION), "https://circle.example")
    assert "max-age=63072000" in browser.open("/").response.headers["Strict-Transport-Security"]
    assert browser.open("/patterns").status == 404


def test_no_page_has_inline_script_or_style(house: House, come_in: Any) -> None:
    host, guest = house.signed_in(), come_in("Rowan")
    guest_paths = ["/", "/help", "/offline", "/signin", f"/meet/{house.meeting_id}/notes", "/in/x", "/stop/x"]
    guest_paths += [f"{house.door}", "/signin/link/x"]
    host_paths = ["/tonight", "/hold", "/prepare", "/prepare/from/T3", f"/prepare/{house.meeting_id}"]
    host_paths += [f"/prepare/{house.meeting_id}/s6", f"/circle/{house.circle_id}/link", "/account"]
    host_paths += [f"/circles/{house.circle_id}/prompts{path}" for path in ("", "/new", "/import")]
    pages = [host.open(p) for p in host_paths] + [guest.open(p, follow=False) for p in guest_paths]
    pages.append(house.browser().open(house.door))
    for page in pages:
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page.html), page.path
        assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", page.html), page.path


def test_trying_passwords_is_slowed_per_line_and_account(house: House) -> None:
    browser = house.browser()
    page = browser.open("/signin")
    answers = [
        browser.send(page, address="mira@example.org", password=f"wrong password {n}").status
        for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2
    refused = browser.send(page, address="mira@example.org", password=PASSWORD)
    assert "wait for a breath or two" in refused.text
    assert browser.send(page, address="jo@example.org", password="x").status == 422


def test_guessing_links_is_slowed(house: House) -> None:
    browser = house.browser()
    page = browser.open("/in/guess")
    answers = [browser.send(page).status for _ in range(32)]
    assert answers == [404] * 30 + [429] * 2


def test_a_whole_circle_may_arrive_through_one_line(house: House, come_in: Any) -> None:
    for n in range(20):
        come_in(f"Person {n}")
    assert len(house.members()) == 20


def test_no_address_of_anybody_reaches_a_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = house.browser()
    page = browser.open("/signin")
    for n in range(12):
        browser.send(page, address="mira@example.org", password=f"wrong password {n}")
    assert "127.0.0.1" not in caplog.text
    assert "mira@" not in caplog.text
    assert "wrong password" not in caplog.text


def test_an_app_without_a_secret_does_not_start(house: House) -> None:
    from circle import web

    with pytest.raises(RuntimeError, match="secret_key"):
        web.install(Flask("circle"), Settings(env="test"))


def test_a_form_larger_than_any_words_is_refused(house: House) -> None:
    browser = house.browser()
    page = browser.send(browser.open(house.door), name="x" * 70_000)
    assert page.status == 413


# -- behind a proxy -----------------------------------------------------------------------------------
def tries(app: Flask, address: str, times: int) -> list[int]:
    """Made-up links, tried from one address as a proxy tells it."""
    browser = Browser(app, **{"X-Forwarded-For": address})
    page = browser.open("/in/made-up")
    return [browser.send(page).status for _ in range(times)]


def test_each_visitor_behind_a_proxy_has_limits_of_their_own(house: House) -> None:
    app = make_app(house.hub, Settings(env="test", proxies=1))
    assert tries(app, "198.51.100.1", 31)[-1] == 429
    assert tries(app, "198.51.100.2", 1) == [404]
    assert tries(app, "198.51.100.9, 198.51.100.1", 1) == [429], "what a visitor claims is not read"


def test_without_a_proxy_nobody_is_believed_about_their_address(house: House) -> None:
    app = make_app(house.hub, Settings(env="test"))
    assert 429 in tries(app, "198.51.100.3", 31)
    assert tries(app, "198.51.100.4", 1) == [429]


def test_in_production_cookies_are_bound_to_https_whatever_the_proxy_speaks(house: House) -> None:
    page = Browser(make_app(house.hub, PRODUCTION), "http://circle.example").open("/signin")
    cookie = page.response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-circle=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
