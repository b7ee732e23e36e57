"""What a made-up person does next: chosen by dice from what their page shows. Pure but for the dice.

The same dice and the same screens give the same choices; screens depend on when messages come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from circle.domain.plan import Part
from circle.simulate.screen import Screen

STAGE = frozenset({"open_door", "next", "go_back", "start_break", "end_break", "extend_step", "end_session"})
STATUS, LINE, POST = "status", "hold_line", "post"


@dataclass(frozen=True, slots=True)
class Choice:
    """A command by its name on the wire, or STATUS (where one is), or POST (words of a quiet round)."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)


def member_chooses(dice: Random, screen: Screen, words: Callable[[], str]) -> Choice | None:
    """What a member does now; None to wait. words: something to say that nobody has said."""
    if screen.me.get("status") == "out":
        return Choice(STATUS, {"status": "here"})
    if screen.phase not in ("live", "closing") or screen.me.get("place") != "seated":
        return None
    if dice.random() < 0.04:
        return Choice(STATUS, {"status": dice.choice(("out", "call", "here"))})
    if dice.random() < 0.06:
        return Choice(*dice.choice((("whisper", {"text": words()}), ("ask_slower", {}), ("ask_pause", {}))))
    by_part = _BY_PART.get(Part(screen.part)) if screen.part else None
    return by_part(dice, screen, words) if by_part is not None else None


def host_chooses(dice: Random, screen: Screen, *, ends: bool) -> Choice | None:
    """What a host does now. ends: the evening may end."""
    collecting = (screen.stage.get("quiet_round") or {}).get("collecting")
    if screen.phase == "planned":
        return Choice("open_door")
    if screen.phase == "open":
        return Choice("next")
    if screen.phase == "break":
        return Choice("end_break" if screen.stage.get("break") and dice.random() < 0.6 else "next")
    if screen.phase not in ("live", "closing") or collecting:
        return None
    if ends and dice.random() < 0.2:
        return Choice("end_session", {"reason": ""})
    said = sorted(screen.items("said"))
    lines = sorted(screen.items("lines"))
    aside = dice.random() < 0.5
    dots: list[tuple[int, Choice | None]] = [
        (6, None if screen.phase == "closing" else Choice("next")),
        (1, Choice("go_back")),
        (1, Choice("start_break", {"minutes": 1})),
        (1, Choice("extend_step", {"minutes": 1})),
        (
            1,
            Choice("set_aside", {"share": dice.choice(said), "aside": aside}) if said else None,
        ),
        (1, Choice("set_line_aside", {"line": dice.choice(lines), "aside": False}) if lines else None),
        (2, _host_turn(screen)),
    ]
    weights, choices = zip(*dots, strict=True)
    found: Choice | None = dice.choices(choices, weights)[0]
    return found


def _host_turn(screen: Screen) -> Choice | None:
    holder = (screen.stage.get("piece") or {}).get("holder")
    return Choice("hand_on", {"holder": holder}) if holder else None


def _answer(dice: Random, screen: Screen, words: Callable[[], str]) -> Choice | None:
    own = sorted(i for i, said in screen.items("said").items() if said["seat"] == screen.me["id"])
    if own and dice.random() < 0.3:
        return Choice("take_back", {"share": own[0]})
    if own and dice.random() < 0.7:
        return None
    return Choice("say", {"step": screen.step["id"], "text": words(), "summary": False})


def _write_unnamed(dice: Random, screen: Screen, words: Callable[[], str]) -> Choice | None:
    if screen.stage.get("quiet_round"):
        return Choice(POST) if dice.random() < 0.6 else None
    if dice.random() < 0.5:
        return Choice(LINE, {"step": screen.step["id"]})
    return None


def _receive(dice: Random, screen: Screen, words: Callable[[], str]) -> Choice | None:
    lines = sorted(screen.items("lines"))
    return Choice("receive", {"line": dice.choice(lines)}) if lines else None


def _take_turn(dice: Random, screen: Screen, words: Callable[[], str]) -> Choice | None:
    me, piece = screen.me["id"], screen.stage.get("piece") or {}
    if piece.get("holder") != me:
        return None
    own = any(said["seat"] == me for said in screen.items("said").values())
    if not own and dice.random() < 0.7:
        return Choice("say", {"step": screen.step["id"], "text": words(), "summary": False})
    name = dice.choice(("hand_on", "hand_on", "pass_piece", "later", "hold_silence"))
    return Choice(name, {"holder": me} if name == "hand_on" else {})


def _volunteer(dice: Random, screen: Screen, words: Callable[[], str]) -> Choice | None:
    me, piece = screen.me["id"], screen.stage.get("piece") or {}
    if piece.get("holder") == me:
        return _take_turn(dice, screen, words)
    if me in piece.get("queue", ()):
        return Choice("put_hand_down") if dice.random() < 0.1 else None
    return Choice("take_piece") if dice.random() < 0.5 else None


def _in_pair(dice: Random, screen: Screen, words: Callable[[], str]) -> Choice | None:
    if not (screen.me.get("pair") or {}).get("there"):
        return None
    return Choice("say_in_pair", {"step": screen.step["id"], "text": words()})


_BY_PART: dict[Part, Callable[[Random, Screen, Callable[[], str]], Choice | None]] = {
    Part.ANSWER: _answer,
    Part.WALL_WRITE: _write_unnamed,
    Part.WALL_SHOW: _receive,
    Part.ROUND: _take_turn,
    Part.VOLUNTEER: _volunteer,
    Part.PAIR: _in_pair,
}
