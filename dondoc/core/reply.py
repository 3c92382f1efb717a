"""What a reply says about which duty: `field: value` lines, and the few words by which people decide or ask.

A letter may speak of several duties; a reply counts only for those that it names, by their id, their number in the
letter or their title. What is not understood is left out here and asked for by whoever answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dondoc.core.labels import BULLET, Labels, folded
from dondoc.core.plan import FormField
from dondoc.core.reply_words import REASON, REASONED, Order, Role, order_in

_NUMBERED = re.compile(
    r"^(?:việc|viec|mục|muc|nhiệm vụ|số|task|item|no\.?)?\s*#?\s*([0-9]{1,3})\s*(?:[.):;,–-]\s*|$)", re.IGNORECASE
)
_NAMED_NUMBER = re.compile(
    r"^(?:việc|viec|mục|muc|nhiệm vụ|task|item)\s*(?:số\s*)?#?([0-9]{1,3})\b\s*[.):;,–-]?\s*", re.IGNORECASE
)
_ID_LABEL = re.compile(r"^(?:mã việc|ma viec|mã số|task id|id|code)\s*[:=]?\s*$", re.IGNORECASE)
_DAY = re.compile(r"\b(?:([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2}))\b")
_LONG_TITLE = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A duty that the answered letter speaks of; `n` is its number there, `fields` is what may be filled in."""

    id: str
    n: int
    role: Role
    titles: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says about one duty; `strange` are the lines that look like answers to no field of it."""

    duty: Asked
    answers: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None
    reason: str = ""
    strange: tuple[int, ...] = ()
    twice: tuple[str, ...] = ()
    """Fields that were answered twice, and not alike."""

    @property
    def anything(self) -> bool:
        """Whether there is something to act on, or to ask about."""
        return bool(self.answers or self.order or self.strange)

    def day(self) -> date | None:
        """The day that the reason names, as in "đến 30/6/2023"."""
        return day_in(self.reason)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reply says: of each duty that it names, or of the only one."""

    said: tuple[Said, ...] = ()
    unnamed: bool = False
    """Several duties are open, and it does not say which it means."""


@dataclass(slots=True)
class _Block:
    """Lines that are about the same duties; none while nothing was named yet."""

    duties: tuple[Asked, ...]
    lines: list[tuple[int, str]] = field(default_factory=list)


def read_reply(text: str, duties: Sequence[Asked]) -> Understood:
    """What the new text of a reply says about these duties; lines are counted from 1.

    >>> duty = Asked("p/t/u/once", 1, "owner", ("Báo cáo",), (FormField(id="I12", label="Số vụ", type="integer"),))
    >>> (said,) = read_reply("Số vụ: 4", [duty]).said
    >>> dict(said.answers), said.order
    ({'I12': '4'}, None)
    >>> read_reply("GIỮ LẠI: chờ số liệu", [replace(duty, role="holder")]).said[0].reason
    'chờ số liệu'
    """
    if not duties:
        return Understood()
    blocks = [_Block(tuple(duties) if len(duties) == 1 else ())]
    for number, line in enumerate(text.split("\n"), 1):
        named, rest = _names(line, duties)
        if named and named != blocks[-1].duties:
            blocks.append(_Block(named))
        blocks[-1].lines.append((number, rest))
    first, *others = blocks
    if not first.duties:
        if len(others) != 1:
            spoken = any(_said(duty, first.lines).anything for duty in duties)
            if spoken and not others:
                return Understood(unnamed=True)
        else:
            others = [_Block(others[0].duties, first.lines + others[0].lines)]
        blocks = others
    return Understood(tuple(_merged(said) for said in _by_duty(blocks)))


def day_in(text: str) -> date | None:
    """The first day that stands in a text, as 30/6/2023 or 2023-06-30."""
    for found in _DAY.finditer(text):
        d, m, y, year, month, day = found.groups()
        try:
            return date(int(y), int(m), int(d)) if y else date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


# -- which duty


