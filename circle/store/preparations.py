"""What hosts note beside a plan: one sealed row for each evening that has any."""

from __future__ import annotations

import json

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from circle.domain.preparation import Preparation
from circle.store.crypto import KeyRing
from circle.store.models import PreparationRow

_PREPARATION = TypeAdapter(Preparation)


class Preparations:
    """Loading and saving them. The caller holds the meeting's lock."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def load(self, db: Session, meeting_id: str) -> Preparation:
        """What was noted for this evening; nothing so far, if nobody did."""
        row = db.get(PreparationRow, meeting_id)
        if row is None:
            return Preparation()
        return _PREPARATION.validate_python(json.loads(self._keys.open(row.data_ct, _place(meeting_id))))

    def save(self, db: Session, meeting_id: str, noted: Preparation) -> None:
        """Note this for the evening, instead of what was noted."""
        text = json.dumps(_PREPARATION.dump_python(noted, mode="json"), ensure_ascii=False)
        sealed = self._keys.seal(text, _place(meeting_id))
        row = db.get(PreparationRow, meeting_id)
        if row is None:
            db.add(PreparationRow(meeting_id=meeting_id, data_ct=sealed))
        else:
            row.data_ct = sealed


def _place(meeting_id: str) -> str:
    return f"preparations.data.{meeting_id}"
