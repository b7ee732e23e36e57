"""Processes that are started, and started again when they end, until all of it is stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

AGAIN_SECONDS = 0.5
STOP_SECONDS = 6.0


@dataclass
class Kept:
    """One of them. log: where its output goes. told: called with each new process id but the first.
    ends_by: the signal it is asked to end by.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    told: Callable[[int], None] = lambda _pid: None
    ends_by: signal.Signals = signal.SIGTERM
    process: asyncio.subprocess.Process | None = None
    _watch: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """Its process id now; 0 before the first start."""
        return self.process.pid if self.process else 0

    async def start(self) -> None:
        """Begin, and keep it running."""
        await self._run()
        self._watch = asyncio.create_task(self._start_again())

    async def stop(self) -> None:
        """End it: kindly, and by force when that takes too long."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(self.ends_by)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def _run(self) -> None:
        with self.log.open("ab") as end:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env=dict(self.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=end,
                stderr=end,
                start_new_session=True,  # Ctrl-C is ours: we end them in order
            )

    async def _start_again(self) -> None:
        while self.process is not None:
            await self.process.wait()
            await asyncio.sleep(AGAIN_SECONDS)
            await self._run()
            self.told(self.pid)
