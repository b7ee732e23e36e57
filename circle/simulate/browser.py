"""A made-up person's browser: the pages of the way in, with a cookie jar. It fills in forms and presses
their buttons; what a page does not offer, it cannot do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

TIMEOUT_S = 10


class NoWayIn(Exception):
    """The door is shut for this person, or the page is not the one we knew. They stay at home."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and under which name it knows itself.

    base: "http(s)://127.0.0.1:8000". origin: the first address browsers may come from. certificate:
    the server's own one, where it serves https itself; nothing else is trusted then.
    """

    base: str
    origin: str
    certificate: Path | None = None

    @property
    def host(self) -> str:
        """The Host header."""
        return urlsplit(self.origin).netloc


class Browser:
    """One browser."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.http = requests.Session()
        self.http.trust_env = False  # nobody's proxy stands between the server and itself
        self.http.verify = str(address.certificate) if address.certificate else True
        self.http.mount(address.base, _Cookies(self.http))
        self.http.headers.update(
            {"Host": address.host, "Origin": address.origin, "Sec-Fetch-Site": "same-origin"}
        )

    def come_in(self, door: str, name: str) -> str:
        """Name, agreements, seat; returns the meeting's id. Raises NoWayIn.

        If somebody has the name already, they add a letter, as the page asks.
        """
        page = self.open(door)
        for called in (name, f"{name} B."):
            page = self.press(page, name=called)
            if page.status != requests.codes.unprocessable:
                break
        if page.path.endswith("/agreements"):
            page = self.press(page, answer="yes")
        if page.path.endswith("/seat"):
            page = self.press(page)
        return _meeting_of(page)

    def come_as_host(self, link: str) -> str:
        """By a personal link that makes one a host; returns the meeting's id. Raises NoWayIn."""
        return _meeting_of(self.press(self.open(link)))

    def ticket(self, meeting_id: str) -> str:
        """A fresh ticket for the room's socket. Raises NoWayIn."""
        room = self.open(f"/meet/{meeting_id}")
        answer = self.http.post(
            self._url(f"/live/{meeting_id}/ticket"),
            json={},
            headers={"Accept": "application/json", "X-CSRFToken": str(room.data.get("csrf", ""))},
            timeout=TIMEOUT_S,
        )
        if not answer.ok:
            raise NoWayIn("ticket")
        return str(answer.json()["ticket"])

    def post_unseen(self, meeting_id: str, body: bytes) -> bool:
        """A post of a quiet round: no cookie, no connection of ours; whether it was taken."""
        with requests.Session() as nobody:
            nobody.trust_env, nobody.verify = False, self.http.verify
            headers = {"Host": self.address.host, "Content-Type": "application/octet-stream"}
            address = self._url(f"/quiet/{meeting_id}/post")
            return nobody.post(address, data=body, headers=headers, timeout=TIMEOUT_S).ok

    def close(self) -> None:
        """Forget everything."""
        self.http.close()

    def open(self, path: str) -> Page:
        """The page at this path, wherever it leads. Raises NoWayIn."""
        return Page.of(self.http.get(self._url(path), timeout=TIMEOUT_S))

    def press(self, page: Page, **fields: str) -> Page:
        """Fill in the page's first form and send it. Raises NoWayIn."""
        if page.action is None:
            raise NoWayIn("no form")
        sent = self.http.post(self._url(page.action), data=page.hidden | fields, timeout=TIMEOUT_S)
        return Page.of(sent)

    def _url(self, path: str) -> str:
        return urljoin(self.address.base, path)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as far as one needs to read it. data: what the room's page tells its script."""

    path: str
    status: int
    action: str | None
    hidden: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: requests.Response) -> Page:
        """Read an answer. Raises NoWayIn for refusals; a form that comes back is none."""
        if answer.status_code not in (requests.codes.ok, requests.codes.unprocessable):
            raise NoWayIn(str(answer.status_code))
        reader = _Reader()
        reader.feed(answer.text)
        data = json.loads(reader.script) if reader.script else {}
        return cls(urlsplit(answer.url).path, answer.status_code, reader.action, reader.hidden, data)


class _Cookies(HTTPAdapter):
    """Hands every cookie of the jar back, those for https alone too. People come over https to a proxy; this
    browser asks the process behind it, on the same machine, over plain http, where the jar would keep
    them to itself. (Another policy on the jar is not enough: requests copies the jar for each request.)
    """

    def __init__(self, session: requests.Session) -> None:
        super().__init__()
        self._session = session

    def add_headers(self, request: requests.PreparedRequest, **_how: Any) -> None:
        """They are all of one server: this browser asks no other."""
        if pairs := [f"{cookie.name}={cookie.value}" for cookie in self._session.cookies]:
            request.headers["Cookie"] = "; ".join(pairs)


class _Reader(HTMLParser):
    """Finds the first form that is posted, with its hidden fields, and the page's data."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.hidden: dict[str, str] = {}
        self.script = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what we are in."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None and given.get("method") == "post":
            self.action, self._inside = given.get("action", ""), "form"
        if tag == "input" and self._inside == "form" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value", "")
        if tag == "script" and given.get("id") == "page":
            self._inside = "script"

    def handle_endtag(self, tag: str) -> None:
        """And when we leave it."""
        if tag in ("form", "script") and self._inside == tag:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """The page's data."""
        if self._inside == "script":
            self.script += data


def _meeting_of(page: Page) -> str:
    if not page.path.startswith("/meet/"):
        raise NoWayIn(page.path)
    return page.path.removeprefix("/meet/")
