"""Random commands of random people: what holds in every session, and what every page shows.

For every audience, what a page had plus the messages it got is what a fresh page would get, down to the
order in which pages list things. CIRCLE_TEST_FULL makes the runs longer.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from circle.domain import commands as c
from circle.domain.audience import DOOR, HOSTS, LINGER, ROOM, SELF, STAND_IN, audiences, view
from circle.domain.difference import View, apply_changes, difference
from circle.domain.errors import CircleError
from circle.domain.meeting import OVER, Place, Role
from circle.domain.outcome import Actor, Moment
from circle.domain.pacing import Saving
from circle.domain.pairs import group_of
from circle.domain.plan import Part, Sharing
from circle.domain.room import CircleFacts, PairWord, Presence, PrivateWord, Room, Share, Status, WallLine
from circle.domain.signs import SendSealed, TellHosts, heed
from circle.domain.told import told
from circle.domain.transition import transition
from tests.domain.invariants import check_clocks, check_phase, check_piece
from tests.domain.scene import (
    ANA,
    BO,
    BREAK,
    CO,
    CY,
    HOST,
    PAIR,
    PRIVATE,
    START,
    WALL,
    check_pairs,
    make_meeting,
    with_whom,
)

FULL = bool(os.environ.get("CIRCLE_TEST_FULL"))
DI, EVE = "di", "eve"
ROLES = dict.fromkeys((HOST, CO), Role.HOST) | dict.fromkeys((ANA, BO, CY, DI, EVE), Role.MEMBER)
FOR_HOSTS = ("SCRIPT-FOR-HOSTS", "NOTE-FOR-HOSTS", "WORD-FOR-HOSTS", "BATCH-FOR-HOSTS")
ONLY_HOSTS = {
    *("status", "intensity", "connected", "script", "note", "heard", "turn", "to_come", "savings", "made_up"),
    *(
        "apart",
        "few",
        "stays",
        "wishes",
        "back",
        "agreed",
        "guardian",
        "lead",
        "quiet",
        "check",
        "talking",
        "felt",
    ),
}
people = st.sampled_from(sorted(ROLES))
minutes = st.integers(-1, 32)

COMMANDS = st.one_of(
    *(
        st.just(command)
        for command in (
            *(c.OpenDoor(), c.Next(), c.Next(), c.Next(), c.GoBack(), c.PauseClock(), c.ResumeClock()),
            *(c.EndBreak(), c.TurnToClosing(), c.EndSession(), c.CancelSession(), c.AdmitAll()),
            *(c.LockDoor(), c.UnlockDoor(), c.LeaveSeat(), c.PassPiece(), c.Later(), c.HoldSilence()),
            *(c.AnswerGuardian(True), c.AnswerGuardian(False), c.EndGuardian(), c.TakeRoom()),
            *(c.RingBell(), c.EndBell(), c.HideClock(True), c.HideClock(False)),
            *(c.Stay(), c.Stay(), c.GoHome(), c.CloseLinger()),
            *(c.TakePiece(), c.PutHandDown(), c.InsertStep(PRIVATE), c.InsertStep(BREAK)),
            *(c.LeavePair(), c.ReturnToPair(), c.InsertStep(PAIR)),
        )
    ),
    st.builds(c.ExtendStep, minutes),
    st.builds(c.StartBreak, minutes),
    st.builds(c.AskQuestion, st.sampled_from(["What now?", " "]), st.sampled_from(list(Sharing)), minutes),
    st.builds(c.Admit, people),
    st.builds(c.AskGuardian, people),
    st.builds(c.AdmitAtNext, people),
    st.builds(c.Remove, people),
    st.builds(c.Readmit, people),
    st.builds(c.Ban, people),
    st.builds(c.BringBack, people),
    st.builds(c.AddSeat, st.sampled_from(["x1", "x2"]), st.sampled_from(["Theo", "Uma"])),
    st.builds(c.TakeSeat, people, st.sampled_from(["Ana", "Bo", "Di", "Eve", "Cyrus"])),
    st.builds(c.HandOn, people),
    st.builds(c.OfferPiece, people),
    st.builds(c.ShortenStep, minutes),
    st.builds(c.RunLate, minutes),
    st.builds(c.MakeUpTime, st.sampled_from(list(Saving))),
    st.just(c.TakeTimeBack()),
    st.builds(c.ShuffleRound, st.sampled_from(["a", "b", "c"])),
)
TICKS = st.one_of(
    *(st.just(tick) for tick in (c.BreakIsOver(), c.CollectIsOver(), c.RingLinger(), c.CloseLinger())),
    st.builds(c.SeeOff, people),
    st.builds(c.Hold, st.integers(0, 60_000)),
    st.just(c.Release()),
)
AFTER_THE_END = (c.Stay, c.GoHome, c.CloseLinger, c.RingLinger, c.SeeOff)


def listed(seen: View) -> dict[str, list[tuple[str, object]]]:
    """What a page lists, in its order (`listOf` in reducer.js; walls and batches by their random ids)."""
    return {
        name: sorted(items.items(), key=lambda i: i[0] if name in ("lines", "batch") else i[1].get("at", 0))
        for name, items in seen.items()
        if items
    }


class Evening(RuleBasedStateMachine):
    """A session, everything said in it, and one page for each audience."""

    @initialize(admit=st.booleans(), read_first=st.booleans(), moves=st.integers(0, 11))
    def begin(self, admit: bool, read_first: bool, moves: int) -> None:
        plan = replace(make_meeting().plan, linger_min=10)
        meeting = replace(make_meeting(members=(ANA, BO)), plan=plan, admit=admit, read_first=read_first)
        self.room = Room(meeting, CircleFacts("Circle", host="Mira"), epoch="e1")
        self.now = START
        self.count = 0
        self.quiet: frozenset[str] = frozenset()
        self.pages: dict[str, View] = {}
        self.turn(self.room)
        for command in (c.OpenDoor(), *[c.Next()] * moves) if moves else ():
            self.command(Actor(HOST, Role.HOST), command)

    # -- what happens ---------------------------------------------------------------------------------
    @rule(who=people, command=COMMANDS)
    def somebody_commands(self, who: str, command: c.Command) -> None:
        self.command(Actor(who, ROLES[who]), command)

    @rule(
        command=st.sampled_from(
            [c.Next(), c.GoBack(), c.StartBreak(3), c.EndBreak(), c.InsertStep(WALL), c.InsertStep(PAIR)]
        )
    )
    def the_host_moves(self, command: c.Command) -> None:
        self.command(Actor(HOST, Role.HOST), command)

    @rule(silent=st.booleans())
    def hosts_fall_silent_or_come_back(self, silent: bool) -> None:
        self.quiet = frozenset({HOST, CO} if silent else ())
        self.turn(replace(self.room, quiet=self.quiet))

    @rule(who=st.sampled_from([ANA, BO]))
    def somebody_keeps_the_bell(self, who: str) -> None:
        self.command(Actor(HOST, Role.HOST), c.AskGuardian(who))
        self.command(Actor(who, Role.MEMBER), c.AnswerGuardian(True))

    @rule(who=people)
    def somebody_passes_or_volunteers(self, who: str) -> None:
        piece = self.room.meeting.piece
        if piece is not None:
            self.command(Actor(who, ROLES[who]), c.TakePiece() if piece.open else c.PassPiece())

    @rule()
    def the_holder_would_rather_later(self) -> None:
        piece = self.room.meeting.piece
        if piece is not None and piece.holder is not None and not piece.holder.startswith("x"):
            self.command(Actor(piece.holder, ROLES[piece.holder]), c.Later())

    @rule(who=st.sampled_from([ANA, BO, CO, DI]))
    def somebody_goes_home(self, who: str) -> None:
        self.command(Actor(who, ROLES[who]), c.LeaveSeat())

    @rule(who=st.sampled_from([ANA, BO, DI]))
    def somebody_is_removed(self, who: str) -> None:
        self.command(Actor(HOST, Role.HOST), c.Remove(who))

    @rule()
    def the_piece_goes_on(self) -> None:
        piece = self.room.meeting.piece
        if piece is not None and piece.holder is not None:
            self.command(Actor(HOST, Role.HOST), c.HandOn(piece.holder))

    @rule(what=st.sampled_from([c.SkipTurn, c.TakePieceBack]))
    def a_host_takes_it_from_somebody(self, what: type[c.SkipTurn] | type[c.TakePieceBack]) -> None:
        piece = self.room.meeting.piece
        if piece is not None and piece.holder is not None:
            self.command(Actor(HOST, Role.HOST), what(piece.holder))

    @rule(salt=st.randoms(use_true_random=False))
    def a_host_puts_people_in_order(self, salt: Random) -> None:
        piece = self.room.meeting.piece
        if piece is not None:
            order = sorted(piece.to_come, key=lambda _: salt.random())
            self.command(Actor(HOST, Role.HOST), c.ReorderRound(tuple(order)))

    @rule(who=st.sampled_from([ANA, BO, CO]), stays=st.booleans())
    def somebody_stays_after_the_closing(self, who: str, stays: bool) -> None:
        told = self.command(Actor(who, ROLES[who]), c.Stay() if stays else c.GoHome())
        assert told <= {HOSTS, LINGER, SELF + who}, "those who went home learn nothing of it"

    @rule(command=TICKS)
    def the_ticker_ticks(self, command: c.Command) -> None:
        self.command(Actor("", Role.TICKER), command)

    @rule(who=st.sampled_from([ANA, DI, CO]))
    def somebody_comes(self, who: str) -> None:
        self.command(Actor(who, ROLES[who]), c.TakeSeat(who, who.title()))
        self.command(Actor(HOST, Role.HOST), c.Admit(who))

    @rule(seconds=st.integers(0, 900))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(who=people, status=st.sampled_from(list(Status)), connected=st.booleans())
    def a_page_says_how_somebody_is(self, who: str, status: Status, connected: bool) -> None:
        presence = {**self.room.presence, who: Presence(status, connected)}
        was = self.room.presence.get(who, Presence()).connected
        told = self.turn(replace(self.room, presence=presence))
        if was != connected:  # a lost line is told to whoever waits for this person's words in a pair
            told -= {SELF + other for other in with_whom(self.room.meeting, who) or ()}
        assert told <= {HOSTS, SELF + who}, "stepping out is told to hosts and oneself alone"

    @rule(who=st.sampled_from([ANA, BO, CO, DI]), back=st.booleans())
    def somebody_is_asked_to_rest_or_brought_back(self, who: str, back: bool) -> None:
        piece, group = self.room.meeting.piece, group_of(self.room.meeting.pairs, who)
        told = self.command(Actor(HOST, Role.HOST), c.BringBack(who) if back else c.SetApart(who))
        if (
            group is not None
        ):  # in a pair it looks as if they had left it, to whoever has left it before them too
            told -= {SELF + other for other in group.seats if other != who}
        assert self.room.meeting.piece != piece or told <= {HOSTS, SELF + who}

    @rule(who=people, from_host=st.booleans())
    def a_private_word(self, who: str, from_host: bool) -> None:
        word = PrivateWord(self.new_id(), who, "WORD-FOR-HOSTS", from_host)
        told = self.turn(replace(self.room, words=(*self.room.words, word)))
        assert told <= {HOSTS, SELF + who}

    @rule(who=people, sealed=st.booleans())
    def a_note_between_hosts_or_a_sealed_answer(self, who: str, sealed: bool) -> None:
        words = SendSealed(self.new_id(), "sealed") if sealed else TellHosts(self.new_id(), "BACKSTAGE")
        try:
            signs = heed(self.room.signs, words, who, self.room.meeting, frozenset())
        except CircleError:
            return
        assert ROLES[who] is Role.HOST
        told = self.turn(replace(self.room, signs=signs))
        assert told == ({HOSTS, ROOM, STAND_IN} & set(audiences(self.room.meeting)) if sealed else {HOSTS})

    @rule(who=people)
    def somebody_speaks(self, who: str) -> None:
        step = self.room.meeting.step
        share = Share(self.new_id(), step.id if step else "", who, "said", at=self.count)
        self.turn(replace(self.room, shares=(*self.room.shares, share)))

    @rule(pick=st.integers(0, 50), aside=st.booleans(), gone=st.booleans())
    def words_are_set_aside_or_taken_back(self, pick: int, aside: bool, gone: bool) -> None:
        if not self.room.shares:
            return
        at = pick % len(self.room.shares)
        shares = list(self.room.shares)
        shares[at : at + 1] = [] if gone else [replace(shares[at], set_aside=aside)]
        self.turn(replace(self.room, shares=tuple(shares)))

    @rule(aside=st.booleans(), received=st.booleans(), text=st.text(max_size=3))
    def a_line_stands_on_the_wall(self, aside: bool, received: bool, text: str) -> None:
        line = WallLine(self.new_id(), "wall", text, set_aside=aside, received=received)
        told = self.turn(replace(self.room, lines=(*self.room.lines, line)))
        shown = self.room.meeting.part_now is Part.WALL_SHOW and not aside
        assert told == ({HOSTS, ROOM} if shown else {HOSTS})

    @rule(who=people)
    def a_word_inside_a_pair(self, who: str) -> None:
        beside = with_whom(self.room.meeting, who)
        if beside:
            word = PairWord(self.new_id(), who, "PAIR-WORD", self.count)
            told = self.turn(replace(self.room, between=(*self.room.between, word)))
            assert told == {SELF + other for other in (who, *beside)}, "nobody else, the hosts included"

    @rule(who=people)
    def somebody_leaves_a_pair_or_comes_again(self, who: str) -> None:
        group = group_of(self.room.meeting.pairs, who)
        if group is not None:
            self.command(Actor(who, ROLES[who]), c.ReturnToPair() if who in group.back else c.LeavePair())

    @rule()
    def hosts_read_a_batch(self) -> None:
        line = WallLine(self.new_id(), "wall", "BATCH-FOR-HOSTS", mailbox="BATCH-FOR-HOSTS")
        assert self.turn(replace(self.room, batch=(*self.room.batch, line))) == {HOSTS}

    # -- how it happens -------------------------------------------------------------------------------
    def command(self, actor: Actor, command: c.Command) -> set[str]:
        """Give it; returns the audiences that were told something."""
        before = self.room.meeting
        standing = before.stand_in()
        if standing is not None and standing.id == actor.id:
            actor = Actor(actor.id, Role.STAND_IN)
        away = {who for who, presence in self.room.presence.items() if presence.status is Status.OUT}
        try:
            outcome = transition(before, command, actor, Moment(self.now, frozenset(away), self.quiet))
        except CircleError:
            assert self.room.meeting is before
            return set()
        assert before.phase not in OVER or isinstance(command, AFTER_THE_END), "what is over stays over"
        assert before.phase not in OVER or outcome.meeting.phase is before.phase
        if not outcome.events:
            assert outcome.meeting == before, "no event: nothing has changed"
        assert outcome.meeting.moves >= before.moves
        steps = {"", *(step.id for step in outcome.meeting.plan.steps)}
        assert {event.step for event in outcome.events} <= steps, "no event names a person"
        return self.turn(replace(self.room, meeting=outcome.meeting))

    def turn(self, room: Room) -> set[str]:
        """Every page gets the difference; returns the audiences that were told something."""
        changes = dict(told(self.room, room))
        for name in audiences(room.meeting):
            assert changes.get(name, []) == difference(view(self.room, name), view(room, name)), name
            page = self.pages.get(name) or view(self.room, name)
            self.pages[name] = apply_changes(page, changes.get(name, []))
        self.room = room
        self.pages = {name: self.pages[name] for name in audiences(room.meeting)}  # an audience may end
        return set(changes)

    def new_id(self) -> str:
        self.count += 1
        return f"{(self.count * 7919) % 1000:03d}-{self.count}"  # in no order, as random ids are

    # -- what always holds ----------------------------------------------------------------------------
    @invariant()
    def pages_show_what_fresh_pages_show(self) -> None:
        for name, page in self.pages.items():
            assert listed(page) == listed(view(self.room, name)), name

    @invariant()
    def nothing_for_hosts_is_seen_by_others(self) -> None:
        for name in audiences(self.room.meeting):
            seen = view(self.room, name)
            if name in (ROOM, DOOR, LINGER):
                assert not {"words", "batch", "waiting", "removed", "me"} & set(seen)
                assert not ONLY_HOSTS & set(_keys(seen))
            # One's own private words are one's own; they are written like the others here.
            marks = FOR_HOSTS if name in (ROOM, DOOR) else FOR_HOSTS[:2] + FOR_HOSTS[3:]
            assert name == HOSTS or "BACKSTAGE" not in json.dumps(seen), name
            if name not in (HOSTS, STAND_IN):
                assert not [mark for mark in marks if mark in json.dumps(seen)], name

    @invariant()
    def words_inside_pairs_stay_there(self) -> None:
        for name in audiences(self.room.meeting):
            if "PAIR-WORD" in json.dumps(view(self.room, name)):
                assert with_whom(self.room.meeting, name.removeprefix(SELF)) is not None
        check_pairs(self.room.meeting)

    @invariant()
    def the_door_shows_nobody(self) -> None:
        text = json.dumps(view(self.room, DOOR))
        assert not [s.name for s in self.room.meeting.seats if s.role is Role.MEMBER and s.name in text]

    @invariant()
    def clocks_phases_and_steps_agree(self) -> None:
        check_clocks(self.room.meeting)
        check_phase(self.room.meeting)

    @invariant()
    def the_piece_is_with_people_at_the_table(self) -> None:
        check_piece(self.room.meeting)

    @invariant()
    def seats_and_steps_are_each_once(self) -> None:
        meeting = self.room.meeting
        guests = [s for s in meeting.seats if s.role is not Role.HOST]  # whose names keep no host out
        present = [s.name.casefold() for s in guests if s.place in (Place.SEATED, Place.WAITING)]
        for things in ([s.id for s in meeting.seats], present, [s.id for s in meeting.plan.steps]):
            assert len(things) == len(set(things))


def _keys(seen: object) -> set[str]:
    if isinstance(seen, dict):
        return {*map(str, seen), *(key for item in seen.values() for key in _keys(item))}
    if isinstance(seen, list):
        return {key for item in seen for key in _keys(item)}
    return set()


TestRandomEvenings = Evening.TestCase
TestRandomEvenings.settings = settings(
    max_examples=500 if FULL else 60,
    stateful_step_count=60 if FULL else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
