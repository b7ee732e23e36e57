"""Quiet logs: events with ids, never words, names, addresses or tokens."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

import structlog

from circle.settings import Settings

# Their messages hold packets, addresses of requests (with a door's token in them), query strings.
_TALKATIVE = (
    "alembic",
    "circle",  # Flask's own, about requests it could not finish
    "engineio",
    "engineio.client",
    "engineio.server",
    "flask-limiter",
    "geventwebsocket",
    "gunicorn.error",  # names addresses with what it cannot read
    "smtplib",
    "socketio",
    "socketio.client",
    "socketio.server",
    "sqlalchemy.engine",
    "urllib3",
    "werkzeug",
)
log = structlog.get_logger(__name__)


class _Faults:
    """Counts the lines that tell of a fault, on their way through."""

    told = 0

    def __call__(
        self, _logger: object, _name: str, line: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        if line["level"] == "error":
            self.told += 1
        return line


_faults = _Faults()


def faults_told() -> int:
    """How many faults this process has logged since it began."""
    return _faults.told


def quiet_logs(settings: Settings) -> None:
    """Set up logging once per process: JSON lines in production, plain ones otherwise, on stderr."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if settings.production else structlog.processors.LogfmtRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _faults,
            # Minutes: a finer time would put people into an order.
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M", utc=True),
            renderer,
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # whichever it is by then
        cache_logger_on_first_use=False,  # a cached logger would not hear of a later set-up
    )
    hush_libraries()


def hush_libraries() -> None:
    """No line of theirs in the log, at any level: we log faults ourselves."""
    for name in _TALKATIVE:
        # Each by its own name: the libraries give a level to loggers that have none.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def quiet_faults() -> None:
    """Faults in the background are told by kind and place. Python and gevent would print the exception's
    text, which may hold somebody's words, and gevent the address of whoever sent them.
    """
    threading.excepthook = lambda fault: say_fault(fault.exc_value, fault.exc_traceback)
    from gevent import get_hub  # noqa: PLC0415  # only where gevent serves

    get_hub().print_exception = lambda _context, _kind, value, trace: say_fault(value, trace)


def say_fault(problem: BaseException | None, trace: TracebackType | None = None, **where: object) -> None:
    """Log a fault of ours by its kind, for a database's the driver's too, and the places in our code it came
    through.
    """
    trace = trace or getattr(problem, "__traceback__", None)
    if (of_driver := getattr(problem, "orig", None)) is not None:
        where["driver"] = type(of_driver).__name__
    log.error("fault", kind=type(problem).__name__, at=places(trace), **where)


def places(trace: TracebackType | None) -> list[str]:
    """Where in our code it happened, outermost first: "circle/web/door.py:88"."""
    return [
        f"circle{frame.filename.rpartition('/circle')[2]}:{frame.lineno}"
        for frame in traceback.extract_tb(trace)
        if "/circle/" in frame.filename
    ]
