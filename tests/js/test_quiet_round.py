"""A page's part in a quiet round: the same from every page, and words nowhere but in its memory."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route

from circle.domain.quiet import BODY_BYTES
from circle.services.quiet import QuietRounds
from circle.tokens.rounds import TOKEN_BYTES
from tests.js.conftest import ORIGIN, Run

pytestmark = pytest.mark.browser

WORDS = "What I did not say at the table."
MAKE = """
window.asked = []; window.drawn = 0;
const keeper = window.keeper = new m.QuietRound(
  'm1', (request) => window.sign(request), () => { window.drawn += 1; },
  async (ms) => { window.asked.push(ms); });
"""
LOSE_TWO = """
window.tried = [];
const real = window.fetch;
window.fetch = (address, how) => {
  window.tried.push(how.body);
  return window.tried.length < 3 ? Promise.reject(new TypeError('lost')) : real(address, how);
};
"""


class Server:
    """What answers a page: a round in memory behind the real formats."""

    def __init__(self, page: Page) -> None:
        self.rounds = QuietRounds()
        told = self.rounds.open("m1", "s4")
        self.told: dict[str, Any] = {
            "round": told.round_id,
            "key": _text(told.key),
            "one_of": 6,
            "collect": 0,
            "collecting": False,
        }
        self.posts: list[Request] = []
        self.answer: dict[str, Any] = {"ok": True}
        page.expose_function("sign", self.sign)
        page.route(f"{ORIGIN}/quiet/**", self.post)

    def sign(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Tokens for whoever sits here."""
        requests = [base64.urlsafe_b64decode(one + "==") for one in asked["requests"]]
        signed = self.rounds.issue("m1", "somebody", asked["round"], requests)
        return {"ok": True, "signed": [_text(one) for one in signed]}

    def post(self, route: Route) -> None:
        """One post."""
        self.posts.append(route.request)
        route.fulfill(status=202, body=json.dumps(self.answer), content_type="application/json")

    def bodies(self) -> list[tuple[bytes, dict[str, Any]]]:
        """Token and words of every post."""
        found = []
        for sent in self.posts:
            body = sent.post_data_buffer
            assert body is not None
            assert len(body) == BODY_BYTES
            size = int.from_bytes(body[TOKEN_BYTES : TOKEN_BYTES + 4])
            found.append((body[:TOKEN_BYTES], json.loads(body[TOKEN_BYTES + 4 : TOKEN_BYTES + 4 + size])))
        return found


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@pytest.fixture
def server(page: Page, run: Run) -> Server:
    server = Server(page)
    run("quiet/round.js", MAKE + "keeper.see(a); await keeper.asked;", server.told)
    return server


def collect(run: Run, server: Server, number: int = 1) -> None:
    """Hosts collect, and the page does what it does."""
    run(
        "quiet/round.js",
        "window.keeper.see(a); for (let i = 0; i < 60; i += 1) await new Promise((go) => setTimeout(go, 5));",
        server.told | {"collect": number, "collecting": True},
    )


def state(page: Page) -> Any:
    """What the page says of its line."""
    return page.evaluate("window.keeper.line && window.keeper.line.state")


def test_a_page_with_words_and_one_without_do_the_same(run: Run, page: Page, server: Server) -> None:
    collect(run, server)
    run("quiet/round.js", "await window.keeper.ready(a, { read_aloud: true, summary: false })", WORDS)
    assert len(server.posts) == 1, "nothing leaves while people write"
    collect(run, server, 2)
    (first, cover), (second, line) = server.bodies()
    assert (cover["kind"], cover["text"], line["kind"], line["text"]) == ("cover", "", "line", WORDS)
    assert set(cover) == set(line)
    assert line["read_aloud"] is True
    server.rounds.open_window("m1", ())
    assert server.rounds.takes("m1", first)
    assert server.rounds.takes("m1", second)
    assert len(cover["mailbox"]) == len(line["mailbox"]) == 43, "a key with every post"
    assert cover["mailbox"] != line["mailbox"]
    assert first != second
    one, other = (sent.all_headers() for sent in server.posts)
    assert one == other
    assert not {"cookie", "authorization", "referer"} & set(one)
    waits = page.evaluate("window.asked")
    assert len(waits) == 3
    assert waits[0] <= 3000
    assert max(waits[1:]) <= 10000
    assert state(page) == "sent"


def test_a_collecting_is_posted_to_once_however_often_it_is_seen(run: Run, server: Server) -> None:
    for _ in range(3):
        collect(run, server)
    assert len(server.posts) == 1


