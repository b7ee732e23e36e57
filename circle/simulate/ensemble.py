"""The people of a rehearsal, and where in a plan each of them does what the host is to practise. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from circle.domain.plan import Kind, Part, Plan, Step, parts

FEWEST, MOST = 6, 8  # people at the table; with fewer than six there is nobody left to be ordinary
PHONE, HAND, LATE, DROPS, LONG, SILENT = "phone", "hand", "late", "drops", "long", "silent"


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody we made up. See `rehearsal.toml`. where: place in the list of the pulse's answers."""

    name: str
    role: str
    pace_s: float
    word: str
    lines: tuple[str, ...]
    number: int = 5
    turn: str = "speak"
    takes: bool = False
    where: int = 0
    mail: str = "none"


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Everybody, and what the made-up side of the desk needs. Seconds of the evening."""

    players: tuple[Player, ...]
    whisper: str
    answer: str
    flood_s: float
    host_hands_on_s: float
    host_answers_s: float
    host_admits_s: float
    host_reads_s: float

    def of_size(self, people: int) -> tuple[Player, ...]:
        """So many of them (6 to 8 at most and least), whoever has a role first; the late one last."""
        wanted = min(max(people, FEWEST), MOST, len(self.players))
        ranked = sorted(self.players, key=lambda player: not player.role)
        chosen = ranked[:wanted]
        return tuple(player for player in self.players if player in chosen)


@dataclass(frozen=True, slots=True)
class Score:
    """Ids of the steps in which something happens; "" where the plan has no room for it."""

    flood: str = ""
    drop: str = ""
    hand: str = ""


@lru_cache(maxsize=1)
def load_ensemble() -> Ensemble:
    """The people of `rehearsal.toml`, read once."""
    table = tomllib.loads(files("circle.simulate").joinpath("rehearsal.toml").read_text(encoding="utf-8"))
    seconds = {key: float(value) for key, value in table.items() if key.endswith("_s")}
    return Ensemble(
        players=tuple(_player(row) for row in table["person"]),
        whisper=table["whisper"],
        answer=table["answer"],
        **seconds,
    )


def score_of(plan: Plan) -> Score:
    """Where many answer at once, where a line drops, where somebody asks for a hand."""
    steps = [step for step in plan.steps if step.kind is not Kind.BREAK]
    tender = max(steps, key=lambda step: step.intensity, default=None)
    middle = steps[len(steps) // 3] if steps else None
    return Score(
        flood=_first(steps, Part.ANSWER, Part.VOLUNTEER) or _first(steps, Part.WALL_WRITE, Part.PAIR),
        drop=middle.id if middle else "",
        hand=tender.id if tender else "",
    )


def tender_at(plan: Plan) -> int:
    """Place of the step that asks most, the first of them; 0 for a plan without steps."""
    return max(range(len(plan.steps)), key=lambda at: plan.steps[at].intensity, default=0)


def _first(steps: list[Step], *wanted: Part) -> str:
    return next((step.id for step in steps if set(wanted).intersection(parts(step))), "")


def _player(row: dict[str, Any]) -> Player:
    return Player(
        name=row["name"],
        role=row["role"],
        pace_s=float(row["pace_s"]),
        word=row["word"],
        lines=tuple(" ".join(line.split()) for line in row["lines"]),
        number=row.get("number", 5),
        turn=row.get("turn", "speak"),
        takes=row.get("takes", False),
        where=row.get("where", 0),
        mail=row.get("mail", "none"),
    )
