"""The command that shows a plan's whole year before anything is sent, and the one that shows what an edit changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from dondoc.cli.commands import PLANS, command
from dondoc.cli.options import AsJson, At, WrongUsage, day
from dondoc.cli.place import moment, workplace
from dondoc.cli.plans import PLAN
from dondoc.cli.proposals import show_problems, show_renamed
from dondoc.cli.terminal import as_json, said_at, say, table, warn

if TYPE_CHECKING:
    from dondoc.core.difference import Difference
    from dondoc.core.preview import Preview
    from dondoc.core.problem import Problem

SHOWN = 60
"""Letters on the terminal; --json, --html and --ics have them all."""

FIRST, MOST = 3, 8
"""Of the letters that an edit adds, takes away or changes so many of each are shown; and of units or people for which
an edit does the same so many."""

Language = Literal["vi", "en"]


@command(
    PLANS,
    f"dondoc preview {PLAN} --html xem-truoc\n"
    f"dondoc preview {PLAN} --to 2023-06-30 --assume on-time\n"
    f"dondoc preview {PLAN} --ledger --ics ke-hoach.ics --json",
)
def preview(
    file: Annotated[Path, Parameter(help="A plan.")],
    /,
    *,
    from_: Annotated[str | None, Parameter(name="--from", help="The first day to show, as 2023-06-01.")] = None,
    to: Annotated[
        str | None, Parameter(name="--to", help="The last day to show; by default a month after the last deadline.")
    ] = None,
    assume: Annotated[
        Literal["silent", "on-time"],
        Parameter(help="How people behave: nobody answers, or everybody hands in on the last day."),
    ] = "silent",
    html: Annotated[Path | None, Parameter(help="Write pages for a browser into this folder.")] = None,
    ledger: Annotated[
        bool,
        Parameter(negative="", help="From now on, as if applied to the ledger as it stands, other plans beside it."),
    ] = False,
    ics: Annotated[Path | None, Parameter(help="Write the deadlines as iCalendar into this file.")] = None,
    language: Annotated[Language | None, Parameter(help="vi or en; by default the organisation's.")] = None,
    json: AsJson = False,
) -> int:
    """Show a plan's whole year before anything is sent: every obligation, every letter, who gets how many.

    Nothing is stored or sent. The letters are those that dondoc would write, decided and rendered in the same way,
    as if the plan came into force on the day on which it was issued; with --ledger, as if it were applied now.
    """
    from dondoc.authoring.check import check_file
    from dondoc.authoring.preview.calendar_file import write_calendar
    from dondoc.authoring.preview.pages import Pages
    from dondoc.core.problem import has_errors
    from dondoc.desk.plans import propose
    from dondoc.desk.preview import Wish, preview_on_ledger, preview_plan
    from dondoc.settings import load_settings

    first, last = day(from_, "--from"), day(to, "--to")
    if first and last and last < first:
        raise WrongUsage("--to lies before --from.")
    read = check_file(file)
    if has_errors(read.problems) or read.plan is None or read.organisation is None:
        if not read.problems:
            raise WrongUsage(f"{file} is an organisation. Name a plan, as in `dondoc preview {PLAN}`.")
        return _refuse(read.problems, as_data=json)
    tongue: Language = language or read.organisation.language
    pages = Pages(html, tongue) if html else None
    wish = Wish(first, last, assume, pages.add if pages else None)
    if ledger:
        with workplace() as place:
            proposal = propose(place, file)
            if proposal.refused:
                return _refuse(proposal.problems, as_data=json)
            found = preview_on_ledger(place, proposal, wish)
    else:
        found = preview_plan(read.plan, read.organisation, load_settings(), wish)
    if pages:
        pages.finish(found)
    if ics:
        write_calendar(ics, found, tongue)
    if json:
        as_json(found.as_data())
    else:
        _show(found, tongue)
    if pages:
        warn(f"{html}/index.html shows it in a browser.")
    return 0


@command(PLANS, f"dondoc letters {PLAN} --out thu-mau\ndondoc letters {PLAN} --language en --json")
def letters(
    file: Annotated[Path, Parameter(help="A plan.")],
    /,
    *,
    out: Annotated[Path, Parameter(help="The folder to write; `letters` if nothing is said.")] = Path("letters"),
    language: Annotated[Language | None, Parameter(help="vi or en; by default the organisation's.")] = None,
    json: AsJson = False,
) -> int:
    """Show every kind of letter, with examples from a plan, as pages for a browser: telephone, screen and plain text.

    Your own templates (in `letters` inside the folder of plans) are used where there are some. Nothing is sent.
    """
    from dondoc.authoring.check import check_file
    from dondoc.authoring.checks.letters import check_letters
    from dondoc.authoring.preview.gallery import letters_of_plan, write_gallery
    from dondoc.core.problem import has_errors
    from dondoc.settings import load_settings

    read, settings = check_file(file), load_settings()
    if read.plan is None or read.organisation is None:
        if not has_errors(read.problems):
            raise WrongUsage(f"{file} is an organisation. Name a plan, as in `dondoc letters {PLAN}`.")
        return _refuse(read.problems, as_data=json)
    wrong = check_letters(settings.letters_folder, read.plan, read.organisation)
    if has_errors(wrong):
        return _refuse(wrong, as_data=json)
    tongue: Language = language or read.organisation.language
    found = letters_of_plan(read.plan, read.organisation, settings, tongue)
    index = write_gallery(out, found, read.plan.title.within(tongue), tongue)
    if json:
        data = [
            {"name": name, "kind": one.kind, "subject": one.subject, "short": one.short} for name, one in found.items()
        ]
        as_json({"page": str(index), "letters": data})
    else:
        say(f"{len(found)} letters: {index} shows them in a browser.")
    return 0


@command(PLANS, f"dondoc diff {PLAN}\ndondoc diff {PLAN} --json")
def diff(
    file: Annotated[Path, Parameter(help="A plan, or an organisation with all the plans on it.")],
    /,
    *,
    at: At = None,
    json: AsJson = False,
) -> int:
    """Show what applying a file would change: duties, the letters to come, the counts, and what is endangered.

    Letters are foreseen on today's ledger, with and without the edit, as if nobody answered. Nothing is changed.
    """
    from dondoc.desk.difference import difference
    from dondoc.desk.plans import propose

    with workplace() as place:
        there = place.at(moment(place, at))
        proposal = propose(there, file)
        if proposal.refused:
            return _refuse(proposal.problems, as_data=json)
        found = difference(there, proposal)
    if json:
        as_json(found.as_data())
    else:
        _show_difference(found)
    return 0


def _refuse(problems: Iterable[Problem], *, as_data: bool) -> int:
    if as_data:
        as_json({"problems": [problem.as_data() for problem in problems]})
    else:
        show_problems(problems, 1)
    return 1


def _show_difference(found: Difference) -> None:
    calendar = found.calendar
    if found.is_empty:
        say("Nothing would change.")
        return
    show_renamed(found.renamed)
    for plan, change in ((found.plan, found.amendment), *found.others):
        if change.is_empty:
            continue
        answered = {one.id for one in change.answered}
        pairs = {old.id: new.id for old, new in change.reassigned}
        rows: list[tuple[object, ...]] = [
            ("moved", one.obligation.id, f"{one.before.day(calendar):%d/%m/%Y}", f"{one.after.day(calendar):%d/%m/%Y}")
            for one in change.moved
        ]
        rows += [
            ("opens", one.obligation.id, f"{calendar.day_of(one.obligation.opens):%d/%m/%Y}",
             f"{calendar.day_of(one.opens):%d/%m/%Y}")
            for one in change.opened
        ]  # fmt: skip
        rows += [("reassigned", old, "", new) for old, new in pairs.items()]
        rows += [
            ("dropped", one.id, "answered" if one.id in answered else "", "")
            for one in change.dropped
            if one.id not in pairs or one.id in answered
        ]
        rows += [("restored", one.obligation.id, "", "") for one in change.restored]
        new = set(pairs.values())
        rows += [
            ("added", one.id, "", f"{one.due.day(calendar):%d/%m/%Y}") for one in change.added if one.id not in new
        ]
        rows += [("kept as it is", one.id, "closed", "") for one in change.kept]
        table(
            ("change", "obligation", "from", "to"), _first_of_each(rows), title=f"{plan}, {change.unchanged} unchanged"
        )
        say("")
    _show_letters(found)
    counts = [
        (name, found.before.in_force.as_data()[name], number) for name, number in found.after.in_force.as_data().items()
    ]
    changed = [row for row in counts if row[1] != row[2]]
    if changed:
        table(("count", "before", "after"), changed, title="statistics affected")
    if found.word:
        say(f"Dropping what was answered is dangerous: `apply` asks for --confirm {found.word}.", style="bold red")


def _first_of_each(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Of the rows that say the same of a task for many units, the first, and how many more; --json has them all."""
    alike: dict[tuple[object, ...], list[tuple[object, ...]]] = {}
    for change, obligation, before, after in rows:
        _, task, *_, period = str(obligation).split("/")
        alike.setdefault((change, task, period, before, after), []).append((change, obligation, before, after))
    for (change, *_, before, after), some in alike.items():
        yield from some[:MOST]
        if len(some) > MOST:
            yield change, f"and {len(some) - MOST} more of this task", before, after


