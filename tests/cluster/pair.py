"""Two real `circle run` on one PostgreSQL and one Redis: the same circle at two addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.live.nest import Nest
from tests.live.server import Server

ESTABLISHED = "01"


def lines_to(port: int) -> int:
    """How many connections a server on this loopback port has now."""
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    cells = [row.split() for row in rows]
    return sum(cell[1].endswith(f":{port:04X}") and cell[3] == ESTABLISHED for cell in cells)


class Pair:
    """The servers, whose clocks go together. There may be more than two."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        redis_url: str,
        names: Sequence[str] = ("one", "other"),
        nest: Nest | None = None,
    ) -> None:
        homes = [folder / name for name in names]
        for home in homes:
            home.mkdir()
        shared = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "CIRCLE_DATA_DIR": str(folder / "data"),  # both sign and seal with the same keys
        }
        self.servers = [Server(home, environment=dict(shared), nest=nest) for home in homes]
        origins = " ".join(server.url for server in self.servers)
        for server in self.servers:
            server.environment["CIRCLE_ORIGINS"] = origins

    def start(self) -> None:
        """One after the other: the first makes the tables."""
        for server in self.servers:
            server.start()

    def stop(self) -> None:
        """Both."""
        for server in self.servers:
            server.stop()

    def advance(self, seconds: float) -> datetime:
        """Time passes for both; a server that was killed goes on from there when it is started again."""
        for server in self.servers:
            if server.is_running:
                server.advance(seconds)
        latest = max(server.now for server in self.servers)
        for server in self.servers:
            server.now = latest
        return latest
