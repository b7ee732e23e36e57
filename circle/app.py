"""The composition root: settings -> engine, services, sockets, pages. The only place that joins ports
to adapters. Importing it starts nothing; `create_app()` does.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog
from argon2 import PasswordHasher
from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy import Engine
from whitenoise import WhiteNoise

from circle import web
from circle.anonymous.endpoint import outside_sessions
from circle.assets.serve import fingerprint, in_one_piece
from circle.collector import GIVE_BACK_EVERY_SECONDS, give_back
from circle.compressed import compressed
from circle.content.loader import load_library
from circle.live import control, ticker
from circle.live.measured import MeasuredHandlers
from circle.live.pace import Pace
from circle.live.pages import blueprint as live_pages
from circle.live.pages import slow_line
from circle.live.wire import FRAME_MAX
from circle.logs import quiet_faults, quiet_logs
from circle.mail.compose import Composer, mail_environment
from circle.mail.outbox import Outbox
from circle.mail.send import carrier_for
from circle.ops.beats import WorkerBeats, beside
from circle.ops.checks import keys_fit
from circle.ops.commits import watch_commits
from circle.ops.metrics import Metrics
from circle.ops.pages import install_operating
from circle.rehearsal.ears import Ears
from circle.rehearsal.house import House
from circle.rehearsal.mount import mounted
from circle.rehearsal.rehearsals import RehearsalsOfProcess
from circle.services.accounts import Accounts
from circle.services.builder import Builder
from circle.services.circles import Circles
from circle.services.clock import SettableClock, SystemClock
from circle.services.closing import Closing
from circle.services.conduct import Conduct
from circle.services.hosting import Hosting
from circle.services.hub import Hub
from circle.services.joining import Joining
from circle.services.letters import Letters
from circle.services.meter import Meter
from circle.services.notyet import NotYet
from circle.services.ownprompts import OwnPrompts
from circle.services.passwords import Passwords
from circle.services.pending import PendingLines
from circle.services.planning import Planning
from circle.services.ports import Clock
from circle.services.presence import PresenceTable
from circle.services.quiet import QuietRounds
from circle.services.retention import Retention
from circle.services.unnamed import UnnamedWords
from circle.services.unseen import Unseen
from circle.settings import Settings, read_settings
from circle.sharing import Sharing, by_itself, share
from circle.simulate.browser import Address
from circle.simulate.evening import Evenings
from circle.sources import kept_templates
from circle.store.committer import Committer
from circle.store.crypto import KeyRing, key_file, read_keys
from circle.store.engine import open_engine, sessions
from circle.store.migrate import upgrade
from circle.store.models import Base
from circle.store.preparations import Preparations
from circle.store.words import Words

HERE = Path(__file__).resolve().parent
YEAR_SECONDS = 31_536_000
PURGE_EVERY_SECONDS = 3600
KEYS_EVERY_SECONDS = 5
_STATIC = {
    "Cache-Control": f"max-age={YEAR_SECONDS}, public, immutable",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a process does besides answering: `app.extensions["circle.runtime"]`."""

    hub: Hub
    settings: Settings
    outbox: Outbox
    retention: Retention
    quiet: QuietRounds | None
    sharing: Sharing
    worker: WorkerBeats
    ends: threading.Event = field(default_factory=threading.Event)  # set once the process is to end
    _ticks: threading.Lock = field(default_factory=threading.Lock)  # taken for good by the first start

    def start(self) -> None:
        """The embedded ticker, outbox worker and purge, in background threads (greenlets)."""
        clock = self.hub.clock
        if self.settings.test_control and isinstance(clock, SettableClock):
            control.listen(self.settings.test_control, clock, self.hub.conduct, self.once)
        self.start_ticker()
        for work in (self.deliver, self.clean):
            threading.Thread(target=work, daemon=True).start()

    def start_ticker(self) -> None:
        """The ticker, which every process that serves rooms has; asking again does nothing."""
        if not self._ticks.acquire(blocking=False):
            return
        if self.sharing.listen is None:
            self.retention.clear_made_up()  # its people ended with the process before this one
        for work in (self.tick, self.listen, self.make_keys, self.give_back):
            threading.Thread(target=work, daemon=True).start()

    def tick(self) -> None:
        """What time alone does, until the process is to end."""
        ticker.run(self.hub.conduct, self.sharing.is_here, self.ends.is_set, self.sharing.meter.ticked)

    def listen(self) -> None:
        """Hear what other processes tell, if there are any, until this one ends."""
        if self.sharing.listen is not None:
            self.sharing.listen(lambda: False)

    def make_keys(self) -> None:
        """Keys of quiet rounds, ahead of need, until the process ends."""
        while self.quiet is not None:
            self.quiet.fill_pool()
            time.sleep(KEYS_EVERY_SECONDS)

    def give_back(self) -> None:
        """Memory that is free goes back to the system, until the process ends."""
        while give_back():
            time.sleep(GIVE_BACK_EVERY_SECONDS)

    def deliver(self) -> None:
        """Send due mail until the process is to end."""
        self.outbox.run(self.ends.is_set)

    def clean(self) -> None:
        """Remind hosts of forgotten notes and purge, now and every hour, until the process ends."""
        while True:
            try:
                self.hub.closing.nudge()
                self.retention.purge()
            except Exception as problem:
                log.error("purge.fault", kind=type(problem).__name__)
            time.sleep(PURGE_EVERY_SECONDS)

    def once(self) -> None:
        """Everything the background does, one time; for tests with a clock of their own."""
        ticker.tick_once(self.hub.conduct)
        self.hub.closing.nudge()
        self.outbox.run_once()
        self.retention.purge()


