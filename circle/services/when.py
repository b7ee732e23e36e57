"""From a wall clock to an instant. Days and times are typed in a circle's zone and stored as UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from circle.domain.errors import Invalid


def instant(day: date, at: time, zone: str) -> datetime:
    """The instant (UTC) at which clocks in `zone` show this day and time.

    In the hour that a clock change skips: as much later as the clock jumps (02:30 becomes 03:30). In
    the hour that comes twice: the first one.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """What clocks in `zone` show at this instant; "" means UTC."""
    return moment.astimezone(ZoneInfo(zone or "UTC"))


def read_day(text: str, field: str = "day") -> date:
    """A day as forms send it ("2026-11-24"). Raises Invalid("day")."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("day", {field: "day"}) from None


def read_time(text: str, field: str = "at") -> time:
    """A time as forms send it ("19:00"). Raises Invalid("time")."""
    try:
        found = time.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("time", {field: "time"}) from None
    if found.tzinfo is not None:
        raise Invalid("time", {field: "time"})
    return found.replace(second=0, microsecond=0)
