"""The pages after an evening: form, preview, release, lines behind the sign-in, mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from circle.content.words import word_findings
from circle.domain.commands import AdmitAll, EndSession, Next
from circle.mail.compose import Composer, mail_environment
from circle.mail.outbox import Outbox
from circle.mail.send import MailboxCarrier
from circle.services.clock import SettableClock
from circle.services.closing import Closing
from circle.services.hub import Hub
from circle.services.letters import Letters
from circle.services.ports import Caller
from circle.store import meetings
from circle.store.models import MailboxRow, Member, OutboxRow
from circle.store.words import NewLine
from tests.evening import SENDER, TEMPLATES
from tests.support import ORIGIN, Browser, Page, make_hub
from tests.web.conftest import House


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory, clock: SettableClock) -> Iterator[Hub]:
    """The pages' hub with real notes in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('notes') / 'circle.sqlite'}"
    made = make_hub(url, clock)
    letters = Letters(made.words, made.keys, made.library, ORIGIN, made.joining.stop_token)
    compose = Composer(mail_environment(TEMPLATES), SENDER)
    closing = Closing(made.committer, made.words, clock, letters, compose, SENDER)
    yield replace(made, closing=closing)
    made.engine.dispose()


@dataclass
class Over:
    """An evening of Mira's that is over, and the browsers of those who were there."""

    house: House
    mira: Browser
    guests: list[Browser]
    outbox: Outbox

    @property
    def page(self) -> str:
        """Address of the hosts' page."""
        return f"/meet/{self.house.meeting_id}/summary"

    def deliver(self) -> None:
        """The next morning; the host's sign-in has ended overnight, and she signs in again."""
        clock = self.house.hub.clock
        assert isinstance(clock, SettableClock)
        clock.set(datetime.fromisoformat("2026-03-13T09:00+00:00"))
        self.outbox.run_once()
        self.mira = self.house.signed_in()

    def line(self, words: str) -> str:
        """An allowed line on the wall."""
        new = NewLine(str(uuid4()), words, "", False, True, False)
        hub = self.house.hub
        hub.committer.submit(lambda db: hub.words.show_lines(db, self.house.meeting_id, "s6", [new]))
        return new.id


@pytest.fixture
def over(house: House, come_in: Callable[[str], Browser], clock: SettableClock) -> Callable[..., Over]:
    """Hold an evening with so many guests, all of whom ask for a note."""

    def hold(guests: int = 2, kind: str = "full") -> Over:
        hub, meeting_id = house.hub, house.meeting_id
        mira = house.signed_in()
        names = ["Rowan", "Ana", "Theo", "Jo", "Sam", "Noor"][:guests]
        browsers = [come_in(name) for name in names]
        for name, browser in zip(names, browsers, strict=True):
            browser.send(
                browser.open(f"/meet/{meeting_id}/notes"),
                kind=kind,
                address=f"{name.lower()}@members.example",
                zone="UTC",
            )
        hub.planning.open_door(house.mira, meeting_id)
        mira_id = hub.committer.read(
            lambda db: db.scalars(select(Member).where(Member.role == "host")).one().id
        )
        host = Caller(mira_id, host=True)
        for command in (AdmitAll(), Next()):
            hub.conduct.perform(host, meeting_id, command, command_id=str(uuid4()))
        clock.advance(5400)
        hub.conduct.perform(host, meeting_id, EndSession(), command_id=str(uuid4()))
        hub.committer.submit(lambda db: hub.closing.meeting_ended(db, meetings.load(db, meeting_id)))
        letters = hub.closing._letters
        carrier = MailboxCarrier(hub.committer, hub.keys, clock)
        outbox = Outbox(hub.committer, clock, letters, hub.closing._compose, carrier)
        return Over(house, mira, browsers, outbox)

    return hold


# -- who may not --------------------------------------------------------------------------------------
def test_guests_and_strangers_reach_none_of_the_hosts_pages(over: Callable[..., Over], app: Flask) -> None:
    evening = over()
    for browser in (evening.guests[0], Browser(app)):
        for path in ("", "/preview"):
            assert browser.open(evening.page + path).path == "/signin"
        assert browser.open("/mailbox").path == "/signin"


def test_hosts_of_other_circles_find_nothing(over: Callable[..., Over], house: House) -> None:
    evening = over()
    evening.mira.send(evening.mira.open(f"{evening.page}/preview"), "/release")
    evening.deliver()
    house.hub.accounts.create("jo@example.org", "Jo", "another lamp and more chairs")
    jo = house.browser()
    jo.send(jo.open("/signin"), address="jo@example.org", password="another lamp and more chairs")
    assert jo.open(evening.page).status == 404
    assert jo.open(f"/meet/{house.meeting_id}/lines").status == 404
    assert "Nothing here yet." in jo.open("/mailbox").text


def test_nothing_is_kept_without_the_forms_token(over: Callable[..., Over]) -> None:
    evening = over()
    assert evening.mira.post(evening.page, {"from_host": "words", "version": "0"}).status == 400
    assert evening.mira.post(f"{evening.page}/release", {"version": "0"}).status == 400


