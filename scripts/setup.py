"""Make this checkout ready to run: a virtual environment in .venv holding the locked packages.

    python3 -m scripts.setup run    what the app needs
    python3 -m scripts.setup dev    that, and what tests and checks need

Uses uv where it is installed and plain pip otherwise. A second call starts at once: a stamp beside the
packages remembers the lock they came from. Exit code 1 after a plain sentence when something is missing.
Standard library only and plain syntax, so that an old Python gets that sentence and no SyntaxError.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from scripts.system import ROOT, StepFailed, apt_install, run_step

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}


class CannotSetUp(Exception):
    """The message tells the person what is missing and what to do."""


def main(arguments: list[str]) -> int:
    """Set up for the level named in `arguments` ("run" or "dev"); returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print("Usage: python3 -m scripts.setup run|dev")
        return 2
    _use_a_new_enough_python(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a running pip is ended as well
    try:
        prepare(arguments[0])
    except CannotSetUp as problem:
        print(f"\nSet-up stopped. {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def prepare(level: str) -> None:
    """Bring .venv to what `level`'s lock says. Raises CannotSetUp; safe to call from two terminals."""
    with (ROOT / "pyproject.toml").open() as turn:  # the file is only borrowed as a lock
        fcntl.flock(turn, fcntl.LOCK_EX)
        if is_ready(level):
            return
        _check_writable()
        print(f"Setting up in {VENV} (once; a minute or two)", flush=True)
        _make_environment()
        _install(level)
        _stamp(level)
        print("Set-up is complete.\n", flush=True)


def is_ready(level: str) -> bool:
    """Whether .venv works and holds the packages of this very lock, in this very folder."""
    try:
        return PYTHON.exists() and _stamp_file(level).read_text() == fingerprint(level)
    except OSError:
        return False


def fingerprint(level: str) -> str:
    """Changes when the project's metadata, the level's lock, the folder or the system's Python changes.

    The folder counts because the scripts in .venv/bin name it: a moved checkout is set up anew. So does
    the Python behind the environment's link: after a system upgrade the packages lie where it never looks.
    """
    sources = [
        str(ROOT).encode(),
        os.path.realpath(PYTHON).encode(),
        (ROOT / "pyproject.toml").read_bytes(),
        LOCKS[level].read_bytes(),
    ]
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


def _stamp_file(level: str) -> Path:
    return VENV / f"ready-{level}"


def _stamp(level: str) -> None:
    """Remember what was installed. The packages of "dev" hold those of "run", so they serve both."""
    for covered in ("run", "dev") if level == "dev" else ("run",):
        _stamp_file(covered).write_text(fingerprint(covered))


def _use_a_new_enough_python(arguments: list[str]) -> None:
    """Go on in this Python, or replace it by a newer one from PATH; ends the process when there is none."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in NEWER_NAMES:
        path = shutil.which(name)
        # A shim may stand on PATH without a Python behind it, so it has to answer first.
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            os.execv(path, [path, "-m", "scripts.setup", *arguments])
    found = ".".join(str(part) for part in sys.version_info[:3])
    print(
        f"Circle runs on Python 3.11 or newer; this is {found}.\n"
        "Install a newer one (Debian 12 and later: apt install python3) and try again,\n"
        "or name it: make PYTHON=/path/to/python3.11 ...",
        file=sys.stderr,
    )
    sys.exit(1)


def _check_writable() -> None:
    for folder in (ROOT, VENV):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise CannotSetUp(
                f"This account may not write in {folder}.\n"
                "Clone the project into a folder of your own, or ask the folder's owner."
            )


def _make_environment() -> None:
    """Make .venv unless a working one is there; what an interrupted set-up left is gone on with."""
    uv = shutil.which("uv")
    if _made_here() and _answers("pass" if uv else "import pip"):
        return
    if uv:
        _step("Making the environment (uv)", [uv, "venv", "--clear", "--python", sys.executable, str(VENV)])
    else:
        _need_ensurepip()
        _step("Making the environment (venv)", [sys.executable, "-m", "venv", "--clear", str(VENV)])


def _made_here() -> bool:
    """Whether .venv was made in this folder: after a move its scripts still call the old folder's Python."""
    try:
        script = (VENV / "bin" / "activate").read_text()
    except OSError:
        return False
    return any(f"VIRTUAL_ENV={quote}{VENV}" in script for quote in ("", "'", '"'))


def _answers(code: str) -> bool:
    """Whether .venv's Python exists and runs this line of code."""
    try:
        return subprocess.run([str(PYTHON), "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _need_ensurepip() -> None:
    """Debian keeps the module that puts pip into an environment in a package of its own."""
    if _has_ensurepip() or (apt_install("python3-venv") and _has_ensurepip()):
        return
    raise CannotSetUp(
        "This Python cannot make virtual environments: its module ensurepip is missing.\n"
        "On Debian and Ubuntu: sudo apt install python3-venv\n"
        "Elsewhere: install uv or a complete Python 3.11, and try again."
    )


def _has_ensurepip() -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def _install(level: str) -> None:
    """The locked packages, each checked against its hash, then the project itself without fetching more."""
    uv = shutil.which("uv")
    pip = [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", "--disable-pip-version-check"]
    install = [uv, "pip", "install", "--python", str(PYTHON)] if uv else pip
    lock = LOCKS[level]
    count = sum("==" in line for line in lock.read_text().splitlines())
    _step(
        f"Installing {count} packages ({'uv' if uv else 'pip'})",
        [*install, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)],
    )
    _step("Installing Circle itself", [*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def _step(sentence: str, command: list[str]) -> None:
    try:
        run_step(sentence, command)
    except StepFailed as failure:
        raise CannotSetUp(
            f"This step did not work: {sentence}. What it said last:\n\n{failure}\n\n"
            "Most often there is no connection to the package index, or the disk is full."
        ) from failure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
