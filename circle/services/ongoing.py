"""The sessions that are on: what the ticker goes round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from circle.domain.meeting import Meeting
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
        self.ids: frozenset[str] = frozenset()  # of all of them, at the last look

    def now(self, looks: Callable[[str], bool]) -> list[Meeting]:
        """Those that are on, or have just ended, of which `looks` says by their ids that they are wanted."""
        since = self._clock.now() - JUST_ENDED

        def work(db: Session) -> tuple[frozenset[str], dict[str, Meeting], list[Meeting]]:
            there = dict(meetings.active(db, since))
            wanted = [one for one in there if looks(one)]
            known = {one: self._known[one] for one in there if one in self._known}
            for one in wanted:
                if one not in known or known[one].version != there[one]:
                    known[one] = meetings.load(db, one)
            return frozenset(there), known, [known[one] for one in wanted]

        self.ids, self._known, wanted = self._committer.read(work)  # only now: it may run more than once
        return wanted
