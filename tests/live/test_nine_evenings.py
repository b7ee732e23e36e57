"""Each of the nine templates, from the door to the hosts' debrief: a host and eight on real websockets."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import session

from circle.content.loader import load_library
from circle.domain.audience import DOOR, LINGER, ROOM, SELF
from circle.domain.meeting import Phase
from circle.domain.plan import Part, Plan, Step, part_seconds, parts
from circle.domain.quiet import COLLECT_SECONDS
from circle.live import ticker
from circle.live.control import time_passes
from circle.services.identity import MEMBERS as MEMBERS_KEY
from circle.simulate.quiet import QuietPage, unpack
from circle.store import meetings
from tests.contract.test_private_frames import ALLOWED, is_on_list, keys_in
from tests.live.house import House, Phone, eventually, open_house
from tests.sitting import CIRCLE, HOST, MEETING

PLANS = load_library().templates
MEMBERS = tuple(f"member-{n}" for n in range(8))
WRITERS = 5
STARTS = {"step_started", "part_started"}
MAY_HEAR = {DOOR, ROOM, LINGER, SELF}


class Evening:
    """The host's and the members' phones, and what they do in each part."""

    def __init__(self, house: House, plan: Plan) -> None:
        self.house, self.plan = house, plan
        self.host = house.phone(HOST)
        self.members = {who: house.phone(who) for who in MEMBERS}
        self.expected: list[tuple[str, datetime]] = []

    def hold(self) -> None:
        """From the door to the end, every part for as long as it is planned."""
        self.tell("open_door")
        doors = [phone.snapshot()["door"]["stage"]["stage"] for phone in self.members.values()]
        assert {door["phase"] for door in doors} == {"open"}
        self.ok(self.host.command("admit_all"))
        self.tell("next")
        for at, step in enumerate(self.plan.steps):
            for number, part in enumerate(parts(step)):
                assert (self.stage.index, self.stage.part) == (at, number)
                self.expected.append((step.id, self.house.clock.now()))
                self.do(step, part)
                self.wait(step, number, part)
                last = at == len(self.plan.steps) - 1 and number == len(parts(step)) - 1
                self.tell("end_break" if part is Part.PAUSE else "end_session" if last else "next")

    def stay_a_while(self) -> None:
        """One stays after the closing, where the plan has a room for it; it closes by itself."""
        phone, minutes = self.members[MEMBERS[0]], self.plan.linger_min
        answer = phone.command("stay")
        if not minutes:
            assert answer["error"]["code"] == "ended"
            return
        self.ok(answer)
        assert list(phone.snapshot()["linger"]["people"]) == [MEMBERS[0]]
        for seconds in (minutes * 60 - 60, 60):
            assert self.stage.linger_until is not None
            time_passes(self.house.hub.conduct, self.house.clock, seconds)
            ticker.tick_once(self.house.hub.conduct)
        assert self.stage.linger_until is None
        assert "room" in phone.snapshot()

    def questions_for(self, who: str) -> list[str]:
        """The questions for hosts on this person's last page."""
        with self.house.app.test_request_context(f"/meet/{MEETING}", base_url=self.house.url):
            session[MEMBERS_KEY] = {CIRCLE: who}
            page = self.house.app.full_dispatch_request().get_data(as_text=True)
        found = re.search(r'<script type="application/json" id="page">(.*?)</script>', page, re.S)
        assert found is not None
        questions: list[str] = json.loads(found[1])["debrief"]
        return questions

    @property
    def stage(self) -> Any:
        """The stored meeting."""
        return self.house.meeting

    def tell(self, name: str) -> None:
        """A stage command of the host."""
        self.ok(self.host.command(name, seq=self.stage.moves))

    def ok(self, answer: dict[str, Any]) -> None:
        """It was taken."""
        assert answer.get("ok"), answer

    def wait(self, step: Step, number: int, part: Part) -> None:
        """The part's time passes; hosts' reading takes none of it."""
        planned = 0 if part is Part.WALL_READ else part_seconds(step, number)
        if part is Part.WALL_SHOW:
            planned -= COLLECT_SECONDS  # they were taken before
        time_passes(self.house.hub.conduct, self.house.clock, planned)

    def do(self, step: Step, part: Part) -> None:
        """What people do in this part."""
        {
            Part.ANSWER: self._answer,
            Part.WALL_WRITE: self._write,
            Part.WALL_READ: self._collect,
            Part.WALL_SHOW: self._read,
            Part.ROUND: self._round,
            Part.VOLUNTEER: self._volunteer,
            Part.PAUSE: self._rest,
        }.get(part, self._nothing)(step)

    def _nothing(self, step: Step) -> None:
        pass

    def _answer(self, step: Step) -> None:
        for who, phone in self.members.items():
            if who != MEMBERS[-1]:  # one passes
                self.ok(
                    phone.command("say", {"step": step.id, "text": "7" if step.number else f"from {who}"})
                )

    def _write(self, step: Step) -> None:
        """Eight at the table: a quiet round. Every page asks for its tokens; nothing else leaves it."""
        self.pages = []
        for phone in self.members.values():
            told = phone.snapshot()["room"]["stage"]["stage"]["quiet_round"]
            self.pages.append(QuietPage(MEETING, told, partial(self._sign, phone)))
            self.pages[-1].ask()

    def _sign(self, phone: Phone, name: str, requests: tuple[bytes, ...]) -> list[bytes]:
        asked = [urlsafe_b64encode(one).decode().rstrip("=") for one in requests]
        answer = phone.ask("tokens", {"round": name, "requests": asked})
        self.ok(answer)
        return [unpack(one) for one in answer["signed"]]

    def _collect(self, step: Step) -> None:
        for at, page in enumerate(self.pages):
            body = page.body(f"a line in {step.id}, {at}" if at < WRITERS else "")
            sent = requests.post(f"{self.house.url}/quiet/{MEETING}/post", data=body, timeout=10)
            assert (sent.status_code, sent.cookies.get_dict()) == (202, {})
        time_passes(self.house.hub.conduct, self.house.clock, COLLECT_SECONDS)
        ticker.tick_once(self.house.hub.conduct)

    def _read(self, step: Step) -> None:
        shown = self.members[MEMBERS[-1]].snapshot()["room"]["lines"].values()
        assert {line["text"] for line in shown} == {f"a line in {step.id}, {at}" for at in range(WRITERS)}

    def _round(self, step: Step) -> None:
        asked: list[str] = []
        while (holder := self.stage.piece.holder) is not None:
            asked.append(holder)
            phone = self.members.get(holder, self.host)
            way = [("hand_on", {"holder": holder}), ("pass_piece", {}), ("later", {}), ("hold_silence", {})]
            name, data = way[len(asked) % 4] if asked.count(holder) == 1 and holder in MEMBERS else way[0]
            self.ok(phone.command(name, data))
            if name == "hold_silence":
                self.ok(phone.command("hand_on", {"holder": holder}))
        seats = {HOST, *MEMBERS}
        assert seats <= set(asked), "everybody is asked"
        assert max(map(asked.count, seats)) <= 2, "and nobody more often than once again"

    def _volunteer(self, step: Step) -> None:
        for who in MEMBERS[:4]:
            self.ok(self.members[who].command("take_piece"))
        for who in MEMBERS[:4]:
            assert self.stage.piece.holder == who
            self.ok(self.members[who].command("hand_on", {"holder": who}))

    def _rest(self, _step: Step) -> None:
        for who in MEMBERS[:3]:
            self.ok(self.members[who].command("am_back"))


