"""The play itself: who is at the table, what each does next, and what whoever looks on is told."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from circle.domain.meeting import OVER
from circle.domain.plan import Plan
from circle.live import ticker
from circle.rehearsal.hands import Hands
from circle.services.hub import Hub
from circle.simulate.acts import Act
from circle.simulate.autopilot import desk_acts
from circle.simulate.ensemble import LATE, PHONE, Ensemble, Player, score_of
from circle.simulate.improvise import arrival, player_acts, return_to_line
from circle.simulate.screen import Screen

BEAT_S = 4.0  # real seconds; a host's page is missed after twenty
KEPT = 8  # sentences


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of what is happening. at: the evening's time."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A made-up person and their hands."""

    player: Player
    hands: Hands


class Play:
    """An evening with made-up people. `step` does what is due now; whoever calls it moves the clock.

    ticking: real seconds, for heart-beats and the ticker.
    """

    def __init__(
        self,
        hub: Hub,
        plan: Plan,
        host: Hands,
        seats: Sequence[Seat],
        everybody: Ensemble,
        ticking: Callable[[], float] = time.monotonic,
    ) -> None:
        self.leads = True  # the made-up side of the desk: goes on as planned
        self._hub, self._host, self._seats, self._everybody = hub, host, tuple(seats), everybody
        self._ticking = ticking
        self._score = score_of(plan)
        self._told: deque[Told] = deque(maxlen=KEPT)
        self._beaten_at = self._ticked_at = -BEAT_S
        self._seen: tuple[str, str, str] = ("", "", "")
        self._begun = hub.clock.now()
        host.come()
        for seat in self._seats:
            if seat.player.role == PHONE:  # that page is looked at from the first moment on
                seat.hands.come()

    @property
    def table(self) -> Screen:
        """What the hosts' screen shows."""
        return self._host.screen

    @property
    def is_over(self) -> bool:
        """The evening has ended, whoever ended it."""
        return self.table.phase in OVER

    @property
    def told(self) -> tuple[Told, ...]:
        """What has happened last, the latest first."""
        return tuple(self._told)

    @property
    def is_collecting(self) -> bool:
        """Pages are posting words without a name: a browser's page takes its own time for that."""
        return bool((self.table.stage.get("quiet_round") or {}).get("collecting"))

    def step(self) -> None:
        """Everything that is due at this moment of the evening."""
        self._keep_alive()
        self._host.look()
        if self.leads:
            self._one(self._host, desk_acts(self._everybody, self.table, self._expected, self._now()))
        for place, seat in enumerate(self._seats):
            self._one(seat.hands, self._acts(seat, place))
            if seat.player.role != PHONE:
                seat.hands.take_part()
        self._host.look()
        self._tell_of_stage()

    # -- inside ---------------------------------------------------------------------------------------
    def _acts(self, seat: Seat, place: int) -> list[Act]:
        if not seat.hands.has_come:
            return [] if self.is_over else arrival(seat.player, place, self.table)
        if not seat.hands.is_on_line:
            return return_to_line(seat.player)
        return player_acts(seat.player, seat.hands.look(), self._score, self._everybody)

    def _one(self, hands: Hands, acts: list[Act]) -> None:
        """The first thing that is due."""
        act = hands.agenda.due(acts, (self._now() - self._begun).total_seconds())
        if act is None:
            return
        done = hands.carry_out(act)
        hands.agenda.settle(act, done)
        if done:
            self.tell(act.tells)

    def _keep_alive(self) -> None:
        """Heart-beats and the ticker, in real time."""
        now = self._ticking()
        if now - self._beaten_at >= BEAT_S:
            self._beaten_at = now
            for hands in (self._host, *(seat.hands for seat in self._seats)):
                hands.beat()
        if now - self._ticked_at >= ticker.EVERY_SECONDS or self.is_collecting:
            self._ticked_at = now
            ticker.tick_once(self._hub.conduct)

    def _tell_of_stage(self) -> None:
        screen = self.table
        seen = (screen.phase, str(screen.step.get("id", "")), screen.part)
        if seen == self._seen:
            return
        before, self._seen = self._seen, seen
        if self.is_over:
            self.tell("The evening is over.")
        elif before[0] != screen.phase and screen.phase in _PHASES:
            self.tell(_PHASES[screen.phase])
        elif screen.step and before[1] != screen.step["id"]:
            self.tell(f"Now: {screen.step['title'].rstrip('.')}.")

    def tell(self, words: str) -> None:
        """A sentence for whoever looks on; the same one twice is one."""
        if words and not (self._told and self._told[0].words == words):
            self._told.appendleft(Told(self._now(), words))

    @property
    def _expected(self) -> int:
        return 1 + sum(seat.player.role != LATE for seat in self._seats)

    def _now(self) -> datetime:
        return self._hub.clock.now()


_PHASES = {
    "open": "The door is open.",
    "break": "A break.",
    "held": "The room is held: nobody at the desk can be reached.",
}
