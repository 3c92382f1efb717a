"""From a digest to what its letter says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypedDict

from dondoc.calendar.deadline import shift_day
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_OWNER, Action
from dondoc.core.digest import Digest
from dondoc.core.history import History
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from notifications import wording
from notifications.context import (
    Context,
    CopyContext,
    DossierContext,
    DutiesContext,
    EscalatedItem,
    ForewarningContext,
    Group,
    ReviewContext,
    ReviewItem,
    Settled,
    Urgency,
)
from notifications.items import body_name, item, item_parts, steps_done, urgency_of
from notifications.letterhead import Address, Letterhead

Histories = Mapping[str, History]
Matters = Sequence[tuple[Obligation, Situation]]

_MOST_URGENT_FIRST: tuple[Urgency, ...] = ("overdue", "today", "soon")


def digest_context(
    digest: Digest,
    letterhead: Letterhead,
    at: datetime,
    token: str,
    histories: Histories,
    settled: Matters,
) -> Context:
    """What a digest says when it is read at `at` (aware UTC).

    `histories` tells, by obligation id, what was done about matters that are put before somebody; `settled` are
    those that stood in an earlier dossier to the same recipient and are closed now.
    """
    about = _About(digest, letterhead, at, token)
    match digest.kind:
        case "duties":
            return _duties(about)
        case "review":
            return _review(about)
        case "dossier":
            return _dossier(about, histories, settled)
        case "copy":
            items = _escalated(about, histories)
            return CopyContext(items=items, first=items[0], **about.counted(), **about.common())
        case "forewarning":
            items = _escalated(about, histories)
            goes_on = letterhead.calendar.add(about.today, 1)
            return ForewarningContext(
                items=items,
                first=items[0],
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


class Counted(TypedDict):
    """How many items a digest has, and how its subject speaks of those it does not name."""

    count: int
    others: str


def common(recipient_plans: tuple[str, ...], to: Address, letterhead: Letterhead, language: str, token: str) -> Common:
    """The fields every context has; the plan is named where there is one."""
    plan = letterhead.plan_name(recipient_plans[0], language) if len(recipient_plans) == 1 else ""
    return {"language": language, "to": to, "plan": plan, "token": token}


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

    @property
    def language(self) -> str:
        return self.digest.recipient.language

    @property
    def today(self) -> date:
        return self.letterhead.calendar.day_of(self.at)

    @property
    def plans(self) -> tuple[str, ...]:
        return plans_of(action.obligation for action in self.digest.items)

    def common(self) -> Common:
        to = self.letterhead.address(self.digest.recipient, self.plans)
        return common(self.plans, to, self.letterhead, self.language, self.token)

    def counted(self) -> Counted:
        count = len(self.digest.items)
        return {"count": count, "others": wording.and_others(count - 1, self.language)}

    def plan_labels(self, actions: Sequence[Action]) -> list[str]:
        """The plan's name at the first item of each plan, where the letter is about several."""
        if len(self.plans) == 1:
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
        urgency = urgency_of(action.situation, about.letterhead, about.at)
        by_urgency.setdefault(urgency, []).append(action)
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
    first = min(groups[0].items, key=lambda one: _due_of(about, one.id))
    return DutiesContext(groups=tuple(groups), first=first, **about.counted(), **about.common())


def _due_of(about: _About, obligation: str) -> datetime:
    return next(a.situation.answer_by.at for a in about.digest.items if a.obligation.id == obligation)


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
        first=items[0],
        settled=tuple(_settled(obligation, now, about) for obligation, now in settled),
        owners=len({action.situation.owner for action in about.digest.items}),
        as_of=wording.long_date(about.today, about.language),
        **about.counted(),
        **about.common(),
    )


def _settled(obligation: Obligation, now: Situation, about: _About) -> Settled:
    done = now.accepted or now.last_submitted
    day = about.letterhead.calendar.day_of(done.happened_at) if done else None
    return Settled(
        title=obligation.title(about.language),
        owner=about.letterhead.name(now.owner, about.language),
        day=wording.short_date(day, about.language) if day else "",
    )


def _escalated(about: _About, histories: Histories) -> tuple[EscalatedItem, ...]:
    actions = about.digest.items
    labels = about.plan_labels(actions)
    own = about.digest.recipient.unit if about.digest.kind == "copy" else ""
    return tuple(
        EscalatedItem(
            **item_parts(
                action.obligation, action.situation, about.letterhead, about.at, about.language,
                n=n, own=own, under=under,
            ),
            body=body_name(_towards(action), about.letterhead, about.language),
            role=_role(_towards(action), about.letterhead),
            repeated=action.ordinal > 0,
            steps=steps_done(histories.get(action.obligation.id, ()), about.letterhead, about.language),
        )
        for n, (action, under) in enumerate(zip(actions, labels, strict=True), 1)
    )  # fmt: skip


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
