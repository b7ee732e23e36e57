"""Replay equals refetch, through the whole live path: random people do random things on a real database,
and every page, moved about by the door, has what a fresh snapshot has."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from circle.domain import commands as c
from circle.domain.errors import CircleError
from circle.domain.meeting import OVER, Place
from circle.domain.plan import Sharing
from circle.domain.room import Status
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import (
    AnswerWhisper,
    HoldLine,
    Receive,
    Say,
    SetAside,
    SetLineAside,
    TakeBack,
    TakeLineBack,
    Warn,
    Whisper,
)
from circle.store.committer import Committer
from circle.store.models import LineRow, ShareRow
from circle.store.words import Words
from tests.domain.scene import BREAK, GOODBYE, READ, ROUND, SOLO_ROUND, VOLUNTEER, WALL, WORD
from tests.services.test_conduct_unnamed import commit
from tests.sitting import ANA, BO, CO, CY, DI, HOST, MEETING, Sitting

STEPS = (WORD, ROUND, WALL, READ, BREAK, VOLUNTEER, SOLO_ROUND, replace(WALL, id="wall2"), GOODBYE)
PEOPLE = (HOST, CO, ANA, BO, CY, DI)
FULL = bool(os.environ.get("CIRCLE_TEST_FULL"))


class RandomEvening:
    """Somebody does something, again and again; the host goes on now and then."""

    def __init__(self, sitting: Sitting, seed: int) -> None:
        self.sitting = sitting
        self.random = random.Random(seed)  # noqa: S311 (a test's dice)
        self.secrets: list[str] = []
        self.done: Counter[str] = Counter()

    def run(self, turns: int) -> None:
        """So many wishes; refusals are part of it."""
        acts = list(self._acts())
        for _ in range(turns):
            who = self.random.choice(PEOPLE)
            act = self.random.choice(acts)
            try:
                act(who)
                self.done[act.__name__] += 1
            except CircleError:
                self.done["refused"] += 1
            self.sitting.check_pages()

    def _acts(self) -> Iterator[Callable[[str], object]]:
        for name, weight in (
            ("go_on", 3),
            ("say", 3),
            ("line", 4),
            *((name, 1) for name in ("stage", "piece", "door", "come", "word", "own", "aside", "status")),
            *((name, 1) for name in ("pages", "time", "take_line_back", "receive")),
        ):
            yield from [getattr(self, name)] * weight

    # -- what people do -------------------------------------------------------------------------------
    def go_on(self, who: str) -> None:
        self.sitting.do(HOST, c.Next())

    def stage(self, who: str) -> None:
        ask = c.AskQuestion("What now?", self.random.choice(list(Sharing)), 3)
        commands = (c.GoBack(), c.StartBreak(2), c.EndBreak(), c.ExtendStep(1), c.PauseClock(), ask)
        self.sitting.do(self.random.choice([HOST, CO, who]), self.random.choice(commands))

    def piece(self, who: str) -> None:
        piece = self.sitting.meeting.piece
        commands: list[c.Command] = [c.PassPiece(), c.TakePiece(), c.PutHandDown(), c.Later()]
        commands += [c.HoldSilence()]
        if piece is not None and piece.holder is not None:
            commands += [c.HandOn(piece.holder)] * 4
            who = self.random.choice([piece.holder, who])
        self.sitting.do(who, self.random.choice(commands))

    def door(self, who: str) -> None:
        commands = (c.Admit(who), c.AdmitAll(), c.Remove(who), c.Readmit(who), c.LockDoor(), c.UnlockDoor())
        self.sitting.do(HOST, self.random.choice(commands))

    def come(self, who: str) -> None:
        seat = self.sitting.meeting.seat(who)
        if seat is not None and seat.place is Place.SEATED and self.random.random() < 0.5:
            self.sitting.do(who, c.LeaveSeat())
        self.sitting.do(who, c.TakeSeat(who, who.title()))
        self.sitting.join(who)
        if self.random.random() < 0.7:
            self.sitting.do(HOST, c.Admit(who))

    def say(self, who: str) -> None:
        piece, step = self.sitting.meeting.piece, self.sitting.meeting.step
        holder = piece.holder if piece is not None and piece.holder else who
        self.sitting.say(holder, Say(step.id if step else "", f"words {self.random.random()}"))

    def own(self, who: str) -> None:
        shares = self.sitting.rows(ShareRow)
        if shares:
            share = self.random.choice(shares)
            self.sitting.say(share.member_id, TakeBack(share.id))

    def aside(self, who: str) -> None:
        aside = self.random.random() < 0.6
        lines = [row.id for row in self.sitting.rows(LineRow)]
        batch = self.sitting.pages.pages[HOST].views["hosts"].get("batch", {})
        for ids, speech in (([*lines, *batch], SetLineAside), (self._share_ids(), SetAside)):
            if ids:
                self.sitting.say(HOST, speech(self.random.choice(ids), aside))

    def _share_ids(self) -> list[str]:
        return [row.id for row in self.sitting.rows(ShareRow)]

    def word(self, who: str) -> None:
        self.sitting.say(who, Whisper("a private word"))
        self.sitting.say(HOST, AnswerWhisper(who, "an answer"))
        self.sitting.say(HOST, Warn(who, "a wish"))

    def line(self, who: str) -> None:
        step = self.sitting.meeting.step
        secret = f"secret {self.random.random()}"
        self.sitting.say(who, HoldLine(step.id if step else "", "a line", commit(secret), read_aloud=True))
        self.secrets.append(secret)

    def take_line_back(self, who: str) -> None:
        if self.secrets:
            self.sitting.say(who, TakeLineBack(self.random.choice(self.secrets)))

    def receive(self, who: str) -> None:
        lines = self.sitting.rows(LineRow)
        if lines:
            self.sitting.say(who, Receive(self.random.choice(lines).id))

    def status(self, who: str) -> None:
        self.sitting.conduct.say_status(Caller(who), MEETING, self.random.choice(list(Status)))

    def pages(self, who: str) -> None:
        connection = self.random.choice(["connection-of-" + who, "second-tab"])
        if self.random.random() < 0.5:
            self.sitting.join(who, connection)
        else:
            self.sitting.conduct.part(Caller(who), MEETING, connection)

    def time(self, who: str) -> None:
        self.sitting.clock.advance(self.random.choice([1, 20, 50, 70, 200]))
        if self.random.random() < 0.7:
            self.sitting.beat(HOST, *self.random.sample(PEOPLE, 2))
        ticker.tick_once(self.sitting.conduct)


@pytest.mark.parametrize("seed", range(12 if FULL else 3))
def test_pages_keep_up_with_a_random_evening(
    committer: Committer, words: Words, clock: SettableClock, seed: int
) -> None:
    sitting = Sitting(committer, words, clock, *STEPS, hosts=(HOST, CO), read_first=bool(seed % 2))
    evening = RandomEvening(sitting, seed)
    evening.run(600 if FULL else 250)
    assert sitting.meeting.moves > 10
    assert sitting.meeting.phase not in OVER or sum(evening.done.values()) > 200
    assert evening.done["refused"] < 0.8 * sum(evening.done.values()), "most of it is real"
    assert len(evening.done) >= 12, evening.done
