"""The host's form: tidied, bounded, and with advice that never stands in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from circle.domain.errors import Invalid
from circle.domain.summary import ADVISED_WORDS, LINES_MAX, Notes, names_in
from circle.services.tidy import clean_address, plain_line, plain_text

TITLES_MAX, TITLE_MAX = 12, 120
FROM_HOST_MAX, PRACTICE_MAX, NEXT_MAX = 2000, 400, 300


@dataclass(frozen=True, slots=True)
class Advice:
    """What a host may want to look at again. words: how many; names: which of the given ones it holds."""

    words: int
    short: bool
    long: bool
    names: tuple[str, ...]


def cleaned(form: Notes) -> Notes:
    """The form without hidden characters and empty lines.

    Raises Invalid with every field that is too long, picks too many lines, or is no address.
    """
    tidy = replace(
        form,
        titles=tuple(filter(None, (plain_line(title) for title in form.titles))),
        from_host=plain_text(form.from_host),
        practice=plain_line(form.practice),
        next_text=plain_line(form.next_text),
        reply_to=form.reply_to.strip(),
        host=plain_line(form.host),
    )
    too_long = {
        "titles": len(tidy.titles) > TITLES_MAX or any(len(title) > TITLE_MAX for title in tidy.titles),
        "from_host": len(tidy.from_host) > FROM_HOST_MAX,
        "practice": len(tidy.practice) > PRACTICE_MAX,
        "next_text": len(tidy.next_text) > NEXT_MAX,
    }
    codes = {"from_host": "letter_long"}
    fields = {field: codes.get(field, "too_long") for field, is_so in too_long.items() if is_so}
    if len(tidy.line_ids) > LINES_MAX:
        fields["line_ids"] = "too_many_lines"
    try:
        tidy = replace(tidy, reply_to=clean_address(tidy.reply_to, "reply_to") if tidy.reply_to else "")
    except Invalid as problem:
        fields |= problem.fields
    if fields:
        raise Invalid("invalid", fields)
    return tidy


def advice(notes: Notes, names: tuple[str, ...]) -> Advice:
    """What could be said differently. The host decides."""
    words = len(notes.from_host.split())
    text = " ".join((*notes.titles, notes.from_host, notes.practice))  # "next time" names hosts
    return Advice(
        words=words,
        short=0 < words < ADVISED_WORDS.start,
        long=words >= ADVISED_WORDS.stop,
        names=names_in(text, names),
    )
