"""One whole evening of T3, from the door to the mail, as people see it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Postbox
from tests.browser.people import Host, Member
from tests.live.proxy import Line
from tests.live.server import Server

MINUTE = 60


def door_of(server: Server) -> str:
    """The permanent link's path, as the host would copy it."""
    return server.door


def seconds_left(member: Member) -> int:
    """What the server says is left of the step, by the page's own reading."""
    return int(member.page.evaluate("window.circleRoom.secondsLeft()"))


@pytest.mark.timeout(420)
def test_a_whole_evening(chromium: Browser, server: Server, postbox: tuple[Postbox, str]) -> None:
    line = Line(server.port)
    server.environment["CIRCLE_ORIGINS"] = f"{server.url} {line.url}"
    server.start()
    door = door_of(server)

    host = Host(chromium, server.url)
    host.signs_in_by(server.sign_in)
    _prepare(host)
    host.goes_to("/tonight")
    host.presses("Open the door")
    host.page.wait_for_url("**/meet/*")
    host.sees("The door is open. Begin when you are ready.")
    host.finds_no_barrier("desk: open")

    rowan, theo = (Member(chromium, server.url, name) for name in ("Rowan", "Theo"))
    ada = Member(chromium, line.url, "Ada")
    people = (rowan, theo, ada)
    for member in people:
        member.walks_in_by(door)
        member.sees("Mira will let you")
    rowan.finds_no_barrier("at the door")
    host.sees("Three people are at the door")
    host.finds_no_barrier("desk: lobby")
    host.lets_everybody_in()
    for member in people:
        member.sees("Come in and sit.")
    rowan.finds_no_barrier("door: seated")
    rowan.asks_for_notes("full", "rowan@example.org")
    theo.asks_for_notes("full", "theo@example.org")
    ada.asks_for_notes("date", "ada@example.org")

    _first_half(host, rowan, theo, ada)
    _restart_in_mid_round(server, host, rowan, theo, ada)
    _writing(host, rowan, theo, ada)
    _wall(host, rowan, theo, ada)
    _cut_line(line, host, ada)
    _break(server, host, rowan)
    _second_half(server, host, rowan, theo, ada)

    for person in (host, *people):
        assert person.complaints == [], "\n".join(person.complaints)
    _notes_and_mail(server, host, postbox[0], people)
    line.close()


def _prepare(host: Host) -> None:
    """The check-in is answered by a word, tonight."""
    host.presses("Look at the plan")
    host.lands_on("The grief nobody mentions")
    host.finds_no_barrier("plan")
    host.page.get_by_role("link", name=re.compile("A loss with a mood")).click()
    host.presses_summary("How it is answered")
    host.page.get_by_label("a word", exact=False).first.wait_for()
    host.finds_no_barrier("plan: a step")
    host.page.get_by_label("a word", exact=False).first.check()
    host.presses("Answer it this way")
    host.sees("Everybody here, with the name.")
    host.goes_to("/prepare")
    host.finds_no_barrier("prepare")


def _first_half(host: Host, rowan: Member, theo: Member, ada: Member) -> None:
    host.goes_on("Begin", "Arrive")
    rowan.sees("Come in. Nothing is asked yet.")
    rowan.finds_no_barrier("arrive")
    host.finds_no_barrier("desk: arrive")
    host.goes_on("Next", "Agreements")
    rowan.sees("What is said here stays here")
    rowan.finds_no_barrier("agreements")
    host.goes_on("Next", "Grounding")
    rowan.finds_no_barrier("grounding")
    host.goes_on("Next", "A loss with a mood")
    rowan.finds_no_barrier("answer")
    rowan.answers("Foggy")
    theo.sees("Foggy")
    theo.presses("Pass")
    theo.sees("Passed. Nothing more is asked of you here.")
    ada.answers("Like a slammed door")
    rowan.presses("Take it back")
    theo.does_not_see("Foggy")
    # a step made on the spot, and slow lines put in
    host.chooses_more("Ask your own question")
    host.finds_no_barrier("desk: ask")
    host.page.locator("#own").fill("Who is waiting for you tonight?")
    host.page.locator("#way").select_option("chat_word")
    host.presses("Ask it now")
    rowan.sees("Who is waiting for you tonight?")
    host.chooses_more("A grounding, slow lines, a breath")
    host.finds_no_barrier("desk: put in")
    host.presses(re.compile("Slow lines: sorrow"))
    rowan.sees(re.compile("Sorrow may sit with me"))
    rowan.finds_no_barrier("slow lines")
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill("One word for the week?")
    host.page.locator("#way").select_option("spoken_round")
    host.presses("Ask it now")
    host.hands_on()


