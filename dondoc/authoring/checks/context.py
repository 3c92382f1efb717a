"""What the checks share: the file, what it declares, and how a problem in it is worded and located."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from functools import cached_property

from dondoc.authoring.beside import Beside
from dondoc.authoring.load import Loaded
from dondoc.authoring.tree import Mapping, Node, Scalar, Sequence, Source, TreePath
from dondoc.calendar.mistakes import DeadlineSyntaxError
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.organisation import Committee, Organisation, Unit
from dondoc.core.plan import Plan, Section, Task
from dondoc.core.problem import Problem, Severity
from dondoc.core.schedule import Owners
from dondoc.errors import nearest

_SHOWN = 8
"""How many of the names there are a hint lists."""


class File:
    """A file under check; problems at places that were set aside as mistaken already are not made."""

    source: Source

    def error(self, path: TreePath, code: str, message: str, hint: str = "", offset: int = 0) -> Iterator[Problem]:
        """A problem that keeps the file from being used, `offset` characters into the text at `path`."""
        return self._problem(path, "error", code, message, hint, offset)

    def warning(self, path: TreePath, code: str, message: str, hint: str = "", offset: int = 0) -> Iterator[Problem]:
        """Something that is allowed and probably not meant."""
        return self._problem(path, "warning", code, message, hint, offset)

    def unknown(self, path: TreePath, kind: str, name: str, known: Iterable[str], offset: int = 0) -> Iterator[Problem]:
        """No `kind` (unit, task, policy...) has this name; the nearest is offered."""
        message = f"there is no {kind} `{name}`"
        return self.error(path, f"unknown-{kind.replace(' ', '-')}", message, suggestion(name, known, kind), offset)

    def syntax(self, path: TreePath, error: DeadlineSyntaxError) -> Iterator[Problem]:
        """An expression that cannot be read; the caret points inside it."""
        return self.error(path, "deadline-syntax", error.message, error.hint, error.offset)

    def key(self, path: TreePath, code: str, message: str, hint: str = "") -> Iterator[Problem]:
        """An error that is shown at a key rather than its value."""
        if not self.source.is_lost(path):
            place = self.source.key_position(path) or self.source.position(path)
            yield self.source.located(place, "error", code, message, hint)

    def _problem(
        self, path: TreePath, severity: Severity, code: str, message: str, hint: str, offset: int
    ) -> Iterator[Problem]:
        if not self.source.is_lost(path):
            yield self.source.located(self.source.position(path, offset), severity, code, message, hint)


@dataclass
class OrganisationFile(File):
    """An organisation under check."""

    loaded: Loaded[Organisation]
    organisation: Organisation

    def __post_init__(self) -> None:
        self.source = self.loaded.source

    @cached_property
    def unit_ids(self) -> Dictionary[str, None]:
        """The ids of all units in order, of mistaken ones too; then those that units were called by."""
        written = names_under(self.source.root, "units", "id")
        return dict.fromkeys((*written, *self.organisation.first_names.values()))

    @cached_property
    def committee_ids(self) -> Dictionary[str, None]:
        """The ids of all committees in order, of mistaken ones too."""
        return dict.fromkeys(names_under(self.source.root, "committees", "id"))

    @cached_property
    def units(self) -> Dictionary[str, Unit]:
        """The units by their ids."""
        return {unit.id: unit for unit in self.organisation.units}

    @cached_property
    def heirs(self) -> Dictionary[str, Unit]:
        """By the id of a unit that was replaced, the one that replaced it."""
        return {old: unit for unit in self.organisation.units for old in unit.replaces}

    @cached_property
    def calendar(self) -> WorkCalendar | None:
        """The working calendar, None where none can be built."""
        try:
            return self.organisation.work_calendar()
        except ValueError:
            return None


@dataclass
class PlanFile(File):
    """A plan under check; `beside` is its organisation, None where there is none to check against.

    `document` is what its document says and promises, empty where the plan is checked without its folder.
    """

    loaded: Loaded[Plan]
    plan: Plan
    beside: OrganisationFile | None
    document: Beside = field(default_factory=Beside)
    silent: set[str] = field(default_factory=set)
    """Units of which it was said that nobody there can be written to; once is enough."""

    def __post_init__(self) -> None:
        self.source = self.loaded.source

    def sections(self) -> Iterator[tuple[TreePath, Section]]:
        """Each section and where it stands."""
        for number, section in enumerate(self.plan.sections):
            yield ("sections", number), section

    def tasks(self) -> Iterator[tuple[TreePath, Task]]:
        """Each task and where it stands."""
        for path, section in self.sections():
            for number, task in enumerate(section.tasks):
                yield (*path, "tasks", number), task

    @cached_property
    def task_ids(self) -> tuple[str, ...]:
        """The ids of all tasks, of mistaken ones too."""
        sections = list(_items(_value(self.source.root, "sections")))
        return tuple(name for section in sections for name in names_under(section, "tasks", "id"))

    def names(self, key: str) -> tuple[str, ...]:
        """The names that stand as keys below a first-level key (`policies`, `forms`), of mistaken ones too."""
        node = _value(self.source.root, key)
        return (*node.entries, *node.lost) if isinstance(node, Mapping) else ()

    @property
    def dated(self) -> bool:
        """Whether the plan's own dates can be reckoned with."""
        return not any(self.source.is_lost((key,)) for key in ("issued", "period"))

    @cached_property
    def owners(self) -> Owners | None:
        """Who an `owner:` means; None without an organisation."""
        return Owners(self.beside.organisation) if self.beside else None

    def unit(self, path: TreePath, name: str, *, or_committee: bool = True) -> Iterator[Problem]:
        """The problem of naming a unit (or committee) that does not exist."""
        if self.beside is None:
            return
        units, committees = self.beside.unit_ids, self.beside.committee_ids
        if name in units or (or_committee and name in committees):
            return
        if name in committees:
            message = f"`{name}` is a committee, which owes and reviews nothing itself"
            yield from self.error(path, "not-a-unit", message, "name a unit")
        else:
            yield from self.unknown(path, "unit", name, [*units, *(committees if or_committee else ())])

    def reachable(self, path: TreePath, units: Iterable[Unit]) -> Iterator[Problem]:
        """The problem of counting on units in which nobody can be written to; told once of each unit."""
        mute = [unit.id for unit in units if unit.id not in self.silent and not self._has_somebody(unit)]
        if mute:
            self.silent.update(mute)
            shown = ", ".join(f"`{name}`" for name in mute[:3])
            more = f" and {len(mute) - 3} more" if len(mute) > 3 else ""
            hint = "give each a person with an email, or with `contact: paper`, in organisation.yaml"
            yield from self.error(path, "nobody-to-write-to", f"nobody in {shown}{more} can be written to", hint)

    def _has_somebody(self, unit: Unit) -> bool:
        assert self.beside is not None  # units come from an organisation
        heir = self.beside.heirs.get(unit.id)
        return can_be_written_to(unit) or (heir is not None and can_be_written_to(heir))


