"""Paste an outline: a text from anywhere becomes a planned evening, and what was not understood is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.domain.outline import TITLE_MAX, Outline, read_outline, with_lines_kept
from circle.domain.plan import Plan, Step
from circle.services.tidy import plain_line
from circle.services.usual import EVENING
from circle.services.when import read_day, read_time
from circle.web.drawing import ribbon_path
from circle.web.login import account, login_required
from circle.web.plan_rows import PlanRow, short_words
from circle.web.support import field_errors, hub
from circle.web.usual import usual

blueprint = Blueprint("prepare_outline", __name__)
Page = str | Response | tuple[str, int]

DAY = date(2000, 1, 1)  # any: only its clock is looked at
OWN_NAME = "A plan of our own"
THEMES = (
    ("shared", "No theme of its own"),
    ("grief", "Grief"),
    ("outgrowing", "Outgrowing people"),
    ("security", "Security"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds, as it was typed."""

    text: str
    circle: str
    name: str
    theme: str
    day: str
    at: str
    keep: bool


@blueprint.get("/prepare/paste")
@login_required
def paste() -> Page:
    """An empty box."""
    return _box("")


@blueprint.post("/prepare/paste")
@login_required
def read() -> Page:
    """The outline as a plan to look at, the box again, or the planned evening: the button says which."""
    asked = _asked()
    if request.form.get("do") == "change":
        return _box(asked.text)
    try:
        outline = read_outline(asked.text)
        if not outline.steps:
            raise Invalid("outline_none", {"text": "outline_none"})
    except Invalid as refusal:
        return _box(asked.text, field_errors(refusal, "text")), refusal.status
    if request.form.get("do") != "plan":
        return _looked_at(asked, outline)
    try:
        meeting_id = hub().planning.plan_steps(
            account().id, asked.circle, _plan(asked, outline), read_day(asked.day), read_time(asked.at)
        )
    except Invalid as refusal:
        return _looked_at(asked, outline, field_errors(refusal, "name", "day", "at")), refusal.status
    return redirect(url_for("prepare.look", meeting_id=meeting_id), 303)


def _asked() -> Asked:
    form = request.form
    theme = form.get("theme", "shared")
    return Asked(
        text=form.get("text", ""),
        circle=form.get("circle", request.args.get("circle", "")),
        name=form.get("name", ""),
        theme=theme if theme in dict(THEMES) else "shared",
        day=form.get("day", ""),
        at=form.get("at", ""),
        keep="keep" in form,
    )


def _plan(asked: Asked, outline: Outline) -> Plan:
    steps = with_lines_kept(outline) if asked.keep else outline.steps
    name = plain_line(asked.name) or _name_in(asked.text, outline)
    if len(name) > TITLE_MAX:
        raise Invalid("plan_name_long", {"name": "plan_name_long"})
    return Plan(name=name, theme=asked.theme, steps=steps)


def _box(text: str, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "prepare/paste.html",
        text=text,
        circle_id=request.values.get("circle", ""),
        errors=errors or {},
    )


def _looked_at(asked: Asked, outline: Outline, errors: dict[str, str] | None = None) -> str:
    circles = hub().planning.circles.of(account().id)
    circle = next((one for one in circles if one.id == asked.circle), circles[0] if circles else None)
    day, usually = usual(circle)
    at = asked.at or _begins(outline, f"{usually:%H:%M}")
    titles = {step.id: step.title for step in outline.steps}
    return render_template(
        "prepare/pasted.html",
        asked=asked,
        name=asked.name or _name_in(asked.text, outline),
        name_max=TITLE_MAX,
        themes=THEMES,
        circles=[(one.id, one.form.name) for one in circles],
        circle_id=circle.id if circle else "",
        day=asked.day or f"{day}",
        minutes=sum(step.minutes for step in outline.steps),
        at=at,
        rows=_rows(outline.steps, at),
        left=outline.not_understood,
        left_out=outline.left_out,
        guessed=[titles[step_id] for step_id in outline.guessed],
        keep=asked.keep or "do" not in request.form or request.form["do"] == "look",
        ribbon_path=ribbon_path,
        errors=errors or {},
    )


def _name_in(text: str, outline: Outline) -> str:
    """The heading above everything, where there is one that fits; else words that are always true."""
    first = text.strip().splitlines()[0].strip() if text.strip() else ""
    name = first.strip("#*_ ")
    is_heading = first in outline.not_understood and name and name[-1] not in ",:;.!?"
    return name if is_heading and len(name) <= TITLE_MAX else OWN_NAME


def _begins(outline: Outline, usually: str) -> str:
    """The time of the first step; the circle's usual one where there is none, or one that may be of a
    twelve-hour clock."""
    hour, minute = divmod(outline.begins or 0, 60)
    return f"{hour:02}:{minute:02}" if hour >= 12 else usually


def _rows(steps: tuple[Step, ...], at: str) -> list[PlanRow]:
    """The steps with the times at which they would begin."""
    try:
        begins = read_time(at)
    except Invalid:
        begins = EVENING
    moment = datetime.combine(DAY, begins)
    rows = []
    for step in steps:
        rows.append(
            PlanRow(f"{moment:%H:%M}", step.title, _note(step), step.intensity, step.minutes, href="")
        )
        moment += timedelta(minutes=step.minutes)
    return rows


def _note(step: Step) -> str:
    """What is asked, where something is; else how it is answered."""
    words = short_words(step)
    return (
        f"{step.prompt.text} ({words})"
        if step.prompt and words
        else step.prompt.text
        if step.prompt
        else words
    )