@pytest.mark.parametrize("template", sorted(PLANS))
def test_an_evening_takes_place_as_planned(template: str, tmp_path: Path) -> None:
    plan = PLANS[template]
    how = {"members": MEMBERS, "begun": False, "linger_min": plan.linger_min}
    with open_house(tmp_path, *plan.steps, **how) as house:
        evening = Evening(house, plan)
        house.clock.set(house.clock.now().replace(microsecond=0))
        begun = house.clock.now()
        evening.hold()
        assert house.meeting.phase is Phase.ENDED
        assert house.meeting.end_reason == "closed"
        feed = house.hub.committer.read(lambda db: meetings.feed(db, MEETING))
        held = [(step, at) for name, step, at in feed if name in STARTS]
        assert held == evening.expected, "the recorded timeline is the plan's"
        assert (house.clock.now() - begun).total_seconds() == plan.minutes * 60
        for phone in evening.members.values():
            eventually("the end reaches everybody", lambda phone=phone: _phase(phone) == "ended")  # type: ignore[misc]
        evening.stay_a_while()
        for phone in evening.members.values():
            _saw_nothing_of_the_hosts(phone)
        assert evening.questions_for(HOST) == list(load_library().debrief)
        assert evening.questions_for(MEMBERS[1]) == []


def _phase(phone: Phone) -> str:
    return str(phone.snapshot()["room"]["stage"]["stage"]["phase"])


def _saw_nothing_of_the_hosts(phone: Phone) -> None:
    """Every frame that came over the line has the keys of its audience's list, and no others."""
    assert phone.heard
    for message in phone.heard:
        assert set(message) == {"run", "audience", "seq", "server_time", "changes"}
        allowed = ALLOWED[message["audience"]] if message["audience"] in MAY_HEAR else set()
        for change in message["changes"]:
            assert set(change) == {"in", "id", "item"}
            keys = keys_in(change["item"], change["in"]) if change["item"] is not None else set()
            assert not [key for key in keys if not is_on_list(key, allowed)], message["audience"]


def test_the_nine_are_there() -> None:
    assert sorted(PLANS) == [f"T{n}" for n in range(1, 10)]
