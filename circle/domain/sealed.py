"""Sealed answers: a host's words that one page at the table can open, and nobody knows which.

Everybody's page gets the whole mailbox of the session, the same for all; each tries its own keys. Whom an
answer is for stands nowhere in it: not a line, not a seat (docs/anonymity.md, *A host answers a writer*).
"""

from __future__ import annotations

from dataclasses import dataclass

from circle.domain.errors import TooMany

# base64url of 32 bytes for a key of that answer alone, 2,048 of padded words, and 16 that prove them.
LETTERS = 2795
KEPT = 40  # of one session: every page holds all of them


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """id: random, made by the host's page, so that an answer sent twice is one. sealed: base64url."""

    id: str
    sealed: str


def dropped_in(mailbox: tuple[SealedAnswer, ...], answer: SealedAnswer) -> tuple[SealedAnswer, ...]:
    """The mailbox with this answer in it. Raises TooMany("mailbox_full"): none goes to make room."""
    if any(known.id == answer.id for known in mailbox):
        return mailbox
    if len(mailbox) >= KEPT:
        raise TooMany("mailbox_full")
    return (*mailbox, answer)
