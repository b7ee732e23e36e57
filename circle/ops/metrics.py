"""Figures for Prometheus: what they mean and what they leave out stands in docs/operators.md.

Small numbers tell of people, so gauges are rough: sessions go up to the next five (0 says that none is on,
which is what one asks before a restart), connections down to a whole fifty. Counters move once a minute, and
those of work only with five circles or more (circle/services/meter.py). The library's own figures of
processor time and memory are left out: they would move with every single message.

Under several processes with one port (PROMETHEUS_MULTIPROC_DIR, set by circle/ops/several.py) the library
sums them up; only what is handed on reaches its files.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

import prometheus_client as prometheus
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from circle import __version__
from circle.logs import faults_told
from circle.ops.outbox import Waiting
from circle.ops.readiness import Readiness
from circle.services.meter import Minute

SESSIONS_STEP, CONNECTIONS_STEP, MAILS_STEP = 5, 50, 10
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
AT_ONCE = 500  # figures between two turns for everybody else
KIND = prometheus.CONTENT_TYPE_LATEST


class Metrics:
    """One process'. lines: how many connections are open here now."""

    def __init__(self, lines: Callable[[], int]) -> None:
        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]  # when something first happened is a trace too
        self._lines = lines
        self._faults = faults_told()
        self._own = own = prometheus.CollectorRegistry()
        self._commands = prometheus.Counter("circle_commands", "Commands answered", ["outcome"], registry=own)
        for outcome in ("ok", "refused", "fault"):
            self._commands.labels(outcome)
        self._answers = prometheus.Histogram(
            "circle_command_seconds", "From a command to its answer", registry=own, buckets=SECONDS
        )
        self._commits = prometheus.Histogram(
            "circle_commit_seconds",
            "Commits, those of mere looks too",
            registry=own,
            buckets=SECONDS,
        )
        self._messages = prometheus.Counter("circle_messages", "Messages to an audience", registry=own)
        self._snapshots = prometheus.Counter("circle_snapshots", "Snapshots taken by pages", registry=own)
        self._told = prometheus.Counter("circle_faults", "Faults that were logged", registry=own)
        self._sessions = prometheus.Gauge(
            "circle_sessions",
            "Sessions that are on or ended within the hour, up to the next five",
            registry=own,
            multiprocess_mode="livemax",
        )
        self._connections = prometheus.Gauge(
            "circle_connections",
            "Open connections, down to a whole fifty",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._late = prometheus.Gauge(
            "circle_ticker_late_seconds",
            "The ticker's latest round of the last minute",
            registry=own,
            multiprocess_mode="livemax",
        )

    def publish(self, minute: Minute) -> None:
        """Hand on what was counted. Lets others have their turn in between."""
        for at, outcome in enumerate(minute.outcomes):
            self._commands.labels(outcome).inc()
            _pause(at)
        for histogram, lengths in ((self._answers, minute.answers), (self._commits, minute.commits)):
            for at, seconds in enumerate(lengths):
                histogram.observe(seconds)
                _pause(at)
        self._messages.inc(minute.messages)
        self._snapshots.inc(minute.snapshots)
        faults = faults_told()
        self._told.inc(faults - self._faults)
        self._faults = faults
        self._sessions.set(-(-minute.sessions // SESSIONS_STEP) * SESSIONS_STEP)
        self._connections.set(self._lines() // CONNECTIONS_STEP * CONNECTIONS_STEP)
        self._late.set(round(minute.late_seconds, 3))

    def page(self, now: AtScrape) -> bytes:
        """Everything, of all processes behind this port, as Prometheus reads it."""
        registry = prometheus.CollectorRegistry()
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._own)
        registry.register(now)
        return prometheus.generate_latest(registry)


class AtScrape:
    """What is looked up when somebody asks: the same from every process."""

    def __init__(self, readiness: Readiness, waiting: Callable[[], Waiting | None]) -> None:
        self._readiness = readiness
        self._waiting = waiting

    def collect(self) -> Iterable[Metric]:
        """As prometheus_client asks for it."""
        yield _gauge("circle_build_info", "The program's version", {__version__: 1.0}, "version")
        parts = self._readiness.parts()
        fine = {name: float(part.ok) for name, part in parts.items()}
        yield _gauge("circle_ready", "Parts of the work that are as they should be", fine, "part")
        if not parts["database"].ok:  # this page would hang with it
            return
        waiting = self._waiting()
        if waiting is not None:
            due, stuck = _tens(waiting.due), _tens(waiting.stuck)
            oldest = waiting.oldest_seconds // 60 * 60.0
            yield _gauge("circle_outbox_waiting", "Mails that are due, up to the next ten", {"": due})
            yield _gauge("circle_outbox_stuck", "Mails nobody takes, up to the next ten", {"": stuck})
            yield _gauge("circle_outbox_oldest_seconds", "Since the oldest was due, by minutes", {"": oldest})


def _gauge(name: str, says: str, values: dict[str, float], label: str = "") -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=[label] if label else [])
    for of, value in values.items():
        family.add_metric([of] if label else [], value)
    return family


def _tens(count: int) -> float:
    return float(-(-count // MAILS_STEP) * MAILS_STEP)


def _pause(at: int) -> None:
    if at % AT_ONCE == AT_ONCE - 1:
        time.sleep(0)
