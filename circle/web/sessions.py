"""Server-side sessions: the browser holds a random id, the server everything else.

Only the id's hash is stored and the data is sealed, so a stolen database opens nobody's session. Ids
come from this module alone; one that the browser brings and that is not known here counts as none.
No row is written for a session with nothing in it, and one that has ended meanwhile is not written anew.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from flask import Flask, Request, Response, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import CallbackDict

from circle.domain.errors import NoRoom
from circle.services.hub import Hub
from circle.services.identity import USER
from circle.store.models import WebSession

# Hosts hold other people's words: half a day of silence ends their session. Guests are recognised from
# week to week, and taking a seat counts a new month (`renew`).
HOST_IDLE = timedelta(hours=12)
HOST_LONGEST = timedelta(days=14)
GUEST_LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)  # how often a visit is written down; finer would be a trace of habits

# Sockets go by their ticket. Looked up there, a session would be read anew for every event on the line.
_WITHOUT_SESSION = ("/healthz", "/readyz", "/metrics", "/sw.js", "/stop/", "/socket.io")
_json = TaggedJSONSerializer()


def _changed(session: CallbackDict[str, Any]) -> None:
    cast("BrowserSession", session).modified = True


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """One browser's session. `key` is the cookie's value, "" as long as nothing is stored."""

    def __init__(self, data: dict[str, Any] | None = None, key: str = "", row: WebSession | None = None):
        super().__init__(data or {}, _changed)
        self.key = key
        self.old_key = ""
        self.created_at = row.created_at if row is not None else None
        self.seen_at = row.seen_at if row is not None else None
        self.modified = False
        self.accessed = True

    def rotate(self) -> None:
        """A new id and a new life from here on; the old id is forgotten with this answer."""
        self.old_key, self.key = self.key or self.old_key, ""
        self.renew()

    def renew(self) -> None:
        """The same id, living as long as a new one."""
        self.created_at = None
        self.modified = True


class ServerSessions(SessionInterface):
    """Flask's session, kept in `web_sessions`.

    always_secure: people come by https, whatever the proxy before us speaks to us.
    """

    def __init__(self, *, always_secure: bool = False) -> None:
        self._always_secure = always_secure

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session of this request; an empty one for an unknown, old or broken cookie."""
        key = request.cookies.get(self.get_cookie_name_for(request), "")
        if not key or _without_session(app, request):
            return BrowserSession()
        hub: Hub = app.extensions["circle"]

        def work(db: Session) -> WebSession | None:
            return db.get(WebSession, _hash(key))

        row = hub.committer.read(work)
        if row is None:
            return BrowserSession()
        try:
            data = _json.loads(hub.keys.open(row.data_ct, _place(row.id_hash)))
        except ValueError:  # sealed with a key that is gone: nobody can be recognised by it
            return BrowserSession()
        return BrowserSession() if _is_over(row, data, hub.clock.now()) else BrowserSession(data, key, row)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, and the cookie with it."""
        if not isinstance(session, BrowserSession):
            return
        if not session:
            self._forget(app, session, response)
        elif session.modified or not session.key:
            self._write(app, session, response)
        else:
            self._touch(app, session)

    def get_cookie_name_for(self, request: Request) -> str:
        """`__Host-` binds the cookie to this very host and to https; plain http only serves loopback."""
        return "__Host-circle" if self._is_secure(request) else "circle"

    def _is_secure(self, request: Request) -> bool:
        return self._always_secure or request.is_secure

    def _write(self, app: Flask, session: BrowserSession, response: Response) -> None:
        """A row of its own for a new id. A session that was read here is changed where it stands; if it has
        ended since then (a sign-out in another tab, say), it stays ended, and the browser's cookie is left
        as it is: it may be a newer one.
        """
        hub: Hub = app.extensions["circle"]
        now = hub.clock.now()
        was_read = bool(session.key)
        session.key = session.key or secrets.token_urlsafe(32)
        session.created_at = session.created_at or now
        id_hash = _hash(session.key)
        values = {
            "data_ct": hub.keys.seal(_json.dumps(dict(session)), _place(id_hash)),
            "user_id": str(session.get(USER, "")),
            "created_at": session.created_at,
            "seen_at": now,
        }

        def work(db: Session) -> bool:
            if was_read:
                mine = update(WebSession).where(WebSession.id_hash == id_hash)
                return bool(db.execute(mine.values(values)).rowcount)  # type: ignore[attr-defined]
            db.add(WebSession(id_hash=id_hash, **values))
            if session.old_key:
                db.execute(delete(WebSession).where(WebSession.id_hash == _hash(session.old_key)))
            return True

        if not hub.committer.submit(work):
            return
        left = session.created_at + _longest(session) - now
        self._set_cookie(app, response, session.key, max_age=max(0, int(left.total_seconds())))

    def _touch(self, app: Flask, session: BrowserSession) -> None:
        hub: Hub = app.extensions["circle"]
        now = hub.clock.now()
        if session.seen_at is None or now - session.seen_at < SEEN_EVERY:
            return
        mine = update(WebSession).where(WebSession.id_hash == _hash(session.key))
        with suppress(NoRoom):  # nobody is turned away because their visit cannot be noted
            hub.committer.submit(lambda db: db.execute(mine.values(seen_at=now)))

    def _forget(self, app: Flask, session: BrowserSession, response: Response) -> None:
        known = session.key or session.old_key
        if not known:
            return
        delete_session(app.extensions["circle"], known)
        self._set_cookie(app, response, "", max_age=0)

    def _set_cookie(self, app: Flask, response: Response, value: str, *, max_age: int) -> None:
        response.set_cookie(
            self.get_cookie_name_for(request),
            value,
            max_age=max_age,
            secure=self._is_secure(request),
            httponly=True,
            samesite="Lax",
            path="/",
        )


def delete_session(hub: Hub, key: str) -> None:
    """The session with this cookie's value opens nothing from now on."""
    mine = delete(WebSession).where(WebSession.id_hash == _hash(key))
    hub.committer.submit(lambda db: db.execute(mine))


def _without_session(app: Flask, request: Request) -> bool:
    static = (app.static_url_path or "/static") + "/"
    return request.path.startswith((static, *_WITHOUT_SESSION))


def _is_over(row: WebSession, data: dict[str, Any], now: datetime) -> bool:
    if now - row.created_at > _longest(data):
        return True
    return bool(data.get(USER)) and now - row.seen_at > HOST_IDLE


def _longest(data: dict[str, Any]) -> timedelta:
    return HOST_LONGEST if data.get(USER) else GUEST_LONGEST


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _place(id_hash: str) -> str:
    return f"web_sessions.data.{id_hash}"
