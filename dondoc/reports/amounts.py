"""The tables of what was planned and what came of it: targets with results, and money by its source."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dondoc.reports.gather import Gathered
from dondoc.reports.paper import Table
from dondoc.reports.saying import Saying
from dondoc.reports.words import Words


def amounts(found: Gathered, words: Words, say: Saying) -> Iterator[Table]:
    """Those of the two of which the plan says something."""
    if found.targets:
        yield _targets(found, words, say)
    if found.money:
        yield _money(found, words, say)


def _targets(found: Gathered, words: Words, say: Saying) -> Table:
    labels = {row.indicator.id: row.indicator.label.within(say.language) for row in found.rows}
    rows = tuple(
        (
            labels.get(one.field, one.field),
            say.count(one.target),
            say.count(one.reached),
            say.percent(Fraction(one.share)) if one.share is not None else "",
        )
        for one in found.targets
    )
    columns = (words["column_indicator"], words["target"], words["reached"], words["share"])
    return Table(words["targets"], columns, rows, widths=(8, 2.8, 2.8, 2.4), numbers=(1, 2, 3))


def _money(found: Gathered, words: Words, say: Saying) -> Table:
    titles = {
        line.id: f"{line.title.within(say.language)} ({line.unit.within(say.language)})"
        for line in found.plan.plan.funding
    }
    rows = tuple(
        (
            titles[one.line],
            "" if one.amount is None else say.count(one.amount),
            say.count(one.planned),
            say.count(one.used),
            say.count(one.left) if one.amount is not None or one.planned else "",
        )
        for one in found.money
    )
    columns = (words["source"], words["amount"], words["planned"], words["used"], words["left"])
    return Table(words["money"], columns, rows, widths=(6, 2.5, 2.5, 2.5, 2.5), numbers=(1, 2, 3, 4))
