"""What is seen while the year is played: a line for every round, and a bar under it on a real terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from dondoc.demo.people import Deed, Outcome
from dondoc.demo.performance import END, ISSUED, ZONE
from dondoc.demo.reading import open_letter
from dondoc.demo.year import Played

NOTABLE = frozenset({"Đề nghị chỉ đạo", "Xin ý kiến", "Trình xem xét", "Thông báo", "Cảnh báo"})
"""Kinds of letter of which the subject is shown: somebody above the owner hears, or the administrator."""

NAMED = 3
"""Up to so many units are named in a line."""

COLOURS: dict[Outcome, str] = {
    "handed in": "cyan", "asked for more time": "yellow", "granted more time": "yellow",
    "returned": "red", "accepted": "green",
}  # fmt: skip


class Narrator:
    """Tells of the rounds as they are held; `names` are the units' short names by id."""

    def __init__(self, console: Console, names: Mapping[str, str]) -> None:
        self._console = console
        self._names = names
        self._deeds: list[tuple[Deed, Outcome]] = []
        self.rounds = self.letters = 0

    def deed(self, deed: Deed, outcome: Outcome) -> None:
        """Note what somebody did before the next round."""
        self._deeds.append((deed, outcome))

    @contextmanager
    def watching(self) -> Iterator[Progress]:
        """While the rounds are held; the bar shows how far the year has come."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=40),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )
        with bar:
            yield bar

    def round(self, played: Played, bar: Progress) -> None:
        """Tell of a round that was held."""
        self.rounds += 1
        self.letters += len(played.arrivals)
        subjects = [open_letter(arrival.file).subject for arrival in played.arrivals]
        at = played.at.astimezone(ZONE)
        told = Text(f"{at:%a %d/%m/%Y %H:%M}  ", style="dim")
        told.append(", ".join(f"{count} {tag}" for tag, count in Counter(map(_tag, subjects)).items()) or "no letter")
        for outcome, units in self._by_outcome().items():
            told.append(f" · {outcome}: {units}", style=f"not dim {COLOURS[outcome]}")
        for happening in played.happened:
            told.append(f" · {happening.title}", style="not dim")
        self._console.print(told, soft_wrap=True)
        for arrival, subject in zip(played.arrivals, subjects, strict=True):
            if _tag(subject) in NOTABLE:
                to = Text(f"{'':22}{arrival.mailbox}: ", style="dim")
                self._console.print(to.append(subject.rpartition(" [#")[0], style="not dim magenta"), soft_wrap=True)
        self._move(bar, at)
        self._deeds.clear()

    def _by_outcome(self) -> dict[Outcome, str]:
        units: dict[Outcome, dict[str, None]] = {}
        for deed, outcome in self._deeds:
            units.setdefault(outcome, {})[deed.obligation.split("/")[2]] = None
        return {outcome: self._named(list(found)) for outcome, found in units.items()}

    def _named(self, units: list[str]) -> str:
        if len(units) > NAMED:
            return f"{len(units)} units"
        return ", ".join(self._names.get(unit, unit) for unit in units)

    def _move(self, bar: Progress, at: datetime) -> None:
        if not bar.tasks:
            bar.add_task("", total=(END - ISSUED).total_seconds())
        bar.update(bar.tasks[0].id, completed=(at - ISSUED).total_seconds(), description=f"{at:%d/%m/%Y}")


def _tag(subject: str) -> str:
    """The word in brackets with which a subject begins."""
    return subject.partition("]")[0].removeprefix("[")
