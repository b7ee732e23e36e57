"""The table, the light and the cue line as the browser draws them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import AT_REST
from tests.js.conftest import Run

pytestmark = pytest.mark.browser

NAMES = (
    *("Ines", "Rowan", "Theo", "Mira", "Ada", "Jo", "Imani", "Bea", "Sol", "Nils"),
    *("Kit", "Petra", "Uma", "Lou", "Win", "Dara", "Hana", "Ivo", "Vera", "Oskar"),
)

SHOW = """
const { html, render } = await import('/static/js/vendor/preact-htm.js');
window.show = (props) => render(html`<${m.Ring} ...${props} />`, document.querySelector('#main'));
window.show(a);
"""

OVER_EACH_OTHER = """() => {
  const middle = Array.from(document.querySelectorAll('.ring__who, .ring__next')).flatMap((words) => {
    const range = document.createRange();
    range.selectNodeContents(words);
    return Array.from(range.getClientRects());
  });
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const names = Array.from(document.querySelectorAll('.name:not(.name--lit)'));
  return names.filter((name) => middle.some((box) => meet(box, name.getBoundingClientRect())))
    .map((name) => name.textContent);
}"""


def table(n: int, **more: object) -> dict[str, Any]:
    """Props of a ring with `n` people, you first."""
    return {"people": [{"id": f"p{k}", "name": NAMES[k]} for k in range(n)], "youId": "p0", **more}


def stop_time(page: Page) -> None:
    """From here on time passes only with `page.clock.run_for`."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


def test_geometry_is_the_servers(run: Run, vectors: dict[str, Any]) -> None:
    body = """return {
      tables: a.tables.map(({n}) => ({n, radius: m.tableRadius(n), size: m.chairSize(n)})),
      seats: a.seats.map(({n, k}) => ({
        n, k, angle: +m.seatAngle(k, n).toFixed(6), reach: +m.seatReach(k, n).toFixed(6),
        form: m.chairForm(k),
      })),
    }"""
    got = run("draw/geometry.js", body, vectors)
    assert got == {"tables": vectors["tables"], "seats": vectors["seats"]}


def test_ribbon_is_the_servers(run: Run, vectors: dict[str, Any]) -> None:
    body = "return a.map(([p, s, n]) => [p, s, n, m.ribbonPath(p, s, n)])"
    assert run("draw/cue.js", body, vectors["ribbons"]) == vectors["ribbons"]


@pytest.mark.parametrize(
    ("current", "target", "forwards", "expected"),
    [
        (90, 135, True, 135),
        (405, 90, True, 450),  # from the last seat to you: on, never back
        (90, 45, True, 405),
        (100, 100, True, 100),
        (100, 80, False, 80),  # chairs made room: the short way
        (810, 85, False, 805),
    ],
)
def test_light_never_runs_backwards(
    run: Run, current: int, target: int, forwards: bool, expected: int
) -> None:
    assert run("draw/geometry.js", "return m.turnTo(...a)", [current, target, forwards]) == expected


def test_names_stay_on_the_table_or_lie_below_their_chair(run: Run) -> None:
    """All corners of every name's box, up to ten people, with names as long as a table takes."""
    body = """
    const outside = [];
    for (let n = 2; n <= 10; n += 1) for (let k = 0; k < n; k += 1) {
      const text = k ? m.shortName('Maximiliana Rose', n) : 'you';
      const [x, y] = m.namePlace(k, n, text);
      const half = text.length * 3.5;
      if (m.isBelowChair(k, n)) {
        const side = m.seatReach(k, n) * Math.cos((m.seatAngle(k, n) * Math.PI) / 180);
        if (Math.abs(x - side) > 12 || Math.abs(x) + half > 176) outside.push([n, k, text]);
      } else for (const [px, py] of [[x - half, y - 10], [x + half, y - 10], [x - half, y], [x + half, y]])
        if (Math.hypot(px, py) > m.tableRadius(n)) outside.push([n, k, text]);
    }
    return outside;
    """
    assert run("draw/geometry.js", body) == []


