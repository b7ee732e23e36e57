"""Running other programs for the person at the keyboard: visibly, and with plain words when one stops.

Standard library only and plain syntax: an old Python reads this file before it can be told it is old.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SECONDS_BETWEEN_SIGNS = 5
LINES_SHOWN_ON_FAILURE = 15


class StepFailed(Exception):
    """A program ended with an error; the message holds the last lines it printed."""


def run_step(sentence: str, command: Sequence[str]) -> None:
    """Say `sentence`, run `command` from the checkout's root and show every few seconds that it works.

    Its own output is kept back: ninety lines of package names hide the one that matters.
    Raises StepFailed with the last lines of that output.
    """
    print("  " + sentence, flush=True)
    with tempfile.TemporaryFile() as log:
        code = _wait(command, log)
        if code:
            raise StepFailed("\n".join(_last_lines(log, LINES_SHOWN_ON_FAILURE)))


def _wait(command: Sequence[str], log: IO[bytes]) -> int:
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=str(ROOT)
        )
    except OSError as error:
        raise StepFailed(f"{command[0]}: {error.strerror}") from error
    try:
        while True:
            try:
                return process.wait(timeout=SECONDS_BETWEEN_SIGNS)
            except subprocess.TimeoutExpired:
                latest = _last_lines(log, 1)
                print(
                    f"    {time.monotonic() - started:3.0f} s  {latest[0][:80] if latest else ''}", flush=True
                )
    finally:
        if process.poll() is None:  # stopped from outside: leave nobody behind who still writes to .venv
            process.terminate()
            process.wait()


def _last_lines(log: IO[bytes], count: int) -> list[str]:
    """The last lines that say something. Reads with pread: the child shares the file's position."""
    size = os.fstat(log.fileno()).st_size
    tail = os.pread(log.fileno(), 8_000, max(0, size - 8_000)).decode("utf-8", "replace")
    return [line.strip() for line in tail.splitlines() if line.strip()][-count:]


def apt_install(*packages: str) -> bool:
    """Install Debian packages where this account may: as root, or by sudo without a password.

    True when they are installed, False when that is not possible here; nothing is ever asked.
    """
    sudo = _privilege()
    if sudo is None or not shutil.which("apt-get"):
        return False
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    try:
        run_step("Reading the system's package lists", [*apt, "update"])
        run_step(
            "Installing from the system: " + " ".join(packages),
            [*apt, "install", "-y", "--no-install-recommends", *packages],
        )
    except StepFailed as failure:
        print(str(failure), flush=True)
        return False
    return True


def apt_unpack(package: str, folder: Path) -> bool:
    """Put the files of a Debian package below `folder` without installing it: a server would start at once.

    True when they are there, False when that is not possible here; nothing is ever asked.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    words = f'cd "$1" && apt-get -q download {package} && dpkg -x {package}_*.deb . && rm {package}_*.deb'
    unpack = ["sh", "-c", words, "sh", str(folder)]
    try:
        run_step(f"Fetching from the system: {package}", unpack)
    except StepFailed:
        return _after_an_update(f"Fetching again: {package}", unpack)
    return True


def _after_an_update(sentence: str, command: Sequence[str]) -> bool:
    """The same with fresh package lists, where this account may read them in."""
    sudo = _privilege()
    if sudo is None:
        return False
    try:
        run_step("Reading the system's package lists", [*sudo, "apt-get", "-q", "update"])
        run_step(sentence, command)
    except StepFailed as failure:
        print(str(failure), flush=True)
        return False
    return True


def _privilege() -> list[str] | None:
    """The words to put before a command so that it runs as root; None when there is no quiet way."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None
