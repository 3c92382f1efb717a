"""Saying something in a plan and seeing what it comes to: YAML in, units, periods and local days out."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from dondoc.authoring.check import check_texts
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.happened import NOTHING, Happened
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from tests.places import workplace

ORGANISATION = """\
organisation: hoi
name: Hội
calendar: {holidays: VN}
levels: [province, district, commune]
units:
  - {id: tinh, level: province, name: Tỉnh Hội, people: [{role: head, email: tinh@hoi.example}]}
  - {id: ban-a, in: tinh, kind: department, name: Ban A, people: [{role: head, email: ban-a@hoi.example}]}
  - {id: ban-b, in: tinh, kind: department, name: Ban B, people: [{role: head, email: ban-b@hoi.example}]}
  - {id: gia-binh, in: tinh, level: district, name: Gia Bình, people: [{role: head, email: gia-binh@hoi.example}],
     attributes: {co_trung_tam: "yes", so_ho: "31.000"}}
  - {id: que-vo, in: tinh, level: district, name: Quế Võ, people: [{role: head, email: que-vo@hoi.example}],
     attributes: {co_trung_tam: "no", so_ho: "48.000"}}
  - {id: xa-1, in: gia-binh, level: commune, name: Xã 1, people: [{role: head, email: xa-1@hoi.example}]}
  - {id: xa-2, in: gia-binh, level: commune, name: Xã 2, people: [{role: head, email: xa-2@hoi.example}]}
  - {id: xa-3, in: que-vo, level: commune, name: Xã 3, people: [{role: head, email: xa-3@hoi.example}]}
committees:
  - {id: thuong-truc, name: Thường trực, secretary: {email: thuong-truc@hoi.example}}
"""

HEAD = """\
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-a
"""


def written(tasks: str, head: str = HEAD) -> str:
    """A plan of these tasks under `head`."""
    below = indent(dedent(tasks).strip(), " " * 6)
    return f'{head}sections:\n  - id: "1"\n    title: Phần một\n    tasks:\n{below}\n'


def problems(tasks: str, head: str = HEAD, organisation: str = ORGANISATION) -> list[str]:
    """What `check` says, without file and place."""
    text = written(tasks, head)
    found = check_texts(load_plan(text, "p.yaml"), load_organisation(organisation, "o.yaml")).problems
    return [f"{one.code}: {one.message}; {one.hint}" for one in found]


def placed(tasks: str, head: str = HEAD, organisation: str = ORGANISATION) -> list[str]:
    """Each problem's code and the text at which its caret points."""
    text = written(tasks, head)
    found = check_texts(load_plan(text, "p.yaml"), load_organisation(organisation, "o.yaml")).problems
    return [f"{one.code} at {one.excerpt[one.column - 1 :][:20].strip()}" for one in found]


def plan_of(tasks: str, head: str = HEAD, organisation: str = ORGANISATION) -> tuple[Plan, Organisation]:
    """The plan and its organisation, in which `check` finds no error."""
    checked = check_texts(load_plan(written(tasks, head), "p.yaml"), load_organisation(organisation, "o.yaml"))
    assert checked.plan is not None, "\n".join(str(problem) for problem in checked.problems)
    assert checked.organisation is not None
    return checked.plan, checked.organisation


def owed(
    tasks: str, happened: Happened = NOTHING, *, head: str = HEAD, organisation: str = ORGANISATION
) -> tuple[Obligation, ...]:
    """The obligations of these tasks."""
    return schedule(*plan_of(tasks, head, organisation), happened)


def table(tasks: str, happened: Happened = NOTHING, *, head: str = HEAD, organisation: str = ORGANISATION) -> list[str]:
    """Each obligation as `unit period day`, with the hour where it is not the day's end."""
    calendar = plan_of(tasks, head, organisation)[1].work_calendar()
    found = []
    for one in owed(tasks, happened, head=head, organisation=organisation):
        at = f"{calendar.local(one.due.at):%Y-%m-%d %H:%M}" if not one.due.whole_day else one.due.day(calendar)
        found.append(f"{one.unit} {one.period} {at}")
    return found


def office(
    home: Path,
    tasks: str,
    *,
    at: str = "2023-04-13 08:00",
    head: str = HEAD,
    organisation: str = ORGANISATION,
    url: str | None = None,
) -> Workplace:
    """A workplace with the plan in force since a local instant; on SQLite, where no database's `url` is given."""
    from tests.places import local

    place = workplace(home, url or f"sqlite:///{home / 'dondoc.db'}", at=local(at))
    file = home / "plan.yaml"
    file.write_text(written(tasks, head), encoding="utf-8")
    file.with_name("organisation.yaml").write_text(organisation, encoding="utf-8")
    proposal, _ = apply_plan(place, file, by="quan-tri")
    assert not proposal.refused, "\n".join(map(str, proposal.problems))
    return place
