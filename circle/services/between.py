"""What is said inside pairs: in memory alone, and gone when the step ends.

Nothing of it is written anywhere: no row, no receipt, no log. Lost with the process; the pairs themselves
are kept with the session, and each page still shows what it has seen (ADR 10).
"""

from __future__ import annotations

from circle.domain.errors import NotFound, TooMany
from circle.domain.meeting import Meeting
from circle.domain.room import PairWord
from circle.services.memory import Memories, Said
from circle.services.ports import new_id

WORDS_MAX = 200  # of one person in one step


class Between:
    """The words inside pairs, by meeting."""

    def __init__(self, memories: Memories) -> None:
        self._memories = memories

    def of(self, meeting: Meeting) -> tuple[PairWord, ...]:
        """Everything said inside pairs in the present step, in order."""
        said = self._memories.of(meeting.id).between
        return tuple(said.words) if said.when == _now(meeting) else ()

    def is_left(self, meeting: Meeting) -> bool:
        """Whether something is here that was said before the present step began."""
        said = self._memories.of(meeting.id).between
        return said.when not in ("", _now(meeting))

    def say(self, meeting: Meeting, seat_id: str, text: str, command_id: str) -> None:
        """Keep a word. The same command of the same person again changes nothing. Raises TooMany."""
        memory, mark = self._memories.of(meeting.id), f"{seat_id} {command_id}"
        if memory.between.when != _now(meeting):
            memory.between = Said(_now(meeting))
        said = memory.between
        if mark in said.seen:
            return
        if sum(word.seat_id == seat_id for word in said.words) >= WORDS_MAX:
            raise TooMany("pair_full")
        said.seen.add(mark)
        said.count += 1
        said.words.append(PairWord(new_id(), seat_id, text, said.count))

    def take_back(self, meeting_id: str, seat_id: str, word_id: str) -> None:
        """One's own word goes. Raises NotFound for anybody else's."""
        said = self._memories.of(meeting_id).between
        kept = [word for word in said.words if (word.id, word.seat_id) != (word_id, seat_id)]
        if len(kept) == len(said.words):
            raise NotFound("not_found")
        said.words = kept

    def forget(self, meeting_id: str) -> None:
        """The step is over."""
        self._memories.of(meeting_id).between = Said()


def _now(meeting: Meeting) -> str:
    """The present beginning of the present step."""
    return f"{meeting.step.id if meeting.step else ''} {meeting.step_started_at}"
