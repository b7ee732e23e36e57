"""JavaScript modules run in real Chromium, from the files themselves, under the policy of the app."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).parents[2]
ORIGIN = "https://circle.test"
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; font-src 'self'; "
    "connect-src 'self'; "
    "require-trusted-types-for 'script'"
)  # unsafe-eval is for the tests' own snippets; Trusted Types still refuse every innerHTML
EMPTY = (
    '<!doctype html><html lang="en" data-theme="night"><title>t</title>'
    + "".join(
        f'<link rel="stylesheet" href="/static/css/{name}.css">'
        for name in ("tokens", "day", "base", "ring", "room", "rest", "desk")
    )
    + '<main id="main"></main><a data-leave href="https://elsewhere.test/">Leave fast</a></html>'
)

Run = Callable[..., Any]


def _answer(route: Route) -> None:
    path = ROOT / route.request.url.removeprefix(f"{ORIGIN}/")
    if path.is_file():
        kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
        route.fulfill(path=path, content_type=kind or "application/octet-stream")
    else:
        route.fulfill(body=EMPTY, content_type="text/html", headers={"content-security-policy": POLICY})


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page of our own origin with all styles; anything the browser complains of fails the test."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, timezone_id="Europe/London")
    context.route(f"{ORIGIN}/**", _answer)
    context.route("https://elsewhere.test/**", lambda route: route.fulfill(body="elsewhere"))
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda note: complaints.append(note.text) if note.type == "error" else None)
    page.goto(ORIGIN)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def run(page: Page) -> Run:
    """`run(module, body, argument)`: runs `body` with the module's exports as `m` and the argument as `a`."""

    def run_in_page(module: str, body: str, argument: object = None) -> Any:
        script = f"async (a) => {{ const m = await import('/static/js/{module}'); {body} }}"
        return page.evaluate(script, argument)

    return run_in_page


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """What both the Python and the JavaScript drawing give."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("draw_vectors.json").read_text())
    return loaded
