"""How numbers, days and units are written in a paper of one language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from dondoc.core.answers import said_as
from dondoc.core.indicators import Figure
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.text import short_date
from dondoc.reports.words import words_in


class Saying:
    """The writing of an organisation's papers, in its language or the reader's; units by their short names."""

    def __init__(self, organisation: Organisation, language: str = "") -> None:
        self.language = language or organisation.language
        self._names = {one.id: (one.short or one.name).within(self.language) for one in organisation.units}

    def unit(self, unit: str) -> str:
        """Its short name; its id where it is unknown."""
        return self._names.get(unit, unit)

    def plan(self, plan: Plan) -> str:
        """Its number and day; its title while the clerk has given it no number."""
        words = words_in(self.language)
        if plan.number and any(character.isdigit() for character in plan.number):
            return words["numbered"].format(number=plan.number, day=self.day(plan.issued))
        return words["plan_of"].format(title=plan.title.within(self.language))

    def day(self, day: date) -> str:
        """`5/6/2023`, in English `5 June 2023`."""
        return short_date(day, self.language)

    def count(self, number: int | Decimal) -> str:
        """`1.234`, in English `1,234`."""
        return said_as(Decimal(number), self.language)

    def percent(self, part: Fraction | None) -> str:
        """`62,5%`; nothing where there is nothing to divide by."""
        if part is None:
            return ""
        return f"{said_as(round(Decimal(part.numerator) * 100 / part.denominator, 1), self.language)}%"

    def share(self, part: Decimal | None) -> str:
        """The same of a part that is not exact."""
        return self.percent(Fraction(part)) if part is not None else ""

    def figure(self, figure: Figure | None) -> str:
        """A number, or the percentage of a ratio; nothing where there is none."""
        if figure is None or figure.value is None:
            return ""
        return self.percent(Fraction(figure.value)) if figure.parts is not None else self.count(figure.value)

    def change(self, now: Figure | None, before: Figure | None) -> str:
        """By how much it rose, with its sign; nothing where one of them is not known."""
        if now is None or before is None or now.value is None or before.value is None:
            return ""
        change = now.value - before.value
        sign = "+" if change > 0 else ""
        return sign + (self.percent(Fraction(change)) if now.parts is not None else self.count(change))


def lowered(title: str) -> str:
    """A title inside a sentence; one that begins with an abbreviation or a name of several capitals stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title


def risen(name: str) -> str:
    """A name at the head of a row or a column: `Quý II năm 2023`."""
    return name[:1].upper() + name[1:]