def test_words_are_in_no_storage(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    kept = page.evaluate("JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])")
    assert WORDS not in kept
    assert page.evaluate("window.keeper.holdsWords") is True


def test_words_can_be_changed_until_they_are_collected(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    assert page.evaluate("window.keeper.notYet()") == WORDS
    collect(run, server)
    assert server.bodies()[0][1]["text"] == ""


def test_whoever_passes_sends_nothing(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {}); window.keeper.leaveOut()", WORDS)
    assert page.evaluate("[window.keeper.line, window.keeper.draft]") == [None, WORDS]
    collect(run, server)
    assert server.bodies()[0][1]["kind"] == "cover"


def test_a_lost_line_sends_the_same_post_again(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    run("quiet/round.js", LOSE_TWO)
    collect(run, server)
    assert page.evaluate("window.tried.length") == 3
    assert page.evaluate("new Set(window.tried.map(String)).size") == 1
    assert state(page) == "sent"


def test_words_that_were_not_taken_stay_here(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    server.answer = {"ok": False, "code": "not_collected", "message": "still here"}
    collect(run, server)
    assert state(page) == "missed"
    assert page.evaluate("window.keeper.line.text") == WORDS
    server.answer = {"ok": True}
    collect(run, server, 2)
    assert state(page) == "sent"
    assert [words["text"] for _, words in server.bodies()] == [WORDS, WORDS]


def test_a_round_begun_anew_keeps_the_words_and_asks_again(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    told = server.rounds.open("m1", "s5")
    again = server.told | {"round": told.round_id, "key": _text(told.key)}
    run("quiet/round.js", "window.keeper.see(a); await window.keeper.asked;", again)
    assert (state(page), page.evaluate("window.keeper.tokens.length")) == ("ready", 2)
    run("quiet/round.js", "window.keeper.see(null)")
    assert page.evaluate("[window.keeper.line, window.keeper.round, window.keeper.tokens.length]") == [
        None,
        None,
        0,
    ]


def test_a_page_without_a_key_for_answers_posts_as_much(run: Run, page: Page, server: Server) -> None:
    page.evaluate("() => { crypto.subtle.generateKey = () => Promise.reject(new Error('no such curve')); }")
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    collect(run, server)
    assert server.bodies()[0][1]["mailbox"] == ""
    assert state(page) == "sent"
    assert page.evaluate("window.keeper.mailbox.keys.length") == 0


ANSWERED = """
const { seal } = await import('/static/js/quiet/seal.js');
const { commit, mailbox } = window.keeper.line;
window.keeper.see(null);
const sealed = await seal('for you', mailbox.address, 'm1', commit);
await window.keeper.mailbox.look([{ id: 'a1', sealed }]);
return window.keeper.mailbox.answers.map(({ text, line }) => [text, line]);
"""


def test_an_answer_reaches_the_writer_after_the_step_and_nothing_leaves(
    run: Run, page: Page, server: Server
) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    collect(run, server)
    posts = len(server.posts)
    assert run("quiet/round.js", ANSWERED) == [["for you", WORDS]]
    assert len(server.posts) == posts
    page.evaluate("document.dispatchEvent(new CustomEvent('circle:leave'))")
    assert page.evaluate("[window.keeper.mailbox.keys, window.keeper.mailbox.answers]") == [[], []]


def test_another_key_than_the_one_announced_is_noticed(run: Run, page: Page, server: Server) -> None:
    other = QuietRounds().open("m1", "s4")
    run(
        "quiet/round.js",
        "window.keeper.see(a); await window.keeper.asked;",
        server.told | {"round": "another", "key": _text(other.key)},
    )
    assert page.evaluate("[window.keeper.problem, window.keeper.tokens.length]") == [True, 0]


def test_a_key_that_changes_within_a_round_is_refused(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    other = QuietRounds().open("m1", "s4")
    changed = server.told | {"key": _text(other.key)}
    run("quiet/round.js", "window.keeper.see(a)", changed)
    assert page.evaluate("[window.keeper.problem, window.keeper.tokens.length]") == [True, 0]
    server.told = changed
    collect(run, server)
    assert server.posts == [], "neither words nor a cover"
    assert page.evaluate("window.keeper.line.text") == WORDS


def test_the_writer_takes_a_line_back_by_its_secret(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "await window.keeper.ready(a, {})", WORDS)
    collect(run, server)
    commit = server.bodies()[0][1]["commit"]
    run("quiet/round.js", "await window.keeper.takeBack()")
    withdrawn = server.posts[-1]
    assert withdrawn.url.endswith("/quiet/m1/withdraw")
    secret = json.loads(withdrawn.post_data or "")["secret"]
    assert hashlib.sha256(secret.encode()).hexdigest() == commit
    assert state(page) is None


def test_whoever_leaves_fast_is_not_asked_anything(run: Run, page: Page, server: Server) -> None:
    run("quiet/round.js", "window.keeper.draft = a", WORDS)
    assert page.evaluate("window.keeper.holdsWords") is True
    page.evaluate("document.dispatchEvent(new CustomEvent('circle:leave'))")
    assert page.evaluate("[window.keeper.holdsWords, window.keeper.draft]") == [False, ""]
