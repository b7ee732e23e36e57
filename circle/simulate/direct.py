"""What the made-up host does next: the door, the steps, the break, the good night. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection

from circle.domain.meeting import RUNNING, Phase
from circle.domain.plan import Part
from circle.simulate.acts import Act, Wish
from circle.simulate.cast import Cast
from circle.simulate.screen import Screen

BREAK = "break"  # the key of the one break that is called
REST_S = 3.0  # a breath before going on


def host_acts(cast: Cast, screen: Screen, done: Collection[str]) -> list[Act]:
    """Everything the host would do now. done: keys of acts that are done."""
    acts = [*_at_the_door(cast, screen), *_private_words(cast, screen)]
    if (screen.stage.get("quiet_round") or {}).get("collecting"):
        return acts  # pages are posting: the room stays where it is
    if screen.phase == Phase.PLANNED:
        acts.append(Act("open", cast.host.opens_s, (Wish("open_door"),), stage=True))
    elif screen.phase == Phase.OPEN:
        acts.append(_begin(cast, screen))
    elif screen.phase == Phase.BREAK:
        acts.append(Act(f"{screen.seq}:back", cast.host.break_s, (Wish("end_break"),), stage=True))
    elif screen.phase in RUNNING:
        acts += _lead(cast, screen, done)
    return acts


def _at_the_door(cast: Cast, screen: Screen) -> list[Act]:
    if screen.phase == Phase.PLANNED:
        return []
    waiting = list(screen.items("waiting"))[:1]
    return [Act(f"admit:{seat}", cast.host.admits_s, (Wish("admit", {"seat": seat}),)) for seat in waiting]


def _private_words(cast: Cast, screen: Screen) -> list[Act]:
    """An answer to a private word; one answer to each person."""
    words = screen.items("words").values()
    answered = {word["seat"] for word in words if word["from_host"]}
    return [
        Act(
            f"answer:{word['seat']}",
            cast.host.person.pace_s,
            (Wish("answer_whisper", {"seat": word["seat"], "text": cast.host.answers}),),
        )
        for word in words
        if not word["from_host"] and word["seat"] not in answered
    ]


def _begin(cast: Cast, screen: Screen) -> Act:
    ours = [person for person in screen.items("people").values() if person["name"] in cast.names]
    everybody = len(ours) > cast.early  # the host is one of ours too
    wait = cast.host.begins_s if everybody else cast.host.waits_s
    return Act(f"begin:{everybody}", wait, (Wish("next"),), stage=True)


def _lead(cast: Cast, screen: Screen, done: Collection[str]) -> list[Act]:
    return _BY_PART.get(Part(screen.part), _hold)(cast, screen, done)


def _hold(cast: Cast, screen: Screen, _done: Collection[str]) -> list[Act]:
    """Let the part stand for its time, then go on."""
    step = screen.step
    holds = cast.holds.get(step["id"], (REST_S,))
    at = min(step["parts"].index(step["part"]), len(holds) - 1)
    return [_go_on(screen, holds[at])]


def _read_lines(cast: Cast, screen: Screen, done: Collection[str]) -> list[Act]:
    """Read first; a line that names somebody who is not here is set aside."""
    named = [
        Act(f"aside:{line}", cast.host.reads_s, (Wish("set_line_aside", {"line": line, "aside": True}),))
        for line, item in screen.items("batch").items()
        if cast.host.sets_aside in item["text"] and not item["aside"]
    ]
    return named + _hold(cast, screen, done)


def _show_lines(cast: Cast, screen: Screen, done: Collection[str]) -> list[Act]:
    """After the lines, a break for everybody; the room comes back to the lines, and goes on."""
    if BREAK in done:
        return [_go_on(screen, REST_S)]
    (hold,) = _hold(cast, screen, done)
    return [Act(BREAK, hold.after_s, (Wish("start_break", {"minutes": 1}),), stage=True)]


def _go_round(cast: Cast, screen: Screen, done: Collection[str]) -> list[Act]:
    """When it has gone round, on. Somebody who is not one of ours gets their time, then the piece
    travels on gently.
    """
    piece = screen.stage.get("piece") or {}
    if piece.get("over"):
        return [_go_on(screen, REST_S, "over")]
    return [*_take_on(cast, screen), *_hold(cast, screen, done)]


def _volunteers(cast: Cast, screen: Screen, done: Collection[str]) -> list[Act]:
    return [*_take_on(cast, screen), *_hold(cast, screen, done)]


def _take_on(cast: Cast, screen: Screen) -> list[Act]:
    holder = (screen.stage.get("piece") or {}).get("holder") or ""
    name = screen.items("people").get(holder, {}).get("name")
    if not holder or name in cast.names:
        return []
    key = f"{screen.seq}:for:{holder}"
    return [Act(key, cast.host.patience_s, (Wish("hand_on", {"holder": holder}),))]


def _go_on(screen: Screen, after_s: float, why: str = "go") -> Act:
    return Act(f"{screen.seq}:{why}", after_s, (Wish("next"),), stage=True)


_BY_PART: dict[Part, Callable[[Cast, Screen, Collection[str]], list[Act]]] = {
    Part.WALL_READ: _read_lines,
    Part.WALL_SHOW: _show_lines,
    Part.ROUND: _go_round,
    Part.VOLUNTEER: _volunteers,
}
