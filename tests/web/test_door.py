"""The permanent link: name, agreements, seat. Refusals first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from circle.domain.commands import EndSession, LockDoor, OpenDoor, Remove, RunLate, TakeSeat
from circle.domain.meeting import Place, Role
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import Whisper
from circle.store import meetings
from circle.store.models import Circle, Member
from circle.web.door import TALK_FIRST
from tests.support import Browser
from tests.web.conftest import House


def _host(house: House) -> Caller:
    return house.hub.planning.circles.get(house.mira, house.circle_id).caller


def _perform(house: House, command: Any) -> None:
    host = _host(house)
    conduct = house.hub.conduct
    conduct.perform(host, house.meeting_id, TakeSeat(seat=host.member_id, name="Mira"), command_id="a")
    conduct.perform(host, house.meeting_id, command, command_id="b")


def _change(house: House, model: type, key: str, **values: Any) -> None:
    def work(db: Any) -> None:
        row = db.get_one(model, key)
        for name, value in values.items():
            setattr(row, name, value)

    house.hub.committer.submit(work)


def _meeting(house: House) -> Any:
    return house.hub.committer.read(lambda db: meetings.load(db, house.meeting_id))


def test_an_unknown_link_is_a_calm_page(house: House) -> None:
    page = house.browser().open("/c/not-a-door")
    assert page.status == 404
    assert "still leads to the door" in page.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("   ", "Any name is fine"),
        ("\u200b\u202e", "Any name is fine"),
        ("A name that goes on and on and on", "a little long"),
    ],
)
def test_a_name_that_does_not_fit_comes_back_with_its_words(house: House, name: str, words: str) -> None:
    browser = house.browser()
    page = browser.send(browser.open(house.door), name=name)
    assert page.status == 422
    assert words in page.text
    assert page.form().fields["name"] == name


def test_a_name_that_is_taken_is_said_on_the_first_screen(house: House, come_in: Any) -> None:
    come_in("Rowan")
    other = house.browser()
    page = other.send(other.open(house.door), name="rowan ")
    assert page.status == 422
    assert "keeps the two of you apart" in page.text


def test_a_host_is_not_kept_out_by_a_guest_of_the_same_name(house: House, come_in: Any) -> None:
    other = house.browser()
    page = other.send(other.open(house.door), name="MIRA")
    assert page.status == 422
    assert "keeps the two of you apart" in page.text
    come_in("Rowan")
    _rename_host(house, "Rowan")
    mira = house.signed_in()
    assert mira.open(f"/meet/{house.meeting_id}").status == 200
    assert [seat.name for seat in _meeting(house).seats if seat.role is Role.HOST] == ["Rowan"]


def test_the_room_of_an_evening_one_hosted_is_shut_when_one_hosts_no_more(house: House) -> None:
    mira = house.signed_in()
    assert mira.open(f"/meet/{house.meeting_id}").path == f"/meet/{house.meeting_id}"
    _perform(house, OpenDoor())
    host = _host(house)
    house.hub.conduct.perform(host, house.meeting_id, EndSession(), command_id="c")
    _change(house, Member, host.member_id, role="member")
    assert mira.open(f"/meet/{house.meeting_id}").path == house.door


def _rename_host(house: House, name: str) -> None:
    _change(house, Member, _host(house).member_id, name=name)


def test_a_name_taken_meanwhile_brings_the_first_screen_back(house: House, come_in: Any) -> None:
    slow = house.browser()
    page = slow.send(slow.send(slow.open(house.door), name="Rowan"), answer="yes")
    come_in("Rowan")
    page = slow.send(page)
    assert page.status == 422
    assert page.form().fields["name"] == "Rowan"
    assert len(house.members()) == 1


def test_without_a_form_token_nothing_happens(house: House) -> None:
    browser = house.browser()
    browser.open(house.door)
    page = browser.post(house.door, {"name": "Rowan"})
    assert page.status == 400
    assert "Load it again" in page.text


def test_the_later_screens_send_a_stranger_to_the_first(house: House) -> None:
    for screen in ("agreements", "seat"):
        assert house.browser().open(f"{house.door}/{screen}").path == house.door


def test_the_seat_says_the_new_time_when_the_hosts_run_late(house: House) -> None:
    _perform(house, RunLate(10))
    browser = house.browser()
    page = browser.send(browser.send(browser.open(house.door), name="Rowan"), answer="yes")
    assert "We begin about 19:40" in page.text
    assert "nobody has missed anything" in page.text


def test_running_late_sends_nobody_home_who_may_wait_already(house: House, clock: SettableClock) -> None:
    clock.advance((_meeting(house).starts_at - timedelta(hours=2) - clock.now()).total_seconds())
    browser = house.browser()
    assert browser.open(house.door).forms
    _perform(house, RunLate(30))
    assert browser.open(house.door).forms


def test_the_seat_waits_for_the_agreements(house: House) -> None:
    browser = house.browser()
    browser.send(browser.open(house.door), name="Rowan")
    assert browser.open(f"{house.door}/seat").path == f"{house.door}/agreements"


def test_days_before_the_link_says_when(house: House, clock: SettableClock) -> None:
    clock.advance(-3 * 24 * 3600)
    page = house.browser().open(house.door)
    assert "There is no circle tonight." in page.text
    assert "Thursday 12 March at 19:30" in page.text
    assert not page.forms


def test_with_nothing_planned_the_link_says_so(house: House, clock: SettableClock) -> None:
    clock.advance(24 * 3600)
    assert "Nothing is planned yet." in house.browser().open(house.door).text


def test_locked_removed_full_and_not_welcome_read_the_same(house: House, come_in: Any) -> None:
    removed, banned = come_in("Rowan"), come_in("Theo")
    rowan, theo = (next(m for m in house.members() if m.name == name) for name in ("Rowan", "Theo"))
    _perform(house, OpenDoor())
    _perform(house, Remove(seat=rowan.id))
    _change(house, Member, theo.id, banned=True)
    late = house.browser()
    page = late.send(late.send(late.open(house.door), name="Ada"), answer="yes")
    _perform(house, LockDoor())
    pages = [
        removed.open(house.door),
        banned.open(house.door),
        house.browser().open(house.door),
        late.send(page),
    ]
    assert {page.status for page in pages} == {409}
    assert len({page.text for page in pages}) == 1
    assert "The door is closed for now." in pages[0].text
    assert {m.name for m in house.members()} == {"Rowan", "Theo"}  # the refused one left nothing behind


def test_a_full_table_reads_the_same_too(house: House, come_in: Any) -> None:
    _perform(house, OpenDoor())
    filled = _meeting(house)
    seat = replace(filled.seats[0], role=Role.MEMBER, place=Place.SEATED)
    many = tuple(replace(seat, id=f"seat-{n}", name=f"Name {n}") for n in range(24))

    def work(db: Any) -> None:
        meetings.save(db, replace(filled, seats=(filled.seats[0], *many)), (), house.hub.clock.now())

    house.hub.committer.submit(work)
    browser = house.browser()
    page = browser.send(browser.send(browser.open(house.door), name="Ada"), answer="yes")
    assert "The door is closed for now." in browser.send(page).text


def test_three_screens_lead_to_the_room(house: House) -> None:
    browser = house.browser()
    first = browser.open(house.door)
    assert "What shall we call you tonight?" in first.text
    second = browser.send(first, name=" Rowan\u202e  B ")
    assert "How we want to be together" in second.text
    assert "Passing is always fine" in second.text
    third = browser.send(second, answer="yes")
    assert "There is a chair for you, Rowan B." in third.text
    assert "We begin about 19:30" in third.text
    done = browser.send(third, follow=False)
    assert done.response.location == f"/meet/{house.meeting_id}"
    [member] = house.members()
    assert (member.name, member.affirmed_on, member.user_id) == ("Rowan B", "2026-03-12", None)
    assert _meeting(house).seat(member.id).place is Place.WAITING


def test_pressing_twice_sits_one_person_down(house: House) -> None:
    browser = house.browser()
    page = browser.send(browser.send(browser.open(house.door), name="Rowan"), answer="yes")
    before = browser.cookies
    browser.send(page, follow=False)
    twin = Browser(house.app)
    twin.client.set_cookie("circle", before["circle"], domain="localhost")
    again = twin.send(page, follow=False)
    assert again.response.location == f"/meet/{house.meeting_id}"
    assert len(house.members()) == 1
    assert len(_meeting(house).seats) == 1


def test_the_link_leads_back_to_ones_own_chair(house: House, come_in: Callable[[str], Browser]) -> None:
    page = come_in("Rowan").open(house.door, follow=False)
    assert page.response.location == f"/meet/{house.meeting_id}"


def test_next_week_the_name_stands_there_and_the_agreements_are_skipped(
    house: House, come_in: Any, clock: SettableClock
) -> None:
    browser = come_in("Rowan")
    clock.advance(7 * 24 * 3600)
    now = clock.now()
    house.hub.planning.plan(house.mira, house.circle_id, "T9", now.date(), now.time())
    page = browser.open(house.door)
    assert page.form().fields["name"] == "Rowan"
    assert browser.send(page).path == f"{house.door}/seat"


def test_changed_agreements_are_shown_again(house: House, come_in: Any, clock: SettableClock) -> None:
    browser = come_in("Rowan")
    clock.advance(7 * 24 * 3600)
    now = clock.now()
    house.hub.planning.plan(house.mira, house.circle_id, "T9", now.date(), now.time())
    _change(house, Circle, house.circle_id, agreements=["One voice at a time."])
    assert browser.send(browser.open(house.door)).path == f"{house.door}/agreements"


def test_who_would_like_to_talk_first_comes_in_without_a_yes(house: House) -> None:
    browser = house.browser()
    page = browser.send(browser.send(browser.open(house.door), name="Rowan"), answer="talk")
    assert "Mira sees that you would like to talk first" in page.text
    for _press in range(2):
        browser.send(page, follow=False)
    [member] = house.members()
    assert member.affirmed_on == ""
    [(teller, word)] = house.hub.conduct.said.values()  # type: ignore[attr-defined]
    assert (teller, word) == (member.id, Whisper(TALK_FIRST))


def test_who_said_yes_tells_nobody_anything(house: House, come_in: Any) -> None:
    come_in("Rowan")
    assert house.hub.conduct.said == {}  # type: ignore[attr-defined]


def test_a_host_goes_to_the_desk(house: House) -> None:
    page = house.signed_in().open(house.door, follow=False)
    assert page.response.location == f"/meet/{house.meeting_id}"


def test_a_host_lands_on_tonight_when_nothing_is_on(house: House, clock: SettableClock) -> None:
    clock.advance(-3 * 24 * 3600)
    assert house.signed_in().open(house.door).path == "/tonight"


def test_a_personal_link_works_once_and_only_when_pressed(house: House) -> None:
    token = house.hub.joining.invite(house.circle_id, "Rowan")
    browser, thief = house.browser(), house.browser()
    for _preview in range(2):
        page = browser.open(f"/in/{token}")
    page = browser.send(page)
    assert page.path == house.door
    assert page.form().fields["name"] == "Rowan"
    refused = thief.send(thief.open(f"/in/{token}"))
    assert refused.status == 404
    assert "has been used, or its time has passed" in refused.text
    browser.send(browser.send(browser.send(page), answer="yes"), follow=False)
    assert [m.name for m in house.members()] == ["Rowan"]


def test_a_personal_link_of_somebody_not_welcome_reads_as_used(house: House) -> None:
    token = house.hub.joining.invite(house.circle_id, "Rowan")
    _change(house, Member, house.members()[0].id, banned=True)
    browser = house.browser()
    page = browser.send(browser.open(f"/in/{token}"))
    assert (page.status, "has been used" in page.text) == (404, True)
