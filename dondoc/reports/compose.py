"""From what was gathered to the paper: the six-month or annual report, part by part.

I. what was done to implement the plan, II. results by the plan's own sections, III. assessment, IV. what comes next,
V. proposals, and two appendices of figures by unit. The focal department's texts stand in place of what is gathered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from dondoc.core.indicators import Row
from dondoc.core.statistics import Counts, Tally
from dondoc.core.text import collation
from dondoc.reports.amounts import amounts
from dondoc.reports.charts import CELLS, cells_chart
from dondoc.reports.gather import Gathered, Sent, Span, Voice
from dondoc.reports.paper import Block, Heading, Letterhead, Paper, Paragraph, Picture, Table, appendix_name
from dondoc.reports.saying import Saying, lowered, risen
from dondoc.reports.tables import figures_by_unit
from dondoc.reports.words import Words, words_in

PROPOSALS = ("kien_nghi", "de_xuat", "proposals", "recommendations")
"""Ids of the questions whose answers are proposals, not assessments."""


def compose_report(
    found: Gathered, letterhead: Letterhead, texts: Mapping[str, str], *, number: str = "", day: date | None = None
) -> Paper:
    """The paper of a report; `texts` are the focal department's own, by part (`report_texts`)."""
    return _Report(found, letterhead, texts).paper(number, day)


def narrative(found: Gathered, letterhead: Letterhead) -> dict[str, str]:
    """Every part that the focal department may write anew, as it is gathered: its key and its paragraphs."""
    return _Report(found, letterhead, {}).narrative()


