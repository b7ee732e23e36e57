"""Unnamed lines before they are shown: in memory only, without authors, without order.

Nothing in here knows who wrote a line: callers pass words, never people. A line's id is random and
everything is listed by id, so the order of arrival exists nowhere. Lost with the process: pages keep
their words until they see them shown, and send them again when `epoch` changes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import replace

from circle.domain.errors import TooMany
from circle.domain.meeting import Meeting
from circle.domain.room import WallLine
from circle.services.between import Between
from circle.services.memory import Memories, Memory, OwnMemories, Wall
from circle.store.words import NewLine

LINES_MAX = 400  # on one wall; a flood is refused, what is held stays


class PendingLines:
    """The pending lists. between: what is said inside pairs, which is never stored at all."""

    def __init__(self, memories: Memories | None = None) -> None:
        self._memories = memories or OwnMemories()
        self.between = Between(self._memories)

    def epoch(self, meeting_id: str) -> str:
        """Another one means that what was held is lost."""
        return self._memories.of(meeting_id).run

    def hold(
        self,
        meeting_id: str,
        step_id: str,
        command_id: str,
        *,
        text: str,
        commit: str,
        read_aloud: bool,
        summary: bool,
    ) -> None:
        """Keep a line until hosts collect. The same command or the same line again changes nothing.

        Raises TooMany("wall_full").
        """
        memory = self._memories.of(meeting_id)
        # Only a digest: what is remembered here cannot be matched with a stored command id.
        mark = hashlib.sha256((memory.run + command_id).encode()).hexdigest()
        if mark in memory.seen or _knows(memory, commit):
            return
        wall = memory.walls.setdefault(step_id, Wall())
        if len(wall.waiting) + len(wall.collected) >= LINES_MAX:
            raise TooMany("wall_full")
        memory.seen.add(mark)
        line = NewLine(str(uuid.uuid4()), text, commit, read_aloud, summary, set_aside=False)
        wall.waiting = dict(sorted({**wall.waiting, line.id: line}.items()))  # by random ids

    def collect(self, meeting: Meeting, step_id: str) -> None:
        """Everything that waits becomes the batch hosts read; later lines wait for the next one."""
        wall = self._wall(meeting.id, step_id)
        wall.collected |= wall.waiting
        wall.waiting, wall.when = {}, str(meeting.step_started_at)

    def was_collected(self, meeting: Meeting) -> bool:
        """Whether that has been done since hosts began to read."""
        step = meeting.step.id if meeting.step else ""
        wall = self._memories.of(meeting.id).walls.get(step)
        return wall is None or wall.when == str(meeting.step_started_at)

    def put_batch(self, meeting_id: str, step_id: str, lines: Iterable[NewLine]) -> None:
        """Lines of a quiet round that may be read now; they came another way and go on like these."""
        self._wall(meeting_id, step_id).collected |= {line.id: line for line in lines}

    def batch(self, meeting_id: str, step_id: str) -> tuple[NewLine, ...]:
        """What was collected, by random id."""
        collected = self._memories.of(meeting_id).walls.get(step_id, Wall()).collected
        return tuple(collected[line_id] for line_id in sorted(collected))

    def batch_for_hosts(self, meeting_id: str, step_id: str) -> tuple[WallLine, ...]:
        """The batch as hosts see it."""
        return tuple(
            WallLine(line.id, step_id, line.text, line.commit, set_aside=line.set_aside, mailbox=line.mailbox)
            for line in self.batch(meeting_id, step_id)
        )

    def set_aside(self, meeting_id: str, step_id: str, line_id: str, aside: bool) -> bool:
        """Mark a collected line; False if there is no such line."""
        collected = self._wall(meeting_id, step_id).collected
        if line_id not in collected:
            return False
        collected[line_id] = replace(collected[line_id], set_aside=aside)
        return True

    def knows(self, meeting_id: str, commit: str) -> bool:
        """Whether a line with this digest waits or is being read."""
        memory = self._memories.known(meeting_id)
        return memory is not None and _knows(memory, commit)

    def holds(self, meeting_id: str) -> bool:
        """Whether there is anything that goes when the session is over (`forget`)."""
        memory = self._memories.of(meeting_id)
        return bool(memory.walls or memory.seen or memory.between.words)

    def take_back(self, meeting_id: str, commit: str) -> bool:
        """The writer's page takes a line back before it is shown; False if it is not here."""
        for wall in self._memories.of(meeting_id).walls.values():
            for held in (wall.waiting, wall.collected):
                for line_id in [i for i, line in held.items() if line.commit == commit]:
                    del held[line_id]
                    return True
        return False

    def shown(self, meeting_id: str, step_id: str, line_ids: tuple[str, ...]) -> None:
        """These lines stand on the wall now (or were set aside) and are no longer kept here."""
        collected = self._wall(meeting_id, step_id).collected
        for line_id in line_ids:
            collected.pop(line_id, None)

    def forget(self, meeting_id: str) -> None:
        """The session is over: what was not shown is destroyed."""
        memory = self._memories.of(meeting_id)
        memory.walls, memory.seen = {}, set()
        self.between.forget(meeting_id)

    def _wall(self, meeting_id: str, step_id: str) -> Wall:
        return self._memories.of(meeting_id).walls.setdefault(step_id, Wall())


def _knows(memory: Memory, commit: str) -> bool:
    """Whether a line with this digest waits or is being read."""
    held = (
        line
        for wall in memory.walls.values()
        for part in (wall.waiting, wall.collected)
        for line in part.values()
    )
    return any(line.commit == commit for line in held)