# -- the form -----------------------------------------------------------------------------------------
def keep(evening: Over, **fields: str) -> Page:
    return evening.mira.send(evening.mira.open(evening.page), "/summary", **fields)


def test_the_form_starts_with_neutral_words_and_the_hosts_address(over: Callable[..., Over]) -> None:
    evening = over()
    page = evening.mira.open(evening.page)
    fields = page.form("/summary").fields
    assert fields["titles"].strip() == "arrived slowly"
    assert fields["from_host"] == ""
    assert fields["reply_to"] == "mira@example.org"
    assert "A note is wished for by Rowan, Ana." in page.text
    assert "Fewer than five people could have written them" in page.text


def test_words_are_kept_and_seen_as_each_reader_gets_them(over: Callable[..., Over]) -> None:
    evening = over()
    page = keep(evening, then="look", from_host="Good quiet.", practice="first_mouthful")
    assert page.path == f"{evening.page}/preview"
    for words in ("Notes from Thursday", "Hello Rowan,", "Good quiet.", "drink the first mouthful"):
        assert words in page.text
    assert "@members.example" not in page.html
    ana = next(m.id for m in evening.house.members() if m.name == "Ana")
    assert "Hello Ana," in evening.mira.open(f"{evening.page}/preview?as={ana}").text
    assert evening.mira.open(f"{evening.page}/preview?as=nobody").status == 404


def test_the_page_says_when_mail_arrives(over: Callable[..., Over]) -> None:
    evening = over()
    page = keep(evening, then="look")
    assert "Each of them gets a mail of their own" in page.text
    assert "where the circle is at home that is tomorrow, 09:00" in page.text


def test_a_practice_in_the_hosts_own_words(over: Callable[..., Over]) -> None:
    evening = over()
    keep(evening, practice="", practice_own="Sit on the step for a minute.")
    fields = evening.mira.open(evening.page).form("/summary").fields
    assert (fields["practice"], fields["practice_own"]) == ("", "Sit on the step for a minute.")
    keep(evening, practice="first_mouthful", practice_own="left over")  # one that is chosen comes first
    fields = evening.mira.open(evening.page).form("/summary").fields
    assert (fields["practice"], fields["practice_own"]) == ("first_mouthful", "")


def test_what_does_not_fit_comes_back_with_its_words(over: Callable[..., Over]) -> None:
    evening = over()
    page = keep(evening, from_host="Good quiet.", reply_to="not an address")
    assert page.status == 422
    assert page.form("/summary").fields["from_host"].strip() == "Good quiet."
    assert "This does not look like a mail address yet." in page.text


def test_two_pages_at_once_show_both_texts(over: Callable[..., Over]) -> None:
    evening = over()
    first, second = evening.mira.open(evening.page), evening.mira.open(evening.page)
    evening.mira.send(first, "/summary", from_host="First words.")
    page = evening.mira.send(second, "/summary", from_host="Second words.")
    assert page.status == 409
    assert page.form("/summary").fields["from_host"].strip() == "Second words."
    assert "First words." in page.text
    evening.mira.send(page, "/summary")
    assert evening.mira.open(evening.page).form("/summary").fields["from_host"].strip() == "Second words."


def test_advice_on_length_and_names(over: Callable[..., Over]) -> None:
    evening = over()
    page = keep(evening, from_host="Rowan, thank you.")
    assert "It has 3 words now." in page.text
    assert "It names Rowan." in page.text


def test_lines_can_be_picked_when_enough_people_could_have_written_them(over: Callable[..., Over]) -> None:
    evening = over(guests=6)
    line = evening.line("I came back sooner.")
    page = evening.mira.open(evening.page)
    assert "I came back sooner." in page.text
    page = evening.mira.send(page, "/summary", line_ids=line, then="look")
    assert "One line is behind your sign-in." in page.text


# -- letting go ---------------------------------------------------------------------------------------
def test_release_shows_how_each_mail_fares(over: Callable[..., Over]) -> None:
    evening = over()
    page = evening.mira.send(keep(evening, then="look"), "/release")
    assert page.path == evening.page
    assert page.text.count("Waits for the reader’s day") == 2
    assert "No mail server is set here" in page.text
    again = evening.mira.open(f"{evening.page}/preview")
    assert again.path == evening.page
    evening.deliver()
    page = evening.mira.open(evening.page)
    assert "The notes are out" in page.text
    assert "@members.example" not in page.html


def test_release_of_words_nobody_looked_at_is_refused(over: Callable[..., Over]) -> None:
    evening = over()
    preview = evening.mira.open(f"{evening.page}/preview")
    keep(evening, from_host="Other words.")
    assert evening.mira.send(preview, "/release").status == 409
    assert evening.mira.send(preview, "/release", version="9" * 5000).status == 409


