"""Not yet: beside a question, in the library's list, and on the circle's own page."""

from __future__ import annotations

from tests.support import PASSWORD
from tests.web.conftest import House


def test_a_question_is_put_on_the_list_and_taken_off_again(house: House) -> None:
    browser = house.signed_in()
    page = browser.open("/library/GF-04")
    assert "Not yet, for Thursday circle" in page.text
    page = browser.send(page, "/not-yet", do="wait")
    assert page.path == "/library/GF-04"
    assert "It waits for Thursday circle since 12 March 2026." in page.text
    title = house.hub.library.prompts["GF-04"].title
    assert "Not yet for Thursday circle." in browser.open("/library?words=" + title).text
    assert "Not yet for" not in browser.open("/library/GF-02").text
    waiting = browser.open(f"/circle/{house.circle_id}/not-yet")
    assert title in waiting.text
    assert "Since 12 March 2026" in waiting.text
    after = browser.send(waiting, "/not-yet", do="come")
    assert after.path == f"/circle/{house.circle_id}/not-yet"
    assert "Nothing waits." in after.text
    assert f"/circle/{house.circle_id}/not-yet" in browser.open(f"/circle/{house.circle_id}").html


def test_only_hosts_of_the_circle_have_its_list(house: House) -> None:
    path = f"/circle/{house.circle_id}/not-yet"
    assert house.browser().open(path, follow=False).status == 303
    browser = house.signed_in()
    browser.send(browser.open("/library/GF-04"), "/not-yet", do="wait")
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    jo = house.browser()
    jo.send(jo.open("/signin"), address="jo@example.org", password=PASSWORD)
    assert jo.open(path).status == 404
    assert "Thursday circle" not in jo.open("/library/GF-04").text
    token = jo.open("/account").form("").fields["csrf_token"]
    assert jo.post(path, {"csrf_token": token, "prompt": "GF-02", "do": "wait"}).status == 404
    assert len(house.hub.not_yet.of(house.mira, house.circle_id)) == 1


def test_what_is_not_there_cannot_wait(house: House) -> None:
    browser = house.signed_in()
    page = browser.open("/library/GF-04")
    assert browser.send(page, "/not-yet", do="wait", prompt="GF-99").status == 404
    assert browser.send(page, "/not-yet", do="sideways").status == 422
    assert house.hub.not_yet.of(house.mira, house.circle_id) == []