def _show_letters(found: Difference) -> None:
    letters, zone = found.letters, found.calendar.zone
    parts = {"new": letters.added, "gone": letters.gone, "changed": letters.changed}
    if letters.number:
        say(f"Letters that differ: {letters.number}.", style="bold")
        _show_counts("kind", {word: Counter[str](one.kind for one in some) for word, some in parts.items()})
        say("")
        _show_counts("person", {word: Counter(one.to for one in some) for word, some in parts.items()})
        say("")
        rows: list[tuple[object, ...]] = []
        for word, some in parts.items():
            rows += [(word, said_at(one.at, zone), one.to, one.kind, one.subject) for one in some[:FIRST]]
            rows += [("", f"and {len(some) - FIRST} more")] if len(some) > FIRST else []
        title = "the first of them; --json has all" if max(map(len, parts.values())) > FIRST else None
        table(("letter", "at", "to", "kind", "subject"), rows, title=title)
        say("")
    if found.told:
        more = f" and {len(found.told) - MOST} more" if len(found.told) > MOST else ""
        say(f"Told at once: {', '.join(found.told[:MOST])}{more}.")


def _show_counts(by: str, parts: Mapping[str, Counter[str]]) -> None:
    """How many letters are new, gone and changed; those with most first, the rest in one line."""
    names = [name for name, _ in sum(parts.values(), Counter[str]()).most_common()]
    rows: list[tuple[object, ...]] = [(name, *(some[name] for some in parts.values())) for name in names[:MOST]]
    if rest := names[MOST:]:
        rows.append((f"{len(rest)} more", *(sum(some[name] for name in rest) for some in parts.values())))
    table((by, *parts), rows)


