"""The set-up script: what it remembers, and the sentences it stops with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import setup, system


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout with its metadata and locks, which the script takes for its own."""
    locks = {"run": tmp_path / "requirements.txt", "dev": tmp_path / "requirements-dev.txt"}
    for path in (tmp_path / "pyproject.toml", *locks.values()):
        path.write_text("one\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.symlink_to(sys.executable)
    (python.parent / "activate").write_text(f"VIRTUAL_ENV={tmp_path / '.venv'}\n")
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": python,
        "LOCKS": locks,
    }.items():
        monkeypatch.setattr(setup, name, value)
    return tmp_path


@pytest.fixture(autouse=True)
def _signals_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """`main` changes how its own process answers to SIGTERM; the test process keeps its way."""
    monkeypatch.setattr(setup.signal, "signal", lambda number, handler: None)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the script would have run, in order."""
    taken: list[str] = []
    monkeypatch.setattr(setup, "run_step", lambda sentence, command: taken.append(" ".join(command)))
    return taken


def test_usage_names_both_levels(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["sideways"]) == 2
    assert "run|dev" in capsys.readouterr().out


def test_nothing_is_ready_before_the_first_set_up(checkout: Path) -> None:
    assert not setup.is_ready("run")
    assert not setup.is_ready("dev")


def test_the_second_call_runs_nothing(checkout: Path, steps: list[str]) -> None:
    setup.prepare("run")
    steps.clear()
    setup.prepare("run")
    assert steps == []


def test_the_tools_cover_the_app_but_not_the_other_way_round(checkout: Path, steps: list[str]) -> None:
    setup.prepare("run")
    assert not setup.is_ready("dev")
    setup.prepare("dev")
    assert setup.is_ready("run")


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements-dev.txt"])
def test_a_changed_file_asks_for_a_new_set_up(checkout: Path, steps: list[str], changed: str) -> None:
    setup.prepare("dev")
    (checkout / changed).write_text("two\n")
    assert not setup.is_ready("dev")


def test_another_python_behind_the_link_asks_for_a_new_set_up(checkout: Path, steps: list[str]) -> None:
    setup.prepare("dev")
    newer = checkout / "python3.99"
    newer.touch()
    setup.PYTHON.unlink()
    setup.PYTHON.symlink_to(newer)
    assert not setup.is_ready("dev")


def test_a_working_environment_is_kept(checkout: Path, steps: list[str]) -> None:
    setup.prepare("run")
    assert not any("--clear" in step for step in steps)


def test_a_moved_environment_is_made_anew(checkout: Path, steps: list[str]) -> None:
    (checkout / ".venv" / "bin" / "activate").write_text("VIRTUAL_ENV=/somewhere/else/.venv\n")
    setup.prepare("run")
    assert "--clear" in steps[0]


def test_packages_come_hashed_and_the_project_fetches_nothing(checkout: Path, steps: list[str]) -> None:
    setup.prepare("dev")
    packages, project = steps[-2:]
    assert "--require-hashes" in packages
    assert "--only-binary :all:" in packages
    assert "--no-deps --no-build-isolation" in project


def test_a_folder_of_somebody_else_is_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup.os, "access", lambda path, mode: False)
    assert setup.main(["run"]) == 1
    assert f"may not write in {checkout}" in capsys.readouterr().err


def test_a_python_without_ensurepip_gets_the_package_name(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.PYTHON.unlink()
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    monkeypatch.setattr(setup, "apt_install", lambda *packages: False)
    monkeypatch.setattr(setup, "_has_ensurepip", lambda: False)
    assert setup.main(["run"]) == 1
    assert "sudo apt install python3-venv" in capsys.readouterr().err


def test_a_python_that_is_too_old_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "OLDEST", (99, 0))
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as ended:
        setup.main(["run"])
    assert ended.value.code == 1
    assert "Python 3.11 or newer; this is" in capsys.readouterr().err


def test_a_step_that_fails_shows_its_last_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(system.StepFailed, match="no room left"):
        system.run_step("Trying", [sys.executable, "-c", "print('no room left'); raise SystemExit(1)"])
    assert "Trying" in capsys.readouterr().out


def test_a_long_step_shows_that_it_works(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "SECONDS_BETWEEN_SIGNS", 0.1)
    code = "import time; print('Collecting flask', flush=True); time.sleep(0.5)"
    system.run_step("Installing", [sys.executable, "-c", code])
    assert "s  Collecting flask" in capsys.readouterr().out


def test_a_program_that_is_not_there_is_a_failed_step() -> None:
    with pytest.raises(system.StepFailed, match="no-such-program"):
        system.run_step("Trying", ["no-such-program"])
