"""A session at work on a real database, with a page for everybody: for tests of the live path.

Mira hosts; a page learns only what the broadcaster sends to audiences it listens in, as in the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain import commands as c
from circle.domain.audience import SELF
from circle.domain.difference import View, apply_changes
from circle.domain.meeting import Meeting
from circle.domain.permissions import STAGE_COMMANDS
from circle.domain.plan import Plan, Step
from circle.services import gather
from circle.services.change import Ack
from circle.services.clock import SettableClock
from circle.services.conduct import Conduct
from circle.services.memory import Memories
from circle.services.pending import PendingLines
from circle.services.ports import Caller
from circle.services.presence import PresenceTable
from circle.services.quiet import QuietRounds
from circle.services.speech import Speech
from circle.services.unnamed import UnnamedWords
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.models import AuditRow, Circle, EventRow, LineRow, Member, Receipt, User
from circle.store.words import Words
from tests.domain.scene import ANA, BO, CO, CY, EVENING, HOST
from tests.processes import memories_of_a_start

MEETING = "meeting-1"
CIRCLE = "circle-1"
OTHER_CIRCLE = "circle-2"
STRANGER = "member-of-another-circle"
DI = "di"


@dataclass
class Page:
    """What one person's page has, from a snapshot and the messages after it."""

    run: str = ""
    seqs: dict[str, int] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
    stale: bool = False
    log: list[dict[str, Any]] = field(default_factory=list)  # snapshots and messages, as they came

    def take(self, snapshot: dict[str, Any]) -> None:
        """Start anew from a snapshot."""
        self.log.append({"snapshot": snapshot})
        self.run, self.stale = snapshot["run"], False
        self.seqs = {_kind(name): part["seq"] for name, part in snapshot["audiences"].items()}
        self.views = {_kind(name): part["view"] for name, part in snapshot["audiences"].items()}

    def hear(self, message: dict[str, Any]) -> None:
        """Apply a message; its number follows the last one. Moved by the door: ask for a snapshot."""
        self.frames.append(message)
        self.log.append({"message": message})
        name = message["audience"]
        if self.stale or name not in self.views or message["run"] != self.run:
            self.stale = True
            return
        assert message["seq"] == self.seqs[name] + 1, "a message was lost"
        was = self.standing
        self.seqs[name] = message["seq"]
        self.views[name] = apply_changes(self.views[name], message["changes"])
        self.stale = self.stale or self.standing != was

    @property
    def standing(self) -> tuple[str, bool, bool]:
        """What says which shared audience this page listens in."""
        me = self.views.get(SELF, {}).get("me", {}).get("me", {})
        return self.place, bool(me.get("apart")), bool(me.get("stays"))

    @property
    def place(self) -> str:
        """Where the door has put this person."""
        return str(self.views.get(SELF, {}).get("me", {}).get("me", {}).get("place", ""))


def _kind(audience: str) -> str:
    return SELF if audience.startswith(SELF) else audience


class Pages:
    """A broadcaster whose listeners are pages."""

    def __init__(self) -> None:
        self.listening: dict[str, str] = {}  # seat -> shared audience
        self.pages: dict[str, Page] = {}
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.cut: list[str] = []

    def send(self, meeting_id: str, audience: str, message: dict[str, Any]) -> None:
        """To everybody who listens there now."""
        self.sent.append((audience, message))
        for seat, shared in self.listening.items():
            if audience in (shared, SELF + seat):
                self.pages[seat].hear(message)

    def move(self, meeting_id: str, seat_id: str, audience: str | None) -> None:
        """Listen elsewhere, or nowhere."""
        if audience is None:
            self.cut.append(seat_id)
            if self.listening.pop(seat_id, None):
                self.pages[seat_id].stale = True
        elif seat_id in self.pages:
            self.listening[seat_id] = audience

    def take_snapshots(self, meeting_id: str) -> None:
        """Everybody looks anew."""
        for seat in self.listening:
            self.pages[seat].stale = True

    def to(self, seat: str) -> list[dict[str, Any]]:
        """Everything this person's page was sent."""
        return self.pages[seat].frames


