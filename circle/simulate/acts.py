"""What a made-up person does next, from what their page shows. Pure: no clock, no line.

Nothing here knows the plan by heart: whatever a host asks, in whatever order, is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from circle.domain.meeting import RUNNING
from circle.domain.plan import Part
from circle.simulate.cast import Person
from circle.simulate.screen import Item, Screen

DROP, STATUS, LINE = "drop", "status", "hold_line"
ROUND, OFFER = "round", "offer"  # steps of `evening.toml` in which people differ
LINE_LOST_S = 7.0
OUTSIDE_S = 10.0
SILENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to do: a command by its name on the wire, or STATUS, or DROP (the line, for seconds)."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Wishes to be done one after another, `after_s` seconds from when this act first came up.

    key: what it is about; an act is done once. stage: moves the room, so it carries `expected_seq`.
    tells: what whoever looks on is told of it; "" for nothing.
    """

    key: str
    after_s: float
    wishes: tuple[Wish, ...]
    stage: bool = False
    tells: str = ""


def member_acts(person: Person, screen: Screen) -> list[Act]:
    """Everything this person would do now, each with its wait."""
    if screen.me.get("status") == "out":
        back = Wish(STATUS, {"status": "here"})
        return [Act("back", OUTSIDE_S, (back,))]
    if screen.phase not in RUNNING or screen.me.get("place") != "seated":
        return []
    answers = _BY_PART.get(Part(screen.part), _nothing)(person, screen)
    return [*_on_the_side(person, screen), *answers]


def words_for(person: Person, step: Item, seq: int) -> str:
    """What this person says in a step; "" when they have nothing to say there."""
    if step["id"] in person.says:
        return person.says[step["id"]]
    made_on_the_spot = str(step["id"]).startswith("own")
    return person.spare[seq % len(person.spare)] if made_on_the_spot else ""


# -- one small function for each thing a room can do --------------------------------------------------
def _nothing(_person: Person, _screen: Screen) -> list[Act]:
    return []


def _on_the_side(person: Person, screen: Screen) -> list[Act]:
    step, part = screen.step["id"], screen.part
    acts = []
    if step == person.drops_in and part == Part.WALL_WRITE:
        acts.append(Act(f"{step}:drop", 2.0, (Wish(DROP, {"seconds": LINE_LOST_S}),)))
    if step == person.steps_out_in:
        acts.append(Act(f"{step}:out", 3.0, (Wish(STATUS, {"status": "out"}),)))
    if step == person.whispers[0]:
        acts.append(Act(f"{step}:whisper", 3.0, (Wish("whisper", {"text": person.whispers[1]}),)))
    return acts


def _answer(person: Person, screen: Screen) -> list[Act]:
    words = words_for(person, screen.step, screen.seq)
    said = any(share["seat"] == screen.me["id"] for share in screen.items("said").values())
    return [_say(f"{screen.step['id']}:say", person, screen, words)] if words and not said else []


def _write_unnamed(person: Person, screen: Screen) -> list[Act]:
    words = words_for(person, screen.step, screen.seq)
    hosts = screen.me.get("role") == "host" and screen.stage.get("quiet_round")
    if not words or hosts:  # a host is none of those who could have written: covers only
        return []
    data = {
        "step": screen.step["id"],
        "text": words,
        "read_aloud": person.for_notes,
        "summary": person.for_notes,
    }
    return [Act(f"{screen.step['id']}:line", person.pace_s, (Wish(LINE, data),))]


def _receive(person: Person, screen: Screen) -> list[Act]:
    lines = sorted(screen.items("lines"))
    if not person.touches or not lines:
        return []
    line = lines[len(person.name) % len(lines)]
    return [Act(f"{screen.step['id']}:touch", person.pace_s, (Wish("receive", {"line": line}),))]


def _take_turn(person: Person, screen: Screen) -> list[Act]:
    me, piece = screen.me["id"], screen.stage.get("piece") or {}
    if piece.get("holder") != me:
        return []
    hand_on = Wish("hand_on", {"holder": me})
    again = me in piece["later_used"]
    key = f"{screen.seq}:turn:{again}"
    turn = person.turn if screen.step["id"] == ROUND else "speak"
    words = words_for(person, screen.step, screen.seq)
    if turn == "silence":
        if not piece["silent"]:
            return [Act(f"{key}:silence", 2.0, (Wish("hold_silence"),))]
        return [Act(f"{key}:on", SILENCE_S, (hand_on,))]
    if turn == "later" and not again:
        return [Act(key, 2.5, (Wish("later"),))]
    if turn == "pass" or not words:
        return [Act(key, 2.5, (Wish("pass_piece"),))]
    say = Wish("say", {"step": screen.step["id"], "text": words, "summary": False})
    return [Act(key, person.pace_s * 0.8, (say, hand_on))]


def _volunteer(person: Person, screen: Screen) -> list[Act]:
    me, piece = screen.me["id"], screen.stage.get("piece") or {}
    if piece.get("holder") == me:
        return _take_turn(person, screen)
    if OFFER not in person.says or me in piece.get("queue", ()):
        return []
    return [Act(f"{screen.seq}:take", person.pace_s, (Wish("take_piece"),))]


def _say(key: str, person: Person, screen: Screen, words: str) -> Act:
    data = {"step": screen.step["id"], "text": words, "summary": False}
    return Act(key, person.pace_s, (Wish("say", data),))


_BY_PART: dict[Part, Callable[[Person, Screen], list[Act]]] = {
    Part.ANSWER: _answer,
    Part.WALL_WRITE: _write_unnamed,
    Part.WALL_SHOW: _receive,
    Part.ROUND: _take_turn,
    Part.VOLUNTEER: _volunteer,
}
