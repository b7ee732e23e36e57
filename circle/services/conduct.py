"""The live path: the only code that changes a meeting.

One change, end to end: the meeting's lock -> one transaction (load, permit, transition, save, receipt) ->
after the commit, for every audience the difference between what it saw and what it sees now. The lock
comes before the database session, and nothing waits while a session is open.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from circle.domain import commands as c
from circle.domain.audience import audience_of
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.meeting import OVER, Meeting, Phase, Place, Role
from circle.domain.permissions import STAGE_COMMANDS
from circle.domain.room import Room, Status
from circle.domain.signs import Signal, Signs, heed
from circle.domain.transition import Actor, Moment, transition
from circle.services import gather
from circle.services.advising import signs_now
from circle.services.change import HELD, KEPT, Ack, After, Change
from circle.services.due import CAN_BE_HELD, due
from circle.services.following import Following
from circle.services.gather import Gathering, Stored
from circle.services.leaving import letting_go
from circle.services.memory import Memories
from circle.services.ongoing import Ongoing
from circle.services.ports import Broadcaster, Caller, Clock
from circle.services.presence import PresenceTable
from circle.services.speech import IN_PAIRS, UNNAMED, HoldLine, Speech
from circle.services.talk import speak
from circle.services.telling import Telling
from circle.services.unnamed import UnnamedWords
from circle.store import audit, meetings
from circle.store.committer import Committer, Uncertain
from circle.store.models import Member
from circle.store.witness import Mark
from circle.store.words import Words

T = TypeVar("T")


class Conduct:
    """Conducts meetings. Thread- and greenlet-safe; one per process."""

    def __init__(
        self,
        committer: Committer,
        words: Words,
        clock: Clock,
        broadcaster: Broadcaster,
        memories: Memories,
        presence: PresenceTable,
        unnamed: UnnamedWords,
        on_end: Callable[[Session, Meeting], None],
    ) -> None:
        self._committer = committer
        self._words = words
        self._clock = clock
        self._broadcaster = broadcaster
        self._memories = memories
        self.presence = presence
        self._unnamed = unnamed
        self._on_end = on_end
        self._gathering = Gathering(words, committer.witness)
        self._ongoing = Ongoing(committer, clock)
        self._telling = Telling(clock, broadcaster, memories)
        self._following = Following(presence, unnamed)

    # -- what people do -------------------------------------------------------------------------------
    def perform(
        self,
        caller: Caller,
        meeting_id: str,
        command: c.Command,
        *,
        command_id: str,
        expected_seq: int | None = None,
    ) -> Ack:
        """Carry out a meeting command once; a resend of `command_id` gets the first answer.

        expected_seq: the stage's `seq` the page showed; a stage command of a host made for an older
        stage is refused with NotNow("stale"), never tried again. Raises CircleError on any refusal;
        nothing is saved then.
        """

        def work(db: Session, stored: Stored) -> Change:
            known = meetings.claim_receipt(db, command_id, meeting_id, caller.member_id, KEPT)
            if known is not None:
                return Change(known)
            actor = stored.actor(caller)
            if type(command) in STAGE_COMMANDS and expected_seq != stored.meeting.moves:
                raise NotNow("stale")
            return Change(KEPT, self._carry_out(db, stored.meeting, command, actor))

        return self._audited(caller, meeting_id, command, lambda: self.change(meeting_id, work))

    def speak(self, caller: Caller, meeting_id: str, speech: Speech, *, command_id: str) -> Ack:
        """Words, by name or without. What is done with an unnamed line leaves no receipt and no audit:
        written in the same moment as the line, they would name its writer (docs/privacy.md, *What is never
        stored*). Words inside a pair leave none either: they are in memory alone.
        """
        held = isinstance(speech, (HoldLine, *IN_PAIRS))
        named = not isinstance(speech, (*UNNAMED, *IN_PAIRS))

        def work(db: Session, stored: Stored) -> Change:
            actor = stored.actor(caller)
            if named:
                known = meetings.claim_receipt(db, command_id, meeting_id, caller.member_id, KEPT)
                if known is not None:
                    return Change(known)
            said = speak(db, self._words, self._unnamed, stored, actor, speech, command_id, self._clock.now())
            return Change(HELD if held else KEPT, said.after, said.shares)

        if not named:
            return self.change(meeting_id, work)
        return self._audited(caller, meeting_id, speech, lambda: self.change(meeting_id, work))

    def sign(self, caller: Caller, meeting_id: str, signal: Signal) -> Ack:
        """A sign without words: kept in memory alone, with no receipt and no audit; a resend changes
        nothing more.
        """

        def change(meeting: Meeting) -> None:
            signs, out = self.presence.signs(meeting_id), self.presence.away(meeting_id)
            after = heed(signs, signal, caller.member_id, meeting, out)
            self.presence.set_signs(meeting_id, after)

        self._notice(meeting_id, change, caller)
        return HELD

    def give_tokens(
        self, caller: Caller, meeting_id: str, round_id: str, requests: tuple[bytes, ...]
    ) -> list[bytes]:
        """Sign what this person's page asks for in a quiet round, once; nothing of it is kept or told.

        Raises NotFound, NotAllowed, NotNow("round_over", "apart"), TooMany("tokens_given").
        """

        def work(db: Session) -> None:
            stored = self._gathering.load(db, meeting_id)
            seat = stored.meeting.seat(stored.actor(caller).id)
            if seat is None or seat.place is not Place.SEATED or seat.role is Role.HOST:
                raise NotAllowed("not_seated")  # hosts read first: of two lines they would know the other one
            if seat.apart:
                raise NotNow("apart")

        with self._memories.hold(meeting_id):
            self._committer.read(work)
            return self._unnamed.issue(meeting_id, caller.member_id, round_id, requests)

    def snapshot(self, caller: Caller, meeting_id: str) -> dict[str, Any]:
        """Everything this person may see now, with the numbers to go on from.

        Raises NotFound for somebody who has no place in this session.
        """
        with self._memories.hold(meeting_id):

            def work(db: Session) -> Stored:
                stored = self._gathering.load(db, meeting_id)
                stored.actor(caller)
                return stored

            room = self._room(self._committer.read(work))
            if (audience := audience_of(room.meeting.seat(caller.member_id))) is not None:
                self._broadcaster.move(meeting_id, caller.member_id, audience)  # it may have been lost
            return self._telling.snapshot(room, caller.member_id)

    # -- presence -------------------------------------------------------------------------------------
    def arrive(self, caller: Caller, meeting_id: str, connection: str) -> None:
        """A page of this person is connected, and listens from now on to what they may see.

        Raises NotFound for somebody who has no place here now. Looked up and moved under the
        meeting's lock: somebody let in or removed at the same moment is never left in the wrong room.
        """

        def change(meeting: Meeting) -> None:
            audience = audience_of(meeting.seat(caller.member_id))
            if audience is None:
                raise NotFound("not_found")
            if meeting.phase not in OVER or meeting.linger_until is not None:
                self.presence.connect(meeting_id, caller.member_id, connection)
            self._broadcaster.move(meeting_id, caller.member_id, audience)

        self._notice(meeting_id, change, caller)

    def part(self, caller: Caller, meeting_id: str, connection: str) -> None:
        """A page of this person is gone."""
        self._notice(meeting_id, lambda _: self.presence.disconnect(meeting_id, caller.member_id, connection))

    def beat(self, caller: Caller, meeting_id: str, connection: str) -> None:
        """A heart-beat of a page; a held room is released when it is a host's.

        A page that was silent for so long that it was given up has arrived again.
        """
        with self._memories.hold(meeting_id):
            known = self.presence.beat(meeting_id, caller.member_id, connection)
        if not known:
            self.arrive(caller, meeting_id, connection)

    def say_status(self, caller: Caller, meeting_id: str, status: Status) -> None:
        """Step out, open the call, or come back. Only hosts and the person learn it. Raises NotFound for
        somebody who has no place here now.

        Whoever steps out while holding the piece keeps the turn for later; out of a pair they go back to
        the whole room, as far as anybody there can tell. The place in the row of
        somebody who does not hold it stays as it is: a change there would tell the room.
        """

        def change(meeting: Meeting) -> None:
            if audience_of(meeting.seat(caller.member_id)) is None:
                raise NotFound("not_found")
            if meeting.phase not in OVER:
                self.presence.say(meeting_id, caller.member_id, status)

        self._notice(meeting_id, change, caller)
        if status is Status.OUT:
            self.change(meeting_id, lambda db, stored: self._let_go(db, stored, caller))

    def _let_go(self, db: Session, stored: Stored, caller: Caller) -> Change:
        command = letting_go(stored.meeting, caller.member_id)
        if command is None:
            return Change(KEPT)
        try:
            return Change(KEPT, self._carry_out(db, stored.meeting, command, stored.actor(caller)))
        except NotNow:  # a break, or the room is held: the piece stays where it is
            return Change(KEPT)

    # -- the ticker -----------------------------------------------------------------------------------
    def active(self, looks: Callable[[str], bool] = lambda _: True) -> list[Meeting]:
        """Meetings that are on, or have just ended, and of which `looks` says by their ids that they are to
        be looked at.
        """
        wanted = self._ongoing.now(looks)
        self._gathering.forget_all_but(self._ongoing.ids)
        self._memories.forget_all_but(self._ongoing.ids)
        return wanted

    def tick(self, meeting: Meeting) -> None:
        """What time alone does (`services.due`), and giving up pages that have been silent for long."""
        with self._memories.glance(meeting.id):
            self._look(meeting)
        self._ongoing.looked_at(meeting)

    def _look(self, meeting: Meeting) -> None:
        if self.presence.is_silent(meeting.id):
            self._notice(meeting.id, lambda _: self.presence.drop_silent(meeting.id))

        def work(db: Session, stored: Stored) -> Change:
            command = due(stored.meeting, self.presence, self._clock.now())
            actor = Actor("", Role.TICKER)
            return Change(KEPT, self._carry_out(db, stored.meeting, command, actor) if command else ())

        quiet = self._quiet_hosts(meeting)
        if quiet != self.presence.told_quiet(meeting.id):
            self._notice(meeting.id, lambda _: self.presence.tell_quiet(meeting.id, quiet))
        self._advise(meeting, quiet)
        if due(meeting, self.presence, self._clock.now()) is not None:
            self.change(meeting.id, work)
        if self._following.lags(meeting):
            self.change(meeting.id, self._catch_up)

    def _catch_up(self, _db: Session, stored: Stored) -> Change:
        """Memory is brought to where the stage is."""
        if not self._following.lags(stored.meeting):
            return Change(KEPT)
        return Change(KEPT, (lambda: self._following.catch_up(stored.meeting, len(stored.named)),))

    def _advise(self, meeting: Meeting, quiet: frozenset[str]) -> None:
        """Another card on the hosts' desk, the pulse opened or closed. Nothing else follows from it."""

        def signs(now: Meeting) -> Signs:
            return signs_now(now, self.presence, quiet, self._clock.now())

        if signs(meeting) != self.presence.signs(meeting.id):  # again under the lock: no answer is lost
            self._notice(meeting.id, lambda now: self.presence.set_signs(now.id, signs(now)))

    def revoke(self, member_id: str) -> None:
        """Cut every live connection of this member, in every meeting (sign-out, ban)."""

        def work(db: Session) -> list[str]:
            member = db.get(Member, member_id)
            return meetings.ids_of_circle(db, member.circle_id) if member is not None else []

        for meeting_id in self._committer.read(work):
            self._broadcaster.move(meeting_id, member_id, None)

    # -- inside ---------------------------------------------------------------------------------------
    def _quiet_hosts(self, meeting: Meeting) -> frozenset[str]:
        if meeting.phase not in CAN_BE_HELD | {Phase.HELD}:
            return frozenset()
        return self.presence.quiet_hosts(meeting.id, meeting.hosts())

    def _carry_out(
        self, db: Session, meeting: Meeting, command: c.Command, actor: Actor
    ) -> tuple[After, ...]:
        moment = Moment(
            self._clock.now(),
            self.presence.away(meeting.id),
            self._quiet_hosts(meeting),
            self._unnamed.writers(meeting),
        )
        outcome = transition(meeting, command, actor, moment)
        if not outcome.events:
            return ()
        changed = meetings.save(db, outcome.meeting, outcome.events, moment.now)
        audit.note(db, meeting, actor.id, command, moment.now, self._words)
        if isinstance(command, c.Ban):
            db.get_one(Member, command.seat).banned = True
        if changed.phase in OVER and meeting.phase not in OVER:
            self._on_end(db, changed)
        return self._following.turned(db, meeting, changed, self._named(db, changed))

    def _named(self, db: Session, meeting: Meeting) -> int:
        """How many gave their name to words in the present step."""
        step = meeting.step
        return len(self._words.givers(db, meeting.id, step.id)) if step else 0

    def hold(self, meeting_id: str) -> AbstractContextManager[None]:
        """The meeting's lock, for what changes its memory alone and tells nobody."""
        return self._memories.hold(meeting_id)

    def read(self, work: Callable[[Session], T]) -> T:
        """Look something up, outside of any meeting's lock."""
        return self._committer.read(work)

    def change(self, meeting_id: str, work: Callable[[Session, Stored], Change]) -> Ack:
        """One unit of work under the meeting's lock, and telling everybody afterwards. Raises NotFound,
        Uncertain: pages then look for themselves what stands.
        """
        with self._memories.hold(meeting_id):

            def unit(db: Session) -> tuple[Room, Stored, Mark | None, Change]:
                stored, mark = self._gathering.begin(db, meeting_id)
                before = self._room(stored)  # before anything changes, in memory too
                change = work(db, stored)
                db.flush()
                return before, self._gathering.after(db, stored, change.shares), mark, change

            try:
                before, after, mark, change = self._committer.submit(unit)
            except Uncertain:
                self._wait_until_decided(meeting_id)
                self._telling.begin_anew(meeting_id)
                raise
            self._gathering.keep(after, mark)
            for act in change.after:
                act()
            only_words = after.meeting is before.meeting and not change.after
            room = gather.with_words(before, after) if only_words else self._room(after)
            self._telling.tell(before, room)
            return change.ack

    def _wait_until_decided(self, meeting_id: str) -> None:
        """The database may still be in that commit, and has the meeting's row until it is through."""
        with suppress(SQLAlchemyError, Uncertain):
            self._committer.read(lambda db: meetings.load(db, meeting_id, lock=True))

    def _notice(
        self, meeting_id: str, change: Callable[[Meeting], None], caller: Caller | None = None
    ) -> None:
        """Something changed in memory alone: tell those who may know."""
        with self._memories.hold(meeting_id):

            def work(db: Session) -> Stored:
                stored = self._gathering.load(db, meeting_id)
                if caller is not None:
                    stored.actor(caller)
                return stored

            stored = self._committer.read(work)
            before = self._room(stored)
            change(stored.meeting)
            self._telling.tell(before, self._room(stored))

    def _room(self, stored: Stored) -> Room:
        return gather.room_of(stored, self.presence, self._unnamed)

    def _audited(self, caller: Caller, meeting_id: str, what: object, run: Callable[[], Ack]) -> Ack:
        """Run; a refusal by permission leaves a line in the audit (who, which command), nothing else."""
        try:
            return run()
        except NotAllowed:
            self._committer.submit(
                lambda db: audit.refused(db, meeting_id, caller.member_id, what, self._clock.now())
            )
            raise
