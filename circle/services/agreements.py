"""How a circle wants to be together: wordings with versions, and the private yes to one of them.

A new wording counts at once, for the session that is on as well; everybody is asked again, and a yes to
an earlier wording is no yes to the new one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from circle.domain.errors import Invalid, NotNow
from circle.services.tidy import plain_line
from circle.store.models import AgreementVersion, Circle, Member

CLAUSES_MAX = 24
CLAUSE_MAX = 400  # code points


def clean_clauses(clauses: Iterable[str]) -> tuple[str, ...]:
    """The wording as it will be kept: one plain line each, empty ones left out, no line twice.

    Raises Invalid("clauses_none"), Invalid("clauses_many") over 24, Invalid("clause_long") over 400.
    """
    lines = (plain_line(unicodedata.normalize("NFC", clause)) for clause in clauses)
    kept = tuple(dict.fromkeys(line for line in lines if line))
    if not kept:
        raise Invalid("clauses_none", {"clauses": "clauses_none"})
    if len(kept) > CLAUSES_MAX:
        raise Invalid("clauses_many", {"clauses": "clauses_many"})
    if max(map(len, kept)) > CLAUSE_MAX:
        raise Invalid("clause_long", {"clauses": "clause_long"})
    return kept


def amend(db: Session, circle_id: str, version: int, clauses: Iterable[str], now: datetime) -> None:
    """Another wording, if `version` is still the present one; the same words change nothing.

    Raises Invalid, NotNow("agreements_moved") when another host was quicker.
    """
    kept = list(clean_clauses(clauses))
    circle = db.get_one(Circle, circle_id)
    if circle.agreements_version != version:
        raise NotNow("agreements_moved")
    if circle.agreements == kept:
        return
    db.add(
        AgreementVersion(
            circle_id=circle_id, version=version, clauses=list(circle.agreements), replaced_at=now
        )
    )
    circle.agreements, circle.agreements_version = kept, version + 1


def affirm(db: Session, member_id: str, version: int, now: datetime) -> None:
    """*I can do this*, for the wording one has read. Raises NotNow("agreements_moved")."""
    member = db.get_one(Member, member_id)
    circle = db.get_one(Circle, member.circle_id)
    if circle.agreements_version != version:
        raise NotNow("agreements_moved")
    member.affirmed_version, member.affirmed_on = version, now.date().isoformat()


def new_clauses(db: Session, circle: Circle) -> tuple[int, ...]:
    """Which clauses (by their place) the wording before this one did not have; none for the first."""
    if circle.agreements_version == 1:
        return ()
    before = db.get(AgreementVersion, (circle.id, circle.agreements_version - 1))
    if before is None:
        return ()
    return tuple(at for at, clause in enumerate(circle.agreements) if clause not in before.clauses)
