"""What an edit of a plan changes against what is in force: duties, letters, statistics, and what is endangered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.amendment import Amendment
from dondoc.core.instants import iso, iso_due
from dondoc.core.letter import Kind, Letter
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.statistics import Tally


@dataclass(frozen=True, slots=True)
class Renaming:
    """A unit or task that is called otherwise by now; `ledger` is its first id, under which it goes on."""

    kind: Literal["unit", "task"]
    ledger: str
    before: str
    after: str


def renamings(
    before: tuple[Plan | None, Organisation], after: tuple[Plan | None, Organisation]
) -> tuple[Renaming, ...]:
    """The units, then the tasks, that both have under another id."""
    units, new_units = ({unit.id: unit.called for unit in house.units} for _, house in (before, after))
    tasks, new_tasks = (
        {task.ledger_id: task.id for task in plan.tasks()} if plan else {} for plan, _ in (before, after)
    )
    kinds: tuple[tuple[Literal["unit", "task"], dict[str, str], dict[str, str]], ...] = (
        ("unit", units, new_units), ("task", tasks, new_tasks),
    )  # fmt: skip
    return tuple(
        Renaming(kind, name, old[name], called)
        for kind, old, new in kinds
        for name, called in new.items()
        if name in old and old[name] != called
    )


@dataclass(frozen=True, slots=True)
class LetterChange:
    """A letter to come that an edit adds, takes away or changes; `at` is when it leaves (aware UTC)."""

    at: datetime
    day: date
    to: str
    kind: Kind
    subject: str


@dataclass(frozen=True, slots=True)
class LetterChanges:
    """The letters to come that differ, each part in their order."""

    added: tuple[LetterChange, ...] = ()
    gone: tuple[LetterChange, ...] = ()
    changed: tuple[LetterChange, ...] = ()

    @property
    def number(self) -> int:
        """How many letters differ."""
        return len(self.added) + len(self.gone) + len(self.changed)


Print = tuple[LetterChange, int]
"""A letter without its text, and a number that tells texts apart."""


def printed(letter: Letter) -> Print:
    """What is kept of a letter to compare it with another of the same day, person and kind."""
    change = LetterChange(letter.not_before, letter.day, letter.recipient.key, letter.kind, letter.subject)
    return change, hash((letter.subject, letter.text, letter.steps, letter.not_before))


def compare(before: Iterable[Letter], after: Iterable[Letter]) -> LetterChanges:
    """Which letters an edit adds, takes away, or makes say something else; letters are handed over one by one."""
    old, new = (_by_key(letters) for letters in (before, after))
    return LetterChanges(
        added=tuple(one for key, (one, _) in new.items() if key not in old),
        gone=tuple(one for key, (one, _) in old.items() if key not in new),
        changed=tuple(one for key, (one, mark) in new.items() if key in old and old[key][1] != mark),
    )


def _by_key(letters: Iterable[Letter]) -> dict[tuple[date, str, Kind, str], Print]:
    """By what makes it the same letter; notices, of which there may be several a day, by their obligation too."""
    return {
        (one.day, one.recipient.key, one.kind, "" if one.steps else one.about[0] if one.about else ""): printed(one)
        for one in letters
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying a file would change; `word` has to be said with `--confirm` where something is `endangered`.

    `told` are the addresses that hear of it at once. `before` and `after` are the plan's counts.
    """

    plan: str
    version: int
    calendar: WorkCalendar
    amendment: Amendment
    letters: LetterChanges
    told: tuple[str, ...]
    before: Tally
    after: Tally
    word: str = ""
    others: tuple[tuple[str, Amendment], ...] = ()
    renamed: tuple[Renaming, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        others = all(amendment.is_empty for _, amendment in self.others)
        unseen = not self.letters.number and not self.renamed and self.before == self.after
        return self.amendment.is_empty and others and unseen

    def as_data(self) -> dict[str, Any]:
        """The JSON of `dondoc diff --json`."""
        return {
            "plan": self.plan,
            "version": self.version,
            "changed": not self.is_empty,
            "renamed": [
                {"kind": one.kind, "ledger": one.ledger, "from": one.before, "to": one.after} for one in self.renamed
            ],
            **_duties(self.amendment, self.calendar),
            "letters": {
                name: [_letter(one, self.calendar) for one in some]
                for name, some in (
                    ("added", self.letters.added), ("gone", self.letters.gone), ("changed", self.letters.changed),
                )
            },
            "told": list(self.told),
            "statistics": {"before": self.before.in_force.as_data(), "after": self.after.in_force.as_data()},
            "others": {name: _duties(amendment, self.calendar) for name, amendment in self.others},
            "confirm": self.word or None,
        }  # fmt: skip


def _duties(change: Amendment, calendar: WorkCalendar) -> dict[str, Any]:
    answered, zone = {one.id for one in change.answered}, calendar.zone
    return {
        "added": [one.id for one in change.added],
        "moved": [
            {"id": one.obligation.id, "from": iso_due(one.before, calendar), "to": iso_due(one.after, calendar)}
            for one in change.moved
        ],
        "opened": [
            {"id": one.obligation.id, "from": iso(one.obligation.opens, zone), "to": iso(one.opens, zone)}
            for one in change.opened
        ],
        "reassigned": [{"from": old.id, "to": new.id} for old, new in change.reassigned],
        "dropped": [{"id": one.id, "submitted": one.id in answered} for one in change.dropped],
        "restored": [one.obligation.id for one in change.restored],
        "kept": [one.id for one in change.kept],
        "unchanged": change.unchanged,
    }


def _letter(one: LetterChange, calendar: WorkCalendar) -> dict[str, str]:
    return {"at": iso(one.at, calendar.zone), "to": one.to, "kind": one.kind, "subject": one.subject}
