"""Planning sessions: from a template to a date, a changed question, and *Hold a circle now*.

A plan can be changed while nobody has opened the door. From then on it is frozen; the live room has its
own ways (ask a question, insert a step).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.content.loader import Library
from circle.domain.commands import CancelSession
from circle.domain.errors import Invalid, NotFound, NotNow
from circle.domain.meeting import FORGOTTEN_AFTER, Meeting, Phase
from circle.domain.plan import Plan, Step
from circle.services.circles import CircleForm, Circles, HostedCircle, all_hosted, hosted
from circle.services.evenings import Performs, open_the_door, sit_down, upcoming
from circle.services.looking import meetings_with
from circle.services.ports import Clock, new_id
from circle.services.when import instant, local
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.models import MeetingRow, SummaryRow

DOOR_IS_NEAR = timedelta(hours=12)  # before the beginning; a door opened by mistake cannot be closed again
FURTHEST = timedelta(days=731)  # two years; what is further is a slip of the finger
LOOKED_THROUGH = 60  # sessions, the newest, for the last one of each circle
SHORT = "T9"  # the 45-minute holding circle: the one that may start without preparation


@dataclass(frozen=True, slots=True)
class Evening:
    """A session at one of the host's tables. The meeting is the stored one; its plan may change."""

    circle: HostedCircle
    meeting: Meeting


@dataclass(frozen=True, slots=True)
class Overview:
    """What Tonight shows. next: the session that is on or comes next. planned: those after it.

    drafts: sessions whose notes wait for the host.
    """

    circles: list[HostedCircle]
    next: Evening | None
    planned: list[Evening]
    drafts: list[Evening]


