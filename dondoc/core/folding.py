"""A matter whose history grows: where it stands after each fact, without reading what went before again."""

from __future__ import annotations

from dataclasses import replace

from dondoc.core.history import (
    ENDS,
    Copied,
    Escalated,
    Fact,
    Forewarned,
    History,
    Reminded,
    ReviewAsked,
    RungSkipped,
    Sent,
    effective,
)
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, situation
from dondoc.core.steps import Steps

_ONLY_STEPS: frozenset[type[Fact]] = frozenset(
    {Reminded, Escalated, Copied, Forewarned, ReviewAsked, RungSkipped, Sent}
)
"""Facts after which a matter stands as before, but for the steps that are done."""


class Folding:
    """A history that is only added to; `situation` is at any time what `situation(obligation, history)` says.

    Steps and what became of their letters are added to what is known; what changes more, or takes something back,
    has the history read from its beginning.
    """

    def __init__(self, obligation: Obligation, history: History) -> None:
        self._obligation = obligation
        self.history = history
        self._known = situation(obligation, history)
        self._steps: Steps | None = None
        self._gone_on = False

    @property
    def situation(self) -> Situation:
        """Where the matter stands now."""
        if self._gone_on and self._steps is not None:
            self._known = replace(self._known, **self._steps.done())
            self._gone_on = False
        return self._known

    def add(self, fact: Fact) -> None:
        """What was recorded next."""
        steps = self._steps or self._steps_so_far()
        self.history = (*self.history, fact)
        if steps is not None and type(fact) in _ONLY_STEPS:
            steps.take((fact,))
            self._steps, self._gone_on = steps, True
        else:
            self._steps, self._gone_on = None, False
            self._known = situation(self._obligation, self.history)

    def _steps_so_far(self) -> Steps | None:
        """None where something was taken back, or handed in or ended: then the history is to be read as a whole."""
        if len(effective(self.history)) < len(self.history) or not ENDS.isdisjoint(map(type, self.history)):
            return None
        steps = Steps(self._known.cycle)
        steps.take(self.history)
        return steps
