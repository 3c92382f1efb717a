"""Holds one round in a process of its own and, where asked to, kills it with SIGKILL at a named point.

python tests/desk/one_round.py 2023-06-05T08:00+07:00 [POINT [TIMES]]
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime

from dondoc.desk.round import run_round
from dondoc.desk.workplace import open_workplace
from dondoc.settings import load_settings


class Killer:
    """Counts how often a point is reached and kills the process at the n-th time."""

    def __init__(self, point: str, times: int) -> None:
        self.point = point
        self.left = times

    def __call__(self, stage: str) -> None:
        if stage == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    at = datetime.fromisoformat(sys.argv[1]).astimezone(UTC)
    place = open_workplace(load_settings())
    if len(sys.argv) > 2:
        times = int(sys.argv[3]) if len(sys.argv) > 3 else 1
        place = replace(place, reached=Killer(sys.argv[2], times))
    sys.stdout.write(json.dumps(asdict(asyncio.run(run_round(place, at)))))


if __name__ == "__main__":
    main()
