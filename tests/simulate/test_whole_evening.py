"""An evening one watches, on a real server: led to its end by the made-up host, or taken over."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from circle.domain.quiet import COLLECT_SECONDS, REAL_MIN, TOKENS_EACH
from circle.simulate.browser import Browser
from circle.simulate.cast import load_cast
from circle.simulate.quiet import POST_WITHIN_S
from circle.simulate.screen import Screen
from tests.live.server import Server, running
from tests.simulate.watcher import Recorder, door_of, join, names, sign_in, watch

pytestmark = pytest.mark.servers

SPEED = 9  # faster, and a busy machine is slower than the people
HOSTS_ONLY = {
    *("script", "note", "facilitator_note", "intensity", "locked", "read_first"),
    *("status", "connected", "batch", "aside", "words", "waiting", "removed"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server on which an evening takes some twenty seconds."""
    with running(tmp_path_factory.mktemp("watch"), CIRCLE_TEST_SPEED=str(SPEED)) as started:
        yield started


@pytest.fixture(scope="module")
def mira(server: Server) -> Browser:
    """The browser of the host who watches."""
    return sign_in(server)


def all_keys(value: Any) -> set[str]:
    """Every key, and every name of a collection, anywhere in a message."""
    if isinstance(value, dict):
        own = {value["in"]} if "in" in value else set()
        return own.union(value, *(all_keys(inner) for inner in value.values()))
    return set().union(*map(all_keys, value)) if isinstance(value, list) else set()


def test_a_whole_evening_passes_in_front_of_whoever_watches(server: Server, mira: Browser) -> None:
    cast = load_cast()
    desk = watch(mira)
    desk.wait("the open door", lambda screen: screen.phase == "open")
    phone = join(server, door_of(desk), "Robin")
    phone.wait("a chair", lambda screen: screen.me.get("place") == "seated")
    the_window_passes(desk, server)
    seen = desk.wait("the end", lambda screen: screen.is_over)

    assert seen.phase == "ended"
    assert names(seen) == {"Mira", "Robin", *cast.names}
    assert_somebody_came_late(desk)
    assert_a_line_was_set_aside(desk)
    assert_the_line_of_one_broke(desk)
    assert any(shows(screen, "Davey", "status", "out") for screen in desk.shown)
    assert not shows(desk.shown[-1], "Davey", "status", "out")
    assert any(screen.phase == "break" for screen in desk.shown)
    assert_turns_of_all_kinds(desk)
    phone.wait("good night", lambda screen: screen.phase == "ended")
    assert_nothing_of_the_hosts_reached(phone)


def test_whoever_presses_a_button_has_taken_over(server: Server, mira: Browser) -> None:
    desk = watch(mira)
    at_word = desk.wait("the first word", lambda screen: screen.step.get("id") == "word")
    assert desk.command("go_back", {}, at_word.seq)["ok"]
    left_at = desk.wait("one step back", lambda screen: screen.step.get("id") == "agree").seq

    time.sleep(25 / SPEED)  # the made-up host would have gone on after seven
    assert desk.screen.seq == left_at

    own = {"text": "What did you see on the way here?", "sharing": "spoken_round", "minutes": 3}
    assert desk.command("ask_question", own, left_at)["ok"]
    mine = desk.wait("my own turn", lambda screen: holder(screen) == "Mira").seq
    assert desk.command("hand_on", {"holder": desk.screen.me["id"]})["ok"]
    desk.wait("the piece gone round", lambda screen: bool((screen.stage.get("piece") or {}).get("over")))
    answered = {names_by_id(desk.screen)[share["seat"]] for share in desk.screen.items("said").values()}
    assert answered >= {"Jo", "Nadia", "Ruth", "Tomasz", "Kofi", "Davey"}
    assert desk.screen.seq == mine

    unnamed = {"text": "What is missing on the table?", "sharing": "unnamed_wall", "minutes": 3}
    assert desk.command("ask_question", unnamed, mine)["ok"]
    read_until(desk, server, REAL_MIN)

    assert watch(mira).meeting_id == desk.meeting_id  # pressing again leads back to it
    tonight = mira.http.get(mira.address.base + "/tonight", timeout=10).text
    assert "made-up" not in tonight  # it stands in no list


