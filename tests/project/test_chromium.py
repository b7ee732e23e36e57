"""Finding Chromium, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from scripts import chromium
from scripts.chromium import SWITCHED_OFF


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    monkeypatch.setattr(chromium, "apt_install", lambda *packages: False)


def test_the_first_name_on_the_path_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"google-chrome": "/opt/chrome", "chromium-browser": "/opt/chromium"}
    monkeypatch.setattr(chromium.shutil, "which", there.get)
    assert chromium.find_chromium() == "/opt/chromium"


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_the_tests_go_on_at_home(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert chromium.main() == 0
    assert "apt install chromium" in capsys.readouterr().err


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_ci_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert chromium.main() == 1


def test_an_installed_browser_is_not_installed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium.shutil, "which", lambda name: "/opt/chromium")
    monkeypatch.setattr(chromium, "apt_install", lambda *packages: pytest.fail("asked for a browser"))
    assert chromium.ensure_chromium() == "/opt/chromium"


@pytest.mark.parametrize(
    ("value", "unattended"), [("", False), ("false", False), ("1", True), ("true", True)]
)
def test_ci_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str, unattended: bool
) -> None:
    monkeypatch.setenv("CI", value)
    assert chromium.in_ci() is unattended


def test_what_playwright_switches_off_stays_off(chromium: Browser, tmp_path: Path) -> None:
    """A browser that only writes down what it is called with."""
    scribe, called = tmp_path / "scribe", tmp_path / "called"
    scribe.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{called}"\n')
    scribe.chmod(0o755)
    with pytest.raises(Error):
        chromium.browser_type.launch(executable_path=scribe)
    (theirs,) = (line for line in called.read_text().splitlines() if line.startswith("--disable-features="))
    assert set(theirs.partition("=")[2].split(",")) <= set(SWITCHED_OFF)