def create_app(settings: Settings | None = None, *, async_mode: str = "gevent") -> Flask:
    """The whole application. async_mode: "gevent" when patched (`circle run`, gunicorn), else "threading".

    Served by gunicorn nobody calls `Runtime.start`: the first request starts the ticker, and
    `circle worker` sends mail and purges. Before a request there is no page for anybody to wait on.
    """
    settings = settings or read_settings()
    quiet_logs(settings)
    if async_mode == "gevent":
        quiet_faults()
    clock: Clock = SettableClock(settings.test_now) if settings.test_control else SystemClock()
    ring = KeyRing(read_keys(settings.keys) if settings.keys else key_file(settings.data_dir / "words.key"))
    metrics = Metrics(lambda: len(app.extensions["circle.socketio"].server.eio.sockets))
    meter = Meter(metrics.publish if settings.metrics_token else None)
    sharing = share(settings.redis_url, ring, clock, meter)
    engine = open_engine(settings.database)
    upgrade(engine)
    if not keys_fit(engine, ring):
        log.error("keys.missing", says="some of what is stored was sealed with a key that is not here")
    runtime = _services(settings, clock, ring, sharing, engine)
    app = _joined(_flask(settings), runtime, async_mode)
    install_operating(app, engine, ring, clock, sharing.ping, runtime.worker, metrics, settings.metrics_token)
    if async_mode == "gevent":
        app.before_request(runtime.start_ticker)
    itself = Address(settings.own_address, settings.allowed_origins[0], settings.certificate)
    app.extensions["circle.evenings"] = Evenings(itself, speed=settings.test_speed)
    rehearsals = RehearsalsOfProcess(
        lambda clock: house_in_memory(settings, clock, async_mode), alone=sharing.listen is None
    )
    app.extensions["circle.rehearsals"] = rehearsals
    app.wsgi_app = mounted(app, app.wsgi_app, rehearsals, settings)  # type: ignore[method-assign,assignment]
    return app


def house_in_memory(settings: Settings, clock: Clock, async_mode: str = "threading") -> House:
    """A second Circle for a rehearsal: its own database, keys and mailbox, all of them in memory alone.

    clock: the evening's. Tickets and heart-beats are real browsers', and go by the real one.
    """
    private = {"database_url": "sqlite://", "redis_url": "", "smtp_url": "", "test_control": ""}
    settings = settings.model_copy(update=private | {"secret_key": secrets.token_hex(32)})
    ring, sharing = KeyRing([secrets.token_bytes(32)]), by_itself(SystemClock())
    ears = Ears(sharing.local)
    engine = open_engine(settings.database)
    Base.metadata.create_all(engine)  # nothing to bring to the present tables: it has just begun
    runtime = _services(
        settings,
        clock,
        ring,
        replace(sharing, broadcaster=ears),
        engine,
        beats=SystemClock(),
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )
    app = _joined(_flask(settings, _Framed), runtime, async_mode, framed=True)

    def close() -> None:
        sharing.connections.forget()
        server = app.extensions["circle.socketio"].server
        for line in list(server.eio.sockets.values()):
            line.close(wait=False)  # waiting for a page to read would hold all of this, perhaps for ever
        server.shutdown()
        engine.dispose()

    return House(app, runtime.hub, ears, close)


def _joined(app: Flask, runtime: Runtime, async_mode: str, *, framed: bool = False) -> Flask:
    """The pages and sockets of this runtime on the app."""
    settings, sharing, hub = runtime.settings, runtime.sharing, runtime.hub
    app.extensions["circle"] = hub
    app.extensions["circle.runtime"] = runtime
    app.extensions["circle.tickets"] = tickets = sharing.tickets
    web.install(app, settings, framed=framed)
    app.register_blueprint(live_pages)
    app.register_blueprint(slow_line)
    socketio = _sockets(app, settings, async_mode)
    app.extensions["circle.pace"] = pace = Pace(settings.test_pace)
    live = MeasuredHandlers(hub.conduct, sharing.connections, tickets, hub.library, pace, sharing.meter)
    live.register(socketio.server)
    sharing.local.attach(live.cut_off)
    app.wsgi_app = outside_sessions(  # type: ignore[method-assign,assignment]
        app.wsgi_app, hub.unseen, lambda code: hub.library.refusals[code]
    )
    app.extensions["circle.socketio"] = socketio
    return app


