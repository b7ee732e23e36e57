"""For tests of services and pages: a hub, a conduct that remembers, a browser that fills in forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from circle import web
from circle.assets.serve import in_one_piece
from circle.content.loader import load_library
from circle.domain.commands import Command
from circle.domain.errors import NotFound
from circle.domain.meeting import Role
from circle.domain.transition import Actor, Moment, transition
from circle.live.pages import blueprint as live_pages
from circle.live.pages import slow_line
from circle.services.accounts import Accounts
from circle.services.builder import Builder
from circle.services.circles import Circles
from circle.services.clock import SettableClock
from circle.services.hosting import Hosting
from circle.services.hub import Hub
from circle.services.joining import Joining
from circle.services.notyet import NotYet
from circle.services.ownprompts import OwnPrompts
from circle.services.passwords import Passwords
from circle.services.planning import Planning
from circle.services.ports import Caller
from circle.services.speech import Speech
from circle.settings import Settings
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.engine import open_engine, sessions
from circle.store.models import Base
from circle.store.preparations import Preparations
from circle.store.words import Words

ROOT = Path(__file__).parents[1]
ORIGIN = "http://localhost:8000"
PASSWORD = "a lamp and seven chairs"


def cheap_passwords() -> Passwords:
    """The same algorithm with the smallest parameters."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class FakeConduct:
    """Changes meetings by the real rules, without an audience; remembers what was asked."""

    committer: Committer
    clock: SettableClock
    done: list[Command] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    said: dict[str, tuple[str, Speech]] = field(default_factory=dict)

    def perform(
        self,
        caller: Caller,
        meeting_id: str,
        command: Command,
        *,
        command_id: str,
        expected_seq: int | None = None,
    ) -> dict[str, Any]:
        """Carry out the command. Raises CircleError."""

        def work(db: Any) -> None:
            meeting = meetings.load(db, meeting_id)
            actor = Actor(caller.member_id, Role.HOST if caller.host else Role.MEMBER)
            outcome = transition(meeting, command, actor, Moment(self.clock.now()))
            if outcome.events:
                meetings.save(db, outcome.meeting, outcome.events, self.clock.now())

        self.committer.submit(work)
        self.done.append(command)
        return {"ok": True}

    def speak(self, caller: Caller, meeting_id: str, speech: Speech, *, command_id: str) -> dict[str, Any]:
        """Remember words; a resend says nothing new."""
        self.said[command_id] = (caller.member_id, speech)
        return {"ok": True}

    def snapshot(self, caller: Caller, meeting_id: str) -> dict[str, Any]:
        """Nothing: there is no audience."""
        raise NotFound("not_found")

    def revoke(self, member_id: str) -> None:
        """Remember whom."""
        self.revoked.append(member_id)


def make_hub(url: str, clock: SettableClock) -> Hub:
    """Everything the pages stand on, with a conduct that only remembers."""
    engine = open_engine(url)
    Base.metadata.create_all(engine)
    committer, keys, library = Committer(sessions(engine)), KeyRing([b"k" * 32]), load_library()
    conduct = FakeConduct(committer, clock)
    accounts = Accounts(committer, clock, cheap_passwords())
    circles = make_circles(committer, clock)
    own = OwnPrompts(committer, keys, clock, library)
    return Hub(
        engine=engine,
        committer=committer,
        keys=keys,
        words=Words(keys),
        clock=clock,
        library=library,
        conduct=cast(Any, conduct),
        unseen=cast(Any, None),
        accounts=accounts,
        joining=Joining(committer, clock, conduct, accounts, keys, "a secret of tests"),
        hosting=Hosting(committer, clock, accounts, conduct),
        planning=Planning(committer, clock, library, conduct, circles),
        builder=Builder(committer, clock, own, Preparations(keys)),
        own=own,
        not_yet=NotYet(committer, clock, library),
        closing=cast(Any, None),
    )


def make_circles(committer: Committer, clock: SettableClock) -> Circles:
    """Circles with the library's agreements and countries."""
    library = load_library()
    return Circles(
        committer, clock, tuple(clause.text for clause in library.agreements), library.helplines.countries
    )


def make_app(hub: Hub, settings: Settings | None = None) -> Flask:
    """The pages on a bare app."""
    app = Flask("circle", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.secret_key = "a secret of tests"
    app.wsgi_app = in_one_piece(app.wsgi_app, ROOT / "static", "/static/", {})  # type: ignore[method-assign]
    app.extensions["circle"] = hub
    web.install(app, settings or Settings(env="test"))
    app.register_blueprint(live_pages)
    app.register_blueprint(slow_line)
    return app


# -- a browser ----------------------------------------------------------------------------------------
@dataclass
class Form:
    """A form as it stands on a page: where it goes and what its fields hold."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._open: Form | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        if self._open is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self._open.fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self._open.fields:
                self._open.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._open.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._open is not None and self._area:
            self._open.fields[self._area] += data


class Page:
    """An answer: its words, its forms."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        parsed = _Forms()
        parsed.feed(self.html)
        self.forms = parsed.forms
        self.text = " ".join(" ".join(parsed.text).split())
        self.path = response.request.path
        response.close()

    def form(self, action_ends: str = "") -> Form:
        """The first POST form whose address ends like this."""
        return next(f for f in self.forms if f.method == "post" and f.action.endswith(action_ends))


class Browser:
    """One browser: opens pages, fills in forms, follows where they lead."""

    def __init__(self, app: Flask, origin: str = ORIGIN, **headers: str) -> None:
        self.client: FlaskClient = app.test_client()
        self._origin = origin
        self._headers = headers

    def open(self, path: str, *, follow: bool = True, **headers: str) -> Page:
        """The page at this address."""
        return Page(
            self.client.get(
                path,
                base_url=self._origin,
                headers=self._headers | {"Sec-Fetch-Site": "none"} | headers,
                follow_redirects=follow,
            )
        )

    def post(self, path: str, fields: dict[str, str], *, follow: bool = True, **headers: str) -> Page:
        """Send fields as they are, as a page of ours would."""
        given = self._headers | {"Sec-Fetch-Site": "same-origin"} | headers
        return Page(
            self.client.post(path, data=fields, base_url=self._origin, headers=given, follow_redirects=follow)
        )

    def send(self, page: Page, action_ends: str = "", *, follow: bool = True, **changed: str) -> Page:
        """Fill in a form of this page and press its button. A value of "" stays; None is not possible."""
        form = page.form(action_ends)
        return self.post(form.action, form.fields | changed, follow=follow)

    @property
    def cookies(self) -> dict[str, str]:
        """What this browser keeps of ours."""
        jar = self.client._cookies.values()
        return {cookie.key: cookie.value for cookie in jar}