def _names(line: str, duties: Sequence[Asked]) -> tuple[tuple[Asked, ...], str]:
    """The duties that a line names, and what else it says."""
    if len(duties) == 1:
        alone = duties[0]
        rest = _without_id(line, alone)
        return ((alone,), "" if _is_title(line, alone) else rest)
    named, rest = [], line
    for duty in sorted(duties, key=lambda one: -len(one.id)):
        without = _without_id(rest, duty)
        if without != rest:
            named.append(duty)
            rest = without
    if named:
        return tuple(one for one in duties if one in named), "" if _ID_LABEL.match(rest.strip(" ,;.")) else rest
    if found := _by_number(line, duties):
        return found
    entitled = [duty for duty in duties if _is_title(line, duty)]
    if len(entitled) == 1:
        return (entitled[0],), ""
    if folded(line).split(" ")[-2:] == ["tat", "ca"] or folded(line).split(" ")[-1:] == ["all"]:
        return tuple(duties), line
    return (), line


def _without_id(line: str, duty: Asked) -> str:
    """The line without the duty's id, written whole or without its plan."""
    low = line.lower()
    for written in (duty.id, duty.id.partition("/")[2]):
        at = low.find(written.lower()) if written else -1
        if at >= 0:
            before = re.sub(r"(?:mã việc|ma viec|task id)\s*[:=]?\s*$", "", line[:at], flags=re.IGNORECASE)
            after = line[at + len(written) :]
            return f"{before.rstrip(' ,;–-[(')} {after.lstrip(' ,;–-:.])')}".strip()
    return line


def _by_number(line: str, duties: Sequence[Asked]) -> tuple[tuple[Asked, ...], str] | None:
    """`2.`, `việc 2: đã nhận`, `2. Báo cáo 6 tháng`: a number names a duty where nothing but that could be meant."""
    written = _NAMED_NUMBER.match(line) or _NUMBERED.match(line)
    if written is None:
        return None
    duty = next((one for one in duties if one.n == int(written[1])), None)
    if duty is None:
        return None
    rest = line[written.end() :].strip()
    if not rest or _is_title(rest, duty):
        return (duty,), ""
    certain = _NAMED_NUMBER.match(line) is not None or order_in(rest, duty.role) is not None
    return ((duty,), rest) if certain else None


def _is_title(line: str, duty: Asked) -> bool:
    """Whether the line is the duty's title, perhaps with a little around it."""
    words = folded(BULLET.sub("", line))
    for title in duty.titles:
        known = folded(title)
        if known and (words == known or (len(known) >= _LONG_TITLE and known in words and len(words) < 2 * len(known))):
            return True
    return False


# -- what is said of it


def _by_duty(blocks: Sequence[_Block]) -> Iterator[list[Said]]:
    found: dict[str, list[Said]] = {}
    for block in blocks:
        for duty in block.duties:
            found.setdefault(duty.id, []).append(_said(duty, block.lines))
    yield from found.values()


def _merged(several: list[Said]) -> Said:
    first = several[0]
    for said in several[1:]:
        first = replace(
            first,
            answers={**first.answers, **said.answers},
            order=first.order or said.order,
            reason=first.reason or said.reason,
            strange=(*first.strange, *said.strange),
            twice=(*first.twice, *said.twice),
        )
    return first


def _said(duty: Asked, lines: Sequence[tuple[int, str]]) -> Said:
    answers: dict[str, str] = {}
    strange, twice = [], []
    order: Order | None = None
    reason, open_text = "", ""
    awaits_reason = False
    fields = Labels(duty.fields)
    for number, line in lines:
        plain = line.strip()
        if not plain:
            open_text, awaits_reason = "", False
            continue
        found = fields.answer(plain)
        given = order_in(plain, duty.role) if found is None else None
        if found is not None:
            name, value = found
            if name in answers and answers[name] != value:
                twice.append(name)
            answers[name] = value
            open_text = name if fields.is_long(name) else ""
        elif given is not None:
            order, reason = (order, reason) if order else given
            awaits_reason = order in REASONED and not reason
            open_text = ""
        elif (why := REASON.match(plain)) and order:
            reason = f"{reason} {plain[why.end() :]}".strip()
            awaits_reason = not reason
        elif awaits_reason:
            reason = f"{reason} {plain}".strip()
        elif open_text:
            answers[open_text] = f"{answers[open_text]}\n{plain}".strip("\n")
        elif fields.looks_like_answer(plain):
            strange.append(number)
    return Said(duty, answers, order, reason, tuple(strange), tuple(dict.fromkeys(twice)))
