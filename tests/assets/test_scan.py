"""Script text without what only people need: the same parts in the same order, apart where they must be."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle.assets.scan import ScanError, parts, written

JS = Path(__file__).parents[2] / "static" / "js"
OURS = sorted(path for path in JS.rglob("*.js") if path.parent.name != "vendor")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const a = 1; // why", "const a=1;"),
        ("a /* not here */ + b", "a+b"),
        ("return  a;", "return a;"),
        ("a + +b - -c", "a+ +b- -c"),
        ("i++\nj--", "i++\nj--"),
        ("a\n++b", "a\n++b"),
        ("return\nfoo()", "return\nfoo()"),
        ("f()\n(g)", "f()\n(g)"),
        ("a\n[0]", "a\n[0]"),
        ("f(a,\n  b\n)", "f(a,b)"),
        ("x = a\n  ? b\n  : c", "x=a?b:c"),
        ("a\n  .b()\n  .c()", "a.b().c()"),
        ("if (a) {\n  b();\n}\nc()", "if(a){b();}\nc()"),
        ("'// no /* comment'", "'// no /* comment'"),
        ('"it\\"s"  +  1', '"it\\"s"+1'),
        ("async (a) => await a", "async(a)=>await a"),
        ("a ? .5 : b", "a? .5:b"),
        ("// first\nb", "b"),
        ("b /* two\nlines */ c", "b\nc"),
    ],
)
def test_what_only_people_need_goes(source: str, expected: str) -> None:
    assert written(parts(source)) == expected


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("x.replace(/ +\\/[/ ]/g, '')", "/ +\\/[/ ]/g"),
        ("return / a/.test(b)", "/ a/"),
        ("a = / b/", "/ b/"),
        ("`${/ }/.test(a)}`", "/ }/"),
        ("a / b / c", None),
        ("(a) / b / c", None),
        ("a[0] / b / c", None),
        ("width / 2 - 1 / 3", None),
    ],
)
def test_a_slash_divides_or_begins_a_pattern(source: str, pattern: str | None) -> None:
    found = [part.text for part in parts(source) if part.kind == "pattern"]
    assert found == ([pattern] if pattern else [])


def test_templates_keep_every_space() -> None:
    source = "html`  <p a=${ {b: 1} }>  // words\n   ${ c.map((d) => html`<i>${ d }</i>  `) } $ \\` </p>`"
    kept = "html`  <p a=${{b:1}}>  // words\n   ${c.map((d)=>html`<i>${d}</i>  `)} $ \\` </p>`"
    assert written(parts(source)) == kept


@pytest.mark.parametrize("source", ["{", "}", "`${a", "`a", "`${`}`"])
def test_what_is_not_closed_is_no_script(source: str) -> None:
    with pytest.raises(ScanError):
        parts(source)


@pytest.mark.parametrize("module", OURS, ids=lambda path: path.relative_to(JS).as_posix())
def test_our_modules_stay_what_they_are(module: Path) -> None:
    before = parts(module.read_text(encoding="utf-8"))
    after = parts(written(before))
    assert [(part.kind, part.text) for part in after] == [(part.kind, part.text) for part in before]
