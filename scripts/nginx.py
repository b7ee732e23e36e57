"""nginx for the tests of deploy/nginx.conf: find the system's, or fetch Debian's where that is possible.

python3 -m scripts.nginx    exit code 1 only when CI is set and there is no nginx

Debian's package is unpacked into .venv and not installed: installed, it would serve this machine's port 80.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from scripts.chromium import in_ci
from scripts.system import ROOT, apt_unpack

OWN = ROOT / ".venv" / "nginx"
PLACES = ("nginx", "/usr/sbin/nginx", str(OWN / "usr" / "sbin" / "nginx"))
WHAT_TO_DO = (
    "nginx is not installed, and Debian's package cannot be fetched by this account.\n"
    "On Debian: sudo apt install nginx. Elsewhere: put nginx on the PATH."
)


def find_nginx() -> str | None:
    """The path of an nginx that runs here; None when there is none."""
    return next((path for path in map(shutil.which, PLACES) if path and _runs(path)), None)


def ensure_nginx() -> str | None:
    """As `find_nginx`, after fetching Debian's package where it is missing and may be had."""
    return find_nginx() or (find_nginx() if apt_unpack("nginx", OWN) else None)


def _runs(path: str) -> bool:
    return subprocess.run([path, "-v"], capture_output=True, check=False).returncode == 0


def main() -> int:
    """Say what is there; returns the exit code."""
    if ensure_nginx():
        return 0
    print(WHAT_TO_DO, file=sys.stderr)
    if in_ci():
        return 1
    print("Until then the tests of deploy/nginx.conf are skipped.\n", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
