"""Notes between hosts: short, seen by hosts alone, in memory alone, gone with the session."""

from __future__ import annotations

from dataclasses import dataclass

from circle.domain.errors import Invalid

LONGEST = 280  # code points: a line to take in at a glance, while somebody speaks
KEPT = 40  # notes of one session; older ones go


@dataclass(frozen=True, slots=True)
class HostNote:
    """One host's words to the others. id: random, made by the page, so that a note sent twice is one."""

    id: str
    seat: str
    text: str


def noted(notes: tuple[HostNote, ...], note: HostNote) -> tuple[HostNote, ...]:
    """The notes with this one at their end. Raises Invalid("note_long")."""
    if len(note.text) > LONGEST:
        raise Invalid("note_long", {"text": "note_long"})
    if any(known.id == note.id for known in notes):
        return notes
    return (*notes, note)[-KEPT:]
