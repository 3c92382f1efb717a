"""Commands about plans: check and apply them, look at the calendar, ask why, stop and restart sending."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dondoc.cli.commands import PLANS, RUNNING, command
from dondoc.cli.options import USUALLY, AsJson, Recording, WrongUsage, organisation_in
from dondoc.cli.place import DEFAULT_ZONE, moment, workplace
from dondoc.cli.proposals import ALONE, adopted, ask_for_the_word, proposal_data, refuse, show_problems, show_proposal
from dondoc.cli.terminal import agreed, as_json, said_at, say, table

if TYPE_CHECKING:
    from dondoc.core.explanation import Line
    from dondoc.core.organisation import Organisation
    from dondoc.desk.explain import Correspondent, Explained

ONE = "tre-em-2023/bao-cao-6-thang/h-gia-binh/2023-H1"
PLAN = "plan_definitions/bac-ninh/tre-em-2023.yaml"

PlanId = Annotated[str | None, Parameter(help="The id of a plan; without it, all of them.")]


@command(PLANS, f"dondoc check {PLAN}")
def check(
    files: Annotated[tuple[Path, ...], Parameter(name="FILE", help="Plans or organisations.")],
    /,
    *,
    json: AsJson = False,
) -> int:
    """Find every mistake in plans and organisations, each with its place and what to write instead.

    Templates of letters that replace ours (in `letters` inside the folder of plans) are tried on examples, too.
    """
    from dondoc.authoring.check import check_files
    from dondoc.settings import load_settings

    if not files:
        raise WrongUsage(f"Name at least one file, as in `dondoc check {PLAN}`.")
    problems = check_files(files, load_settings().letters_folder)
    if json:
        as_json([problem.as_data() for problem in problems])
    else:
        show_problems(problems, len(files))
    return 1 if any(problem.severity == "error" for problem in problems) else 0


@command(PLANS, f"dondoc apply {PLAN}\ndondoc apply {PLAN} --yes --chase-past")
def apply(
    file: Annotated[Path, Parameter(help="A plan, or an organisation with all the plans on it.")],
    /,
    *,
    yes: Annotated[bool, Parameter(negative="", help="Do not ask first.")] = False,
    chase_past: Annotated[
        bool, Parameter(negative="", help="Chase what is due already, too, on the first apply of a running plan.")
    ] = False,
    confirm: Annotated[
        str | None, Parameter(help="The word that `dondoc diff` gives before duties are dropped that were answered.")
    ] = None,
    recording: Recording = USUALLY,
) -> int:
    """Bring a plan into force, after showing what changes and the letters of the next seven days.

    With a mistake in the file nothing changes. Applying the same again does nothing.
    """
    from dondoc.desk.plans import adopt, propose

    with workplace() as place:
        there = place.at(moment(place, recording.at))
        proposal = propose(there, file, chase_past=chase_past)
        if proposal.refused:
            refuse(proposal, as_data=recording.json)
            return 1
        if not recording.json:
            show_problems(proposal.problems, 1)
            show_proposal(proposal)
        if proposal.word and confirm != proposal.word:
            ask_for_the_word(proposal, as_data=recording.json)
            return 1
        if not (yes or proposal.unchanged or agreed("Apply?", alone=ALONE, as_data=recording.json)):
            say("Nothing was changed.")
            return 0
        adoptions = adopt(there, proposal, by=recording.who, chase_past=chase_past, confirm=confirm)
    if recording.json:
        as_json(proposal_data(proposal, adoptions))
    else:
        for adoption in adoptions:
            say(adopted(adoption))
    return 0


@command(PLANS, "dondoc calendar 2023")
def calendar(
    year: Annotated[int, Parameter(help="A year.")],
    /,
    *,
    organisation: Annotated[
        Path | None, Parameter(help="Its organisation.yaml; by default the first in the folder of plans.")
    ] = None,
    json: AsJson = False,
) -> int:
    """Show a year's days off, the days worked in their place, and the months of the lunar calendar."""
    from dondoc.calendar import lunar
    from dondoc.calendar.workdays import FIRST_YEAR, LAST_YEAR, work_calendar

    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongUsage(f"The calendar knows {FIRST_YEAR} to {LAST_YEAR}, not {year}.")
    house = _organisation(organisation)
    days = house.work_calendar() if house else work_calendar(zone=DEFAULT_ZONE, holidays="VN")
    months = lunar.lunar_months(year) if lunar.FIRST_YEAR <= year <= lunar.LAST_YEAR else ()
    found: dict[str, list[dict[str, Any]]] = {
        "days_off": [
            {"date": one.day.isoformat(), "name": one.name, "source": one.source} for one in days.days_off(year)
        ],
        "made_up": [{"date": one.day.isoformat(), "source": one.source} for one in days.made_up_days(year)],
        "lunar_months": [
            {"first_day": one.first_day.isoformat(), "year": one.year, "month": one.month, "leap": one.leap}
            for one in months
        ],
    }
    if json:
        as_json(found)
        return 0
    say(f"{house.name.within('en')}, {year}" if house else f"Vietnam, {year}", style="bold")
    for title, rows in found.items():
        if rows:
            table(list(rows[0]), [list(row.values()) for row in rows], title=title.replace("_", " "))
            say("")
    return 0


