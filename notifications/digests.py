"""From a digest to what its letter says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypedDict, TypeVar

from dondoc.calendar.deadline import shift_day
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_OWNER, Action
from dondoc.core.digest import Digest
from dondoc.core.history import RESOLVED, Cancelled, Escalated, History, Waived, effective
from dondoc.core.letter import Recipient
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from dondoc.core.text import short_date
from notifications import wording
from notifications.context import (
    ClosingContext,
    CopyContext,
    DossierContext,
    DutiesContext,
    EscalatedItem,
    ForewarningContext,
    Group,
    Item,
    ReviewContext,
    ReviewItem,
    Several,
)
from notifications.deeds import Telling, deeds
from notifications.items import body_name, item, item_parts, steps_done
from notifications.letterhead import Address, Letterhead, Urgency
from notifications.lines import Settled

Histories = Mapping[str, History]
Matters = Sequence[tuple[Obligation, Situation]]

T = TypeVar("T", bound=Item)

NAMED = 20
"""So many settled matters are named in one letter; of more, their number."""

_MOST_URGENT_FIRST: tuple[Urgency, ...] = ("overdue", "today", "soon")


def digest_context(
    digest: Digest,
    letterhead: Letterhead,
    at: datetime,
    token: str,
    histories: Histories,
    settled: Matters,
    telling: Telling = deeds,
) -> Several | ClosingContext:
    """What a digest says when it is read at `at` (aware UTC).

    `histories` tells, by obligation id, what was done about matters that are put before somebody; `settled` are
    those that stood in an earlier dossier to the same recipient and are closed now. `telling` is `deeds`, or one that
    remembers what it read.
    """
    about = _About(digest, letterhead, at, token, telling)
    match digest.kind:
        case "duties":
            return _duties(about)
        case "review":
            return _review(about)
        case "dossier":
            return _dossier(about, histories, settled)
        case "closing":
            return _closing(about, histories)
        case "copy":
            items = _escalated(about, histories)
            first = _most_urgent(digest.items, items)
            return CopyContext(items=items, first=first, **about.counted(), **about.common())
        case "forewarning":
            items = _escalated(about, histories)
            goes_on = letterhead.calendar.add(about.today, 1)
            return ForewarningContext(
                items=items,
                first=_most_urgent(digest.items, items),
                goes_on=wording.long_date(goes_on, about.language),
                **about.counted(),
                **about.common(),
            )


class Common(TypedDict):
    """What every context has."""

    language: str
    to: Address
    plan: str
    token: str
    answer_by_id: bool


class Counted(TypedDict):
    """How many items a digest has, and how its subject speaks of those it does not name."""

    count: int
    others: str


def common(obligations: Sequence[Obligation], recipient: Recipient, letterhead: Letterhead, token: str) -> Common:
    """The fields every context has; the plan is named where there is one."""
    plans, language = plans_of(obligations), recipient.language
    return {
        "language": language,
        "to": letterhead.address(recipient, plans),
        "plan": letterhead.plan_name(plans[0], language) if len(plans) == 1 else "",
        "token": token,
        "answer_by_id": len(obligations) > 1,
    }


def counted(count: int, language: str) -> Counted:
    """How many matters a letter is about."""
    return {"count": count, "others": wording.and_others(count - 1, language)}


def plans_of(obligations: Iterable[Obligation]) -> tuple[str, ...]:
    """The ids of their plans, each once."""
    return tuple(dict.fromkeys(obligation.plan for obligation in obligations))


@dataclass(frozen=True, slots=True)
class _About:
    """A digest, and everything around it that its words depend on."""

    digest: Digest
    letterhead: Letterhead
    at: datetime
    token: str
    telling: Telling

    @property
    def language(self) -> str:
        return self.digest.recipient.language

    @property
    def today(self) -> date:
        return self.letterhead.calendar.day_of(self.at)

    def short_day(self, instant: datetime | None) -> str:
        return short_date(self.letterhead.calendar.day_of(instant), self.language) if instant else ""

    def common(self) -> Common:
        obligations = [action.obligation for action in self.digest.items]
        return common(obligations, self.digest.recipient, self.letterhead, self.token)

    def counted(self) -> Counted:
        return counted(len(self.digest.items), self.language)

    def plan_labels(self, actions: Sequence[Action]) -> list[str]:
        """The plan's name at the first item of each plan, where the letter is about several."""
        if len({action.obligation.plan for action in self.digest.items}) == 1:
            return [""] * len(actions)
        labels, last = [], ""
        for action in actions:
            plan = action.obligation.plan
            labels.append("" if plan == last else self.letterhead.plan_name(plan, self.language))
            last = plan
        return labels


