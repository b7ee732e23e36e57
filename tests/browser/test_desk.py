"""A tired host: what is pressed by mistake, what waits out of sight, where the focus is afterwards."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, expect

from tests.browser.people import PHONE, Host, Member
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.live.server import Server


def asks(host: Host, question: str, way: str) -> None:
    """An own question, now."""
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill(question)
    host.page.locator("#way").select_option(way)
    host.presses("Ask it now")
    expect(host.page.locator("#main")).to_contain_text(question)


def whispers(member: Member, words: str) -> None:
    """A private word to the hosts."""
    member.presses("Hand")
    member.presses("A private word with a host")
    member.page.locator("#word-text").fill(words)
    member.presses("Send", inside=member.page.locator(".sheet--over:not(#hand)"))
    member.sees("Your word is with the hosts.")


def focused(host: Host) -> Locator:
    """What has the focus; never the page as a whole."""
    return host.page.locator("*:focus")


def test_a_double_press_goes_one_step_and_there_is_a_way_back(
    chromium: Browser, server: Server, host: Host
) -> None:
    host.goes_on("Begin", "Arrive")
    expect(host.next_button).to_have_attribute("aria-disabled", "false")
    host.next_button.dblclick()
    expect(host.page.locator("#main")).to_contain_text("Agreements")
    expect(host.next_button).to_have_attribute("aria-disabled", "false")
    expect(host.page.locator("#main")).to_contain_text("Agreements")
    host.presses("One step back", inside=host.page.locator("#main"))
    expect(host.page.locator("#main")).to_contain_text("Arrive.")
    # half a question survives the sheet
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill("What would you")
    host.page.keyboard.press("Escape")
    host.chooses_more("Ask your own question")
    expect(host.page.locator("#own")).to_have_value("What would you")
    assert host.complaints == []


def test_the_door_and_the_chairs_by_keyboard(chromium: Browser, server: Server, host: Host) -> None:
    rowan, theo = (Member(chromium, server.url, name) for name in ("Rowan", "Theo"))
    for member in (rowan, theo):
        member.comes_by(door_of(server))
    host.sees("Two people are at the door")
    host.page.get_by_role("button", name="Not tonight, Theo").press("Enter")
    host.sees("Not tonight: Theo.")
    expect(focused(host)).to_have_id("desk-room")
    host.presses("May come again")
    host.page.get_by_role("button", name="Let Rowan in").press("Enter")
    rowan.sees("Come in and sit.")
    expect(focused(host)).to_have_id("desk-room")
    host.chooses_more("People and chairs")
    host.page.locator("#noscreen").fill("Sol")
    host.page.keyboard.press("Enter")
    expect(host.page.locator(".people")).to_contain_text("Sol")
    expect(focused(host)).to_have_id("noscreen")
    host.page.keyboard.press("Escape")
    expect(host.page.locator("#app .sheet")).to_have_count(0)
    expect(focused(host)).to_have_id("more")
    host.chooses_more("Lock the door")
    host.sees("The door is locked.")
    host.presses("Unlock it")
    expect(host.page.get_by_text("The door is locked.")).to_have_count(0)
    assert host.complaints == []


def test_running_late_is_read_at_the_door_and_taken_back(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = Member(chromium, server.url, "Rowan")
    rowan.comes_by(door_of(server))
    host.sees("Somebody is at the door")
    planned = (host.page.locator("h1").text_content() or "").removesuffix(".")
    host.chooses_more("We are running late")
    host.page.get_by_role("button", name=re.compile("^Ten minutes late")).click()
    expect(host.page.locator("h1")).not_to_have_text(f"{planned}.")
    later = (host.page.locator("h1").text_content() or "").removesuffix(".").split()[-1]
    rowan.sees(f"We are running ten minutes late, and begin about {later}.")
    host.presses("On time after all")
    rowan.does_not_see(re.compile("running ten minutes late"))
    expect(host.page.locator("h1")).to_have_text(f"{planned}.")
    rowan.finds_no_barrier("at the door")
    assert host.complaints + rowan.complaints == []


def test_a_private_line_first_and_for_good_last(chromium: Browser, server: Server, host: Host) -> None:
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.chooses_more("People and chairs", "Ask Rowan something privately")
    host.page.locator("#ask-line").fill("Let the others finish, please.")
    host.finds_no_barrier("asking privately")
    host.presses("Send it")
    rowan.sees(re.compile("asks you: “Let the others finish, please.”"))
    rowan.finds_no_barrier("being asked")
    theo.does_not_see(re.compile("asks you"))
    rowan.presses("I have read it")
    rowan.does_not_see(re.compile("asks you"))
    rowan.page.reload()
    rowan.sees("Come in and sit.")
    rowan.does_not_see(re.compile("asks you"))
    host.presses("Remove Rowan")
    host.presses("Yes, ask to leave")
    rowan.sees(re.compile("Your chair is not kept here"))
    host.presses("Rowan: not in this circle any more")
    host.presses("Yes, not any more")
    host.sees("not in this circle any more")
    rowan.goes_to(door)
    rowan.does_not_see("There is a chair for you, Rowan.")
    expect(rowan.page.locator("form")).to_have_count(0)
    assert host.complaints + theo.complaints == []


def test_hosts_have_questions_for_themselves_and_nothing_is_sent(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.chooses_more("End the session")
    host.presses("End for everybody")
    host.lands_on("Good night.")
    host.page.get_by_text("Ten minutes for the hosts").click()
    expect(host.page.get_by_role("button", name="Keep as a file")).to_be_disabled()
    sent: list[str] = []
    host.page.on("request", lambda request: sent.append(request.post_data or ""))
    host.page.get_by_label("What went well for the room?").fill("The silence held.")
    host.finds_no_barrier("debrief")
    with host.page.expect_download() as kept:
        host.presses("Keep as a file")
    assert kept.value.path().read_text() == "What went well for the room?\nThe silence held.\n"
    assert not any("silence" in body for body in sent)
    rowan.lands_on("Good night.")
    rowan.does_not_see("Ten minutes for the hosts")
    assert "What went well for the room?" not in rowan.page.content()
    assert host.complaints + rowan.complaints == []


def test_private_words_of_two_wait_for_each_other(chromium: Browser, server: Server, host: Host) -> None:
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    whispers(rowan, "I find this hard.")
    host.sees("I find this hard.")
    host.page.locator("#answer-word").fill("I am with you")
    whispers(theo, "Could we pause?")
    # the box stays with the one it was begun for
    expect(host.page.locator(".words")).to_contain_text("Waiting too: Theo")
    expect(host.page.locator(".words")).to_contain_text("I find this hard.")
    expect(host.page.locator("#answer-word")).to_have_value("I am with you")
    host.page.locator("#answer-word").press("Enter")
    rowan.sees("I am with you")
    host.sees("Could we pause?")
    expect(host.page.locator("#answer-word")).to_have_value("")
    theo.does_not_see("I am with you")
    host.presses("Put away")
    expect(host.page.locator(".words")).to_have_count(0)
    host.chooses_more("People and chairs", "Private word of Theo again")
    host.sees("Could we pause?")
    # on a phone the card is far down, and a line beside the buttons says so
    host.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    host.presses("A private word from Theo")
    expect(focused(host)).to_have_id("words")
    expect(host.page.locator("#answer-word")).to_be_in_viewport()
    assert host.complaints == []


def test_lines_are_read_to_the_end_before_they_are_shown(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    asks(host, "What went, that nobody marked?", "unnamed_wall")
    host.goes_on("Read the lines", "Nobody has put anything here.")
    expect(host.next_button).to_have_text("Show the empty wall")
    host.presses("One step back", inside=host.page.locator("#main"))
    for number in range(12):
        rowan.writes(f"{number}: something that went quietly, " * 3)
        rowan.presses("Send")
        expect(rowan.box).to_have_value("")
    host.goes_on("Read the lines", "something that went quietly")
    expect(host.next_button).to_have_text("Read on")
    host.page.locator(".poem__aside").first.press("Enter")
    expect(focused(host)).to_have_text("Set aside. Put it back")
    for _ in range(12):
        if host.next_button.text_content() == "Show them together":
            break
        host.next_button.click()
        host.page.wait_for_timeout(300)
    host.sees("These are all of them.")
    host.goes_on("Show them together", "something that went quietly")
    rowan.sees(re.compile("something that went quietly"))
    assert host.complaints == []


def test_words_set_aside_by_a_slip_come_back(chromium: Browser, server: Server, host: Host) -> None:
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    asks(host, "A word for the week?", "chat_word")
    rowan.answers("Foggy")
    theo.sees("Foggy")
    host.presses("Set aside", inside=host.page.locator("#main"))
    theo.does_not_see("Foggy")
    host.sees("Rowan’s words are set aside.")
    host.presses("Put them back")
    theo.sees("Foggy")
    host.presses("See it, or take part")
    expect(focused(host)).to_have_text("To the desk")
    whispers(theo, "All well.")
    host.presses("To the desk A private word from Theo")
    expect(focused(host)).to_have_id("main")
    assert host.complaints == []
