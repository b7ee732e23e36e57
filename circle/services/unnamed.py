"""Words without a name, on their way to the wall: by the quiet round, or by the pending list of the wall.

Both keep words in memory alone; what hosts read and show is one batch, whichever way it came.
"""

from __future__ import annotations

import base64
import hashlib

from sqlalchemy.orm import Session

from circle.domain.errors import NotNow
from circle.domain.meeting import Meeting, Place, Role, is_collecting, is_quiet
from circle.domain.plan import Part
from circle.domain.quiet import REAL_MIN
from circle.domain.room import WallLine
from circle.services.change import After
from circle.services.memory import Post
from circle.services.pending import PendingLines
from circle.services.presence import PresenceTable
from circle.services.quiet import QuietRounds
from circle.store.words import NewLine, Words


class UnnamedWords:
    """Of one process. quiet: None where pages cannot do it (http in a house); the wall takes all then."""

    def __init__(
        self, words: Words, pending: PendingLines, presence: PresenceTable, quiet: QuietRounds | None
    ) -> None:
        self._words = words
        self.pending = pending
        self._presence = presence
        self.quiet = quiet

    def writers(self, meeting: Meeting) -> int:
        """How many members could write in a quiet round now; 0 where there is none."""
        return len(self._present(meeting)) if self.quiet is not None else 0

    def announced(self, meeting: Meeting) -> tuple[str, str]:
        """Name and key (base64url) of the quiet round that is on, opened if need be; empty without one."""
        if self.quiet is None or meeting.unnamed is None or not is_quiet(meeting):
            return "", ""
        told = self.quiet.open(meeting.id, meeting.unnamed.step)
        return told.round_id, base64.urlsafe_b64encode(told.key).decode().rstrip("=")

    def batch(self, meeting: Meeting) -> tuple[WallLine, ...]:
        """What hosts are reading; nothing in any other part, nor while pages post."""
        if meeting.step is None or meeting.part_now is not Part.WALL_READ or is_collecting(meeting):
            return ()
        return self.pending.batch_for_hosts(meeting.id, meeting.step.id)

    def turned(self, db: Session, before: Meeting, after: Meeting, named: int) -> tuple[After, ...]:
        """Follow the stage: collect, release what may be read, show. Returns what to do after the commit.

        named: how many members gave their name to words in this step.
        """
        closing = (lambda: self._close(after.id),) if self._is_left(after) else ()
        return *closing, *self._turned(db, before, after, named)

    def _turned(self, db: Session, before: Meeting, after: Meeting, named: int) -> tuple[After, ...]:
        if after.unnamed is None:
            return ()
        step_id = after.unnamed.step
        if is_collecting(before) and not is_collecting(after):
            return (lambda: self._release(after, step_id, named),)
        if (before.index, before.part) == (after.index, after.part):
            return ()
        if after.part_now is Part.WALL_READ:
            return (lambda: self._collect(after, step_id),)
        return self._show(db, after, step_id) if after.part_now is Part.WALL_SHOW else ()

    def lags(self, meeting: Meeting) -> bool:
        """Whether some of `turned` was left undone, in a session that is on."""
        if self._is_left(meeting) or self.pending.between.is_left(meeting):
            return True
        if meeting.unnamed is None:
            return False
        if not is_quiet(meeting):
            return meeting.part_now is Part.WALL_READ and not self.pending.was_collected(meeting)
        return self.quiet is not None and self.quiet.collects(meeting.id) is not is_collecting(meeting)

    def catch_up(self, meeting: Meeting, named: int) -> None:
        """Words of an earlier step go, lines are collected, a window opens or closes. named: as `turned`."""
        if self._is_left(meeting):
            self._close(meeting.id)
        if self.pending.between.is_left(meeting):
            self.pending.between.forget(meeting.id)
        if meeting.unnamed is None:
            return
        if is_collecting(meeting) or (meeting.part_now is Part.WALL_READ and not is_quiet(meeting)):
            self._collect(meeting, meeting.unnamed.step)
        else:
            self._release(meeting, meeting.unnamed.step, named)

    def _is_left(self, meeting: Meeting) -> bool:
        """Whether a round is on whose step is not the present one."""
        return self.quiet is not None and self.quiet.is_on(meeting.id) and not is_quiet(meeting)

    def takes(self, meeting_id: str, token: bytes) -> bool:
        """Whether this token is of a quiet round that collects now; nothing changes."""
        return self.quiet is not None and self.quiet.takes(meeting_id, token)

    def take(self, meeting_id: str, token: bytes, post: Post, body: bytes) -> None:
        """What came with a token and without anybody. Raises CircleError."""
        if self.quiet is None:
            raise NotNow("not_collected")
        self.quiet.take(meeting_id, token, post, body)

    def issue(self, meeting_id: str, seat_id: str, round_id: str, requests: tuple[bytes, ...]) -> list[bytes]:
        """The tokens of one seat. Raises NotNow("round_over"), TooMany("tokens_given")."""
        if self.quiet is None:
            raise NotNow("round_over")
        return self.quiet.issue(meeting_id, seat_id, round_id, requests)

    def knows(self, db: Session, meeting_id: str, secret: str) -> bool:
        """Whether a line of this secret is here, shown or not."""
        commit = hashlib.sha256(secret.encode()).hexdigest()
        held = self.pending.knows(meeting_id, commit)
        posted = self.quiet is not None and self.quiet.knows(meeting_id, commit)
        return held or posted or self._words.line_by_commit(db, meeting_id, commit) is not None

    def withdraw(self, db: Session, meeting_id: str, secret: str) -> tuple[After, ...]:
        """Whoever has the secret takes the line back, shown or not, from this step or an earlier one."""
        commit = hashlib.sha256(secret.encode()).hexdigest()
        row = self._words.line_by_commit(db, meeting_id, commit)
        if row is not None:  # on this wall or on an earlier one: it would stand in the notes
            db.delete(row)

        def drop() -> None:
            self.pending.take_back(meeting_id, commit)
            if self.quiet is not None:
                self.quiet.withdraw(meeting_id, commit)

        return (drop,)

    def holds(self, meeting_id: str) -> bool:
        """Whether there is anything that goes with the session (`forget`)."""
        on = self.quiet is not None and self.quiet.is_on(meeting_id)
        return on or self.pending.holds(meeting_id)

    def forget(self, meeting_id: str) -> None:
        """The session is over: what was not shown is destroyed, and so is the key."""
        self.pending.forget(meeting_id)
        self._close(meeting_id)

    def _present(self, meeting: Meeting) -> frozenset[str]:
        """Members whose pages can write: not of whoever rests for a while, who is no possible writer."""
        here = self._presence.of(meeting.id)
        return frozenset(
            seat.id
            for seat in meeting.placed(Place.SEATED)
            if seat.role is Role.MEMBER and not seat.apart and seat.id in here and here[seat.id].connected
        )

    def _collect(self, meeting: Meeting, step_id: str) -> None:
        if not is_quiet(meeting):
            self.pending.collect(meeting, step_id)
        elif self.quiet is not None and is_collecting(meeting):
            self.quiet.open(meeting.id, step_id)  # anew, if this process is: then nobody has tokens of it
            self.quiet.open_window(meeting.id, self._present(meeting))

    def _release(self, meeting: Meeting, step_id: str, named: int) -> None:
        if self.quiet is not None:
            lines = self.quiet.close_window(meeting.id, self._present(meeting), named)
            self.pending.put_batch(meeting.id, step_id, lines)

    def _show(self, db: Session, meeting: Meeting, step_id: str) -> tuple[After, ...]:
        if not meeting.read_first and not is_quiet(meeting):
            self.pending.collect(meeting, step_id)
        collected = self.pending.batch(meeting.id, step_id)
        batch = self._not_stored(db, meeting.id, collected)
        if is_quiet(meeting) and sum(not line.set_aside for line in batch) < REAL_MIN:
            return ()  # what was set aside or taken back left a single line: it stays with the hosts
        self._words.show_lines(db, meeting.id, step_id, batch)
        shown = tuple(line.id for line in collected)
        return (lambda: self.pending.shown(meeting.id, step_id, shown),)

    def _not_stored(self, db: Session, meeting_id: str, batch: tuple[NewLine, ...]) -> tuple[NewLine, ...]:
        """A process that died just after it had stored lines leaves them in the shared memory too."""
        return tuple(line for line in batch if self._words.line(db, meeting_id, line.id) is None)

    def _close(self, meeting_id: str) -> None:
        if self.quiet is not None:
            self.quiet.close(meeting_id)