def _duties(about: _About) -> DutiesContext:
    by_urgency: dict[Urgency, list[Action]] = {}
    for action in about.digest.items:
        due = about.letterhead.deadline_words(action.situation.answer_by, about.at, about.language)
        by_urgency.setdefault(due.urgency, []).append(action)
    groups: list[Group] = []
    n = 0
    for urgency in _MOST_URGENT_FIRST:
        if actions := by_urgency.get(urgency):
            items = []
            for action, under in zip(actions, about.plan_labels(actions), strict=True):
                n += 1
                items.append(
                    item(
                        action.obligation, action.situation, about.letterhead, about.at, about.language,
                        n=n, own=about.digest.recipient.unit, under=under,
                    )
                )  # fmt: skip
            groups.append(Group(urgency, tuple(items)))
    return DutiesContext(
        groups=tuple(groups),
        first=_most_urgent(by_urgency[groups[0].urgency], groups[0].items),
        **about.counted(),
        **about.common(),
    )


def _most_urgent(actions: Sequence[Action], items: Sequence[T]) -> T:
    """The item of the earliest deadline, which the subject names."""
    pairs = zip(actions, items, strict=True)
    return min(pairs, key=lambda pair: pair[0].situation.answer_by.at)[1]


def _review(about: _About) -> ReviewContext:
    actions = about.digest.items
    labels = about.plan_labels(actions)
    items = tuple(
        _review_item(about, action, n, under) for n, (action, under) in enumerate(zip(actions, labels, strict=True), 1)
    )
    first = next((one for one in items if one.late), items[0])
    return ReviewContext(items=items, first=first, **about.counted(), **about.common())


def _review_item(about: _About, action: Action, n: int, under: str) -> ReviewItem:
    now, calendar, language = action.situation, about.letterhead.calendar, about.language
    parts = item_parts(action.obligation, now, about.letterhead, about.at, language, n=n, under=under)
    extension = action.rung.startswith("extension/")
    asked = now.extension_asked if extension else now.last_submitted
    by = None if extension else review_by(action.obligation, now, about.letterhead)
    return ReviewItem(
        **parts,
        extension=extension,
        received=wording.long_moment(asked.happened_at, calendar, language) if asked else "",
        requested=(
            wording.long_deadline(now.extension_asked.due, calendar, language)
            if extension and now.extension_asked
            else ""
        ),
        version=now.last_submitted.version if now.last_submitted else 0,
        decide_by=wording.long_date(by, language) if by else "",
        late=by is not None and by < about.today,
    )


def review_by(obligation: Obligation, now: Situation, letterhead: Letterhead) -> date | None:
    """The working day by which the reviewer should have decided on what was submitted."""
    terms, calendar = obligation.terms.review, letterhead.calendar
    if terms is None or now.submitted is None:
        return None
    received, span = now.submitted.recorded_at, terms.within.span
    if span is None:
        return calendar.on_or_after(calendar.day_of(received))
    if span.unit == "hours":
        return calendar.on_or_after(calendar.day_of(received + timedelta(hours=span.n)))
    return calendar.on_or_after(shift_day(calendar.day_of(received), span, "after", calendar))


