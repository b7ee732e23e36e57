"""Before it begins: whether few have come, for the hosts to know. It stops nobody from beginning."""

from __future__ import annotations

from dataclasses import dataclass

from circle.domain.meeting import Meeting, Phase, Place, Role
from circle.domain.plan import Sharing

LEAST = 3  # below that there is nobody to go round to
LEAST_UNNAMED = 5  # with fewer possible writers others may guess (pacing.toml, P50)


@dataclass(frozen=True, slots=True)
class Few:
    """Fewer than are good for this plan. here: members at the table and at the door, chairs without a screen
    too, hosts not. made_for: how many people the plan was made for. unnamed: it has lines without names.
    """

    here: int
    made_for: int
    unnamed: bool


def few(meeting: Meeting) -> Few | None:
    """How few have come, while the door is open and nothing has begun; None when they are enough."""
    if meeting.phase is not Phase.OPEN:
        return None
    present = (*meeting.placed(Place.SEATED), *meeting.placed(Place.WAITING))
    here = sum(seat.role is Role.MEMBER for seat in present)
    unnamed = any(step.sharing is Sharing.UNNAMED_WALL for step in meeting.plan.steps)
    if here >= (LEAST_UNNAMED if unnamed else LEAST):
        return None
    return Few(here, meeting.plan.participants, unnamed)
