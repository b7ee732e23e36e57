"""*Watch an evening*: the table for made-up people, and clearing it away.

Such a circle is marked `demo`: it stands in no list, nothing of it is mailed, and it goes with everything
in it when the next one is made, when the program starts, or after a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain.meeting import Meeting
from circle.domain.plan import Plan
from circle.services.circles import CircleForm, HostedCircle
from circle.services.evenings import sit_down
from circle.services.hub import Hub
from circle.services.ports import new_id
from circle.store import meetings
from circle.store.lasting import delete_circles
from circle.store.models import Circle, MeetingRow, Member

NAME = "A made-up circle"


@dataclass(frozen=True, slots=True)
class MadeUpTable:
    """Where the made-up people go. host_token: a personal link that makes its reader a second host."""

    meeting_id: str
    door_token: str
    host_token: str


def set_the_table(hub: Hub, user_id: str, plan: Plan, second_host: str) -> MadeUpTable:
    """A circle, tonight's session with this plan, the user in the first chair, and a second host's link.

    second_host: a name; with a letter added if the user has the same. The user's earlier made-up circle
    is cleared away. Raises NotFound for an unknown account.
    """
    form = _form_like(hub.planning.circles.of(user_id))
    hub.committer.submit(lambda db: clear_of(db, user_id))
    circle_id = hub.planning.circles.create(user_id, form, demo=True)
    circle = hub.planning.circles.get(user_id, circle_id)
    named = second_host.casefold() == circle.host_name.casefold()
    helper_id = new_id()
    meeting_id = new_id()

    def work(db: Session) -> None:
        now = hub.clock.now()
        meetings.add(db, Meeting(id=meeting_id, circle_id=circle_id, plan=plan, starts_at=now))
        db.add(
            Member(
                id=helper_id,
                circle_id=circle_id,
                role="host",
                name=f"{second_host} B." if named else second_host,
                created_at=now,
            )
        )

    hub.committer.submit(work)
    sit_down(hub.conduct, circle.caller, circle.host_name, meeting_id)  # first, so that the door says so
    return MadeUpTable(meeting_id, circle.door_token, hub.accounts.one_use_link(helper_id, "invite"))


def is_over(hub: Hub, meeting_id: str) -> bool:
    """Whether this session has ended or is gone."""
    return not hub.committer.read(
        lambda db: db.scalar(
            select(MeetingRow.id).where(MeetingRow.id == meeting_id, MeetingRow.ended_at.is_(None))
        )
    )


def clear_of(db: Session, user_id: str) -> int:
    """Delete this account's made-up circles with everything in them. Returns how many there were."""
    return _delete(db, list(db.scalars(select(Circle.id).where(Circle.demo, Circle.owner_id == user_id))))


def clear_before(db: Session, instant: datetime) -> int:
    """Delete all made-up circles made up to then. Returns how many there were."""
    return _delete(db, list(db.scalars(select(Circle.id).where(Circle.demo, Circle.created_at <= instant))))


def _delete(db: Session, circles: list[str]) -> int:
    delete_circles(db, circles)
    return len(circles)


def _form_like(circles: list[HostedCircle]) -> CircleForm:
    """A circle in writing, with the clock and the country of the host's newest one."""
    form = circles[0].form if circles else CircleForm(name=NAME, zone="UTC")
    return CircleForm(name=NAME, zone=form.zone, country=form.country)
