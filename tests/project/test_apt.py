"""Installing Debian packages: only where it asks nobody anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import system


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that receives one line for each call of the stand-ins for apt-get and sudo."""
    log = tmp_path / "calls"
    log.touch()
    _program(tmp_path / "apt-get", f'echo "apt-get $*" >>{log}')
    _program(tmp_path / "sudo", f'echo "sudo $*" >>{log}; shift; exec "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return log


def _program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def test_root_installs_with_fresh_lists(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    assert system.apt_install("chromium")
    assert calls.read_text().splitlines() == [
        "apt-get -q update",
        "apt-get -q install -y --no-install-recommends chromium",
    ]


def test_anyone_else_asks_sudo_without_a_password(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    assert system.apt_install("chromium")
    lines = calls.read_text().splitlines()
    assert lines[0] == "sudo -n true"
    assert lines[-1] == "apt-get -q install -y --no-install-recommends chromium"


def test_nothing_is_tried_when_sudo_wants_a_password(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    _program(calls.parent / "sudo", "exit 1")
    assert not system.apt_install("chromium")
    assert calls.read_text() == ""


def test_a_failed_installation_shows_why(
    calls: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    _program(calls.parent / "apt-get", "echo nothing by that name; exit 100")
    assert not system.apt_install("chromium")
    assert "nothing by that name" in capsys.readouterr().out