def test_a_stuck_mail_can_be_tried_again(over: Callable[..., Over]) -> None:
    evening = over(guests=1)
    evening.mira.send(keep(evening, then="look"), "/release")

    def stick(db: Session) -> None:
        db.execute(update(OutboxRow).values(state="stuck", problem="smtp 550"))

    evening.house.hub.committer.submit(stick)
    page = evening.mira.open(evening.page)
    assert "The mail server says no (smtp 550)." in page.text
    member = evening.house.members()[0].id
    page = evening.mira.send(page, "/again", id=member)
    assert "Waits for the reader’s day" in page.text


def test_a_mail_that_no_key_opens_is_no_slip_in_the_address(over: Callable[..., Over]) -> None:
    evening = over(guests=1)
    evening.mira.send(keep(evening, then="look"), "/release")

    def lock(db: Session) -> None:
        db.execute(update(OutboxRow).values(state="stuck", problem="unreadable"))

    evening.house.hub.committer.submit(lock)
    page = evening.mira.open(evening.page)
    assert "the key it was locked with is not here" in page.text
    assert "Try again" in page.text
    assert "slip in the address" not in page.text


def test_nobody_asked(over: Callable[..., Over]) -> None:
    evening = over(kind="none")
    page = evening.mira.open(f"{evening.page}/preview")
    assert "Nobody asked for a note." in page.text
    assert "the draft is deleted" in evening.mira.send(page, "/release").text


# -- behind the sign-in -------------------------------------------------------------------------------
def test_lines_are_read_by_those_who_were_there_in_their_browser(over: Callable[..., Over]) -> None:
    evening = over(guests=6)
    line, where = evening.line("I came back sooner."), f"/meet/{evening.house.meeting_id}/lines"
    assert evening.guests[0].open(where).status == 404  # not released yet
    keep(evening, line_ids=line)
    evening.mira.send(evening.mira.open(f"{evening.page}/preview"), "/release")
    page = evening.guests[0].open(where)
    assert "I came back sooner." in page.text
    assert "They can be read until Thursday 26 March" in page.text
    assert evening.house.browser().open(where).status == 404


def test_the_link_in_the_mail_stops_the_mail(over: Callable[..., Over]) -> None:
    evening = over(guests=1)
    evening.mira.send(keep(evening, then="look"), "/release")
    member = evening.house.members()[0]
    hub = evening.house.hub
    token = hub.committer.read(lambda db: hub.joining.stop_token(db, member))
    assert evening.house.browser().post(f"/stop/{token}", {"List-Unsubscribe": "One-Click"}).status == 200
    evening.deliver()
    assert "Wished for no note any more" in evening.mira.open(evening.page).text


# -- without a mail server ----------------------------------------------------------------------------
def test_the_mailbox_shows_what_would_have_been_sent(over: Callable[..., Over]) -> None:
    evening = over()
    keep(evening, from_host="Good quiet.")
    evening.mira.send(evening.mira.open(f"{evening.page}/preview"), "/release")
    evening.deliver()
    page = evening.mira.open("/mailbox")
    assert page.text.count("Notes from Thursday") == 2
    href = next(iter(re.findall(r'href="(/mailbox/[^"]+)"', page.html)))
    page = evening.mira.open(href)
    assert "Good quiet." in page.text
    assert "/stop/..." in page.text  # what acts for the reader is theirs alone
    html = evening.mira.open(f"{href}?form=html")
    assert html.response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "/stop/..." in html.html
    assert "@members.example" not in page.html + html.html


def test_a_mail_that_no_key_opens_shuts_no_other(over: Callable[..., Over], hub: Hub) -> None:
    evening = over()
    evening.mira.send(evening.mira.open(f"{evening.page}/preview"), "/release")
    evening.deliver()
    hub.committer.submit(_lose_a_key)
    page = evening.mira.open("/mailbox")
    assert page.text.count("Notes from Thursday") == 1
    assert "One mail cannot be opened" in page.text


def _lose_a_key(db: Session) -> None:
    lost = db.scalars(select(MailboxRow)).first()
    assert lost is not None
    lost.message_ct = b"????" + lost.message_ct[4:]


def test_previews_in_html_are_shut_in(over: Callable[..., Over]) -> None:
    evening = over()
    page = evening.mira.open(f"{evening.page}/preview?form=html")
    assert page.response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "Hello Rowan," in page.html


def test_our_sentences_on_these_pages_are_calm(over: Callable[..., Over]) -> None:
    evening = over(guests=6)
    evening.line("I came back sooner.")
    pages = [evening.mira.open(evening.page), evening.mira.open(f"{evening.page}/preview")]
    pages.append(evening.mira.send(pages[-1], "/release"))
    pages.append(evening.guests[0].open(f"/meet/{evening.house.meeting_id}/lines"))
    evening.deliver()
    pages += [evening.mira.open(evening.page), evening.mira.open("/mailbox")]
    for page in pages:
        assert page.status == 200
        assert [f for f in word_findings(page.text) if "SHOUT" not in f and "HTML" not in f] == []
