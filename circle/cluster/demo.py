"""`circle demo --cluster`: PostgreSQL, Redis, two web processes, a worker and one address."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from circle.cluster.front import Front
from circle.cluster.kept import Kept
from circle.cluster.servers import NotHere, redis_command, redis_socket, running_postgres, wait_for_redis
from circle.settings import Settings, SettingsError, read_settings

DID_NOT_START = 3
READY_SECONDS = 60.0
_OURS = ("DATABASE_URL", "REDIS_URL", "PORT", "HOST", "CIRCLE_")
_LINK = re.compile(rb"https?://\S+/signin/link/\S+")


class DidNotStart(Exception):
    """One of the processes ended, or said nothing; the message is the end of what it printed."""


def serve_cluster() -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code. Everything it wrote goes with it."""
    try:
        settings = read_settings({name: os.environ.get(name, "") for name in ("HOST", "PORT")})
        with TemporaryDirectory(prefix="circle-cluster-") as folder, ExitStack() as servers:
            redis_command(Path(folder))  # says what is missing before anything has begun
            _say("Starting PostgreSQL, Redis, two web processes and a worker.")
            database = servers.enter_context(running_postgres(_for_postgres(servers)))
            return asyncio.run(_serve(Path(folder), database, settings))
    except (SettingsError, NotHere, DidNotStart) as problem:
        print(f"Circle cannot start: {problem}", file=sys.stderr)
        return DID_NOT_START


def _for_postgres(servers: ExitStack) -> Path:
    """A folder of its own: started as root, PostgreSQL runs as somebody who may not see our keys."""
    return Path(servers.enter_context(TemporaryDirectory(prefix="circle-pg-", ignore_cleanup_errors=True)))


async def _serve(folder: Path, database: str, settings: Settings) -> int:
    ports, port = [_free_port() for _ in range(2)], settings.port
    try:
        front = await Front(ports).open(settings.host, port)
    except OSError:
        raise DidNotStart(f"port {port} is taken. Choose another: PORT={port + 1}") from None
    address = f"http://localhost:{port}"
    common = _environment(folder, database, address, port)
    redis = Kept(redis_command(folder), common, folder / "redis.log")
    web = [_web(folder, common, at, port_) for at, port_ in enumerate(ports, 1)]
    worker = Kept(_circle("worker"), common, folder / "worker.log", _again("The worker"))
    ended = _signals()
    async with AsyncExitStack() as running:
        running.callback(front.close)
        for kept in (redis, *web, worker):
            if kept is web[0]:
                await asyncio.to_thread(wait_for_redis, f"unix://{redis_socket(folder)}")
            running.push_async_callback(kept.stop)
            await kept.start()
            if kept is web[0]:  # it makes the tables and the demo circle
                link = await _ready(kept)
        await _ready(web[1])
        _greet(address, dict(zip(ports, web, strict=True)), link)
        await ended.wait()
        _say("Stopping.")
        await asyncio.gather(*(kept.stop() for kept in (*web, worker)))
    return 0


def _environment(folder: Path, database: str, address: str, port: int) -> Mapping[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return inherited | {
        "DATABASE_URL": database,
        "REDIS_URL": f"unix://{redis_socket(folder)}",
        "CIRCLE_DATA_DIR": str(folder / "data"),
        "CIRCLE_ORIGINS": f"{address} http://127.0.0.1:{port}",
        "CIRCLE_SECRET_KEY": secrets.token_hex(32),
    }


def _web(folder: Path, common: Mapping[str, str], at: int, port: int) -> Kept:
    environment = {**common, "PORT": str(port), "HOST": "127.0.0.1"}
    log, told = folder / f"web-{at}.log", _again(f"Web process {at}")
    return Kept(_circle("run"), environment, log, told, ends_by=signal.SIGINT)  # both: nobody is to move


def _circle(command: str) -> list[str]:
    return [sys.executable, "-m", "circle.cli", command]


def _again(name: str) -> Callable[[int], None]:
    return lambda pid: _say(f"{name} had ended, and starts again as {pid}.")


async def _ready(web: Kept) -> str:
    """Its sign-in, which it prints once it listens. Raises DidNotStart."""
    until = asyncio.get_running_loop().time() + READY_SECONDS
    first = web.pid
    while asyncio.get_running_loop().time() < until and web.pid == first:
        if found := _LINK.search(web.log.read_bytes()):
            return found[0].decode()
        await asyncio.sleep(0.05)
    raise DidNotStart(web.log.read_text()[-2000:])


def _greet(address: str, web: Mapping[int, Kept], link: str) -> None:
    _say(f"\nCircle is open: {address}")
    _say(f"Sign in here, once, within ten minutes:\n\n    {link}\n")
    processes = [f"{kept.pid} (port {port})" for port, kept in web.items()]
    _say(f"Two web processes serve it: {' and '.join(processes)}.")
    _say(
        f"End one of them in the middle of an evening, and watch: kill -9 {min(k.pid for k in web.values())}"
    )
    _say("It starts again by itself. Ctrl-C ends all of it, and nothing of it stays.")


def _signals() -> asyncio.Event:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(text: str) -> None:
    print(text, flush=True)
