"""A session and its pulse, looked at every second as the ticker does: for tests of the pulse."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from circle.domain import commands as c
from circle.domain.meeting import Meeting
from circle.domain.plan import Kind, Sharing, Step, StepClass
from circle.domain.pulse import Occasion, Pulse, Where, answered, passed
from tests.domain.scene import HOST, Scene, make_meeting, step

MEMBERS = ("m1", "m2", "m3", "m4", "m5", "m6")
FIRST = step("first", Kind.ARRIVE, minutes=5)
TENDER = replace(step("tender", Kind.VOLUNTEER, Sharing.SPOKEN_VOLUNTEER, minutes=8), intensity=4)
LANDING = replace(step("landing", Kind.GROUNDING, minutes=5), intensity=1, cls=StepClass.GROUNDING)
AFTER = step("after", Kind.CHECK_IN, Sharing.CHAT_WORD, minutes=6)
CLOSING = step("closing", Kind.CLOSING, Sharing.SPOKEN_ROUND, minutes=6)
STILL_CLOSING = step("still", Kind.CLOSING, minutes=6)
ON = Pulse(on=True)


class Evening:
    """A session and its pulse, looked at every second."""

    def __init__(self, *steps: Step, members: tuple[str, ...] = MEMBERS, pulse: Pulse = ON) -> None:
        self.scene = Scene(make_meeting(*steps, members=members))
        self.pulse = pulse
        self.invitations: list[tuple[Occasion, str]] = []
        self.closings: list[datetime] = []
        self.do(c.OpenDoor())

    @property
    def meeting(self) -> Meeting:
        """As it is now."""
        return self.scene.meeting

    def do(self, *commands: c.Command, who: str = HOST) -> None:
        """Commands, and a look after each."""
        for command in commands:
            self.scene.do(who, command)
            self.look()

    def look(self) -> None:
        """What the ticker does."""
        was = self.pulse.open
        self.pulse = passed(self.pulse, self.meeting, self.scene.now)
        if was is not None and self.pulse.open is None:
            self.closings.append(self.scene.now)
        if self.pulse.open is not None and self.pulse.open != was:
            assert self.meeting.step is not None
            self.invitations.append((self.pulse.open.occasion, self.meeting.step.id))

    def wait(self, seconds: int) -> None:
        """Second by second."""
        for _ in range(seconds):
            self.scene.wait(1)
            self.look()

    def say(self, *places: Where) -> None:
        """One after the other, from the first chair on."""
        for seat, where in zip(MEMBERS, places, strict=False):
            self.pulse = answered(self.pulse, seat, where, self.meeting)