class _Report:
    def __init__(self, found: Gathered, letterhead: Letterhead, texts: Mapping[str, str]) -> None:
        self.found = found
        self.language = found.plan.organisation.language
        self.words: Words = words_in(self.language)
        self.letterhead = letterhead
        self.texts = texts
        self.say = Saying(found.plan.organisation)
        self.plan_name = self.say.plan(found.plan.plan)
        self.period = found.span.title.within(self.language)

    def paper(self, number: str, day: date | None) -> Paper:
        words, head = self.words, self.letterhead
        about = words["about"].format(plan=self.plan_name, period=self.period)
        appendices = (*figures_by_unit(self.found.rows, self.words, self.say), self._appendix_cells())
        return Paper(
            kind="report",
            language=self.language,
            letterhead=head,
            sign=head.report_sign,
            title=words["report"],
            about=about,
            blocks=(
                Paragraph(words["preamble"].format(plan=self.plan_name, body=self.body, period=self.period)),
                self._part("I"),
                *self._situation(),
                self._part("II"),
                *self._results(),
                self._appended(appendices),
                self._part("III"),
                *self._assessment(),
                self._part("IV"),
                *self._ahead(),
                self._part("V"),
                *self._proposals(),
            ),
            appendices=appendices,
            to=head.report_to,
            recipients=head.recipients,
            number=number,
            day=day,
            year=self.found.plan.calendar.local(self.found.at).year,
        )

    def _part(self, number: str) -> Heading:
        return Heading(f"{number}. {self.words[number].upper()}")

    def narrative(self) -> dict[str, str]:
        parts = {"situation": "\n\n".join(self._told_situation())}
        for section in self.found.plan.plan.sections:
            parts[f"results/{section.id}"] = "\n\n".join(self._told_section(section.id))
        for voice in self.found.voices:
            parts[f"assessment/{voice.field.id}"] = "\n\n".join(self._told(voice))
        parts["directions"] = "\n\n".join(self._told_ahead())
        return parts

    @property
    def body(self) -> str:
        return self.letterhead.body or self.found.plan.organisation.name.within(self.language)

    # -- I

    def _situation(self) -> Iterator[Block]:
        yield from self._text("situation", self._told_situation())
        yield self._cells_table()
        rows = [(self.say.unit(unit), tally.in_force) for unit, tally in self._by_unit()]
        yield Picture(self.words["chart_cells"], cells_chart(rows, self.words), self._alt(rows))
        if len(self.found.trend) > 1:
            yield self._trend()

    def _told_situation(self) -> list[str]:
        counts = self.found.figures.counts.whole.in_force
        units = sum(tally.in_force.total > 0 for tally in self.found.figures.counts.by_unit.values())
        today = self.say.day(self.found.plan.calendar.day_of(self.found.at))
        numbers = {name: self.say.count(value) for name, value in counts.as_data().items()}
        not_done = self.say.count(counts.open_in_time + counts.open_overdue)
        told = [
            self.words["situation"].format(
                day=today, units=self.say.count(units), done=self.say.count(counts.done), not_done=not_done, **numbers
            )
        ]
        if counts.timeliness is not None and counts.completeness is not None:
            told.append(
                self.words["rates"].format(
                    timeliness=self.say.percent(counts.timeliness), completeness=self.say.percent(counts.completeness)
                )
            )
        if counts.all > counts.total:
            told.append(self.words["beside"].format(**numbers))
        return told

    def _cells_table(self) -> Table:
        words, counts = self.words, self.found.figures.counts
        rows = [
            (self._section_name(section.id), *self._cells(tally.in_force))
            for section in self.found.plan.plan.sections
            if (tally := counts.by_section.get(section.id)) is not None
        ]
        return self._progress(words["table_cells"], words["section"], rows, counts.whole)

    def _progress(self, title: str, first: str, rows: list[tuple[str, ...]], whole: Tally) -> Table:
        words = self.words
        return Table(
            title,
            (first, *(words[cell] for cell in CELLS), words["total"]),
            (*rows, (words["all"], *self._cells(whole.in_force))),
            widths=(6.9, 2.0, 2.0, 2.0, 2.0, 1.6),
            numbers=(1, 2, 3, 4, 5),
            total=True,
        )

    def _cells(self, counts: Counts) -> tuple[str, ...]:
        return tuple(self.say.count(value) for value in (*(getattr(counts, cell) for cell in CELLS), counts.total))

    def _by_unit(self) -> list[tuple[str, Tally]]:
        counted = [(unit, tally) for unit, tally in self.found.figures.counts.by_unit.items() if tally.in_force.total]
        return sorted(counted, key=lambda pair: collation(self.say.unit(pair[0])))

    def _alt(self, rows: list[tuple[str, Counts]]) -> str:
        told = "; ".join(self.words["alt_unit"].format(name=name, **counts.as_data()) for name, counts in rows[:12])
        return self.words["alt_cells"].format(units=told)

    def _trend(self) -> Table:
        words = self.words
        rows = tuple(
            (
                risen(span.title.within(self.language)),
                self.say.count(tally.in_force.total),
                self.say.percent(tally.in_force.timeliness),
                self.say.percent(tally.in_force.completeness),
            )
            for span, tally in sorted(self.found.trend, key=_of_a_length)
        )
        columns = (words["period"], words["total"], words["timeliness"], words["completeness"])
        return Table(words["trend"], columns, rows, widths=(7, 3, 3, 3), numbers=(1, 2, 3))

    # -- II

    def _results(self) -> Iterator[Block]:
        for number, section in enumerate(self.found.plan.plan.sections, 1):
            yield Heading(f"{number}. {section.title.within(self.language)}", 2)
            yield from self._text(f"results/{section.id}", self._told_section(section.id), items_after=1)
        if self.found.rows:
            yield self._indicators()
        yield from self._hidden()
        yield from amounts(self.found, self.words, self.say)

    def _told_section(self, section_id: str) -> list[str]:
        tally = self.found.figures.counts.by_section.get(section_id)
        if tally is None:
            told = [self.words["standing_duty"]]
        else:
            counts = tally.in_force
            told = [
                self.words["section_counts" if counts.done < counts.total else "section_done"].format(
                    total=self.say.count(counts.total),
                    done=self.say.count(counts.done),
                    not_done=self.say.count(counts.open_in_time + counts.open_overdue),
                    open_overdue=self.say.count(counts.open_overdue),
                )
            ]
        wanted = self._indicators_of_sections().get(section_id, ())
        return told + [self._told_row(row) for row in self.found.rows if row.indicator.id in wanted and row.total]

    def _indicators_of_sections(self) -> dict[str, list[str]]:
        """Each indicator under the first section with a task that names it."""
        seen: set[str] = set()
        found: dict[str, list[str]] = {}
        for section in self.found.plan.plan.sections:
            for task in section.tasks:
                for field in (*task.indicators, *(task.continuing.fields if task.continuing else ())):
                    if field not in seen:
                        seen.add(field)
                        found.setdefault(section.id, []).append(field)
        return found

    def _told_row(self, row: Row) -> str:
        unit = row.indicator.field.unit.within(self.language) if row.indicator.field.unit else ""
        of = self.words["of"].format(count=len(row.reporting), all=len(row.entries))
        if row.hidden:
            of = ""
        if row.provisional:
            of = f"{of}; {self.words['so_far']}" if of else self.words["so_far"]
        told = self.words["indicator"].format(
            label=row.indicator.label.within(self.language),
            value=self.say.figure(row.total),
            unit="" if row.indicator.is_ratio or not unit else f" {unit}",
            of=of,
        )
        return told.removesuffix(" ()") + ("." if not told.endswith(".") else "")

    def _indicators(self) -> Table:
        words, before = self.words, self.found.before
        columns = [words["number"], words["column_indicator"], words["column_unit"], words["now"]]
        within = before is not None and self.found.span.start <= before.start
        if before:
            columns += [risen(before.title.within(self.language)), words["since" if within else "change"]]
        columns.append(words["reporting"])
        rows = []
        for number, row in enumerate(self.found.rows, 1):
            unit = row.indicator.field.unit
            cells = [
                str(number),
                row.indicator.label.within(self.language),
                unit.within(self.language) if unit else "",
                self.say.figure(row.total),
            ]
            if before:
                earlier = self.found.rows_before.get(row.indicator.id)
                cells += [
                    self.say.figure(earlier.total if earlier else None),
                    self.say.change(row.total, earlier.total if earlier else None),
                ]
            cells.append("" if row.hidden else f"{len(row.reporting)}/{len(row.entries)}")
            rows.append(tuple(cells))
        widths = (1.1, 6.1, 1.9, 1.9, 1.9, 1.8, 1.8) if before else (1.1, 7.4, 2.5, 2.7, 2.5)
        numbers = (3, 4, 5, 6) if before else (3, 4)
        note = "" if before else words["no_changes"]
        if before and within:
            note = words["contains"].format(period=before.title.within(self.language))
        return Table(words["indicators"], tuple(columns), tuple(rows), widths, numbers, note=note)

    def _hidden(self) -> Iterator[Block]:
        labels = [row.indicator.label.within(self.language) for row in self.found.rows if row.hidden]
        if labels:
            yield Paragraph(self.words["hidden"].format(labels="; ".join(labels)))

    # -- III to V

    def _assessment(self) -> Iterator[Block]:
        number = 0
        for voice in self.found.voices:
            if voice.field.id not in PROPOSALS:
                number += 1
                yield Heading(f"{number}. {voice.field.label.within(self.language)}", 2)
                yield from self._text(f"assessment/{voice.field.id}", self._told(voice), items=True)
        yield Heading(f"{number + 1}. {self.words['reports']}", 2)
        yield from self._reporting()

    def _told(self, voice: Voice) -> list[str]:
        return [f"{', '.join(units)}: {text}" for units, text in voice.texts]

    def _reporting(self) -> Iterator[Block]:
        words, sent = self.words, self.found.sent
        missing = [one for one in sent if one.received is None and one.days_late]
        late = [one for one in sent if one.received is not None and one.days_late]
        in_time = [one for one in sent if one.received is not None and not one.days_late]
        yield Paragraph(
            words["reports_sum"].format(
                all=self.say.count(len(sent)),
                on_time=self.say.count(len(in_time)),
                late=self.say.count(len(late)),
                missing=self.say.count(len(missing)),
            )
        )
        if not (missing or late):
            yield Paragraph(words["all_in_time"])
            return
        rows = tuple(self._sent_row(number, one) for number, one in enumerate([*missing, *late], 1))
        names = ("number", "unit", "task", "due", "received", "days", "standing")
        columns = tuple(words[name] for name in names)
        yield Table(words["late_table"], columns, rows, (1.1, 3, 3.8, 2.4, 2.4, 1.7, 2.1), numbers=(5,))

    def _sent_row(self, number: int, one: Sent) -> tuple[str, ...]:
        return (
            str(number),
            self.say.unit(one.now.owner),
            one.obligation.title(self.language),
            self.say.day(one.due),
            self.say.day(one.received) if one.received else "",
            str(one.days_late),
            self.words["late" if one.received else "missing"],
        )

    def _ahead(self) -> Iterator[Block]:
        yield from self._text("directions", self._told_ahead(), items_after=1)

    def _told_ahead(self) -> list[str]:
        if not self.found.coming:
            return [self.words["nothing_ahead"]]
        items = [
            self.words["coming_item"].format(
                title=one.title, day=self.say.day(one.due), count=self.say.count(one.units)
            )
            for one in self.found.coming
        ]
        return [self.words["coming"], *(f"{item}." for item in items)]

    def _proposals(self) -> Iterator[Block]:
        found = False
        for voice in self.found.voices:
            if voice.field.id in PROPOSALS:
                key = f"assessment/{voice.field.id}"
                told = self._told(voice)
                if told or self.texts.get(key):
                    found = True
                    yield from self._text(key, told, items=True)
        if not found:
            yield Paragraph(self.words["nothing"])

    # -- appendices

    def _appended(self, appendices: tuple[Table, ...]) -> Paragraph:
        """The decree wants every appendix named in the text."""
        word = self.words["appendix"]
        named = (
            f"{appendix_name(word, number, len(appendices))} ({lowered(one.title)})"
            for number, one in enumerate(appendices, 1)
        )
        return Paragraph(self.words["appended"].format(appendices="; ".join(named)))

    def _appendix_cells(self) -> Table:
        rows = [(self.say.unit(unit), *self._cells(tally.in_force)) for unit, tally in self._by_unit()]
        return self._progress(self.words["appendix_cells"], self.words["unit"], rows, self.found.figures.counts.whole)

    # -- words

    def _text(
        self, key: str, told: list[str], *, items: bool = False, items_after: int | None = None
    ) -> Iterator[Block]:
        """The department's own text of a part, else what was gathered."""
        own = self.texts.get(key, "").strip()
        if own:
            for paragraph in own.split("\n\n"):
                text = " ".join(paragraph.split())
                if text:
                    dash = text.startswith(("- ", "– "))
                    yield Paragraph(text[2:] if dash else text, item=dash)
            return
        if not told:
            yield Paragraph(self.words["nothing"])
        for number, text in enumerate(told):
            yield Paragraph(text, item=items or (items_after is not None and number >= items_after))

    def _section_name(self, section_id: str) -> str:
        section = next((one for one in self.found.plan.plan.sections if one.id == section_id), None)
        return f"{section.id}. {section.title.within(self.language)}" if section else section_id


def _of_a_length(one: tuple[Span, Tally]) -> tuple[int, date]:
    """Its months: quarters follow quarters, and years years; beside a year, one of its quarters is no trend."""
    span, _ = one
    return round((span.cut_off - span.start).days / 30.4), span.start
