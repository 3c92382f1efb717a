"""Showing what applying a file would come to, and asking whether it is meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dondoc.cli.terminal import as_json, many, said_at, say, table

if TYPE_CHECKING:
    from dondoc.core.difference import Renaming
    from dondoc.core.problem import Problem
    from dondoc.desk.plans import Proposal
    from dondoc.store.adoption import Adoption

LETTERS_SHOWN = 20

ALONE = "nothing was changed: add --yes to apply"
"""What is said where nobody can be asked."""


def show_problems(problems: Iterable[Problem], files: int) -> None:
    """Each problem with its place, and how many there are."""
    found = list(problems)
    for problem in found:
        say(problem.shown(), style="red" if problem.severity == "error" else "yellow")
    errors = sum(problem.severity == "error" for problem in found)
    counts = f"{many(errors, 'error')}, {many(len(found) - errors, 'warning')}" if found else "no problems"
    say(f"{many(files, 'file')}: {counts}.", style="bold")


def refuse(proposal: Proposal, *, as_data: bool) -> None:
    """Say that the mistakes of a file keep it from being applied."""
    if as_data:
        as_json({"applied": False, "problems": [problem.as_data() for problem in proposal.problems]})
    else:
        show_problems(proposal.problems, 1)
        say("Nothing was changed.")


def ask_for_the_word(proposal: Proposal, *, as_data: bool) -> None:
    """Say what would be lost, and with which word that is agreed to."""
    endangered = [one.id for one in proposal.endangered]
    if as_data:
        as_json({"applied": False, "confirm": proposal.word, "dropped_with_submissions": endangered})
        return
    say("These would be dropped although something was handed in for them:", style="bold red")
    for one in endangered:
        say(f"  {one}", style="red")
    say(f"Nothing was changed. `--confirm {proposal.word}` drops them all the same; their history stays.")


def show_proposal(proposal: Proposal) -> None:
    """What applying would change, and the letters of the next seven days."""
    organisation = proposal.organisation
    assert organisation is not None  # a proposal that is not refused has one
    zone = organisation.work_calendar().zone
    if proposal.unchanged:
        nothing = "No plan is in force on this organisation: apply one, and the organisation comes into force with it."
        say(nothing if proposal.first else "This is what is in force already.")
        return
    show_renamed(proposal.renamed)
    if proposal.amendment is not None:
        change = proposal.amendment
        say(
            f"Against what is in force: {len(change.added)} obligations added, {len(change.moved)} moved, "
            f"{len(change.dropped)} dropped, {len(change.restored)} restored, {change.unchanged} unchanged."
        )
    elif proposal.plan is not None:
        say(f"{len(proposal.owed)} obligations.")
    for other in proposal.others:
        change = other.amendment
        say(
            f"{other.plan.plan} goes on under this organisation: {len(change.added)} obligations added, "
            f"{len(change.moved)} moved, {len(change.dropped)} dropped, {len(change.restored)} restored."
        )
    if proposal.plan is None:
        return
    if proposal.past:
        say(
            f"{proposal.past} of them are due already: no letters go for these (--chase-past chases them too).",
            style="yellow",
        )
    letters = proposal.letters
    say(f"Letters of the next seven days, if nobody answers: {len(letters)}.")
    table(
        ("at", "to", "kind", "items"),
        [(said_at(one.at, zone), one.recipient.key, one.kind, len(one.about)) for one in letters[:LETTERS_SHOWN]],
    )
    if len(letters) > LETTERS_SHOWN:
        say(f"and {len(letters) - LETTERS_SHOWN} more.")


def show_renamed(renamed: Iterable[Renaming]) -> None:
    """What is called otherwise from now on."""
    for one in renamed:
        say(f"The {one.kind} {one.before} is called {one.after}; in the ledger it stays {one.ledger}.")


def proposal_data(proposal: Proposal, adoptions: Iterable[Adoption]) -> dict[str, Any]:
    """The JSON of `dondoc apply --json`."""
    from dondoc.core.instants import iso

    assert proposal.organisation is not None  # a proposal that was adopted has one
    zone = proposal.organisation.work_calendar().zone

    def at(instant: datetime) -> str:
        return iso(instant, zone)

    return {
        "applied": proposal.plan is not None or not proposal.first,
        "problems": [problem.as_data() for problem in proposal.problems],
        "plans": [
            {
                "plan": one.plan,
                "version": one.version,
                "changed": one.new_version,
                "added": one.added,
                "before_adoption": one.before_adoption,
                "moved": len(one.amendment.moved) if one.amendment else 0,
                "dropped": len(one.amendment.dropped) if one.amendment else 0,
                "restored": len(one.amendment.restored) if one.amendment else 0,
            }
            for one in adoptions
        ],
        "letters": [
            {"at": at(one.at), "to": one.recipient.key, "kind": one.kind, "items": len(one.about)}
            for one in proposal.letters
        ],
    }


def adopted(adoption: Adoption) -> str:
    """What applying a plan came to, in a sentence."""
    if not adoption.new_version:
        return f"{adoption.plan}: version {adoption.version} is in force already; nothing was changed."
    parts = [f"{adoption.added} obligations added"]
    if adoption.before_adoption:
        parts.append(f"{adoption.before_adoption} of them before adoption")
    if adoption.amendment:
        change = adoption.amendment
        parts += [f"{len(change.moved)} moved", f"{len(change.dropped)} dropped", f"{len(change.restored)} restored"]
    return f"{adoption.plan}: version {adoption.version} is in force; {', '.join(parts)}."
