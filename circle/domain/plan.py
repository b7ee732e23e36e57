"""A plan: the ordered, timed steps of a session, frozen when the session starts.

Source of the words and ranges: the project's content rules (`docs/content.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from circle.domain.errors import Invalid

PAIR_AT_MOST = 3  # intensity: a pair has no host in it


class Kind(StrEnum):
    """What a step is, to people. How it runs follows from its `Sharing` (see `parts`)."""

    ARRIVE = "arrive"
    AGREEMENTS = "agreements"
    CHECK_IN = "check_in"
    READING = "reading"
    GROUNDING = "grounding"
    SILENCE = "silence"
    WRITING = "writing"
    WALL = "wall"
    ROUND = "round"
    VOLUNTEER = "volunteer"
    PAIR = "pair"
    BREAK = "break"
    REGATHER = "regather"
    INTEGRATE = "integrate"
    CLOSING = "closing"
    ASK = "ask"


class StepClass(StrEnum):
    """The pacing rules' view of a step (docs/content.md)."""

    ARRIVE = "arrive"
    AGREEMENTS = "agreements"
    ADMIN = "admin"
    GROUNDING = "grounding"
    RESOURCE = "resource"
    EXPLORE = "explore"
    INTEGRATE = "integrate"
    BREAK = "break"
    REGATHER = "regather"
    CLOSING = "closing"


class Sharing(StrEnum):
    """How a step is answered, and so who sees the answer."""

    NONE = "none"
    PRIVATE = "private"  # stays on the member's device
    TILES = "tiles"  # tapped on the member's device; nothing is sent
    CHAT_WORD = "chat_word"  # a word, number or line, by name
    UNNAMED_WALL = "unnamed_wall"  # shown without a name, in one shuffled batch, hosts read first
    UNNAMED_READ = "unnamed_read"  # a host reads aloud lines whose writers allowed it
    PAIR = "pair"  # two by two; nobody else reads it, and it is gone when the step ends
    SPOKEN_VOLUNTEER = "spoken_volunteer"  # who would like to, in any order
    SPOKEN_ROUND = "spoken_round"  # the talking piece goes round


class Part(StrEnum):
    """What the room is doing inside a step. A host's Next goes through a step's parts, then on."""

    STILL = "still"  # read, listen, be quiet: nothing to answer
    WRITE = "write"  # each person writes, nothing leaves the page
    ANSWER = "answer"  # a word, number or line each, by name
    WALL_WRITE = "wall_write"  # unnamed lines are being written and held
    WALL_READ = "wall_read"  # hosts read the batch; the room waits
    WALL_SHOW = "wall_show"  # the lines stand together
    ROUND = "round"  # the talking piece goes round
    VOLUNTEER = "volunteer"  # the piece is taken by whoever would like to
    PAIR = "pair"  # two by two, beside the table
    PAUSE = "pause"  # a break


WALL = (Part.WALL_WRITE, Part.WALL_READ, Part.WALL_SHOW)


@dataclass(frozen=True, slots=True)
class Line:
    """One slow line and the pause after it, in seconds (4 to 20)."""

    text: str
    pause_s: int


@dataclass(frozen=True, slots=True)
class Pace:
    """A slow rhythm that is the same on every page: all in seconds, but for `rounds`.

    in_s and out_s: 2 to 10. hold_s (full) and rest_s (empty): 0 to 6; 0 means none. rounds: 1 to 60.
    Where the rhythm is follows from the server's clock and the part's beginning: nothing is sent.
    """

    in_s: int
    out_s: int
    hold_s: int = 0
    rest_s: int = 0
    rounds: int = 18

    @property
    def seconds(self) -> int:
        """The whole of it, in seconds."""
        return self.rounds * (self.in_s + self.hold_s + self.out_s + self.rest_s)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The frozen copy of a prompt inside a plan.

    `text` to `why` are for members; `facilitator_note` never leaves the hosts' pages.
    `id` and `version` name the library's prompt; an own question has id "" and version 0. `one_by_one`
    come at each person's own pressing, and nobody learns how far anybody is.
    """

    text: str
    id: str = ""
    version: int = 0
    title: str = ""
    lines: tuple[Line, ...] = ()
    one_by_one: tuple[str, ...] = ()
    pace: Pace | None = None
    tiles: tuple[str, ...] = ()
    share_hint: str = ""
    gentle: str = ""
    content_note: str = ""
    why: str = ""
    non_body: str = ""
    facilitator_note: str = ""
    after_care: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan.

    minutes: planned length, 1 to 60. intensity: 0 (breaks only) to 5. solo_minutes: writing time
    inside it. script and note are for hosts only. droppable_rank: lower goes first when time is
    short, 0 means never dropped. Raises Invalid("pair_tender") for a pair above intensity 3.
    """

    id: str
    kind: Kind
    cls: StepClass
    title: str
    minutes: int
    intensity: int
    sharing: Sharing
    prompt: Prompt | None = None
    solo_minutes: int = 0
    script: str = ""
    note: str = ""
    number: bool = False  # a check-in by number, 0 to 10, instead of a word
    optional: bool = False
    droppable_rank: int = 0

    def __post_init__(self) -> None:
        if self.sharing is Sharing.PAIR and self.intensity > PAIR_AT_MOST:
            raise Invalid("pair_tender", {"sharing": "pair_tender"})


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole session. `template` names where it came from ("T3"), "" for a plan made by hand.

    linger_min: for how many minutes after the closing whoever likes may stay, 0 to 30.
    """

    name: str
    theme: str
    steps: tuple[Step, ...]
    template: str = ""
    group: str = "open"  # open | closed
    min_session: int = 1
    needs_second_host: str = "advised"  # advised | yes | required
    participants: int = 8
    linger_min: int = 0

    @property
    def minutes(self) -> int:
        """The sum of the steps' minutes."""
        return sum(step.minutes for step in self.steps)


_WRITE_FIRST = (Part.WRITE,)
_PARTS: dict[Sharing, tuple[Part, ...]] = {
    Sharing.NONE: (Part.STILL,),
    Sharing.PRIVATE: (Part.WRITE,),
    Sharing.TILES: (Part.WRITE,),
    Sharing.CHAT_WORD: (Part.ANSWER,),
    Sharing.UNNAMED_WALL: (Part.WALL_WRITE, Part.WALL_READ, Part.WALL_SHOW),
    Sharing.UNNAMED_READ: (Part.STILL,),
    Sharing.PAIR: (Part.PAIR,),
    Sharing.SPOKEN_VOLUNTEER: (Part.VOLUNTEER,),
    Sharing.SPOKEN_ROUND: (Part.ROUND,),
}


def parts(step: Step) -> tuple[Part, ...]:
    """What the room does in this step, in order. Solo writing time comes before spoken sharing."""
    if step.kind is Kind.BREAK:
        return (Part.PAUSE,)
    base = _PARTS[step.sharing]
    if step.solo_minutes and base[0] in (Part.VOLUNTEER, Part.ROUND, Part.PAIR):
        return _WRITE_FIRST + base
    return base


def part_seconds(step: Step, index: int) -> int:
    """Planned length in seconds of part `index` of this step.

    Writing before sharing takes `solo_minutes`; what comes after it takes what is left, at least a
    minute. Reading the wall's batch has a minute on the clock and none in the plan: hosts take the
    time they need.
    """
    sequence = parts(step)
    if len(sequence) == 1:
        return step.minutes * 60
    first = (step.solo_minutes or max(1, step.minutes // 2)) * 60
    if index == 0:
        return first
    if sequence[index] is Part.WALL_READ:
        return 60
    return max(60, step.minutes * 60 - first)
