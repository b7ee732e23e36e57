"""What lies in `deploy/` against what is there: paths, variables, options. No container is started."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from circle import settings
from circle.cli import main
from circle.settings import Settings, read_settings
from circle.store.crypto import new_key
from scripts.system import ROOT

DEPLOY = ROOT / "deploy"
OURS = {name for name in settings._NAMES.values() if not name.startswith("CIRCLE_TEST_")}
FOR_COMPOSE = {"POSTGRES_PASSWORD", "CERTIFICATES"}
FOR_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE"}
FOR_POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
BACKUP = "circle-backup.service"


def instructions() -> list[tuple[str, str]]:
    """Each line of the Dockerfile: what, and its words."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(line.split(None, 1)[0], line.split(None, 1)[1].strip()) for line in lines]


def compose() -> dict[str, Any]:
    """The compose file, with what it merges."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


# -- the image -----------------------------------------------------------------------------------------
def test_everything_the_image_copies_is_there_and_is_let_in() -> None:
    let_in = {
        line[1:].rstrip("/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = [shlex.split(words) for what, words in instructions() if what == "COPY"]
    sources = {name for words in copied if not words[0].startswith("--from") for name in words[:-1]}
    assert sources
    for name in sources:
        assert (ROOT / name).exists(), name
    assert sources == let_in
    assert "*" in (ROOT / ".dockerignore").read_text().splitlines(), "everything else stays out"
    inside = [words for words in copied if words[0].startswith("--from=build")]
    assert [words[1:] for words in inside] == [["/opt/circle", "/opt/circle"]]


def test_the_image_has_what_the_wheel_is_built_of() -> None:
    """Whatever pyproject.toml names lies in the build's folder."""
    text = (ROOT / "pyproject.toml").read_text()
    needed = set(re.findall(r'^(\w+) = "circle/\w+"$', text, re.MULTILINE)) | {"README.md", "circle"}
    copied = {name for what, words in instructions() if what == "COPY" for name in shlex.split(words)}
    assert {"templates", "static"} < needed
    assert needed <= copied


def test_the_last_stage_runs_as_nobody_special_and_can_be_asked_how_it_is() -> None:
    lines = instructions()
    last = lines[max(at for at, (what, _) in enumerate(lines) if what == "FROM") :]
    said = dict(last)
    assert said["USER"] == "circle"
    assert [what for what, _ in last].index("USER") < [what for what, _ in last].index("CMD")
    assert "/healthz" in said["HEALTHCHECK"]
    assert shlex.split(said["CMD"].replace(",", ""))[0:3] == ["[circle", "run]"]
    tools = re.compile(r"\b(apt-get|pip install|gcc|make)\b")
    assert not [words for what, words in last if what == "RUN" and tools.search(words)], "none are left"
    environment = dict(pair.split("=", 1) for pair in shlex.split(said["ENV"]))
    assert set(environment) <= OURS | FOR_PYTHON
    assert environment["CIRCLE_ENV"] == "production"


