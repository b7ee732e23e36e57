"""Password rules and hashing."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher

from circle.domain.errors import Invalid
from circle.services.passwords import _NOBODY, Passwords, check_password
from tests.support import PASSWORD, cheap_passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("elevensigns", "password_short"),
        ("x" * 257, "password_long"),
        ("Password1234", "password_common"),
        ("123456789012", "password_common"),
        ("aaaabbbbaaaabbbb", "password_common"),
        ("mira@example.org", "password_common"),
    ],
)
def test_short_long_and_common_ones_are_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, address="mira@example.org")
    assert refusal.value.fields == {"password": code}


@pytest.mark.parametrize("password", [PASSWORD, "nur kleine buchstaben", "ein Stuhl für alle", "x1y2" * 64])
def test_length_is_all_that_is_asked_for(password: str) -> None:
    check_password(password)


def test_the_parameters_are_those_we_promise() -> None:
    assert "$argon2id$v=19$m=65536,t=3,p=1$" in Passwords().hash(PASSWORD)


def test_a_hash_fits_its_password_only() -> None:
    passwords = cheap_passwords()
    known = passwords.hash(PASSWORD)
    assert passwords.fits(PASSWORD, known)
    assert not passwords.fits(PASSWORD + ".", known)
    assert not passwords.fits(PASSWORD, "not a hash")
    assert known != passwords.hash(PASSWORD)


def test_nobody_takes_as_long_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, known: str | bytes, password: str | bytes) -> bool:
            verified.append(str(known))
            return super().verify(known, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not passwords.fits(PASSWORD, "")
    assert len(verified) == 1


def test_the_hash_of_nobody_is_made_as_new_ones_are() -> None:
    assert not Passwords().is_dated(_NOBODY)


def test_an_older_hash_is_noticed() -> None:
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    assert cheap_passwords().is_dated(old)
    assert not cheap_passwords().is_dated(cheap_passwords().hash(PASSWORD))


def test_never_more_than_two_at_a_time() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    class Slow(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal at_work, most
            with lock:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.02)
            with lock:
                at_work -= 1
            return super().hash(password, salt=salt)

    passwords = Passwords(Slow(time_cost=1, memory_cost=8, parallelism=1))
    threads = [threading.Thread(target=passwords.hash, args=(PASSWORD,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
