"""The made-up host: what they do next, and how they notice that somebody took over."""

from __future__ import annotations

import time

from circle.simulate.acts import Act
from circle.simulate.browser import Address
from circle.simulate.cast import load_cast
from circle.simulate.direct import BREAK, host_acts
from circle.simulate.guest import Leader, Pace
from circle.simulate.screen import Screen
from tests.simulate.screens import piece, screen

CAST = load_cast()
EVERYBODY = {str(at): {"name": person.name} for at, person in enumerate((CAST.host.person, *CAST.people[:5]))}


def names(acts: list[Act]) -> list[str]:
    """What would be sent."""
    return [wish.name for act in acts for wish in act.wishes]


def leader() -> Leader:
    """A host who has not come yet."""
    return Leader(Address("http://127.0.0.1:9", "http://localhost:9"), "/in/x", CAST, Pace(time.monotonic()))


def leads(host: Leader, shown: Screen) -> bool:
    """Whether they would move the room."""
    return any(act.stage for act in host.acts(shown))


def test_the_door_opens_and_whoever_waits_is_let_in() -> None:
    assert names(host_acts(CAST, screen(phase="planned", waiting={"w": {}}), set())) == ["open_door"]
    assert names(host_acts(CAST, screen(phase="open", waiting={"w": {}}), set())) == ["admit", "next"]


def test_the_first_step_waits_for_those_who_are_early() -> None:
    (waits,) = host_acts(CAST, screen(phase="open"), set())
    (begins,) = host_acts(CAST, screen(phase="open", people=EVERYBODY), set())
    assert (waits.after_s, begins.after_s) == (CAST.host.waits_s, CAST.host.begins_s)


def test_a_line_that_names_somebody_is_set_aside_before_the_rest_is_shown() -> None:
    batch = {
        "a": {"text": "The choir.", "aside": False},
        "b": {"text": f"{CAST.host.sets_aside} said so.", "aside": False},
    }
    aside, onward = host_acts(CAST, screen("wall", "wall_read", batch=batch), set())
    assert aside.wishes[0].data == {"line": "b", "aside": True}
    assert aside.after_s < onward.after_s


def test_after_the_lines_there_is_one_break() -> None:
    shown = screen("wall", "wall_show")
    assert names(host_acts(CAST, shown, set())) == ["start_break"]
    assert names(host_acts(CAST, shown, {BREAK})) == ["next"]
    assert names(host_acts(CAST, screen(phase="break"), {BREAK})) == ["end_break"]


def test_somebody_who_is_not_ours_gets_time_and_then_the_piece_travels_on() -> None:
    people = {"w": {"name": "Mira"}, "k": {"name": "Kofi"}}
    stranger = screen("round", "round", piece=piece("w"), people=people)
    assert names(host_acts(CAST, stranger, set())) == ["hand_on", "next"]
    ours = screen("round", "round", piece=piece("k"), people=people)
    assert names(host_acts(CAST, ours, set())) == ["next"]


def test_a_private_word_is_answered_once() -> None:
    asked = {"1": {"seat": "k", "text": "Slower?", "from_host": False}}
    answered = asked | {"2": {"seat": "k", "text": "Yes.", "from_host": True}}
    assert "answer_whisper" in names(host_acts(CAST, screen("word", "answer", words=asked), set()))
    assert "answer_whisper" not in names(host_acts(CAST, screen("word", "answer", words=answered), set()))


def test_the_host_leads_from_where_they_find_the_room() -> None:
    assert leads(leader(), screen("word", "answer", seq=5))


def test_another_move_ends_the_leading_for_good() -> None:
    host = leader()
    assert leads(host, screen("word", "answer", seq=5))
    assert not leads(host, screen("lines", "still", seq=6))
    assert not leads(host, screen("word", "answer", seq=5))


def test_a_touched_clock_is_a_hand_on_the_controls() -> None:
    host = leader()
    assert leads(host, screen("word", "answer", clock="19:05"))
    assert not leads(host, screen("word", "answer", clock="19:07"))


def test_whoever_no_longer_leads_still_takes_their_turn() -> None:
    host = leader()
    host.acts(screen("word", "answer", seq=5))
    after = host.acts(screen("own6", "round", seq=6, piece=piece("n")))
    assert names(after) == ["say", "hand_on"]
