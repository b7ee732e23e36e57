"""A circle's own prompts: the few things people are asked for, and the whole prompt that follows from them.

A `Sheet` is what stands on the form, in a row of a table and in an entry of a file: words only, as typed.
`prompt_from` makes a `PromptRecord` of it and `sheet_of` goes back; nothing is lost on the way.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from circle.content.languages import is_english
from circle.content.loader import Library
from circle.content.own_rules import MOST_TENDER, STIRRING, TENDER, harm, misfits, slips
from circle.content.own_sheet import Sheet, pace_of, ways_of, whole_number
from circle.content.schema import PromptRecord, as_read
from circle.domain.errors import Invalid

HOST = "a host of this circle"
_PAUSE_SECONDS = "8"
_HINT = "as much or as little as you like"
_AFTERWARDS = "Take a moment before you go on. What came up can rest here."
_WITHOUT_BODY = "Rest your eyes on something in the room that stays where it is, and look at it slowly."


def sheet_of(prompt: PromptRecord) -> Sheet:
    """What a host would have written to get this prompt: our own defaults are left out."""
    whole = whole_sheet_of(prompt)
    if not is_english(prompt.language):
        return whole
    ours = {"hint": _HINT, "afterwards": _AFTERWARDS}
    if prompt.body_based:
        ours["without_body"] = _WITHOUT_BODY
    given = asdict(whole)
    return replace(whole, **{name: "" for name, text in ours.items() if given[name] == text})


def whole_sheet_of(prompt: PromptRecord) -> Sheet:
    """The same with every word that members read, those by default among them."""
    gentle, care, pace = prompt.gentle_alternative, prompt.after_care, prompt.pace
    return Sheet(
        title=prompt.title,
        text=prompt.text,
        theme=prompt.theme,
        depth=str(prompt.intensity),
        kind=prompt.kind,
        ways=", ".join(prompt.sharing_modes),
        minutes=str(prompt.minutes.suggested),
        alone=str(prompt.solo_minutes),
        gentle=gentle.text if gentle else "",
        content_note=prompt.content_note,
        note=prompt.facilitator_note,
        grounding=care.grounding_id if care else "",
        afterwards=care.member_line if care else "",
        hint=prompt.share_hint,
        without_body=prompt.non_body_alternative,
        tiles="\n".join(prompt.tiles),
        lines="\n".join(f"{line.text} | {line.pause_s}" for line in prompt.lines),
        one_by_one="\n".join(prompt.one_by_one),
        pace=f"{pace.in_s} {pace.hold_s} {pace.out_s} {pace.rest_s} {pace.rounds}" if pace else "",
        number="yes" if prompt.number else "",
        language=prompt.language,
        adapted_from=prompt.adapted_from or "",
    )


def ours_from(prompt: PromptRecord) -> Sheet:
    """A prompt of the library as the start of an own one."""
    return replace(sheet_of(prompt), adapted_from=prompt.id)


def prompt_from(
    sheet: Sheet, library: Library, today: date | None, *, prompt_id: str, version: int = 1
) -> PromptRecord:
    """The prompt that a sheet describes; what it does not say follows from kind and depth, or from the
    prompt of the library it was made from.

    Raises Invalid("own_prompt") whose `fields` name every field that cannot stay as it is, the harmful
    ones among them: stirring without a softer way in or a landing, tender in pairs, and so on.
    """
    wrong = dict(slips(sheet, library))
    if wrong:
        raise Invalid("own_prompt", wrong)
    try:
        prompt = PromptRecord.model_validate(_record(sheet, library, today, prompt_id, version))
    except ValidationError as error:
        places = [str(detail["loc"][0]) for detail in error.errors()]
        raise Invalid("own_prompt", misfits(places)) from None
    harmful = dict(harm(prompt, library))
    if harmful:
        raise Invalid("own_prompt", harmful)
    return prompt


# -- what follows from the rest -----------------------------------------------------------------------
def _record(
    sheet: Sheet, library: Library, today: date | None, prompt_id: str, version: int
) -> dict[str, Any]:
    depth, minutes = int(sheet.depth), int(sheet.minutes)
    base = library.prompts.get(sheet.adapted_from)
    ways = ways_of(sheet)
    english = is_english(sheet.language)
    tender = depth >= TENDER
    bodily = sheet.kind in ("breath", "movement") or bool(base and base.body_based)
    return {
        **_from_kind(sheet.kind, depth),
        **(_from_library(base) if base else {}),
        "id": prompt_id,
        "version": version,
        "status": "draft" if tender else "reviewed",
        "title": as_read(sheet.title),
        "text": sheet.text,
        "lines": [_slow_line(line) for line in _each(sheet.lines)],
        "one_by_one": _each(sheet.one_by_one),
        "pace": pace_of(sheet.pace) if sheet.pace else None,
        "tiles": _each(sheet.tiles),
        "number": sheet.number == "yes",
        "theme": sheet.theme,
        "intensity": depth,
        "kind": sheet.kind,
        "minutes": _minutes(minutes, base),
        "solo_minutes": int(sheet.alone),
        "sharing_modes": ways,
        "anonymous_friendly": not {"unnamed_wall", "unnamed_read"}.isdisjoint(ways),
        "share_hint": sheet.hint or (_HINT if english else ""),
        "gentle_alternative": _gentle(sheet, depth),
        "content_note": sheet.content_note,
        "facilitator_note": sheet.note,
        "after_care": _after_care(sheet, depth, minutes, english),
        "min_session": max(base.min_session if base else 1, 3 if tender else 1),
        "group": "closed" if tender else base.group if base else "open",
        "needs_second_host": depth == MOST_TENDER or bool(base and base.needs_second_host),
        "body_based": bodily,
        "non_body_alternative": sheet.without_body or (_WITHOUT_BODY if bodily and english else ""),
        "language": sheet.language,
        "adapted_from": sheet.adapted_from or None,
        "author": f"the circle, after {base.author}" if base else "the circle",
        "licence": base.licence if base else "",
        "reviewed_by": "" if tender else HOST,
        "reviewed_on": None if tender else today,
    }


def _from_kind(kind: str, depth: int) -> dict[str, Any]:
    calm = ("breath", "orienting", "movement", "break", "agreement")
    near = ("pair", "witness", "closing", "check_in")
    arcs = {"check_in": ("open",), "agreement": ("open",), "closing": ("close",), "break": ("middle",)}
    wary = {"breath": ("breath_sensitive",), "movement": ("body_sensitive",)}
    return {
        "strand": "safety" if kind in calm else "connection" if kind in near else "awareness",
        "layer": min(depth, 4),
        "arc": arcs.get(kind, ("middle",) if depth >= STIRRING else ("early", "middle", "late")),
        "contraindications": (*wary.get(kind, ()), *(("new_group", "open_group") if depth >= TENDER else ())),
    }


def _from_library(base: PromptRecord) -> dict[str, Any]:
    """What hosts are not asked for stays as the library has it."""
    kept = (
        "themes_secondary", "nourishes", "strand", "layer", "arc", "silence_after_s", "listen_for",
        "contraindications", "participants", "accessibility", "rationale",
    )  # fmt: skip
    return {name: getattr(base, name) for name in kept}


def _minutes(suggested: int, base: PromptRecord | None) -> dict[str, int]:
    if base and base.minutes.suggested == suggested:
        return base.minutes.model_dump()
    return {
        "min": max(1, suggested * 3 // 5),
        "suggested": suggested,
        "max": min(60, max(suggested, suggested * 3 // 2)),
    }


def _gentle(sheet: Sheet, depth: int) -> dict[str, Any] | None:
    return {"text": sheet.gentle, "intensity": max(1, min(3, depth - 1))} if sheet.gentle else None


def _after_care(sheet: Sheet, depth: int, minutes: int, english: bool) -> dict[str, Any] | None:
    """A landing takes a quarter of the time of what it follows, and two minutes at least."""
    if not sheet.grounding:
        return None
    line = sheet.afterwards or (_AFTERWARDS if english else "")
    least = 2 if depth < TENDER else 3
    return {
        "grounding_id": sheet.grounding,
        "minutes": min(15, max(least, -(-minutes // 4))),
        "member_line": line,
    }


def _each(text: str) -> tuple[str, ...]:
    return tuple(line for line in (line.strip() for line in text.splitlines()) if line)


def _slow_line(text: str) -> dict[str, Any]:
    words, bar, pause = text.rpartition("|")
    if not bar or not pause.strip().isdigit():
        words, pause = text, _PAUSE_SECONDS
    return {"text": words.strip(), "pause_s": whole_number(pause.strip())}
