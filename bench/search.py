"""What it costs to search a thousand prompts: part of `make bench`, or `python -m bench.search [--rounds N]`.

The baseline of every figure is a bare look for the same word in the same texts, which lie in memory folded to
lower case: what no search could do without.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from bench.figures import Figure, cpu_ms, table
from circle.content.own import ours_from
from circle.content.own_files import ENTRIES_MAX, Filed, write_toml
from circle.content.own_sheet import Sheet
from circle.content.search import Index, Wanted, find
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock, SystemClock
from circle.services.ownfiles import OwnFiles
from circle.services.ownprompts import OwnPrompts
from tests.support import PASSWORD, Browser, make_app, make_hub

TOGETHER = 1000  # prompts, of the library and the circle's own
TIMES = 10
WORD, RARE = "door", "nobody-ever-wrote-this"


class Circle:
    """A signed-in host with as many own prompts as make a thousand with the library's."""

    def __init__(self, folder: Path) -> None:
        self.hub = make_hub(f"sqlite:///{folder / 'circle.sqlite'}", SettableClock(SystemClock().now()))
        self.host = self.hub.accounts.create("mira@example.org", "Mira", PASSWORD)
        self.id = self.hub.planning.circles.create(self.host, CircleForm("Thursday circle", "UTC"))
        files = OwnFiles(self.hub.own, self.hub.committer, self.hub.library)
        filed = [Filed("", 1, sheet, {}) for sheet in self._sheets()]
        for at in range(0, len(filed), ENTRIES_MAX):
            text = write_toml(filed[at : at + ENTRIES_MAX])
            files.bring(self.host, self.id, "own.toml", text.encode())
        self.own = self.hub.own.records(self.id)
        self.index = Index(self.hub.library.prompts.values()) + Index(self.own)
        self.texts = [self._text(one) for one in find(self.index, Wanted())]
        self.browser = Browser(make_app(self.hub))
        page = self.browser.open("/signin")
        self.browser.send(page, address="mira@example.org", password=PASSWORD)

    def _sheets(self) -> Iterator[Sheet]:
        source = list(self.hub.library.prompts.values())
        for at in range(TOGETHER - len(source)):
            sheet = ours_from(source[at % len(source)])
            yield replace(sheet, title=f"{sheet.title[:32]} {at}")

    def _text(self, one: object) -> str:
        return str(asdict(ours_from(one))).casefold()  # type: ignore[arg-type]

    def bare(self) -> float:
        """Looking for the word in every text, and for nothing else."""
        return cpu_ms(lambda: [text for text in self.texts if WORD in text], TIMES)

    def fresh(self) -> None:
        """A search by a process that has just started: every own prompt is opened and folded."""
        hub = self.hub
        own = OwnPrompts(hub.committer, hub.keys, hub.clock, hub.library)
        own.find(self.host, Wanted(WORD))


@contextmanager
def circle() -> Iterator[Circle]:
    """The circle on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        made = Circle(Path(folder))
        yield made
        made.hub.engine.dispose()


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="at least 3")
    rounds = max(3, parser.parse_args().rounds)
    beside = "a bare look for the word in their texts"
    finding = Figure("A word in 1,000 prompts, on the server", beside, 50)
    asked = Figure("The same with sign-in, rows and page: nothing found", beside, 50)
    page = Figure("The same page with all that has the word", beside, 50)
    whole = Figure("The page with all 1,000 of them", beside, 100)
    first = Figure("The first search after a start (once)", beside, 1000)
    with circle() as made:
        for _ in range(rounds):
            gc.collect()
            acts = (
                (finding, lambda: made.hub.own.find(made.host, Wanted(WORD)), TIMES),
                (asked, lambda: made.browser.open(f"/library?words={RARE}"), TIMES),
                (page, lambda: made.browser.open(f"/library?words={WORD}"), TIMES),
                (whole, lambda: made.browser.open("/library"), TIMES),
                (first, made.fresh, 1),
            )
            for figure, act, times in acts:
                figure.bare.append(made.bare())
                figure.ours.append(cpu_ms(act, times))
        together = len(made.hub.own.find(made.host, Wanted()))
        shown = len(made.hub.own.find(made.host, Wanted(WORD)))
    print(table((finding, asked, page, whole, first), rounds))
    print(f"\n{together} prompts; {shown} have the word.")


if __name__ == "__main__":
    main()
