"""What `circle run` tells whoever started it: where to open it, a way in, and how phones come."""

from __future__ import annotations

import io
import sys

import segno
from flask import Flask

from circle.domain.errors import Invalid
from circle.services.accounts import FIRST
from circle.services.demo import make_demo
from circle.services.hub import Hub
from circle.settings import Settings

WARNING = "A browser warns once, as this machine made its certificate itself: choose Advanced, then go on.\n"
WITHOUT = (
    "Plain http: others on this network could read along, and cookies travel without Secure. Browsers keep\n"
    "no numbers for when the line is gone, and a line without a name cannot be taken back.\n"
)


def greet(settings: Settings, app: Flask, *, lan: bool = False) -> None:
    """Print it all, once the server listens. Nothing of it is written anywhere else."""
    hub: Hub = app.extensions["circle"]
    base = settings.allowed_origins[0]
    _say(f"\nCircle is open: {base}")
    if settings.production:
        _first_account(hub, base)
        return
    user = hub.accounts.oldest() or _demo(hub)
    if lan:
        _for_phones(settings, _door(hub, user, base))
    link = f"{base}/signin/link/{hub.accounts.one_use_link(user)}"
    _say(f"Sign in here, once, within ten minutes:\n\n    {link}\n")


def _demo(hub: Hub) -> str:
    """The account of the demo circle, also where another process that starts just now makes it."""
    try:
        return make_demo(hub)
    except Invalid:
        user = hub.accounts.oldest()
        if user is None:
            raise
        return user


def _first_account(hub: Hub, base: str) -> None:
    if not hub.accounts.anybody():
        link = f"{base}/first/{hub.accounts.one_use_link(FIRST, FIRST)}"
        _say(f"Make the first account here, once, within the hour:\n\n    {link}\n")


def _for_phones(settings: Settings, door: str) -> None:
    """The address as a picture to hold a phone up to, and what to expect there."""
    _say(f"Phones in this house come by this address, or by the picture: {door}\n{_picture(door)}")
    _say(WARNING if settings.certificate else WITHOUT)


def _door(hub: Hub, user: str, base: str) -> str:
    """The door of the evening that comes next; the front page where nothing is planned."""
    coming = hub.planning.overview(user).next
    return f"{base}/c/{coming.circle.door_token}" if coming else base


def _picture(address: str) -> str:
    """A QR code for terminals; "" where the terminal has no letters for it."""
    drawn = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(drawn, compact=True)
    try:
        drawn.getvalue().encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ""
    return drawn.getvalue()


def _say(text: str) -> None:
    print(text, flush=True)