def test_the_health_check_reads_as_a_program() -> None:
    words = dict(instructions())["HEALTHCHECK"]
    command = yaml.safe_load(words[words.index("[") :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "healthcheck", "exec")


# -- compose -------------------------------------------------------------------------------------------
def test_two_web_processes_a_worker_and_what_they_stand_on() -> None:
    services = compose()["services"]
    assert set(services) == {"migrate", "web1", "web2", "worker", "postgres", "redis", "nginx"}
    for name in ("migrate", "web1", "web2", "worker"):
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert set(service["environment"]) <= OURS
        context = (DEPLOY / service["build"]["context"]).resolve()
        assert context == ROOT
        assert (context / service["build"]["dockerfile"]).is_file()
    for name in ("migrate", "worker"):
        assert services[name]["command"][0] == "circle"
        assert services[name]["command"][1] in main.commands
    assert set(services["postgres"]["environment"]) == FOR_POSTGRES
    assert not [name for name in services if name != "nginx" and "ports" in services[name]]


def test_nothing_swaps_or_dumps_core_and_what_holds_pages_may_hold_many() -> None:
    for name, service in compose()["services"].items():
        assert service["ulimits"]["core"] == 0, name
        assert service["mem_limit"] == service["memswap_limit"], (
            f"words in the memory of {name} are not swapped"
        )
    for name in ("web1", "web2", "nginx"):
        assert compose()["services"][name]["ulimits"]["nofile"] == 65536


def test_filled_in_settings_of_compose_get_into_no_repository() -> None:
    assert "/deploy/circle.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_commands_the_handbook_has_for_compose_ask_for_what_is_there() -> None:
    services = compose()["services"]
    told = (ROOT / "docs" / "operators.md").read_text().partition("## All of it with compose")[2]
    told = told.partition("\n## ")[0]
    asked = re.findall(r"\bdc (?:exec|run) (?:-\S+ )*(\S+)(?: circle (\S+))?", told)
    assert {name for name, _ in asked} == {"web1", "postgres", "migrate", "nginx"}
    assert {command for _, command in asked if command} == {"account", "restore"} <= set(main.commands)
    brought_up = re.findall(r"\bdc (?:up|stop|logs)((?: [\w-]+)*)", told)
    words = {word for words in brought_up for word in words.split() if not word.startswith("-")}
    assert {"web1", "web2", "worker", "postgres"} <= words <= set(services)
    assert compose()["name"] == "circle", "circle-nginx-1 is what docker calls it"


def test_web_processes_run_what_the_procfile_runs() -> None:
    procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    web = shlex.split(procfile["web"].replace("${PORT:-8000}", "8000"))
    assert compose()["services"]["web1"]["command"] == web
    assert procfile["release"] == "python -m circle.cli migrate"
    assert procfile["worker"] == "python -m circle.cli worker"


def test_migrations_run_once_before_anything_serves() -> None:
    services = compose()["services"]
    for name in ("web1", "web2", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_redis_keeps_nothing_and_does_not_swap() -> None:
    service = compose()["services"]["redis"]
    command = service["command"]
    pairs = dict(zip(command[1::2], command[2::2], strict=True))
    assert (pairs["--save"], pairs["--appendonly"]) == ("", "no"), "what circle/shared/client.py asks for"
    assert pairs["--maxmemory-policy"] == "noeviction", "forgetting a session is worse than refusing one"
    assert "--maxmemory" in pairs
    assert service["mem_limit"] == service["memswap_limit"]
    assert "volumes" not in service


def test_every_network_and_volume_is_declared() -> None:
    found = compose()
    for name, service in found["services"].items():
        assert set(service.get("networks", [])) <= set(found["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if re.fullmatch(r"\w+", source):
                assert source in found["volumes"]
    assert found["networks"]["inside"]["internal"] is True
    assert found["services"]["postgres"]["networks"] == found["services"]["redis"]["networks"] == ["inside"]


def test_what_compose_hands_to_nginx_is_there_and_leads_to_both_web_processes() -> None:
    service = compose()["services"]["nginx"]
    for volume in service["volumes"]:
        if volume.startswith("./"):
            assert (DEPLOY / volume.split(":")[0]).is_file(), volume
    change = service["command"][2].split("'")[1]
    given = (DEPLOY / "nginx.conf").read_text()
    led = subprocess.run(["sed", change], input=given, capture_output=True, text=True, check=True).stdout
    servers = set(re.findall(r"^\s+server (\S+) max_fails", led, re.MULTILINE))
    assert servers == {"web1:8000", "web2:8000"}
    more = service["command"][2].split("'")[3]
    images = "events {\n    worker_connections  1024;\n}\n"
    led = subprocess.run(["sed", more], input=images, capture_output=True, text=True, check=True).stdout
    assert led == "events {\n    worker_connections 16384;\n}\n"


# -- variables -----------------------------------------------------------------------------------------
def sample() -> dict[str, str]:
    """Every line of the sample that sets something, commented out or not."""
    lines = re.findall(r"^#?([A-Z_]+)=(.*)$", (DEPLOY / "circle.env.sample").read_text(), re.MULTILINE)
    assert len(lines) == len(dict(lines)), "each once"
    return dict(lines)


def test_the_sample_has_every_variable_there_is_and_no_other() -> None:
    assert set(sample()) == OURS | FOR_COMPOSE


def test_the_readme_names_every_variable() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert told == OURS


def test_with_its_blanks_filled_in_the_sample_starts_in_production() -> None:
    text = (DEPLOY / "circle.env.sample").read_text()
    lines = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert [name for name, value in lines.items() if not value] == ["CIRCLE_SECRET_KEY", "CIRCLE_KEYS"]
    found = read_settings(lines | {"CIRCLE_SECRET_KEY": "0123456789abcdef" * 2, "CIRCLE_KEYS": new_key()})
    assert found.production
    assert found.proxies == 1


def test_variables_of_the_compose_file_stand_in_the_sample() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == FOR_COMPOSE


# -- systemd -------------------------------------------------------------------------------------------
def unit(path: Path) -> dict[str, list[str]]:
    """Each name of a unit with its values."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_what_is_there_and_may_do_little(path: Path) -> None:
    said = unit(path)
    words = shlex.split(said["ExecStart"][0])
    if path.name == BACKUP:
        words = shlex.split(words[2])[1:]
    assert words[0].startswith("/opt/circle/.venv/bin/")
    if words[0].endswith("/circle"):
        assert words[1] in main.commands
    else:
        procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
        web = shlex.split(procfile["web"])
        assert [Path(words[0]).name, *words[1:]] == [
            word.replace("0.0.0.0:${PORT:-8000}", "127.0.0.1:%i")  # compared, not bound
            for word in web
        ]
    set_here = {pair.split("=")[0] for pair in shlex.split(said["Environment"][0])}
    assert set_here <= OURS | FOR_PYTHON
    assert said["EnvironmentFile"] == ["/etc/circle/circle.env"]
    assert said["User"] == ["circle"]
    for name in ("NoNewPrivileges", "PrivateTmp", "MemoryDenyWriteExecute", "ProtectHome"):
        assert said[name] == ["yes"]
    assert said["ProtectSystem"] == ["strict"]
    assert said["LimitCORE"] == said["MemorySwapMax"] == ["0"]
    assert said["CapabilityBoundingSet"] == [""]


def test_a_web_process_knows_its_own_port() -> None:
    """Its made-up people (circle/simulate) ask there for an evening one watches."""
    said = unit(DEPLOY / "systemd" / "circle-web@.service")
    words = shlex.split(said["ExecStart"][0])
    host, _, port = words[words.index("--bind") + 1].rpartition(":")
    assert host == Settings().host
    assert f"PORT={port}" in shlex.split(said["Environment"][0])


def test_web_processes_without_redis_are_refused_and_told_why() -> None:
    """systemd makes one dollar of two."""
    said = unit(DEPLOY / "systemd" / "circle-web@.service")
    words = [word.replace("$$", "$") for word in shlex.split(said["ExecStartPre"][0])]
    ours = {"PATH": os.environ["PATH"]}
    for url, status in (("redis://localhost", 0), ("", 78)):
        done = subprocess.run(
            words, env=ours | {"REDIS_URL": url}, capture_output=True, text=True, check=False
        )
        assert (done.returncode, "set REDIS_URL" in done.stderr) == (status, status != 0)
    assert subprocess.run(words, env=ours, capture_output=True, check=False).returncode == 78


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_started_again_for_as_long_as_it_takes_and_hold_many_pages(path: Path) -> None:
    said = unit(path)
    assert said.get("StartLimitIntervalSec") == (["0"] if said.get("Restart") else None)
    serves = path.name in ("circle.service", "circle-web@.service")
    assert said.get("LimitNOFILE") == (["65536"] if serves else None)


def test_the_units_are_as_careful_as_each_other() -> None:
    units = [path.read_text().partition("\n[Install]")[0].rstrip() for path in UNITS]
    careful = [text.partition("# What it may not do")[2] for text in units]
    assert careful[0]
    assert len(set(careful)) == 1


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_reads_them_without_a_word(path: Path, tmp_path: Path) -> None:
    """Where systemd is; its words on a program that is not installed at /opt/circle are left out."""
    assert unit(path).get("Restart") == (None if path.name == BACKUP else ["always"])
    program = shutil.which("systemd-analyze")
    if program is None:  # the test above has read them
        return
    here = tmp_path / path.name
    here.write_text(re.sub(r"/opt/circle/\.venv/bin/\w+", "/bin/true", path.read_text()))
    done = subprocess.run([program, "verify", str(here)], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "circle" in line]
    assert ours == []


def test_the_nightly_copy_is_made_where_it_may_and_goes_after_a_week(tmp_path: Path) -> None:
    """Its own words, in another folder: systemd doubles each percent sign, the shell does not."""
    said = unit(DEPLOY / "systemd" / BACKUP)
    assert said["StateDirectory"] == ["circle circle/backups"]
    words = shlex.split(said["ExecStart"][0].replace("%%", "%"))
    line = words[2].replace("/opt/circle/.venv/bin/circle", "echo").replace("/var/lib/circle", str(tmp_path))
    told = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(rf"backup {tmp_path}/backups/circle-\d{{4}}-\d\d-\d\d-\d{{4}}\.sqlite\n", told)
    folder = tmp_path / "backups"
    folder.mkdir()
    old, young, other = folder / "circle-1.sqlite", folder / "circle-2.sqlite", folder / "notes"
    for path, days in ((old, 7.5), (young, 6), (other, 30)):
        path.touch()
        os.utime(path, (time.time() - days * 86_400,) * 2)
    find = [word.replace("/var/lib/circle", str(tmp_path)) for word in shlex.split(said["ExecStopPost"][0])]
    subprocess.run(find, check=True)
    assert sorted(folder.iterdir()) == [young, other]


def test_every_setting_has_its_name() -> None:
    assert set(settings._NAMES) == set(Settings.model_fields) - {"certificate"}
