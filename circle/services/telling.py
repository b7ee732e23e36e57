"""Telling pages: after a change every audience gets the difference between what it saw and what it sees.

Numbers count per audience; an audience whose view did not change gets no frame and no number.
"""

from __future__ import annotations

from typing import Any

from circle.domain.audience import SELF, audience_of, view
from circle.domain.room import Room
from circle.domain.told import told
from circle.services.memory import Memories
from circle.services.ports import Broadcaster, Clock, new_id


class Telling:
    """The caller holds the meeting's lock."""

    def __init__(self, clock: Clock, broadcaster: Broadcaster, memories: Memories) -> None:
        self._clock = clock
        self._broadcaster = broadcaster
        self._memories = memories

    def snapshot(self, room: Room, seat_id: str) -> dict[str, Any]:
        """Everything this seat may see, with the numbers to go on from."""
        shared = audience_of(room.meeting.seat(seat_id))
        mine = SELF + seat_id
        memory = self._memories.of(room.meeting.id)
        return {
            "run": memory.run,
            "server_time": self._clock.now().isoformat(),
            "audiences": {
                name: {"seq": memory.seqs.get(name, 0), "view": view(room, name)}
                for name in ([shared, mine] if shared else [mine])
            },
        }

    def begin_anew(self, meeting_id: str) -> None:
        """What pages were told and what stands may differ: no number told counts any more, they look anew."""
        self._memories.of(meeting_id).run = new_id()
        self._broadcaster.take_snapshots(meeting_id)

    def tell(self, before: Room, after: Room) -> None:
        """To every audience what changed for it; then people listen where they belong now."""
        meeting = after.meeting
        memory = self._memories.of(meeting.id)
        for name, changes in told(before, after):
            memory.seqs[name] = memory.seqs.get(name, 0) + 1
            self._broadcaster.send(
                meeting.id,
                name,
                {
                    "run": memory.run,
                    "audience": name if not name.startswith(SELF) else SELF,
                    "seq": memory.seqs[name],
                    "server_time": self._clock.now().isoformat(),
                    "changes": changes,
                },
            )
        if before.meeting is meeting:
            return
        for seat in meeting.seats:
            now = audience_of(seat)
            if audience_of(before.meeting.seat(seat.id)) != now:
                self._broadcaster.move(meeting.id, seat.id, now)
