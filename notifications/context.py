"""What each kind of letter says: typed values, in words already, for the templates of that kind.

Nothing here holds what a unit wrote into a submission: titles, dates and names come from the plan, the
organisation and the ledger. The one exception is a decision's reason, which its author wrote to the unit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from dondoc.core.letter import Kind
from dondoc.core.notices import Trouble
from notifications.letterhead import Address, Urgency
from notifications.lines import CallItem, Settled, SummaryPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A duty as a letter names it.

    Dates are in words. `under` names the plan where a letter is about several and this is the first of one;
    `owner` is empty where the letter is to the owner itself. What does not apply is empty.
    """

    n: int
    id: str
    title: str
    short_title: str
    section: str
    under: str
    owner: str
    due: str
    due_date: str
    left: str
    when: str
    urgency: Urgency
    hand_in: str
    link: str
    urgent: bool
    confirms: bool
    """To confirm is all that is asked."""
    behalf: str = ""
    """In whose name it is done, where that is somebody else's."""
    original_due: str = ""
    """The original deadline, where another is in force."""
    returned_on: str = ""
    """The day on which it was returned and since when an answer is awaited."""
    assumed_due: bool = False
    """The plan document does not say this deadline."""
    next_body: str = ""
    """The committee it will be put before if it stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem(Item):
    """A submission, or a request for more time, that waits for a decision."""

    extension: bool
    received: str
    """When it was received, or asked for."""
    requested: str
    """The deadline asked for."""
    version: int
    decide_by: str
    late: bool
    """The reviewer's own time is over."""


