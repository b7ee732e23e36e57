"""The plan builder's pages. They are whole without script; static/js/pages/plan.js saves the reloading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.content.loader import Library
from circle.content.pacing import Remark
from circle.domain.drafting import head_of
from circle.domain.errors import CircleError, Invalid, NotNow
from circle.domain.meeting import Phase
from circle.domain.plan import Step
from circle.domain.preparation import Reason
from circle.domain.preparation import last as last_way
from circle.services import questions
from circle.services.builder import Draft
from circle.services.feasible import when_they_come
from circle.services.mending import Mend, mends
from circle.services.pieces import PIECES
from circle.services.planning import door_is_near, step_in
from circle.services.readiness import mark
from circle.services.when import local
from circle.web import edits
from circle.web.drawing import curve, ribbon_path
from circle.web.login import account, login_required
from circle.web.plan_rows import WHO_SEES, curve_words, plan_rows, sums
from circle.web.support import hub, sentence
from circle.web.wording import number_words

blueprint = Blueprint("prepare", __name__)
Page = str | Response | tuple[str, int]

ANSWER_WORDS = {
    "round": ("The piece goes round", "Each person speaks in turn, or passes."),
    "volunteer": ("Whoever would like to", "In any order; quiet is welcome."),
    "word": ("A word on the page", "By name, for all to read."),
    "pair": ("Two by two", "Nobody else reads it, and it is gone when the step ends."),
    "number": ("A number from 0 to 10", "By name, for all to read."),
}
PIECE_WORDS = {
    "grounding": "A grounding",
    "break": "A break",
    "regather": "A minute to gather",
    "silence": "A silence",
    "check_in": "A check-in",
    "agreements": "The agreements",
    "closing": "A closing round",
}
KEPT_ON_PAGE = (Invalid, NotNow)  # what people typed stays in its box


@dataclass(frozen=True, slots=True)
class Said:
    """A finding as the page says it. where, href: the step it is about; ways: what mends it, by button."""

    remark: Remark
    where: str
    href: str
    ways: tuple[Mend, ...]
    reason: Reason | None
    held: bool
    seen: bool


@blueprint.get("/prepare/<meeting_id>")
@login_required
def look(meeting_id: str) -> Page:
    """The plan as a cue line, and what would make it ready."""
    return plan_page(meeting_id)


@blueprint.get("/prepare/<meeting_id>/<step_id>")
@login_required
def step(meeting_id: str, step_id: str) -> Page:
    """The plan with one step open: what is asked, who sees the answer, and what else could stand here."""
    return plan_page(meeting_id, step_id)


@blueprint.get("/prepare/<meeting_id>/add")
@login_required
def add(meeting_id: str) -> Page:
    """What can be put into the plan, and where."""
    return _add_page(meeting_id, request.args.get("after", ""), {})


def _add_page(meeting_id: str, after: str, errors: dict[str, str]) -> str:
    draft = hub().builder.draft(account().id, meeting_id)
    step = next((step for step in draft.evening.meeting.plan.steps if step.id == after), None)
    after = after if step is not None else ""
    return render_template(
        "prepare/add.html",
        **_frame(draft, after),
        step=step,
        after=after,
        pieces=[(kind.value, PIECE_WORDS[kind.value]) for kind in PIECES],
        text=request.form.get("text", ""),
        text_max=questions.QUESTION_MAX,
        typed={},
        errors=errors,
    )


@blueprint.get("/prepare/<meeting_id>/version")
@login_required
def version(meeting_id: str) -> dict[str, int]:
    """A number that goes up with every change by anybody."""
    return {"version": hub().builder.version(account().id, meeting_id)}


@blueprint.post("/prepare/<meeting_id>/edit")
@login_required
def edit(meeting_id: str) -> Page:
    """One edit; the button's `do` says which. Back to where it was pressed (`open`), if that is there."""
    form = request.form
    opened = form.get("open", "")
    try:
        done = edits.carry_out(hub(), account().id, meeting_id, form)
    except KEPT_ON_PAGE as refusal:
        if form.get("do") == "put_own":
            return _add_page(meeting_id, form.get("after", ""), _errors(refusal)), refusal.status
        return plan_page(meeting_id, opened, errors=_errors(refusal)), refusal.status
    if done.say:
        flash(done.say)
    opened = done.open or opened
    plan = hub().planning.evening(account().id, meeting_id).meeting.plan
    if any(step.id == opened for step in plan.steps):
        return redirect(url_for("prepare.step", meeting_id=meeting_id, step_id=opened), 303)
    return redirect(url_for("prepare.look", meeting_id=meeting_id), 303)


