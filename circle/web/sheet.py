"""The run sheet: one whole evening on paper, for hosts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from circle.domain.host_notes import host_notes
from circle.domain.plan import Step
from circle.services.hosting import host_names
from circle.services.numbers import help_book
from circle.services.planning import Evening
from circle.web.library import DEPTH_WORDS
from circle.web.login import account, login_required
from circle.web.plan_rows import plan_rows, short_words
from circle.web.support import hub
from circle.web.wording import day_words

blueprint = Blueprint("prepare_sheet", __name__)

_TO = {"room": "to the room", "person": "to the person, privately", "nobody": ""}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A step on paper. time: on the circle's clock; about: minutes, depth and how it is answered;
    for_you: the notes for hosts.
    """

    step: Step
    time: str
    about: str
    for_you: tuple[str, ...]


@blueprint.get("/prepare/<meeting_id>/sheet")
@login_required
def sheet(meeting_id: str) -> str:
    """Times, questions, script, notes, cards, agreements and numbers; made to be printed."""
    evening = hub().planning.evening(account().id, meeting_id)
    begins, today = evening.meeting.starts_at, hub().clock.now().date()
    return render_template(
        "prepare/sheet.html",
        evening=evening,
        ends_at=begins + timedelta(minutes=evening.meeting.plan.minutes),
        day=day_words(begins, evening.circle.form.zone, begins - timedelta(days=2)),  # never "Tonight"
        hosts=hub().committer.read(lambda db: host_names(db, evening.circle.id)),
        rows=_rows(evening),
        own_cards=hub().builder.cards(meeting_id),
        cards=[(card, _TO[card.to]) for card in hub().library.if_then],
        book=help_book(hub().library, evening.circle.form.country, today),
    )


def _rows(evening: Evening) -> list[SheetRow]:
    steps = evening.meeting.plan.steps
    return [
        SheetRow(step, row.time, _about(step), host_notes(step))
        for step, row in zip(steps, plan_rows(evening), strict=True)
    ]


def _about(step: Step) -> str:
    alone = f"{step.solo_minutes} of them alone" if step.solo_minutes else ""
    parts = (f"{step.minutes} min", alone, DEPTH_WORDS.get(step.intensity, ""), short_words(step))
    return ", ".join(part for part in parts if part)