@command(PLANS, f"dondoc explain {ONE}\ndondoc explain can-bo@h-gia-binh.example --language vi")
def explain(
    what: Annotated[str, Parameter(name="OBLIGATION|ADDRESS", help="An obligation's id, or an e-mail address.")],
    /,
    *,
    language: Annotated[str | None, Parameter(help="vi or en; by default the organisation's.")] = None,
    at: Annotated[str | None, Parameter(help="Explain what was known at that instant.")] = None,
    json: AsJson = False,
) -> int:
    """Say why a letter went, why none did, and what goes next, with the rule and the event behind it."""
    from dondoc.desk.explain import explain_address, explain_obligation

    if language not in (None, "vi", "en"):
        raise WrongUsage(f"dondoc speaks vi and en, not `{language}`. Write --language vi.")
    with workplace() as place:
        if "/" not in what or what.startswith("paper:"):
            if "@" not in what and not what.startswith("paper:"):
                raise WrongUsage(
                    f"`{what}` is neither an obligation (plan/task/unit/period) nor an address (name@host.domain)."
                )
            about = explain_address(place, what)
            if json:
                as_json(about.as_data())
            else:
                _show_correspondent(about, language)
            return 0
        told = explain_obligation(place, what, moment(place, at, what.partition("/")[0]))
    if json:
        as_json(told.as_data())
    else:
        _show_explained(told, language)
    return 0


@command(RUNNING, 'dondoc pause tre-em-2023 --why "Đang sửa danh bạ"')
def pause(
    plan: PlanId = None,
    /,
    *,
    why: Annotated[str, Parameter(help="The reason; `dondoc explain` and `doctor` show it.")] = "",
    recording: Recording = USUALLY,
) -> int:
    """Stop sending letters, of one plan or altogether; what falls due waits."""
    from dondoc.desk.plans import pause as pause_it

    with workplace() as place:
        pause_it(place.at(moment(place, recording.at, plan)), plan, by=recording.who, why=why)
    if recording.json:
        as_json({"paused": plan or "*"})
    else:
        say(f"Sending is stopped for {plan or 'all plans'}. `dondoc resume{f' {plan}' if plan else ''}` restarts it.")
    return 0


@command(RUNNING, "dondoc resume tre-em-2023")
def resume(plan: PlanId = None, /, *, recording: Recording = USUALLY) -> int:
    """Send letters again; of what was missed meanwhile, only what is still useful goes."""
    from dondoc.desk.plans import resume as resume_it

    with workplace() as place:
        stopped = resume_it(place, plan)
    if recording.json:
        as_json({"resumed": plan or "*", "was_paused": stopped})
    else:
        say(f"Sending {'goes on' if stopped else 'was not stopped'} for {plan or 'all plans'}.")
    return 0


# -- showing


def _show_explained(told: Explained, language: str | None) -> None:
    tongue, zone, one = language or told.language, told.calendar.zone, told.explanation
    heads = {
        "vi": ("Đã diễn ra", "Vì sao không có thư", "Sắp tới"),
        "en": ("What happened", "Why nothing goes", "Next"),
    }

    def line(entry: Line) -> str:
        number = f"{entry.number:>6}  " if entry.number else " " * 8
        undone = {"vi": " [đã rút lại]", "en": " [taken back]"}[tongue] if entry.undone else ""
        return f"{number}{said_at(entry.at, zone)}  {entry.text.within(tongue)}{undone}"

    say(f"{one.obligation.title(tongue)} – {one.obligation.id}", style="bold")
    say(one.deadline.within(tongue))
    if told.rule:
        say(told.rule.within(tongue))
    happened, quiet, coming = heads[tongue]
    if one.happened:
        say(f"\n{happened}", style="bold")
        for entry in one.happened:
            say(line(entry))
    if one.quiet:
        say(f"\n{quiet}", style="bold")
        for reason in one.quiet:
            say(f"        {reason.within(tongue)}")
    if one.coming:
        say(f"\n{coming}", style="bold")
        for entry in one.coming:
            say(line(entry))


def _show_correspondent(about: Correspondent, language: str | None) -> None:
    if about.calendar is None:
        say(f"{about.address} was not written to yet.")
        return
    zone = about.calendar.zone
    table(
        ("letter", "written", "kind", "state", "subject"),
        [
            (one.letter.id, said_at(one.letter.created_at, zone), one.letter.kind, one.state, one.letter.subject)
            for one in about.letters
        ],
        title=about.address,
    )
    if about.dead:
        say(f"Nothing is sent there since {said_at(about.dead.since, zone)}, as letter {about.dead.letter} came back:")
        say(f"{about.dead.why}. `dondoc outbox readmit {about.address}` once it is mended.")
    for told in about.matters:
        say("")
        _show_explained(told, language)


def _organisation(file: Path | None) -> Organisation | None:
    from dondoc.settings import load_settings

    if file is None:
        beside = sorted(load_settings().plans.glob("*/organisation.yaml"))
        if not beside:
            return None
        file = beside[0]
    return organisation_in(file).value