def _services(
    settings: Settings,
    clock: Clock,
    ring: KeyRing,
    sharing: Sharing,
    engine: Engine,
    beats: Clock | None = None,
    passwords: Passwords | None = None,
) -> Runtime:
    """beats: the clock of heart-beats, where it is another one. passwords: cheaper where nobody signs in."""
    memories = sharing.memories
    maker, worker = sessions(engine), WorkerBeats(sharing.beat or beside(engine))
    watch_commits(maker, sharing.meter)
    committer, words, library = Committer(maker), Words(ring), load_library()
    accounts, presence = (
        Accounts(committer, clock, passwords),
        PresenceTable(beats or clock, memories, stage=clock),
    )
    quiet = QuietRounds(memories=memories) if settings.pages_have_crypto else None
    unnamed = UnnamedWords(words, PendingLines(memories), presence, quiet)
    conduct = Conduct(
        committer,
        words,
        clock,
        sharing.broadcaster,
        memories,
        presence,
        unnamed,
        on_end=lambda db, meeting: closing.meeting_ended(db, meeting),  # noqa: PLW0108 (made below)
    )
    joining = Joining(committer, clock, conduct, accounts, ring, _secret(settings))
    letters = Letters(words, ring, library, settings.allowed_origins[0], joining.stop_token)
    mails = mail_environment(_folder("templates"))
    mails.loader = kept_templates(_folder("templates") / "emails")
    compose = Composer(mails, settings.mail_from)
    carrier = carrier_for(settings, committer, ring, clock)
    outbox = Outbox(committer, clock, letters, compose, carrier, worker.leave)
    closing = Closing(committer, words, clock, letters, compose, settings.mail_from, outbox.wake)
    circles = Circles(
        committer, clock, tuple(clause.text for clause in library.agreements), library.helplines.countries
    )
    own = OwnPrompts(committer, ring, clock, library)
    hub = Hub(
        engine=engine,
        committer=committer,
        keys=ring,
        words=words,
        clock=clock,
        library=library,
        conduct=conduct,
        unseen=Unseen(conduct, unnamed),
        accounts=accounts,
        joining=joining,
        hosting=Hosting(committer, clock, accounts, conduct),
        planning=Planning(committer, clock, library, conduct, circles),
        builder=Builder(committer, clock, own, Preparations(ring)),
        own=own,
        not_yet=NotYet(committer, clock, library),
        closing=closing,
    )
    return Runtime(hub, settings, outbox, Retention(engine, committer, words, clock), quiet, sharing, worker)


class _Framed(Flask):
    """An application inside another: its static files are the outer one's."""

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """As Flask's; static files stand at the root."""
        if endpoint == "static":
            return f"{self.static_url_path}/{values['filename']}"
        return super().url_for(endpoint, **values)


def _flask(settings: Settings, kind: type[Flask] = Flask) -> Flask:
    static = _folder("static")
    build = fingerprint(static)
    app = kind(
        "circle",
        template_folder=str(_folder("templates")),
        static_folder=str(static),
        static_url_path=f"/static/{build}",
    )
    app.jinja_loader = kept_templates(_folder("templates"))
    app.secret_key = _secret(settings)
    served = WhiteNoise(
        app.wsgi_app,
        root=str(static),
        prefix=f"static/{build}/",
        max_age=None,  # as _STATIC says
        add_headers_function=_static_headers,
    )
    whole = in_one_piece(served, static, f"/static/{build}/", _STATIC)
    app.wsgi_app = compressed(whole, f"/static/{build}/")  # type: ignore[method-assign,assignment]
    return app


def _sockets(app: Flask, settings: Settings, async_mode: str) -> SocketIO:
    socketio = SocketIO(
        async_mode=async_mode,
        cors_allowed_origins=list(settings.allowed_origins),  # explicit, never empty: [] lets all in
        transports=["websocket"],  # polling puts the session id into addresses
        max_http_buffer_size=FRAME_MAX,
        manage_session=False,
        async_handlers=False,  # a page's events stay in order, and none costs a greenlet
        logger=False,  # they print what people write
        engineio_logger=False,
        ping_interval=25,
        ping_timeout=20,
        allow_upgrades=False,
    )
    socketio.init_app(app)
    return socketio


def _static_headers(headers: Any, _path: str, _url: str) -> None:
    for name, value in _STATIC.items():
        headers[name] = value


def _folder(name: str) -> Path:
    """`templates` or `static`: inside the package (wheel), else beside it (checkout)."""
    inside = HERE / name
    return inside if inside.is_dir() else HERE.parent / name


def _secret(settings: Settings) -> str:
    """The signing secret: configured, else made at the first run beside the words' key."""
    if settings.secret_key:
        return settings.secret_key
    return key_file(settings.data_dir / "secret.key")[0].hex()
