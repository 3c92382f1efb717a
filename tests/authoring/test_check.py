"""Every mistake is found, located and explained, and none hides another."""

from itertools import zip_longest
from pathlib import Path
from textwrap import dedent, indent

import pytest

from dondoc.authoring.check import Checked, check_files, check_texts
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.problem import Problem

ORGANISATION = """\
organisation: hoi
name: Hội
calendar: {holidays: VN}
levels: [province, district]
units:
  - {id: tinh-hoi, level: province, name: Tỉnh Hội}
  - {id: ban-gdxh, in: tinh-hoi, kind: department, name: Ban GĐXH, people: [{email: a@gdxh.example}]}
  - {id: h-gia-binh, in: tinh-hoi, level: district, name: Gia Bình, people: [{email: a@gia-binh.example}]}
  - {id: tx-que-vo, in: tinh-hoi, level: district, name: Quế Võ, people: [{phone: "0222", contact: paper}],
     valid_from: 2023-04-10, replaces: h-que-vo}
  - {id: h-que-vo, in: tinh-hoi, level: district, name: Quế Võ, valid_until: 2023-04-09}
committees:
  - {id: thuong-truc, name: Thường trực, secretary: {email: a@thuong-truc.example}}
  - {id: ban-thuong-vu, name: Ban Thường vụ}
"""

HEAD = """\
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-gdxh
policies:
  usual: {remind: [7 days before], escalate: [{after: 1 working day, to: thuong-truc}]}
policy: usual
forms:
  f: {fields: [{id: a, label: A, type: integer}]}
sections:
  - id: "1"
    title: Phần một
    tasks:
      - {id: goc, title: Gốc, owner: each district, due: 2023-06-30, submit: f}
"""
TASK, INDENT = 1 + HEAD.count("\n"), 6
"""Where a test's own tasks begin."""


def checked(plan: str, organisation: str = ORGANISATION) -> Checked:
    return check_texts(load_plan(plan, "p.yaml"), load_organisation(organisation, "o.yaml"))


def with_task(task: str) -> tuple[Problem, ...]:
    return checked(HEAD + indent(dedent(task).strip(), " " * INDENT) + "\n").problems


def brief(problem: Problem) -> str:
    """`LINE:COLUMN code: message; hint`, counted from the beginning of the test's own text."""
    sentence = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return f"{problem.line - TASK + 1}:{problem.column - INDENT} {problem.code}: {sentence}"


def test_a_sound_plan_has_no_problem() -> None:
    found = checked(HEAD)
    assert found.problems == ()
    assert found.plan is not None
    assert found.organisation is not None


TEN_MISTAKES = """\
plan: tre-em-2023
title: Kế hoạch
issued: 13/4/2023
period: 2023-04-13/2023-12-31
focal_point: ban-gdxhh
policies:
  usual: {remind: [7 days befor], escalate: [{after: 1 working day, to: thuong-trucc}]}
policy: usual
sections:
  - id: "1"
    tittle: Phần một
    tasks:
      - {id: mot, title: Một, owner: h-gia-bin, due: 2023-06-30}
      - {id: hai, title: Hai, owner: each district, due: 3 working days afer plan.issued}
      - {id: hai, title: Hai, owner: each district, due: 2023-02-30}
      - {id: bon, title: Bốn, owner: each district, due: 2023-06-30, submit: khong-co}
"""


def test_a_plan_with_ten_mistakes_has_ten_located_problems() -> None:
    assert [f"{p.line}:{p.column} {p.message}" for p in checked(TEN_MISTAKES).problems] == [
        "3:9 `13/4/2023` is not a day as it is written here",
        "5:14 there is no unit `ban-gdxhh`",
        "7:27 'befor' is not expected here",
        "7:73 `thuong-trucc` is no role, unit or committee",
        "11:5 the key `tittle` is not known here",
        "13:38 there is no unit `h-gia-bin`",
        "14:73 'afer' is not expected here",
        "15:14 another task is called `hai`, in line 14",
        "15:58 2023-02-30 does not exist",
        "16:78 there is no form `khong-co`",
    ]


