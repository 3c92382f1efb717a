"""Programs that dondoc starts: each leads a process group of its own, and all that it started stops with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

MARK = "DONDOC_CHILD"
"""A variable that a child and everything it starts carry, by which they are known again."""


class Child:
    """A running program; what it says goes to `log`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._mark = f"{MARK}={uuid4().hex}"
        name, _, value = self._mark.partition("=")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dondoc.service.leash", str(os.getpid()), *command],
                env={**environment, name: value},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """The exit status, None while it runs."""
        return self._process.poll()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask it to end, wait so long, then end it and all that it started."""
        if self.ended() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self._end_strays(signal.SIGTERM, seconds / 2)
        self._end_strays(signal.SIGKILL, seconds)
        self._process.wait(seconds)

    def last_words(self, lines: int = 12) -> str:
        """The end of what it said."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _end_strays(self, how: signal.Signals, seconds: float) -> None:
        """Send a signal to whatever still carries our mark (a run of a flow leads a group of its own)."""
        until = monotonic() + seconds
        asked: set[int] = set()
        while (left := {*self._carriers()}) and monotonic() < until:
            for pid in left - asked:
                with suppress(ProcessLookupError):
                    os.kill(pid, how)
            asked |= left
            self.ended()  # reaps it
            sleep(0.05)

    def _carriers(self) -> Iterator[int]:
        """Who carries our mark; where there is no /proc, the leader of the group alone."""
        if not Path("/proc/self/environ").exists():
            if self.ended() is None:
                yield self.pid
            return
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with suppress(OSError):
                    if self._mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                        yield int(folder.name)
