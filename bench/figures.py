"""Figures that stand beside a baseline of the same minutes."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Figure:
    """One thing measured, in milliseconds, beside its baseline and its goal."""

    name: str
    baseline: str
    goal_ms: float
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def line(self) -> str:
        """The figure as a row of a table."""
        ours, bare = median(self.ours), median(self.bare)
        kept = "yes" if ours < self.goal_ms else "NO"
        beside = f"{ours / bare:.2f} x {self.baseline} ({_ms(bare)})"
        return f"| {self.name} | {_ms(ours)} | {_ms(self.goal_ms)} | {kept} | {beside} |"


def _ms(value: float) -> str:
    return f"{value:,.0f} ms" if value >= 1000 else f"{value:.3g} ms"


def cpu_ms(act: Callable[[], object], times: int = 1) -> float:
    """Milliseconds of this process's CPU, for one of `times`."""
    began = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - began) * 1000 / times


def table(figures: Sequence[Figure], rounds: int) -> str:
    """All of them, as they stand in docs/performance.md."""
    about = (
        f"Medians of {rounds} interleaved rounds; {platform.machine()}, Python {platform.python_version()}."
    )
    head = "| What | Measured | Goal | Kept | Against the baseline |\n|---|---|---|---|---|"
    return "\n".join([about, "", head, *(figure.line() for figure in figures)])
