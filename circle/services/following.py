"""What follows a commit in memory, so that a session's memory is where its stage is.

It is done right after the commit (`turned`). A process that dies there, a line that breaks or a Redis that
does not answer leave it undone; the ticker notices (`lags`) and does it then (`catch_up`):

the step is left             words inside pairs go; nobody meets those of another step meanwhile (`between`)
a quiet round is left        its key, its tokens and what was not shown go
pages begin to post, end     the window opens; it closes and the lines are there to be read
hosts begin to read a wall   what waits becomes what they read
lines are shown              they stand in the database, and are not shown twice (`UnnamedWords`)
the phase changes            signs that belong to another one go: not made up for, they hold no words
the session is over          everything goes but whose page is there; that too, where nobody may stay
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from circle.domain.meeting import OVER, Meeting
from circle.domain.signs import after_moving
from circle.services.change import After
from circle.services.presence import PresenceTable
from circle.services.unnamed import UnnamedWords


class Following:
    """Whatever changes memory is called with the meeting held."""

    def __init__(self, presence: PresenceTable, unnamed: UnnamedWords) -> None:
        self._presence = presence
        self._unnamed = unnamed

    def turned(self, db: Session, before: Meeting, after: Meeting, named: int) -> tuple[After, ...]:
        """What is to be done once this change is committed. named: how many members gave their name to words
        in this step.
        """
        if after.phase in OVER:
            return (lambda: self._forget(after),)
        return (lambda: self._move_signs(before, after), *self._unnamed.turned(db, before, after, named))

    def lags(self, meeting: Meeting) -> bool:
        """Whether some of that was left undone."""
        if meeting.phase not in OVER:
            return self._unnamed.lags(meeting)
        everybody_gone = meeting.linger_until is None
        return self._unnamed.holds(meeting.id) or (everybody_gone and self._presence.holds(meeting.id))

    def catch_up(self, meeting: Meeting, named: int) -> None:
        """Do it now. named: as in `turned`."""
        if meeting.phase in OVER:
            self._forget(meeting)
        else:
            self._unnamed.catch_up(meeting, named)

    def _forget(self, meeting: Meeting) -> None:
        self._unnamed.forget(meeting.id)
        if meeting.linger_until is None:
            self._presence.forget(meeting.id)
        else:
            self._presence.forget_what_was_said(meeting.id)

    def _move_signs(self, before: Meeting, after: Meeting) -> None:
        signs = after_moving(self._presence.signs(after.id), before.phase, after.phase)
        self._presence.set_signs(after.id, signs)
        if (before.index, before.part) != (after.index, after.part):
            self._unnamed.pending.between.forget(after.id)
