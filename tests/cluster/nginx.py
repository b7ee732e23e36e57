"""The real nginx with deploy/nginx.conf as it is, but for names, ports and the certificate."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from circle.lan import own_certificate
from scripts.nginx import WHAT_TO_DO, find_nginx
from tests.live.server import ROOT, free_port

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
START_SECONDS = 10.0
DEBIAN = """sendfile on; tcp_nopush on; types_hash_max_size 2048; server_tokens build; gzip on;
ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off;
"""  # what /etc/nginx/nginx.conf of Debian 13 says before it includes conf.d, but for its logs


@dataclass(frozen=True)
class Nginx:
    """A running one. folder: everything it may write."""

    folder: Path
    port: int
    certificate: Path

    @property
    def url(self) -> str:
        """Where browsers go."""
        return f"https://localhost:{self.port}"

    def written(self) -> bytes:
        """All it has written: logs, and files it put bodies and answers into."""
        kept = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        return b"\n".join(kept)


@contextmanager
def behind_nginx(folder: Path, ports: Sequence[int], connections: int = 512) -> Iterator[Nginx]:
    """nginx before two servers. In CI it has to be there. connections: how many it can have at once."""
    program = find_nginx()
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WHAT_TO_DO)
    port, written = free_port(), folder / "written"
    written.mkdir(parents=True)
    tls = own_certificate(folder, [f"https://localhost:{port}", "https://127.0.0.1"], datetime.now(UTC))
    changed = {
        "127.0.0.1:8001": f"127.0.0.1:{ports[0]}",
        "127.0.0.1:8002": f"127.0.0.1:{ports[1]}",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/letsencrypt/live/circle.example.org/fullchain.pem": str(tls.certificate),
        "/etc/letsencrypt/live/circle.example.org/privkey.pem": str(tls.key),
        "/var/log/nginx/circle.log": str(written / "circle.log"),
    }
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    for ours, theirs in changed.items():
        assert site.count(ours) == 1, ours
        site = site.replace(ours, theirs)
    site = site.replace("circle.example.org", "localhost")
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(_around(folder / "site.conf", written, connections))
    command = [
        program,
        "-p",
        str(written),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(written / "start.log"),
    ]
    process = subprocess.Popen(command)
    try:
        nginx = Nginx(written, port, tls.certificate)
        _wait(nginx, process)
        yield nginx
    finally:
        process.terminate()
        process.wait(10)


def _around(site: Path, written: Path, connections: int) -> str:
    places = "".join(f"{kind}_temp_path {written}/{kind};\n" for kind in TEMPORARY)
    return (
        f"daemon off; master_process off; pid {written}/pid;\n"
        f"events {{ worker_connections {connections}; }}\n"
        f"http {{\n{DEBIAN}{places}include {site};\n}}\n"
    )


def _wait(nginx: Nginx, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:  # no request: with nobody behind it yet, it would take both for dead
            socket.create_connection(("127.0.0.1", nginx.port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(nginx.written().decode()[-2000:])
