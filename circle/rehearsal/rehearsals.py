"""The rehearsals of one process: who rehearses what, how fast, until when; and that nothing of it stays."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

from circle.domain.errors import Invalid, NotFound, NotNow, TooMany
from circle.domain.meeting import Phase
from circle.domain.preparation import Card
from circle.logs import say_fault
from circle.rehearsal.house import Build, House, Table, set_table
from circle.services.clock import ScaledClock
from circle.services.planning import Evening
from circle.services.rehearsing import SPEEDS, Happening, RehearsalState
from circle.simulate.ensemble import tender_at

AT_ONCE = 2  # each is an application of its own, with eight people
LONGEST_S = 30 * 60.0
WARNING_S = 3 * 60.0  # before that
LOOK_S = 0.1  # between two looks at what is due, in real seconds
BEFORE = timedelta(seconds=60)  # the evening's clock at the beginning: people come, then it is time
STRIDE_S, STRIDES_MAX = 5.0, 2000  # of the way to the most tender step
WITH_PAGES = 2  # at most so fast while pages post: a browser needs real seconds for it
FIRST_SPEED = 5
PREFIX = "/rehearsal/"


class Begun:
    """A rehearsal that is on (`services.rehearsing.Rehearsal`)."""

    def __init__(
        self,
        user_id: str,
        evening: Evening,
        cards: tuple[Card, ...],
        build: Build,
        over: Callable[[Begun], None],
        longest_s: float = LONGEST_S,
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self.user_id, self.evening = user_id, evening
        self._clock = ScaledClock(evening.meeting.starts_at - BEFORE, FIRST_SPEED)
        self.house: House | None = build(self._clock)
        self._table: Table | None = set_table(self.house, evening, cards)
        self._phone = self._table.phone
        self._path = f"/meet/{self._table.meeting_id}"
        self._speed, self._paused, self._jumps = FIRST_SPEED, False, False
        self._ends_at, self._warned = time.monotonic() + longest_s, False
        self._lock, self._stopped = threading.Lock(), threading.Event()
        self._over = over
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Raise the curtain, in a background thread (a greenlet under gevent)."""
        self._thread.start()

    # -- what pages show ------------------------------------------------------------------------------
    @property
    def desk(self) -> str:
        """As `Rehearsal.desk`."""
        return f"{PREFIX}{self.token}/desk{self._path}"

    @property
    def seat(self) -> str:
        """As `Rehearsal.seat`."""
        return f"{PREFIX}{self.token}/seat{self._path}"

    @property
    def member(self) -> str:
        """As `Rehearsal.member`."""
        return self._phone

    def state(self) -> RehearsalState:
        """As `Rehearsal.state`. Raises NotFound when it has ended."""
        play = self._on().play
        return RehearsalState(
            now=self._clock.now(),
            speed=self._speed,
            paused=self._paused,
            leads=play.leads,
            over=play.is_over,
            before_tender=self._is_before(play.table.step.get("at", -1)) and not play.is_over,
            happened=tuple(Happening(told.at, told.words) for told in play.told),
        )

    def mail(self) -> EmailMessage:
        """As `Rehearsal.mail`. Raises NotFound when it has ended."""
        table, house = self._on(), self.house
        if house is None:
            raise NotFound("not_found")
        return house.hub.closing.foresee(table.host, table.meeting_id, table.reader)

    # -- what is asked of it --------------------------------------------------------------------------
    def run_at(self, speed: int) -> None:
        """As `Rehearsal.run_at`."""
        if speed not in SPEEDS:
            raise Invalid("speed")
        self._speed, self._paused = speed, False

    def pause(self, on: bool) -> None:
        """As `Rehearsal.pause`."""
        self._paused = on

    def lead(self, on: bool) -> None:
        """As `Rehearsal.lead`."""
        self._on().play.leads = on

    def jump(self) -> None:
        """As `Rehearsal.jump`."""
        self._jumps, self._paused = True, False

    def end(self) -> None:
        """As `Rehearsal.end`. Returns when all of it is gone."""
        self._stopped.set()
        with self._lock:
            self._let_go()

    @property
    def is_on(self) -> bool:
        """Whether it can still be asked for anything."""
        return self.house is not None

    # -- inside ---------------------------------------------------------------------------------------
    def _run(self) -> None:
        while not self._stopped.is_set() and time.monotonic() < self._ends_at:
            with self._lock:
                if self._table is None:
                    return
                try:
                    self._turn(self._table)
                except Exception as problem:  # a fault of ours: it ends, and the plan is as it was
                    say_fault(problem, page="rehearsal")
                    self._stopped.set()
            self._stopped.wait(LOOK_S)
        self.end()

    def _turn(self, table: Table) -> None:
        if self._jumps:
            self._jumps = False
            self._hurry(table)
        speed = min(self._speed, WITH_PAGES) if table.play.is_collecting else self._speed
        self._clock.run_at(0 if self._paused else speed)
        table.play.step()
        if not self._warned and time.monotonic() > self._ends_at - WARNING_S:
            self._warned = True
            table.play.tell("In a few minutes this rehearsal ends by itself.")

    def _hurry(self, table: Table) -> None:
        """The evening up to its most tender step, without waiting; what people do on the way is done."""
        play, led = table.play, table.play.leads
        play.leads = True
        for _ in range(STRIDES_MAX):
            if self._stopped.is_set() or play.is_over or not self._is_before(play.table.step.get("at", -1)):
                break
            self._clock.advance(STRIDE_S)
            play.step()
            time.sleep(0)  # other evenings of this process have their turn
        play.leads = led

    def _is_before(self, at: int) -> bool:
        return at < tender_at(self.evening.meeting.plan)

    def _on(self) -> Table:
        table = self._table
        if table is None:
            raise NotFound("not_found")
        return table

    def _let_go(self) -> None:
        house, self.house, self._table = self.house, None, None
        if house is not None:
            house.close()
            self._over(self)