def plan_page(meeting_id: str, step_id: str = "", *, errors: dict[str, str] | None = None) -> str:
    """The builder: with a step open, or with the whole evening beside its plan. Raises NotFound."""
    draft = hub().builder.draft(account().id, meeting_id)
    there = any(step.id == step_id for step in draft.evening.meeting.plan.steps)
    if step_id and (there or not errors):
        return _step_page(draft, step_id, errors or {})
    return _evening_page(draft, errors or {})


def _frame(draft: Draft, step_id: str) -> dict[str, object]:
    """What the builder shows around whatever is open."""
    evening, me = draft.evening, account().id
    is_open = evening.meeting.phase is Phase.PLANNED
    said = [_said(draft, remark) for remark in draft.remarks] if is_open else []
    errors = [one for one in said if one.remark.severity == "error"]
    rows = plan_rows(evening, step_id)
    return {
        "draft": draft,
        "evening": evening,
        "plan": evening.meeting.plan,
        "rows": rows,
        "sums": sums(evening.meeting.plan),
        "ends_at": evening.meeting.starts_at + timedelta(minutes=evening.meeting.plan.minutes),
        "is_open": is_open,
        "ribbon_path": ribbon_path,
        "by_step": {row.id: [one for one in errors if one.remark.step == row.id] for row in rows},
        "errors_found": errors,
        "others_found": [one for one in said if one.remark.severity != "error"],
        "unseen": [one for one in said if one.remark in draft.readiness.unseen],
        "can_undo": _words_of(draft.noted.back, me),
        "can_redo": _words_of(draft.noted.forth, me),
        "open_step": step_id,
        "now": hub().clock.now(),
    }


def _evening_page(draft: Draft, errors: dict[str, str]) -> str:
    evening = draft.evening
    start = local(evening.meeting.starts_at, evening.circle.form.zone)
    return render_template(
        "prepare/plan.html",
        **_frame(draft, ""),
        head=head_of(evening.meeting.plan),
        door_is_near=door_is_near(evening.meeting, hub().clock.now()),
        curve=curve([(step.minutes, step.intensity) for step in evening.meeting.plan.steps]),
        curve_words=curve_words(evening),
        comings=when_they_come(draft.look, draft.remarks, draft.library),
        number_words=number_words,
        if_then=hub().library.if_then,
        day=request.form.get("day", start.date().isoformat()),
        at=request.form.get("at", f"{start:%H:%M}"),
        typed=request.form if errors else {},
        errors=errors,
    )


def _step_page(draft: Draft, step_id: str, errors: dict[str, str]) -> str:
    library, plan = draft.library, draft.evening.meeting.plan
    chosen = step_in(plan, step_id)
    now_by = questions.answer_of(chosen)
    can_ask = questions.can_ask(chosen)
    others = questions.alternatives(chosen, plan, library) if can_ask else []
    return render_template(
        "prepare/step.html",
        **_frame(draft, step_id),
        step=chosen,
        place=[step.id for step in plan.steps].index(step_id) + 1,
        who_sees=WHO_SEES[chosen.sharing],
        can_ask=can_ask,
        others=others,
        choices=[(record.id, record.title, record.text) for record in others],
        answers=[(a.key, *ANSWER_WORDS[a.key]) for a in questions.answers_for(chosen, library)],
        answer=request.form.get("answer", now_by.key if now_by else ""),
        text=request.form.get("text", chosen.prompt.text if chosen.prompt else ""),
        text_max=questions.QUESTION_MAX,
        title_max=edits.TITLE_MAX,
        words_max=edits.WORDS_MAX,
        is_draft=_is_draft(chosen, library),
        typed=request.form if errors else {},
        errors=errors,
    )


def _said(draft: Draft, remark: Remark) -> Said:
    plan, library = draft.evening.meeting.plan, draft.library
    title = next((step.title for step in plan.steps if step.id == remark.step), "")
    href = url_for("prepare.step", meeting_id=draft.evening.meeting.id, step_id=remark.step) if title else ""
    return Said(
        remark,
        title,
        href,
        tuple(mends(draft.look, remark, library)),
        draft.reason(remark),
        draft.is_held(remark),
        mark(remark) in draft.noted.seen,
    )


def _is_draft(step: Step, library: Library) -> bool:
    record = library.prompts.get(step.prompt.id) if step.prompt is not None else None
    return record is not None and record.status == "draft"


def _words_of(ways: tuple[object, ...], me: str) -> str:
    """What *Undo* would undo, in words; "" for nothing."""
    try:
        return last_way(ways, me).words  # type: ignore[arg-type]
    except NotNow:
        return ""


def _errors(refusal: CircleError) -> dict[str, str]:
    """Sentences by field; under "plan" for what is about no field."""
    if refusal.fields:
        return {name: sentence(code, refusal.status) for name, code in refusal.fields.items()}
    return {"plan": sentence(refusal.code, refusal.status)}
