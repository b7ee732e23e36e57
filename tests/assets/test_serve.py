"""What pages ask for comes in one piece, under the address it has in the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from circle.assets.serve import fingerprint, in_one_piece

KEPT = {"Cache-Control": "for ever"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of static files."""
    for path, text in {
        "js/pages/a.js": "import { b } from '../lib/b.js';\nb();",
        "js/pages/not a page.js": "",
        "js/lib/b.js": "export const b = () => 1;",
        "css/pages/p.css": "@import '../t.css';",
        "css/t.css": "t { top: 0 }",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Client:
    """Whoever asks for them; what is no page's is answered by the application behind."""

    def behind(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("404 NOT FOUND", [("Content-Type", "text/plain")])
        return [b"behind"]

    return Client(in_one_piece(behind, folder, "/static/x/", KEPT))


def test_scripts_and_sheets_of_pages_come_whole(client: Client) -> None:
    script, sheet = client.get("/static/x/js/pages/a.js"), client.get("/static/x/css/pages/p.css")
    assert (
        script.text
        == "const m0=(()=>{const b=()=>1;\nreturn{b}\n})();\nconst m1=(()=>{const{b}=m0;b();\n})();\n"
    )
    assert sheet.text == "t{top:0}"
    assert (script.mimetype, sheet.mimetype) == ("text/javascript", "text/css")
    assert script.headers["Cache-Control"] == sheet.headers["Cache-Control"] == "for ever"


def test_what_changes_on_the_disk_is_not_seen(client: Client, folder: Path) -> None:
    (folder / "js/lib/b.js").write_text("export const c = () => 1;")
    (folder / "js/pages/a.js").write_text("import { c } from '../lib/b.js';")
    assert "const{b}=" in client.get("/static/x/js/pages/a.js").text
    (folder / "js/pages/a.js").unlink()
    assert client.get("/static/x/js/pages/a.js").status_code == 200


def test_asking_for_the_head_brings_no_body(client: Client) -> None:
    head = client.head("/static/x/js/pages/a.js")
    assert head.status_code == 200
    assert int(head.headers["Content-Length"]) > 0
    assert head.data == b""


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/js/lib/b.js",
        "/static/x/css/t.css",
        "/static/x/js/pages/none.js",
        "/static/x/js/pages/not a page.js",
        "/static/x/js/pages/../lib/b.js",
        "/static/y/js/pages/a.js",
        "/js/pages/a.js",
    ],
)
def test_everything_else_is_asked_behind(client: Client, path: str) -> None:
    assert client.get(path).text == "behind"


def test_nothing_is_posted(client: Client) -> None:
    assert client.post("/static/x/js/pages/a.js").text == "behind"


def test_the_build_is_another_when_a_file_is(folder: Path) -> None:
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    (folder / "css/t.css").write_text("t { top: 1px }")
    assert fingerprint(folder) != before
