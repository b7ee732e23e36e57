"""A circle's own questions: the list, writing one, changing it, and the same in another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.content.languages import NAMES, language_name, language_tag
from circle.content.own import ours_from, whole_sheet_of
from circle.content.own_advice import advice
from circle.content.own_sheet import CHOICES, FIELDS, TRANSLATED, Sheet, ways_of
from circle.domain.errors import Invalid, NotFound, NotNow
from circle.services.circles import HostedCircle
from circle.services.ownprompts import OwnPrompt, clean_sheet, clean_words
from circle.web.library import DEPTH_WORDS, KINDS, SHARING, THEMES, note_of
from circle.web.login import account, login_required
from circle.web.support import field_errors, hub, sentence

blueprint = Blueprint("own", __name__, url_prefix="/circles/<circle_id>/prompts")
Page = str | Response | tuple[str, int]

LABELS = {
    "title": "A short name",
    "text": "The question",
    "theme": "Theme",
    "depth": "How deep does it go?",
    "kind": "Kind",
    "ways": "How may it be answered?",
    "minutes": "Minutes",
    "alone": "Quiet minutes among them",
    "gentle": "A softer way in",
    "content_note": "What it touches",
    "note": "For hosts",
    "grounding": "What follows",
    "afterwards": "A line for afterwards",
    "hint": "How much to answer",
    "without_body": "Without the body",
    "tiles": "Words to tap",
    "lines": "Slow lines",
    "one_by_one": "One after another",
    "pace": "Rhythm of the breath",
    "number": "Answered with a number",
    "language": "Language",
    "adapted_from": "Made from",
}
_DEPTH_NOTES = {
    1: "It settles, and asks for nothing personal.",
    2: "A little personal.",
    3: "It names a difficulty, without detail. It has a softer way in and a grounding after it.",
    4: "Loss, fear or shame. A draft, for a closed circle from the third meeting on.",
    5: "The most tender there is. A draft, with two hosts, once an evening.",
}


@blueprint.get("")
@login_required
def look(circle_id: str) -> Page:
    """All of them."""
    circle = _circle(circle_id)
    own = hub().own.all(account().id, circle_id)
    notes = {one.id: _note(one) for one in own}
    return render_template("ownprompts/list.html", circle=circle, own=own, notes=notes)


@blueprint.get("/new")
@login_required
def new(circle_id: str) -> Page:
    """An empty form, or one that begins with a question of the library."""
    circle = _circle(circle_id)
    source = hub().library.prompts.get(request.args.get("from", ""))
    return _form_page(circle, ours_from(source) if source else Sheet())


@blueprint.post("/new")
@login_required
def write(circle_id: str) -> Page:
    """It is kept, with advice beside it if there is any; or the form comes back as it was."""
    circle = _circle(circle_id)
    try:
        own = hub().own.write(account().id, circle_id, _typed())
    except Invalid as refusal:
        return _form_page(circle, _typed_sheet(), errors=field_errors(refusal)), refusal.status
    return _kept(circle_id, own)


@blueprint.get("/<prompt_id>")
@login_required
def one(circle_id: str, prompt_id: str) -> Page:
    """The form of one, with advice beside its fields."""
    circle, own = _circle(circle_id), hub().own.get(account().id, circle_id, prompt_id)
    return _form_page(circle, own.sheet, own)


@blueprint.post("/<prompt_id>")
@login_required
def change(circle_id: str, prompt_id: str) -> Page:
    """Other words for it. If another host was quicker, both wordings stand on the page."""
    circle = _circle(circle_id)
    try:
        own = hub().own.change(account().id, circle_id, prompt_id, _wording(), _typed())
    except NotFound as gone:
        said = sentence("own_gone")
        return _form_page(circle, _typed_sheet(), errors={"title": said}), gone.status
    except NotNow as moved:
        now = hub().own.get(account().id, circle_id, prompt_id)
        return _form_page(circle, _typed_sheet(), now, moved=True), moved.status
    except Invalid as refusal:
        now = hub().own.get(account().id, circle_id, prompt_id)
        errors = field_errors(refusal)
        return _form_page(circle, _typed_sheet(), now, errors=errors, seen=_wording()), refusal.status
    return _kept(circle_id, own)


@blueprint.post("/<prompt_id>/delete")
@login_required
def delete(circle_id: str, prompt_id: str) -> Page:
    """It is gone, unless another host changed it since it was read."""
    circle = _circle(circle_id)
    try:
        hub().own.delete(account().id, circle_id, prompt_id, _wording())
    except NotNow as moved:
        now = hub().own.get(account().id, circle_id, prompt_id)
        return _form_page(circle, now.sheet, now, moved=True), moved.status
    flash("Deleted. Plans that hold it keep their copy.")
    return redirect(url_for("own.look", circle_id=circle_id), 303)


# -- in another language ------------------------------------------------------------------------------
@blueprint.get("/<prompt_id>/translate")
@login_required
def choose_language(circle_id: str, prompt_id: str) -> Page:
    """On to the page of the language that was chosen."""
    own = hub().own.get(account().id, circle_id, prompt_id)
    tag = language_tag(request.args.get("lang", ""))
    if tag and tag != own.prompt.language:
        return redirect(url_for("own.translation", circle_id=circle_id, prompt_id=prompt_id, lang=tag), 303)
    said = sentence("own_same_language" if tag else "own_language")
    asked = request.args.get("lang", "")
    return _form_page(_circle(circle_id), own.sheet, own, errors={"lang": said}, asked=asked), Invalid.status


@blueprint.get("/<prompt_id>/translate/<lang>")
@login_required
def translation(circle_id: str, prompt_id: str, lang: str) -> Page:
    """The original beside a field for each of its texts."""
    own = _to_translate(circle_id, prompt_id, lang)
    there = own.translations.get(lang)
    return _translation_page(circle_id, own, lang, there.words if there else {})


@blueprint.post("/<prompt_id>/translate/<lang>")
@login_required
def translate(circle_id: str, prompt_id: str, lang: str) -> Page:
    """The translation is kept, or gone."""
    own = _to_translate(circle_id, prompt_id, lang)
    seen = _count(request.form.get("seen", ""))
    typed = {name: request.form.get(name, "") for name in TRANSLATED}
    try:
        if request.form.get("do") == "delete":
            hub().own.untranslate(account().id, circle_id, prompt_id, lang, seen)
            flash(f"The words in {language_name(lang)} are deleted.")
            return redirect(url_for("own.one", circle_id=circle_id, prompt_id=prompt_id), 303)
        own = hub().own.translate(account().id, circle_id, prompt_id, lang, seen, typed)
    except NotNow as moved:
        now = hub().own.get(account().id, circle_id, prompt_id)
        return _translation_page(circle_id, now, lang, clean_words(typed), moved=True), moved.status
    except Invalid as refusal:
        errors = field_errors(refusal)
        page = _translation_page(circle_id, own, lang, clean_words(typed), errors=errors, seen=seen)
        return page, refusal.status
    flash("Kept.")
    return redirect(url_for("own.translation", circle_id=circle_id, prompt_id=prompt_id, lang=lang), 303)


def _to_translate(circle_id: str, prompt_id: str, lang: str) -> OwnPrompt:
    own = hub().own.get(account().id, circle_id, prompt_id)
    if language_tag(lang) != lang or lang == own.prompt.language:
        abort(404)
    return own


def _translation_page(
    circle_id: str,
    own: OwnPrompt,
    lang: str,
    words: Mapping[str, str],
    *,
    errors: dict[str, str] | None = None,
    moved: bool = False,
    seen: int | None = None,
) -> str:
    there = own.translations.get(lang)
    original = asdict(whole_sheet_of(own.prompt))
    said = advice(hub().own.in_language(own, lang)) if there and not errors else []
    return render_template(
        "ownprompts/translate.html",
        circle=_circle(circle_id),
        own=own,
        lang=lang,
        language=language_name(lang),
        parts=[(name, LABELS[name], original[name]) for name in TRANSLATED if original[name]],
        words=words,
        now=_differences(words, there.words) if moved and there else [],
        moved=moved,
        behind=bool(there) and own.is_behind(lang),
        exists=bool(there),
        seen=seen if seen is not None else there.version if there else 0,
        advice=_by_field([(name, text) for name, text in said if name != "depth"]),
        errors=errors or {},
        labels=LABELS,
        big=("text", "gentle", "tiles", "lines", "one_by_one"),
    )


# -- the form -----------------------------------------------------------------------------------------
def _circle(circle_id: str) -> HostedCircle:
    return hub().planning.circles.get(account().id, circle_id)


def _typed() -> dict[str, str]:
    form = request.form
    return {name: form.get(name, "") for name in FIELDS} | {"ways": ", ".join(form.getlist("ways"))}


def _typed_sheet() -> Sheet:
    """What was typed, with nothing filled in for what was left empty."""
    typed = _typed()
    clean = asdict(clean_sheet(typed))
    return Sheet(**{name: clean[name] if typed[name] else "" for name in FIELDS})


def _wording() -> int:
    return _count(request.form.get("wording", ""))


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _kept(circle_id: str, own: OwnPrompt) -> Response:
    flash("Kept. There is something to look at below." if advice(own.prompt) else "Kept.")
    return redirect(url_for("own.one", circle_id=circle_id, prompt_id=own.id), 303)


def _note(own: OwnPrompt) -> str:
    tags = [own.prompt.language, *own.translations]
    spoken = f" In {', '.join(map(language_name, tags))}." if tags != ["en"] else ""
    return note_of(own.prompt).rstrip(".") + "." + spoken


def _by_field(said: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text in said:
        found[name] = f"{found[name]} {text}" if name in found else text
    return found


def _differences(typed: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, what stands there now) of every field that differs."""
    return [
        (label, now.get(name, "") or "nothing")
        for name, label in LABELS.items()
        if typed.get(name, "") != now.get(name, "")
    ]