def collecting(screen: Screen) -> bool:
    """Whether pages are posting."""
    return bool((screen.stage.get("quiet_round") or {}).get("collecting"))


def the_window_passes(desk: Recorder, server: Server) -> None:
    """Everybody has posted; the server's clock, which stands in tests, goes on."""
    desk.wait("the collecting", collecting)
    time.sleep(1 + POST_WITHIN_S / SPEED)
    server.advance(COLLECT_SECONDS)


def read_until(desk: Recorder, server: Server, lines: int) -> None:
    """Read what has come; with fewer lines than that, go back and wait once more, as hosts can."""
    for _ in range(TOKENS_EACH):
        writing = desk.wait("the bare page", lambda screen: screen.part == "wall_write").seq
        time.sleep(20 / SPEED)
        assert desk.command("next", {}, writing)["ok"]
        the_window_passes(desk, server)
        reading = desk.wait(
            "their lines", lambda screen: screen.part == "wall_read" and not collecting(screen)
        )
        if len(reading.items("batch")) >= lines:
            return
        assert desk.command("go_back", {}, reading.seq)["ok"]
    raise AssertionError("the lines did not come")


def shows(screen: Screen, name: str, what: str, value: object) -> bool:
    """Whether the desk says this of this person."""
    return any(
        person["name"] == name and person.get(what) == value for person in screen.items("people").values()
    )


def names_by_id(screen: Screen) -> dict[str, str]:
    """Who is who."""
    return {seat: person["name"] for seat, person in screen.items("people").items()}


def holder(screen: Screen) -> str:
    """Who has the piece, by name."""
    piece = screen.stage.get("piece") or {}
    return names_by_id(screen).get(piece.get("holder") or "", "")


def assert_somebody_came_late(desk: Recorder) -> None:
    late = [screen for screen in desk.shown if screen.phase == "live" and screen.items("waiting")]
    assert {seat["name"] for screen in late for seat in screen.items("waiting").values()} == {"Ines"}


def assert_a_line_was_set_aside(desk: Recorder) -> None:
    aside = {line["text"] for s in desk.shown for line in s.items("lines").values() if line["aside"]}
    assert len(aside) == 1
    assert load_cast().host.sets_aside in aside.pop()


def assert_the_line_of_one_broke(desk: Recorder) -> None:
    states = [
        person["connected"]
        for screen in desk.shown
        if screen.phase == "live"
        for person in screen.items("people").values()
        if person["name"] == "Kofi"
    ]
    assert False in states
    assert states[-1]


def assert_turns_of_all_kinds(desk: Recorder) -> None:
    rounds = [screen for screen in desk.shown if screen.step.get("id") == "round"]
    said = {
        names_by_id(screen)[share["seat"]] for screen in rounds for share in screen.items("said").values()
    }
    assert said == {"Jo", "Nadia", "Kofi", "Davey", "Ines"}  # Ruth passed
    assert any(screen.stage["piece"]["silent"] and holder(screen) == "Tomasz" for screen in rounds)
    assert any(screen.stage["piece"]["later_used"] and holder(screen) == "Ines" for screen in rounds)


def assert_nothing_of_the_hosts_reached(phone: Recorder) -> None:
    room = [message for message in phone.heard if message["audience"] == "room"]
    assert room
    assert not set().union(*map(all_keys, room)) & HOSTS_ONLY
    heard = json.dumps(phone.heard)
    assert load_cast().host.sets_aside not in heard
    assert load_cast().host.answers not in heard
    assert all(person.whispers[1] not in heard for person in load_cast().people if person.whispers[1])