def _show(found: Preview, language: Language) -> None:
    from dondoc.authoring.preview.words import KINDS, WORDS

    calendar, zone, words, kinds = found.calendar, found.calendar.zone, WORDS[language], KINDS[language]
    say(f"{found.plan.title.within(language)}, {found.first:%d/%m/%Y} - {found.last:%d/%m/%Y}", style="bold")
    for caution in found.cautions:
        say(caution.text.within(language), style="yellow")
    table(
        (words["due"], words["id"], words["task"]),
        [(f"{one.due.day(calendar):%d/%m/%Y}", one.id, one.title(language)) for one in found.obligations],
        title=f"{len(found.obligations)} {words['obligations']}",
    )
    say("")
    table(
        (words["leaves"], words["person"], words["kind"], words["speaks_of"], words["subject"]),
        [
            (said_at(one.at, zone), one.recipient.key, kinds[one.kind], len(one.about), one.subject)
            for one in found.letters[:SHOWN]
        ],
        title=f"{len(found.letters)} {words['letters']}",
    )
    if len(found.letters) > SHOWN:
        say(f"{words['and_more'].format(n=len(found.letters) - SHOWN)}: {words['in_html']}")
    say("")
    table(
        (words["person"], words["total"], words["fullest"], words["in_week"]),
        [(one.recipient.key, one.letters, f"{one.week:%d/%m/%Y}", one.in_week) for one in found.loads],
        title=words["load"],
    )
