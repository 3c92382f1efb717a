"""What YAML 1.1 would make of a text is not what it means here: texts stay as they were written."""

import pytest

from tests.language.saying import plan_of, problems


@pytest.mark.parametrize("title", ["no", "on", "Off", "YES", "17:00", "5.10", "0123", "1e3", "2023-06-19", "=", "0x1F"])
def test_a_title_is_the_text_that_was_written(title: str) -> None:
    plan, _ = plan_of(f"- {{id: t, title: {title}, owner: gia-binh, due: 2023-06-19}}")
    assert next(plan.tasks()).title.vi == title


def test_an_id_of_digits_keeps_its_zeros_and_its_point() -> None:
    plan, _ = plan_of("- {id: '0123', title: T, owner: gia-binh, due: 2023-06-19, covers: [5.10, 2.1]}")
    assert (next(plan.tasks()).id, next(plan.tasks()).covers) == ("0123", ("5.10", "2.1"))


def test_a_day_and_an_hour_are_read_by_their_own_rules() -> None:
    plan, _ = plan_of("- {id: t, title: T, owner: gia-binh, due: 2023-06-19 17:00}")
    assert next(plan.tasks()).due == "2023-06-19 17:00"


def test_yes_and_no_are_true_and_false_only_where_that_is_asked() -> None:
    plan, _ = plan_of("- {id: t, title: no, owner: gia-binh, due: 2023-06-19, strict: yes, urgent: no}")
    task = next(plan.tasks())
    assert (task.title.vi, task.strict, task.urgent) == ("no", True, False)


def test_nothing_written_is_a_problem_and_not_null() -> None:
    assert problems("- {id: t, title: ~, owner: gia-binh, due: 2023-06-19}")[0] == (
        "empty: `title` is empty; write a value, or remove the key"
    )


def test_a_key_that_is_written_twice_is_a_problem() -> None:
    (found,) = problems("- {id: t, title: T, owner: gia-binh, due: 2023-06-19, due: 2023-06-20}")
    assert found.startswith("duplicate-key")
