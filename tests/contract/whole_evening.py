"""An evening with every feature in it, in which Zebedee writes an unnamed line; and what it leaves."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, event, text, update
from sqlalchemy.orm import Session

from circle.content.loader import load_library
from circle.domain import commands as c
from circle.domain.errors import NotAllowed, NotFound
from circle.domain.pulse import Where
from circle.domain.room import Status
from circle.domain.signs import (
    AmBack,
    AmWell,
    AskIfWell,
    AskPause,
    AskSlower,
    KeepPulse,
    PutWishAway,
    SayWhere,
    Signal,
    Wish,
)
from circle.domain.summary import Notes
from circle.live import ticker
from circle.mail.compose import Composer, mail_environment
from circle.mail.outbox import Outbox
from circle.services.clock import SettableClock
from circle.services.closing import Closing
from circle.services.letters import Letters
from circle.services.ports import Caller
from circle.services.speech import (
    AnswerWhisper,
    HoldLine,
    Receive,
    Say,
    SayInPair,
    SetLineAside,
    Sketch,
    Speech,
    TakeLineBack,
    Warn,
    Whisper,
)
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import Base, LineRow, Member
from circle.store.words import Words
from tests.contract.leaks import (
    CONNECTION,
    LINE,
    NAME,
    NAMED,
    PAIR_WORDS,
    PRIVATE_WORDS,
    REASON,
    STROKES,
    WALLS,
    WRITERS,
    ZEBEDEE,
    Evidence,
)
from tests.domain.scene import BREAK, GOODBYE, PAIR, ROUND, WALL, WORD
from tests.evening import BASE, SENDER, TEMPLATES, FakeCarrier
from tests.services.test_conduct_unnamed import commit
from tests.sitting import ANA, BO, CY, HOST, MEETING, STRANGER, Sitting


class EveningOfLeaks:
    """Holds the evening and gathers what it leaves. Nothing in here knows what a leak is."""

    def __init__(self, committer: Committer, keys: KeyRing, words: Words, clock: SettableClock) -> None:
        self.evidence = Evidence()
        walls = [replace(WALL, id=f"wall{n}") for n in range(WALLS)]
        steps = (WORD, PAIR, ROUND, *walls, BREAK, GOODBYE)
        self.sitting = Sitting(committer, words, clock, *steps, members=WRITERS)
        self.walls = [wall.id for wall in walls]
        self._wish_mail(committer, keys)
        letters = Letters(words, keys, load_library(), BASE, lambda _db, member: f"stop-{member.id}")
        composer = Composer(mail_environment(TEMPLATES), SENDER)
        self.carrier = FakeCarrier()
        self.outbox = Outbox(committer, clock, letters, composer, self.carrier)
        self.closing = Closing(committer, words, clock, letters, composer, SENDER)
        self.sitting.on_end = self.closing.meeting_ended

    def _wish_mail(self, committer: Committer, keys: KeyRing) -> None:
        def work(db: Session) -> None:
            for who in WRITERS:
                sealed = keys.seal(f"{who}@members.example", f"members.address.{who}")
                db.execute(update(Member).where(Member.id == who).values(mail="full", address_ct=sealed))

        committer.submit(work)
        self.sitting.do(ZEBEDEE, c.TakeSeat(ZEBEDEE, NAME))

    def hold(self) -> None:
        """From the first word to the mails."""
        self._words_and_round()
        for wall in self.walls:
            self._wall(wall)
        self._lines_are_touched()
        self._break_and_loss()
        self._end()

    def _words_and_round(self) -> None:
        do, say = self.sitting.do, self.sitting.say
        self.sitting.go_to("word")
        say(ZEBEDEE, Say("word", NAMED, summary=True))
        say(ANA, Say("word", "fine"))
        say(CY, Sketch("word", STROKES))
        self._privately(ZEBEDEE, "help", Whisper(PRIVATE_WORDS))
        self._privately(HOST, "an answer", AnswerWhisper(ZEBEDEE, PRIVATE_WORDS), also=ZEBEDEE)
        for who in (ZEBEDEE, BO):
            for status in (Status.OUT, Status.CALL, Status.HERE):
                with self._told(f"{who} is {status}", {HOST, who}):
                    self.sitting.conduct.say_status(Caller(who), MEETING, status)
        self._privately(HOST, "a wish of a host", Warn(ZEBEDEE, PRIVATE_WORDS), also=ZEBEDEE)
        with self._told("a second tab", {HOST}):
            self.sitting.conduct.arrive(Caller(ZEBEDEE), MEETING, CONNECTION + "-2")
            self.sitting.conduct.part(Caller(ZEBEDEE), MEETING, CONNECTION + "-2")
        self._signs()
        self._where_people_are()
        self._pairs()
        self.sitting.go_to("round")
        do(HOST, c.HandOn(HOST))
        do(ANA, c.Later())
        with self._told("stepping out before one's turn", {HOST, CY}):  # who would be next
            self.sitting.conduct.say_status(Caller(CY), MEETING, Status.OUT)
            self.sitting.conduct.say_status(Caller(CY), MEETING, Status.HERE)
        do(BO, c.HoldSilence(), c.PassPiece())
        do("fay", c.PassPiece())

    def _signs(self) -> None:
        self._sign(ZEBEDEE, AskSlower(), {HOST})
        self._sign(ZEBEDEE, AskPause(), {HOST})
        self._sign(HOST, PutWishAway(Wish.SLOWER), {HOST})
        self.sitting.conduct.say_status(Caller(ZEBEDEE), MEETING, Status.OUT)
        self._sign(HOST, AskIfWell(ZEBEDEE), {HOST, ZEBEDEE})
        self._sign(ZEBEDEE, AmWell(), {HOST, ZEBEDEE})
        self.sitting.conduct.say_status(Caller(ZEBEDEE), MEETING, Status.HERE)

    def _where_people_are(self) -> None:
        """Zebedee alone is flooded; five others are settled."""
        self.sitting.conduct.sign(Caller(HOST), MEETING, KeepPulse(True))
        ticker.tick_once(self.sitting.conduct)
        for who in WRITERS:
            self._sign(who, SayWhere(Where.FLOODED if who == ZEBEDEE else Where.SETTLED), set())
        self.sitting.clock.advance(25)
        ticker.tick_once(self.sitting.conduct)
        told = self.sitting.pages.pages[HOST].views["hosts"]["stage"]["stage"]["felt"]["told"]
        assert told["bands"]["flooded"] == "one_or_two", "hosts were told"

    def _pairs(self) -> None:
        self.sitting.go_to("pair")
        groups = [set(group.seats) for group in self.sitting.meeting.pairs]
        beside = next(group for group in groups if ZEBEDEE in group)
        self.evidence.in_pair = beside
        with self._told("words inside a pair", beside):
            self.sitting.say(ZEBEDEE, SayInPair("pair", PAIR_WORDS))
        with self._told("a lost line in a pair", beside | {HOST}):
            self.sitting.conduct.part(Caller(ZEBEDEE), MEETING, CONNECTION)
            self.sitting.conduct.arrive(Caller(ZEBEDEE), MEETING, CONNECTION)
        with self._told("stepping out of a pair", beside | {HOST}):
            self.sitting.conduct.say_status(Caller(ZEBEDEE), MEETING, Status.OUT)
            self.sitting.conduct.say_status(Caller(ZEBEDEE), MEETING, Status.HERE)
        with self._told("back to the pair", beside | {HOST}):
            self.sitting.do(ZEBEDEE, c.ReturnToPair())

    def _sign(self, who: str, signal: Signal, may: set[str]) -> None:
        with self._told(type(signal).__name__, may):
            self.sitting.conduct.sign(Caller(who), MEETING, signal)

    def _wall(self, wall: str) -> None:
        self.sitting.go_to(wall)
        for at, who in enumerate(WRITERS):
            words = LINE if (wall, who) == (self.walls[0], ZEBEDEE) else f"{wall} {at}"
            self._unnamed(who, HoldLine(wall, words, commit(words + who), summary=True), set())
        self._unnamed(BO, HoldLine(wall, f"{wall} gone", commit(wall)), set())
        self._unnamed(BO, TakeLineBack(wall), set())
        self.sitting.do(HOST, c.Next())
        batch = self.sitting.pages.pages[HOST].views["hosts"]["batch"]
        aside = next(line_id for line_id, line in batch.items() if line["text"].startswith(f"{wall} 0"))
        with self._told("set aside", {HOST}):
            self.sitting.say(HOST, SetLineAside(aside, True))
        self.sitting.do(HOST, c.Next())

    def _lines_are_touched(self) -> None:
        lines = [line for line in self.sitting.rows(LineRow) if not line.set_aside]
        for line in lines[:3]:
            self._unnamed(ZEBEDEE, Receive(line.id), None)
        self._unnamed(ANA, TakeLineBack(f"{self.walls[-1]} 0{ANA}"), None)
        self.sitting.refresh(ANA)

    def _break_and_loss(self) -> None:
        sitting = self.sitting
        sitting.do(HOST, c.StartBreak(1))
        self._sign(ZEBEDEE, AmBack(), {HOST, ZEBEDEE})
        sitting.clock.advance(61)
        sitting.beat(HOST, *WRITERS)
        ticker.tick_once(sitting.conduct)
        sitting.do(HOST, c.EndBreak())
        sitting.clock.advance(50)
        ticker.tick_once(sitting.conduct)
        sitting.beat(HOST)
        ticker.tick_once(sitting.conduct)
        with self._told("refused", set()):
            for who in ("fay", STRANGER):
                self._refused(who, c.EndSession())
        sitting.do(HOST, c.Remove("fay", REASON))

    def _refused(self, who: str, command: c.Command) -> None:
        try:
            self.sitting.do(who, command)
        except (NotAllowed, NotFound):
            return
        raise AssertionError("this is refused")

    def _end(self) -> None:
        self.sitting.go_to("goodbye")
        self.sitting.do(HOST, c.Next())
        host = Caller(HOST, host=True)
        draft = self.closing.get(host, MEETING)
        first = next(line_id for line_id, words in draft.lines if words == LINE)
        form = Notes(titles=("A word", "A wall"), from_host="Rest well.", line_ids=(first,))
        self.closing.save(host, MEETING, form, draft.version)
        self.closing.release(host, MEETING)
        self.sitting.clock.advance(24 * 3600)
        self.outbox.run_once()

    # -- how things are done --------------------------------------------------------------------------
    def _unnamed(self, who: str, speech: Speech, told: set[str] | None) -> None:
        command_id = str(uuid4())
        self.evidence.unnamed.append(command_id)
        if told is None:
            self.sitting.say(who, speech, command_id=command_id)
            return
        with self._told(type(speech).__name__, told):
            self.sitting.say(who, speech, command_id=command_id)

    def _privately(self, who: str, what: str, speech: Speech, also: str = "") -> None:
        with self._told(what, {HOST, who, also}):
            self.sitting.say(who, speech)

    @contextmanager
    def _told(self, what: str, may: set[str]) -> Iterator[None]:
        pages = self.sitting.pages.pages
        before = {who: len(page.frames) for who, page in pages.items()}
        yield
        told = {who for who, page in pages.items() if len(page.frames) > before[who]}
        self.evidence.told.append((what, may, told))


def gather(
    engine: Engine,
    committer: Committer,
    keys: KeyRing,
    words: Words,
    clock: SettableClock,
    *,
    echo: bool = False,
) -> Evidence:
    """Hold the evening and return what it leaves; what was logged is for the caller to add.

    echo: with a log of every statement, as somebody might switch on in search of a fault.
    """
    evening = EveningOfLeaks(committer, keys, words, clock)
    evidence = evening.evidence
    with _statements(engine, evidence.transactions):
        engine.echo = echo
        evening.hold()
        engine.echo = False
    evidence.frames = {who: page.frames for who, page in evening.sitting.pages.pages.items()}
    evidence.mails = {mail.recipient: _plain(mail.raw) for mail in evening.carrier.mails}
    evidence.rows = _rows(engine)
    evidence.files = _files(engine)
    evidence.written = _written(evidence, evening, words)
    evidence.line_ids = [str(row["id"]) for row in evidence.rows["lines"] if _opened(words, row) == LINE]
    return evidence


@contextmanager
def _statements(engine: Engine, transactions: list[list[tuple[str, list[Any]]]]) -> Iterator[None]:
    """Note every statement that writes, by transaction."""
    now: list[tuple[str, list[Any]]] = []

    def executed(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", statement, re.I):
            many = parameters if isinstance(parameters, list) else [parameters]
            for one in many:
                now.append((statement, list(one.values() if isinstance(one, dict) else one)))

    def committed(_conn: Any) -> None:
        if now:
            transactions.append(list(now))
        now.clear()

    def rolled_back(_conn: Any) -> None:
        now.clear()

    listeners = (("before_cursor_execute", executed), ("commit", committed), ("rollback", rolled_back))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def _rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]  # noqa: S608
            for table in Base.metadata.tables
        }


def _files(engine: Engine) -> dict[str, bytes]:
    """A SQLite database as it lies on the disk, its log, and its dump."""
    if engine.dialect.name != "sqlite":
        return {}
    database = Path(engine.url.database or "")
    found = {file.name: file.read_bytes() for file in database.parent.glob(database.name + "*")}
    with sqlite3.connect(database) as connection:
        found["dump"] = "\n".join(connection.iterdump()).encode()
    connection.close()
    return found


def _opened(words: Words, row: dict[str, Any]) -> str:
    return words._open(row["body_ct"], "lines", str(row["id"]))


def _written(evidence: Evidence, evening: EveningOfLeaks, words: Words) -> list[list[int]]:
    """For each wall the writers' places, in the order in which lines went to the database."""
    at = {
        commit((LINE if (w, who) == (evening.walls[0], ZEBEDEE) else f"{w} {n}") + who): (w, n)
        for w in evening.walls
        for n, who in enumerate(WRITERS)
    }
    inserted: dict[str, list[int]] = {wall: [] for wall in evening.walls}
    for statement, parameters in (pair for transaction in evidence.transactions for pair in transaction):
        if re.match(r"INSERT INTO lines\b", statement):
            known = [at[p] for p in parameters if isinstance(p, str) and p in at]
            for wall, place in known:
                inserted[wall].append(place)
    return list(inserted.values())


def _plain(raw: bytes) -> str:
    message = message_from_bytes(raw)
    parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    bodies = [part.decode() for part in parts if isinstance(part, bytes)]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *bodies])
