"""Who may see what: one test for each thing that stays with those it belongs to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from circle.domain import commands as c
from circle.domain.audience import (
    DOOR,
    HOSTS,
    ROOM,
    SELF,
    STAND_IN,
    audience_of,
    audiences,
    meeting_shows_wall,
    view,
)
from circle.domain.difference import View, apply_changes, difference
from circle.domain.meeting import Phase, Place
from circle.domain.plan import Kind, Pace, Part, Prompt, Sharing
from circle.domain.room import CircleFacts, Presence, PrivateWord, Room, Share, Status, WallLine
from circle.domain.stage_view import visibility
from tests.domain.scene import (
    ANA,
    BO,
    CY,
    GOODBYE,
    HOST,
    READ,
    ROUND,
    VOLUNTEER,
    WALL,
    WORD,
    Scene,
    at_door,
    begun,
    in_phase,
    make_meeting,
)

FACTS = CircleFacts(
    "Grief after work", host="Mira", agreements=("We listen.",), call_url="https://call.example"
)


def room_of(scene: Scene, **more: Any) -> Room:
    """The scene with words around it."""
    return Room(scene.meeting, FACTS, epoch="e1", **more)


def told(before: Room, after: Room) -> set[str]:
    """The audiences that get a message."""
    return {name for name in audiences(after.meeting) if difference(view(before, name), view(after, name))}


def stage(room: Room, audience: str = ROOM) -> dict[str, Any]:
    """The stage as this audience sees it."""
    found: dict[str, Any] = view(room, audience)["stage"]["stage"]
    return found


# -- audiences ----------------------------------------------------------------------------------------
def test_each_seat_has_the_audience_of_its_place() -> None:
    scene = begun()
    scene.do("di", c.TakeSeat("di", "Di"))
    scene.do(HOST, c.Remove(BO))
    scene.do(CY, c.LeaveSeat())
    found = {who: audience_of(scene.meeting.seat(who)) for who in (HOST, ANA, "di", BO, CY, "nobody")}
    assert found == {HOST: HOSTS, ANA: ROOM, "di": DOOR, BO: None, CY: None, "nobody": None}


def test_unknown_audiences_have_no_view() -> None:
    with pytest.raises(KeyError):
        view(room_of(begun()), "everybody")


def test_a_seat_without_a_screen_has_no_audience_of_its_own() -> None:
    scene = begun()
    scene.do(HOST, c.AddSeat("x", "Theo"))
    assert SELF + "x" not in audiences(scene.meeting)
    hosts = view(room_of(scene), HOSTS)["people"]
    assert hosts["x"] == {"name": "Theo", "host": False, "status": "no_screen", "connected": True} | {
        "heard": False,
        "check": "",
        "quiet": False,
        "apart": False,
        "stays": False,
    }
    assert view(room_of(scene), ROOM)["people"]["x"] == {"name": "Theo", "host": False}


# -- what nobody else is told -------------------------------------------------------------------------
@pytest.mark.parametrize("status", list(Status), ids=str)
@pytest.mark.parametrize("connected", [True, False])
def test_stepping_out_is_between_one_person_and_the_hosts(status: Status, connected: bool) -> None:
    before = room_of(begun(ROUND), presence={ANA: Presence(Status.HERE, False)})
    after = replace(before, presence={ANA: Presence(status, connected)})
    assert told(before, after) <= {HOSTS, SELF + ANA}


def test_private_words_are_between_one_person_and_the_hosts() -> None:
    before = room_of(begun())
    word = PrivateWord("w1", ANA, "may I leave early")
    after = replace(before, words=(word, replace(word, id="w2", text="of course", from_host=True)))
    assert told(before, after) == {HOSTS, SELF + ANA}
    assert [note["text"] for note in view(after, SELF + ANA)["notes"].values()] == [
        "may I leave early",
        "of course",
    ]


def test_lines_that_wait_are_for_nobody_and_a_batch_for_hosts() -> None:
    scene = begun(WALL, GOODBYE)
    line = WallLine("l1", "wall", "a line")
    assert told(room_of(scene), room_of(scene, batch=(line,))) == {HOSTS}
    assert "commit" not in str(view(room_of(scene, batch=(line,)), HOSTS)["batch"])


def test_the_key_of_a_line_is_for_hosts_and_not_for_a_stand_in() -> None:
    scene = begun(WALL, GOODBYE)
    scene.do(HOST, c.Next(), c.Next())
    line = WallLine("l1", "wall", "a line", commit="c1", mailbox="KEY")
    room = room_of(scene, batch=(line,), lines=(line,))
    seen = view(room, HOSTS)
    assert seen["batch"]["l1"] == {"text": "a line", "aside": False, "mailbox": "KEY", "commit": "c1"}
    assert seen["lines"]["l1"]["mailbox"] == "KEY"
    assert "KEY" not in str([view(room, name) for name in (ROOM, STAND_IN, SELF + ANA)])
    assert view(room, STAND_IN)["batch"]["l1"] == {"text": "a line", "aside": False}


def test_the_wall_is_shown_when_the_hosts_show_it() -> None:
    scene = begun(WALL, GOODBYE)
    lines = (WallLine("l1", "wall", "one", commit="c1"), WallLine("l2", "wall", "two", set_aside=True))
    for part in (Part.WALL_WRITE, Part.WALL_READ, Part.WALL_SHOW):
        assert scene.meeting.part_now is part
        assert meeting_shows_wall(scene.meeting) is (part is Part.WALL_SHOW)
        seen = view(room_of(scene, lines=lines), ROOM)["lines"]
        assert set(seen) == ({"l1"} if part is Part.WALL_SHOW else set())
        assert set(view(room_of(scene, lines=lines), HOSTS)["lines"]) == {"l1", "l2"}
        scene.do(HOST, c.Next())


def test_a_line_has_no_author_anywhere() -> None:
    scene = begun(WALL, GOODBYE)
    scene.do(HOST, c.Next(), c.Next())
    line = WallLine("l1", "wall", "one", commit="c1", received=True, read_aloud=True)
    item = view(room_of(scene, lines=(line,)), ROOM)["lines"]["l1"]
    assert item == {"step": "wall", "text": "one", "commit": "c1", "received": True, "read_aloud": True}


def test_lines_read_aloud_are_on_the_hosts_pages_alone() -> None:
    scene = begun(READ, GOODBYE)
    seen = room_of(scene, lines=(WallLine("l1", "wall", "one", read_aloud=True),))
    assert view(seen, ROOM)["lines"] == {}
    assert set(view(seen, HOSTS)["lines"]) == {"l1"}


# -- what members never see ---------------------------------------------------------------------------
@pytest.mark.parametrize("phase", list(Phase), ids=str)
def test_scripts_and_directions_stay_with_hosts(phase: Phase) -> None:
    scene = in_phase(phase)
    for name in audiences(scene.meeting):
        seen = json.dumps(view(room_of(scene), name))
        assert ("FOR-HOSTS" in seen) == (name == HOSTS and scene.meeting.step is not None)


def test_intensity_is_for_hosts() -> None:
    seen = room_of(begun())
    assert stage(seen, HOSTS)["intensity"] == 3
    assert "intensity" not in json.dumps(view(seen, ROOM))


def test_a_tender_step_is_told_while_it_is_on_and_once_all_is_over() -> None:
    """So that its card can come first; members learn no figure, and nothing of a step that never came."""
    light, tender = replace(WORD, intensity=3), replace(ROUND, intensity=4)
    scene = begun(light, tender)
    first = stage(room_of(scene))
    assert (first["step"]["tender"], first["tender"]) == (False, False)
    early = begun(light, tender)
    early.do(HOST, c.EndSession())
    assert stage(room_of(early))["tender"] is False
    scene.do(HOST, c.Next())
    second = stage(room_of(scene))
    assert (second["step"]["tender"], second["tender"]) == (True, False)
    scene.do(HOST, c.EndSession())
    assert (stage(room_of(scene))["step"], stage(room_of(scene))["tender"]) == (None, True)


def test_the_door_shows_the_circle_and_its_host_and_nobody_else() -> None:
    scene = at_door(make_meeting())
    scene.do("di", c.TakeSeat("di", "Di"))
    assert view(room_of(scene), DOOR) == {
        "stage": {
            "stage": {
                "phase": "open",
                "circle": "Grief after work",
                "host": "Host",
                "agreements": ["We listen."],
                "starts_at": "2026-03-12T19:00:00+00:00",
                "late": 0,
            }
        }
    }


def test_who_waits_and_who_was_removed_is_for_hosts() -> None:
    scene = begun()
    before = room_of(scene)
    scene.do("di", c.TakeSeat("di", "Di"))
    assert told(before, room_of(scene)) == {HOSTS, SELF + "di"}
    assert view(room_of(scene), HOSTS)["waiting"] == {"di": {"name": "Di", "at_next": False}}
    scene.do(HOST, c.Remove(ANA))
    assert view(room_of(scene), HOSTS)["removed"] == {ANA: {"name": "Ana", "banned": False}}


def test_a_removed_person_learns_it_and_nothing_else() -> None:
    scene = begun()
    before = room_of(scene)
    scene.do(HOST, c.Remove(ANA, "a private reason"))
    changes = difference(view(before, SELF + ANA), view(room_of(scene), SELF + ANA))
    assert [change["item"]["place"] for change in changes] == ["removed"]
    assert "reason" not in str(changes)


# -- words by name ------------------------------------------------------------------------------------
def test_words_set_aside_go_from_every_page_and_their_author_knows() -> None:
    scene = begun(WORD)
    before = room_of(
        scene, shares=(Share("s1", "word", ANA, "tired", at=1), Share("s2", "word", BO, "ok", at=2))
    )
    after = replace(before, shares=(replace(before.shares[0], set_aside=True), before.shares[1]))
    assert set(view(after, ROOM)["said"]) == {"s2"}
    assert view(after, SELF + ANA)["mine"] == {"s1": {"set_aside": True}}
    assert told(before, after) == {ROOM, HOSTS, SELF + ANA}


def test_words_put_back_stand_where_they_were() -> None:
    scene = begun(WORD)
    all_of_it = room_of(
        scene, shares=(Share("s1", "word", ANA, "tired", at=1), Share("s2", "word", BO, "ok", at=2))
    )
    aside = replace(all_of_it, shares=(replace(all_of_it.shares[0], set_aside=True), all_of_it.shares[1]))
    page = view(aside, ROOM)
    page = apply_changes(page, difference(page, view(all_of_it, ROOM)))
    assert sorted(page["said"], key=lambda i: page["said"][i]["at"]) == ["s1", "s2"]


# -- the stage ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "seen"),
    [
        (None, "nothing"),
        (Part.STILL, "nothing"),
        (Part.PAUSE, "nothing"),
        (Part.WRITE, "private"),
        (Part.ANSWER, "named"),
        (Part.ROUND, "named"),
        (Part.VOLUNTEER, "named"),
        (Part.WALL_WRITE, "unnamed"),
        (Part.WALL_READ, "unnamed"),
        (Part.WALL_SHOW, "unnamed"),
    ],
)
def test_who_sees_an_answer(part: Part | None, seen: str) -> None:
    assert visibility(part) == seen


def test_the_queue_of_volunteers_is_told_and_the_rounds_is_the_ring() -> None:
    scene = begun(VOLUNTEER)
    scene.do(ANA, c.TakePiece())
    scene.do(BO, c.TakePiece())
    piece = stage(room_of(scene))["piece"]
    assert (piece["holder"], piece["queue"], piece["order"], piece["open"]) == (ANA, [BO], [], True)
    piece = stage(room_of(begun(ROUND)))["piece"]
    assert (piece["queue"], piece["order"], piece["next"]) == ([], [HOST, ANA, BO, CY], ANA)


def test_later_by_choice_and_by_stepping_out_look_alike() -> None:
    chosen, out = begun(ROUND), begun(ROUND)
    for scene in (chosen, out):
        scene.do(HOST, c.HandOn(HOST))
    chosen.do(ANA, c.Later())
    out.away = {ANA}
    out.do(ANA, c.Later())
    assert stage(room_of(chosen)) == stage(room_of(out))


def test_once_over_the_question_is_gone_from_the_page() -> None:
    scene = in_phase(Phase.ENDED)
    assert stage(room_of(scene))["step"] is None
    assert stage(room_of(scene))["piece"] is None
    assert scene.meeting.placed(Place.SEATED), "people still see who was here"


def test_the_last_part_says_that_it_is_the_last() -> None:
    scene = begun(WORD, WALL)
    lasts = [stage(room_of(scene))["step"]["last"]]
    for _ in range(3):
        scene.do(HOST, c.Next())
        lasts.append(stage(room_of(scene))["step"]["last"])
    assert lasts == [False, False, False, True]


# -- differences --------------------------------------------------------------------------------------
def test_a_difference_adds_changes_and_removes() -> None:
    old: View = {"people": {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}}, "gone": {"x": {"n": 0}}}
    new: View = {"people": {"a": {"n": 1}, "c": {"n": 4}, "d": {"n": 5}}, "more": {"y": {"n": 6}}}
    changes = difference(old, new)
    assert {(change["in"], change["id"]): change["item"] for change in changes} == {
        ("people", "b"): None,
        ("people", "c"): {"n": 4},
        ("people", "d"): {"n": 5},
        ("gone", "x"): None,
        ("more", "y"): {"n": 6},
    }
    assert {name: items for name, items in apply_changes(old, changes).items() if items} == new
    assert old["people"]["b"] == {"n": 2}, "what was there is not touched"


def test_the_same_view_gives_no_difference() -> None:
    scene = begun(ROUND)
    for name in audiences(scene.meeting):
        assert difference(view(room_of(scene), name), view(room_of(scene), name)) == []


# -- turns --------------------------------------------------------------------------------------------
def test_how_long_a_turn_is_shows_to_its_speaker_and_the_hosts_alone() -> None:
    scene = begun(ROUND, GOODBYE)
    scene.wait(20)
    scene.do(HOST, c.HandOn(HOST))
    room = room_of(scene)
    since, seconds = scene.now.isoformat(), ROUND.minutes * 60 // 4
    assert view(room, SELF + ANA)["me"]["me"]["turn"] == {"since": since, "seconds": seconds}
    assert view(room, HOSTS)["stage"]["stage"]["turn"] == {"since": since, "seconds": seconds}
    assert view(room, SELF + BO)["me"]["me"]["turn"] is None
    assert "turn" not in view(room, ROOM)["stage"]["stage"]


def test_in_tender_steps_nobody_is_reminded_of_time() -> None:
    scene = begun(replace(ROUND, intensity=4), GOODBYE)
    assert view(room_of(scene), HOSTS)["stage"]["stage"]["turn"] is None
    assert view(room_of(scene), SELF + HOST)["me"]["me"]["turn"] is None


def test_who_has_been_heard_is_for_hosts_and_goes_at_the_end() -> None:
    scene = begun(ROUND, GOODBYE)
    scene.do(HOST, c.HandOn(HOST))
    scene.do(ANA, c.HoldSilence(), c.HandOn(ANA))
    scene.do(BO, c.PassPiece())
    scene.do(CY, c.HandOn(CY))
    people = view(room_of(scene), HOSTS)["people"]
    assert {seat: person["heard"] for seat, person in people.items()} == {
        HOST: True,
        ANA: False,
        BO: False,
        CY: True,
    }
    assert not any("heard" in person for person in view(room_of(scene), ROOM)["people"].values())
    scene.do(HOST, c.EndSession())
    assert scene.meeting.heard == frozenset()


def test_a_rhythm_and_lines_at_ones_own_pressing_are_on_every_page() -> None:
    prompt = Prompt("Slowly.", one_by_one=("Five.", "Four."), pace=Pace(in_s=4, out_s=6, rounds=18))
    scene = begun(replace(ROUND, kind=Kind.GROUNDING, sharing=Sharing.NONE, prompt=prompt))
    for audience in (ROOM, HOSTS):
        shown = stage(room_of(scene), audience)["step"]
        assert shown["one_by_one"] == ["Five.", "Four."]
        assert shown["pace"] == {"in_s": 4, "hold_s": 0, "out_s": 6, "rest_s": 0, "rounds": 18}
    assert prompt.pace == Pace(in_s=4, out_s=6, rounds=18)
    assert Pace(in_s=4, out_s=6, hold_s=1, rest_s=1, rounds=10).seconds == 120
