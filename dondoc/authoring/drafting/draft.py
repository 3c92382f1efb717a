"""From a plan document to the skeleton of its plan: every guess is marked `assumed`, every open question listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dondoc.authoring.drafting.dates import When, deadlines, is_report
from dondoc.authoring.drafting.names import Found, Names, folded, is_focal_point, partners
from dondoc.authoring.drafting.outline import Part, outline
from dondoc.authoring.drafting.yaml_text import entry, scalar
from dondoc.authoring.wording import slug
from dondoc.core.organisation import Organisation

_ISSUED = re.compile(r"ngày\s+([0-9]{1,2})\s+tháng\s+([0-9]{1,2})\s+năm\s+([0-9]{4})", re.IGNORECASE)
_ISSUED_EN = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b")
_NUMBER = re.compile(r"^(?:Số|No\.?)\s*:?\s*(.+)$", re.IGNORECASE)
_KIND = re.compile(r"^(?:kế hoạch|chương trình|đề án|plan|programme)$", re.IGNORECASE)
_BASIS = re.compile(r"(?:căn cứ|thực hiện|theo|pursuant to)\b", re.IGNORECASE)
_PURPOSE = re.compile(r"mục đích|yêu cầu|mục tiêu|quan điểm|purpose|objective", re.IGNORECASE)
_MONEY = re.compile(r"kinh phí|nguồn lực tài chính|funding|budget", re.IGNORECASE)
_EVERYBODY = re.compile(r"các cấp hội|các đơn vị|all units", re.IGNORECASE)
_PURPOSES = (
    ("report", r"báo cáo|để b/c|report"), ("coordination", r"phối hợp|coordinat"), ("filing", r"lưu\b|file"),
    ("direction", r"chỉ đạo|thường trực|direction"),
)  # fmt: skip
_LEADING = re.compile(r"^(?:giao|đề nghị|yêu cầu)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """The skeleton's YAML, and what a person must decide, each with the line it stands in (0: the whole plan)."""

    text: str
    questions: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class _Sheet:
    """The lines written so far, and the questions about them."""

    lines: list[str] = field(default_factory=list)
    questions: list[tuple[int, str]] = field(default_factory=list)

    def write(self, key: str, value: Any, indent: int = 0, ask: str = "") -> None:
        if ask:
            self.questions.append((len(self.lines) + 1, ask))
        written = list(entry(key, value, indent))
        if ask:
            written[0] += "   # ?"
        self.lines.extend(written)


def draft(paragraphs: Sequence[str], organisation: Organisation, source: str) -> Draft:
    """The skeleton of the plan that these paragraphs are; `source` is the document's file name.

    It passes `check` but for what stands in `questions` with a question mark in its place.
    """
    return _Writer(paragraphs, organisation, source).written()


