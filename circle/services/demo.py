"""What a first run starts with: a host called Mira, a circle, and a session next Thursday."""

from __future__ import annotations

import secrets
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from circle.services.circles import CircleForm
from circle.services.hub import Hub

HOST, ADDRESS, CIRCLE = "Mira", "mira@example.org", "Thursday circle"
THURSDAY, BEGINS = 3, time(19, 0)  # weekday() and local time


def make_demo(hub: Hub) -> str:
    """Make it and return the account's id. Nobody knows its password: the one-use link is the way in."""
    user = hub.accounts.create(ADDRESS, HOST, secrets.token_urlsafe(32))
    zone = "Europe/London"
    circle = hub.planning.circles.create(user, CircleForm(name=CIRCLE, zone=zone, country="GB"))
    now = hub.clock.now().astimezone(ZoneInfo(zone))
    thursday = now + timedelta(days=(THURSDAY - now.weekday()) % 7)
    if thursday == now and now.time() >= BEGINS:
        thursday += timedelta(days=7)
    hub.planning.plan(user, circle, "T3", thursday.date(), BEGINS)
    return user