def _restart_in_mid_round(server: Server, host: Host, rowan: Member, theo: Member, ada: Member) -> None:
    rowan.has_the_piece()
    rowan.finds_no_barrier("round in writing: yours")
    theo.finds_no_barrier("round in writing")
    rowan.writes("Half a sentence that nobody")
    server.advance(2 * MINUTE)
    rowan.page.reload()
    rowan.has_the_piece()
    expect(rowan.box).to_have_value("Half a sentence that nobody")
    before = seconds_left(rowan)
    server.kill()
    rowan.sees("The line dropped.")
    expect(rowan.box).to_have_value("Half a sentence that nobody")
    server.start()
    rowan.does_not_see("The line dropped.")
    rowan.has_the_piece()
    theo.sees(re.compile("With Rowan,? then you"))
    assert abs(seconds_left(rowan) - before) <= 1
    rowan.hands_on("Half a sentence that nobody lost.")
    ada.sees("Half a sentence that nobody lost.")
    theo.has_the_piece()
    theo.presses("Later")
    ada.has_the_piece()
    ada.presses("Hold silence")
    ada.sees("You hold silence.")
    ada.presses(re.compile("Hand it on"))
    theo.has_the_piece()
    theo.presses("Pass")
    rowan.sees("It has gone round.")
    host.does_not_see("The line dropped.")


def _writing(host: Host, rowan: Member, theo: Member, ada: Member) -> None:
    host.goes_on("Next", "Who holds you up")
    rowan.sees("Only you see this.")
    rowan.finds_no_barrier("writing for oneself")
    rowan.writes("My sister, mostly.")
    rowan.presses("Let it vanish")
    expect(rowan.box).to_have_value("")


def _wall(host: Host, rowan: Member, theo: Member, ada: Member) -> None:
    host.goes_on("Next", "Losses without a ceremony")
    rowan.sees("Not stored with your name.")
    rowan.sees("We are four; people may guess.")
    rowan.finds_no_barrier("writing without a name")
    rowan.sends("My old walk to work.", notes=True)
    theo.sends("Sunday noise.")
    ada.sends("A line that names somebody.")
    host.does_not_see("Sunday noise.")
    host.goes_on("Read the lines", "Sunday noise.")
    host.finds_no_barrier("desk: reading the lines")
    rowan.sees("A host is reading the lines.")
    rowan.does_not_see("Sunday noise.")
    host.page.get_by_role("listitem").filter(has_text="names somebody").get_by_role("button").click()
    host.goes_on("Show them together", "Sunday noise.")
    for member in (rowan, theo):
        member.sees("My old walk to work.")
        member.does_not_see("A line that names somebody.")
    ada.sees("This one is not on the wall.")
    rowan.finds_no_barrier("wall")
    host.finds_no_barrier("desk: wall")
    ada.page.get_by_role("button", name="My old walk to work.").click()
    expect(theo.page.get_by_role("button", name="My old walk to work.")).to_have_attribute(
        "aria-pressed", "true"
    )
    theo.presses("Take mine back")
    rowan.does_not_see("Sunday noise.")
    rowan.page.reload()
    rowan.sees("My old walk to work.")
    rowan.does_not_see("Sunday noise.")


def _cut_line(line: Line, host: Host, ada: Member) -> None:
    """Twenty seconds without a line, in mid-sentence."""
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill("Anything else that wants a word?")
    host.page.locator("#way").select_option("chat_word")
    host.presses("Ask it now")
    ada.page.locator("#answer").fill("It was")
    line.cut()
    ada.sees("The line dropped.")
    ada.page.locator("#answer").press_sequentially(" raining all day.")
    ada.presses("Hand")
    ada.sees("116 123")
    ada.finds_no_barrier("hand, without a line")
    ada.presses("Close")
    ada.page.wait_for_timeout(20_000)
    line.mend()
    ada.presses("Send")
    expect(ada.page.locator(".said")).to_contain_text("It was raining all day.", timeout=30_000)
    host.sees("It was raining all day.")


def _break(server: Server, host: Host, rowan: Member) -> None:
    host.goes_on("Next", "Shared quiet")
    rowan.finds_no_barrier("silence")
    host.goes_on("Next", "All clocks rest")
    rowan.sees(re.compile("Back at"))
    rowan.finds_no_barrier("break")
    host.finds_no_barrier("desk: break")
    server.advance(6 * MINUTE + 1)
    rowan.sees("We are coming back.")
    host.goes_on("Begin again", "Regather")
    # and a break called in the middle of a step
    host.presses("Break")
    host.finds_no_barrier("desk: break, how long")
    host.presses("Three minutes")
    rowan.sees(re.compile("Back at"))
    host.goes_on("Back now", "Regather")


