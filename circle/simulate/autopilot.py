"""The desk of a rehearsal while nobody touches it: everything takes as long as it is planned. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from circle.domain.meeting import RUNNING, Phase
from circle.domain.plan import Part
from circle.simulate.acts import Act, Wish
from circle.simulate.ensemble import Ensemble
from circle.simulate.screen import Screen

OPENS_S = 3.0
PATIENCE = timedelta(seconds=5)  # whoever sits at the desk may be about to press
HEARD_S = 20.0  # from the end of a round until the room goes on
LATEST = timedelta(minutes=2)  # a beginning is not put off for longer than this


def desk_acts(everybody: Ensemble, screen: Screen, expected: int, now: datetime) -> list[Act]:
    """Everything the host would do now. expected: people who come before the beginning, the host too."""
    acts = [*_at_the_door(everybody, screen), *_private_words(everybody, screen)]
    if (screen.stage.get("quiet_round") or {}).get("collecting"):
        return acts  # pages are posting: the room stays where it is
    if screen.phase == Phase.PLANNED:
        acts.append(Act("open", OPENS_S, (Wish("open_door"),), stage=True))
    elif screen.phase == Phase.OPEN:
        acts += _begin(screen, expected, now)
    elif screen.phase == Phase.BREAK:
        acts += _when_round(screen, (screen.stage.get("break") or {}).get("ends_at"), now)
    elif screen.phase in RUNNING:
        acts += [*_own_turn(everybody, screen), *_lead(everybody, screen, now)]
    return acts


def _at_the_door(everybody: Ensemble, screen: Screen) -> list[Act]:
    if screen.phase == Phase.PLANNED:
        return []
    waiting = screen.items("waiting")
    return [
        Act(f"admit:{seat}", everybody.host_admits_s, (Wish("admit", {"seat": seat}),)) for seat in waiting
    ]


def _private_words(everybody: Ensemble, screen: Screen) -> list[Act]:
    words = screen.items("words").values()
    answered = {word["seat"] for word in words if word["from_host"]}
    return [
        Act(
            f"answer:{word['seat']}",
            everybody.host_answers_s,
            (Wish("answer_whisper", {"seat": word["seat"], "text": everybody.answer}),),
            tells="The host answers privately.",
        )
        for word in words
        if not word["from_host"] and word["seat"] not in answered
    ]


def _begin(screen: Screen, expected: int, now: datetime) -> list[Act]:
    begins = datetime.fromisoformat(screen.stage["starts_at"])
    everybody_sits = len(screen.items("people")) >= expected
    if now < begins or not (everybody_sits or now >= begins + LATEST):
        return []
    return [_go_on(screen, PATIENCE.total_seconds())]


def _own_turn(everybody: Ensemble, screen: Screen) -> list[Act]:
    me, piece = screen.me.get("id"), screen.stage.get("piece") or {}
    if not me or piece.get("holder") != me:
        return []
    wish = Wish("hand_on", {"holder": me})
    return [Act(f"{screen.seq}:mine", everybody.host_hands_on_s, (wish,))]


def _lead(everybody: Ensemble, screen: Screen, now: datetime) -> list[Act]:
    if screen.part == Part.WALL_READ:
        return [_go_on(screen, everybody.host_reads_s)]
    if screen.part == Part.ROUND and (screen.stage.get("piece") or {}).get("over"):
        return [_go_on(screen, HEARD_S)]
    return _when_round(screen, screen.stage.get("ends_at"), now)


def _when_round(screen: Screen, ends_at: str | None, now: datetime) -> list[Act]:
    """On, when the time is round. A clock that a host has put to rest has no end: the room waits."""
    if ends_at is None or now < datetime.fromisoformat(ends_at) + PATIENCE:
        return []
    return [_go_on(screen, 0.0)]


def _go_on(screen: Screen, after_s: float) -> Act:
    return Act(f"{screen.seq}:go", after_s, (Wish("next"),), stage=True)
