"""10. Joint ownership: any one may answer, or each must: "liên tịch"."""

from pathlib import Path

import pytest

from dondoc.core.round import REMINDERS
from dondoc.desk.follow_up import decide_letters, gather, write_letters
from dondoc.desk.submissions import submit
from tests.desk.matters import letters_of, stands
from tests.language.saying import HEAD, office, owed, placed, problems, table
from tests.places import local

ANY = """
- id: ban-hanh
  title: Ban hành kế hoạch liên tịch
  any_of: [ban-a, ban-b]
  due: 2023-06-19
  policy: {remind: [7 days before], chase: every 2 working days after}
"""


def test_of_a_joint_duty_there_is_one_obligation() -> None:
    assert table(ANY) == ["ban-a once 2023-06-19"]
    assert owed(ANY)[0].terms.jointly == ("ban-a", "ban-b")


def test_each_of_is_one_each() -> None:
    task = "- {id: t, title: T, each_of: [ban-a, ban-b, each district], due: 2023-06-19}"
    assert table(task) == [f"{unit} once 2023-06-19" for unit in ("ban-a", "ban-b", "gia-binh", "que-vo")]


def test_all_of_them_are_reminded_and_one_answer_ends_it_for_all(tmp_path: Path) -> None:
    place = office(tmp_path, ANY)
    at = local("2023-06-12 08:00")
    write_letters(place.at(at), decide_letters(gather(place, at), REMINDERS, at), at)
    assert {one.letter.recipient.unit for one in letters_of(place, "duties")} == {"ban-a", "ban-b"}
    there = place.at(local("2023-06-13 09:00"))
    submit(there, "p/ban-hanh/ban-a/once", {}, by="ban-b", channel="form")
    assert stands(there, "p/ban-hanh/ban-a/once").standing == "done_on_time"
    assert {one.letter.recipient.unit for one in letters_of(there, "receipt")} == {"ban-a", "ban-b"}


def test_a_joint_duty_has_no_other_owner() -> None:
    assert placed(ANY + "  owner: tinh\n") == ["two-owners at any_of: [ban-a, ban-"]
    assert placed(ANY.replace("ban-b]", "ban-c]")) == ["unknown-unit at ban-c]"]


COUNTED = HEAD + "forms: {f: {fields: [{id: I01, label: Số buổi, type: integer, over_time: sum, across_units: sum}]}}\n"


@pytest.mark.parametrize(
    ("first", "second", "twice"),
    [
        ("any_of: [ban-a, ban-b]", "any_of: [ban-b, gia-binh]", True),
        ("any_of: [ban-a, ban-b]", "owner: ban-b", True),
        ("any_of: [ban-a, ban-b]", "owner: each district", False),
        ("owner: each district, when: co_trung_tam", "owner: each district, when: not co_trung_tam", False),
        ("owner: each district, when: co_trung_tam", "owner: each district, when: so_ho >= 30000", True),  # Gia Bình
        ("any_of: [gia-binh, que-vo], when: co_trung_tam", "owner: que-vo", False),
        ("any_of: [gia-binh, que-vo], when: co_trung_tam", "owner: gia-binh", True),
    ],
)
def test_a_figure_that_two_tasks_ask_of_a_joint_or_conditional_owner_is_counted_twice(
    first: str, second: str, twice: bool
) -> None:
    tasks = "\n".join(
        f"- {{id: {name}, title: T, {owner}, due: {{every: quarter, by: last day}}, submit: f}}"
        for name, owner in (("mot", first), ("hai", second))
    )
    message = "counted-twice: `mot` and `hai` both ask for `I01` of 2023-Q2, so it is counted twice"
    assert any(said.startswith(message) for said in problems(tasks, COUNTED)) == twice
