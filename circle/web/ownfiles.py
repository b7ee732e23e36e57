"""A circle's own questions as files: out, and in with a page that says what became of each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from circle.content.own_files import FILE_MAX, Slip, write_csv, write_toml
from circle.content.own_sheet import CHOICES
from circle.domain.errors import Invalid
from circle.services.ownfiles import Brought, OwnFiles
from circle.web.login import account, login_required
from circle.web.support import hub, sentence

blueprint = Blueprint("ownfiles", __name__, url_prefix="/circles/<circle_id>/prompts")
Page = str | tuple[str, int]
_BODY_MAX = 2 * FILE_MAX + 64 * 1024  # a browser writes each line's end with two letters
_NAME = "own-questions"


@blueprint.url_value_preprocessor
def _room_for_a_file(endpoint: str | None, _values: Any) -> None:
    """These pages take more than others do; set before anything reads the form."""
    if endpoint in ("ownfiles.bring", "ownfiles.take"):
        request.max_content_length = request.max_form_memory_size = _BODY_MAX


@blueprint.get("/export.toml")
@login_required
def toml(circle_id: str) -> Response:
    """All of them, for people who like text."""
    return _download(write_toml(_files().out(account().id, circle_id)), "toml", "application/toml")


@blueprint.get("/export.csv")
@login_required
def table(circle_id: str) -> Response:
    """All of them, for people who like tables."""
    return _download(write_csv(_files().out(account().id, circle_id)), "csv", "text/csv")


@blueprint.get("/import")
@login_required
def choose(circle_id: str) -> Page:
    """Where a file is chosen."""
    return _page(circle_id)


@blueprint.post("/import")
@login_required
def bring(circle_id: str) -> Page:
    """A file: everything in it is kept, or nothing is and the page says why."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(circle_id, error=sentence("own_file_none")), Invalid.status
    return _brought(circle_id, file.filename, file.read(), only_good=False)


@blueprint.post("/import/take")
@login_required
def take(circle_id: str) -> Page:
    """The good ones of the same file, which the page brings along: nothing of it waits on our side."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    return _brought(circle_id, request.form.get("name", ""), text.encode(errors="replace"), only_good=True)


def _files() -> OwnFiles:
    return OwnFiles(hub().own, hub().committer, hub().library)


def _brought(circle_id: str, name: str, data: bytes, *, only_good: bool) -> Page:
    try:
        brought = _files().bring(account().id, circle_id, name, data, only_good=only_good)
    except Invalid as refusal:  # all of them together are too many
        return _page(circle_id, error=sentence(refusal.code, refusal.status)), refusal.status
    text = "" if brought.kept else data.decode("utf-8-sig", errors="replace")
    page = _page(circle_id, brought=brought, name=name[:120], text=text)
    return page if brought.kept else (page, Invalid.status)


def _page(
    circle_id: str, *, brought: Brought | None = None, error: str = "", name: str = "", text: str = ""
) -> str:
    return render_template(
        "ownprompts/import.html",
        circle=hub().planning.circles.get(account().id, circle_id),
        brought=brought,
        said=slip_words,
        error=error,
        name=name,
        text=text,
    )


def slip_words(slip: Slip) -> str:
    """A slip as a line: "Line 7, minutes: Anything from one to sixty minutes fits here.\""""
    where = ", ".join(part for part in (slip.place, slip.field) if part)
    said = sentence(slip.code, Invalid.status)
    if slip.code == "own_choice" and slip.field in CHOICES:
        said = f"One of these fits here: {', '.join(CHOICES[slip.field])}."
    if slip.detail:
        said = f"{said} ({slip.detail})"
    return f"{where[0].upper()}{where[1:]}: {said}" if where else said


def _download(text: str, ending: str, kind: str) -> Response:
    answer = Response(text.encode(), content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_NAME}.{ending}"'
    return answer
