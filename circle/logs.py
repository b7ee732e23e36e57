"""Quiet logs: events with ids, never words, names, addresses or tokens."""

from __future__ import annotations

import logging
import sys

import structlog

from circle.settings import Settings


def quiet_logs(settings: Settings) -> None:
    """Set up logging once per process: JSON lines in production, plain ones otherwise, on stderr."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if settings.production else structlog.processors.LogfmtRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            # Minutes: a finer time would put people into an order.
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M", utc=True),
            renderer,
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Their messages hold packets, addresses and query strings.
    for name in ("engineio", "socketio", "geventwebsocket", "werkzeug", "sqlalchemy.engine", "smtplib"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
