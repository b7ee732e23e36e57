"""Prepare: choose a plan and a day, move an evening, plan it once more, call it off."""

from __future__ import annotations

from datetime import date as Day
from datetime import time as Time

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.domain.plan import Plan
from circle.services.when import read_day, read_time
from circle.web.builder import blueprint, plan_page
from circle.web.drawing import mini_ribbon, ribbon_path
from circle.web.login import account, login_required
from circle.web.plan_rows import row_of
from circle.web.support import field_errors, hub
from circle.web.usual import usual

__all__ = ["blueprint"]
Page = str | Response | tuple[str, int]


@blueprint.get("/prepare")
@login_required
def choose() -> Page:
    """The plans to begin with."""
    library = hub().library
    plans = [
        (key, plan, library.template_about[key], mini_ribbon([step.intensity for step in plan.steps]))
        for key, plan in sorted(library.templates.items(), key=lambda item: _asks_for(item[1]))
    ]
    last = [
        (evening, mini_ribbon([step.intensity for step in evening.meeting.plan.steps]))
        for evening in hub().planning.last_times(account().id)
    ]
    return render_template(
        "prepare/choose.html",
        plans=plans,
        last=last,
        now=hub().clock.now(),
        circle_id=request.args.get("circle", ""),
    )


@blueprint.get("/prepare/from/<template>")
@login_required
def date(template: str) -> Page:
    """Which circle, which day, what time."""
    return _date_page(template)


@blueprint.post("/prepare/from/<template>")
@login_required
def plan(template: str) -> Page:
    """The evening is planned; its plan can be looked at and changed."""
    form = request.form
    try:
        meeting_id = hub().planning.plan(
            account().id,
            form.get("circle", ""),
            template,
            read_day(form.get("day", "")),
            read_time(form.get("at", "")),
        )
    except Invalid as refusal:
        return _date_page(template, field_errors(refusal, "day", "at")), refusal.status
    return redirect(url_for("prepare.look", meeting_id=meeting_id), 303)


@blueprint.post("/prepare/<meeting_id>/move")
@login_required
def move(meeting_id: str) -> Page:
    """Another day or time."""
    try:
        hub().planning.move(account().id, meeting_id, *_asked_for())
    except Invalid as refusal:
        return plan_page(meeting_id, errors=field_errors(refusal, "day", "at")), refusal.status
    flash("Moved.")
    return redirect(url_for("prepare.look", meeting_id=meeting_id), 303)


@blueprint.post("/prepare/<meeting_id>/again")
@login_required
def again(meeting_id: str) -> Page:
    """The same plan on another day."""
    try:
        other = hub().planning.duplicate(account().id, meeting_id, *_asked_for())
    except Invalid as refusal:
        return plan_page(meeting_id, errors=field_errors(refusal, "day", "at")), refusal.status
    return redirect(url_for("prepare.look", meeting_id=other), 303)


@blueprint.post("/prepare/<meeting_id>/cancel")
@login_required
def cancel(meeting_id: str) -> Page:
    """The evening does not take place."""
    hub().planning.cancel(account().id, meeting_id)
    flash("Called off. The circle’s link shows the next date.")
    return redirect(url_for("tonight.tonight"), 303)


def _asks_for(plan: Plan) -> tuple[bool, int]:
    """Plans for any circle come before those for a closed one that knows each other."""
    return plan.group == "closed", plan.min_session


# -- pages --------------------------------------------------------------------------------------------
def _asked_for() -> tuple[Day, Time]:
    return read_day(request.form.get("day", "")), read_time(request.form.get("at", ""))


def _date_page(template: str, errors: dict[str, str] | None = None) -> str:
    library = hub().library
    if template not in library.templates:
        raise Invalid("template")
    circles = hub().planning.circles.of(account().id)
    asked_for = request.values.get("circle", "")
    circle = next((circle for circle in circles if circle.id == asked_for), circles[0] if circles else None)
    day, at = usual(circle)
    return render_template(
        "prepare/date.html",
        template=template,
        plan=library.templates[template],
        about=library.template_about[template],
        circles=circles,
        choices=[(circle.id, circle.form.name) for circle in circles],
        circle_id=circle.id if circle else "",
        rows=[row_of(planned) for planned in library.templates[template].steps],
        ribbon_path=ribbon_path,
        day=request.form.get("day", f"{day}"),
        at=request.form.get("at", f"{at:%H:%M}"),
        errors=errors or {},
    )