class RehearsalsOfProcess:
    """As `services.rehearsing.Rehearsals`. alone: no other process serves the same sessions."""

    def __init__(self, build: Build, *, alone: bool = True, longest_s: float = LONGEST_S) -> None:
        """longest_s: real seconds after which each ends by itself."""
        self._build, self._alone, self._longest_s = build, alone, longest_s
        self._on: dict[str, Begun] = {}
        self._coming: set[str] = set()
        self._lock = threading.Lock()

    def begin(self, user_id: str, evening: Evening, cards: tuple[Card, ...] = ()) -> Begun:
        """As `Rehearsals.begin`."""
        if not self._alone:
            raise NotNow("rehearse_apart")
        if evening.meeting.phase is not Phase.PLANNED:
            raise NotNow("plan_frozen")
        earlier = self._take_place(user_id)
        try:
            for begun in earlier:
                begun.end()
            begun = Begun(user_id, evening, cards, self._build, self._forget, self._longest_s)
            with self._lock:
                self._on[begun.token] = begun
        finally:
            with self._lock:
                self._coming.discard(user_id)
        begun.start()
        return begun

    def of(self, user_id: str, token: str) -> Begun:
        """As `Rehearsals.of`."""
        begun = self.at(token)
        if begun is None or begun.user_id != user_id:
            raise NotFound("not_found")
        return begun

    def at(self, token: str) -> Begun | None:
        """Whosever it is."""
        begun = self._on.get(token)
        return begun if begun is not None and begun.is_on else None

    def _take_place(self, user_id: str) -> list[Begun]:
        """One of the few places, and what this person has on. Raises TooMany("rehearse_full")."""
        with self._lock:
            others = {begun.user_id for begun in self._on.values()} | self._coming
            if len(others | {user_id}) > AT_ONCE or user_id in self._coming:
                raise TooMany("rehearse_full")
            self._coming.add(user_id)
            return [begun for begun in self._on.values() if begun.user_id == user_id]

    def _forget(self, begun: Begun) -> None:
        with self._lock:
            self._on.pop(begun.token, None)
