"""From notices to what their letter says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from dondoc.calendar.deadline import Deadline
from dondoc.core.decide import HEAD_OF_OWNER
from dondoc.core.history import (
    Bounced,
    Cancelled,
    Directed,
    Event,
    ExtensionGranted,
    LetterEvent,
    Reassigned,
    Refused,
    RungSkipped,
    Submitted,
)
from dondoc.core.notices import Notice, RoundTrouble
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from dondoc.core.text import nfc
from notifications import wording
from notifications.context import (
    AcceptedContext,
    AlertContext,
    AlertItem,
    AmendedContext,
    AmendedItem,
    ExtensionContext,
    Item,
    OneDuty,
    ReassignedContext,
    ReceiptContext,
    ReturnedContext,
    Several,
    WaivedContext,
)
from notifications.digests import Common, Counted, common, counted
from notifications.items import body_name, item, item_parts
from notifications.letterhead import Letterhead, reply_token


def notice_context(told: Sequence[Notice], letterhead: Letterhead, at: datetime, token: str) -> OneDuty | Several:
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
            return AlertContext(items=alerts, first=alerts[0], **about.counted(), **about.common())


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
        alerts = self.first.kind == "alert"  # they come from the organisation, whatever the plan
        obligations = [one.obligation for one in self.told if one.obligation and not alerts]
        return common(obligations, self.first.recipient, self.letterhead, self.token)

    def counted(self) -> Counted:
        return counted(len(self.told), self.language)

    def item(self, notice: Notice, n: int = 1) -> Item:
        obligation, now = matter(notice)
        own = notice.recipient.unit
        return item(obligation, now, self.letterhead, self.at, self.language, n=n, own=own)

    def deadline(self, due: Deadline) -> str:
        return self.letterhead.deadline_words(due, self.at, self.language).long

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
    assert not isinstance(event, RoundTrouble)  # it is about a duty
    receipt, returned = now.receipt() or event.happened_at, one.before.returned if one.before else None
    reviewer = obligation.terms.review.by if obligation.terms.review else ""
    answer: Literal["", "in time", "late"] = ""
    if returned is not None:
        answer = "in time" if returned.due.met_by(event.happened_at) else "late"
    return ReceiptContext(
        item=about.item(one),
        received=about.moment(event.happened_at),
        version=event.version if isinstance(event, Submitted) else 1,
        late=_lateness(now, receipt, about),
        answer=answer,
        answer_by=about.deadline(returned.due) if returned else "",
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
        successor=about.first.event.person if isinstance(about.first.event, Reassigned) else "",
        **about.counted(),
        **about.common(),
    )


def _amended(about: _About) -> AmendedContext:
    items = tuple(_amended_item(about, notice, n) for n, notice in enumerate(about.told, 1))
    return AmendedContext(items=items, first=items[0], **about.counted(), **about.common())


def _amended_item(about: _About, notice: Notice, n: int) -> AmendedItem:
    obligation, now = matter(notice)
    own = notice.recipient.unit
    parts = item_parts(obligation, now, about.letterhead, about.at, about.language, n=n, own=own)
    before = about.deadline(notice.before.due) if notice.before else ""
    return AmendedItem(**parts, due_before=before, dropped=isinstance(notice.event, Cancelled))


def _alert(about: _About, notice: Notice) -> AlertItem:
    event, letter, obligation = notice.event, notice.letter, notice.obligation
    if isinstance(event, RoundTrouble):
        return AlertItem(
            what=event.what, title=nfc(event.run), who="", detail=nfc(event.detail), letter="", link=event.link
        )
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
    if isinstance(event, Directed) and obligation is not None:
        _, now = matter(notice)
        body = body_name(event.body, obligation, about.letterhead, about.language)
        return AlertItem(
            what="urged",
            title=obligation.title(about.language),
            who=about.letterhead.name(now.owner, about.language),
            detail=nfc(f"{body}: {event.why}" if event.why else body),
            letter="",
            link=about.letterhead.page(f"/p/{obligation.plan}/dispatch/{now.owner}"),
        )
    administrator = about.letterhead.directory.administrator()
    if isinstance(event, Bounced):
        ours = administrator is not None and notice.recipient.key == administrator.key
        what: Literal["bounced", "unit bounced", "refused", "uncertain"] = "bounced" if ours else "unit bounced"
    else:
        what = "refused" if isinstance(event, Refused) else "uncertain"
    return AlertItem(
        what=what,
        title=letter.subject.removesuffix(reply_token(letter.id)).rstrip() if letter else "",
        who=(letter.recipient.address or letter.recipient.name) if letter else "",
        detail=nfc(event.detail) if isinstance(event, LetterEvent) and what != "unit bounced" else "",
        letter=event.letter if isinstance(event, LetterEvent) else "",
        link=link,
    )


def _unreached(event: RungSkipped, notice: Notice, about: _About) -> str:
    """The unit or body that nobody can be written to for."""
    obligation, now = matter(notice)
    terms, name = obligation.terms, about.letterhead.name
    owner = name(now.owner, about.language)
    match event.rung.partition("/")[0]:
        case "escalate":
            rung = next((rung for rung in terms.policy.escalate if rung.name == event.rung), None)
            to = rung.to if rung else HEAD_OF_OWNER
            body = body_name(to, obligation, about.letterhead, about.language)
            return f"{body} – {owner}" if to == HEAD_OF_OWNER else body
        case "forewarn" | "extension":
            return name(terms.focal_point, about.language)
        case "review" if terms.review:
            return name(terms.review.by, about.language)
        case _:
            return owner


def _lateness(now: Situation, received: datetime, about: _About) -> str:
    """How late something was received against the deadline in force; empty when in time."""
    due, calendar = now.due, about.letterhead.calendar
    if due.met_by(received):
        return ""
    days = calendar.working_days_between(due.day(calendar), calendar.day_of(received))
    return wording.late_by(days, about.language)


def _why(notice: Notice) -> str:
    return nfc(notice.event.why.strip()) if isinstance(notice.event, Event) else ""
