"""A host and some members over real sockets, without browsers, for quiet rounds at real servers."""

from __future__ import annotations

from collections.abc import Sequence

from circle.simulate.browser import Browser
from circle.simulate.quiet import TakingPart
from tests.live.server import Server
from tests.live.test_table import go_on, go_on_to, sit
from tests.simulate.watcher import address_of, sign_in


class Writers:
    """They come by the demo circle's door, by turns to the servers; the host is at the first."""

    def __init__(self, names: Sequence[str], *servers: Server) -> None:
        door = servers[0].door
        self.names = names
        self.phones = [Browser(address_of(servers[at % len(servers)])) for at in range(len(names))]
        self.meeting = self.phones[0].come_in(door, names[0])
        browser = sign_in(servers[0])
        browser.open(f"/meet/{self.meeting}")
        self.host = sit(browser, self.meeting)
        assert self.host.command("open_door", {})["ok"]
        self.members = [sit(self.phones[0], self.meeting)]
        for phone, name in zip(self.phones[1:], names[1:], strict=True):
            phone.come_in(door, name)
            self.members.append(sit(phone, self.meeting))
        self._parts: list[TakingPart] = []

    def are_let_in(self) -> None:
        """All who wait."""
        assert self.host.command("admit_all", {})["ok"]
        self.host.wait("the open door", lambda screen: screen.phase == "open")

    def write(self) -> None:
        """The room goes on to the first step without names, and everybody has a line ready."""
        go_on_to(self.host, "wall_write")
        for phone, member, name in zip(self.phones, self.members, self.names, strict=True):
            member.wait("the page to write on", lambda s: s.stage["step"]["part"] == "wall_write")
            part = TakingPart(phone, member, lambda _seconds: None)
            part.keep()
            part.ready({"text": f"A line of {name}."})
            self._parts.append(part)

    def are_collected(self) -> None:
        """The host collects, and every page posts."""
        assert go_on(self.host)["ok"]
        for member, part in zip(self.members, self._parts, strict=True):
            member.wait("the collecting", lambda s: s.stage["quiet_round"]["collecting"])
            part.keep()

    def batch(self, count: int) -> str:
        """The lines the host reads, once there are so many."""
        screen = self.host.wait(
            f"{count} lines", lambda s: s.shared is not None and len(s.shared.view["batch"]) == count
        )
        assert screen.shared is not None
        return str(screen.shared.view["batch"])

    def hang_up(self) -> None:
        """All of them, without waiting for a goodbye."""
        for line in (self.host, *self.members):
            line.drop()
