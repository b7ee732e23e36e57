"""Reading aloud: the words of a step or of a question, large, a sentence at a time, with their pauses."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, url_for

from circle.content.loader import freeze_prompt
from circle.domain.host_notes import host_notes
from circle.domain.plan import Prompt
from circle.domain.speaking import WORDS_A_MINUTE, Spoken, prompt_aloud, seconds_aloud, step_aloud
from circle.services.planning import step_in
from circle.web.login import account, login_required
from circle.web.support import hub
from circle.web.wording import number_words

blueprint = Blueprint("read_aloud", __name__)

DOTS = 20  # at most; more cannot be counted at a glance, and the words beside them say how long
PARTS = {"say": "You say", "question": "On the page", "lines": "Slow lines", "items": "One by one"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it. part: its heading, "" where the line before has the same one."""

    text: str
    dots: int
    quiet: str
    part: str


@dataclass(frozen=True, slots=True)
class Way:
    """A page to go on to, or back."""

    href: str
    words: str


@blueprint.get("/prepare/<meeting_id>/<step_id>/read")
@login_required
def step(meeting_id: str, step_id: str) -> str:
    """What a host says in this step, and the way to the next one."""
    plan = hub().planning.evening(account().id, meeting_id).meeting.plan
    steps, chosen = plan.steps, step_in(plan, step_id)
    at = steps.index(chosen)
    nearby = [
        Way(url_for("read_aloud.step", meeting_id=meeting_id, step_id=other.id), f"{words}: {other.title}")
        for words, other in (("Before", steps[at - 1] if at else None), ("Next", (*steps[at + 1 :], None)[0]))
        if other is not None
    ]
    prompt = chosen.prompt or Prompt("")
    notes = {**_notes(prompt), "For you": "\n".join(host_notes(chosen))}
    back = Way(url_for("prepare.step", meeting_id=meeting_id, step_id=step_id), "The step")
    return _page(chosen.title, step_aloud(chosen), notes, back, nearby)


@blueprint.get("/library/<prompt_id>/read")
@login_required
def prompt(prompt_id: str) -> str:
    """A question of the library, read aloud."""
    record = hub().library.prompts.get(prompt_id)
    if record is None:
        abort(404)
    frozen = freeze_prompt(record)
    listen = "; ".join(record.listen_for)
    notes = {**_notes(frozen), "Listen for": listen[:1].upper() + listen[1:]}
    back = Way(url_for("library.prompt", prompt_id=prompt_id), "The question")
    return _page(record.title, prompt_aloud(frozen, record.silence_after_s), notes, back, [])


def _notes(prompt: Prompt) -> dict[str, str]:
    return {
        "For you": prompt.facilitator_note,
        "What it touches": prompt.content_note,
        "Gentler": prompt.gentle,
        "Without the body": prompt.non_body,
    }


def _page(title: str, lines: tuple[Spoken, ...], notes: dict[str, str], back: Way, nearby: list[Way]) -> str:
    return render_template(
        "prepare/read.html",
        title=title,
        lines=_shown(lines),
        takes=_takes(lines),
        rate=WORDS_A_MINUTE,
        notes={name: words for name, words in notes.items() if words},
        back=back,
        nearby=nearby,
    )


def _shown(lines: tuple[Spoken, ...]) -> list[Shown]:
    shown, last = [], ""
    for line in lines:
        part = PARTS[line.part] if line.part != last else ""
        shown.append(Shown(line.text, min(line.pause_s, DOTS), quiet_words(line.pause_s), part))
        last = line.part
    return shown


def quiet_words(seconds: int) -> str:
    """ "three seconds of quiet"; "" for none. Above two minutes in minutes."""
    if seconds <= 0:
        return ""
    if seconds >= 120:
        return f"{number_words(round(seconds / 60))} minutes of quiet"
    if seconds >= 100:
        return f"{seconds} seconds of quiet"
    return f"{number_words(seconds)} second{'s' if seconds != 1 else ''} of quiet"


def _takes(lines: tuple[Spoken, ...]) -> str:
    seconds = seconds_aloud(lines)
    if seconds < 50:
        return "less than a minute"
    minutes = max(1, round(seconds / 60))
    return f"about {number_words(minutes)} minute{'s' if minutes != 1 else ''}"
