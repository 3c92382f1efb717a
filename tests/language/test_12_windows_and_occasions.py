"""12. A window rather than a point, the whole month, the end of the month, several occasions."""

from datetime import UTC, datetime

from tests.language.saying import owed, placed, table


def test_a_window_is_due_on_its_last_day_and_opens_with_its_first() -> None:
    (one,) = owed("- {id: t, title: Tháng hành động, owner: gia-binh, during: 2023-06-01/2023-06-30}")
    assert one.opens == datetime(2023, 5, 31, 17, tzinfo=UTC)  # 1/6 00:00
    assert one.due.at == datetime(2023, 6, 30, 17, tzinfo=UTC)  # 30/6 24:00


def test_a_whole_month_may_be_written_as_such() -> None:
    assert table("- {id: t, title: T, owner: gia-binh, during: June 2023}") == ["gia-binh once 2023-06-30"]


def test_what_is_done_in_a_window_may_be_reported_later() -> None:
    task = "- {id: t, title: T, owner: gia-binh, during: 2023-06-01/2023-06-30, due: 2023-07-10}"
    assert table(task) == ["gia-binh once 2023-07-10"]
    assert owed(task)[0].opens == datetime(2023, 5, 31, 17, tzinfo=UTC)


def test_the_end_of_a_month_is_its_last_working_day() -> None:
    assert table("- {id: t, title: T, owner: gia-binh, due: end of April 2023}") == ["gia-binh once 2023-04-28"]
    assert table("- {id: t, title: T, owner: gia-binh, due: in July 2023}") == ["gia-binh once 2023-07-31"]


def test_several_occasions_are_one_obligation_each_with_reminders_of_their_own() -> None:
    task = """
    - id: bang-ron
      title: Treo băng rôn
      owner: gia-binh
      policy: {remind: [7 days before]}
      occasions:
        - {id: quoc-te-thieu-nhi, due: before 2023-06-01}
        - {id: trung-thu, title: Tết Trung thu, due: before lunar 15/8, remind: [30 days before, 3 days before]}
    """
    assert table(task) == ["gia-binh quoc-te-thieu-nhi 2023-05-31", "gia-binh trung-thu 2023-09-28"]
    first, second = owed(task)
    assert [one.span.n for one in first.terms.policy.remind if one.span] == [7]
    assert [one.span.n for one in second.terms.policy.remind if one.span] == [30, 3]
    assert second.title("vi") == "Treo băng rôn – Tết Trung thu"


def test_a_window_that_ends_before_it_begins_is_a_located_problem() -> None:
    task = "- {id: t, title: T, owner: gia-binh, during: 2023-06-30/2023-06-01}"
    assert placed(task) == ["wrong-value at 2023-06-30/2023-06-0"]
