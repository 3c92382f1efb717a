"""About which duties of a letter its answerer may say something, and as whom: owner, reviewer, or whoever may hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import owner_people
from dondoc.core.content import form_for
from dondoc.core.forms import fields_of, files_of
from dondoc.core.history import Event, effective
from dondoc.core.letter import Letter, Recipient
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import HEAD
from dondoc.core.plan import Form, FormField, Submit
from dondoc.core.reply import Asked
from dondoc.core.reply_words import Role
from dondoc.core.standing import Situation, situation
from dondoc.core.text import Text
from dondoc.store import matters
from notifications.answer_letters import Became, How
from notifications.context import Done
from notifications.letterhead import Letterhead

OWNERS_LETTERS = frozenset(
    {"duties", "returned", "reassigned", "amended", "copy", "receipt", "extension", "waived", "accepted", "answer"}
)
"""Letters to which an owner may answer."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of the answered letter, with what its sender may say about it."""

    asked: Asked
    obligation: Obligation
    now: Situation
    form: Form | None
    submit: Submit
    language: str
    calendar: WorkCalendar
    recorded: tuple[Event, ...] = ()

    @property
    def open(self) -> bool:
        """Whether an answer is still awaited."""
        reviewed = self.obligation.terms.review is not None
        if self.asked.role == "owner":
            return self.now.submitted is None and not self.now.closed(reviewed)
        return not self.now.closed(reviewed)

    @property
    def takes_files(self) -> bool:
        """Whether files are asked for."""
        return self.asked.role == "owner" and files_of(self.form, self.submit) is not None

    @property
    def how(self) -> How:
        """What is to be answered."""
        match self.asked.role:
            case "reviewer":
                return "review"
            case "grantor":
                return "extension"
            case "holder":
                return "hold"
            case "owner":
                if self.form is not None or self.submit.document == "signed":
                    return "form"
                if self.submit.what == "acknowledgement":
                    return "confirm"
                return "files" if self.submit.what == "files" else "done"

    def became(self, done: Done = "", day: date | None = None, problems: tuple[str, ...] = ()) -> Became:
        """What the answer says about it."""
        return Became(self.obligation, self.now, self.how, done, day, problems)

    def how_words(self, language: str, unreadable: tuple[str, ...]) -> str:
        """Why nothing was recorded, where nothing of the reply was understood."""
        if unreadable:
            told = Text(
                vi="bảng mã của thư không đọc được; xin gửi lại bằng UTF-8",
                en="the letters' encoding cannot be read; please send it in UTF-8",
            )
        else:
            told = Text(
                vi="trong thư trả lời chưa có nội dung nào ghi nhận được",
                en="there is nothing in the reply that could be recorded",
            )
        return told.within(language)


def asked_about(
    connection: Connection, head: Letterhead, letter: Letter, known: tuple[Recipient, ...], now: datetime
) -> tuple[Duty, ...]:
    """The duties of the letter about which this sender may say something, numbered as they stand in it."""
    day = head.calendar.day_of(now)
    places = {one: letter.text.find(one) for one in letter.about}
    in_order = sorted(letter.about, key=lambda one: (places[one] < 0, places[one]))
    numbers = {one: n for n, one in enumerate(in_order, 1)}
    found = []
    for obligation, history in matters.load(connection, letter.about):
        if obligation.plan not in head.plans:
            continue
        state = situation(obligation, history)
        role = _role(obligation, state, head, letter, known, day)
        if role is None:
            continue
        plan = head.plans[obligation.plan]
        task = plan.task(obligation.task)
        submit = (task.submit if task else None) or Submit()
        form = form_for(plan, head.directory.organisation, task, obligation.unit, obligation.period) if task else None
        owner = head.directory.name(state.owner)
        titles = [obligation.title(one) for one in ("vi", "en")] + [
            obligation.terms.title.within(x) for x in ("vi", "en")
        ]
        if role != "owner":
            titles += [f"{title} {owner}" for title in titles]
        fields: tuple[FormField, ...] = fields_of(form, submit) if role == "owner" else ()
        asked = Asked(obligation.id, numbers[obligation.id], role, tuple(dict.fromkeys(titles)), fields)
        events = tuple(fact for fact in effective(history) if isinstance(fact, Event))
        found.append(
            Duty(asked, obligation, state, form, submit, head.directory.organisation.language, head.calendar, events)
        )
    return tuple(sorted(found, key=lambda one: one.asked.n))


def _role(
    obligation: Obligation, now: Situation, head: Letterhead, letter: Letter, known: tuple[Recipient, ...], day: date
) -> Role | None:
    """As whom the sender may speak about the duty; None where it is not theirs to say."""
    terms, directory = obligation.terms, head.directory
    units, keys = {one.unit for one in known}, {one.key for one in known}
    own = letter.recipient.key in keys
    if letter.kind in ("review", "answer"):
        reviewer = terms.review.by if terms.review else ""
        if now.extension_asked is not None and (terms.focal_point in units or (own and letter.kind == "review")):
            return "grantor"
        waits = letter.kind == "review" or now.submitted is not None
        if waits and reviewer and (reviewer in units or (own and letter.kind == "review")):
            return "reviewer"
    if letter.kind in ("forewarning", "answer"):
        head_of = any(one.unit == terms.focal_point and one.role == HEAD for one in known)
        if head_of or (own and letter.kind == "forewarning"):
            return "holder"
    if letter.kind in OWNERS_LETTERS:
        present = directory.present_unit(now.owner, day)
        owners = {now.owner, *([present.id] if present else []), *terms.with_}
        if now.owner in terms.jointly:
            owners |= set(terms.jointly)
        asked = {one.key for one in owner_people(obligation, now.owner, directory, "duties", day)}
        if owners & units or asked & keys:
            return "owner"
    return None
