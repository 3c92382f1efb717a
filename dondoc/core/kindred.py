"""Units of which the same is asked, at the same times and of the same kinds of people: one blank stands for them all.

A province has a hundred communes that owe the same reports. What is decided for one of them is decided for each, so
their year is foreseen once, for a unit whose id, names and addresses are blanks; what is written to a third party about
it speaks of every one of them (`spread`), and what is written to it becomes each one's letter once the blanks are
filled in (`notifications.blanks`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from dondoc.core.address import Directory
from dondoc.core.decide import Action
from dondoc.core.digest import Settled, urgency
from dondoc.core.foresight import DigestToCome, NoticeToCome
from dondoc.core.history import Amended, BeforeAdoption, Cancelled, Event, History, OpeningMoved, Scheduled
from dondoc.core.letter import Kind, Recipient
from dondoc.core.notices import Notice, letters_of
from dondoc.core.obligation import Obligation, obligation_id
from dondoc.core.organisation import Organisation, Person, Unit
from dondoc.core.round import Matter
from dondoc.core.standing import Situation
from dondoc.core.text import Text

_MARK = "x4bl7nk"
BLANK = rf"{_MARK}\d{{5}}x"
"""The pattern of what stands for an id, a name or an address; nothing in it changes in an address or in HTML."""

_THE_PLANS_OWN = frozenset({Scheduled, BeforeAdoption, Amended, OpeningMoved, Cancelled})
"""Facts that come from the plan, and name nobody."""


@dataclass(frozen=True, slots=True)
class Kin:
    """One of the units for which a blank stands.

    `words` says what is to be written for each blank; `people` are its recipients by the blank's keys, `obligations`
    what it owes, by the ids of what the blank owes.
    """

    unit: str
    words: Mapping[str, str]
    people: Mapping[str, Recipient]
    obligations: Mapping[str, Obligation]

    def matter(self, obligation: Obligation, now: Situation) -> tuple[Obligation, Situation]:
        """What it owes, and where that stands, where the blank's stands like this."""
        return self.obligations[obligation.id], now.owned_by(self.unit)


NO_KIN: Mapping[str, tuple[Kin, ...]] = {}


@dataclass(frozen=True, slots=True)
class Gathered:
    """An organisation in which blanks stand beside their kin, and its matters, the kin's left out; kin by blank."""

    organisation: Organisation
    matters: tuple[Matter, ...]
    kin: Mapping[str, tuple[Kin, ...]]

    def whole(self, matters: Iterable[Matter]) -> Iterator[Matter]:
        """These matters, those of a blank as its kin owe them, each with the history that they have in common."""
        for obligation, history in matters:
            if obligation.unit not in self.kin:
                yield obligation, history
            for one in self.kin.get(obligation.unit, ()):
                yield one.obligations[obligation.id], history


def gather(
    organisation: Organisation, matters: Iterable[Matter], written: Collection[tuple[str, Kind]] = ()
) -> Gathered:
    """Put a blank in the place of all units that owe the same and are alike in everything but ids, names and addresses.

    Such a unit owes what it owes by itself, nothing happened to it but what its plan says, and nobody of the unit gets
    letters for anybody else. `written` holds (recipient, kind) of the letters that exist for the first day.
    """
    owed: dict[str, list[Matter]] = {}
    for obligation, history in matters:
        owed.setdefault(obligation.unit, []).append((obligation, history))
    apart = _Apart(organisation, owed, written)
    alike: dict[object, list[Unit]] = {}
    for unit in organisation.units:
        if unit.id in owed and apart.stands_by_itself(unit):
            some = sorted(owed[unit.id], key=lambda one: one[0].id)
            key = (_asked(unit), tuple(_owed(*one) for one in some))
            alike.setdefault(key, []).append(unit)
    numbers, blanks, kin = count(), [], {}
    for units in alike.values():
        if len(units) > 1:
            blank, words = _blank(units[0], numbers)
            blanks.append((blank, units[0]))
            kin[blank.id] = tuple(_kin(blank, words, unit, owed, organisation) for unit in units)
    stood_for = {one.unit for some in kin.values() for one in some}
    standing = [matter for unit, some in owed.items() if unit not in stood_for for matter in some]
    standing += [_blank_matter(blank.id, *one) for blank, first in blanks for one in owed[first.id]]
    house = _with_units(organisation, (*organisation.units, *(blank for blank, _ in blanks)))
    return Gathered(house, tuple(standing), kin)


def _with_units(organisation: Organisation, units: tuple[Unit, ...]) -> Organisation:
    """With other units; made anew, since a copy would look its units up among those that were known before."""
    return Organisation.model_construct(**{**dict(organisation), "units": units})


