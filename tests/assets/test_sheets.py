"""Sheets joined into one: the same rules, in the same order, under the same conditions."""

from __future__ import annotations

import pytest

from circle.assets.sheets import joined_sheet, squeezed


def join(**files: str) -> str:
    """`a` is the entry; the others are one folder up."""
    there = {f"css/{name}.css": text for name, text in files.items()}
    return joined_sheet("css/pages/a.css", (there | {"css/pages/a.css": files["a"]}).__getitem__)


def test_what_is_imported_comes_first_and_under_its_condition() -> None:
    joined = join(
        a="/* a page */\n@import '../b.css';\n@import '../c.css' (min-width: 9px);\np { top: 0; }",
        b="b { top: 0; }",
        c="c { top: 0; }",
    )
    assert joined == "b{top:0;}@media (min-width:9px){c{top:0;}}p{top:0;}"


def test_addresses_are_those_of_the_sheet_they_stand_in() -> None:
    joined = join(a="@import '../b.css';", b='b { src: url("../fonts/x.woff2"); c: url(data:x) }')
    assert joined == "b{src:url(../../fonts/x.woff2);c:url(data:x)}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b ,\n c > d { top : 0 }", "a b,c > d{top :0}"),
        ("a :hover { top: calc(1px + -1 * (2px - 1px)); }", "a :hover{top:calc(1px + -1 * (2px - 1px));}"),
        ("a::after { content: \"  /* ; \" ' x ' }", "a::after{content:\"  /* ; \" ' x '}"),
        ("a/* x */b{}", "a b{}"),
        ("p { font: 400 1rem/1.4 serif; }", "p{font:400 1rem/1.4 serif;}"),
    ],
)
def test_only_white_space_that_parts_nothing_goes(text: str, expected: str) -> None:
    assert squeezed(text) == expected
