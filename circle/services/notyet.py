"""Questions that can wait: hosts thought of them for a circle, and decided that it is not the time yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.content.loader import Library
from circle.domain.errors import NotFound
from circle.services.circles import HostedCircle, all_hosted, hosted
from circle.services.ports import Clock
from circle.services.when import local
from circle.store.committer import Committer
from circle.store.models import Circle, NotYetRow, OwnPromptRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question on the list, and the day it was put there, on the circle's clock."""

    prompt_id: str
    noted_on: date


class NotYet:
    """The lists of circles. Every lookup is for one account: only hosts of a circle know of its list."""

    def __init__(self, committer: Committer, clock: Clock, library: Library) -> None:
        self._committer = committer
        self._clock = clock
        self._library = library

    def put(self, user_id: str, circle_id: str, prompt_id: str) -> None:
        """This question waits, for this circle; one that waits already keeps its day.

        prompt_id: of the library, or of the circle's own questions. Raises NotFound.
        """

        def work(db: Session) -> None:
            circle = hosted(db, user_id, circle_id)
            db.get_one(Circle, circle_id, with_for_update=True)  # two hosts may press at once
            self._require_known(db, circle_id, prompt_id)
            if db.get(NotYetRow, (circle_id, prompt_id)) is None:
                today = local(self._clock.now(), circle.form.zone).date().isoformat()
                db.add(NotYetRow(circle_id=circle_id, prompt_id=prompt_id, noted_on=today))

        self._committer.submit(work)

    def take_off(self, user_id: str, circle_id: str, prompt_id: str) -> None:
        """It can come now; one that is not on the list stays off it. Raises NotFound for the circle."""

        def work(db: Session) -> None:
            hosted(db, user_id, circle_id)
            row = db.get(NotYetRow, (circle_id, prompt_id))
            if row is not None:
                db.delete(row)

        self._committer.submit(work)

    def of(self, user_id: str, circle_id: str) -> list[Waiting]:
        """What waits for this circle, the latest first. Raises NotFound."""

        def work(db: Session) -> list[Waiting]:
            hosted(db, user_id, circle_id)
            rows = db.scalars(
                select(NotYetRow)
                .where(NotYetRow.circle_id == circle_id)
                .order_by(NotYetRow.noted_on.desc(), NotYetRow.prompt_id)
            )
            return [_waiting(row) for row in rows]

        return self._committer.read(work)

    def everywhere(self, user_id: str) -> Mapping[str, list[tuple[HostedCircle, Waiting]]]:
        """By question: which of this host's circles it waits for, and since when."""

        def work(db: Session) -> Mapping[str, list[tuple[HostedCircle, Waiting]]]:
            circles = {circle.id: circle for circle in all_hosted(db, user_id)}
            found: dict[str, list[tuple[HostedCircle, Waiting]]] = {}
            for row in db.scalars(select(NotYetRow).where(NotYetRow.circle_id.in_(circles))):
                found.setdefault(row.prompt_id, []).append((circles[row.circle_id], _waiting(row)))
            return found

        return self._committer.read(work)

    def _require_known(self, db: Session, circle_id: str, prompt_id: str) -> None:
        if prompt_id in self._library.prompts:
            return
        own = db.get(OwnPromptRow, prompt_id)
        if own is None or own.circle_id != circle_id:
            raise NotFound("not_found")


def _waiting(row: NotYetRow) -> Waiting:
    return Waiting(row.prompt_id, date.fromisoformat(row.noted_on))
