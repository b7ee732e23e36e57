"""Saying with one's name what was not shown: the line without a name is gone before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.conftest import Run

pytestmark = pytest.mark.browser

SAY = """
const did = [];
const store = {
  said: {},
  quiet: { draft: '', takeBack: async () => {
    did.push('asks to take it back');
    await new Promise((go) => setTimeout(go, 20));
    did.push('hears of it');
    if (a.back === 'lost') throw new TypeError('no line');
    return { ok: a.back === 'yes' };
  } },
  remember: (key, value) => { store.said[key] = value; },
  tell: (sentence) => did.push(sentence),
  act: async (name, data) => { did.push([name, data]); return { ok: a.said }; },
};
await m.sayByName({ store, step: { id: 'wall' } }, { text: 'words', taken: a.taken });
return [did, store.said['by-name:wall'] ?? null];
"""
SAID = ["say", {"step": "wall", "text": "words"}]
NOT_YET = "Nothing was said with your name: the line could not be taken back yet. You can try again."


def say(run: Run, back: str = "yes", said: bool = True, taken: bool = False) -> Any:
    """What the page did, and what it still has."""
    return run("meeting/views/byname.js", SAY, {"back": back, "said": said, "taken": taken})


def test_it_is_taken_back_first_and_that_is_waited_for(run: Run) -> None:
    done = ["asks to take it back", "hears of it", SAID, "It is said, with your name."]
    assert say(run) == [done, None]


@pytest.mark.parametrize("back", ["no", "lost"])
def test_if_it_is_not_taken_back_nothing_is_said(run: Run, back: str) -> None:
    assert say(run, back) == [["asks to take it back", "hears of it", NOT_YET], None]


def test_what_was_taken_back_and_not_said_stays_on_the_page(run: Run) -> None:
    did, kept = say(run, said=False)
    assert did[-1] == SAID
    assert kept == {"text": "words", "taken": True}
    assert say(run, back="lost", taken=True) == [[SAID, "It is said, with your name."], None]
