"""Words for time, the polite voice, and leaving fast."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import Run

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (480, "about eight minutes left"),
        (65, "about a minute left"),
        (44, "less than a minute left"),
        (0, "the time is round"),
        (1500, "about 25 minutes left"),
    ],
)
def test_time_is_told_as_words(run: Run, seconds: int, words: str) -> None:
    assert run("lib/time.js", "return m.leftInWords(a)", seconds) == words


def test_countdown_trusts_the_server_not_the_phone(run: Run) -> None:
    body = """
    const phone = Date.UTC(2026, 2, 12, 3, 0, 0); // a phone that is sixteen hours slow
    const offset = m.clockOffset('2026-03-12T19:00:00+00:00', phone);
    return m.secondsLeft('2026-03-12T19:08:00+00:00', offset, phone);
    """
    assert run("lib/time.js", body) == 480


def test_clock_times_are_local(run: Run) -> None:
    assert run("lib/time.js", "return m.clockTime(a)", "2026-07-12T19:52:00+00:00") == "20:52"


@pytest.mark.parametrize(
    ("hour", "sky"), [(0, "night"), (5, "dawn"), (8, "noon"), (17, "dusk"), (20, "dusk"), (21, "night")]
)
def test_sky_of_the_hour(run: Run, hour: int, sky: str) -> None:
    assert run("lib/time.js", "return m.skyAt(a)", hour) == sky


def test_voice_is_polite_and_says_the_same_twice(run: Run, page: Page) -> None:
    body = "m.announce(a); await new Promise((go) => setTimeout(go, 80)); m.announce(a);"
    run("lib/announce.js", body, "A bell.")
    voice = page.locator("[aria-live]")
    expect(voice).to_have_count(1)
    expect(voice).to_have_attribute("aria-live", "polite")
    expect(voice).to_have_text("A bell.")


def test_leaving_blanks_the_page_and_forgets_drafts(run: Run, page: Page) -> None:
    body = """
    sessionStorage.setItem('draft', 'words');
    window.told = 0;
    document.addEventListener('circle:leave', () => { window.told += 1; });
    m.armLeave();
    """
    run("lib/leave.js", body)
    page.get_by_role("link", name="Leave fast").click()
    page.wait_for_url("https://elsewhere.test/")
    page.goto("https://circle.test/again")
    assert page.evaluate("sessionStorage.length") == 0
    page.go_back()
    assert page.url == "https://elsewhere.test/", "Back does not lead to the room"


def test_three_escapes_leave_and_two_do_not(run: Run, page: Page) -> None:
    run("lib/leave.js", "m.armLeave();")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.url == "https://circle.test/"
    page.keyboard.press("Escape")
    page.wait_for_url("https://elsewhere.test/")


def test_slow_escapes_stay(run: Run) -> None:
    body = "const third = m.escapeCounter(); return [0, 1600, 3200, 3300].map(third)"
    assert run("lib/leave.js", body) == [False, False, False, True]


def test_a_page_behind_a_sheet_is_out_of_reach(run: Run, page: Page) -> None:
    body = """
    m.setOutOfReach(document.querySelector('#main'), true);
    const out = document.querySelector('#main').inert;
    m.setOutOfReach(document.querySelector('#main'), false);
    return [out, document.querySelector('#main').inert];
    """
    assert run("lib/dom.js", body) == [True, False]


def test_the_clock_of_a_page_runs_as_fast_as_a_rehearsal(run: Run) -> None:
    body = """
    const real = 1000000;
    const before = m.deviceNow(real);
    m.runAt(20, real);
    const fast = m.deviceNow(real + 500);
    m.runAt(0, real + 500);
    const stood = m.deviceNow(real + 60000);
    const waits = m.speed();
    m.runAt(1, real + 60000);
    return [before - real, fast - real, stood - real, m.deviceNow(real + 61000) - real, waits, m.speed()];
    """
    assert run("lib/time.js", body) == [0, 10_000, 10_000, 11_000, 1, 1]


def test_a_countdown_goes_by_the_clock_of_the_rehearsal(run: Run) -> None:
    body = """
    m.runAt(10);
    const offset = m.clockOffset('2026-03-12T19:00:00+00:00');
    await new Promise((go) => setTimeout(go, 300));
    const left = m.secondsLeft('2026-03-12T19:01:00+00:00', offset);
    return left < 57.1 && left > 20;
    """
    assert run("lib/time.js", body)


def test_what_two_frames_keep_in_one_tab_stays_apart(run: Run) -> None:
    body = """
    const keep = (base, words) => {
      document.documentElement.dataset.base = base;
      m.keepDraft('m1', 's1', words);
    };
    keep('/rehearsal/t/desk', 'of the host');
    keep('/rehearsal/t/seat', 'of the member');
    const seat = m.readDraft('m1', 's1');
    m.forgetDrafts('m1');
    const gone = m.readDraft('m1', 's1');
    document.documentElement.dataset.base = '/rehearsal/t/desk';
    const desk = m.allDrafts('m1');
    delete document.documentElement.dataset.base;
    return [seat, gone, desk, m.readDraft('m1', 's1')];
    """
    kept = [{"step": "s1", "text": "of the host"}]
    assert run("meeting/drafts.js", body) == ["of the member", "", kept, ""]
