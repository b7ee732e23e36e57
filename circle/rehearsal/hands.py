"""A made-up person's hands: what they wish is done by the ways a page has, inside this process."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import uuid4

from circle.domain.errors import CircleError, NotFound
from circle.live.connections import Connection
from circle.live.frames import Frame
from circle.live.handlers import carry_out
from circle.live.pace import Pace
from circle.rehearsal.ears import Ears
from circle.services.conduct import Conduct
from circle.services.evenings import sit_down
from circle.services.hub import Hub
from circle.services.memory import Post
from circle.services.ports import Caller
from circle.simulate.acts import DROP, LINE, Act, Wish
from circle.simulate.agenda import Agenda
from circle.simulate.improvise import ARRIVE, COME_BACK
from circle.simulate.line import secret_commit
from circle.simulate.quiet import QuietPage
from circle.simulate.screen import Screen
from circle.tokens.rounds import TOKEN_BYTES


class Hands:
    """One person at the table: their screen, what they have done, their part in quiet rounds."""

    def __init__(self, hub: Hub, ears: Ears, meeting_id: str, caller: Caller, name: str) -> None:
        self.screen = Screen()
        self.agenda = Agenda()
        self.has_come = False
        self.is_on_line = False
        self.caller, self._name = caller, name
        self._hub, self._meeting_id = hub, meeting_id
        self._stale = False
        self._pace = Pace()
        self._connection = Connection(f"made-up:{caller.member_id}", caller, meeting_id)
        self._quiet: QuietPage | None = None
        self._collected = 0
        self._words: dict[str, Any] = {}
        ears.open(caller.member_id, self._hear)

    # -- the page -------------------------------------------------------------------------------------
    def look(self) -> Screen:
        """What the page shows now."""
        if self._stale:
            self._stale = False
            try:
                self.screen = self.screen.after_snapshot(
                    self._conduct.snapshot(self.caller, self._meeting_id)
                )
            except NotFound:  # removed: the page keeps what it showed
                self.is_on_line = False
        return self.screen

    def beat(self) -> None:
        """The page is there."""
        if self.is_on_line:
            self._conduct.beat(self.caller, self._meeting_id, self._connection.sid)

    def come(self) -> None:
        """To the door; a host to their own chair."""
        sit_down(self._conduct, self.caller, self._name, self._meeting_id)
        self.has_come = True
        self._connect()

    def _connect(self) -> None:
        self._conduct.arrive(self.caller, self._meeting_id, self._connection.sid)
        self.is_on_line = self._stale = True

    def _hang_up(self) -> None:
        self._conduct.part(self.caller, self._meeting_id, self._connection.sid)
        self.is_on_line = False

    def _hear(self, message: dict[str, Any]) -> None:
        if self.is_on_line:
            self.screen, stale = self.screen.after_message(message)
            self._stale = self._stale or stale

    # -- what is wished -------------------------------------------------------------------------------
    def carry_out(self, act: Act) -> bool:
        """Do everything in it; False at the first thing that is refused."""
        return all(self._do(wish, act) for wish in act.wishes)

    def _do(self, wish: Wish, act: Act) -> bool:
        own = {ARRIVE: self.come, COME_BACK: self._connect, DROP: self._hang_up}.get(wish.name)
        try:
            if own is not None:
                own()
            elif wish.name == LINE and self.screen.stage.get("quiet_round"):
                self._words = dict(wish.data)  # goes with the next collecting
            else:
                self._command(wish, self.screen.seq if act.stage else None)
        except CircleError:
            return False
        return True

    def _command(self, wish: Wish, expected_seq: int | None) -> None:
        data = wish.data | ({"commit": secret_commit()} if wish.name == LINE else {})
        frame = Frame(command_id=str(uuid4()), name=wish.name, data=data, expected_seq=expected_seq)
        carry_out(self._conduct, self._hub.library, self._pace, self._connection, frame)

    # -- quiet rounds ---------------------------------------------------------------------------------
    def take_part(self) -> None:
        """What every page does in a quiet round: ask for tokens once, post once when hosts collect."""
        told = self.screen.stage.get("quiet_round")
        if not told:
            self._quiet, self._collected, self._words = None, 0, {}
            return
        if self.screen.me.get("place") != "seated" or not self.is_on_line:
            return
        try:
            if self._quiet is None or self._quiet.told["round"] != told["round"]:
                self._quiet, self._collected = QuietPage(self._meeting_id, told, self._sign), 0
                self._quiet.ask()
            if told["collecting"] and told["collect"] > self._collected and self._quiet.tokens:
                self._collected = told["collect"]
                self._post(self._quiet)
        except CircleError:
            pass  # the round has gone on; the next one finds us again

    def _sign(self, round_id: str, requests: tuple[bytes, ...]) -> list[bytes]:
        return self._conduct.give_tokens(self.caller, self._meeting_id, round_id, requests)

    def _post(self, page: QuietPage) -> None:
        text, commit = self._words.pop("text", ""), page.commit
        aloud, notes = bool(self._words.get("read_aloud")), bool(self._words.get("summary"))
        body = page.body(text, read_aloud=aloud, summary=notes)
        post = Post(text, commit if text else secrets.token_hex(32), read_aloud=aloud, summary=notes)
        self._hub.unseen.post(self._meeting_id, body[:TOKEN_BYTES], post, body)

    @property
    def _conduct(self) -> Conduct:
        return self._hub.conduct
