"""From notices to what their letter says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dondoc.core.history import (
    Bounced,
    Cancelled,
    Event,
    ExtensionGranted,
    LetterEvent,
    Refused,
    RungSkipped,
    Submitted,
)
from dondoc.core.notices import Notice
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from notifications import wording
from notifications.context import (
    AcceptedContext,
    AlertContext,
    AlertItem,
    AmendedContext,
    AmendedItem,
    Context,
    ExtensionContext,
    Item,
    ReassignedContext,
    ReceiptContext,
    ReturnedContext,
    WaivedContext,
)
from notifications.digests import Common, common, plans_of
from notifications.items import body_name, item, item_parts
from notifications.letterhead import Letterhead


def notice_context(told: Sequence[Notice], letterhead: Letterhead, at: datetime, token: str) -> Context:
    """What the letter of these notices says when it is read at `at` (aware UTC).

    They are to one recipient and of one kind; only reassignments, amendments and alerts may be several.
    """
    about = _About(told, letterhead, at, token)
    one = about.first
    match one.kind:
        case "receipt":
            return _receipt(about, one)
        case "returned":
            return _returned(about, one)
        case "accepted":
            return _accepted(about, one)
        case "extension":
            granted = isinstance(one.event, ExtensionGranted)
            return ExtensionContext(item=about.item(one), granted=granted, reason=_why(one), **about.common())
        case "waived":
            return WaivedContext(item=about.item(one), reason=_why(one), **about.common())
        case "reassigned":
            return _reassigned(about)
        case "amended":
            return _amended(about)
        case "alert":
            alerts = tuple(_alert(about, notice) for notice in told)
            others = wording.and_others(len(alerts) - 1, about.language)
            return AlertContext(items=alerts, first=alerts[0], others=others, **about.common())


class _About:
    """Notices to one recipient, and everything around them that their words depend on."""

    def __init__(self, told: Sequence[Notice], letterhead: Letterhead, at: datetime, token: str) -> None:
        self.told = told
        self.first = told[0]
        self.letterhead = letterhead
        self.at = at
        self.token = token
        self.language = told[0].recipient.language

    def common(self) -> Common:
        plans = plans_of(notice.obligation for notice in self.told if notice.obligation)
        to = self.letterhead.address(self.first.recipient, plans)
        return common(plans, to, self.letterhead, self.language, self.token)

    def item(self, notice: Notice, n: int = 1) -> Item:
        obligation, now = matter(notice)
        own = notice.recipient.unit
        return item(obligation, now, self.letterhead, self.at, self.language, n=n, own=own)

    def moment(self, instant: datetime) -> str:
        return wording.long_moment(instant, self.letterhead.calendar, self.language)


def matter(notice: Notice) -> tuple[Obligation, Situation]:
    """The duty a notice is about and where it stands."""
    if notice.obligation is None or notice.situation is None:
        raise ValueError(f"a letter of kind {notice.kind} needs its obligation and situation")
    return notice.obligation, notice.situation


def _receipt(about: _About, one: Notice) -> ReceiptContext:
    obligation, now = matter(one)
    event = one.event
    version = event.version if isinstance(event, Submitted) else 1
    reviewer = obligation.terms.review.by if obligation.terms.review else ""
    return ReceiptContext(
        item=about.item(one),
        received=about.moment(event.happened_at),
        version=version,
        times=wording.time_of(version, about.language),
        late=_lateness(now, event.happened_at, about),
        reviewer=about.letterhead.name(reviewer, about.language) if reviewer else "",
        **about.common(),
    )


def _returned(about: _About, one: Notice) -> ReturnedContext:
    obligation, _ = matter(one)
    reviewer = obligation.terms.review.by if obligation.terms.review else obligation.terms.focal_point
    return ReturnedContext(
        item=about.item(one),
        reason=_why(one),
        reviewer=about.letterhead.name(reviewer, about.language),
        **about.common(),
    )


def _accepted(about: _About, one: Notice) -> AcceptedContext:
    _, now = matter(one)
    receipt = now.receipt()
    return AcceptedContext(
        item=about.item(one),
        received=about.moment(receipt) if receipt else "",
        late=_lateness(now, receipt, about) if receipt else "",
        **about.common(),
    )


def _reassigned(about: _About) -> ReassignedContext:
    gained = [notice for notice in about.told if not notice.former]
    lost = [notice for notice in about.told if notice.former]
    items = [about.item(notice, n) for n, notice in enumerate((*gained, *lost), 1)]
    return ReassignedContext(
        gained=tuple(items[: len(gained)]),
        lost=tuple(items[len(gained) :]),
        first=items[0],
        others=wording.and_others(len(items) - 1, about.language),
        **about.common(),
    )


def _amended(about: _About) -> AmendedContext:
    items = tuple(_amended_item(about, notice, n) for n, notice in enumerate(about.told, 1))
    others = wording.and_others(len(items) - 1, about.language)
    return AmendedContext(items=items, first=items[0], others=others, **about.common())


def _amended_item(about: _About, notice: Notice, n: int) -> AmendedItem:
    obligation, now = matter(notice)
    calendar, language = about.letterhead.calendar, about.language
    parts = item_parts(obligation, now, about.letterhead, about.at, language, n=n, own=notice.recipient.unit)
    before = wording.long_deadline(notice.before.due, calendar, language) if notice.before else ""
    return AmendedItem(**parts, due_before=before, dropped=isinstance(notice.event, Cancelled))


def _alert(about: _About, notice: Notice) -> AlertItem:
    event, letter, obligation = notice.event, notice.letter, notice.obligation
    link = about.letterhead.link(obligation.id) if obligation else ""
    if isinstance(event, RungSkipped) and obligation is not None:
        return AlertItem(
            what="nobody",
            title=obligation.title(about.language),
            who=_unreached(event, notice, about),
            detail=event.rung,
            letter="",
            link=link,
        )
    return AlertItem(
        what="bounced" if isinstance(event, Bounced) else "refused" if isinstance(event, Refused) else "uncertain",
        title=letter.subject if letter else "",
        who=(letter.recipient.address or letter.recipient.name) if letter else "",
        detail=event.detail if isinstance(event, LetterEvent) else "",
        letter=event.letter if isinstance(event, LetterEvent) else "",
        link=link,
    )


def _unreached(event: RungSkipped, notice: Notice, about: _About) -> str:
    """The unit or body that nobody can be written to for."""
    obligation, now = matter(notice)
    family, _, to = event.rung.partition("/")
    owner = about.letterhead.name(now.owner, about.language)
    if family == "escalate" or (family == "forewarn" and not to):
        rung = next((rung for rung in obligation.terms.policy.escalate if rung.name == event.rung), None)
        target = rung.to if rung else to
        role = body_name(target, about.letterhead, about.language)
        if target == "head of owner":
            return f"{role} – {owner}"
        return about.letterhead.name(obligation.terms.focal_point, about.language) if target == "focal point" else role
    if family in {"forewarn", "extension"}:
        return about.letterhead.name(obligation.terms.focal_point, about.language)
    if family == "review" and obligation.terms.review:
        return about.letterhead.name(obligation.terms.review.by, about.language)
    return owner


def _lateness(now: Situation, received: datetime, about: _About) -> str:
    """How late something was received against the deadline in force; empty when in time."""
    due, calendar = now.due, about.letterhead.calendar
    if due.met_by(received):
        return ""
    days = calendar.working_days_between(due.day(calendar), calendar.day_of(received))
    return wording.late_by(days, about.language)


def _why(notice: Notice) -> str:
    return notice.event.why.strip() if isinstance(notice.event, Event) else ""
