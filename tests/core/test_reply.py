"""What a reply says about which duty, as people in offices write it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.core.labels import Labels
from dondoc.core.plan import FormField
from dondoc.core.reply import Asked, Said, day_in, read_reply
from dondoc.core.reply_words import order_in

FIELDS = (
    FormField(id="I12", label={"vi": "Số vụ tiếp nhận", "en": "Cases received"}, type="integer"),
    FormField(id="I13", label={"vi": "Số vụ giải quyết", "en": "Cases settled"}, type="integer"),
    FormField(id="I14", label="Tỷ lệ cơ sở có kế hoạch", type="ratio", of=("co_ke_hoach", "tong_so")),
    FormField(id="note", label={"vi": "Ghi chú", "en": "Note"}, type="long text", required=False),
)
REPORT = Asked("ke-hoach/bao-cao/gia-binh/2023-H1", 1, "owner", ("Báo cáo 6 tháng", "Half-yearly report"), FIELDS)
CONFIRM = Asked("ke-hoach/xac-nhan/gia-binh/once", 2, "owner", ("Xác nhận tiếp nhận kế hoạch",))
BOTH = (REPORT, CONFIRM)


def said(text: str, duty: Asked = REPORT) -> Said:
    understood = read_reply(text, [duty])
    (one,) = understood.said
    return one


@pytest.mark.parametrize(
    ("line", "field", "answer"),
    [
        ("I12: 4", "I12", "4"),
        ("i12 = 1.250", "I12", "1.250"),
        ("I12 – 4", "I12", "4"),
        ("I12 -4", "I12", "-4"),
        ("- I12 4 vụ", "I12", "4"),
        ("1. Số vụ tiếp nhận: 04 vụ.", "I12", "04"),
        ("I12: 4 triệu", "I12", "4 triệu"),
        ("so vu tiep nhan: 4", "I12", "4"),
        ("SỐ VỤ TIẾP NHẬN : 4", "I12", "4"),
        ("Số vụ tiếp nhận (vụ): 4", "I12", "4"),
        ("Số vụ tiếp nhân: 4", "I12", "4"),
        ("I12 (Số vụ tiếp nhận): 4", "I12", "4"),
        ("I12 Số vụ tiếp nhận: 4", "I12", "4"),
        ("Cases settled: 3", "I13", "3"),
        ("I12\tSố vụ tiếp nhận\t4", "I12", "4"),
        ("1\tSố vụ giải quyết\t3", "I13", "3"),
        ("I14: 5/8", "I14", "5/8"),
        ("I14.co_ke_hoach: 5", "I14.co_ke_hoach", "5"),
        ("tong so: 8", "I14.tong_so", "8"),
        ("Ghi chú: đã chuyển công an", "note", "đã chuyển công an"),
    ],
)
def test_a_line_answers_the_field_that_it_names(line: str, field: str, answer: str) -> None:
    assert Labels(FIELDS).answer(line) == (field, answer)


@pytest.mark.parametrize(
    "line",
    ["Kính gửi: Ban Gia đình", "Điện thoại: 0912345678", "Đơn vị xin báo cáo như sau:", "Số: 12/BC-HPN", "Trân trọng"],
)
def test_other_lines_answer_nothing_and_are_passed_over(line: str) -> None:
    one = said(f"{line}\nI12: 4")
    assert dict(one.answers) == {"I12": "4"}
    assert one.strange == ()


def test_a_code_that_the_form_does_not_have_is_told_by_its_line() -> None:
    assert said("Kính gửi Ban,\nI99: 5\nI12: 4").strange == (2,)


def test_a_note_goes_on_until_an_empty_line() -> None:
    one = said("Ghi chú: đã chuyển\ncông an huyện\n\nTrân trọng\nNguyễn Thị Hoa")
    assert dict(one.answers) == {"note": "đã chuyển\ncông an huyện"}


def test_a_field_answered_twice_and_not_alike_is_told() -> None:
    assert said("I12: 4\nSố vụ tiếp nhận: 5").twice == ("I12",)
    assert said("I12: 4\nI12: 4").twice == ()


@pytest.mark.parametrize(
    ("line", "role", "order", "reason"),
    [
        ("Không có", "owner", "nothing", ""),
        ("KHÔNG PHÁT SINH trong kỳ này.", "owner", "nothing", ""),
        ("Nothing to report", "owner", "nothing", ""),
        ("Xác nhận đã nhận được kế hoạch, đơn vị sẽ triển khai", "owner", "confirm", ""),
        ("Đã hoàn thành nhiệm vụ này", "owner", "done", ""),
        ("Xin gia hạn đến 30/6/2023: chờ số liệu của xã", "owner", "extend", "đến 30/6/2023: chờ số liệu của xã"),
        ("GIỮ LẠI: đơn vị đang bổ sung", "holder", "hold", "đơn vị đang bổ sung"),
        ("giu lai vì đang kiểm tra", "holder", "hold", "đang kiểm tra"),
        ("HOLD - under inspection", "holder", "hold", "under inspection"),
        ("Bỏ giữ", "holder", "release", ""),
        ("Duyệt", "reviewer", "accept", ""),
        ("Trả lại: thiếu bản quét", "reviewer", "return", "thiếu bản quét"),
        ("Không duyệt, thiếu số liệu", "reviewer", "return", "thiếu số liệu"),
        ("Đồng ý gia hạn", "grantor", "grant", ""),
        ("Đồng ý gia hạn đến hết ngày 26/6/2023", "grantor", "grant", "đến hết ngày 26/6/2023"),
        ("Đã hoàn thành báo cáo 6 tháng năm 2023", "owner", "done", ""),
        ("Đã hoàn thành ngày 10/6/2023", "owner", "done", ""),
        ("Hoàn thành nhiệm vụ 2 trong quý 2/2023", "owner", "done", ""),
        ("Không đồng ý: đã gia hạn hai lần", "grantor", "refuse", "đã gia hạn hai lần"),
    ],
)
def test_the_words_that_decide(line: str, role: str, order: str, reason: str) -> None:
    assert order_in(line, role) == (order, reason)


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Đã hoàn thành một phần", "owner"),
        ("Chưa hoàn thành", "owner"),
        ("Hoàn thành 50%", "owner"),
        ("Hoàn thành nhiệm vụ 50%", "owner"),
        ("Đã hoàn thành 3/5 nhiệm vụ", "owner"),
        ("Đã hoàn thành nhiệm vụ 3/5", "owner"),
        ("Done 2 of 5 tasks", "owner"),
        ("Hoàn thành, trừ xã Lãng Ngâm", "owner"),
        ("Xác nhận ko tham gia", "owner"),
        ("Xác nhận từ chối tham gia", "owner"),
        ("Confirmed: we don't take part", "owner"),
        ("Confirmed, we cannot take part", "owner"),
        ("Không chấp nhận", "reviewer"),
        ("Không đồng ý duyệt", "reviewer"),
        ("Chưa duyệt", "reviewer"),
        ("Duyệt?", "reviewer"),
        ("Đồng ý gia hạn 5 ngày", "grantor"),
        ("Đồng ý gia hạn 3 tháng", "grantor"),
        ("Đồng ý gia hạn đến 30/6", "grantor"),
        ("Không chấp nhận gia hạn", "grantor"),
        ("Xác nhận không tham gia", "owner"),
        ("Không có số liệu vì mất điện", "owner"),
        ("Đồng ý nhưng cần sửa biểu 2", "reviewer"),
        ("Duyệt sau khi bổ sung phụ lục", "reviewer"),
        ("Giữ lại", "owner"),
        ("Duyệt", "owner"),
        ("Release not yet", "holder"),
        ("Release: not yet", "holder"),
        ("Release later", "holder"),
        ("Release not before they answered", "holder"),
        ("Bỏ giữ chưa được", "holder"),
        ("Bỏ giữ sau", "holder"),
        ("Hold not yet", "holder"),
        ("Giữ lại sau", "holder"),
        ("Xác nhận sau", "owner"),
        ("XÁC NHẬN SAU", "owner"),
        ("Xác nhận: sau", "owner"),
        ("Xác nhận sau khi có số liệu", "owner"),
        ("Xác nhận kế hoạch khi có kinh phí", "owner"),
        ("Xác nhận chưa", "owner"),
        ("Xác nhận chưa được", "owner"),
        ("Confirm later", "owner"),
        ("Confirm not yet", "owner"),
        ("Confirm once we have the figures", "owner"),
        ("Will confirm", "owner"),
        ("Chưa xác nhận", "owner"),
        ("Không xác nhận", "owner"),
        ("Hoàn thành sau", "owner"),
        ("Done later", "owner"),
        ("Xin gia hạn sau", "owner"),
        ("Không xin gia hạn", "owner"),
        ("Trả lại sau", "reviewer"),
        ("Return not yet", "reviewer"),
        ("Return later, please", "reviewer"),
        ("Duyệt sau", "reviewer"),
        ("Approve later", "reviewer"),
        ("Chưa trả lại", "reviewer"),
        ("Từ chối sau", "grantor"),
        ("Đồng ý gia hạn sau", "grantor"),
        ("Gia hạn chưa", "grantor"),
        ("Refuse not yet", "grantor"),
    ],
)
def test_what_says_less_or_more_than_the_word_is_not_taken_for_it(line: str, role: str) -> None:
    assert order_in(line, role) is None


@pytest.mark.parametrize(
    ("line", "role", "order"),
    [
        ("Trả lại vì chưa có số liệu", "reviewer", "return"),
        ("Trả lại, chưa có biểu 2", "reviewer", "return"),
        ("Return: not signed", "reviewer", "return"),
        ("Giữ lại: chưa đủ hồ sơ", "holder", "hold"),
        ("Giữ lại chưa trình", "holder", "hold"),
        ("Hold, not complete", "holder", "hold"),
        ("Release, not needed any more", "holder", "release"),
        ("Không giữ nữa", "holder", "release"),
        ("Xin gia hạn đến 30/6/2023, chưa có số liệu", "owner", "extend"),
        ("Đã nhận được công văn, sẽ báo cáo sau", "owner", "confirm"),
        ("Đã nhận công văn sẽ báo cáo sau", "owner", "confirm"),
        ("Xác nhận đã nhận, sẽ gửi báo cáo sau", "owner", "confirm"),
        ("Received, report follows later", "owner", "confirm"),
        ("Không đồng ý gia hạn", "grantor", "refuse"),
    ],
)
def test_a_reason_that_says_not_or_later_leaves_the_word_as_it_is(line: str, role: str, order: str) -> None:
    found = order_in(line, role)
    assert found is not None
    assert found[0] == order


def test_a_reason_may_stand_on_the_next_line() -> None:
    holder = replace(REPORT, role="holder", fields=())
    assert said("GIỮ LẠI\nĐơn vị đang bổ sung hồ sơ\n\nTrưởng ban", holder).reason == "Đơn vị đang bổ sung hồ sơ"
    assert said("Giữ lại.\nLý do: chờ số liệu", holder).reason == "chờ số liệu"


def test_of_several_duties_only_those_named_are_meant() -> None:
    text = "Kính gửi Ban,\n\n1. Báo cáo 6 tháng\nI12: 4\nI13: 3\n\n2. Đã nhận kế hoạch"
    report, confirmed = read_reply(text, BOTH).said
    assert (report.duty, dict(report.answers)) == (REPORT, {"I12": "4", "I13": "3"})
    assert (confirmed.duty, confirmed.order) == (CONFIRM, "confirm")


@pytest.mark.parametrize(
    "name",
    [
        "Mã việc: ke-hoach/bao-cao/gia-binh/2023-H1",
        "bao-cao/gia-binh/2023-H1",
        "Việc 1:",
        "việc số 1",
        "1.",
        "Báo cáo 6 tháng",
        "BAO CAO 6 THANG",
        "Half-yearly report",
    ],
)
def test_a_duty_is_named_by_its_id_its_number_or_its_title(name: str) -> None:
    (one,) = read_reply(f"{name}\nI12: 4", BOTH).said
    assert (one.duty, dict(one.answers)) == (REPORT, {"I12": "4"})


def test_figures_above_the_only_name_belong_to_it() -> None:
    (one,) = read_reply("I12: 4\nMã việc: ke-hoach/bao-cao/gia-binh/2023-H1", BOTH).said
    assert dict(one.answers) == {"I12": "4"}


def test_figures_for_one_of_several_that_is_not_named_are_asked_about() -> None:
    assert read_reply("I12: 4\nI13: 3", BOTH).unnamed
    assert read_reply("Xin cảm ơn Ban.", BOTH) == read_reply("", BOTH)
    assert read_reply("Không phát sinh", BOTH).unnamed


def test_a_hold_names_its_duty_in_the_same_line() -> None:
    two = [replace(one, role="holder", fields=()) for one in BOTH]
    (one,) = read_reply("GIỮ LẠI, ke-hoach/xac-nhan/gia-binh/once, đang kiểm tra", two).said
    assert (one.duty.n, one.order, one.reason) == (2, "hold", "đang kiểm tra")
    (one,) = read_reply("Giữ lại\nMã việc: ke-hoach/xac-nhan/gia-binh/once\nLý do: đang kiểm tra", two).said
    assert (one.duty.n, one.order, one.reason) == (2, "hold", "đang kiểm tra")


def test_a_numbered_figure_names_no_duty() -> None:
    assert read_reply("1. Số vụ tiếp nhận: 4\n2. Số vụ giải quyết: 3", BOTH).unnamed


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("đến ngày 30/6/2023 ạ", date(2023, 6, 30)),
        ("until 2023-06-30", date(2023, 6, 30)),
        ("31/6/2023 hoặc 1/7/2023", date(2023, 7, 1)),
        ("đến cuối tháng", None),
    ],
)
def test_a_day_is_read_as_it_is_written(text: str, day: date | None) -> None:
    assert day_in(text) == day


@given(st.text(max_size=400), st.sampled_from([(REPORT,), BOTH, (replace(REPORT, role="holder"),)]))
def test_whatever_is_written_is_read_without_a_mistake(text: str, duties: tuple[Asked, ...]) -> None:
    understood = read_reply(text, duties)
    assert {one.duty.id for one in understood.said} <= {one.id for one in duties}
    known = {*(field.id for field in FIELDS), "I14.co_ke_hoach", "I14.tong_so"}
    assert all(set(one.answers) <= known for one in understood.said)
