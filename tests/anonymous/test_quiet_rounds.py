"""The quiet round in memory: one use of a token, nothing shown below the numbers, nothing kept after."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from circle.domain.errors import CircleError, NotNow, TooMany
from circle.services.memory import Post, Round
from circle.services.quiet import Announcement, QuietRounds
from circle.tokens import blindrsa
from circle.tokens.blindrsa import PrivateKey
from circle.tokens.rounds import challenge_of, key_id, spent_mark, token_input

SEATS = tuple(f"seat{at}" for at in range(7))
MEETING, STEP = "meeting", "s4"
KEYS = [PrivateKey.generate() for _ in range(2)]


def rounds() -> QuietRounds:
    keys = iter(KEYS * 8)
    return QuietRounds(lambda: next(keys))


def now(quiet: QuietRounds) -> Round:
    found = quiet._memories.of(MEETING).round
    assert found is not None
    return found


def ask(quiet: QuietRounds, seat: str, told: Announcement, nonces: tuple[bytes, bytes]) -> list[bytes]:
    """The two tokens of one seat, as its page makes them."""
    key = PrivateKey.from_text(now(quiet).key).public
    digest = key_id(told.key)
    blinded = [
        blindrsa.blind(key, token_input(nonce, challenge_of(MEETING, told.round_id), digest))
        for nonce in nonces
    ]
    requests = [b"\x00\x02" + digest[-1:] + number for number, _ in blinded]
    signed = quiet.issue(MEETING, seat, told.round_id, requests)
    return [
        message + blindrsa.finalize(key, message, response, inverse)
        for nonce, response, (_, inverse) in zip(nonces, signed, blinded, strict=True)
        for message in [token_input(nonce, challenge_of(MEETING, told.round_id), digest)]
    ]


def everybody(quiet: QuietRounds, seats: tuple[str, ...] = SEATS) -> dict[str, list[bytes]]:
    told = quiet.open(MEETING, STEP)
    return {
        seat: ask(quiet, seat, told, (bytes([at, 1]) * 16, bytes([at, 2]) * 16))
        for at, seat in enumerate(seats)
    }


def line(text: str) -> Post:
    return Post(text, hashlib.sha256(text.encode()).hexdigest() if text else "", False, False)


def post(quiet: QuietRounds, token: bytes, text: str = "") -> None:
    with quiet._memories.hold(MEETING):
        quiet.take(MEETING, token, line(text), token + text.encode())


def covers(
    quiet: QuietRounds, tokens: dict[str, list[bytes]], seats: tuple[str, ...], window: int = 0
) -> None:
    """What pages without words post."""
    for seat in seats:
        post(quiet, tokens[seat][window])


def shown(quiet: QuietRounds, present: tuple[str, ...] = SEATS, named: int = 0) -> set[str]:
    return {one.text for one in quiet.close_window(MEETING, present, named)}


def test_three_of_seven_write_and_three_lines_come() -> None:
    quiet = rounds()
    tokens = everybody(quiet)
    quiet.open_window(MEETING, SEATS)
    for at, seat in enumerate(SEATS):
        post(quiet, tokens[seat][0], f"line {at}" if at < 3 else "")
    assert shown(quiet) == {"line 0", "line 1", "line 2"}
    assert shown(quiet) == set(), "once"


@pytest.mark.parametrize(
    ("present", "named", "writers", "comes"),
    [(5, 0, 2, True), (5, 1, 2, True), (5, 2, 2, False), (4, 0, 3, False), (7, 0, 1, False)],
)
def test_what_may_not_be_shown_waits(present: int, named: int, writers: int, comes: bool) -> None:
    quiet = rounds()
    tokens = everybody(quiet)
    quiet.open_window(MEETING, SEATS[:present])
    for at in range(writers):
        post(quiet, tokens[SEATS[at]][0], f"line {at}")
    covers(quiet, tokens, SEATS[writers:present])
    assert bool(shown(quiet, SEATS[:present], named)) is comes
    quiet.open_window(MEETING, SEATS)
    post(quiet, tokens[SEATS[6]][1], "one more")
    covers(quiet, tokens, SEATS[:6], 1)
    later = shown(quiet)
    assert later == (set() if comes else {f"line {at}" for at in range(writers)} | {"one more"})


def test_only_who_stayed_through_the_window_and_has_tokens_counts() -> None:
    quiet = rounds()
    tokens = everybody(quiet, SEATS[:6])
    for before, after in ((SEATS[:5], SEATS[2:]), (SEATS[1:4], SEATS), ((*SEATS[:4], SEATS[6]), SEATS)):
        quiet.open_window(MEETING, before)
        assert shown(quiet, after) == set()
    quiet.open_window(MEETING, SEATS)
    post(quiet, tokens[SEATS[0]][0], "a")
    post(quiet, tokens[SEATS[1]][0], "b")
    covers(quiet, tokens, SEATS[2:6])
    assert shown(quiet) == {"a", "b"}


def test_a_page_that_is_here_and_posts_nothing_hides_nobody() -> None:
    """Asleep, loaded anew, or put to rest and called back by a host: connected, and not to be chosen from."""
    quiet = rounds()
    tokens = everybody(quiet)
    quiet.open_window(MEETING, SEATS)
    post(quiet, tokens[SEATS[0]][0], "a")
    post(quiet, tokens[SEATS[1]][0], "b")
    covers(quiet, tokens, SEATS[2:4])
    assert shown(quiet) == set(), "four could have written"
    quiet.open_window(MEETING, SEATS)
    covers(quiet, tokens, SEATS[:5], 1)
    assert shown(quiet) == {"a", "b"}


def test_marks_of_tokens_are_kept_in_no_order() -> None:
    quiet = rounds()
    tokens = everybody(quiet)
    quiet.open_window(MEETING, SEATS)
    for _ in range(2):
        covers(quiet, tokens, SEATS, _)
    came = [spent_mark(tokens[seat][at]).hex() for at in range(2) for seat in SEATS]
    assert sorted(now(quiet).spent) == sorted(came)
    assert list(now(quiet).spent) != came, "but for one time in 14 factorial"


def test_a_token_is_taken_once_and_a_resend_is_the_same_post() -> None:
    quiet = rounds()
    token = everybody(quiet)[SEATS[0]][0]
    with pytest.raises(NotNow, match="not_collected"):
        post(quiet, token, "too early")
    quiet.open_window(MEETING, SEATS)
    post(quiet, token, "once")
    post(quiet, token, "once")
    with pytest.raises(TooMany, match="token_spent"):
        post(quiet, token, "another")
    assert [one.text for one in now(quiet).held] == ["once"]


def test_fifty_uses_of_one_token_at_once_are_one() -> None:
    quiet = rounds()
    token = everybody(quiet)[SEATS[0]][0]
    quiet.open_window(MEETING, SEATS)

    def use(at: int) -> bool:
        try:
            post(quiet, token, f"line {at}")
        except CircleError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(use, range(50))) == 1
    assert len(now(quiet).held) == 1


def test_tokens_are_given_once_to_a_seat() -> None:
    quiet = rounds()
    told = quiet.open(MEETING, STEP)
    ask(quiet, SEATS[0], told, (bytes(32), bytes(32)))
    with pytest.raises(TooMany, match="tokens_given"):
        ask(quiet, SEATS[0], told, (bytes(32), bytes(32)))
    for wrong in (Announcement("another", told.key), Announcement(told.round_id, b"another key")):
        with pytest.raises(NotNow, match="round_over"):
            ask(quiet, SEATS[1], wrong, (bytes(32), bytes(32)))
    with pytest.raises(NotNow, match="round_over"):
        quiet.issue(MEETING, SEATS[1], told.round_id, [])
    ask(quiet, SEATS[1], told, (bytes(32), bytes(32)))  # a wrong asking costs nobody their tokens


def test_an_answer_that_was_lost_is_given_again_and_is_the_same() -> None:
    quiet = rounds()
    told = quiet.open(MEETING, STEP)
    key = PrivateKey.from_text(now(quiet).key).public
    requests = [
        b"\x00\x02" + key_id(told.key)[-1:] + blindrsa.blind(key, bytes([at]) * 98)[0] for at in range(2)
    ]
    first = quiet.issue(MEETING, SEATS[0], told.round_id, requests)
    assert quiet.issue(MEETING, SEATS[0], told.round_id, requests) == first
    with pytest.raises(TooMany, match="tokens_given"):
        quiet.issue(MEETING, SEATS[0], told.round_id, requests[::-1])


def test_a_round_ends_with_its_step_and_takes_its_tokens_along() -> None:
    quiet = rounds()
    first = quiet.open(MEETING, STEP)
    assert quiet.open(MEETING, STEP) == first
    tokens = everybody(quiet)
    second = quiet.open(MEETING, "s5")
    assert second.round_id != first.round_id
    assert second.key != first.key
    quiet.open_window(MEETING, SEATS)
    with pytest.raises(NotNow, match="not_collected"):
        post(quiet, tokens[SEATS[0]][0], "of the step before")
    quiet.close(MEETING)
    quiet.open_window(MEETING, SEATS)
    assert shown(quiet) == set()


def test_the_writer_takes_back_what_was_not_shown() -> None:
    quiet = rounds()
    tokens = everybody(quiet)
    quiet.open_window(MEETING, SEATS)
    for at, text in enumerate(("stays", "goes", "stays too")):
        post(quiet, tokens[SEATS[at]][0], text)
    assert quiet.withdraw(MEETING, line("goes").commit)
    assert not quiet.withdraw(MEETING, line("goes").commit)
    assert not quiet.withdraw("elsewhere", line("stays").commit)
    covers(quiet, tokens, SEATS[3:])
    assert shown(quiet) == {"stays", "stays too"}


def test_keys_are_made_ahead_of_need() -> None:
    made: list[int] = []

    def make() -> PrivateKey:
        made.append(1)
        return KEYS[0]

    quiet = QuietRounds(make)
    quiet.fill_pool()
    ahead = len(made)
    assert ahead >= 1
    quiet.open(MEETING, STEP)
    assert len(made) == ahead
