"""Chromium for the browser tests: find the system's, or install Debian's where that is possible.

python3 -m scripts.chromium    exit code 1 only when CI is set and there is no Chromium
"""

from __future__ import annotations

import os
import shutil
import sys

from scripts.system import apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WHAT_TO_DO = (
    "Chromium is not installed, and this account cannot install it.\n"
    "On Debian: sudo apt install chromium. Elsewhere: put chromium or google-chrome on the PATH."
)
# What no test looks at: every window would load the pages of its address bar, two processes and half a
# second of work each. Chromium minds the last such list alone, so Playwright's own stands in it too.
SWITCHED_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    "msForceBrowserSignIn",
)
SWITCHES = ("--no-sandbox", f"--disable-features={','.join(SWITCHED_OFF)}")


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome; None when there is none on the PATH."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def ensure_chromium() -> str | None:
    """As `find_chromium`, after installing Debian's package where it is missing and may be installed."""
    # A bare Debian has no fonts, and Chromium ends at once when it finds none.
    return find_chromium() or (find_chromium() if apt_install("chromium", "fonts-liberation") else None)


def in_ci() -> bool:
    """Whether this runs unattended, where a missing browser is a failure and not a reason to skip."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def main() -> int:
    """Say what is there; returns the exit code."""
    if ensure_chromium():
        return 0
    if in_ci():
        print(WHAT_TO_DO, file=sys.stderr)
        return 1
    print(f"{WHAT_TO_DO}\nUntil then the browser tests are skipped.\n", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
