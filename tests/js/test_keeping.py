"""What a page keeps until it is safe: commands that are sent again, lines without a name, drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from circle.content.loader import load_library
from circle.live import wire
from circle.services.speech import HoldLine, TakeLineBack
from tests.js.conftest import Run

pytestmark = pytest.mark.browser

# `sent` are the frames a line was given; `answers` what it answers them ("lost" for a line that drops).
KEEPER = """
const sent = [];
let drawn = 0;
const deliver = async (frame) => {
  sent.push(JSON.parse(JSON.stringify(frame)));
  const answer = (window.answers ?? []).shift();
  return answer ?? { ok: true, held: true };
};
const keeper = new m.WallKeeper('m1', deliver, () => { drawn += 1; });
const kept = () => JSON.parse(sessionStorage.getItem('wall:m1') ?? 'null');
"""
Keep = Callable[[str], Any]


@pytest.fixture
def keep(run: Run) -> Keep:
    """Runs a body with a wall keeper."""
    return lambda body: run("meeting/wallkeeper.js", KEEPER + body)


# -- commands -----------------------------------------------------------------------------------------
def test_frames_are_what_the_wire_takes(run: Run) -> None:
    body = "return [m.frame('next', {}, 4), m.frame('pass_piece'), m.frame('say', {step: 's1', text: 'x'})]"
    stage, plain, words = (wire.parse_frame(one) for one in run("meeting/commands.js", body))
    assert (stage.name, stage.expected_seq) == ("next", 4)
    assert (plain.expected_seq, plain.data) == (None, {})
    assert words.data == {"step": "s1", "text": "x"}
    assert len({stage.command_id, plain.command_id, words.command_id}) == 3


def test_digests_are_the_servers(run: Run) -> None:
    text = "a secret, ünd so on"
    assert run("meeting/commands.js", "return m.sha256(a)", text) == hashlib.sha256(text.encode()).hexdigest()


def test_a_lost_line_loses_no_command(run: Run, page: Page) -> None:
    body = """
    const sent = [];
    const line = {
      send: async (frame) => {
        sent.push(frame.command_id);
        if (sent.length < 3) throw new Error('lost');
        return { ok: true };
      },
    };
    window.result = m.deliver(line, m.frame('later')).then((answer) => ({ answer, sent }));
    """
    page.clock.install()
    run("meeting/commands.js", body)
    page.clock.run_for(4000)
    got = page.evaluate("window.result")
    assert got["answer"] == {"ok": True}
    assert len(got["sent"]) == 3
    assert len(set(got["sent"])) == 1, "always the same command"


def test_after_a_minute_without_a_line_the_page_says_so_kindly(run: Run, page: Page) -> None:
    body = """
    const line = { send: async () => { throw new Error('lost'); } };
    window.result = null;
    m.deliver(line, m.frame('later')).then((answer) => { window.result = answer; });
    """
    page.clock.install()
    run("meeting/commands.js", body)
    page.clock.run_for(55_000)
    assert page.evaluate("window.result") is None
    page.clock.run_for(10_000)
    answer = page.evaluate("window.result")
    assert (answer["ok"], answer["error"]["code"]) == (False, "no_line")
    assert "Your words are still here" in answer["error"]["message"]


UNSURE = {"ok": False, "error": {"code": "our_side", "message": "", "fields": {}}}


def test_what_a_server_does_not_know_the_outcome_of_is_asked_again_as_the_same_command(
    run: Run, page: Page
) -> None:
    body = """
    const sent = [];
    const answers = [a, a, a, a, { ok: true }, { ok: true }];
    const line = { send: async (frame) => { sent.push(frame.command_id); return answers.shift(); } };
    const command = m.commanding(line);
    window.result = (async () => {
      const first = await command('say', { text: 'x' }, null);
      const second = await command('say', { text: 'x' }, null);
      const third = await command('say', { text: 'x' }, null);
      return { first, second, third, sent };
    })();
    """
    page.clock.install()
    run("meeting/commands.js", body, UNSURE)
    page.clock.run_for(9000)
    got = page.evaluate("window.result")
    assert (got["first"], got["second"]["ok"], got["third"]["ok"]) == (UNSURE, True, True)
    assert len(got["sent"]) == 6
    assert len(set(got["sent"][:5])) == 1, "pressed again, it is the same"
    assert got["sent"][5] != got["sent"][0], "and once it is through, another one"


# -- lines without a name -----------------------------------------------------------------------------
def test_a_line_is_kept_with_its_secret_and_sent_as_the_wire_takes_it(keep: Keep) -> None:
    got = keep("""
    const answer = await keeper.send('wall', 'my brother', { read_aloud: true, summary: false }, 'e1');
    return { answer, sent, lines: keeper.of('wall'), other: keeper.of('else'), kept: kept(), drawn };
    """)
    (line,) = got["lines"]
    wish = wire.to_wish(wire.parse_frame(got["sent"][0]), load_library())
    assert wish == HoldLine("wall", "my brother", line["commit"], read_aloud=True)
    assert line["commit"] == hashlib.sha256(line["secret"].encode()).hexdigest()
    assert (line["epoch"], line["shown"], got["other"]) == ("e1", False, [])
    assert got["kept"] == got["lines"]
    assert got["drawn"] > 0
    assert "secret" not in str(got["sent"])


def test_a_refused_line_stays_in_the_box(keep: Keep) -> None:
    got = keep("""
    window.answers = [{ ok: false, error: { code: 'too_long' } }];
    const answer = await keeper.send('wall', 'my brother', {}, 'e1');
    return [answer.ok, keeper.of('wall'), kept()];
    """)
    assert got == [False, [], None]


def test_a_line_nobody_knows_the_outcome_of_is_the_same_when_it_goes_again(keep: Keep) -> None:
    got = keep("""
    window.answers = [{ ok: false, error: { code: 'our_side' } }];
    await keeper.send('wall', 'my brother', { summary: false }, 'e1');
    await keeper.send('wall', 'my brother', { summary: false }, 'e1');
    await keeper.send('wall', 'my brother', { summary: false }, 'e1');
    return { commits: sent.map((frame) => frame.data.commit), lines: keeper.of('wall').length };
    """)
    first, again, another = got["commits"]
    assert first == again != another
    assert got["lines"] == 2


def test_when_the_server_started_anew_unshown_lines_go_again_once(keep: Keep) -> None:
    got = keep("""
    for (const text of ['one', 'two', 'three']) await keeper.send('wall', text, {}, 'e1');
    keeper.see(new Set([keeper.lines[0].commit]));
    sent.length = 0;
    await keeper.epochIs('e1');
    const same = sent.length;
    await Promise.all([keeper.epochIs('e2'), keeper.epochIs('e2'), keeper.epochIs('e2')]);
    await keeper.epochIs('e2');
    return { same, again: sent, lines: keeper.lines };
    """)
    assert got["same"] == 0
    assert [frame["data"]["text"] for frame in got["again"]] == ["two", "three"]
    commits = [frame["data"]["commit"] for frame in got["again"]]
    assert commits == [line["commit"] for line in got["lines"][1:]], "the same lines, by the same secrets"
    assert [line["epoch"] for line in got["lines"]] == ["e1", "e2", "e2"]
    assert [line["shown"] for line in got["lines"]] == [True, False, False]


def test_a_line_that_did_not_get_through_again_says_so(keep: Keep) -> None:
    got = keep("""
    for (const text of ['one', 'two']) await keeper.send('wall', text, {}, 'e1');
    window.answers = [{ ok: false, error: { code: 'step_moved' } }];
    await keeper.epochIs('e2');
    return keeper.lines.map((line) => [line.text, Boolean(line.lost)]);
    """)
    assert got == [["one", True], ["two", False]]


def test_nothing_is_drawn_or_stored_when_nothing_has_changed(keep: Keep) -> None:
    got = keep("""
    await keeper.send('wall', 'one', {}, 'e1');
    const before = drawn;
    await keeper.epochIs('e1');
    keeper.see(new Set(['something else']));
    return drawn - before;
    """)
    assert got == 0


def test_taking_back_sends_the_secret_and_forgets(keep: Keep) -> None:
    got = keep("""
    for (const text of ['one', 'two']) await keeper.send('wall', text, {}, 'e1');
    const line = { ...keeper.lines[0] };
    sent.length = 0;
    window.answers = [{ ok: false, error: { code: 'too_many' } }];
    await keeper.takeBack(line);
    const refused = keeper.lines.length;
    await keeper.takeBack(line);
    return { refused, sent, line, left: keeper.lines.map((one) => one.text), kept: kept().length };
    """)
    assert (got["refused"], got["left"], got["kept"]) == (2, ["two"], 1)
    wish = wire.to_wish(wire.parse_frame(got["sent"][1]), load_library())
    assert wish == TakeLineBack(got["line"]["secret"])


def test_lines_survive_a_reload_and_broken_storage(run: Run, keep: Keep, page: Page) -> None:
    keep("await keeper.send('wall', 'one', {}, 'e1');")
    page.reload()
    assert keep("return keeper.of('wall').map((line) => line.text)") == ["one"]
    page.evaluate("sessionStorage.setItem('wall:m1', '{broken')")
    assert keep("return keeper.lines") == []


def test_without_webcrypto_a_line_still_has_a_form_the_wire_takes(keep: Keep) -> None:
    got = keep("""
    Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
    await keeper.send('wall', 'one', {}, 'e1');
    return sent[0];
    """)
    wish = wire.to_wish(wire.parse_frame(got), load_library())
    assert isinstance(wish, HoldLine)


# -- drafts -------------------------------------------------------------------------------------------
def test_drafts_are_kept_by_step_and_forgotten_together(run: Run, page: Page) -> None:
    body = """
    m.keepDraft('m1', 's1', 'one');
    m.keepDraft('m1', 's2', 'two');
    m.keepDraft('m2', 's1', 'elsewhere');
    sessionStorage.setItem('wall:m1', '[]');
    m.keepDraft('m1', 's2', '');
    const seen = [...['s1', 's2', 's3'].map((step) => m.readDraft('m1', step)), m.allDrafts('m1')];
    m.forgetDrafts('m1');
    return [seen, Object.keys(sessionStorage), Object.keys(localStorage)];
    """
    got = run("meeting/drafts.js", body)
    assert got == [["one", "", "", [{"step": "s1", "text": "one"}]], ["draft:m2:s1"], []]


def test_drafts_survive_a_reload(run: Run, page: Page) -> None:
    run("meeting/drafts.js", "m.keepDraft('m1', 's1', 'half a sen')")
    page.reload()
    assert run("meeting/drafts.js", "return m.readDraft('m1', 's1')") == "half a sen"


def test_without_storage_a_draft_stays_in_the_box_without_a_fault(run: Run) -> None:
    body = """
    Storage.prototype.setItem = () => { throw new Error('full'); };
    Storage.prototype.getItem = () => { throw new Error('off'); };
    m.keepDraft('m1', 's1', 'one');
    return m.readDraft('m1', 's1');
    """
    assert run("meeting/drafts.js", body) == ""


def test_words_are_saved_on_the_device_alone(run: Run, page: Page) -> None:
    with page.expect_download() as download:
        run("meeting/drafts.js", "m.saveOnDevice('my words', 'tonight.txt')")
    assert download.value.suggested_filename == "tonight.txt"
    path = download.value.path()
    assert path.read_text() == "my words"
