"""Quiet rounds in memory: who may post, what was posted, and the one moment when it is released.

Nothing here joins a person to words (`memory.Round`), and a token cannot be led back to its issuing
(circle/tokens/blindrsa.py). Everything is gone with the round, with the session, or with the memory.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

from circle.domain.errors import NotNow, TooMany
from circle.domain.quiet import TOKENS_EACH, may_show
from circle.services.aside import aside
from circle.services.memory import Memories, OwnMemories, Post, Round
from circle.services.ports import new_id
from circle.store.words import NewLine
from circle.tokens.blindrsa import BlindRSAError, PrivateKey
from circle.tokens.rounds import Issuer, challenge_of, encode_key, spent_mark

POOL = 2  # keys made ahead: one takes 30 to 110 ms, and a round opens while people wait


@dataclass(frozen=True, slots=True)
class Announcement:
    """What everybody is told of a round, in one identical frame. key: SubjectPublicKeyInfo, DER."""

    round_id: str
    key: bytes


class QuietRounds:
    """At most one quiet round for each meeting. Whatever changes one is called with the meeting held."""

    def __init__(
        self,
        make_key: Callable[[], PrivateKey] = PrivateKey.generate,
        memories: Memories | None = None,
    ) -> None:
        self._make_key = make_key
        self._pool: list[PrivateKey] = []
        self._memories = memories or OwnMemories()

    def fill_pool(self) -> None:
        """Make keys ahead of need, one at a time; called again and again, from a thread of its own."""
        while len(self._pool) < POOL:
            self._pool.append(aside(self._make_key))

    def open(self, meeting_id: str, step_id: str) -> Announcement:
        """The round of this step, opened if there is none: with a key and a name of its own."""
        memory = self._memories.of(meeting_id)
        if memory.round is None or memory.round.step_id != step_id:
            key = self._pool.pop() if self._pool else self._make_key()
            memory.round = Round(step_id, new_id(), key.as_text(), encode_key(key.public).hex())
        return Announcement(memory.round.round_id, bytes.fromhex(memory.round.public))

    def close(self, meeting_id: str) -> None:
        """The step or the session is over: key, marks and everything that was not shown are destroyed."""
        self._memories.of(meeting_id).round = None

    def issue(self, meeting_id: str, seat_id: str, round_id: str, requests: Collection[bytes]) -> list[bytes]:
        """Sign this seat's requests, once; the same ones again where the answer was lost. The caller has
        looked up that the seat is at the table.

        Raises NotNow("round_over") for another round, TooMany("tokens_given") for other requests than before,
        NotNow("round_over") for requests that are none of this round.
        """
        now = self._memories.of(meeting_id).round
        if now is None or now.round_id != round_id or len(requests) != TOKENS_EACH:
            raise NotNow("round_over")
        asked = hashlib.sha256(b"".join(requests)).hexdigest()
        if now.asked.get(seat_id, asked) != asked:
            raise TooMany("tokens_given")
        issuer = _issuer(meeting_id, now)
        try:
            signed = [issuer.issue(request) for request in requests]
        except BlindRSAError:
            raise NotNow("round_over") from None
        now.asked[seat_id] = asked
        return signed

    def open_window(self, meeting_id: str, present: Collection[str]) -> None:
        """Collecting begins. present: seats of members whose pages are connected."""
        if (now := self._memories.of(meeting_id).round) is not None:
            now.there, now.came = frozenset(present), 0

    def is_on(self, meeting_id: str) -> bool:
        """Whether a round has begun and is not closed."""
        return self._memories.of(meeting_id).round is not None

    def collects(self, meeting_id: str) -> bool:
        """Whether its window is open."""
        now = self._memories.of(meeting_id).round
        return now is not None and now.there is not None

    def takes(self, meeting_id: str, token: bytes) -> bool:
        """Whether this token is of a round that collects now. Anybody may ask: nothing changes, no lock."""
        now = self._round(meeting_id)
        return now is not None and now.there is not None and _issuer(meeting_id, now).accepts(token)

    def take(self, meeting_id: str, token: bytes, post: Post, body: bytes) -> None:
        """A post that came without any sign of who sent it.

        The same token with the same body is taken once and answered alike. Raises NotNow("not_collected")
        outside a window or for a token of another round, TooMany("token_spent") for a second use.
        """
        now = self._memories.of(meeting_id).round
        if now is None or not self.takes(meeting_id, token):
            raise NotNow("not_collected")
        mark, digest = spent_mark(token).hex(), hashlib.sha256(body).hexdigest()
        if mark in now.spent:
            if secrets.compare_digest(now.spent[mark], digest):
                return
            raise TooMany("token_spent")
        now.spent = _in_no_order(now.spent | {mark: digest})
        now.came += 1
        if post.text and not any(held.commit == post.commit for held in now.held):
            now.held.insert(secrets.randbelow(len(now.held) + 1), post)  # no order of arrival

    def close_window(self, meeting_id: str, present: Collection[str], named: int) -> tuple[NewLine, ...]:
        """Collecting ends: the lines that may be shown, in no order; none if the rule does not hold.

        What may not be shown stays, and joins the next batch of this round. present: as at the opening.
        named: how many of them gave their name to words in this round. A page that is here and posts
        nothing (asleep, loaded anew, without its tokens) hides nobody: no more people could have written
        than posts came.
        """
        now = self._memories.of(meeting_id).round
        if now is None or now.there is None:
            return ()
        stayed = now.there & frozenset(present) & now.asked.keys()
        now.there = None
        eligible = min(len(stayed), now.came)
        if not may_show(eligible, named, len(now.held)):
            return ()
        posts, now.held = now.held, []
        lines = [
            NewLine(
                str(uuid.uuid4()),
                post.text,
                post.commit,
                post.read_aloud,
                post.summary,
                set_aside=False,
                mailbox=post.mailbox,
            )
            for post in posts
        ]
        secrets.SystemRandom().shuffle(lines)
        return tuple(lines)

    def knows(self, meeting_id: str, commit: str) -> bool:
        """Whether a line with this digest waits to be released."""
        now = self._round(meeting_id)
        return now is not None and any(post.commit == commit for post in now.held)

    def withdraw(self, meeting_id: str, commit: str) -> bool:
        """The writer takes back what was not shown yet; False if it is not here."""
        now = self._round(meeting_id)
        kept = [post for post in now.held if post.commit != commit] if now is not None else []
        if now is None or len(kept) == len(now.held):
            return False
        now.held = kept
        return True

    def _round(self, meeting_id: str) -> Round | None:
        memory = self._memories.known(meeting_id)
        return memory.round if memory is not None else None


def _in_no_order(marks: dict[str, str]) -> dict[str, str]:
    shuffled = list(marks.items())
    secrets.SystemRandom().shuffle(shuffled)
    return dict(shuffled)


def _issuer(meeting_id: str, now: Round) -> Issuer:
    return Issuer(challenge_of(meeting_id, now.round_id), PrivateKey.from_text(now.key))