def can_be_written_to(body: Unit | Committee) -> bool:
    """Whether anybody in a unit or committee can be written to."""
    secretary = (body.secretary,) if isinstance(body, Committee) and body.secretary else ()
    people = (*secretary, *(body.people if isinstance(body, Unit) else body.members))
    return any(person.email or person.contact != "mail" for person in people)


def leads_back(start: str, step: Callable[[str], Iterable[str]]) -> bool:
    """Whether following `step` from `start` comes to it again.

    >>> leads_back("a", {"a": ["b"], "b": ["a"]}.__getitem__), leads_back("a", {"a": ["b"], "b": ["b"]}.__getitem__)
    (True, False)
    """
    seen: set[str] = set()
    ahead = list(step(start))
    while ahead:
        here = ahead.pop()
        if here == start:
            return True
        if here not in seen:
            seen.add(here)
            ahead.extend(step(here))
    return False


def suggestion(name: str, known: Iterable[str], kind: str) -> str:
    """What to write instead: the nearest name there is, else some of them.

    >>> suggestion("h-gia-bin", ["h-gia-binh", "tx-que-vo"], "unit")
    'did you mean `h-gia-binh`?'
    """
    names = list(dict.fromkeys(known))
    near = nearest(name, names, at_most=1)
    if near:
        return f"did you mean `{near[0]}`?"
    if not names:
        return f"this file names no {kind} at all"
    shown = ", ".join(names[:_SHOWN])
    return f"write one of {shown}{', …' if len(names) > _SHOWN else ''}"


def names_under(node: Node | None, *keys: str) -> Iterator[str]:
    """The texts under `keys`, through lists, of what was set aside too."""
    if not keys:
        if isinstance(node, Scalar):
            yield node.text
        return
    for item in _items(_value(node, keys[0])):
        yield from names_under(item, *keys[1:])


def _value(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, Mapping):
        return None
    entry = node.lost.get(key) or node.entries.get(key)
    return entry.value if entry else None


def _items(node: Node | None) -> Iterator[Node]:
    match node:
        case Sequence(items=items, lost=lost):
            yield from items
            yield from lost
        case None:
            return
        case _:
            yield node
