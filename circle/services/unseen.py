"""What is done in a session by nobody: no caller, no receipt, no audit, no line of a log."""

from __future__ import annotations

from circle.domain.errors import NotNow
from circle.services.change import KEPT, Change
from circle.services.conduct import Conduct
from circle.services.memory import Post
from circle.services.unnamed import UnnamedWords


class Unseen:
    """The quiet addresses' way into a session."""

    def __init__(self, conduct: Conduct, unnamed: UnnamedWords) -> None:
        self._conduct = conduct
        self._unnamed = unnamed

    def post(self, meeting_id: str, token: bytes, post: Post, body: bytes) -> None:
        """Take what came with a token; it waits in memory. Raises CircleError."""
        if not self._unnamed.takes(
            meeting_id, token
        ):  # anybody can call this: no lock for what is none of ours
            raise NotNow("not_collected")
        with self._conduct.hold(meeting_id):
            self._unnamed.take(meeting_id, token, post, body)

    def withdraw(self, meeting_id: str, secret: str) -> None:
        """Whoever has the secret takes a line back, shown or not; a secret of nobody's changes nothing.

        Looked up first: anybody can call this, and a wrong secret is to take no lock and write nothing.
        """
        if not self._conduct.read(lambda db: self._unnamed.knows(db, meeting_id, secret)):
            return
        self._conduct.change(
            meeting_id, lambda db, _: Change(KEPT, self._unnamed.withdraw(db, meeting_id, secret))
        )