class Planning:
    """Sessions before they begin. Every lookup is for one account: foreign ids are not found."""

    def __init__(
        self, committer: Committer, clock: Clock, library: Library, conduct: Performs, circles: Circles
    ) -> None:
        self._committer = committer
        self._clock = clock
        self._library = library
        self._conduct = conduct
        self.circles = circles

    # -- looking --------------------------------------------------------------------------------------
    def overview(self, user_id: str) -> Overview:
        """Everything on Tonight, in one read."""
        return self._committer.read(lambda db: self._overview(db, user_id))

    def _overview(self, db: Session, user_id: str) -> Overview:
        circles = all_hosted(db, user_id)
        by_id = {circle.id: circle for circle in circles}
        now = self._clock.now()
        nexts = [
            Evening(circle, meeting)
            for circle in circles
            if (meeting := upcoming(db, circle.id, now)) is not None
        ]
        nexts.sort(key=lambda evening: (evening.meeting.phase is Phase.PLANNED, evening.meeting.starts_at))
        coming = select(MeetingRow).where(
            MeetingRow.circle_id.in_(by_id),
            MeetingRow.phase == Phase.PLANNED.value,
            MeetingRow.starts_at >= now - FORGOTTEN_AFTER,
        )
        unsent = (
            select(MeetingRow)
            .join(SummaryRow, SummaryRow.meeting_id == MeetingRow.id)
            .where(MeetingRow.circle_id.in_(by_id), SummaryRow.state == "draft")
        )
        first = nexts[0] if nexts else None
        shown = first.meeting.id if first else ""
        return Overview(
            circles=circles,
            next=first,
            planned=[
                evening
                for evening in _evenings(db.scalars(coming.order_by(MeetingRow.starts_at)), by_id)
                if evening.meeting.id != shown
            ],
            drafts=_evenings(db.scalars(unsent.order_by(MeetingRow.starts_at.desc())), by_id),
        )

    def evening(self, user_id: str, meeting_id: str) -> Evening:
        """One session of this host. Raises NotFound for anybody else's."""
        return self._committer.read(lambda db: evening_of(db, user_id, meeting_id))

    def last_times(self, user_id: str) -> list[Evening]:
        """The last session that took place in each of this host's circles; the newest first."""

        def work(db: Session) -> list[Evening]:
            circles = {circle.id: circle for circle in all_hosted(db, user_id)}
            held = select(MeetingRow).where(
                MeetingRow.circle_id.in_(circles), MeetingRow.phase == Phase.ENDED.value
            )
            newest: dict[str, MeetingRow] = {}
            for row in db.scalars(held.order_by(MeetingRow.starts_at.desc()).limit(LOOKED_THROUGH)):
                newest.setdefault(row.circle_id, row)
            return _evenings(newest.values(), circles)

        return self._committer.read(work)

    def met(self, user_id: str, prompt_id: str) -> list[tuple[HostedCircle, datetime]]:
        """Which of this host's circles have met a question of the library, and when; the last time first."""

        def work(db: Session) -> list[tuple[HostedCircle, datetime]]:
            circles = {circle.id: circle for circle in all_hosted(db, user_id)}
            return [(circles[where], at) for where, at in meetings_with(db, circles, prompt_id)]

        return self._committer.read(work)

    # -- making ---------------------------------------------------------------------------------------
    def plan(self, user_id: str, circle_id: str, template: str, day: date, at: time) -> str:
        """A session from a template, at this day and time on the circle's clock; returns its id.

        Raises NotFound for the circle, Invalid for an unknown template, a time that has passed or a day
        more than two years ahead.
        """
        plan = self._template(template)

        def work(db: Session) -> str:
            circle = hosted(db, user_id, circle_id)
            return self._add(db, circle, plan, self._starts_at(circle, day, at)).id

        return self._committer.submit(work)

    def plan_steps(self, user_id: str, circle_id: str, plan: Plan, day: date, at: time) -> str:
        """A session with a plan made by hand; returns its id.

        Raises NotFound for the circle, Invalid for a plan without steps, a time that has passed or a day
        more than two years ahead.
        """
        if not plan.steps:
            raise Invalid("outline_none", {"text": "outline_none"})

        def work(db: Session) -> str:
            circle = hosted(db, user_id, circle_id)
            return self._add(db, circle, plan, self._starts_at(circle, day, at)).id

        return self._committer.submit(work)

    def duplicate(self, user_id: str, meeting_id: str, day: date, at: time) -> str:
        """A new session with the same plan as this one, questions of one's own included; returns its id.

        Raises NotFound, Invalid("in_the_past" or "too_far").
        """

        def work(db: Session) -> str:
            evening = evening_of(db, user_id, meeting_id)
            starts_at = self._starts_at(evening.circle, day, at)
            return self._add(db, evening.circle, evening.meeting.plan, starts_at).id

        return self._committer.submit(work)

    def hold_now(self, user_id: str, circle_id: str = "", zone: str = "UTC", name: str = "") -> str:
        """Forty-five minutes, now, with the door open; returns the meeting's id.

        With a session on in this circle already, that one is meant. Without a circle_id a circle is made
        on the spot, called `name`, where people write. Raises NotFound, Invalid.
        """
        chosen = circle_id or self.circles.create(user_id, CircleForm(name=name, zone=zone))
        plan = self._template(SHORT)

        def work(db: Session) -> Evening:
            circle = hosted(db, user_id, chosen)
            now = self._clock.now()
            current = upcoming(db, circle.id, now)
            if current is None or current.phase is Phase.PLANNED:
                current = self._add(db, circle, plan, now)
            return Evening(circle, current)

        evening = self._committer.submit(work)
        self._open(evening)
        return evening.meeting.id

    def open_door(self, user_id: str, meeting_id: str) -> None:
        """Open the door of a planned session. Raises NotFound, NotNow when it is over."""
        self._open(self.evening(user_id, meeting_id))

    def cancel(self, user_id: str, meeting_id: str) -> None:
        """This evening does not take place. Only before its door is open; raises NotFound, NotNow."""
        evening = self.evening(user_id, meeting_id)
        require_planned(evening.meeting)
        caller = evening.circle.caller
        sit_down(self._conduct, caller, evening.circle.host_name, meeting_id)
        self._conduct.perform(caller, meeting_id, CancelSession(), command_id=str(uuid4()))

    def _open(self, evening: Evening) -> None:
        host, name = evening.circle.caller, evening.circle.host_name
        if evening.meeting.phase in (Phase.PLANNED, Phase.OPEN):
            open_the_door(self._conduct, host, name, evening.meeting.id)
        else:
            sit_down(self._conduct, host, name, evening.meeting.id)

    def _add(self, db: Session, circle: HostedCircle, plan: Plan, starts_at: datetime) -> Meeting:
        meeting = Meeting(
            id=new_id(),
            circle_id=circle.id,
            plan=plan,
            starts_at=starts_at,
            admit=circle.form.admit,
            read_first=circle.form.hosts_read_first,
        )
        meetings.add(db, meeting)
        return meeting

    def _template(self, key: str) -> Plan:
        plan = self._library.templates.get(key)
        if plan is None:
            raise Invalid("template", {"template": "template"})
        return plan

    def _starts_at(self, circle: HostedCircle, day: date, at: time) -> datetime:
        """Raises Invalid("in_the_past"), and Invalid("too_far") for a day more than `FURTHEST` from today."""
        today = local(self._clock.now(), circle.form.zone).date()
        if day < today - timedelta(days=1):  # years at the calendar's edge have no instant
            raise Invalid("in_the_past", {"day": "in_the_past"})
        if day > today + FURTHEST:
            raise Invalid("too_far", {"day": "too_far"})
        starts_at = instant(day, at, circle.form.zone)
        if starts_at < self._clock.now() - timedelta(hours=1):
            raise Invalid("in_the_past", {"day": "in_the_past"})
        return starts_at

    # -- changing -------------------------------------------------------------------------------------
    def move(self, user_id: str, meeting_id: str, day: date, at: time) -> None:
        """Another day or time.

        Raises NotFound, NotNow("plan_frozen"), Invalid("in_the_past" or "too_far").
        """

        def change(evening: Evening) -> Meeting:
            return replace(evening.meeting, starts_at=self._starts_at(evening.circle, day, at), late_min=0)

        self._change(user_id, meeting_id, change)

    def _change(self, user_id: str, meeting_id: str, change: Callable[[Evening], Meeting]) -> None:
        """Raises NotFound, NotNow("plan_frozen") once the door is open, NotNow("stale") if beaten to it."""

        def work(db: Session) -> None:
            evening = evening_of(db, user_id, meeting_id, lock=True)
            require_planned(evening.meeting)
            meetings.save(db, change(evening), (), self._clock.now())

        self._committer.submit(work)


def door_is_near(meeting: Meeting, now: datetime) -> bool:
    """Whether pages offer to open the door: on the day itself, not days before by a slip of the finger."""
    return meeting.phase is Phase.PLANNED and meeting.starts_at - now <= DOOR_IS_NEAR


def step_in(plan: Plan, step_id: str) -> Step:
    """The step with this id. Raises NotFound."""
    for step in plan.steps:
        if step.id == step_id:
            return step
    raise NotFound("not_found")


def require_planned(meeting: Meeting) -> None:
    """Raises NotNow("plan_frozen") once the door has been open."""
    if meeting.phase is not Phase.PLANNED:
        raise NotNow("plan_frozen")


def evening_of(db: Session, user_id: str, meeting_id: str, *, lock: bool = False) -> Evening:
    """One session of this host. Raises NotFound for anybody else's."""
    meeting = meetings.load(db, meeting_id, lock=lock)
    return Evening(hosted(db, user_id, meeting.circle_id), meeting)


def _evenings(rows: Iterable[MeetingRow], circles: dict[str, HostedCircle]) -> list[Evening]:
    return [Evening(circles[row.circle_id], meetings.from_json(row.state)) for row in rows]
