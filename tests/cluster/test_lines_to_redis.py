"""A Redis that does not answer is a Redis that does not answer, whatever kind of line leads to it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
import redis

from circle.shared.client import open_redis


@pytest.fixture(params=["unix", "tcp"])
def silent(request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of something that takes connections and says nothing."""
    family = socket.AF_UNIX if request.param == "unix" else socket.AF_INET
    with socket.socket(family) as listener:
        where = str(Path(mkdtemp(prefix="circle-silent-")) / "s") if family is socket.AF_UNIX else ""
        listener.bind(where or ("127.0.0.1", 0))
        listener.listen()
        yield f"unix://{where}" if where else f"redis://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("where", ["connecting", "waiting"])
def test_what_comes_is_the_clients_own_error(
    silent: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_line: object) -> None:
        raise TimeoutError  # under gevent, when more wait to be taken than the system lets wait

    monkeypatch.setattr("circle.shared.client.ANSWER_SECONDS", 0.2)
    if where == "connecting":
        for line in (redis.UnixDomainSocketConnection, redis.Connection):
            monkeypatch.setattr(line, "_connect", full)
    with pytest.raises(redis.TimeoutError):
        open_redis(silent)
