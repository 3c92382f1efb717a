"""Steps of a plan's year that would reach nobody, found before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory, address
from dondoc.core.burden import Caution
from dondoc.core.decide import OWNER, Action, AskReview, Escalate, Remind
from dondoc.core.obligation import Obligation
from dondoc.core.standing import situation
from dondoc.core.telling import rung_sentence
from dondoc.core.text import Text

_REMINDERS = Text(vi="Nhắc việc", en="Reminders")

SHOWN = 5
"""How many units are named where the same step reaches nobody for several."""


def unreached(owed: Iterable[Obligation], directory: Directory, calendar: WorkCalendar) -> tuple[Caution, ...]:
    """Each step that nobody receives, once for all units of which it is so; judged on the deadline's day."""
    known: dict[tuple[str, str, str, str], bool] = {}
    empty: dict[tuple[str, str, str], dict[str, Obligation]] = {}
    for one in owed:
        for action in _steps(one):
            key = (one.unit, one.terms.focal_point, action.to, type(action).__name__)
            if key not in known:
                (reached,) = address((action,), directory, one.due.day(calendar))
                known[key] = reached.empty or (action.to == OWNER and not reached.recipients)
            if known[key]:
                empty.setdefault((action.rung, action.to, one.terms.focal_point), {}).setdefault(one.unit, one)
    return tuple(_caution(rung, to, units, directory) for (rung, to, _), units in empty.items())


def _steps(one: Obligation) -> Iterator[Action]:
    """The kinds of step that the plan foresees, one for each role they go to."""
    now, policy = situation(one, ()), one.terms.policy
    if policy.remind or policy.chase:
        yield Remind(one, now, 0, "remind", 0, OWNER, one.due.at)
    for rung in policy.escalate:
        yield Escalate(one, now, 0, rung.name, 0, rung.to, one.due.at)
    if one.terms.review is not None:
        yield AskReview(one, now, 0, "review/asked", 0, one.terms.review.by, one.due.at)


def _caution(rung: str, to: str, units: dict[str, Obligation], directory: Directory) -> Caution:
    first = next(iter(units.values()))
    owner = first.unit if len(units) == 1 else ""
    step = _REMINDERS if rung == "remind" else rung_sentence(rung, 0, to, owner, first, directory)
    names = {language: _named(units, directory, language) for language in ("vi", "en")}
    return Caution(
        "nobody",
        Text(
            vi=f"{step.vi}: không có ai để gửi ({names['vi']}).",
            en=f"{step.en}: nobody can be written to ({names['en']}).",
        ),
    )


def _named(units: Iterable[str], directory: Directory, language: str) -> str:
    names = [directory.name(unit, language) for unit in units]
    more = f", +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