StepKind = Literal[
    "reminder", "reminder on the day", "chase", "told head", "escalation", "copy", "refused", "bounced",
    "submitted", "returned", "extended", "extension refused",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of a matter's record; `to` is a body or a new date, `times` counts days too many to be named."""

    days: str
    kind: StepKind
    to: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatedItem(Item):
    """A matter that is put before somebody above its owner."""

    body: str
    role: Literal["head", "focal point", "committee", "unit"]
    repeated: bool
    """It was put before this body already."""
    steps: tuple[StepLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedItem(Item):
    """A duty whose deadline an edit of the plan moved, or that it dropped."""

    due_before: str
    dropped: bool


Done = Literal[
    "", "submitted", "known", "hold", "release", "extend", "accept", "return", "grant", "refuse",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerItem(Item):
    """What became of a reply as far as it is about one duty; `how` is what may be answered there."""

    done: Done
    day: str
    """The deadline that was asked for or granted, or the day by which an answer to a return is awaited."""
    problems: tuple[str, ...]
    how: Literal["form", "confirm", "files", "done", "review", "extension", "hold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertItem:
    """Something dondoc cannot solve itself."""

    what: Literal["nobody", "refused", "bounced", "unit bounced", "uncertain", "stray", "urged"] | Trouble
    """`unit bounced` is told to the head of the recipient's unit, `urged` (a body wants an official letter) to
    the focal point, the others to the administrator."""
    title: str
    """The duty, the subject of the letter, or the run of a round; empty where it is not known."""
    who: str
    """The body or unit that cannot be written to, or the address; the unit to be urged."""
    detail: str
    letter: str
    """Its id; empty where no letter is meant."""
    link: str
    """The page about it; of what is urged, where the official letter is taken along and its number recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every letter has; `plan` is empty where it is about several plans."""

    language: str
    to: Address
    plan: str
    token: str
    """Stands in the subject, so that an answer finds its letter."""
    answer_by_id: bool
    """An answer has to name the duties it is about, since there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDuty(Context):
    """What letters about one duty have."""

    item: Item

    @property
    def link(self) -> str:
        return self.item.link


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Context):
    """What letters about one matter or several have; `others` is how a subject speaks of those it does not name."""

    first: Item | AlertItem
    count: int
    others: str

    @property
    def link(self) -> str:
        return self.first.link


@dataclass(frozen=True, slots=True)
class Group:
    """The duties of one heading."""

    urgency: Urgency
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesContext(Several):
    """What the owner has to do."""

    first: Item
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewContext(Several):
    """What waits for the recipient's decision."""

    first: ReviewItem
    items: tuple[ReviewItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierContext(Several):
    """What is put before a head, the focal point or a committee."""

    first: EscalatedItem
    items: tuple[EscalatedItem, ...]
    settled: tuple[Settled, ...]
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyContext(Several):
    """What the owner is told about matters put before a committee."""

    first: EscalatedItem
    items: tuple[EscalatedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForewarningContext(Several):
    """What goes to a committee on the next working day unless it is held."""

    first: EscalatedItem
    items: tuple[EscalatedItem, ...]
    goes_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingContext(Context):
    """That all that was put before a committee is settled; of very many matters `more` are not named."""

    first: Settled
    items: tuple[Settled, ...]
    count: int
    others: str
    more: str

    @property
    def link(self) -> str:
        return self.first.link


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptContext(OneDuty):
    """That something was received."""

    received: str
    version: int
    late: str
    """How late what counts was received; empty when in time."""
    answer: Literal["", "in time", "late"]
    """Whether it answers a return, and by the day asked for, `answer_by`."""
    answer_by: str
    reviewer: str
    """Who reviews it; empty where nobody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedContext(OneDuty):
    """That a submission was returned, why, and by when an answer is awaited."""

    reason: str
    reviewer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedContext(OneDuty):
    """That a submission was accepted."""

    received: str
    late: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionContext(OneDuty):
    """That more time was granted or refused."""

    granted: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedContext(OneDuty):
    """That a duty need not be done."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignedContext(Several):
    """Which duties the recipient took over, and which were taken from it.

    Within one unit, `successor` is the person who deals with them in the recipient's place.
    """

    first: Item
    successor: str
    gained: tuple[Item, ...]
    lost: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedContext(Several):
    """Which deadlines an edit of the plan moved, and which duties it dropped."""

    first: AmendedItem
    items: tuple[AmendedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContext(Several):
    """What the administrator has to look after, or an official letter that the focal point has to write."""

    first: AlertItem
    items: tuple[AlertItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInContext(Context):
    """The link with which somebody signs in who asked for it, once and before `until`."""

    link: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsContext(Context):
    """Whom the clerk calls on that day."""

    items: tuple[CallItem, ...]
    count: int
    day: str

    @property
    def link(self) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerContext(Several):
    """What became of a reply; with `asks_which` it did not say which of these it is about."""

    first: AnswerItem
    items: tuple[AnswerItem, ...]
    asks_which: bool
    recorded: bool
    """Nothing is left to put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryContext(Context):
    """What leadership hears once a week; `late` is empty where nothing is."""

    plans: tuple[SummaryPlan, ...]
    since: str
    as_of: str
    as_of_date: str
    done: str
    total: str
    late: str
    link: str


AnyContext = OneDuty | Several | ClosingContext | SignInContext | SummaryContext | CallsContext
"""What the letter of some kind says."""

CONTEXTS: dict[Kind, type[AnyContext]] = {
    "summary": SummaryContext,
    "duties": DutiesContext,
    "review": ReviewContext,
    "dossier": DossierContext,
    "copy": CopyContext,
    "forewarning": ForewarningContext,
    "closing": ClosingContext,
    "receipt": ReceiptContext,
    "returned": ReturnedContext,
    "accepted": AcceptedContext,
    "extension": ExtensionContext,
    "waived": WaivedContext,
    "reassigned": ReassignedContext,
    "amended": AmendedContext,
    "alert": AlertContext,
    "calls": CallsContext,
    "sign_in": SignInContext,
    "answer": AnswerContext,
}
"""What the templates of each kind may speak of."""

NAMES: dict[type[AnyContext], tuple[str, ...]] = {
    context: tuple(one.name for one in fields(context)) for context in CONTEXTS.values()
}
"""The names a context gives its templates."""
