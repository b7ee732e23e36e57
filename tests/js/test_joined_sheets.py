"""Joined sheets, as a browser reads them: the rules of the sheets they were made of."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Route

from circle.assets.sheets import joined_sheet

STATIC = Path(__file__).parents[2] / "static"
RULES = """async (address) => {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address });
  await new Promise((there) => { link.onload = there; document.head.append(link); });
  const under = (condition, inside) => (condition ? [`@media ${condition} {`, ...inside, '}'] : inside);
  const rules = (sheet) => [...sheet.cssRules].flatMap((rule) => (rule.type === CSSRule.IMPORT_RULE
    ? under(rule.media.mediaText, rules(rule.styleSheet)) : [rule.cssText]));
  const read = rules(link.sheet);
  link.remove();
  return read.join(' ');
}"""


def test_a_browser_reads_the_same_rules(page: Page) -> None:
    def joined(route: Route) -> None:
        entry = route.request.url.partition("/static/")[2].removesuffix("?joined")
        body = joined_sheet(entry, lambda path: (STATIC / path).read_text(encoding="utf-8"))
        route.fulfill(body=body, content_type="text/css")

    page.context.route("**/*.css?joined", joined)
    sheets = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "css" / "pages").glob("*.css"))
    assert sheets
    for sheet in sheets:
        parts, whole = (page.evaluate(RULES, f"/static/{sheet}{how}") for how in ("", "?joined"))
        assert _plain(whole) == _plain(parts), sheet
        assert len(whole) > 10_000


def _plain(rules: str) -> str:
    """Without white space, which custom properties keep, and without folders before a font's name."""
    return re.sub(r"[\s\"]|(\.\./)+|static/", "", rules)