class _Apart:
    """What keeps a unit from being stood for: that somebody else has to do with it, or it with others' letters."""

    def __init__(
        self, organisation: Organisation, owed: Mapping[str, Sequence[Matter]], written: Collection[tuple[str, Kind]]
    ) -> None:
        self._owed = owed
        self._named = set(_named(organisation, owed))
        self._names = {name.casefold() for name in _within(organisation.name)}
        people = [person for unit in organisation.units for person in unit.people]
        people += [person for body in organisation.committees for person in body.members]
        people += [body.secretary for body in organisation.committees if body.secretary]
        people += [organisation.administrator] if organisation.administrator else []
        self._addresses = Counter(person.email.lower() for person in people if person.email)
        keys = {key for key, _ in written}
        self._written = keys | {key.split("/")[0].removeprefix("paper:") for key in keys if key.startswith("paper:")}

    def stands_by_itself(self, unit: Unit) -> bool:
        return (
            unit.id not in self._named
            and unit.was is None
            and not unit.replaces
            and all(map(_in_one_line, _within(unit.name)))
            and all(self._is_plain(person, unit) for person in unit.people)
            and len({person.role for person in unit.people if not person.email})
            == sum(not person.email for person in unit.people)
            and unit.id not in self._written
            and all(self._is_untouched(*one) for one in self._owed[unit.id])
        )

    def _is_plain(self, person: Person, unit: Unit) -> bool:
        """Whether letters reach this person as such, and name the person without regard to the unit's name."""
        names = _within(person.name) if person.name else ()
        address = (person.email or "").lower()
        return (
            person.away is None
            and person.stand_in is None
            and (not address or (self._addresses[address] == 1 and address not in self._written))
            and all(map(_in_one_line, names))
            and not any(own.casefold() in name.casefold() for own in _within(unit.name) for name in names)
            and self._names.isdisjoint(name.casefold() for name in names)
        )

    def _is_untouched(self, obligation: Obligation, history: History) -> bool:
        name = obligation_id(obligation.plan, obligation.task, obligation.unit, obligation.period)
        return obligation.id == name and not obligation.terms.jointly and _THE_PLANS_OWN.issuperset(map(type, history))


def _named(organisation: Organisation, owed: Mapping[str, Sequence[Matter]]) -> Iterator[str]:
    """The units that a duty names beside its owner, or another unit or person names."""
    for unit in organisation.units:
        yield from (unit.inside or "", *unit.replaces)
        yield from ((person.stand_in or "").partition("/")[0] for person in unit.people)
    for body in organisation.committees:
        people = (*body.members, *([body.secretary] if body.secretary else []))
        yield from ((person.stand_in or "").partition("/")[0] for person in people)
    for terms in {id(one.terms): one.terms for some in owed.values() for one, _ in some}.values():
        yield terms.focal_point
        yield from (terms.through or "", terms.on_behalf_of or "", terms.review.by if terms.review else "")
        yield from (*terms.summary_to, *terms.with_, *terms.for_information, *terms.jointly)
        yield from (rung.to for rung in terms.policy.escalate)


def _within(text: Text) -> tuple[str, ...]:
    return tuple(one for one in (text.vi, text.en) if one)


def _in_one_line(name: str) -> bool:
    return name == " ".join(name.split())


def _asked(unit: Unit) -> object:
    """All of a unit that letters depend on, but for what they only repeat."""
    return (
        unit.level, unit.kind, unit.inside, tuple(sorted(unit.attributes.items())), unit.valid_from, unit.valid_until,
        _languages(unit.name), _languages(unit.short), tuple(map(_met, unit.people)),
    )  # fmt: skip


def _met(person: Person) -> object:
    return (
        person.role, person.contact, person.receives, person.language, _languages(person.name),
        person.email is None, person.phone is None,
    )  # fmt: skip


def _languages(text: Text | None) -> tuple[bool, bool]:
    return (bool(text.vi), bool(text.en)) if text else (False, False)


def _owed(obligation: Obligation, history: History) -> object:
    """All of a duty that its year depends on, but for whose it is."""
    title = obligation.period_title
    return (
        id(obligation.terms), obligation.period, title and (title.vi, title.en), obligation.opens, obligation.due,
        tuple(replace(fact, obligation="", id=0) for fact in history if isinstance(fact, Event)),
    )  # fmt: skip


