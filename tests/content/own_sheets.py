"""Sheets of own prompts as people might fill them in, for tests that try many."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from circle.content.loader import load_library
from circle.content.own import prompt_from, sheet_of
from circle.content.own_files import Filed
from circle.content.own_sheet import CHOICES, Sheet
from circle.content.schema import as_read

TODAY = date(2026, 3, 12)
OWN_ID = "own-" + "a" * 22
PLAIN = Sheet(title="A door", text="Which door did you walk past this week?", depth="1")
STIRRING = Sheet(
    title="A door that closed",
    text="Which door has closed? A word is enough.",
    depth="3",
    gentle="Which door do you like?",
    grounding="GR-01",
)
TENDER = Sheet(
    **{name: getattr(STIRRING, name) for name in ("title", "text", "gentle", "grounding")},
    depth="4",
    content_note="This touches on somebody who is gone.",
)
# Letters that files find hard: quotes, separators, formulas, brackets, other scripts, both directions.
_LETTERS = st.sampled_from([*"abc XYZ,;|'\"=+-@#[]{}\\.:?äéß日אב😀’", "＝", "\u200d"])
_LINE = st.text(_LETTERS, min_size=1, max_size=30).map(as_read).filter(bool)
_MAYBE = st.just("") | _LINE
_LINES = st.lists(_LINE, max_size=3).map("\n".join)


def sheets() -> st.SearchStrategy[Sheet]:
    """Sheets that can be kept, as their prompts give them back."""
    drawn = st.builds(
        Sheet,
        title=_LINE,
        text=_LINE,
        theme=st.sampled_from(CHOICES["theme"]),
        depth=st.sampled_from(["2", "3", "4", "5"]),
        kind=st.sampled_from(["reflection", "writing", "orienting", "movement", "slow_lines", "breath"]),
        ways=st.lists(
            st.sampled_from(["none", "tiles", "chat_word", "unnamed_wall", "spoken_round"]),
            min_size=1,
            unique=True,
        ).map(", ".join),
        minutes=st.integers(4, 60).map(str),
        alone=st.integers(0, 4).map(str),
        gentle=_LINE,
        content_note=_LINE,
        note=_MAYBE,
        grounding=st.sampled_from(["GR-01", "GR-02"]),
        afterwards=_MAYBE,
        hint=_MAYBE,
        without_body=_LINE,
        language=st.just("en"),
        adapted_from=st.sampled_from(["", "", "GF-02", "GR-05"]),
    )
    return st.tuples(drawn, _LINES, _LINES).map(_fitted)


def _fitted(drawn: tuple[Sheet, str, str]) -> Sheet:
    sheet, some, others = drawn
    library = load_library()
    given = {name: getattr(sheet, name) for name in Sheet.__dataclass_fields__}
    given["tiles"] = (some or "one") if "tiles" in sheet.ways else ""
    given["lines"] = "\n".join(f"{line} | 6" for line in (others or "one").split("\n"))
    if sheet.kind != "slow_lines":
        given["lines"] = ""
    if sheet.kind == "orienting":
        given["one_by_one"] = others
    if "chat_word" in sheet.ways:
        given["number"] = "yes"
    return sheet_of(prompt_from(Sheet(**given), library, TODAY, prompt_id=OWN_ID))


_TRANSLATIONS = st.dictionaries(
    st.sampled_from(["de", "pt-BR", "ar"]),
    st.fixed_dictionaries({"title": _LINE, "text": _LINE}, optional={"gentle": _LINE, "hint": _LINE}),
    max_size=2,
)


def filed() -> st.SearchStrategy[Filed]:
    """Prompts on their way into a file."""
    return st.builds(Filed, st.just(OWN_ID), st.integers(1, 99), sheets(), _TRANSLATIONS)