def _second_half(server: Server, host: Host, rowan: Member, theo: Member, ada: Member) -> None:
    host.goes_on("Next", "The one who got you here")
    _opens_the_question(theo)
    theo.writes("The quiet one.")
    theo.presses("A gentler way in") if theo.page.get_by_text("A gentler way in").count() else None
    host.goes_on("On to sharing", "The one who got you here")
    rowan.finds_no_barrier("volunteers")
    rowan.presses("I would like to speak")
    rowan.has_the_piece()
    theo.presses("I would like it next")
    theo.sees("You are in the row.")
    rowan.hands_on("The fixer. She kept the lights on.")
    theo.has_the_piece()
    expect(theo.box).to_have_value("")  # what was private is not sent by handing on
    theo.presses("Use what I wrote for myself")
    expect(theo.box).to_have_value("The quiet one.")
    _steps_out_and_back(host, rowan, theo)
    host.goes_on("Next", "The room as it is now")
    theo.presses("Hand")
    theo.presses("A private word with a host")
    theo.page.locator("#word-text").fill("I am shaking a little.")
    theo.finds_no_barrier("a private word")
    theo.presses("Send", inside=theo.page.locator(".sheet--over:not(#hand)"))
    host.sees("I am shaking a little.")
    rowan.does_not_see("I am shaking a little.")
    host.page.locator("#answer-word").fill("I am here. Feet on the floor, if you like.")
    host.presses("Answer")
    theo.sees("I am here. Feet on the floor, if you like.")
    theo.presses("Close")
    host.finds_no_barrier("desk: a private word")
    host.goes_on("Next", "What still deserves thanks")
    ada.answers("The lunches.")
    host.goes_on("Next", "Closing round")
    rowan.hands_on("I leave the week here.")
    for member in (theo, ada):
        member.has_the_piece()
        member.presses("Pass")
    host.hands_on()
    host.goes_on("Next", "Soft landing")
    rowan.finds_no_barrier("landing")
    theo_second_tab = theo.open_page()
    theo_second_tab.goto(theo.page.url)
    expect(host.page.locator(".here li")).to_have_count(4)
    host.ends()
    for member in (rowan, theo, ada):
        member.sees("Good night.")
        member.sees("It can feel heavier before it feels lighter.")
    rowan.finds_no_barrier("good night")
    assert rowan.page.evaluate("Object.keys(sessionStorage).filter((k) => k.startsWith('draft')).length") == 0


def _steps_out_and_back(host: Host, rowan: Member, theo: Member) -> None:
    """Stepping out keeps the turn's dignity, and only hosts know."""
    theo.presses("Step out")
    theo.sees("You have stepped out.")
    theo.finds_no_barrier("stepped out")
    host.sees("stepped out")
    rowan.does_not_see("stepped out")
    theo.presses("Come back")


def _opens_the_question(member: Member) -> None:
    member.sees("It can feel heavier before it feels lighter.")
    member.finds_no_barrier("before a tender question")
    member.presses("Open the question")
    member.sees("Think of the younger you")


def _notes_and_mail(server: Server, host: Host, box: Postbox, people: tuple[Member, ...]) -> None:
    host.presses("Write the notes")
    host.lands_on("A note for those who asked")
    host.finds_no_barrier("notes: the form")
    host.sees("Fewer than five people could have written them")
    host.page.locator("#from_host").fill(
        "There was a lot of quiet in the room, and it was good quiet. A thing can be named without being "
        "finished. Thank you for the care with which you listened to each other, and for the words, and "
        "for the passing too. Go gently through these days, and have a warm drink before you answer mail."
    )
    host.page.locator("#next_text").fill("Thursday 3 December, 19:00, with Mira.")
    host.presses("Keep, and look at it")
    host.lands_on("Before they go")
    host.finds_no_barrier("notes: preview")
    host.presses(re.compile("^(Release|Send|Let)"))
    host.lands_on("The notes are on their way")
    host.finds_no_barrier("notes: released")
    server.tick()
    server.set_clock(datetime(2026, 11, 27, 8, 58, tzinfo=UTC))
    assert box.taken == []
    server.advance(3 * MINUTE)
    server.tick()
    by_person = {recipients[0]: mail for recipients, mail in box.taken}
    assert sorted(by_person) == ["ada@example.org", "rowan@example.org", "theo@example.org"]
    assert [len(recipients) for recipients, _ in box.taken] == [1, 1, 1]
    assert len({mail["Message-ID"] for mail in by_person.values()}) == len(people)
    for address, mail in by_person.items():
        whole = mail.as_string()
        assert not [other for other in by_person if other != address and other in whole]
        assert mail["To"] == address
        assert "My old walk to work" not in whole
        assert "grief" not in whole.lower()
        text = mail.get_body(("plain",))
        assert text is not None
        assert ("good quiet" in text.get_content()) == (address != "ada@example.org")
    server.advance(10 * MINUTE)
    assert len(box.taken) == len(people)
