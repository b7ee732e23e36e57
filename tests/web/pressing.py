"""A host's builder, pressed button by button."""

from __future__ import annotations

from circle.domain.plan import Step
from tests.support import Browser, Page
from tests.web.conftest import House


class Plan:
    """Mira's builder, pressed by the names of its edits."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house = house
        self.browser = browser
        self.path = f"/prepare/{house.meeting_id}"

    def press(self, do: str, *, at: str = "", **fields: str) -> Page:
        """One edit, as a form of the page with this step open would send it."""
        token = self.browser.open(self.path).form("/edit").fields["csrf_token"]
        return self.browser.post(f"{self.path}/edit", {"do": do, "open": at, "csrf_token": token, **fields})

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.house.hub.planning.evening(self.house.mira, self.house.meeting_id).meeting.plan.steps

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.id == name)

    @property
    def order(self) -> list[str]:
        return [step.id for step in self.steps]
