"""How often one may try. Counted in memory; addresses go in as keyed hashes and are written nowhere.

A whole circle may come through one line (a house, a clinic, a proxy), so the door is generous per line
and strict per browser. Signing in is counted per line and account together: counting per account alone
would let a stranger lock a host out on the evening.
"""

from __future__ import annotations

import hmac
import logging
import secrets

from flask import request, session
from flask_limiter import Limiter

from circle.services.identity import USER

_KEY = secrets.token_bytes(32)  # new with every start: the counts mean nothing afterwards

logging.getLogger("flask-limiter").setLevel(logging.CRITICAL)  # it would log who was refused


def line() -> str:
    """The line a request comes through, as a hash."""
    return _hashed(request.remote_addr or "")


def line_and_account() -> str:
    """The line together with the address somebody signs in with."""
    return _hashed(f"{request.remote_addr}|{request.form.get('address', '').strip().lower()[:254]}")


def browser() -> str:
    """The browser's session; its line where it has none yet."""
    return _hashed(str(getattr(session, "key", "")) or f"line {request.remote_addr}")


def person() -> str:
    """The account that is signed in; the line of somebody who is not."""
    return _hashed(f"account {session.get(USER) or request.remote_addr}")


def _hashed(text: str) -> str:
    return hmac.digest(_KEY, text.encode(), "sha256").hex()[:24]


limiter = Limiter(key_func=line, storage_uri="memory://", headers_enabled=False)

ON_POST = ["POST"]
sign_in_per_account = limiter.limit("10 per 5 minutes", key_func=line_and_account, methods=ON_POST)
sign_in_per_line = limiter.limit("40 per 5 minutes", key_func=line, methods=ON_POST)
password_per_person = limiter.limit("10 per 5 minutes", key_func=person, methods=ON_POST)
one_use_look = limiter.limit("60 per 5 minutes", key_func=line, methods=["GET", "HEAD"])
one_use = limiter.limit("30 per 5 minutes", key_func=line, methods=ON_POST)
join_per_line = limiter.limit("300 per minute", key_func=line, methods=ON_POST)
join_per_browser = limiter.limit("30 per minute", key_func=browser, methods=ON_POST)
