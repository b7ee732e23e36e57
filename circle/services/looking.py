"""What the pacing rules are told of an evening: the plan, the circle it is for, and what came before it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from circle.content.helplines import offered
from circle.content.loader import Library
from circle.content.pacing import Remark, facts_of, findings
from circle.domain.meeting import Meeting, Phase
from circle.domain.plan import Plan
from circle.domain.rules.look import Look
from circle.services.circles import CircleForm
from circle.services.when import local
from circle.store import meetings
from circle.store.models import MeetingRow, Member

REMEMBERED = 12  # sessions back; as far as a rule looks (P66)


def remarks(
    db: Session, meeting: Meeting, circle: CircleForm, library: Library, now: datetime
) -> list[Remark]:
    """What is to be said of this evening's plan, gravest first."""
    return findings(library, look_at(db, meeting, circle, library, now))


def look_at(db: Session, meeting: Meeting, circle: CircleForm, library: Library, now: datetime) -> Look:
    """The evening as rules see it. People are as many as the plan was made for: who comes, nobody knows."""
    earlier = _earlier(db, meeting)
    ends = local(meeting.starts_at + timedelta(minutes=meeting.plan.minutes), circle.zone)
    begins = local(meeting.starts_at, circle.zone)
    held = db.scalar(
        select(func.count())
        .select_from(MeetingRow)
        .where(MeetingRow.circle_id == meeting.circle_id, MeetingRow.phase == Phase.ENDED.value)
        .where(MeetingRow.starts_at < meeting.starts_at)
    )
    return Look(
        meeting.plan,
        meeting.planned_min or 0,
        people=meeting.plan.participants,
        hosts=_hosts(db, meeting.circle_id),
        session=(held or 0) + 1,
        ends_at=60 * ends.hour + ends.minute + (24 * 60 if ends.date() > begins.date() else 0),
        prompts=facts_of(library),
        numbers_days=_age_of_numbers(library, circle.country, now),
        ago=_met_before(earlier),
        call=bool(circle.call_url),
        before=max((step.intensity for step in earlier[0].steps), default=0) if earlier else 0,
    )


def meetings_with(db: Session, circles: Collection[str], prompt_id: str) -> list[tuple[str, datetime]]:
    """Sessions of these circles that took place and asked this: circle and time, the last first."""
    rows = db.scalars(
        select(MeetingRow)
        .where(MeetingRow.circle_id.in_(circles), MeetingRow.phase == Phase.ENDED.value)
        .order_by(MeetingRow.starts_at.desc())
        .limit(REMEMBERED * max(1, len(circles)))
    )
    return [
        (row.circle_id, row.starts_at) for row in rows if _asks(meetings.from_json(row.state).plan, prompt_id)
    ]


def _asks(plan: Plan, prompt_id: str) -> bool:
    return any(step.prompt is not None and step.prompt.id == prompt_id for step in plan.steps)


def _earlier(db: Session, meeting: Meeting) -> list[Plan]:
    """The plans of the sessions before this one that took place, the last one first."""
    rows = db.scalars(
        select(MeetingRow)
        .where(MeetingRow.circle_id == meeting.circle_id, MeetingRow.phase == Phase.ENDED.value)
        .where(MeetingRow.starts_at < meeting.starts_at)
        .order_by(MeetingRow.starts_at.desc())
        .limit(REMEMBERED)
    )
    return [meetings.from_json(row.state).plan for row in rows]


def _met_before(earlier: list[Plan]) -> dict[str, int]:
    """How many sessions ago each prompt was met the last time."""
    ago: dict[str, int] = {}
    for sessions, plan in enumerate(earlier, start=1):
        for step in plan.steps:
            if step.prompt is not None and step.prompt.id:
                ago.setdefault(step.prompt.id, sessions)
    return ago


def _hosts(db: Session, circle_id: str) -> int:
    who = Member.circle_id == circle_id, Member.role == "host", Member.banned.is_(False)
    return db.scalar(select(func.count()).select_from(Member).where(*who)) or 0


def _age_of_numbers(library: Library, country: str, now: datetime) -> int | None:
    """Days since somebody looked at the oldest number that is shown; None where none is."""
    shown = offered(library.helplines, country, now.date()) if country else []
    return max(((now.date() - one.verified_on).days for one in shown), default=None)
