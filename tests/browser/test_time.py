"""Time running short: the host sees what a press does before it, and can take it back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.people import PHONE, Host
from tests.browser.test_evening import MINUTE
from tests.live.server import Server


def test_late_and_back_in_time(server: Server, host: Host) -> None:
    host.goes_on("Begin", "Arrive")
    host.chooses_more("Time: less here, or make up time")
    host.sees("The closing and the landing after a tender step stay")
    host.finds_no_barrier("desk: time")
    host.page.keyboard.press("Escape")
    server.advance(25 * MINUTE)
    host.sees("behind")
    host.sees(re.compile(r"the closing is at \d\d:\d\d, and we end at \d\d:\d\d"))
    host.sees("Shared quiet")
    host.presses("Make up time")
    host.presses(re.compile("^Leave out: What still deserves thanks"))
    expect(host.page.locator(".desk")).not_to_contain_text("What still deserves thanks")
    host.chooses_more("Time: less here, or make up time", "Leave the plan as it was")
    host.presses("Make up time")
    host.does_not_see("Leave the plan as it was")
    host.presses(re.compile("^Go to the closing after this"))
    host.does_not_see("Shared quiet")
    host.goes_on("Next", "The room as it is now")
    host.goes_on("Next", re.compile("What still deserves thanks"))
    host.goes_on("Next", "Closing round")
    host.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    host.chooses_more()
    host.sees(re.compile(r"We end at \d\d:\d\d\."))
    assert host.complaints == []
