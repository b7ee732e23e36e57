"""A made-up person's evening: come in, sit down, do what comes up, come back when the line breaks."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import requests
import structlog

from circle.domain.meeting import OVER
from circle.simulate.acts import DROP, LINE, STATUS, Act, Wish, member_acts
from circle.simulate.browser import Address, Browser, NoWayIn
from circle.simulate.cast import Cast, Person
from circle.simulate.direct import host_acts
from circle.simulate.line import Answer, Line, LineLost, secret_commit
from circle.simulate.quiet import TakingPart
from circle.simulate.screen import Screen

log = structlog.get_logger(__name__)

BEAT_S = 5.0  # real seconds, as pages do
LOOK_S = 1.0  # longest wait before looking around again, in real seconds
TRIES = 3  # for an act that is refused for now, and for a line that is down

Clock = tuple[object, ...]


@dataclass(slots=True)
class Pace:
    """How fast the evening runs and when it is over in any case. ends_at: `time.monotonic()`."""

    ends_at: float
    speed: float = 1.0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """The time is up, or somebody called it off."""
        return self.stopped.is_set() or time.monotonic() >= self.ends_at

    def rest(self, seconds: float) -> None:
        """Wait so many seconds of the evening, or until it is over."""
        left = self.ends_at - time.monotonic()
        self.stopped.wait(max(0.0, min(seconds / self.speed, left)))


class Guest:
    """A member. `run` returns when the session has ended, or the time is up."""

    def __init__(self, address: Address, door: str, person: Person, pace: Pace) -> None:
        self.person = person
        self._browser = Browser(address)
        self._door = door
        self._pace = pace
        self._done: set[str] = set()
        self._since: dict[str, float] = {}
        self._refused: dict[str, int] = {}
        self._line: Line | None = None
        self._quiet: TakingPart | None = None
        self._beaten_at = 0.0

    def run(self) -> None:
        """The whole evening of this person. Nothing that goes wrong here reaches anybody else."""
        try:
            self._pace.rest(self.person.arrives_s)
            if not self._pace.is_over:
                self._stay(Line(self._browser, self._come_in()))
        except (NoWayIn, LineLost, requests.RequestException) as problem:
            log.info("simulate.stayed_away", kind=type(problem).__name__)
        except Exception as problem:
            log.error("simulate.fault", kind=type(problem).__name__)
        finally:
            if self._line is not None:
                self._line.close()
            self._browser.close()

    def acts(self, screen: Screen) -> list[Act]:
        """What this person would do now."""
        return member_acts(self.person, screen)

    def _come_in(self) -> str:
        return self._browser.come_in(self._door, self.person.name)

    def _taking_part(self, line: Line) -> TakingPart | None:
        return TakingPart(self._browser, line, self._pace.rest)

    def _stay(self, line: Line) -> None:
        self._line = line
        self._quiet = self._taking_part(line)
        self._reconnect(line)
        while not self._pace.is_over and not line.screen.is_over:
            line.changed.clear()
            try:
                self._keep(line)
                wait = self._do_what_is_due(line)
            except LineLost:
                self._reconnect(line)
                continue
            line.changed.wait(wait)
        if line.screen.phase in OVER:
            self._pace.stopped.set()  # nobody sets out any more

    # -- the line -------------------------------------------------------------------------------------
    def _keep(self, line: Line) -> None:
        line.refresh_if_stale()
        if self._quiet is not None:
            self._quiet.keep()
        if time.monotonic() - self._beaten_at >= BEAT_S:
            line.ask("beat", {})
            self._beaten_at = time.monotonic()

    def _reconnect(self, line: Line) -> None:
        """Come back to the same seat. Raises LineLost or NoWayIn when it stays away."""
        for attempt in range(1, TRIES + 1):
            try:
                line.open()
            except LineLost:
                if attempt == TRIES or self._pace.is_over:
                    raise
                self._pace.rest(attempt)
            else:
                self._beaten_at = time.monotonic()
                return

    # -- what comes up --------------------------------------------------------------------------------
    def _do_what_is_due(self, line: Line) -> float:
        """Do the first act whose time has come; returns how long nothing else will be due."""
        now = time.monotonic()
        acts = [act for act in self.acts(line.screen) if act.key not in self._done]
        self._since = {act.key: self._since.get(act.key, now) for act in acts}
        waits = {act.key: self._since[act.key] + act.after_s / self._pace.speed - now for act in acts}
        for act in acts:
            if waits[act.key] <= 0:
                self._carry_out(line, act)
                return 0.0
        return min([LOOK_S, *waits.values()])

    def _carry_out(self, line: Line, act: Act) -> None:
        for wish in act.wishes:
            if not self._do(line, wish, act).get("ok"):
                # The room has gone on, or rests: look again after the same wait, a few times.
                self._refused[act.key] = self._refused.get(act.key, 0) + 1
                self._since.pop(act.key, None)
                if self._refused[act.key] < TRIES:
                    return
                break
        self._done.add(act.key)

    def _do(self, line: Line, wish: Wish, act: Act) -> Answer:
        if wish.name == DROP:
            self._done.add(act.key)
            line.drop()
            self._pace.rest(wish.data["seconds"])
            raise LineLost("dropped")
        if wish.name == STATUS:
            return line.ask(STATUS, wish.data)
        if wish.name == LINE and self._quiet is not None and self._quiet.is_on:
            self._quiet.ready(dict(wish.data))
            return {"ok": True}
        data = wish.data | ({"commit": secret_commit()} if wish.name == LINE else {})
        return line.command(wish.name, data)


class Leader(Guest):
    """The made-up host: leads until somebody else moves the room, then only sits at the table."""

    def __init__(self, address: Address, link: str, cast: Cast, pace: Pace) -> None:
        super().__init__(address, link, cast.host.person, pace)
        self._cast = cast
        self._expected: int | None = None  # where this host has led the room; None: nothing seen yet
        self._seen: tuple[int, Clock] | None = None
        self.leads = True

    def _taking_part(self, line: Line) -> None:
        """Hosts read first, and have no part in a quiet round."""

    def acts(self, screen: Screen) -> list[Act]:
        """What a host does, as long as nobody has taken over; and what everybody does."""
        self.leads = self.leads and not self._taken_over(screen)
        up_to_date = screen.stage and screen.seq == self._expected
        leading = host_acts(self._cast, screen, self._done) if self.leads and up_to_date else []
        return [*leading, *super().acts(screen)]

    def _come_in(self) -> str:
        return self._browser.come_as_host(self._door)

    def _taken_over(self, screen: Screen) -> bool:
        """Whether somebody else has moved the room on, or touched its clock."""
        if not screen.stage:
            return False
        if self._expected is None:
            self._expected = screen.seq
        before, self._seen = self._seen, (screen.seq, clock_of(screen))
        touched = before is not None and before[0] == screen.seq and before != self._seen
        return touched or screen.seq > self._expected

    def _do(self, line: Line, wish: Wish, act: Act) -> Answer:
        if not act.stage:
            return super()._do(line, wish, act)
        answer = line.command(wish.name, wish.data, self._expected)
        if answer.get("ok"):
            self._expected = (self._expected or 0) + 1
        else:
            self.leads = False  # somebody was quicker: the evening is theirs
        return answer


def clock_of(screen: Screen) -> Clock:
    """What the room's clocks say; the same as long as nobody touches them."""
    stage = screen.stage
    return stage.get("ends_at"), stage.get("remaining_ms"), (stage.get("break") or {}).get("ends_at")