class _Writer:
    def __init__(self, paragraphs: Sequence[str], organisation: Organisation, source: str) -> None:
        self._found = outline(paragraphs)
        self._organisation = organisation
        self._names = Names(organisation)
        self._source = source
        self._sheet = _Sheet()
        self._ids: set[str] = set()
        opening = " ".join(self._found.opening)
        self._issued = _issued(opening)
        self._year = int(years[-1]) if (years := re.findall(r"\bnăm (20[0-9]{2})\b", self._title())) else 0
        base = self._issued or date(self._year or 2000, 1, 1)
        self._base = base
        self._last = date(max(self._year, base.year), 12, 31)
        leaves = [leaf for part in self._found.parts for leaf in (part.leaves() if part.parts else [part])]
        self._reports = [leaf for leaf in leaves if is_report(leaf.text) and self._when(leaf.text)]
        self._focal = next(
            (found.owner[0] for leaf in leaves if is_focal_point(leaf.text)
             and (found := self._names.assigned(leaf.text)) and not found.owner[0].startswith("each ")), None,
        )  # fmt: skip
        self._report_ids: list[str] = []

    def written(self) -> Draft:
        self._head()
        self._lists()
        self._policies()
        self._sheet.lines += ["", "sections:"]
        tasks = [part for part in self._found.parts if not (_PURPOSE.search(part.text) or _MONEY.search(part.text))]
        self._name_reports()
        for part in tasks:
            self._section(part, ())
        if self._sheet.lines[-1] == "sections:":
            self._sheet.lines[-1] = "sections: []"
            self._sheet.questions.append((len(self._sheet.lines), "no numbered parts were found: write the tasks"))
        return Draft("\n".join(self._sheet.lines) + "\n", tuple(self._sheet.questions))

    def _when(self, text: str) -> list[When]:
        return deadlines(text, self._base, self._last)

    def _title(self) -> str:
        kind = next((n for n, text in enumerate(self._found.opening) if _KIND.match(text)), None)
        if kind is not None and kind + 1 < len(self._found.opening):
            return self._found.opening[kind + 1].rstrip(".")
        plain = [t for t in self._found.opening if not _NUMBER.match(t) and not _ISSUED.search(t)]
        return (max(plain, key=len) if plain else "?").rstrip(".")[:200]

    def _head(self) -> None:
        sheet, title = self._sheet, self._title()
        sheet.lines += [
            "# yaml-language-server: $schema=../plan.schema.json",
            f"# Drafted from {self._source}. What `assumed` names is a guess; what ends in `# ?` is to be decided.",
            "",
        ]
        name = slug(title)[:40].strip("-")
        sheet.write("plan", name, ask=f"`{name}` is made from the title: choose a short id, it never changes later")
        sheet.write("title", title)
        number = next((found[1].strip() for text in self._found.opening if (found := _NUMBER.match(text))), "")
        if number:
            blank = number.startswith("/")
            sheet.write("number", f"…{number}" if blank else number, ask="the number is left blank" if blank else "")
        sheet.write("issued", self._base.isoformat(),
                    ask="" if self._issued else "the document does not say when it was issued")  # fmt: skip
        first, last = self._base.isoformat(), self._last.isoformat()
        sheet.write("period", f"{first}/{last}", ask="the period is assumed: from the issue to the end of the year")
        focal = self._focal or "?"
        sheet.write("focal_point", focal, ask="" if self._focal else "nobody is named as the focal point")
        basis = [text.rstrip(":") for text in self._found.opening if _BASIS.match(text) and text.rstrip(":") != title]
        if basis:
            sheet.write("basis", basis[0] if len(basis) == 1 else basis)
        sheet.write("source", self._source)

    def _lists(self) -> None:
        recipients = [self._recipient(text) for text in self._found.recipients]
        if recipients:
            self._sheet.lines.append("")
            self._sheet.write("recipients", recipients)
        for key, words in (("notes", _PURPOSE), ("funding", _MONEY)):
            leaves = [leaf for part in self._found.parts if words.search(part.text) for leaf in part.leaves()]
            if leaves:
                self._sheet.lines.append("")
                self._sheet.write(key, [self._noted(key, leaf) for leaf in leaves])

    def _noted(self, key: str, leaf: Part) -> dict[str, str]:
        if key == "notes":
            return {"covers": leaf.path, "text": leaf.text}
        return {"id": self._id(leaf.text), "title": _short(leaf.text), "covers": leaf.path}

    def _recipient(self, text: str) -> dict[str, str]:
        purpose = next((name for name, words in _PURPOSES if re.search(words, text, re.IGNORECASE)), "action")
        name = re.sub(r"\s*\([^)]*\)$", "", text)
        unit = self._names.begins(name)
        whole = unit is not None and folded(name) in {folded(n) for n in self._called(unit)}
        return {"name": name, "purpose": purpose, **({"unit": unit} if unit and whole else {})}

    def _called(self, body_id: str) -> list[str]:
        body = self._organisation.unit(body_id) or self._organisation.committee(body_id)
        names = [body.name, body.short] if body else []
        return [text for name in names if name for text in (name.vi, name.en) if text]

    def _policies(self) -> None:
        steps = [{"after": "1 working day", "to": "head of owner"}, {"after": "3 working days", "to": "focal point"}]
        bodies = [body for body in self._organisation.committees if body.secretary or body.members]
        steps += [{"after": f"{5 * n} working days", "to": body.id} for n, body in enumerate(bodies[:2], start=1)]
        self._sheet.lines += ["", "policies:", "  usual:"]
        self._sheet.lines += [
            "    remind: [14 days before, 7 days before, 1 working day before, on the day]",
            "    chase: every 2 working days after",
        ]
        self._sheet.write("escalate", steps, 4, ask="the reminders and the ladder are a proposal")
        self._sheet.lines.append("policy: usual")

    def _name_reports(self) -> None:
        """The ids of the reports, before the tasks that are told of in them are written."""
        for leaf in self._reports:
            for when in self._when(leaf.text):
                if when.key == "due" and isinstance(when.value, dict):
                    name = "-".join(part for part in ("bao-cao" if "báo cáo" in leaf.text.lower() else "report",
                                                      when.name or when.value["every"]) if part)  # fmt: skip
                    self._report_ids.append(self._unique(name))

    def _section(self, part: Part, owner: tuple[str, ...]) -> None:
        said = self._names.levels(part.text) or owner
        direct = [inner for inner in part.parts if not inner.parts] or ([] if part.parts else [part])
        if direct:
            self._sheet.lines.append(f"  - id: {scalar(part.path)}")
            self._sheet.write("title", _heading(part.text), 4)
            self._sheet.lines.append("    tasks:")
            for leaf in direct:
                self._tasks(leaf, said)
        for inner in part.parts:
            if inner.parts:
                self._section(inner, said)

    def _tasks(self, leaf: Part, above: tuple[str, ...]) -> None:
        whens: Iterable[When | None] = self._when(leaf.text) or (None,)
        for when in whens:
            self._task(leaf, when, self._owner(leaf.text, above))

    def _owner(self, text: str, above: tuple[str, ...]) -> Found:
        found = self._names.assigned(text)
        if found:
            return found
        levels = self._names.everybody() if _EVERYBODY.search(text) else self._names.levels(text) if not above else ()
        fallback = (self._focal,) if self._focal else ()
        return Found(above or levels or self._names.everybody() or fallback, said=False)

    def _task(self, leaf: Part, when: When | None, who: Found) -> None:
        sheet = self._sheet
        report = leaf in self._reports and when is not None and when.key == "due" and isinstance(when.value, dict)
        name = self._report_ids.pop(0) if report else self._id(leaf.text)
        if report:
            self._report_ids.append(name)  # all are needed until the last task is written
        sheet.lines.append(f"      - id: {name}")
        sheet.write("title", _short(leaf.text), 8)
        sheet.write("covers", [leaf.path], 8)
        owner: Any = list(who.owner) if len(who.owner) > 1 else (who.owner[0] if who.owner else "?")
        sheet.write("owner", owner, 8, ask="" if who.owner else f"who owes `{name}`?")
        assumed = [] if who.said or not who.owner else ["owner"]
        others = partners(leaf.text)
        if others:
            sheet.write("with", list(others), 8)
        for key, body in self._names.parties(leaf.text, who.owner):
            sheet.write(key, body, 8)
            assumed.append(key)
        if when is None:
            reports = [one for one in dict.fromkeys(self._report_ids) if one != name]
            sheet.write("continuing", {"reported_in": reports} if reports else {}, 8,
                        ask="" if reports else f"in which report is `{name}` told of, or when is it due?")  # fmt: skip
            assumed.append("continuing")
        else:
            sheet.write(when.key, when.value, 8)
            if not when.said:
                assumed.append(when.key)
            if when.key == "due":
                sheet.write("submit", "files", 8)
                assumed.append("submit")
        if assumed:
            sheet.write("assumed", assumed, 8)
        sheet.write("source", leaf.text, 8)

    def _id(self, text: str) -> str:
        words = slug(_LEADING.sub("", text)).split("-")[:6]
        return self._unique("-".join(words)[:40].strip("-") or "viec")

    def _unique(self, name: str) -> str:
        free = next(one for n in range(1, 10_000) if (one := name if n == 1 else f"{name}-{n}") not in self._ids)
        self._ids.add(free)
        return free


def _issued(opening: str) -> date | None:
    found, turned = _ISSUED.search(opening), _ISSUED_EN.search(opening)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date(int(turned[1]), int(turned[2]), int(turned[3])) if turned else None
    except ValueError:
        return None


def _heading(text: str) -> str:
    return text.rstrip(" .:;")


def _short(text: str) -> str:
    """The beginning of a long sentence, cut where it takes breath."""
    text = re.split(r"(?<=[^\d\s])[.;](?:\s|$)|:\s", text, maxsplit=1)[0].strip(" .:;")
    if len(text) <= 120:
        return text
    cut = max(text.rfind(mark, 40, 120) for mark in (",", " – ", " "))
    return text[: cut if cut > 0 else 120].rstrip(" ,–")
