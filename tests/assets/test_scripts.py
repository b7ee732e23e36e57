"""Modules joined into one: each once, after what it imports, and nothing that is not understood."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from circle.assets.scripts import Joiner, JoinError

STATIC = Path(__file__).parents[2] / "static"
ALL = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "js").rglob("*.js"))
SCRIPT_TAG = re.compile(r'<script type="module"')


def join(entry: str = "js/pages/a.js", **files: str) -> str:
    """`a` is the entry; other names are beside it, `lib_x` in lib."""
    there = {f"js/pages/{name}.js": text for name, text in files.items()}
    there |= {f"js/lib/{name[4:]}.js": text for name, text in files.items() if name.startswith("lib_")}
    return Joiner(lambda path: there[path]).join(entry)


def test_a_module_comes_after_those_it_imports() -> None:
    joined = join(
        a="import { b } from './b.js';\nb();",
        b="import { x as y } from '../lib/x.js';\nexport function b() { return y; }",
        lib_x="export const x = 1;",
    )
    assert joined.splitlines() == [
        "const m0=(()=>{const x=1;",
        "return{x}",
        "})();",
        "const m1=(()=>{const{x:y}=m0;function b(){return y;}",
        "return{b}",
        "})();",
        "const m2=(()=>{const{b}=m1;b();",
        "})();",
    ]


def test_a_module_that_two_import_runs_once() -> None:
    joined = join(
        a="import './b.js';\nimport { c } from './c.js';\nc;",
        b="import { c } from './c.js';\nc;",
        c="export class c {}",
    )
    assert joined.count("class c{}") == 1
    assert joined.count("const{c}=m0;") == 2


def test_several_names_and_kinds() -> None:
    joined = join(
        a="import {\n  one,\n  two as second,\n  Three,\n} from './b.js';",
        b="export async function one() {}\nexport const two = 2;\nexport class Three {}",
    )
    assert "const{one,two:second,Three,}=m0;" in joined
    assert "return{one,two,Three}" in joined


def test_an_address_of_ones_own_stays_that_of_the_module() -> None:
    joined = join(a="import '../lib/x.js';", lib_x="new URL('./y.js', import.meta.url);")
    assert "new URL('./y.js',new URL('../lib/x.js',import.meta.url));" in joined


def test_published_files_keep_every_byte_but_their_exports() -> None:
    body = "/*! by them */\nlet e=1 , a=2  ;"
    last = "export{e as one,a as default,a as two};\n//# sourceMappingURL=x.map\n"
    there = {"js/pages/a.js": "import { two } from '../vendor/v.js';", "js/vendor/v.js": body + last}
    joined = Joiner(there.__getitem__).join("js/pages/a.js")
    assert joined.startswith("const m0=(()=>{" + body + "\nreturn{one:e,two:a}")


def test_words_in_templates_are_no_statements() -> None:
    words = "`\nexport default 1;\nimport x from 'y';\n${ {a: 1}.a }`;"
    assert words.replace("${ {a: 1}.a }", "${{a:1}.a}") in join(a=words)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("export default 1;", "an export"),
        ("export let a = 1;", "an export"),
        ("export { a };", "an export"),
        ("export const { a } = b;", "takes another apart"),
        ("import a from './b.js';", "an import"),
        ("import * as a from './b.js';", "an import"),
        ("const a = import('./b.js');", "an import"),
        ("if (a) { import './b.js'; }", "an import"),
        ("import { nothing } from './b.js';", "which has none"),
        ("import { b } from './c.js';", "a ring of imports"),
        ("const a = {;", "not closed"),
    ],
)
def test_what_is_not_understood_is_not_joined(text: str, told: str) -> None:
    with pytest.raises(JoinError, match=told):
        join(a=text, b="export const b = 1;", c="import './a.js';\nexport const b = 1;")


@pytest.mark.parametrize("path", ALL)
def test_each_of_our_files_can_be_joined(path: str) -> None:
    assert Joiner(lambda name: (STATIC / name).read_text(encoding="utf-8")).join(path)


def test_hosts_alone_get_what_is_theirs() -> None:
    """A member's page is not sent the desk; a host's has both."""
    joiner = Joiner(lambda name: (STATIC / name).read_text(encoding="utf-8"))
    member, host = joiner.join("js/pages/room.js"), joiner.join("js/pages/desk.js")
    assert "function DeskTop(" not in member
    assert "function DeskTop(" in host
    assert "function Door(" in member


def test_a_page_has_one_script() -> None:
    """Two would each bring their own copy of what both import, with a state of its own."""
    for page in (STATIC.parent / "templates").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        inside = "".join(re.findall(r"{% block scripts -?%}(.*?){%-? endblock", text, re.DOTALL))
        assert len(SCRIPT_TAG.findall(text)) == len(SCRIPT_TAG.findall(inside)) <= 1, page
