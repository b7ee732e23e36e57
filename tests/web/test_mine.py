"""A member's wishes about mail, and the one-click stop. Refusals first."""

from __future__ import annotations

from typing import Any

from circle.domain.room import Share
from circle.services.forgetting import Forgetting
from circle.store.models import Member
from tests.web.conftest import House


def _notes(house: House) -> str:
    return f"/meet/{house.meeting_id}/notes"


def _member(house: House) -> Member:
    return house.members()[0]


def test_a_stranger_finds_nothing(house: House) -> None:
    assert house.browser().open(_notes(house)).status == 404
    assert house.browser().open("/meet/unknown/notes").status == 404


def test_an_address_that_does_not_fit_comes_back_and_nothing_is_kept(house: House, come_in: Any) -> None:
    browser = come_in("Rowan")
    page = browser.send(browser.open(_notes(house)), kind="full", address="rowan at home")
    assert page.status == 422
    assert page.form().fields["address"] == "rowan at home"
    assert page.form().fields["kind"] == "full"
    assert _member(house).address_ct is None


def test_the_default_is_nothing(house: House, come_in: Any) -> None:
    page = come_in("Rowan").open(_notes(house))
    assert page.form().fields["kind"] == "none"
    assert _member(house).mail == "none"


def test_a_wish_is_kept_shown_again_and_taken_back(house: House, come_in: Any) -> None:
    browser = come_in("Rowan")
    page = browser.send(browser.open(_notes(house)), kind="date", address="r@example.org", zone="Asia/Tokyo")
    assert "Kept." in page.text
    assert page.form().fields | {"csrf_token": ""} == {
        "csrf_token": "",
        "kind": "date",
        "address": "r@example.org",
        "zone": "Asia/Tokyo",
    }
    browser.send(page, kind="none")
    assert (_member(house).mail, _member(house).address_ct) == ("none", None)


def test_nobody_else_sees_the_wish(house: House, come_in: Any) -> None:
    rowan, theo = come_in("Rowan"), come_in("Theo")
    rowan.send(rowan.open(_notes(house)), kind="full", address="r@example.org")
    assert "r@example.org" not in theo.open(_notes(house)).html
    assert "r@example.org" not in house.signed_in().open("/tonight").html


def _say(house: House, name: str, text: str) -> None:
    hub = house.hub
    who = next(member.id for member in house.members() if member.name == name)
    share = Share(f"share-of-{name}", "s1", who, text)
    hub.committer.submit(lambda db: hub.words.put_share(db, house.meeting_id, share, summary=True))


def _for_notes(house: House) -> list[str]:
    hub = house.hub
    return [t for _, t in hub.committer.read(lambda db: hub.words.lines_for_notes(db, house.meeting_id))]


def test_words_one_allowed_for_the_notes_are_taken_out_by_oneself_alone(house: House, come_in: Any) -> None:
    rowan, theo = come_in("Rowan"), come_in("Theo")
    assert "may stand in the notes" not in rowan.open(_notes(house)).text
    _say(house, "Rowan", "The kettle is still his.")
    _say(house, "Theo", "I moved the chair.")
    page = rowan.open(_notes(house))
    assert "The kettle is still his." in page.text
    assert "I moved the chair." not in page.text
    theirs = f"{_notes(house)}/words/share-of-Theo"
    token = page.form().fields["csrf_token"]
    assert rowan.post(theirs, {"csrf_token": token}).status == 200
    assert sorted(_for_notes(house)) == ["I moved the chair.", "The kettle is still his."]
    page = rowan.send(page, "/words/share-of-Rowan")
    assert "These words do not go into the notes." in page.text
    assert "The kettle is still his." not in page.text
    assert _for_notes(house) == ["I moved the chair."]
    assert house.browser().post(theirs, {"csrf_token": token}).status in (400, 404)
    assert "I moved the chair." in theo.open(_notes(house)).text


def _stop_token(house: House) -> str:
    return house.hub.committer.read(lambda db: house.hub.joining.stop_token(db, _member_in(db)))


def _member_in(db: Any) -> Member:
    return db.query(Member).where(Member.role == "member").one()


def test_a_forged_stop_link_stops_nothing(house: House, come_in: Any) -> None:
    browser = come_in("Rowan")
    browser.send(browser.open(_notes(house)), kind="full", address="r@example.org")
    assert house.browser().post("/stop/forged.token", {}).status == 404
    assert _member(house).mail == "full"


def test_looking_at_the_stop_link_stops_nothing(house: House, come_in: Any) -> None:
    browser = come_in("Rowan")
    browser.send(browser.open(_notes(house)), kind="full", address="r@example.org")
    stranger = house.browser()
    page = stranger.open(f"/stop/{_stop_token(house)}")
    assert _member(house).mail == "full"
    page = stranger.send(page)
    assert "Your address is deleted." in page.text
    assert (_member(house).mail, _member(house).address_ct) == ("none", None)
    assert stranger.cookies == {}


def test_a_mail_program_stops_it_in_one_click(house: House, come_in: Any) -> None:
    browser = come_in("Rowan")
    browser.send(browser.open(_notes(house)), kind="full", address="r@example.org")
    token = _stop_token(house)
    for _press in range(2):
        answer = house.browser().post(
            f"/stop/{token}", {"List-Unsubscribe": "One-Click"}, **{"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status == 200
        assert "Set-Cookie" not in answer.response.headers
    assert _member(house).mail == "none"


def test_whoever_was_forgotten_may_come_in_again_as_somebody_new(house: House, come_in: Any) -> None:
    rowan, hub = come_in("Rowan"), house.hub
    wishes = rowan.open(_notes(house))
    Forgetting(hub.engine, hub.committer, hub.words, hub.clock).forget_member(_member(house).id)
    assert rowan.send(wishes, kind="date", address="r@example.org").status == 404
    assert rowan.open(_notes(house)).status == 404
    assert house.members() == []
    page = rowan.open(house.door)
    assert "Rowan" not in page.html
    rowan.send(rowan.send(page, name="Sol"), follow=False)
    assert [member.name for member in house.members()] == ["Sol"]
    assert rowan.open(_notes(house)).form().fields["kind"] == "none"