def _form_page(
    circle: HostedCircle,
    sheet: Sheet,
    own: OwnPrompt | None = None,
    *,
    errors: dict[str, str] | None = None,
    moved: bool = False,
    seen: int = 0,
    asked: str = "",
) -> str:
    """The form with `sheet` in it. own: as it stands now. moved: it is not what was read any more.

    seen: the wording that was read, if not the present one. asked: the language that was asked for.
    """
    typed, wrong = asdict(sheet), errors or {}
    closer = any(typed[name] != _EMPTY[name] or name in wrong for name in _CLOSER)
    return render_template(
        "ownprompts/form.html",
        circle=circle,
        own=own,
        sheet=typed,
        wording=(seen or own.prompt.version) if own else 0,
        now=_differences(typed, asdict(own.sheet)) if own and moved else [],
        moved=moved,
        advice=_by_field(advice(own.prompt)) if own and not errors and not moved else {},
        errors=wrong,
        labels=LABELS,
        source=hub().library.prompts.get(sheet.adapted_from),
        closer=closer,
        chosen=ways_of(sheet),
        asked=asked,
        met=hub().planning.met(account().id, own.id) if own else [],
        at=hub().clock.now(),
        translations=[(tag, language_name(tag), own.is_behind(tag)) for tag in own.translations]
        if own
        else [],
        **_choices(sheet),
    )


_CLOSER = ("hint", "afterwards", "without_body", "tiles", "lines", "one_by_one", "pace", "number", "language")
_EMPTY = asdict(Sheet())


def _choices(sheet: Sheet) -> dict[str, Any]:
    """What the form offers; of the ways of answering those that are chosen stand first, in their order."""
    ways = dict.fromkeys((*ways_of(sheet), *CHOICES["ways"]))
    groundings = [(key, one.title) for key, one in hub().library.prompts.items() if key.startswith("GR-")]
    return {
        "themes": [pair for pair in THEMES if pair[0]],
        "depths": [(str(key), word.capitalize(), _DEPTH_NOTES[key]) for key, word in DEPTH_WORDS.items()],
        "kinds": sorted(KINDS.items(), key=lambda item: item[1]),
        "ways": [(key, SHARING[key].capitalize()) for key in ways if key in SHARING],
        "groundings": [("", "Nothing in particular"), *groundings],
        "languages": NAMES,
    }
