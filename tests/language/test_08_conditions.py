"""8. A conditional duty, on attributes of units: "nơi có Trung tâm"."""

import pytest

from tests.language.saying import placed, problems, table


@pytest.mark.parametrize(
    ("owner", "units"),
    [
        ("{each: district, where: co_trung_tam}", ["gia-binh"]),
        ("{each: district, where: not co_trung_tam}", ["que-vo"]),
        ("{each: district, where: 'co_trung_tam = \"yes\"'}", ["gia-binh"]),
        ("{each: district, where: so_ho >= 40000}", ["que-vo"]),
        ("{each: district, where: so_ho > 30000 and co_trung_tam}", ["gia-binh"]),
        ("[tinh, {each: district, where: so_ho > 40000 or co_trung_tam}]", ["tinh", "gia-binh", "que-vo"]),
    ],
)
def test_only_units_that_meet_the_condition_owe_it(owner: str, units: list[str]) -> None:
    found = table(f"- {{id: t, title: T, due: 2023-06-19, owner: {owner}}}")
    assert found == [f"{unit} once 2023-06-19" for unit in units]


def test_when_asks_every_owner() -> None:
    assert table("- {id: t, title: T, due: 2023-06-19, owner: [gia-binh, que-vo, tinh], when: co_trung_tam}") == [
        "gia-binh once 2023-06-19"
    ]


def test_a_condition_that_cannot_be_read_points_inside() -> None:
    task = "- {id: t, title: T, due: 2023-06-19, owner: each district, when: so_ho >> 3}"
    assert placed(task) == ["condition-syntax at > 3}"]


def test_an_attribute_that_no_unit_has_is_located_with_the_nearest() -> None:
    task = "- {id: t, title: T, due: 2023-06-19, owner: each district, when: co_trungtam}"
    assert problems(task) == [
        "unknown-attribute: no unit has the attribute `co_trungtam`; did you mean `co_trung_tam`?"
    ]


def test_a_condition_that_nobody_meets_is_a_warning() -> None:
    task = "- {id: t, title: T, due: 2023-06-19, owner: {each: district, where: so_ho > 90000}}"
    assert "never-met at so_ho > 90000}}" in placed(task)
