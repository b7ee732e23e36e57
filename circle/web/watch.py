"""*Watch an evening*: an evening of three minutes with made-up people, which one can take over."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response

from circle.services import watching
from circle.simulate.cast import evening_plan, load_cast
from circle.simulate.evening import Evenings, Table
from circle.web.login import account, login_required
from circle.web.support import hub

blueprint = Blueprint("watch", __name__)


@blueprint.post("/watch")
@login_required
def watch() -> Response:
    """The desk of a new evening; of the one that is on, if this host watches already."""
    evenings: Evenings = current_app.extensions["circle.evenings"]
    me = account().id
    meeting_id = evenings.of(me)
    if meeting_id is None or watching.is_over(hub(), meeting_id):
        meeting_id = evenings.start(me, lambda: _set_the_table(me))
    return redirect(url_for("live.room", meeting_id=meeting_id), 303)


def _set_the_table(user_id: str) -> Table:
    plan = evening_plan(hub().library)
    made = watching.set_the_table(hub(), user_id, plan, load_cast().host.person.name)
    return Table(
        meeting_id=made.meeting_id,
        door=url_for("door.name", door_token=made.door_token),
        host_link=url_for("door.personal", token=made.host_token),
    )
