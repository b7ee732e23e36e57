"""When a circle usually meets: what a form for a new session begins with."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain.meeting import Phase
from circle.services.circles import HostedCircle
from circle.services.when import local
from circle.store.models import MeetingRow

EVENING = time(19)  # where nothing is known yet
WEEK = timedelta(days=7)


def usual_moment(db: Session, circle: HostedCircle, now: datetime) -> tuple[date, time]:
    """(day, time) on the circle's clock: weekday and time of its next session, else of the last that took
    place, on the first such day after today on which none is planned; tomorrow at seven for a new circle.
    """
    zone = circle.form.zone
    today = local(now, zone).date()
    mine = select(MeetingRow.starts_at).where(MeetingRow.circle_id == circle.id)
    coming = db.scalars(
        mine.where(MeetingRow.phase == Phase.PLANNED.value, MeetingRow.starts_at >= now).order_by(
            MeetingRow.starts_at
        )
    ).all()
    held = mine.where(MeetingRow.phase == Phase.ENDED.value).order_by(MeetingRow.starts_at.desc())
    like = coming[0] if coming else db.scalars(held.limit(1)).first()
    if like is None:
        return today + timedelta(days=1), EVENING
    met = local(like, zone)
    taken = {local(moment, zone).date() for moment in coming}
    day = today + timedelta(days=(met.weekday() - today.weekday() - 1) % 7 + 1)
    while day in taken:
        day += WEEK
    return day, met.time().replace(second=0, microsecond=0)
