"""The command that shows a plan's whole year before anything is sent, and the one that shows what an edit changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from dondoc.cli.commands import PLANS, command
from dondoc.cli.options import AsJson, WrongUsage, day
from dondoc.cli.plans import PLAN, show_problems
from dondoc.cli.terminal import as_json, said_at, say, table, warn

if TYPE_CHECKING:
    from dondoc.core.preview import Preview

SHOWN = 60
"""Letters on the terminal; --json, --html and --ics have them all."""

Language = Literal["vi", "en"]


@command(
    PLANS,
    f"dondoc preview {PLAN} --html xem-truoc\n"
    f"dondoc preview {PLAN} --to 2023-06-30 --assume on-time\n"
    f"dondoc preview {PLAN} --ics ke-hoach.ics --json",
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
    ics: Annotated[Path | None, Parameter(help="Write the deadlines as iCalendar into this file.")] = None,
    language: Annotated[Language | None, Parameter(help="vi or en; by default the organisation's.")] = None,
    json: AsJson = False,
) -> int:
    """Show a plan's whole year before anything is sent: every obligation, every letter, who gets how many.

    Nothing is stored or sent. The letters are those that dondoc would write, decided and rendered in the same way,
    as if the plan came into force on the day on which it was issued.
    """
    from dondoc.authoring.check import check_file
    from dondoc.authoring.preview.calendar_file import write_calendar
    from dondoc.authoring.preview.pages import Pages
    from dondoc.core.problem import has_errors
    from dondoc.desk.preview import preview_plan
    from dondoc.settings import load_settings

    first, last = day(from_, "--from"), day(to, "--to")
    if first and last and last < first:
        raise WrongUsage("--to lies before --from.")
    read = check_file(file)
    if has_errors(read.problems) or read.plan is None or read.organisation is None:
        if not read.problems:
            raise WrongUsage(f"{file} is an organisation. Name a plan, as in `dondoc preview {PLAN}`.")
        if json:
            as_json({"problems": [problem.as_data() for problem in read.problems]})
        else:
            show_problems(read.problems, 1)
        return 1
    tongue: Language = language or read.organisation.language
    pages = Pages(html, tongue) if html else None
    found = preview_plan(
        read.plan, read.organisation, load_settings(),
        first=first, last=last, assume=assume, each=pages.add if pages else None,
    )  # fmt: skip
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


def _show(found: Preview, language: Language) -> None:
    calendar, zone = found.calendar, found.calendar.zone
    say(f"{found.plan.title.within(language)}, {found.first:%d/%m/%Y} - {found.last:%d/%m/%Y}", style="bold")
    for caution in found.cautions:
        say(caution.text.within(language), style="yellow")
    table(
        ("due", "obligation", "title"),
        [(f"{one.due.day(calendar):%d/%m/%Y}", one.id, one.title(language)) for one in found.obligations],
        title=f"{len(found.obligations)} obligations",
    )
    say("")
    table(
        ("at", "to", "kind", "items", "subject"),
        [
            (said_at(one.at, zone), one.recipient.key, one.kind, len(one.about), one.subject)
            for one in found.letters[:SHOWN]
        ],
        title=f"{len(found.letters)} letters",
    )
    if len(found.letters) > SHOWN:
        say(f"and {len(found.letters) - SHOWN} more: --html shows each as it would be read.")
    say("")
    table(
        ("person", "letters", "fullest week", "in it"),
        [(one.recipient.key, one.letters, f"{one.week:%d/%m/%Y}", one.in_week) for one in found.loads],
        title="load",
    )
