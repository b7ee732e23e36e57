"""The command line where something around it is not right: one sentence, exit code 3, and nothing secret."""

from __future__ import annotations

import errno
import os
import re
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from circle.app import create_app
from circle.cli import NOT_CONFIGURED, main
from circle.server import PORT_TAKEN, _not_served
from circle.settings import Settings
from circle.store.crypto import new_key
from tests.live.server import ROOT, free_port
from tests.support import Browser

SECRET = "hush-hush"
COMMANDS = [
    ("migrate",),
    ("purge",),
    ("account", "mira@example.org", "Mira", "--password", "a lamp and seven chairs"),
    ("backup", "copy.sqlite"),
    ("restore", "--finish"),
    ("forget-circle", "Thursday circle", "--yes"),
    ("forget-member", "Thursday circle", "Rowan", "--yes"),
    ("forget-account", "mira@example.org", "--yes"),
]


def circle(folder: Path, *arguments: str, **environment: str) -> Result:
    """A command, in this process."""
    ours = {"CIRCLE_DATA_DIR": str(folder / "data"), "CIRCLE_ENV": "test", "CIRCLE_KEYS": new_key()}
    return CliRunner().invoke(main, list(arguments), env=ours | environment)


def started(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """A command that patches, in a process of its own: its exit code, and what it says."""
    ours = {"CIRCLE_DATA_DIR": str(folder / "data"), "CIRCLE_ENV": "test", "CIRCLE_KEYS": new_key()}
    done = subprocess.run(
        [sys.executable, "-m", "circle.cli", *arguments],
        env={**{k: v for k, v in os.environ.items() if not k.startswith("CIRCLE_")}, **ours, **environment},
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def assert_told(code: int, said: str, sentence: str) -> None:
    assert code == NOT_CONFIGURED, said
    assert said.startswith("Circle cannot start: ")
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert SECRET not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("account", "mira\udcff@example.org", "Mira", "--password", "a lamp and seven chairs"),
        ("account", "mira@example.org", "Mira\udcff", "--password", "a lamp and seven chairs"),
        ("account", "mira@example.org", "Mira", "--password", "a lamp and seven \udcff chairs"),
        ("account", "mira@example.org", "Mira", "--password", "a lamp and seven \0 chairs"),
        ("signin", "mira\udcff@example.org"),
    ],
)
def test_what_is_no_letter_in_this_terminal_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = circle(tmp_path, *arguments)
    assert done.exit_code == 2, done.output
    assert "something in it that is no letter here" in done.output


# -- every command -------------------------------------------------------------------------------------
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: str(arguments[0]))
def test_a_setting_that_cannot_be_used_is_said_by_every_command(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = circle(tmp_path, *arguments, PORT="abc")
    assert_told(done.exit_code, done.output, "PORT takes a number from 0 to 65535")


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: str(arguments[0]))
@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://circle.sqlite",
        f"mysql://circle:{SECRET}@localhost/circle",
        f"postgres://circle:{SECRET}@host:port/circle",
    ],
)
def test_an_address_of_no_database_is_said_without_it(
    tmp_path: Path, arguments: tuple[str, ...], url: str
) -> None:
    done = circle(tmp_path, *arguments, DATABASE_URL=url)
    assert_told(done.exit_code, done.output, "DATABASE_URL takes postgresql://")


@pytest.mark.parametrize("arguments", COMMANDS[:3], ids=lambda arguments: str(arguments[0]))
def test_a_database_that_is_away_is_said_without_its_address(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    url = f"postgresql://circle:{SECRET}@127.0.0.1:{free_port()}/circle"
    done = circle(tmp_path, *arguments, DATABASE_URL=url)
    assert_told(done.exit_code, done.output, "the database does not answer")


@pytest.mark.parametrize("keys", ["short", ",", "nö", "a" * 44, f"{'k' * 43},short"])
def test_what_is_no_key_is_said(tmp_path: Path, keys: str) -> None:
    done = circle(tmp_path, "purge", CIRCLE_KEYS=keys)
    assert_told(done.exit_code, done.output, "CIRCLE_KEYS takes keys as `circle new-key` prints them")


def test_a_key_file_that_holds_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "data" / "words.key"
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe no key")
    done = circle(tmp_path, "purge", CIRCLE_KEYS="")
    assert_told(done.exit_code, done.output, f"{file} takes keys")


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "data" / "circle.sqlite"
    file.parent.mkdir()
    file.write_bytes(b"no database at all" * 1000)
    done = circle(tmp_path, "migrate")
    assert_told(done.exit_code, done.output, "the database cannot be opened or written")


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    done = circle(tmp_path, "migrate")
    assert_told(done.exit_code, done.output, str(tmp_path / "data"))


def test_a_fault_of_its_own_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_engine: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("circle.store.migrate.upgrade", breaks)
    assert isinstance(circle(tmp_path, "migrate").exception, ZeroDivisionError)


# -- the server and the worker -------------------------------------------------------------------------
@pytest.mark.parametrize("command", ["run", "worker"])
def test_servers_say_it_too(tmp_path: Path, command: str) -> None:
    assert_told(*started(tmp_path, command, CIRCLE_KEYS="short"), "CIRCLE_KEYS takes keys")


def test_an_address_of_another_machine_is_no_port_that_is_taken(tmp_path: Path) -> None:
    code, said = started(tmp_path, "run", HOST="192.0.2.1", PORT=str(free_port()))
    assert_told(code, said, "HOST: this machine cannot serve at 192.0.2.1")


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        code, said = started(tmp_path, "run", PORT=str(port))
    assert (code, f"Port {port} is taken." in said) == (PORT_TAKEN, True)


def test_a_port_for_root_alone_is_said() -> None:
    told = _not_served(PermissionError(errno.EACCES, "Permission denied"), Settings(port=80))
    assert str(told).startswith("PORT: this account may not serve port 80")


# -- a lost password -----------------------------------------------------------------------------------
def test_a_printed_link_signs_in_whoever_lost_the_password(tmp_path: Path) -> None:
    key, origin = new_key(), "https://circle.example.org"
    assert circle(tmp_path, *COMMANDS[2], CIRCLE_KEYS=key).exit_code == 0
    done = circle(tmp_path, "signin", " Mira@Example.org", CIRCLE_KEYS=key, CIRCLE_ORIGINS=origin)
    assert done.exit_code == 0, done.output
    (link,) = re.findall(rf"{origin}(/signin/link/\S+)", done.output)
    app = create_app(Settings(data_dir=tmp_path / "data", env="test", keys=key), async_mode="threading")
    browser, other = Browser(app), Browser(app)
    page, again = browser.open(link), other.open(link)
    assert browser.send(page).path == "/tonight"
    changed = browser.send(browser.open("/account"), "/account/password", new="a kettle and nine cups")
    assert "Your password is changed." in changed.text
    assert app.extensions["circle"].accounts.sign_in("mira@example.org", "a kettle and nine cups")
    assert other.send(again).status == 404, "it works once"
    app.extensions["circle"].engine.dispose()


def test_a_link_for_nobody_is_not_printed(tmp_path: Path) -> None:
    done = circle(tmp_path, "signin", "nobody@example.org")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "Error: nobody has an account with this address. `circle account` makes one."
    ]
