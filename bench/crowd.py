"""Made-up people, hundreds in one process: each a page that follows the room, and somebody who uses it.

They do what pages do: a fresh ticket for every line, heart-beats, a snapshot at every gap, the same command
again when no answer came. To be used under gevent, with the standard library patched.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any
from uuid import UUID

import gevent
from gevent.event import Event
from gevent.pool import Pool

from bench.choices import LINE, POST, STAGE, STATUS, Choice, host_chooses, member_chooses
from bench.ledger import MARK, Ledger, Said, as_shown
from bench.people import Ident
from bench.wire import Answer, Lost, Refused, Way, Wire, post
from circle.domain.audience import SELF
from circle.simulate.line import LineLost
from circle.simulate.quiet import TakingPart
from circle.simulate.screen import Screen

LOOK_S = 1.0  # at most so long until a lost line is noticed
BEAT_HOST_S, BEAT_MEMBER_S = 5.0, 15.0
RETRY_S = (0.4, 1.0, 2.0, 4.0, 8.0)
FOR_NOW = frozenset({"too_many", "our_side", "disk_full"})
GIVE_UP_S = 60.0  # of one command, after which nobody knows whether it came through
AGAIN = 0.1  # how often an acknowledged command is sent once more, as a page does that missed the answer

AT_ONCE, COMES_IN_S = 8, 20.0  # people on their way in; after so long the next one comes

# What is about to be done, and at which server: "command", "release", "break".
Moment = Callable[[str, int], None]


class Person:
    """One of them. ways: the addresses of the servers as this person reaches them."""

    def __init__(
        self, ident: Ident, ways: Sequence[Way], seed: str, ledger: Ledger, pace_s: float, moment: Moment
    ) -> None:
        self.ident, self.meeting_id = ident, ident.meeting
        self.screen = Screen()
        self.at = 0
        self.stale = False
        self.ends = False  # whether a host may end the evening
        self._ways, self._ledger, self._pace_s, self._moment = ways, ledger, pace_s, moment
        self._dice = Random(f"{seed}:{ident.seat}")
        self.at = self._dice.randrange(len(ways))
        self._wire: Wire | None = None
        self._acting = True
        self._wake, self._idle = Event(), Event()
        self._idle.set()
        self._number = 0
        self._welcomed = False  # whether this line has brought a snapshot
        self._held: dict[str, dict[str, Any]] = {}  # lines that wait to be shown, by their words
        self._epoch = ""
        self._quiet = TakingPart(self, self, gevent.sleep)  # type: ignore[arg-type]
        self._works: list[gevent.Greenlet] = []

    # -- a life ---------------------------------------------------------------------------------------
    def start(self) -> None:
        """Come in, follow, and do things."""
        works = [self._follow, self._beat, self._act, self._take_part]
        self._works = [gevent.spawn(work) for work in works]

    def rest(self) -> None:
        """Do nothing more; the page goes on following."""
        self._acting = False

    def is_done(self) -> bool:
        """Whether nothing is under way any more."""
        return self._idle.is_set()

    def hang_up(self) -> None:
        """The line ends; another one is opened soon."""
        if self._wire is not None:
            self._wire.close()

    def end_evening(self) -> None:
        """What a host does at the very end. Anybody else is refused."""
        self._give(Choice("end_session", {"reason": ""}))

    def stop(self) -> None:
        """Leave."""
        gevent.killall(self._works)
        if self._wire is not None:
            self._wire.close()

    @property
    def is_up(self) -> bool:
        """Whether there is a line."""
        return self._wire is not None and self._wire.is_up

    def _follow(self) -> None:
        """Keep a line open, and look anew whenever it is needed."""
        tries = 0
        while True:
            try:
                if not self.is_up:
                    self._connect()
                    tries = 0
                self._wake.clear()
                if self.stale:
                    self.refresh()
                self._wake.wait(LOOK_S)
            except Refused as refusal:
                self._ledger.counts[f"line refused: {refusal}"] += 1
                tries += 1
            except Lost:
                tries += 1
            if tries:
                wait = RETRY_S[min(tries, len(RETRY_S)) - 1]
                gevent.sleep(wait * (0.7 + 0.6 * self._dice.random()))

    def _connect(self) -> None:
        self.at = (self.at + 1) % len(self._ways)  # the other process
        self._ledger.counts["lines"] += 1
        ticket = self._ticket()
        if self._wire is not None:
            self._wire.close()
        self._wire = Wire(self._ways[self.at], ticket, self._hear, self._wake.set)
        self._welcomed = False
        self.stale = True

    def _ticket(self) -> str:
        headers = {
            "Cookie": f"circle={self.ident.cookie}",
            "X-CSRFToken": self.ident.csrf,
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        status, body = post(self._ways[self.at], f"/live/{self.meeting_id}/ticket", b"{}", headers)
        if status != 200:
            raise Refused(f"ticket {status}")
        return str(json.loads(body)["ticket"])

    def _beat(self) -> None:
        every = BEAT_HOST_S if self.ident.host else BEAT_MEMBER_S
        gevent.sleep(every * self._dice.random())
        while True:
            wire = self._wire
            if wire is not None and wire.is_up:
                try:
                    wire.ask("beat", {})
                except Lost:
                    wire.close()  # a black hole: start anew
            gevent.sleep(every)

    # -- the page -------------------------------------------------------------------------------------
    def _hear(self, message: dict[str, Any], raw: str) -> None:
        self._ledger.heard(self.meeting_id, self.ident.seat, message, raw)
        before = self.screen
        self.screen, stale = self.screen.after_message(message)
        if stale and self._welcomed and message["run"] == before.run:
            self._ledger.counts["looked anew for a gap or another place"] += 1
        if stale:
            self.stale = True
            self._wake.set()

    def refresh(self) -> None:
        """A fresh snapshot. Raises Lost."""
        self.stale = False
        try:
            answer = self.ask("join", {})
        except Lost:
            self.stale = True
            if self._wire is not None:
                self._wire.close()
            raise
        if not answer.get("ok"):
            self.stale = True
            raise Lost(answer.get("error", {}).get("code", "?"))
        self.compare(answer)
        self._welcomed = True
        self.screen = self.screen.after_snapshot(answer)
        self._epoch_is(str(self.screen.stage.get("epoch", "")))

    def compare(self, snapshot: dict[str, Any]) -> bool:
        """Whether the page is behind no number of this snapshot. With the same numbers it shows the same."""
        self._ledger.seen(self.meeting_id, self.ident.seat, snapshot)
        same_run = level = snapshot["run"] == self.screen.run
        for name, part in snapshot["audiences"].items():
            mine = self.screen.own if name.startswith(SELF) else self.screen.shared
            if not same_run or mine is None or mine.name != name or mine.seq < part["seq"]:
                level = False
            elif mine.seq == part["seq"] and as_shown(mine.view) != as_shown(part["view"]):
                self._ledger.breach("a page differs from a snapshot", f"{self.ident.seat} {name}")
        return level

    def ask(self, event: str, data: dict[str, Any]) -> Answer:
        """An event and its answer. Raises Lost."""
        if self._wire is None or not self._wire.is_up:
            raise Lost("down")
        return self._wire.ask(event, data)

    # -- what they do ---------------------------------------------------------------------------------
    def _act(self) -> None:
        gevent.sleep(self._pace_s * self._dice.random())
        while self._acting:
            self._idle.clear()
            with suppress(Lost):
                if self.is_up and not self.stale:
                    self._do_something()
            self._idle.set()
            gevent.sleep(self._dice.expovariate(1 / self._pace_s))

    def _do_something(self) -> None:
        if self.ident.host:
            choice = host_chooses(self._dice, self.screen, ends=self.ends)
        else:
            choice = member_chooses(self._dice, self.screen, self._words)
        if choice is None:
            return
        self._ledger.counts["wishes"] += 1
        if choice.name == STATUS:
            self.ask(STATUS, choice.data)
        elif choice.name == POST:
            self._quiet.ready({"text": self._unnamed_words()})
        elif choice.name == LINE:
            self._hold_line(choice.data)
        elif choice.name == "say":
            self._say(choice)
        else:
            self._give(choice)

    def _words(self) -> str:
        self._number += 1
        return f"{MARK}{self.ident.seat}:{self._number}"

    def _unnamed_words(self) -> str:
        text = f"{MARK}{secrets.token_hex(8)}"
        self._ledger.lines[text] = self.ident.seat
        return text

    def _say(self, choice: Choice) -> None:
        step, text = choice.data["step"], choice.data["text"]
        said = Said(self.meeting_id, self.ident.seat, step, text, answers=step.startswith("word"))
        self._ledger.said[text] = said
        answer = self._give(choice)
        if answer is None:
            self._ledger.may_keep(said)
        elif answer.get("ok"):
            self._ledger.keeps(said)
        else:
            said.refused = True

    def _hold_line(self, data: dict[str, Any]) -> None:
        text, secret = self._unnamed_words(), secrets.token_urlsafe(24)
        commit = hashlib.sha256(secret.encode()).hexdigest()
        line = {**data, "text": text, "commit": commit, "read_aloud": False, "summary": False}
        answer = self._give(Choice(LINE, line))
        if answer is not None and answer.get("ok"):
            self._held[text] = line

    def _epoch_is(self, epoch: str) -> None:
        """The memory began anew: what was held there goes again, with the same secret."""
        shown = {line["text"] for line in self.screen.items("lines").values()}
        self._held = {text: line for text, line in self._held.items() if text not in shown}
        if epoch and self._epoch and epoch != self._epoch:
            here = self.screen.step.get("id")
            again = [line for line in self._held.values() if line["step"] == here]
            gevent.spawn(self._hold_again, again)
        self._epoch = epoch or self._epoch

    def _hold_again(self, lines: list[dict[str, Any]]) -> None:
        for line in lines:
            self._ledger.counts["lines held again"] += 1
            self._give(Choice(LINE, line))

    def _give(self, choice: Choice) -> Answer | None:
        """One command until it is answered; None if it never was."""
        frame: dict[str, Any] = {"command_id": self._command_id(), "name": choice.name, "data": choice.data}
        if choice.name in STAGE:
            frame["expected_seq"] = self.screen.seq
        if choice.name in (LINE, "say_in_pair"):
            self._ledger.unseen.add(frame["command_id"])
        taken = self._taken_back(choice)
        for said in taken:
            said.gone = None
        until = time.monotonic() + GIVE_UP_S
        while time.monotonic() < until:
            self._tell_moment(choice)
            try:
                answer = self.ask("command", frame)
            except Lost:
                self._ledger.counts["asked again"] += 1
                gevent.sleep(0.3)
                continue
            self._ledger.answered(frame, answer)
            if answer.get("ok"):
                for said in taken:
                    said.gone = True
            if answer.get("ok") and self._dice.random() < AGAIN:
                with suppress(Lost):
                    self._ledger.answered(frame, self.ask("command", frame))
            if answer.get("ok") or answer.get("error", {}).get("code") not in FOR_NOW:
                return answer
            gevent.sleep(1.0)
        self._ledger.counts["given up"] += 1
        return None

    def _taken_back(self, choice: Choice) -> list[Said]:
        """The words a *take back* is about: whichever of one's answers in this step stands there now."""
        if choice.name != "take_back":
            return []
        step = self.screen.step.get("id")
        mine = (said for said in self._ledger.said.values() if said.seat == self.ident.seat)
        return [said for said in mine if said.step == step and not said.refused]

    def _command_id(self) -> str:
        return str(UUID(int=self._dice.getrandbits(128), version=4))

    def _tell_moment(self, choice: Choice) -> None:
        self._moment("command", self.at)
        if choice.name == "next" and self.screen.part in ("wall_write", "wall_read"):
            self._moment("release", self.at)
        if choice.name in ("start_break", "end_break") or self.screen.phase == "break":
            self._moment("break", self.at)

    # -- quiet rounds ---------------------------------------------------------------------------------
    def _take_part(self) -> None:
        """What every member's page does in a quiet round. A line that is lost is tried again."""
        while self._acting and not self.ident.host:
            with suppress(Lost, LineLost):
                if self.is_up and not self.stale and self.screen.me.get("place") == "seated":
                    self._quiet.keep()
            gevent.sleep(LOOK_S)

    def post_unseen(self, meeting_id: str, body: bytes) -> bool:
        """A post of a quiet round, without a cookie."""
        kind = {"Content-Type": "application/octet-stream"}
        try:
            status, _ = post(self._ways[self.at], f"/quiet/{meeting_id}/post", body, kind)
        except Lost:
            return False
        self._ledger.counts["posts taken" if status == 202 else "posts refused"] += 1
        return status == 202


def come_in(people: Sequence[Person]) -> None:
    """Everybody, a few at a time: an evening does not begin with all of them at one moment."""

    def one(person: Person) -> None:
        person.start()
        until = time.monotonic() + COMES_IN_S
        while not person.is_up and time.monotonic() < until:
            gevent.sleep(0.05)

    door = Pool(AT_ONCE)
    for person in people:
        door.spawn(one, person)
    door.join()
