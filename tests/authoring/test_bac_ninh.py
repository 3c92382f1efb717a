"""The Bắc Ninh plan of 2023 as it ships: sound, complete, true to its document, on the days worked out by hand."""

import csv
from collections import Counter
from pathlib import Path
from unicodedata import is_normalized

import pytest

from dondoc.authoring.check import check_file, check_files
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule

FOLDER = Path(__file__).parents[2] / "plan_definitions" / "bac-ninh"
DISTRICTS = {
    "tp-bac-ninh", "tp-tu-son", "tx-que-vo", "tx-thuan-thanh",
    "h-gia-binh", "h-luong-tai", "h-tien-du", "h-yen-phong",
}  # fmt: skip

# task, period: how many owe it, opens, due
CALENDAR = """
phat-hanh         once             1  2023-04-13  2023-04-14
xac-nhan          once             8  2023-04-13  2023-04-18
ke-hoach-huyen    once             8  2023-04-13  2023-04-27
bang-ron          quoc-te-thieu-nhi 8 2023-04-13  2023-05-31
bao-cao-6-thang   2023-H1          8  2023-04-13  2023-06-19
tong-hop-6-thang  2023-H1          1  2023-04-13  2023-06-21
ky-ket-phoi-hop   once             8  2023-04-13  2023-06-30
tin-bai           2023-Q2          1  2023-04-13  2023-06-30
doi-ngu           once             8  2023-04-13  2023-06-30
thang-hanh-dong   once             8  2023-06-01  2023-07-10
so-ket            once             1  2023-04-13  2023-07-31
bang-ron          trung-thu        8  2023-04-13  2023-09-28
tin-bai           2023-Q3          1  2023-07-01  2023-09-29
tai-lieu          once             1  2023-04-13  2023-09-29
giam-sat          once             1  2023-04-13  2023-10-31
tap-huan          once             8  2023-04-13  2023-11-30
tap-huan-tinh     once             1  2023-04-13  2023-11-30
bao-cao-nam       2023             8  2023-04-13  2023-12-19
tong-hop-nam      2023             1  2023-04-13  2023-12-21
tin-bai           2023-Q4          1  2023-10-01  2023-12-29
tong-ket          once             1  2023-04-13  2023-12-29
"""


@pytest.fixture(scope="module")
def shipped() -> tuple[Plan, Organisation]:
    checked = check_file(FOLDER / "tre-em-2023.yaml")
    assert checked.problems == ()
    assert checked.plan is not None
    assert checked.organisation is not None
    return checked.plan, checked.organisation


def document() -> str:
    return " ".join((FOLDER / "ke-hoach-tre-em-2023.txt").read_text(encoding="utf-8").split())


def test_every_plan_in_the_tree_is_without_a_problem() -> None:
    assert check_files(sorted(FOLDER.parent.glob("*/*.yaml"))) == []


def test_the_year_is_the_one_worked_out_by_hand(shipped: tuple[Plan, Organisation]) -> None:
    calendar = shipped[1].work_calendar()
    found = Counter(
        (one.task, one.period, str(calendar.day_of(one.opens)), str(one.due.day(calendar)))
        for one in schedule(*shipped)
    )
    expected = [line.split() for line in CALENDAR.strip().splitlines()]
    assert found == {(task, period, opens, due): int(count) for task, period, count, opens, due in expected}


def test_a_district_owes_ten_things_in_the_year(shipped: tuple[Plan, Organisation]) -> None:
    owed = Counter(one.unit for one in schedule(*shipped))
    assert {unit: owed[unit] for unit in DISTRICTS} == dict.fromkeys(DISTRICTS, 10)
    assert {unit for unit in owed if unit not in DISTRICTS} == {"ban-gdxh", "ban-tg", "ban-tccslp", "van-phong"}
    assert owed.total() == 91


def test_every_deadline_is_a_working_day(shipped: tuple[Plan, Organisation]) -> None:
    calendar = shipped[1].work_calendar()
    assert all(calendar.is_working_day(one.due.day(calendar)) for one in schedule(*shipped))


def commitments() -> list[dict[str, str]]:
    with (FOLDER / "commitments.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_every_commitment_of_the_document_is_covered_and_nothing_else(shipped: tuple[Plan, Organisation]) -> None:
    plan, _ = shipped
    covering = (*plan.tasks(), *plan.sections, *plan.notes, *plan.funding, *plan.recipients)
    covered = {commitment for one in covering for commitment in one.covers}
    assert covered == {row["id"] for row in commitments()}
    assert len(covered) == 82


def test_every_commitment_is_quoted_from_the_document() -> None:
    text = document()
    assert [row["id"] for row in commitments() if " ".join(row["quote"].split()) not in text] == []


def test_every_quote_stands_in_the_document(shipped: tuple[Plan, Organisation]) -> None:
    plan, text = shipped[0], document()
    quotes = [task.source for task in plan.tasks()] + [note.text.vi for note in plan.notes]
    assert [quote for quote in quotes if quote is None or " ".join(quote.split()) not in text] == []


def test_what_the_document_does_not_say_is_marked_as_assumed(shipped: tuple[Plan, Organisation]) -> None:
    plan, _ = shipped
    undated = [task.id for task in plan.tasks() if task.due is not None and "due" not in task.assumed]
    assert undated == []  # the document gives no deadline at all
    assert [task.id for task in plan.tasks() if task.occasions and "occasions" not in task.assumed] == []


def test_the_periodic_report_asks_for_the_fourteen_indicators(shipped: tuple[Plan, Organisation]) -> None:
    form = shipped[0].forms["bao-cao-dinh-ky"]
    indicators = [field for field in form.fields if field.over_time]
    assert [field.id for field in indicators] == [f"I{number:02}" for number in range(1, 15)]
    assert [field.id for field in indicators if field.over_time == "latest"] == ["I07", "I09", "I14"]
    assert [field.id for field in indicators if field.sensitive] == ["I12", "I13"]


def test_nobody_is_named_and_every_address_leads_nowhere(shipped: tuple[Plan, Organisation]) -> None:
    _, organisation = shipped
    bodies = [*organisation.units, *organisation.committees]
    text = (FOLDER / "organisation.yaml").read_text(encoding="utf-8")
    addresses = [word.strip("{},") for word in text.split() if "@" in word]
    assert len(bodies) == 17
    assert len(addresses) > 30
    assert all(address.endswith(".example") for address in addresses)
    assert "đồng chí" not in text


@pytest.mark.parametrize("name", ["organisation.yaml", "tre-em-2023.yaml", "ke-hoach-tre-em-2023.txt"])
def test_the_files_are_in_nfc(name: str) -> None:
    assert is_normalized("NFC", (FOLDER / name).read_text(encoding="utf-8"))