def _blank(like: Unit, numbers: Iterator[int]) -> tuple[Unit, tuple[str, ...]]:
    """A unit like this one of blanks, and these in the order in which `_said` tells what stands there."""
    blanks: list[str] = []

    def blank() -> str:
        blanks.append(f"{_MARK}{next(numbers):05}x")
        return blanks[-1]

    def text(of: Text | None) -> Text | None:
        return Text.model_construct(vi=of.vi and blank(), en=of.en and blank()) if of else None

    def person(one: Person) -> Person:
        return one.model_copy(update={"name": text(one.name), "email": one.email and blank(), "phone": None})

    own = {"called": blank(), "name": text(like.name), "short": text(like.short)}
    unit = like.model_copy(update={**own, "people": tuple(map(person, like.people))})
    return unit, tuple(blanks)


def _said(unit: Unit) -> Iterator[str]:
    yield unit.id
    for text in (unit.name, unit.short):
        yield from _within(text) if text else ()
    for person in unit.people:
        yield from _within(person.name) if person.name else ()
        yield from [person.email.lower()] if person.email else []


def _kin(
    blank: Unit, words: Iterable[str], unit: Unit, owed: Mapping[str, Sequence[Matter]], organisation: Organisation
) -> Kin:
    blanks, own = (Directory(_with_units(organisation, (one,))).everybody(one.id) for one in (blank, unit))
    return Kin(
        unit.id,
        dict(zip(words, _said(unit), strict=True)),
        {before.key: one for before, one in zip(blanks, own, strict=True)},
        {_blank_id(blank.id, obligation): obligation for obligation, _ in owed[unit.id]},
    )


def _blank_id(blank: str, like: Obligation) -> str:
    return obligation_id(like.plan, like.task, blank, like.period)


def _blank_matter(blank: str, like: Obligation, history: History) -> Matter:
    name = _blank_id(blank, like)
    facts = tuple(replace(fact, obligation=name) for fact in history if isinstance(fact, Event))
    return replace(like, id=name, unit=blank), facts


def spread(
    one: DigestToCome | NoticeToCome, kin: Mapping[str, tuple[Kin, ...]]
) -> Iterator[DigestToCome | NoticeToCome]:
    """What is written to somebody for whom no blank stands: what it says of a blank, it says of all its kin."""
    if isinstance(one, NoticeToCome):
        told = (some for notice in one.notices for some in _told(notice, kin))
        yield from (NoticeToCome(one.at, group) for group in letters_of(told))
    elif any(action.obligation.unit in kin for action in (*one.digest.items, *one.digest.resolved)):
        items, resolved = (
            tuple(sorted(_of_all(some, kin), key=urgency)) for some in (one.digest.items, one.digest.resolved)
        )
        digest = replace(one.digest, items=items, resolved=resolved)
        yield replace(one, digest=digest, histories=_histories(one, kin), settled=tuple(_settled(one, kin)))
    else:
        yield one


def _of_all(actions: Iterable[Action], kin: Mapping[str, tuple[Kin, ...]]) -> Iterator[Action]:
    for action in actions:
        if action.obligation.unit not in kin:
            yield action
        for one in kin.get(action.obligation.unit, ()):
            obligation, now = one.matter(action.obligation, action.situation)
            yield type(action)(
                obligation, now, action.cycle, action.rung, action.ordinal, action.to, action.at, action.only
            )


def _histories(one: DigestToCome, kin: Mapping[str, tuple[Kin, ...]]) -> Mapping[str, History]:
    found = dict(one.histories)
    matters = [action.obligation for action in (*one.digest.items, *one.digest.resolved)]
    for obligation in (*matters, *(settled for settled, _ in one.settled)):
        history = one.histories.get(obligation.id, ())
        found.update({other.obligations[obligation.id].id: history for other in kin.get(obligation.unit, ())})
    return found


def _settled(one: DigestToCome, kin: Mapping[str, tuple[Kin, ...]]) -> Iterator[Settled]:
    for obligation, now in one.settled:
        if obligation.unit not in kin:
            yield obligation, now
        yield from (other.matter(obligation, now) for other in kin.get(obligation.unit, ()))


def _told(notice: Notice, kin: Mapping[str, tuple[Kin, ...]]) -> Iterator[Notice]:
    obligation, now, event = notice.obligation, notice.situation, notice.event
    if obligation is None or now is None or obligation.unit not in kin or not isinstance(event, Event):
        yield notice
        return
    for one in kin[obligation.unit]:
        own, stands = one.matter(obligation, now)
        before = notice.before.owned_by(one.unit) if notice.before else None
        yield replace(notice, obligation=own, situation=stands, before=before, event=replace(event, obligation=own.id))