@pytest.mark.parametrize("width", [320, 360])
def test_names_and_the_words_in_the_middle_do_not_lie_over_each_other(
    run: Run, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(reduced_motion="reduce")
    long = ("Mirabelle", "Anastasia-W.", "Benjamin Oak", "Maximiliana", "Theodora", "Jo", "Imanuel", "Ann")
    run("draw/ring.js", SHOW, table(1))
    for n in range(4, 9):
        for holder in (1, n // 2):
            props = table(n, holderId=f"p{holder}", nextName=long[holder + 1])
            for person, name in zip(props["people"], long, strict=False):
                person["name"] = name
            page.evaluate("props => window.show(props)", props)
            page.locator(".ring__who", has_text=long[holder]).wait_for()
            page.wait_for_function(AT_REST)
            assert page.evaluate(OVER_EACH_OTHER) == [], (n, holder)


def test_letters_tell_clashing_names_apart(run: Run) -> None:
    assert run("draw/geometry.js", "return m.seatLetters(a)", ["Jo", "Ada", "Imani", "Ines", "Ötzi"]) == [
        "J",
        "A",
        "Im",
        "In",
        "Ö",
    ]


@pytest.mark.parametrize("n", [1, 2, 3, 10, 11, 13, 20])
def test_everyone_has_a_chair_and_a_line(run: Run, page: Page, n: int) -> None:
    run("draw/ring.js", SHOW, table(n, holderId=f"p{n - 1}", nextName="you"))
    assert page.locator(".chair").count() == n
    lines = page.get_by_role("list", name="At the table, in order").get_by_role("listitem")
    assert lines.count() == n
    holder = "You have the piece" if n == 1 else f"{NAMES[n - 1]} has the piece"
    expect(lines.last).to_have_text(holder)
    expect(lines.last).to_have_attribute("aria-current", "true")
    middle = "It is with you" if n == 1 else f"With {NAMES[n - 1]} then you"
    expect(page.get_by_role("status")).to_have_text(middle)


def test_the_light_leaves_first_and_lands_later(run: Run, page: Page) -> None:
    stop_time(page)
    run("draw/ring.js", SHOW, table(8, holderId="p7", nextName="you"))
    before = page.locator(".lamp").evaluate("lamp => lamp.parentNode.style.transform")
    assert before == "rotate(405deg)"
    page.evaluate("props => window.show(props)", table(8, holderId="p0", nextName="Rowan"))
    page.clock.run_for(300)
    assert page.locator(".lamp").evaluate("lamp => lamp.parentNode.style.transform") == "rotate(450deg)"
    assert page.get_by_role("status").inner_text() == "With Bea\nthen you", "chair and words change together"
    page.clock.run_for(500)
    expect(page.get_by_role("status")).to_have_text("It is with you")
    expect(page.locator(".chair--lit")).to_have_class("chair chair--you chair--lit")


def test_reduced_motion_fades_out_and_in(run: Run, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    stop_time(page)
    run("draw/ring.js", SHOW, table(4, holderId="p1", nextName="Theo"))
    page.evaluate("props => window.show(props)", table(4, holderId="p2", nextName="Mira"))
    page.clock.run_for(60)
    expect(page.locator(".ring__in")).to_have_class("ring__in is-fading")
    assert page.locator(".lamp").evaluate("lamp => lamp.parentNode.style.transform") == "rotate(180deg)"
    page.clock.run_for(300)
    expect(page.locator(".ring__in")).to_have_class("ring__in")
    expect(page.get_by_role("status")).to_have_text("With Theo then Mira")


def test_without_a_piece_the_lamp_is_unlit(run: Run, page: Page) -> None:
    run("draw/ring.js", SHOW, table(5, holderId=None, note="whoever would like to"))
    expect(page.locator(".lamp--off")).to_have_count(1)
    expect(page.locator(".pool")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("whoever would like to")
    # A holder who is gone leaves the lamp unlit too, and nobody lit.
    page.evaluate("props => window.show(props)", table(5, holderId="gone"))
    expect(page.locator(".lamp--off")).to_have_count(1)
    expect(page.locator(".chair--lit")).to_have_count(0)


def test_a_newcomer_makes_the_others_move_and_is_named(run: Run, page: Page) -> None:
    run("draw/ring.js", SHOW, table(3, mode="door"))
    expect(page.get_by_role("status")).to_have_text("Three people are here.")
    first = page.locator(".chair").nth(1).evaluate("chair => chair.style.transform")
    page.evaluate("props => window.show(props)", table(4, mode="door"))
    expect(page.locator(".chair--arriving")).to_have_count(0)
    assert page.locator(".chair").nth(1).evaluate("chair => chair.style.transform") != first
    expect(page.get_by_role("status")).to_have_text("Four people are here. Mira has come in.")


def test_a_chair_drawn_back_waits_and_is_not_counted(run: Run, page: Page) -> None:
    props = table(4, mode="door")
    props["people"][3]["away"] = True
    run("draw/ring.js", SHOW, props)
    expect(page.get_by_role("status")).to_have_text("Three people are here. Mira’s chair is waiting.")
    expect(page.locator(".chair--out")).to_have_count(1)


def test_the_list_ends_with_you(run: Run, page: Page) -> None:
    body = SHOW.replace("m.Ring", "m.RingList")
    run("draw/ring.js", body, table(3, holderId="p1", nextName="Theo"))
    rows = page.locator(".seats li")
    assert rows.all_inner_texts() == ["Rowan\nhas the piece", "Theo\nnext", "You"]
    expect(rows.first).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("status")).to_have_text("With Rowan, then Theo")


def test_window_and_cue_book_draw(run: Run, page: Page) -> None:
    body = """
    const { html, render } = await import('/static/js/vendor/preact-htm.js');
    const { CueLine } = await import('/static/js/draw/cue.js');
    render(html`<${m.BreakWindow} hour=${6} /><${CueLine} rows=${a} nowFraction=${0.5} />`,
      document.querySelector('#main'));
    """
    rows = [
        {"time": "19:00", "title": "Arrive", "intensity": 1, "state": "past", "minutes": 3},
        {"time": "19:03", "title": "A round", "intensity": 4, "state": "here", "minutes": 18},
        {"time": "19:21", "title": "Break", "intensity": 0, "state": "ahead", "minutes": 6},
    ]
    run("draw/window.js", body, rows)
    expect(page.locator("figure")).to_have_attribute("data-sky", "dawn")
    expect(page.locator("[aria-current=step]")).to_have_text("19:03A round")
    expect(page.locator(".cue__now")).to_have_attribute("y1", "50")
    assert page.locator(".cue__row").evaluate_all("rows => rows.map(row => row.className)") == [
        "cue__row cue__row--short cue__row--past",
        "cue__row cue__row--long cue__row--here",
        "cue__row cue__row--rest",
    ]


def test_no_table_is_wider_than_a_narrow_phone(run: Run, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    run("draw/ring.js", SHOW, table(1))
    for n in range(1, 21):
        page.evaluate("props => window.show(props)", table(n, holderId="p0"))
        page.wait_for_function("n => document.querySelectorAll('.chair').length === n", arg=n)
        page.add_style_tag(url="/static/css/room.css")
        page.wait_for_function(AT_REST)  # chairs glide to their places
        outside = page.evaluate(
            "Array.from(document.querySelectorAll('.chair, .name')).filter(part => {"
            " const box = part.getBoundingClientRect(); return box.left < 0 || box.right > 320; }).length"
        )
        assert outside == 0, n
