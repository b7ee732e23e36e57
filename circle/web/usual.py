"""What forms for a new session begin with."""

from __future__ import annotations

from datetime import date, time, timedelta

from circle.services.circles import HostedCircle
from circle.services.usual import EVENING, usual_moment
from circle.web.support import hub


def usual(circle: HostedCircle | None) -> tuple[date, time]:
    """(day, time) on the circle's clock; tomorrow at seven where there is no circle."""
    now = hub().clock.now()
    if circle is None:
        return (now + timedelta(days=1)).date(), EVENING
    return hub().committer.read(lambda db: usual_moment(db, circle, now))
