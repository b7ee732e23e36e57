"""Prepare: choose a plan, choose a day, change a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day
from datetime import time as Time
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.domain.meeting import Phase
from circle.domain.plan import Plan, Sharing, Step
from circle.services import questions
from circle.services.planning import Evening, door_is_near, step_in
from circle.services.when import local, read_day, read_time
from circle.web.drawing import mini_ribbon, ribbon_path
from circle.web.login import account, login_required
from circle.web.support import field_errors, hub
from circle.web.wording import clock_time

blueprint = Blueprint("prepare", __name__)
Page = str | Response | tuple[str, int]

ANSWER_WORDS = {
    "round": ("The piece goes round", "Each person speaks in turn, or passes."),
    "volunteer": ("Whoever would like to", "In any order; quiet is welcome."),
    "word": ("A word on the page", "By name, for all to read."),
    "pair": ("Two by two", "Nobody else reads it, and it is gone when the step ends."),
    "number": ("A number from 0 to 10", "By name, for all to read."),
}
_SHORT = {
    Sharing.PRIVATE: "private",
    Sharing.TILES: "private taps",
    Sharing.UNNAMED_WALL: "without names",
    Sharing.UNNAMED_READ: "read aloud",
    Sharing.PAIR: "two by two",
    Sharing.SPOKEN_VOLUNTEER: "volunteers",
    Sharing.SPOKEN_ROUND: "round",
}
_WHO_SEES = {
    Sharing.NONE: "There is nothing to answer.",
    Sharing.PRIVATE: "Nobody. It stays on each person’s page.",
    Sharing.TILES: "Nobody. Taps stay on each person’s page.",
    Sharing.CHAT_WORD: "Everybody here, with the name.",
    Sharing.UNNAMED_WALL: "Everybody here, without a name, after the hosts have read.",
    Sharing.UNNAMED_READ: "A host reads lines whose writers allowed it.",
    Sharing.PAIR: "The two who sit together, and nobody else. It is gone when the step ends.",
    Sharing.SPOKEN_VOLUNTEER: "Everybody here, by voice or on the page, if someone wants.",
    Sharing.SPOKEN_ROUND: "Everybody here, in turn.",
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A step as the cue line shows it. time: on the circle's clock. Without a day time and href are ""."""

    time: str
    title: str
    note: str
    intensity: int
    minutes: int
    href: str
    open: bool = False


@blueprint.get("/prepare")
@login_required
def choose() -> Page:
    """The plans to begin with."""
    library = hub().library
    plans = [
        (key, plan, library.template_about[key], mini_ribbon([step.intensity for step in plan.steps]))
        for key, plan in sorted(library.templates.items(), key=lambda item: _asks_for(item[1]))
    ]
    return render_template("prepare/choose.html", plans=plans, circle_id=request.args.get("circle", ""))


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


@blueprint.get("/prepare/<meeting_id>")
@login_required
def look(meeting_id: str) -> Page:
    """The plan as a cue line, each question one touch away."""
    return _plan_page(meeting_id)


@blueprint.post("/prepare/<meeting_id>/move")
@login_required
def move(meeting_id: str) -> Page:
    """Another day or time."""
    try:
        hub().planning.move(account().id, meeting_id, *_asked_for())
    except Invalid as refusal:
        return _plan_page(meeting_id, field_errors(refusal, "day", "at")), refusal.status
    flash("Moved.")
    return redirect(url_for("prepare.look", meeting_id=meeting_id), 303)


@blueprint.post("/prepare/<meeting_id>/again")
@login_required
def again(meeting_id: str) -> Page:
    """The same plan on another day."""
    try:
        other = hub().planning.duplicate(account().id, meeting_id, *_asked_for())
    except Invalid as refusal:
        return _plan_page(meeting_id, field_errors(refusal, "day", "at")), refusal.status
    return redirect(url_for("prepare.look", meeting_id=other), 303)


@blueprint.post("/prepare/<meeting_id>/cancel")
@login_required
def cancel(meeting_id: str) -> Page:
    """The evening does not take place."""
    hub().planning.cancel(account().id, meeting_id)
    flash("Called off. The circle’s link shows the next date.")
    return redirect(url_for("tonight.tonight"), 303)


@blueprint.get("/prepare/<meeting_id>/<step_id>")
@login_required
def step(meeting_id: str, step_id: str) -> Page:
    """One step: what is asked, who sees the answer, and what else could stand here."""
    return _step_page(meeting_id, step_id)