def _dossier(about: _About, histories: Histories, settled: Matters) -> DossierContext:
    items = _escalated(about, histories)
    return DossierContext(
        items=items,
        first=_most_urgent(about.digest.items, items),
        settled=tuple(_settled(*one, histories.get(one[0].id, ()), about) for one in _told_as_settled(about, settled)),
        as_of=wording.long_date(about.today, about.language),
        **about.counted(),
        **about.common(),
    )


def _told_as_settled(about: _About, settled: Matters) -> Matters:
    """What the dossier's committee is told as settled, and what else of earlier ones was answered; each once."""
    matters = {action.obligation.id: (action.obligation, action.situation) for action in about.digest.resolved}
    return tuple(({one[0].id: one for one in settled} | matters).values())


def _closing(about: _About, histories: Histories) -> ClosingContext:
    actions = about.digest.items
    items = tuple(
        _settled(one.obligation, one.situation, histories.get(one.obligation.id, ()), about, one.rung)
        for one in actions[:NAMED]
    )
    more = len(actions) - len(items)
    return ClosingContext(
        first=items[0],
        items=items,
        more=wording.number(more, about.language) if more else "",
        **about.counted(),
        **about.common(),
    )


def _settled(obligation: Obligation, now: Situation, history: History, about: _About, rung: str = "") -> Settled:
    """How a matter ended; with the `rung` that tells a body of it, also when it was put before that body."""
    facts, body = effective(history), rung.removeprefix(RESOLVED)
    put_up = next((fact.happened_at for fact in facts if isinstance(fact, Escalated) and fact.to == body), None)
    ended = next((fact.happened_at for fact in reversed(facts) if isinstance(fact, Waived | Cancelled)), None)
    done = now.accepted or now.last_submitted
    day = ended if now.waived or now.cancelled else done.happened_at if done else None
    return Settled(
        title=obligation.title(about.language),
        owner=about.letterhead.name(now.owner, about.language),
        how="dropped" if now.cancelled else "waived" if now.waived else "done",
        day=about.short_day(day),
        put_up=about.short_day(put_up),
        link=about.letterhead.link(obligation.id),
    )


def _escalated(about: _About, histories: Histories) -> tuple[EscalatedItem, ...]:
    actions = about.digest.items
    labels = about.plan_labels(actions)
    own = about.digest.recipient.unit if about.digest.kind == "copy" else ""
    items: list[EscalatedItem] = []
    same: tuple[object, ...] = ()
    parts: dict[str, Any] = {}
    for n, (action, under) in enumerate(zip(actions, labels, strict=True), 1):
        obligation, now = action.obligation, action.situation
        history = histories.get(obligation.id, ())
        asked = (obligation.terms, obligation.period, action.rung, action.ordinal, action.to)
        alike = (*map(id, (now.taken, history)), *asked)  # one unit after another of which the same was foreseen
        if alike != same:
            same = alike
            parts = {
                **item_parts(obligation, now, about.letterhead, about.at, about.language),
                "body": body_name(_towards(action), obligation, about.letterhead, about.language),
                "role": _role(_towards(action), about.letterhead),
                "repeated": action.ordinal > 0,
                "steps": steps_done(obligation, about.telling(history), about.letterhead, about.language),
            }
        owner = about.letterhead.owner(now.owner, about.at)
        parts["owner"] = "" if owner == own else about.letterhead.name(owner, about.language)
        parts.update(n=n, id=obligation.id, under=under, link=about.letterhead.link(obligation.id))
        items.append(EscalatedItem(**parts))
    return tuple(items)


def _towards(action: Action) -> str:
    """Whom the matter is put before: a copy and a forewarning name it in their rung."""
    family, _, body = action.rung.partition("/")
    return body if family in {"copy", "forewarn"} else action.to


def _role(to: str, letterhead: Letterhead) -> Literal["head", "focal point", "committee", "unit"]:
    if to == HEAD_OF_OWNER:
        return "head"
    if to == FOCAL_POINT:
        return "focal point"
    return "committee" if letterhead.directory.organisation.committee(to) else "unit"