def write_people(
    db: Session, meeting: Meeting, members: tuple[str, ...] = (ANA, BO, CY), hosts: tuple[str, ...] = (HOST,)
) -> None:
    """A circle with these people (and Di, who may come too), and a host of another circle."""
    now = meeting.starts_at
    db.add(User(id="u1", address="mira@hosts.example", name="Mira", created_at=now))
    db.flush()
    for circle in (CIRCLE, OTHER_CIRCLE):
        more = {"name": "Grief after work", "agreements": ["We listen."], "owner_id": "u1"}
        db.add(Circle(id=circle, door_token=circle, created_at=now, **more))
    db.flush()
    people = [(who, CIRCLE, "host") for who in hosts]
    people += [(who, CIRCLE, "member") for who in (*members, DI) if who not in hosts]
    for who, circle, role in (*people, (STRANGER, OTHER_CIRCLE, "host")):
        db.add(Member(id=who, circle_id=circle, role=role, name=who.title(), created_at=now))
    db.flush()
    meetings.add(db, meeting)


@dataclass(frozen=True, slots=True)
class Process:
    """What one process has of its own."""

    memories: Memories
    presence: PresenceTable
    pending: PendingLines
    quiet: QuietRounds | None
    unnamed: UnnamedWords
    conduct: Conduct


