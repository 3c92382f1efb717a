"""The reason that goes with a deadline, in English and in Vietnamese."""

from dataclasses import replace

import pytest

from dondoc.calendar.deadline import Deadline, resolve
from dondoc.calendar.grammar import parse_deadline
from dondoc.calendar.periods import Period
from tests.calendar.reckoning import H1, PLAN, Q3, TASKS, VIETNAM, YEAR, local


@pytest.mark.parametrize(
    ("text", "covering", "en", "vi"),
    [
        (
            "3 working days after cut-off",
            H1,
            "3 working days after cut-off 14/6/2023 = 19/6/2023: 17–18/6 is a weekend",
            "3 ngày làm việc sau ngày chốt số liệu 14/6/2023 = 19/6/2023: 17–18/6 là ngày nghỉ cuối tuần",
        ),
        (
            "10 working days after plan.issued",
            H1,
            "10 working days after plan.issued 13/4/2023 = 27/4/2023: 15–16/4 and 22–23/4 are weekends",
            (
                "10 ngày làm việc sau ngày ban hành kế hoạch 13/4/2023 = 27/4/2023: "
                "15–16/4 và 22–23/4 là ngày nghỉ cuối tuần"
            ),
        ),
        (
            "10 days after plan.issued",
            H1,
            "10 days after plan.issued 13/4/2023 = 24/4/2023: 23/4 is a Sunday",
            "10 ngày sau ngày ban hành kế hoạch 13/4/2023 = 24/4/2023: 23/4 là Chủ nhật",
        ),
        (
            "1 working day after 2023-04-28",
            H1,
            "1 working day after 28/4/2023 = 4/5/2023: 29/4–3/5 is off (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng, …)",
            "1 ngày làm việc sau 28/4/2023 = 4/5/2023: 29/4–3/5 nghỉ (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng, …)",
        ),
        (
            "before lunar 15/8/2023",
            H1,
            "before lunar 15/8 (29/9/2023) = 28/9/2023",
            "trước 15/8 âm lịch (29/9/2023) = 28/9/2023",
        ),
        (
            "lunar leap 2/2/2023",
            H1,
            "lunar leap 2/2 = 23/3/2023",
            "2/2 nhuận âm lịch = 23/3/2023",
        ),
        ("2023-06-19", H1, "19/6/2023, as written", "19/6/2023, đúng như đã ghi"),
        (
            "2023-09-02",
            H1,
            "2/9/2023, as written: a day off (Quốc khánh), not moved",
            "2/9/2023, đúng như đã ghi: là ngày nghỉ (Quốc khánh), không dời",
        ),
        ("2023-06-19 17:00", H1, "17:00 19/6/2023, as written", "17:00 19/6/2023, đúng như đã ghi"),
        (
            "end of April 2023",
            H1,
            "end of April 2023 = 28/4/2023: 29–30/4 is off (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng)",
            "cuối tháng 4/2023 = 28/4/2023: 29–30/4 nghỉ (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng)",
        ),
        (
            "1 month after 2023-01-31",
            H1,
            "1 month after 31/1/2023 = 28/2/2023: 2/2023 has only 28 days",
            "1 tháng sau 31/1/2023 = 28/2/2023: tháng 2/2023 chỉ có 28 ngày",
        ),
        (
            "day 31",
            Q3,
            "day 31 of last month (30/9/2023) = 2/10/2023: 9/2023 has only 30 days; 30/9–1/10 is a weekend",
            (
                "ngày 31 tháng cuối kỳ (30/9/2023) = 2/10/2023: tháng 9/2023 chỉ có 30 ngày; "
                "30/9–1/10 là ngày nghỉ cuối tuần"
            ),
        ),
        (
            "day 30 of month 4 next year",
            YEAR,
            (
                "day 30 of April next year (30/4/2024) = 2/5/2024: "
                "30/4–1/5 is off (Ngày Chiến thắng, Ngày Quốc tế Lao động)"
            ),
            "ngày 30 tháng 4 năm sau (30/4/2024) = 2/5/2024: 30/4–1/5 nghỉ (Ngày Chiến thắng, Ngày Quốc tế Lao động)",
        ),
        (
            "last working day",
            Q3,
            "last working day of last month = 29/9/2023",
            "ngày làm việc cuối tháng cuối kỳ = 29/9/2023",
        ),
        ("Friday", Q3, "Friday of the period = 29/9/2023", "Thứ Sáu của kỳ = 29/9/2023"),
        (
            "24 hours after event",
            H1,
            "24 hours after event 16/6/2023 = 14:05 17/6/2023: 17/6 is a Saturday",
            "24 giờ sau khi phát sinh sự việc 16/6/2023 = 14:05 17/6/2023: 17/6 là Thứ Bảy",
        ),
        (
            "1 working day after xa.accepted",
            H1,
            "1 working day after xa.accepted 16/6/2023 = 19/6/2023: 17–18/6 is a weekend",
            "1 ngày làm việc sau ngày duyệt xa 16/6/2023 = 19/6/2023: 17–18/6 là ngày nghỉ cuối tuần",
        ),
        (
            "60 working days after plan.issued",
            H1,
            "60 working days after plan.issued 13/4/2023 = 11/7/2023: 29 days off lie between",
            "60 ngày làm việc sau ngày ban hành kế hoạch 13/4/2023 = 11/7/2023: ở giữa có 29 ngày nghỉ",
        ),
        (
            "1 working day after 2023-12-29",
            H1,
            "1 working day after 29/12/2023 = 2/1/2024: 30/12/2023–1/1/2024 is off (Tết Dương lịch)",
            "1 ngày làm việc sau 29/12/2023 = 2/1/2024: 30/12/2023–1/1/2024 nghỉ (Tết Dương lịch)",
        ),
        (
            "20 working days before 2024-01-05",
            H1,
            (
                "20 working days before 5/1/2024 = 7/12/2023: 9–10/12 and 16–17/12 and 23–24/12 are weekends; "
                "30/12/2023–1/1/2024 is off (Tết Dương lịch)"
            ),
            (
                "20 ngày làm việc trước 5/1/2024 = 7/12/2023: 9–10/12 và 16–17/12 và 23–24/12 là ngày nghỉ cuối tuần; "
                "30/12/2023–1/1/2024 nghỉ (Tết Dương lịch)"
            ),
        ),
        (
            "3 working days before 2024-01-10",
            H1,
            "3 working days before 10/1/2024 = 5/1/2024: 6–7/1 is a weekend",
            "3 ngày làm việc trước 10/1/2024 = 5/1/2024: 6–7/1 là ngày nghỉ cuối tuần",
        ),
        (
            "10 working days before 2023-01-10",
            H1,
            (
                "10 working days before 10/1/2023 = 26/12/2022: 31/12/2022–2/1/2023 is off (Tết Dương lịch, "
                "Tết Dương lịch (nghỉ bù)); 7–8/1/2023 is a weekend"
            ),
            (
                "10 ngày làm việc trước 10/1/2023 = 26/12/2022: 31/12/2022–2/1/2023 nghỉ (Tết Dương lịch, "
                "Tết Dương lịch (nghỉ bù)); 7–8/1/2023 là ngày nghỉ cuối tuần"
            ),
        ),
        (
            "before lunar 15/8/2025",
            H1,
            "before lunar 15/8 (6/10/2025) = 5/10/2025: a day off (Sunday), not moved",
            "trước 15/8 âm lịch (6/10/2025) = 5/10/2025: là ngày nghỉ (Chủ nhật), không dời",
        ),
    ],
)
def test_a_deadline_can_say_why(text: str, covering: Period, en: str, vi: str) -> None:
    anchors = replace(TASKS, period=covering, event=local("2023-06-16 14:05"))
    due = resolve(parse_deadline(text), anchors, VIETNAM)
    assert due.why == en
    assert due.explain("vi") == vi


def test_a_deadline_from_the_ledger_has_no_reason_and_is_equal_to_the_one_that_was_reckoned() -> None:
    reckoned = resolve(parse_deadline("3 working days after plan.issued"), PLAN, VIETNAM)
    stored = Deadline(reckoned.at, reckoned.whole_day)
    assert (stored.why, stored.explain("vi")) == ("", "")
    assert stored == reckoned
    assert hash(stored) == hash(reckoned)