def test_a_problem_shows_its_line_with_a_caret_and_what_to_write_instead() -> None:
    problem = checked(TEN_MISTAKES).problems[6]
    assert problem.shown() == (
        "p.yaml:14:73: 'afer' is not expected here; write after\n"
        "   14 |       - {id: hai, title: Hai, owner: each district, due: 3 working days afer plan.issued}\n"
        "      |                                                                         ^"
    )
    assert problem.as_data() == {
        "file": "p.yaml",
        "line": 14,
        "column": 73,
        "severity": "error",
        "code": "deadline-syntax",
        "message": "'afer' is not expected here",
        "hint": "write after",
    }


MISTAKEN_TASKS = {
    # structure
    "- {titel: A, id: a, owner: h-gia-binh, due: 2023-06-30}": "1:4 unknown-key: the key `titel` is not known here; "
    "did you mean `title`?",
    "- {id: a, owner: h-gia-binh, due: 2023-06-30}": "1:3 missing-key: the key `title` is missing; add `title: …`",
    "- {id: a, title: , owner: h-gia-binh, due: 2023-06-30}": "1:11 empty: `title` is empty; write a value, "
    "or remove the key",
    "- {id: a, title: A, owner: [h-gia-binh, ~], due: 2023-06-30}": "1:41 empty: this item is empty; write a value, "
    "or remove the item",
    "- {id: Báo_cáo, title: A, owner: h-gia-binh, due: 2023-06-30}": "1:8 wrong-name: `Báo_cáo` cannot be a name; "
    "write small letters without accents, digits and hyphens, such as `bao-cao`",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, roll: next workday}": "1:63 unknown-choice: "
    "`next workday` is not known here; did you mean `next working day`?",
    "- {id: a, title: A, owner: h-gia-binh, due: [2023-06-30]}": "1:40 wrong-kind: here stands a list, where a text "
    "or keys and values should be; write it in one line",
    "- {id: a, title: {vn: A}, owner: h-gia-binh, due: 2023-06-30}": "1:19 unknown-key: the key `vn` is not known "
    "here; keys here are vi, en",
    "- {id: a, title: A, owner: {eech: district}, due: 2023-06-30}": "1:29 unknown-key: the key `eech` is not known "
    "here; did you mean `each`?",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, urgent: maybe}": "1:65 wrong-value: `maybe` is neither "
    "true nor false; write true or false",
    "- {id: a, title: A, owner: h-gia-binh, during: 2023-07-01/2023-06-01}": "1:48 wrong-value: the period ends "
    "(2023-06-01) before it begins (2023-07-01)",
    "- báo cáo": "1:3 wrong-kind: here stands a text, where keys and values should be; write `key: value` below, "
    "one each line",
    # names
    "- {id: goc, title: A, owner: h-gia-binh, due: 2023-06-30}": "1:8 duplicate-id: another task is called `goc`, "
    "in line 15; give each its own id",
    "- {id: a, title: A, owner: each distrikt, due: 2023-06-30}": "1:33 unknown-level: there is no level `distrikt`; "
    "did you mean `district`?",
    "- {id: a, title: A, owner: {each: district, under: tinh-hoy}, due: 2023-06-30}": "1:52 unknown-unit: there is "
    "no unit `tinh-hoy`; did you mean `tinh-hoi`?",
    "- {id: a, title: A, owner: thuong-truc, due: 2023-06-30}": "1:28 not-a-unit: `thuong-truc` is a committee, "
    "which owes and reviews nothing itself; name a unit",
    "- {id: a, title: A, owner: h-que-vo, due: 2023-06-30}": "1:28 owner-gone: `h-que-vo` does not exist on "
    "2023-06-30; write `tx-que-vo`, which replaced it",
    "- {id: a, title: A, owner: tinh-hoi, due: 2023-06-30}": "1:28 nobody-to-write-to: nobody in `tinh-hoi` can be "
    "written to; give each a person with an email, or with `contact: paper`, in organisation.yaml",
    "- {id: a, title: A, due: 2023-06-30}": "1:8 no-owner: nobody owes `a`; add `owner: UNIT`, or `owner: each LEVEL`",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, submit: {form: g}}": "1:72 unknown-form: there is no "
    "form `g`; write one of f, acknowledgement, nothing, files",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, submit: {form: f, document: signed}}": "1:57 "
    "two-submissions: two things are to be handed in: `form` and `document`; name one; a form may ask for files",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, submit: {form: f, review: ban-gd}}": "1:83 unknown-unit: "
    "there is no unit `ban-gd`; did you mean `ban-gdxh`?",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, through: ban}": "1:66 unknown-unit: there is no unit "
    "`ban`; write one of tinh-hoi, ban-gdxh, h-gia-binh, tx-que-vo, h-que-vo, thuong-truc, ban-thuong-vu",
    "- {id: a, title: A, continuing: {reported_in: [gok]}}": "1:48 unknown-task: there is no task `gok`; "
    "did you mean `goc`?",
    "- {id: a, title: A, continuing: {reported_in: [goc], fields: [b]}}": "1:63 unknown-field: there is no field `b`; "
    "write one of a",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, funding: x}": "1:66 unknown-funding-line: there is no "
    "funding line `x`; this file names no funding line at all",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, assumed: [deu]}": "1:67 unknown-key: there is no key "
    "`deu`; did you mean `due`?",
    # policies
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, policy: usal}": "1:65 unknown-policy: there is no policy "
    "`usal`; did you mean `usual`?",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, policy: {remind: 3 day after}}": "1:74 deadline-syntax: "
    "a reminder comes before the deadline or on the day; add `before`; what comes after is `chase`",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, policy: {escalate: [{after: 2 days before, to: "
    "ban-gdxh}]}}": "1:85 deadline-syntax: this counts from what it follows; write, say, 3 working days",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, policy: {escalate: [{after: 3 days, to: ban-gdxh}, "
    "{after: 1 day, to: thuong-truc}]}}": "1:116 steps-reversed: this step comes before the one above it; "
    "write the earlier step first",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, policy: {escalate: [{after: 3 days, to: "
    "ban-thuong-vu}]}}": (
        "1:97 nobody-to-write-to: nobody in `ban-thuong-vu` can be written to; give it a secretary with an email in "
        "organisation.yaml"
    ),
    # deadlines
    "- {id: a, title: A, owner: h-gia-binh}": "1:8 no-deadline: nothing says when `a` is due; add `due: 2023-06-30`, "
    "`occasions:`, or `continuing: {reported_in: […]}`",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, continuing: {reported_in: goc}}": "1:57 two-deadlines: "
    "`due` and `continuing` exclude each other; keep one, or make two tasks",
    "- {id: a, title: A, owner: h-gia-binh, due: 30/6/2023}": "1:45 deadline-syntax: '30/6/2023' is not how a date "
    "is written here; write 2023-06-30",
    "- {id: a, title: A, owner: h-gia-binh, due: 3 days after cut-off}": "1:58 no-period: `cut-off` belongs to a "
    "period, and there is none here; write {every: half-year, by: …}, or count from plan.issued or a date",
    "- {id: a, title: A, owner: h-gia-binh, due: last working day}": "1:45 no-period: `last working day` is a day of "
    "a period, and there is none here; write a date, or {every: month, by: …}",
    "- {id: a, title: A, owner: h-gia-binh, due: 3 days after gok.due}": "1:58 unknown-task: there is no task `gok`; "
    "did you mean `goc.due`?",
    "- {id: a, title: A, owner: h-gia-binh, due: 3 days after goc.accepted}": "1:58 unknown-anchor: nobody "
    "reviews `goc`, so it is never accepted; count from `goc.done`",
    "- {id: a, title: A, owner: h-gia-binh, due: 3 days after a.due}": "1:58 circle: `a` counts from itself; "
    "count from another task or a date",
    "- {id: a, title: A, owner: h-gia-binh, due: {every: quater, by: last day}}": "1:53 wrong-period: a period cannot "
    "be 'quater'; write week, month, quarter, half-year, year, a number of months or years such as 2 months, "
    "or first 9 months",
    "- {id: a, title: A, owner: h-gia-binh, due: {every: quarter, only: [Q2, Q5], by: last day}}": "1:73 wrong-period: "
    "'Q5' names no period of every quarter; write Q1, Q2, Q3, Q4",
    "- {id: a, title: A, owner: h-gia-binh, due: {every: year, year_from: 15/12, by: last day}}": "1:70 wrong-period: "
    "year_from '15/12' is not a day of every year; write month-day, as in 12-15",
    "- {id: a, title: A, owner: h-gia-binh, due: lunar leap 15/8}": "1:45 impossible-day: lunar leap 15/8 does not "
    "fall between 2023-04-13 and 2023-12-31; write a day there is",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-30, opens: 2023-07-03}": "1:45 opens-after-due: it is due on "
    "2023-06-30 and opens only on 2023-07-03; write a later deadline, or an earlier `opens`",
}


@pytest.mark.parametrize("task", MISTAKEN_TASKS)
def test_a_mistake_in_a_task_is_one_located_problem(task: str) -> None:
    assert [brief(problem) for problem in with_task(task)] == [MISTAKEN_TASKS[task]]


DOUBTFUL_TASKS = {
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-06-18}": "1:45 day-off: 2023-06-18 is a day off (Sunday); "
    "write 2023-06-16 or 2023-06-19, or `roll: none` if it is meant",
    "- {id: a, title: A, owner: h-gia-binh, due: 2023-09-04}": "1:45 day-off: 2023-09-04 is a day off "
    "(Quốc khánh (nghỉ bù)); write 2023-08-31 or 2023-09-05, or `roll: none` if it is meant",
    "- {id: a, title: A, owner: h-gia-binh, due: 2024-06-19}": "1:45 outside-period: 2024-06-19 lies outside the "
    "plan's period 2023-04-13/2023-12-31; mend one of the two",
    "- {id: a, title: A, owner: h-gia-binh, due: {every: 2 years, by: last day}}": "1:53 never-due: no period of `a` "
    "is closed between 2023-04-13 and 2023-12-31; mend the period of the plan or of the task",
    "- {id: a, title: A, owner: {each: district, except: [h-gia-binh, tx-que-vo]}, due: 2023-06-30}": "1:28 "
    "nobody-owes: no unit is meant by this on 2023-06-30, so nobody owes it; name another level, or add the units",
    "- {id: a, title: A, owner: ban-gdxh, due: 2023-06-30, policy: {escalate: [{after: 1 day, to: focal point}]}}": (
        "1:55 escalates-to-owner: the step to focal point leads back to `ban-gdxh`, who owes this; "
        "give the task a policy without that step"
    ),
    "- {id: a, title: A, owner: ban-gdxh, due: 2023-06-30, submit: {form: f, review: ban-gdxh}}": "1:81 "
    "reviews-itself: `ban-gdxh` reviews what it owes itself; name another unit, or leave the review out",
    "- {id: a, title: A, owner: [ban-gdxh, each district], due: 2023-06-30, submit: {form: f, review: ban-gdxh}}": (
        "1:98 reviews-itself: `ban-gdxh` reviews what it owes itself; "
        "name another unit, or give it a task of its own without a review"
    ),
}


@pytest.mark.parametrize("task", DOUBTFUL_TASKS)
def test_what_is_allowed_and_probably_not_meant_is_a_warning(task: str) -> None:
    [problem] = with_task(task)
    assert problem.severity == "warning"
    assert brief(problem) == DOUBTFUL_TASKS[task]
    assert "p.yaml:16:" in str(problem)
    assert ": warning: " in str(problem)


@pytest.mark.parametrize("extra", ["roll: none", "roll: next working day"])
def test_a_day_off_that_is_meant_is_not_warned_of(extra: str) -> None:
    assert with_task(f"- {{id: a, title: A, owner: h-gia-binh, due: 2023-06-18, {extra}}}") == ()


MISTAKEN_PLANS = {
    ("focal_point: ban-gdxh", "focal_point: thuong-truc"): ["5 not-a-unit: thuong-truc"],
    ("focal_point: ban-gdxh", "focal: ban-gdxh"): ["5 unknown-key: focal:"],
    ("focal_point: ban-gdxh\n", ""): ["1 missing-key: plan: p"],
    ("policy: usual", "policy: usually"): ["8 unknown-policy: usually"],
    ("policy: usual\n", ""): ["7 unused: usual:"],
    ("remind: [7 days before]", "extends: usual"): ["7 circle: usual, escalate"],
    ("type: integer", "type: choice"): ["10 no-choices: {id: a"],
    ("type: integer", "type: ratio, of: [b]"): ["10 ratio-parts: {id: a"],
    ("type: integer", "type: ratio, of: [b, c], parts: {b: B, d: D}"): ["10 unknown-part: D}"],
    ("type: integer", "type: integer, of: [b, c]"): ["10 not-a-ratio: of: ["],
    ("type: integer", "type: integer, choices: [b, c]"): ["10 not-a-choice: choices: ["],
    ("type: integer", "type: integer, min: 5, max: 3"): ["10 empty-range: 3}"],
    ("type: integer", "type: integer, min: x"): ["10 wrong-value: x}"],
    ("type: integer", "type: text, across_units: sum"): ["10 not-a-number: sum}"],
    ("type: integer}]", "type: integer}], checks: [a <= b]"): ["10 unknown-field: b]"],
    ("type: integer}]", "type: integer}], checks: [a <=]"): ["10 formula-syntax: ]"],
    ("type: integer}]", "type: integer}, {id: a, label: B}]"): ["10 duplicate-id: a, label: B"],
    ("type: integer}]", "type: integer}, {id: số, label: B}]"): ["10 wrong-name: số"],
    ("submit: f}", "submit: files}"): ["10 unused: f:"],
    ("2023-04-13/2023-12-31", "2023-04-13 to 2023-12-31"): ["4 wrong-value: 2023-04-13 to"],
    ("issued: 2023-04-13", "issued: 2203-04-13"): ["3 wrong-value: 2203"],
    ("issued: 2023-04-13", "issued: 2023-04-31"): ["3 wrong-value: 2023-04-31"],
    ("title: Kế hoạch", "title: {vi: ''}"): ["2 wrong-value: title:"],
    ("title: Phần một", "titles: Phần một"): ["13 unknown-key: titles:"],
}


def spots(found: tuple[Problem, ...], expected: list[str]) -> list[str]:
    """`LINE CODE: what the caret points at`, as much of it as is expected."""
    told = [f"{p.line} {p.code}: {p.excerpt[p.column - 1 :]}" for p in found]
    return [one[: len(wanted)] for one, wanted in zip_longest(told, expected, fillvalue="")]


@pytest.mark.parametrize("change", MISTAKEN_PLANS)
def test_a_mistake_elsewhere_in_a_plan_is_located(change: tuple[str, str]) -> None:
    assert HEAD.count(change[0]) == 1
    expected = MISTAKEN_PLANS[change]
    assert spots(checked(HEAD.replace(*change)).problems, expected) == expected


GIA_BINH = "{email: a@gia-binh.example}"
MISTAKEN_ORGANISATIONS = {
    ("id: h-gia-binh", "id: ban-gdxh"): ["8 duplicate-id: ban-gdxh"],
    ("id: thuong-truc", "id: ban-gdxh"): ["13 duplicate-id: ban-gdxh"],
    ("level: province", "level: provinz"): ["6 unknown-level: provinz"],
    ("{id: h-gia-binh, in: tinh-hoi", "{id: h-gia-binh, in: tinh-hoy"): ["8 unknown-unit: tinh-hoy"],
    ("{id: h-gia-binh, in: tinh-hoi", "{id: h-gia-binh, in: h-gia-binh"): ["8 circle: h-gia-binh, level"],
    ("replaces: h-que-vo", "replaces: h-que-voo"): ["10 unknown-unit: h-que-voo"],
    ("valid_until: 2023-04-09", "replaces: tx-que-vo"): ["10 circle: h-que-vo", "11 circle: tx-que-vo"],
    ("valid_from: 2023-04-10", "valid_from: 2023-04-10, valid_until: 2023-04-01"): ["10 days-reversed: 2023-04-01"],
    (GIA_BINH, "{role: head}"): ["8 no-address: {role"],
    ("a@gia-binh.example", "gia-binh.example"): ["8 wrong-value: gia-binh.example"],
    (GIA_BINH, "{email: a@b.example, away: 2023-06-15/2023-06-01}"): ["8 days-reversed: 2023-06-15/"],
    (GIA_BINH, "{email: a@b.example, away: tháng 6}"): ["8 wrong-value: tháng 6"],
    (GIA_BINH, "{email: a@b.example, stand_in: hed}"): ["8 unknown-role: hed"],
    (GIA_BINH, "{email: a@b.example, stand_in: ban-gdxh/hed}"): ["8 unknown-role: hed"],
    (GIA_BINH, "{email: a@b.example, stand_in: ban-gdx/head}"): ["8 unknown-unit: ban-gdx/head"],
    ("holidays: VN", "holidays: XX"): ["3 calendar: XX"],
    ("holidays: VN", 'office_hours: "7h30"'): ['3 wrong-value: 7h30"'],
    ("holidays: VN", 'letters_at: "25:00"'): ['3 wrong-value: 25:00"'],
    ("holidays: VN", 'letters_at: "18:00"'): ['3 calendar: 18:00"'],
    ("holidays: VN", "days_off: [{date: 2023-06-19, why: x}], make_up_days: [{date: 2023-06-19, why: y}]"): [
        "3 calendar: make_up_days"
    ],
    ("name: Hội\n", "name: Hội\ntimezone: Asia/Hanoi\n"): ["3 wrong-value: Asia/Hanoi"],
}


@pytest.mark.parametrize("change", MISTAKEN_ORGANISATIONS)
def test_a_mistake_in_an_organisation_is_located_there(change: tuple[str, str]) -> None:
    assert ORGANISATION.count(change[0]) == 1
    plan = HEAD.replace("owner: each district", "owner: ban-gdxh")
    expected = MISTAKEN_ORGANISATIONS[change]
    found = checked(plan, ORGANISATION.replace(*change)).problems
    assert spots(tuple(p for p in found if p.file == "o.yaml"), expected) == expected


def test_a_mistaken_unit_is_still_known_by_its_name() -> None:
    broken = ORGANISATION.replace("name: Gia Bình, people", "name: [Gia Bình], people")
    found = checked(HEAD.replace("owner: each district", "owner: h-gia-binh"), broken).problems
    assert [(p.file, p.code) for p in found] == [("o.yaml", "wrong-value")]


def test_a_mistaken_form_or_policy_is_still_known_by_its_name() -> None:
    found = checked(HEAD.replace("remind: [7 days before]", "reminds: x").replace("type: integer", "type: x"))
    assert [problem.code for problem in found.problems] == ["unknown-key", "unknown-choice"]


def test_files_are_checked_in_the_order_given_and_an_organisation_is_told_of_once(tmp_path: Path) -> None:
    (tmp_path / "organisation.yaml").write_text(ORGANISATION.replace("level: province", "level: x"))
    (tmp_path / "b.yaml").write_text(HEAD)
    (tmp_path / "a.yaml").write_text(HEAD.replace("plan: p", "plan: P"))
    names = ["b.yaml", "a.yaml", "organisation.yaml", "nowhere.yaml"]
    found = check_files(tmp_path / name for name in names)
    assert [(Path(p.file).name, p.code) for p in found] == [
        ("organisation.yaml", "unknown-level"),
        ("a.yaml", "wrong-name"),
        ("nowhere.yaml", "unreadable"),
    ]


def test_a_plan_without_an_organisation_says_so_and_is_checked_as_far_as_can_be(tmp_path: Path) -> None:
    plan = tmp_path / "p.yaml"
    plan.write_text(HEAD.replace("2023-06-30", "2023-06-31"))
    assert [(p.line, p.code) for p in check_files([plan])] == [(15, "deadline-syntax"), (1, "no-organisation")]
