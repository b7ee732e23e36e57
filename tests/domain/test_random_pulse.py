"""Random evenings with the pulse in them: an answer is told to nobody, and the pulse moves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from circle.domain import commands as c
from circle.domain.audience import HOSTS, ROOM, STAND_IN, audiences, view
from circle.domain.errors import CircleError
from circle.domain.meeting import OVER, Place, Role
from circle.domain.outcome import Actor
from circle.domain.pulse import K_TOTAL, Where, passed, switched
from circle.domain.signs import SayWhere, heed
from tests.domain.scene import ANA, BO, CY, HOST
from tests.domain.test_random_evenings import DI, EVE, FULL, ROLES, Evening

people = st.sampled_from(sorted(ROLES))


class EveningWithPulse(Evening):
    """The same evening; hosts would like to know where people are."""

    @rule()
    def everybody_comes(self) -> None:
        for who in (ANA, BO, CY, DI, EVE):
            self.command(Actor(who, Role.MEMBER), c.TakeSeat(who, who.title()))
            self.command(Actor(HOST, Role.HOST), c.Admit(who))

    @rule(who=people, where=st.sampled_from(list(Where)))
    def somebody_says_where_they_are(self, who: str, where: Where) -> None:
        signs = replace(self.room.signs, pulse=switched(self.room.signs.pulse, True))
        self.turn(replace(self.room, signs=signs))
        try:
            signs = heed(signs, SayWhere(where), who, self.room.meeting, frozenset())
        except CircleError:
            return
        assert self.turn(replace(self.room, signs=signs)) == set(), "nobody learns that somebody answered"

    @rule(where=st.sampled_from(list(Where)))
    def everybody_says_where_they_are(self, where: Where) -> None:
        for seat in self.room.meeting.placed(Place.SEATED):
            self.somebody_says_where_they_are(seat.id, where)

    @rule(seconds=st.sampled_from([1, 25, 250]))
    def the_pulse_opens_or_closes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        before, meeting = self.room.signs.pulse, self.room.meeting
        if meeting.phase in OVER:
            return
        pulse = passed(before, meeting, self.now)
        told = self.turn(replace(self.room, signs=replace(self.room.signs, pulse=pulse)))
        assert told <= ({HOSTS, STAND_IN, ROOM} if pulse.open != before.open else {HOSTS, STAND_IN})
        assert pulse.told in (None, before.told) or not pulse.answers, "what is told has nobody in it"
        assert self.room.meeting is meeting, "it moves nothing"

    @invariant()
    def no_page_shows_who_or_a_count_of_few(self) -> None:
        pulse = self.room.signs.pulse
        for name in audiences(self.room.meeting):
            stage = view(self.room, name)["stage"]["stage"] if name in (ROOM, HOSTS, STAND_IN) else {}
            assert set(stage.get("pulse", {})) <= {"until", "counted"}
            assert ("felt" in stage) == (name in (HOSTS, STAND_IN))
        if pulse.told is not None:
            assert not set(pulse.told.bands.values()) & {"1", "2"}
            assert len(pulse.told.bands) in (0, 4)
        members = [s for s in self.room.meeting.placed(Place.SEATED) if s.role is Role.MEMBER]
        assert len(members) >= K_TOTAL or not view(self.room, ROOM)["stage"]["stage"]["pulse"]["counted"]


TestEveningWithPulse = EveningWithPulse.TestCase
TestEveningWithPulse.settings = settings(
    max_examples=300 if FULL else 40,
    stateful_step_count=60 if FULL else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