class Sitting:
    """The session, its people and their pages. On PostgreSQL two processes take turns."""

    def __init__(
        self,
        committer: Committer,
        words: Words,
        clock: SettableClock,
        *steps: Step,
        members: tuple[str, ...] = (ANA, BO, CY),
        hosts: tuple[str, ...] = (HOST,),
        read_first: bool = True,
        linger_min: int = 0,
        quiet: QuietRounds | None = None,
    ) -> None:
        self.committer, self.words, self.clock = committer, words, clock
        self.pages, self.quiet = Pages(), quiet
        self.ended: list[Meeting] = []
        self.on_end: Callable[[Session, Meeting], None] = lambda _db, meeting: self.ended.append(meeting)
        self.start_process()
        plan = Plan("Evening", "grief", steps or EVENING, linger_min=linger_min)
        meeting = Meeting(MEETING, CIRCLE, plan, clock.now(), read_first=read_first)
        committer.submit(lambda db: write_people(db, meeting, members, hosts))
        for who in (*hosts, *members):
            self.do(who, c.TakeSeat(who, who.title()))
        self.do(hosts[0], c.OpenDoor(), c.AdmitAll())
        for who in (*hosts, *members):
            self.join(who)

    def start_process(self) -> None:
        """Fresh processes on the same database, one or two: what was in memory is gone."""
        keys = self.words._keys
        self.processes = [self._process(m) for m in memories_of_a_start(self.committer, keys, self.clock)]
        self.take_turns()

    def another_process(self) -> Process:
        """One more beside the others, which shares what they remember."""
        return self._process(self.memories)

    def take_turns(self) -> None:
        """What is done next is done by another process, if there is one."""
        self.processes.append(self.processes.pop(0))
        now = self.processes[0]
        self.memories, self.presence, self.pending = now.memories, now.presence, now.pending
        self.quiet, self.unnamed, self.conduct = now.quiet, now.unnamed, now.conduct

    def _process(self, memories: Memories) -> Process:
        presence, pending = PresenceTable(self.clock, memories), PendingLines(memories)
        quiet = QuietRounds(memories=memories) if self.quiet is not None else None
        unnamed = UnnamedWords(self.words, pending, presence, quiet)
        conduct = Conduct(
            self.committer, self.words, self.clock, self.pages, memories, presence, unnamed, self._end
        )
        return Process(memories, presence, pending, quiet, unnamed, conduct)

    def _end(self, db: Session, meeting: Meeting) -> None:
        self.on_end(db, meeting)

    # -- people ---------------------------------------------------------------------------------------
    def do(self, who: str, *commands: c.Command, command_id: str = "", seq: int | None = None) -> Ack:
        """Somebody gives commands; stage commands carry the present `seq` unless told otherwise."""
        ack: Ack = {}
        for command in commands:
            self.take_turns()
            stage = type(command) in STAGE_COMMANDS
            ack = self.conduct.perform(
                Caller(who),
                MEETING,
                command,
                command_id=command_id or str(uuid4()),
                expected_seq=self.meeting.moves if stage and seq is None else seq,
            )
        return ack

    def say(self, who: str, speech: Speech, *, command_id: str = "") -> Ack:
        """Somebody says something."""
        self.take_turns()
        return self.conduct.speak(Caller(who), MEETING, speech, command_id=command_id or str(uuid4()))

    def join(self, who: str, connection: str = "") -> Page:
        """A page of this person connects."""
        self.take_turns()
        self.pages.pages.setdefault(who, Page())
        self.conduct.arrive(Caller(who), MEETING, connection or f"connection-of-{who}")
        return self.refresh(who)

    def refresh(self, who: str) -> Page:
        """The page fetches a snapshot."""
        page = self.pages.pages[who]
        page.take(self.conduct.snapshot(Caller(who), MEETING))
        return page

    def beat(self, *people: str) -> None:
        """Heart-beats of these people's pages."""
        for who in people:
            self.conduct.beat(Caller(who), MEETING, f"connection-of-{who}")

    def go_to(self, step: str) -> None:
        """The host presses Next until this step is on."""
        while self.meeting.step is None or self.meeting.step.id != step:
            self.do(HOST, c.Next())

    # -- looking --------------------------------------------------------------------------------------
    @property
    def meeting(self) -> Meeting:
        """The stored meeting."""
        return self.committer.read(lambda db: meetings.load(db, MEETING))

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table, as the database gives them."""
        return self.committer.read(lambda db: list(db.scalars(select(table))))

    @property
    def receipts(self) -> list[Receipt]:
        """All receipts."""
        return self.rows(Receipt)

    @property
    def audit(self) -> list[AuditRow]:
        """The audit."""
        return self.rows(AuditRow)

    @property
    def lines(self) -> list[LineRow]:
        """All lines that are stored."""
        return self.rows(LineRow)

    @property
    def feed(self) -> list[EventRow]:
        """The stage feed."""
        return self.rows(EventRow)

    def trace(self) -> tuple[int, int, int, int, int]:
        """How much there is of everything a command can leave: version, feed, receipts, audit, frames."""
        return (
            self.meeting.version,
            len(self.feed),
            len(self.receipts),
            len(self.audit),
            len(self.pages.sent),
        )

    def listening(self) -> list[str]:
        """Everybody whose page listens."""
        return sorted(self.pages.listening)

    def check_pages(self) -> None:
        """Every page shows what a fresh page would, and what is remembered is what stands there."""
        for process in self.processes:
            known = self.committer.read(lambda db, of=process: of.conduct._gathering.load(db, MEETING))
            assert known == self.committer.read(lambda db: gather.load(db, self.words, MEETING))
        for who in self.listening():
            if self.pages.pages[who].stale:
                self.refresh(who)
            page, fresh = self.pages.pages[who], Page()
            fresh.take(self.conduct.snapshot(Caller(who), MEETING))
            assert _filled(page) == _filled(fresh), who
            assert page.seqs == fresh.seqs, who


def _filled(page: Page) -> dict[str, dict[str, list[tuple[str, Any]]]]:
    """Collections that hold something, in the order pages list them."""

    def by_place(name: str, items: dict[str, Any]) -> list[tuple[str, Any]]:
        if name in ("lines", "batch"):
            return sorted(items.items())
        return sorted(items.items(), key=lambda item: item[1].get("at", 0))

    return {
        audience: {name: by_place(name, items) for name, items in view.items() if items}
        for audience, view in page.views.items()
    }


__all__ = ["ANA", "BO", "CO", "CY", "DI", "HOST", "MEETING", "STRANGER", "Page", "Pages", "Sitting"]