@blueprint.post("/prepare/<meeting_id>/<step_id>")
@login_required
def change(meeting_id: str, step_id: str) -> Page:
    """Change what is asked, or how it is answered. The button's value says which."""
    planning, me, form = hub().planning, account().id, request.form
    try:
        match form.get("do"):
            case "library":
                planning.choose_prompt(me, meeting_id, step_id, form.get("prompt", ""))
            case "own":
                planning.ask_own(me, meeting_id, step_id, form.get("text", ""))
            case "gentle":
                planning.ask_gently(me, meeting_id, step_id)
            case "answer":
                planning.answer_by(me, meeting_id, step_id, form.get("answer", ""))
            case _:
                raise Invalid("invalid", {"do": "invalid"})
    except Invalid as refusal:
        return _step_page(meeting_id, step_id, field_errors(refusal, "text", "answer")), refusal.status
    flash("Changed.")
    return redirect(url_for("prepare.step", meeting_id=meeting_id, step_id=step_id), 303)


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
    tomorrow = local(hub().clock.now() + timedelta(days=1), circle.form.zone if circle else "UTC").date()
    return render_template(
        "prepare/date.html",
        template=template,
        plan=library.templates[template],
        about=library.template_about[template],
        circles=circles,
        choices=[(circle.id, circle.form.name) for circle in circles],
        circle_id=circle.id if circle else "",
        rows=[_row(planned) for planned in library.templates[template].steps],
        ribbon_path=ribbon_path,
        day=request.form.get("day", tomorrow.isoformat()),
        at=request.form.get("at", "19:00"),
        errors=errors or {},
    )


def _plan_page(meeting_id: str, errors: dict[str, str] | None = None) -> str:
    evening = hub().planning.evening(account().id, meeting_id)
    start = local(evening.meeting.starts_at, evening.circle.form.zone)
    return render_template(
        "prepare/plan.html",
        evening=evening,
        rows=plan_rows(evening),
        **_looked_at(evening),
        ends_at=evening.meeting.starts_at + timedelta(minutes=evening.meeting.plan.minutes),
        now=hub().clock.now(),
        is_open=evening.meeting.phase is Phase.PLANNED,
        door_is_near=door_is_near(evening.meeting, hub().clock.now()),
        ribbon_path=ribbon_path,
        day=request.form.get("day", start.date().isoformat()),
        at=request.form.get("at", f"{start:%H:%M}"),
        errors=errors or {},
    )


def _step_href(evening: Evening, step_id: str) -> str:
    return url_for("prepare.step", meeting_id=evening.meeting.id, step_id=step_id) if step_id else ""


def _looked_at(evening: Evening) -> dict[str, object]:
    """What the pacing rules say: errors at once, the rest behind *Look closer*."""
    if evening.meeting.phase is not Phase.PLANNED:
        return {"errors_found": [], "others_found": []}
    titles = {planned.id: planned.title for planned in evening.meeting.plan.steps}
    found = [
        (one, titles.get(one.step, ""), _step_href(evening, one.step))
        for one in hub().planning.remarks(account().id, evening.meeting.id)
    ]
    return {
        "errors_found": [one for one in found if one[0].severity == "error"],
        "others_found": [one for one in found if one[0].severity != "error"],
    }


def _step_page(meeting_id: str, step_id: str, errors: dict[str, str] | None = None) -> str:
    library = hub().library
    evening = hub().planning.evening(account().id, meeting_id)
    plan_now = evening.meeting.plan
    chosen = step_in(plan_now, step_id)
    now_by = questions.answer_of(chosen)
    others = questions.alternatives(chosen, plan_now, library) if chosen.prompt else []
    return render_template(
        "prepare/step.html",
        evening=evening,
        rows=plan_rows(evening, step_id),
        step=chosen,
        who_sees=_WHO_SEES[chosen.sharing],
        others=others,
        choices=[(record.id, record.title, record.text) for record in others],
        answers=[(a.key, *ANSWER_WORDS[a.key]) for a in questions.answers_for(chosen, library)],
        answer=request.form.get("answer", now_by.key if now_by else ""),
        text=request.form.get("text", chosen.prompt.text if chosen.prompt else ""),
        text_max=questions.QUESTION_MAX,
        is_open=evening.meeting.phase is Phase.PLANNED,
        ribbon_path=ribbon_path,
        errors=errors or {},
    )


def plan_rows(evening: Evening, open_step: str = "") -> list[PlanRow]:
    """The steps with the times at which they would begin if all takes as long as planned."""
    rows, moment = [], evening.meeting.starts_at
    for planned in evening.meeting.plan.steps:
        rows.append(
            _row(
                planned,
                time=clock_time(moment, evening.circle.form.zone),
                href=url_for("prepare.step", meeting_id=evening.meeting.id, step_id=planned.id),
                is_open=planned.id == open_step,
            )
        )
        moment += timedelta(minutes=planned.minutes)
    return rows


def _row(planned: Step, *, time: str = "", href: str = "", is_open: bool = False) -> PlanRow:
    return PlanRow(
        time=time,
        title=planned.title,
        note=short_words(planned),
        intensity=planned.intensity,
        minutes=planned.minutes,
        href=href,
        open=is_open,
    )


def short_words(planned: Step) -> str:
    """How a step is answered, in a word or three; "" where nothing is."""
    if planned.sharing is Sharing.CHAT_WORD:
        return "a number" if planned.number else "a word"
    words = _SHORT.get(planned.sharing, "")
    writes_first = planned.solo_minutes and planned.sharing in (
        Sharing.SPOKEN_VOLUNTEER,
        Sharing.SPOKEN_ROUND,
        Sharing.PAIR,
    )
    return f"private, then {words}" if writes_first else words
