"""Questions that can wait: the list of a circle, and putting a question on it or taking it off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.web.login import account, login_required
from circle.web.support import hub

blueprint = Blueprint("not_yet", __name__)


@blueprint.get("/circle/<circle_id>/not-yet")
@login_required
def waiting(circle_id: str) -> str:
    """What hosts of this circle let wait."""
    me = account().id
    circle = hub().planning.circles.get(me, circle_id)
    prompts = hub().library.prompts
    return render_template(
        "circles/not_yet.html",
        circle=circle,
        found=[(one, prompts.get(one.prompt_id)) for one in hub().not_yet.of(me, circle_id)],
    )


@blueprint.post("/circle/<circle_id>/not-yet")
@login_required
def change(circle_id: str) -> Response:
    """The question waits, or can come now: the button's value says which. Then back to where one was."""
    form, me = request.form, account().id
    prompt_id = form.get("prompt", "")
    match form.get("do"):
        case "wait":
            hub().not_yet.put(me, circle_id, prompt_id)
            flash("It waits. You will be reminded when you plan.")
        case "come":
            hub().not_yet.take_off(me, circle_id, prompt_id)
            flash("It can come now.")
        case _:
            raise Invalid("invalid", {"do": "invalid"})
    if form.get("from") == "prompt":
        return redirect(url_for("library.prompt", prompt_id=prompt_id), 303)
    return redirect(url_for("not_yet.waiting", circle_id=circle_id), 303)
