"""What made-up people were told and were promised, and whether it all agrees.

One truth: a number of an audience stands for one message and one view, whoever heard it, wherever. Nothing
acknowledged is lost: what was answered `kept` is stored once, and nothing is stored that nobody sent.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from circle.domain.audience import SELF
from circle.store.models import LineRow, MeetingRow, ShareRow
from circle.store.words import Words

MARK = "w:"  # every made-up word begins so: it may stand in no log
KEPT, HELD = {"ok": True, "kept": True}, {"ok": True, "held": True}
WITHOUT_NAME = ("lines", "batch")
_SHOWN_AT_MOST = 5  # breaches of one kind, in the report


@dataclass(slots=True)
class Said:
    """Words by name. answers: it replaces what the same person answered in this step before."""

    meeting: str
    seat: str
    step: str
    text: str
    answers: bool
    sure: bool = False  # acknowledged
    refused: bool = False  # and nothing else came of it
    gone: bool | None = False  # replaced or taken back; None: perhaps


@dataclass
class Ledger:
    """Everything that is to be compared. breaches: what does not agree, by kind."""

    counts: Counter[str] = field(default_factory=Counter)
    breaches: dict[str, list[str]] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)  # by text
    lines: dict[str, str] = field(default_factory=dict)  # words without a name -> who wrote them
    unseen: set[str] = field(default_factory=set)  # ids of commands that carried such words
    _messages: dict[tuple[str, ...], int] = field(default_factory=dict)
    _views: dict[tuple[str, ...], int] = field(default_factory=dict)
    _answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def breach(self, kind: str, what: str) -> None:
        """Something that may not be."""
        self.breaches.setdefault(kind, []).append(what)

    # -- what pages hear ------------------------------------------------------------------------------
    def heard(self, meeting: str, seat: str, message: dict[str, Any], raw: str) -> None:
        """A message as it came."""
        if not message["run"]:
            return  # told to look anew; there is no number to it
        self.counts["messages"] += 1
        key = _key(meeting, message["run"], message["audience"], seat, message["seq"])
        if self._messages.setdefault(key, hash(raw)) != hash(raw):
            self.breach("one number, two messages", f"{key}")
        for change in message["changes"]:
            self._look_for_writers(meeting, change["in"], change["item"])

    def seen(self, meeting: str, seat: str, snapshot: dict[str, Any]) -> None:
        """A snapshot as it came."""
        self.counts["snapshots"] += 1
        for audience, part in snapshot["audiences"].items():
            name = SELF if audience.startswith(SELF) else audience
            key = _key(meeting, snapshot["run"], name, seat, part["seq"])
            shown = hash(as_shown(part["view"]))
            if self._views.setdefault(key, shown) != shown:
                self.breach("one number, two views", f"{key}")
            for collection, items in part["view"].items():
                for item in items.values():
                    self._look_for_writers(meeting, collection, item)

    def _look_for_writers(self, meeting: str, collection: str, item: dict[str, Any] | None) -> None:
        """A line without a name stands beside nobody's seat, and nowhere else."""
        text = (item or {}).get("text")
        if not isinstance(text, str) or text not in self.lines:
            return
        told = json.dumps(item)
        if collection not in WITHOUT_NAME or f'"{meeting}-' in told:
            self.breach("a line with its writer", f"{meeting}: in {collection}")

    # -- what pages are promised ----------------------------------------------------------------------
    def answered(self, frame: dict[str, Any], answer: dict[str, Any]) -> None:
        """An answer to a command, first or again."""
        if not answer.get("ok"):
            self.counts[f"refused: {answer.get('error', {}).get('code', '?')}"] += 1
            return
        self.counts["acknowledged"] += 1
        if self._answers.setdefault(frame["command_id"], answer) != answer:
            self.breach("two answers to one command", frame["name"])
        expected = HELD if frame["name"] in ("hold_line", "say_in_pair") else None
        if expected is not None and answer != expected:
            self.breach("kept what may only be held", frame["name"])

    def keeps(self, said: Said) -> None:
        """Words by name were acknowledged: what the same person answered here before is replaced."""
        said.sure = True
        for other in self._earlier(said):
            other.gone = True

    def may_keep(self, said: Said) -> None:
        """Nobody knows whether these words came through."""
        for other in self._earlier(said):
            if other.gone is False:
                other.gone = None

    def _earlier(self, said: Said) -> list[Said]:
        if not said.answers:
            return []
        mine = (said.meeting, said.seat, said.step)
        return [
            one for one in self.said.values() if one is not said and (one.meeting, one.seat, one.step) == mine
        ]

    # -- the end --------------------------------------------------------------------------------------
    def compare_with_rows(self, db: Session, words: Words) -> None:
        """What was promised and what is stored."""
        found: Counter[str] = Counter()
        for meeting in db.scalars(select(MeetingRow.id)):
            steps = db.scalars(select(ShareRow.step_id).where(ShareRow.meeting_id == meeting).distinct())
            for step in list(steps):
                for share in words.shares(db, meeting, step):
                    found[share.text] += 1
                    sent = self.said.get(share.text)
                    if sent is None or (sent.meeting, sent.seat) != (meeting, share.seat_id):
                        self.breach("stored words nobody sent", f"{meeting} {step}")
        for text, said in self.said.items():
            stored = found[text]
            if said.sure and said.gone is False and stored != 1:
                self.breach("kept and not stored once", f"{said.meeting} {said.step}: {stored} times")
            if (said.gone or said.refused) and stored:
                self.breach("stored though replaced, taken back or refused", f"{said.meeting} {said.step}")
            if stored > 1:
                self.breach("stored twice", f"{said.meeting} {said.step}")
        self.counts["shares stored"] = sum(found.values())
        self._compare_lines(db, words)

    def _compare_lines(self, db: Session, words: Words) -> None:
        shown: Counter[str] = Counter()
        where = db.execute(select(LineRow.meeting_id, LineRow.step_id).distinct()).all()
        for meeting, step in where:
            shown.update(line.text for line in words.lines(db, meeting, step))
        for text, times in shown.items():
            if text not in self.lines:
                self.breach("stored words nobody sent", "a line")
            if times > 1:
                self.breach("a line shown twice", f"{times} times")
        self.counts["lines shown"] = sum(shown.values())

    def look_for_traces(self, db: Session, log: list[str]) -> None:
        """No row joins a command that carried unnamed words to anybody; no log holds words or such ids."""
        tables = MetaData()
        tables.reflect(db.connection())
        for table in tables.sorted_tables:
            for row in db.execute(table.select()):
                told = {str(value) for value in row}
                if told & self.unseen or told & self.lines.keys():
                    self.breach("a trace of a line's writer", table.name)
        for line in log:
            if MARK in line:
                self.breach("words in a log", line[:80])
            if any(word in self.unseen for word in line.replace("=", " ").split()):
                self.breach("a trace of a line's writer", "log")

    def report(self) -> str:
        """The breaches, a few of each kind; "" if there are none."""
        return "\n".join(
            f"BREACH {kind}: {len(found)} times, such as\n    " + "\n    ".join(found[:_SHOWN_AT_MOST])
            for kind, found in sorted(self.breaches.items())
        )


def as_shown(view: dict[str, dict[str, Any]]) -> str:
    """A view as one can compare it: collections that hold something, whatever the order of keys."""
    return json.dumps({name: items for name, items in view.items() if items}, sort_keys=True)


def _key(meeting: str, run: str, audience: str, seat: str, seq: int) -> tuple[str, ...]:
    return (meeting, run, audience + seat if audience == SELF else audience, str(seq))
