"""Words in the database: sealed, erasable. Unnamed lines have no author here, at any time."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from circle.domain.room import PrivateWord, Share, WallLine
from circle.store.crypto import KeyRing
from circle.store.models import LineRow, ShareRow, SummaryRow, WordRow

# Before a sketch's strokes, inside the seal. No words begin so: typed text holds no control characters.
_SKETCH = "\x1dsketch:"

_SHARES = cast(Table, ShareRow.__table__)
_T = _SHARES.c
_SAID = (
    select(_T.id, _T.step_id, _T.member_id, _T.body_ct, _T.set_aside, _T.position)
    .where(_T.meeting_id == bindparam("meeting"), _T.step_id == bindparam("step"))
    .order_by(_T.position, _T.id)
)
_SAY_OTHERWISE = (
    update(_SHARES)
    .where(_T.id == bindparam("share"), _T.meeting_id == bindparam("meeting"))
    .values(body_ct=bindparam("body"), summary=bindparam("allowed"))
)
_SAY = (
    insert(_SHARES)
    .values(
        id=bindparam("share"),
        meeting_id=bindparam("meeting"),
        step_id=bindparam("step"),
        member_id=bindparam("seat"),
        body_ct=bindparam("body"),
        summary=bindparam("allowed"),
        set_aside=False,
        position=select(func.coalesce(func.max(_T.position), 0) + 1)
        .where(_T.meeting_id == bindparam("meeting"))
        .scalar_subquery(),
    )
    .returning(_T.position)
)


@dataclass(frozen=True, slots=True)
class NewLine:
    """An unnamed line on its way from the pending list to the wall."""

    id: str
    text: str
    commit: str
    read_aloud: bool
    summary: bool
    set_aside: bool
    mailbox: str = ""


class Words:
    """All words of meetings, through one key ring."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    # -- by name --
    def shares(self, db: Session, meeting_id: str, step_id: str) -> tuple[Share, ...]:
        """What was said by name in one step, in order."""
        rows = db.connection().execute(_SAID, {"meeting": meeting_id, "step": step_id})
        return tuple(share for row in rows if (share := self._share(row)).text or share.sketch)

    def givers(self, db: Session, meeting_id: str, step_id: str) -> frozenset[str]:
        """Who has given their name to words in one step, also where the words are gone (`empty_share`)."""
        query = select(ShareRow.member_id).where(
            ShareRow.meeting_id == meeting_id, ShareRow.step_id == step_id
        )
        return frozenset(db.scalars(query))

    def put_share(self, db: Session, meeting_id: str, share: Share, *, summary: bool) -> Share:
        """Add words, or change one's own (same id). Returns them as they stand there now."""
        body = _SKETCH + share.sketch if share.sketch else share.text
        sealed = self._keys.seal(body, f"shares.body.{share.id}")
        line = db.connection()
        words = {"share": share.id, "meeting": meeting_id, "body": sealed, "allowed": summary}
        if line.execute(_SAY_OTHERWISE, words).rowcount:
            return share
        more = {"step": share.step_id, "seat": share.seat_id}
        return replace(share, at=line.execute(_SAY, words | more).scalar_one())

    def _share(self, row: Any) -> Share:
        body = self._open(row.body_ct, "shares", row.id)
        text, sketch = ("", body.removeprefix(_SKETCH)) if body.startswith(_SKETCH) else (body, "")
        return Share(row.id, row.step_id, row.member_id, text, row.set_aside, row.position, sketch)

    def drop_share(self, db: Session, meeting_id: str, share_id: str) -> None:
        """Take words back; the text is gone."""
        db.execute(delete(ShareRow).where(ShareRow.id == share_id, ShareRow.meeting_id == meeting_id))

    def empty_share(self, db: Session, meeting_id: str, share_id: str) -> None:
        """Take words back where it counts who gave their name: the text is gone, and nobody sees the rest."""
        sealed = self._keys.seal("", f"shares.body.{share_id}")
        db.execute(
            update(ShareRow)
            .where(ShareRow.id == share_id, ShareRow.meeting_id == meeting_id)
            .values(body_ct=sealed, summary=False, set_aside=True)
        )

    def set_share_aside(self, db: Session, meeting_id: str, share_id: str, aside: bool) -> None:
        """Hide words from the room, or show them again."""
        db.execute(
            update(ShareRow)
            .where(ShareRow.id == share_id, ShareRow.meeting_id == meeting_id)
            .values(set_aside=aside)
        )

    # -- without a name --
    def lines(self, db: Session, meeting_id: str, step_id: str) -> tuple[WallLine, ...]:
        """The wall of one step. Ordered by random id: no order of arrival exists."""
        rows = db.scalars(
            select(LineRow)
            .where(LineRow.meeting_id == meeting_id, LineRow.step_id == step_id)
            .order_by(LineRow.id)
        )
        return tuple(
            WallLine(
                id=r.id,
                step_id=r.step_id,
                text=self._open(r.body_ct, "lines", r.id),
                commit=r.commit,
                set_aside=r.set_aside,
                received=r.received,
                read_aloud=r.read_aloud,
                mailbox=r.mailbox,
            )
            for r in rows
        )

    def show_lines(self, db: Session, meeting_id: str, step_id: str, batch: Sequence[NewLine]) -> None:
        """Write a whole batch, shuffled, in this one transaction."""
        shuffled = list(batch)
        secrets.SystemRandom().shuffle(shuffled)
        for line in shuffled:
            db.add(
                LineRow(
                    id=line.id,
                    meeting_id=meeting_id,
                    step_id=step_id,
                    body_ct=self._keys.seal(line.text, f"lines.body.{line.id}"),
                    commit=line.commit,
                    read_aloud=line.read_aloud,
                    summary=line.summary,
                    set_aside=line.set_aside,
                    mailbox=line.mailbox,
                )
            )
            db.flush()  # row by row, so that the unit of work cannot sort them back

    def line(self, db: Session, meeting_id: str, line_id: str) -> LineRow | None:
        """One line's row, of this meeting only."""
        row = db.get(LineRow, line_id)
        return row if row is not None and row.meeting_id == meeting_id else None

    def line_by_commit(self, db: Session, meeting_id: str, commit: str) -> LineRow | None:
        """The line its writer's page knows by this digest, on whichever wall of the meeting."""
        query = select(LineRow).where(LineRow.meeting_id == meeting_id, LineRow.commit == commit)
        return db.scalars(query.limit(1)).first() if commit else None

    def lines_for_notes(self, db: Session, meeting_id: str) -> list[tuple[str, str]]:
        """(id, text) of every line and share whose writer allowed it for the notes, in random order."""
        lines = db.scalars(
            select(LineRow).where(
                LineRow.meeting_id == meeting_id, LineRow.summary, LineRow.set_aside.is_(False)
            )
        )
        shares = db.scalars(
            select(ShareRow).where(
                ShareRow.meeting_id == meeting_id, ShareRow.summary, ShareRow.set_aside.is_(False)
            )
        )
        found = [(r.id, self._open(r.body_ct, "lines", r.id)) for r in lines]
        found += [(r.id, self._open(r.body_ct, "shares", r.id)) for r in shares]
        return sorted(found)  # ids are random

    def allowed_by(self, db: Session, meeting_id: str, member_id: str) -> list[tuple[str, str]]:
        """(id, text) of what this person said by name and allowed for the notes, in the order it was said."""
        mine = ShareRow.meeting_id == meeting_id, ShareRow.member_id == member_id, ShareRow.summary
        rows = db.scalars(select(ShareRow).where(*mine).order_by(ShareRow.position))
        return [(row.id, self._open(row.body_ct, "shares", row.id)) for row in rows]

    def take_out_of_notes(self, db: Session, meeting_id: str, member_id: str, share_id: str) -> None:
        """This person's permission for one of these is gone; of other people's nothing changes."""
        mine = ShareRow.meeting_id == meeting_id, ShareRow.member_id == member_id, ShareRow.id == share_id
        db.execute(update(ShareRow).where(*mine).values(summary=False))

    def keep_for_notes(self, db: Session, meeting_id: str, kept: Collection[str]) -> None:
        """The notes are released with these lines: every other permission is used up."""
        for table in (LineRow, ShareRow):
            db.execute(
                update(table)
                .where(table.meeting_id == meeting_id, table.summary, table.id.not_in(kept))
                .values(summary=False)
            )

    # -- private words --
    def private_words(self, db: Session, meeting_id: str) -> tuple[PrivateWord, ...]:
        """Words between people and hosts, in order."""
        rows = db.scalars(select(WordRow).where(WordRow.meeting_id == meeting_id).order_by(WordRow.position))
        return tuple(
            PrivateWord(r.id, r.member_id, self._open(r.body_ct, "words", r.id), r.from_host, r.asks)
            for r in rows
        )

    def add_word(self, db: Session, meeting_id: str, word: PrivateWord) -> None:
        """Add a private word."""
        last = db.scalar(select(func.max(WordRow.position)).where(WordRow.meeting_id == meeting_id))
        db.add(
            WordRow(
                id=word.id,
                meeting_id=meeting_id,
                member_id=word.seat_id,
                body_ct=self._keys.seal(word.text, f"words.body.{word.id}"),
                from_host=word.from_host,
                asks=word.asks,
                position=(last or 0) + 1,
            )
        )

    # -- the host's text for the notes --
    def notes_text(self, row: SummaryRow) -> str:
        """The sealed form of a summary, "" when it is gone."""
        return self._keys.open(row.form_ct, f"summaries.form.{row.meeting_id}") if row.form_ct else ""

    def seal_notes(self, row: SummaryRow, text: str) -> None:
        """Put the form into the row."""
        row.form_ct = self._keys.seal(text, f"summaries.form.{row.meeting_id}")

    def seal_reason(self, audit_id: str, reason: str) -> bytes:
        """A host's private reason, sealed for its audit line."""
        return self._keys.seal(reason, f"audit.reason.{audit_id}")

    # -- the end --
    def forget_private(self, db: Session, meeting_id: str) -> int:
        """24 h after the end: private words go. Returns how many rows."""
        done = db.execute(delete(WordRow).where(WordRow.meeting_id == meeting_id))
        return int(done.rowcount)  # type: ignore[attr-defined]

    def forget_said(self, db: Session, meeting_id: str, *, except_notes: bool = False) -> int:
        """When the retention rule says so: everything said in the room goes. Returns how many rows.

        except_notes: what its writers allowed for the notes stays, as long as the notes are about.
        """
        gone = 0
        for table in (LineRow, ShareRow):
            query = delete(table).where(table.meeting_id == meeting_id)
            if except_notes:
                query = query.where(or_(~table.summary, table.set_aside))
            gone += db.execute(query).rowcount  # type: ignore[attr-defined]
        return gone

    def _open(self, sealed: bytes, table: str, row_id: str) -> str:
        return self._keys.open(sealed, f"{table}.body.{row_id}")
