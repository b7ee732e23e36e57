"""The page's reducer, fed the messages that the server's own code wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest

from circle.domain import commands as c
from circle.domain.meeting import Phase, planned_end
from circle.services.clock import SettableClock
from circle.store.committer import Committer
from circle.store.words import Words
from tests.contract.test_replay import STEPS, RandomEvening
from tests.domain.scene import EVENING, HOST, START, at_door, make_meeting
from tests.domain.test_audience import room_of, stage
from tests.js.conftest import Run
from tests.sitting import CO, Page, Sitting

pytestmark = pytest.mark.browser

REPLAY = """
let state = m.EMPTY;
const stale = [];
for (const entry of a.log) {
  if (entry.snapshot) { state = m.fromSnapshot(entry.snapshot, 0, state); continue; }
  const after = m.apply(state, entry.message);
  state = after.state;
  stale.push(after.stale);
}
const lists = {};
for (const [name, own] of a.collections) lists[`${own}/${name}`] = m.listOf(state, name, own);
return { lists, stage: m.stageOf(state), me: m.meOf(state), place: m.placeOf(state), stale };
"""
SHARED = ("people", "waiting", "removed", "said", "words", "outline")  # walls are ordered by their views
OWN = ("notes", "mine")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_of_a_random_evening(
    run: Run, committer: Committer, words: Words, clock: SettableClock
) -> None:
    sitting = Sitting(committer, words, clock, *STEPS, hosts=(HOST, CO))
    RandomEvening(sitting, seed=7).run(120)
    for who in sitting.listening():
        # The last snapshot is left out: the page has to get there by messages.
        page, fresh = sitting.pages.pages[who], Page()
        fresh.take(sitting.refresh(who).log[-1]["snapshot"])
        log = json.loads(json.dumps(page.log[:-1]))
        collections = [*((name, False) for name in SHARED), *((name, True) for name in OWN)]
        got = run("meeting/reducer.js", REPLAY, {"log": log, "collections": collections})
        assert got["lists"] == {
            f"{str(own).lower()}/{name}": listed(fresh, name, own) for name, own in collections
        }
        assert got["me"] == fresh.views["self:"]["me"]["me"]
        assert got["stage"] == next(v["stage"]["stage"] for k, v in fresh.views.items() if k != "self:")
        assert got["place"] == "seated" or sitting.pages.listening[who] == "door"
        assert sum(got["stale"]) < len(got["stale"]) / 2


def listed(page: Page, name: str, own: bool) -> list[dict[str, Any]]:
    """A collection of a fresh page, in the order pages list it."""
    view = next(v for k, v in page.views.items() if (k == "self:") is own)
    items = sorted(view.get(name, {}).items(), key=lambda item: item[1].get("at", 0))
    return [{"id": item_id, **item} for item_id, item in items]


# -- numbers ------------------------------------------------------------------------------------------
SNAPSHOT = {
    "run": "r1",
    "audiences": {
        "room": {"seq": 5, "view": {"people": {"a": {"name": "Ana"}}}},
        "self:a": {"seq": 2, "view": {"me": {"me": {"id": "a", "place": "seated"}}}},
    },
}


def message(seq: int, audience: str = "room", run_id: str = "r1", name: str = "Bo") -> dict[str, Any]:
    """A message that adds or changes somebody."""
    item = {"in": "people", "id": "b", "item": {"name": name}}
    return {"run": run_id, "audience": audience, "seq": seq, "changes": [item]}


@pytest.mark.parametrize(
    ("sent", "stale", "seq"),
    [
        (message(6), False, 6),
        (message(5), False, 5),  # heard before
        (message(1), False, 5),
        (message(7), True, 5),  # one is missing
        (message(6, run_id="r2"), True, 5),  # the server has started anew
        (message(0, run_id="", audience=""), True, 5),  # look anew
        (message(6, audience="door"), True, 5),  # the door has moved us
        (message(3, audience="self:"), False, 5),
        (message(4, audience="self:"), True, 5),
    ],
)
def test_messages_in_and_out_of_order(run: Run, sent: dict[str, Any], stale: bool, seq: int) -> None:
    body = """
    const before = m.fromSnapshot(a.snapshot, 0);
    const frozen = JSON.stringify(before);
    const { state, stale } = m.apply(before, a.sent, 7);
    const pure = JSON.stringify(before) === frozen;
    const none = m.apply(m.EMPTY, a.sent, NaN);
    const offsets = [state.offset, none.state.offset];
    return { stale, seq: state.shared.seq, pure, none: none.stale, offsets };
    """
    got = run("meeting/reducer.js", body, {"snapshot": SNAPSHOT, "sent": sent})
    heard = not stale and sent["seq"] in (3, 6)
    assert got == {"stale": stale, "seq": seq, "pure": True, "none": True, "offsets": [7 if heard else 0, 0]}


def test_moved_by_the_door_asks_for_a_snapshot(run: Run) -> None:
    body = """
    const moved = { run: 'r1', audience: 'self:', seq: 3,
      changes: [{ in: 'me', id: 'me', item: { id: 'a', place: 'removed' } }] };
    const { state, stale } = m.apply(m.fromSnapshot(a, 0), moved);
    return [stale, m.placeOf(state), m.placeOf(m.EMPTY)];
    """
    assert run("meeting/reducer.js", body, SNAPSHOT) == [True, "removed", "none"]


def test_a_snapshot_that_comes_late_undoes_nothing(run: Run) -> None:
    """While it was on its way a message has come: what the page has is newer."""
    body = """
    const newer = m.apply(m.fromSnapshot(a.snapshot, 0), a.sent).state;
    const after = m.fromSnapshot(a.snapshot, 7, newer);
    const elsewhere = m.fromSnapshot({ ...a.snapshot, run: 'r2' }, 0, newer);
    const door = { run: 'r1', audiences: { door: { seq: 1, view: {} } } };
    return [after.shared.seq, m.listOf(after, 'people').length, after.offset, elsewhere.shared.seq,
      m.fromSnapshot(door, 0, newer).shared.name, m.fromSnapshot(door, 0, newer).self];
    """
    got = run("meeting/reducer.js", body, {"snapshot": SNAPSHOT, "sent": message(6)})
    assert got == [6, 2, 7, 5, "door", None]


def test_lists_stand_in_the_order_of_their_places(run: Run) -> None:
    said = {"x": {"text": "second", "at": 2}, "y": {"text": "first", "at": 1}}
    snapshot = {"run": "r", "audiences": {"room": {"seq": 0, "view": {"said": said}}}}
    body = """
    const state = m.fromSnapshot(a, 0);
    return [m.listOf(state, 'said').map((one) => one.text), m.listOf(state, 'none')];
    """
    assert run("meeting/reducer.js", body, snapshot) == [["first", "second"], []]


# -- the desk's arithmetic ----------------------------------------------------------------------------
def test_the_desk_ends_when_the_server_says(run: Run) -> None:
    """In every part of the evening, on time and late, with breaks and rest: one end for both."""
    scene = at_door(make_meeting())
    seen, ends = [], []

    def look() -> None:
        end = planned_end(scene.meeting, scene.now)
        if end is not None:
            seen.append([stage(room_of(scene), "hosts"), scene.now.timestamp() * 1000])
            ends.append(end.timestamp() * 1000)

    while scene.meeting.phase is not Phase.ENDED:
        scene.do(HOST, c.Next())
        look()
        scene.wait(95.5)
        look()
        if scene.meeting.phase is Phase.LIVE:
            scene.do(HOST, c.StartBreak(3))
            scene.wait(20)
            look()
            scene.do(HOST, c.EndBreak(), c.PauseClock())
            scene.wait(10)
            look()
            scene.do(HOST, c.ResumeClock())
    outline = [{"id": one.id, "at": at, "minutes": one.minutes} for at, one in enumerate(EVENING)]
    body = "return a.seen.map(([stage, now]) => m.drift(a.outline, stage, now).end)"
    assert run("meeting/views/clockwork.js", body, {"outline": outline, "seen": seen}) == ends
    assert len(ends) > 30
    assert START.timestamp() * 1000 < ends[0]


@pytest.mark.parametrize(
    ("seconds", "due"), [(-5, 0), (0, 1), (5.9, 1), (6, 2), (25.9, 2), (26, 3), (1000, 3)]
)
def test_slow_lines_come_one_by_one_by_the_servers_clock(run: Run, seconds: float, due: int) -> None:
    lines = [{"text": "a", "pause_s": 6}, {"text": "b", "pause_s": 20}, {"text": "c", "pause_s": 4}]
    assert run("meeting/views/still.js", "return m.linesDue(a[0], a[1])", [lines, seconds]) == due
