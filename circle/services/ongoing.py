"""The sessions that are on: what the ticker goes round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from circle.domain.meeting import OVER, Meeting
from circle.services.ports import Clock
from circle.store import meetings
from circle.store.committer import Committer

JUST_ENDED = timedelta(hours=1)  # longer than anybody may stay after the closing


class Ongoing:
    """Remembers them, so that those that have not changed are not read again."""

    def __init__(self, committer: Committer, clock: Clock) -> None:
        self._committer = committer
        self._clock = clock
        self._known: dict[str, Meeting] = {}
        self._over: dict[str, int] = {}  # those where nobody may stay any more, and in which version
        self.ids: frozenset[str] = frozenset()  # of all that are on or have just ended, at the last look

    def now(self, looks: Callable[[str], bool]) -> list[Meeting]:
        """Those that are on, or where people may stay for a while after the end, and each that is over until
        it was looked at; of which `looks` says by their ids that they are wanted.
        """
        since = self._clock.now() - JUST_ENDED

        def work(db: Session) -> tuple[dict[str, int], dict[str, Meeting], list[str]]:
            there = dict(meetings.active(db, since))
            wanted = [one for one, version in there.items() if looks(one) and self._over.get(one) != version]
            known = {one: self._known[one] for one in there if one in self._known}
            for one in wanted:
                if one not in known or known[one].version != there[one]:
                    known[one] = meetings.load(db, one)
            return there, known, wanted

        there, known, wanted = self._committer.read(work)  # only now: it may run more than once
        self.ids = frozenset(there)
        self._over = {one: version for one, version in self._over.items() if one in there}
        self._known = known
        return [known[one] for one in wanted]

    def looked_at(self, meeting: Meeting) -> None:
        """Everything there was to do for it is done; one that is over need not come again."""
        if _is_over(meeting):
            self._over[meeting.id] = meeting.version
            self._known.pop(meeting.id, None)


def _is_over(meeting: Meeting) -> bool:
    return meeting.phase in OVER and meeting.linger_until is None
