"""A rhythm that is the same on every screen, and lines at one's own pressing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import Run

pytestmark = pytest.mark.browser

PACE = {"in_s": 4, "hold_s": 0, "out_s": 6, "rest_s": 0, "rounds": 2}
SQUARE = {"in_s": 4, "hold_s": 2, "out_s": 4, "rest_s": 2, "rounds": 1}
SHOW = """
const { render, html } = await import('/static/js/vendor/preact-htm.js');
const said = {};
const stage = { ran_from: a.started, stopped_at: null };
const draw = () => render(html`<${m.Pacer} ...${{ store, stage, step: a.step, offset: a.offset }} />`,
  document.querySelector('#main'));
const store = { said, remember: (key, value) => { said[key] = value; draw(); } };
draw();
"""


@pytest.mark.parametrize(
    ("pace", "seconds", "phase", "round_", "size"),
    [
        (PACE, -1, "before", 0, 0),
        (PACE, 0, "in", 0, 0),
        (PACE, 2, "in", 0, 0.5),
        (PACE, 4, "out", 0, 1),  # no hold: what was full turns at once
        (PACE, 7, "out", 0, 0.5),
        (PACE, 10, "in", 1, 0),
        (PACE, 19.999, "out", 1, 0),
        (PACE, 20, "over", 2, 0),
        (SQUARE, 4, "hold", 0, 1),
        (SQUARE, 6, "out", 0, 1),
        (SQUARE, 10, "rest", 0, 0),
        (SQUARE, 12, "over", 1, 0),
    ],
)
def test_where_the_rhythm_is(
    run: Run, pace: dict[str, int], seconds: float, phase: str, round_: int, size: float
) -> None:
    at = run("meeting/views/pacer.js", "return m.paceAt(a[0], a[1])", [pace, seconds])
    assert (at["phase"], at["round"]) == (phase, round_)
    assert at["size"] == pytest.approx(size, abs=1e-3)


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        (PACE, "In for four seconds, out for six; two times."),
        (SQUARE, "In for four seconds, rest for two, out for four, rest for two; once."),
    ],
)
def test_the_rhythm_is_told_in_words_too(run: Run, pace: dict[str, int], words: str) -> None:
    assert run("meeting/views/pacer.js", "return m.rhythmInWords(a)", pace) == words


def _show(run: Run, page: Page, *, seconds_in: float, phone_is_slow_s: float = 0) -> None:
    """The pacer of a step that began so long ago, on a stopped clock, on a phone that may be wrong."""
    page.clock.pause_at("2026-03-12T19:30:00Z")
    now: Any = page.evaluate("Date.now()")
    offset = phone_is_slow_s * 1000
    run(
        "meeting/views/pacer.js",
        SHOW,
        {"started": now + offset - seconds_in * 1000, "offset": offset, "step": {"id": "s1", "pace": PACE}},
    )


@pytest.mark.parametrize("phone_is_slow_s", [0, 57_600])
def test_a_wrong_clock_of_the_phone_changes_nothing(run: Run, page: Page, phone_is_slow_s: float) -> None:
    page.clock.install(time="2026-03-12T19:00:00Z")
    _show(run, page, seconds_in=1, phone_is_slow_s=phone_is_slow_s)
    word, circle = page.locator(".pacer__word"), page.locator(".pacer__circle")
    expect(word).to_have_text("In")
    page.clock.run_for(2_000)
    grown = float(circle.evaluate("(one) => new DOMMatrix(getComputedStyle(one).transform).a"))
    assert grown > 0.8  # three of four seconds in
    page.clock.run_for(2_000)
    expect(word).to_have_text("Out")
    page.clock.run_for(20_000)
    expect(word).to_have_text("It rests now")


def test_with_less_motion_the_word_changes_and_nothing_grows(run: Run, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.clock.install(time="2026-03-12T19:00:00Z")
    _show(run, page, seconds_in=1)
    word, circle = page.locator(".pacer__word"), page.locator(".pacer__circle")
    expect(word).to_have_text("In")
    page.clock.run_for(4_000)
    expect(word).to_have_text("Out")
    assert circle.evaluate("(one) => getComputedStyle(one).transform") == "none"
    page.get_by_role("button", name="Hide the circle").click()
    expect(circle).to_have_count(0)
    expect(page.get_by_text("Any breath of your own is right")).to_be_visible()


def test_the_sound_comes_only_once_it_is_asked_for_and_at_each_turn(run: Run, page: Page) -> None:
    page.evaluate("""() => {
      window.rung = 0;
      const knob = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
      const part = () => ({ gain: knob, frequency: {}, connect: (to) => to, start() {}, stop() {} });
      window.AudioContext = class {
        state = 'suspended';
        createGain() { return part(); }
        createOscillator() { window.rung += 0.5; return part(); }
        async resume() { this.state = 'running'; }
        async suspend() { this.state = 'suspended'; }
      };
    }""")
    page.clock.install(time="2026-03-12T19:00:00Z")
    _show(run, page, seconds_in=1)
    page.clock.run_for(9_500)
    assert page.evaluate("window.rung") == 0
    page.get_by_role("button", name="A soft sound with it").click()
    page.clock.run_for(8_000)  # from half a second into the second round: its in, and its out
    assert page.evaluate("window.rung") == 2
    page.clock.run_for(20_000)
    assert page.evaluate("window.rung") == 2


def test_lines_come_at_ones_own_pressing_and_by_keyboard(run: Run, page: Page) -> None:
    run(
        "meeting/views/onebyone.js",
        """const { render, html } = await import('/static/js/vendor/preact-htm.js');
        render(html`<${m.OneByOne} lines=${a} />`, document.querySelector('#main'));""",
        ["Five.", "Four.", "Three."],
    )
    lines = page.locator("#main li")
    expect(lines).to_have_text(["Five."])
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="The next one")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(lines).to_have_text(["Five.", "Four.", "Three."])
    again = page.get_by_role("button", name="From the beginning")
    expect(again).to_be_focused()
    assert (again.bounding_box() or {})["height"] >= 64
    page.keyboard.press("Enter")
    expect(lines).to_have_text(["Five."])


def test_the_button_stays_in_sight_however_many_lines_have_come(run: Run, page: Page) -> None:
    run(
        "meeting/views/onebyone.js",
        """const { render, html } = await import('/static/js/vendor/preact-htm.js');
        render(html`<${m.OneByOne} lines=${a} />`, document.querySelector('#main'));""",
        ["A line long enough to take two rows of a small phone."] * 12,
    )
    button = page.get_by_role("button", name="The next one")
    button.focus()
    for _ in range(10):
        page.keyboard.press("Enter")
    expect(page.locator("#main li")).to_have_count(11)
    assert page.evaluate("document.documentElement.scrollHeight > innerHeight")
    expect(button).to_be_in_viewport(ratio=1)


def test_tiles_put_their_words_into_the_answer_and_take_them_out_again(run: Run, page: Page) -> None:
    run(
        "meeting/views/tiles.js",
        """
        const { render, html } = await import('/static/js/vendor/preact-htm.js');
        const draft = { text: 'my own word', set: (words) => { draft.text = words; draw(); } };
        const draw = () => {
          render(html`<${m.TilesInto} tiles=${a} draft=${draft} />`, document.querySelector('#main'));
          document.querySelector('#main').dataset.text = draft.text;
        };
        draw();
        """,
        ["water", "bed"],
    )
    main, water = page.locator("#main"), page.get_by_role("button", name="water")
    water.click()
    page.get_by_role("button", name="bed").press("Enter")
    expect(main).to_have_attribute("data-text", "my own word, water, bed")
    expect(water).to_have_attribute("aria-pressed", "true")
    water.click()
    expect(water).to_have_attribute("aria-pressed", "false")
    expect(main).to_have_attribute("data-text", "my own word, bed")
