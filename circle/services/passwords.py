"""Hashing passwords with Argon2id, off the event loop and never more than two at a time.

Parameters (64 MiB, 3 passes, 1 lane) are above OWASP's minimum and take about 0.15 s here. Under gevent
the work runs in the hub's thread pool: done directly, one sign-in would stop every circle for that long.
"""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from circle.domain.errors import Invalid
from circle.services.aside import aside

SHORTEST, LONGEST = 12, 256
# Of a password that nobody knows, made once as new ones are: a start need not wait for another.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$UWHqbwqyB7wLXtZGfeeUCQ$HNhipF9nmoC61k/6M9SqiDhHgv6Aq78u7F37Nlqzf2s"
_AT_ONCE = 2  # 64 MiB each: a rush of sign-ins is slowed, the machine's memory is not filled

# Long enough for the rule and still among the first that anybody tries.
_COMMON_WORDS = """
password1234 password12345 password123456 password123! passwordpassword mypassword123
123456789012 1234567890123 1234567890123456 123456123456 123123123123 111111111111 000000000000
qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwerty123456 qwertyqwerty 1q2w3e4r5t6y 1qaz2wsx3edc
1qaz2wsx3edc4rfv abcdefghijkl abcdefghijklm abcdefghijklmnop abc123abc123 asdfghjkl123
iloveyou1234 iloveyouiloveyou letmeinletmein welcome12345 welcome123456 administrator
administrator1 adminadmin12 changemechangeme changeme1234 correcthorsebatterystaple
football1234 princess1234 sunshine1234 supportcircle circlecircle
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class Passwords:
    """Makes and checks password hashes. Safe from any thread or greenlet."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(
            time_cost=3, memory_cost=64 * 1024, parallelism=1, type=Type.ID
        )
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16)) if hasher else _NOBODY

    def hash(self, password: str) -> str:
        """A new hash, with its own salt."""
        with self._turns:
            return aside(lambda: self._hasher.hash(password))

    def fits(self, password: str, known: str) -> bool:
        """Whether the password belongs to the hash. `known` "" (nobody) takes as long and is False."""
        with self._turns:
            found = aside(lambda: self._verify(password, known or self._nobody))
        return found and bool(known)

    def is_dated(self, known: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(known)

    def _verify(self, password: str, known: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


def check_password(password: str, *, address: str = "", field: str = "password") -> None:
    """Return quietly, or raise Invalid: password_short, password_long or password_common.

    Length is all that is asked for (12 to 256 characters); rules about signs and digits make people
    write passwords down.
    """
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise Invalid("password_short", {field: "password_short"})
    if len(password) > LONGEST:
        raise Invalid("password_long", {field: "password_long"})
    if plain in _COMMON or len(set(plain)) < 4 or plain == address.casefold():
        raise Invalid("password_common", {field: "password_common"})
