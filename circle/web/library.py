"""The library: every question a host can ask, found by words or by what it is, and seen as members see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from circle.content.schema import PromptRecord
from circle.content.search import Wanted
from circle.services.circles import HostedCircle
from circle.services.notyet import Waiting
from circle.services.planning import Evening
from circle.web.login import account, login_required
from circle.web.support import hub

blueprint = Blueprint("library", __name__)

THEMES = (
    ("", "Any theme"),
    ("grief", "Grief"),
    ("outgrowing", "Outgrowing people"),
    ("security", "Security"),
    ("shared", "For any evening"),
)
STRANDS = (
    ("", "Anything"),
    ("safety", "Safety"),
    ("awareness", "Noticing"),
    ("connection", "Being with others"),
)
LAYERS = (
    (0, "Any layer"),
    (1, "1, the surface"),
    (2, "2, beneath it"),
    (3, "3, deeper"),
    (4, "4, looking back"),
)
DEPTHS = ((0, "Any"), (1, "Quiet"), (2, "Light"), (3, "Stirring at most"), (4, "Tender at most"))
MINUTES = ((0, "Any length"), (5, "In 5 minutes"), (10, "In 10 minutes"), (15, "In 15 minutes"))
WHOSE = (("", "The library and our own"), ("library", "The library"), ("own", "Our own"))
KINDS = {
    "check_in": "Check-in",
    "reflection": "Reflection",
    "writing": "Writing",
    "unsent_letter": "Unsent letter",
    "slow_lines": "Slow lines",
    "breath": "Breath",
    "orienting": "Looking around",
    "movement": "Movement",
    "sketch": "Sketch",
    "pair": "Two by two",
    "poll_tiles": "Taps",
    "witness": "Witness",
    "reading": "Reading",
    "closing": "Closing",
    "agreement": "Agreement",
    "break": "Break",
}
SHARING = {
    "none": "nothing to answer",
    "private": "stays on the page",
    "tiles": "private taps",
    "chat_word": "a word on the page",
    "unnamed_wall": "without names",
    "unnamed_read": "read aloud by a host",
    "to_facilitator": "to hosts",
    "pair": "two by two",
    "spoken_volunteer": "volunteers",
    "spoken_round": "a round",
}
DEPTH_WORDS = {1: "quiet", 2: "light", 3: "stirring", 4: "tender", 5: "very tender"}


@dataclass(frozen=True, slots=True)
class Found:
    """A prompt in a list. href: its page. language: of its words. note: what it is, in a few words.
    depth: how deep it goes, in a word.
    """

    id: str
    href: str
    title: str
    text: str
    language: str
    note: str
    depth: str


@blueprint.get("/library")
@login_required
def look() -> str:
    """Prompts that fit what was asked for; all of them at first."""
    wanted, whose = _wanted(), _one_of(request.args.get("whose", ""), [key for key, _ in WHOSE])
    waits, evening = hub().not_yet.everywhere(account().id), _for_plan()
    found = [
        (one, circle)
        for one, circle in hub().own.find(account().id, wanted, whose)
        if evening is None or circle is None or circle.id == evening.circle.id
    ]
    return render_template(
        "library/find.html",
        wanted=wanted,
        whose=whose,
        evening=evening,
        after=request.args.get("after", ""),
        owners=WHOSE,
        circles=hub().planning.circles.of(account().id),
        found=[_found(one, circle, waits.get(one.id, [])) for one, circle in found],
        themes=THEMES,
        strands=STRANDS,
        layers=LAYERS,
        depths=DEPTHS,
        lengths=MINUTES,
        kinds=(("", "Any kind"), *sorted(KINDS.items(), key=lambda item: item[1])),
        ways=(("", "Any way"), *sorted(SHARING.items(), key=lambda item: item[1])),
        narrowed=any((wanted.strand, wanted.kind, wanted.sharing, wanted.layer, wanted.minutes, whose)),
    )


@blueprint.get("/library/<prompt_id>")
@login_required
def prompt(prompt_id: str) -> str:
    """One prompt: as members see it, and what hosts know of it."""
    record = hub().library.prompts.get(prompt_id)
    if record is None:
        abort(404)
    care = record.after_care
    waits = {circle.id: one for circle, one in hub().not_yet.everywhere(account().id).get(prompt_id, [])}
    return render_template(
        "library/prompt.html",
        waits=[(circle, waits.get(circle.id)) for circle in hub().planning.circles.of(account().id)],
        one=record,
        note=note_of(record),
        ways=[SHARING[mode] for mode in record.sharing_modes],
        landing=hub().library.prompts[care.grounding_id] if care else None,
        met=hub().planning.met(account().id, prompt_id),
        circles=hub().planning.circles.of(account().id),
        now=hub().clock.now(),
    )


def _found(
    record: PromptRecord, circle: HostedCircle | None, waits: Sequence[tuple[HostedCircle, Waiting]]
) -> Found:
    """The prompt in a list; its note says whose it is, and for which circles it is to wait."""
    note, names = note_of(record), ", ".join(waiting.form.name for waiting, _ in waits)
    if names:
        note = f"{note.removesuffix('.')}. Not yet for {names}."
    if circle is None:
        href = url_for("library.prompt", prompt_id=record.id)
    else:
        href = url_for("own.one", circle_id=circle.id, prompt_id=record.id)
        note = f"{circle.form.name}: {note}"
    return Found(
        record.id, href, record.title, record.text, record.language, note, DEPTH_WORDS[record.intensity]
    )


def _for_plan() -> Evening | None:
    """The evening one looks for a question for, if any. Raises NotFound for somebody else's."""
    asked_for = request.args.get("plan", "")
    return hub().planning.evening(account().id, asked_for) if asked_for else None


def note_of(record: PromptRecord) -> str:
    """What a prompt is, in a few words."""
    parts = (KINDS[record.kind], DEPTH_WORDS[record.intensity], f"about {record.minutes.suggested} minutes")
    return ", ".join(parts) + (". A draft: nobody has reviewed it yet." if record.status == "draft" else "")


def _wanted() -> Wanted:
    """What the address asks for; what makes no sense there is left out."""
    asked = request.args
    return Wanted(
        words=asked.get("words", "").strip()[:80],
        theme=_one_of(asked.get("theme", ""), [key for key, _ in THEMES]),
        strand=_one_of(asked.get("strand", ""), [key for key, _ in STRANDS]),
        kind=_one_of(asked.get("kind", ""), list(KINDS)),
        sharing=_one_of(asked.get("sharing", ""), list(SHARING)),
        layer=_number(asked.get("layer", "")),
        intensity=_number(asked.get("intensity", "")),
        minutes=_number(asked.get("minutes", "")),
    )


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 2 else 0
