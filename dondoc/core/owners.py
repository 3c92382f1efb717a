"""Who an `owner:` means: units by name, or each of a level, below a unit, with certain attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from dondoc.core.formula import Constant, Formula, FormulaError, Node, Operation, Value, parse_formula
from dondoc.core.organisation import Organisation, Unit
from dondoc.core.plan import EachOf, Owner

_TRUE = frozenset({"true", "yes", "có", "co", "x"})
_FALSE = frozenset({"false", "no", "không", "khong", ""})


class Owners:
    """Who is meant, in the organisation's order; each question is worked out once."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._inside = {unit.id: unit.inside for unit in organisation.units}
        self._known: dict[tuple[tuple[Owner, ...], date | None, str | None], tuple[Unit, ...]] = {}

    def on(self, owner: tuple[Owner, ...], day: date | None = None, when: str | None = None) -> tuple[Unit, ...]:
        """The units that are meant and exist on `day` (None: whenever), none twice; `when` is asked of each."""
        found = self._known.get((owner, day, when))
        if found is None:
            found = tuple(
                unit
                for unit in self._organisation.units
                if (day is None or unit.exists_on(day))
                and any(self._means(one, unit) for one in owner)
                and (when is None or meets(when, unit.attributes))
            )
            self._known[owner, day, when] = found
        return found

    def within(self, unit_id: str, above: str) -> bool:
        """Whether a unit lies somewhere below another."""
        seen: set[str] = set()
        inside = self._inside.get(unit_id)
        while inside is not None and inside not in seen:
            if inside == above:
                return True
            seen.add(inside)
            inside = self._inside.get(inside)
        return False

    def _means(self, one: Owner, unit: Unit) -> bool:
        if not isinstance(one, EachOf):
            return unit.id == one
        of_level = unit.level == one.each or (unit.kind == "department" and one.each == unit.kind)
        below = one.under is None or (of_level and self.within(unit.id, one.under))
        meant = of_level and below and unit.id not in one.except_
        return meant and (one.where is None or meets(one.where, unit.attributes))


def meets(condition: str, attributes: Mapping[str, str]) -> bool:
    """Whether a unit's attributes meet a condition; what a unit does not state is not so.

    >>> meets("co_trung_tam", {"co_trung_tam": "yes"}), meets("co_trung_tam", {})
    (True, False)
    >>> meets('so_ho >= 1000 and vung = "miền núi"', {"so_ho": "1.200", "vung": "miền núi"})
    True
    """
    try:
        formula = _condition(condition)
    except FormulaError:
        return False  # `check` tells of it
    values: dict[str, Value] = {name.name: False for name in formula.names()}
    return formula.satisfied(values | {name: _value(text) for name, text in attributes.items()})


@lru_cache(maxsize=256)
def _condition(text: str) -> Formula:
    formula = parse_formula(text)
    return replace(formula, tree=_typed(formula.tree))


def _typed(node: Node) -> Node:
    """The texts of a condition mean what they mean as attributes: "yes" is true."""
    match node:
        case Constant(str(text)):
            value = _value(text)
            return Constant(text if value is None else value)
        case Operation(sign, parts):
            return Operation(sign, tuple(_typed(part) for part in parts))
        case _:
            return node


def _value(text: str) -> Value:
    """An attribute as conditions reckon with it: yes and no, numbers (1.200 is 1200), else the text."""
    word = text.strip().lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    head, *groups = word.split(".")
    thousands = groups and all(len(group) == 3 for group in groups)
    try:
        return Decimal(head + "".join(groups) if thousands else word.replace(",", "."))
    except InvalidOperation:
        return text.strip()
