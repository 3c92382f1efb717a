"""One validator for every channel: what people write, what is kept, and what they are told."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.core.answers import Unreadable, read_number, said_as
from dondoc.core.forms import MEGABYTE, OfferedFile, validate
from dondoc.core.formula import FormulaError, parse_formula
from dondoc.core.plan import Form, FormField, Submit


def one(type_: str, **more: object) -> Form:
    return Form(fields=(FormField.model_validate({"id": "F", "label": "Mục", "type": type_} | more),))


def kept(form: Form, raw: object, **more: object) -> object:
    found = validate(form, Submit(), {"F": raw}, **more)
    assert found.problems == (), [problem.sentence("en") for problem in found.problems]
    return found.values["F"]


def refused(form: Form, raw: object, **more: object) -> str:
    (problem,) = validate(form, Submit(), {"F": raw}, **more).problems
    return problem.code


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 234", "1234"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),
        ("0,5", "0.5"),
        ("0.5", "0.5"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("-12", "-12"),
        ("−12", "-12"),
        ("007", "7"),
        (12, "12"),
        (12.1, "12.1"),
        (Decimal("3.10"), "3.1"),
    ],
)
def test_amounts_are_read_as_vietnamese_offices_write_them(written: object, meant: str):
    assert kept(one("decimal"), written) == meant


@pytest.mark.parametrize(
    "written",
    ["", "nhiều", "1.23.4", "1,2,3", "12 34", "1.234.56", "1e9", "1/2", "٣", "--1", "1-2", "NaN", ".5", "5.", True],
)
def test_what_is_no_number_is_told_so(written: object):
    assert refused(one("decimal"), written) in {"not-a-number", "missing"}


@pytest.mark.parametrize("written", [float("nan"), float("inf"), "9" * 30, 10**40])
def test_numbers_beyond_reason_are_refused(written: object):
    assert refused(one("decimal"), written) in {"not-a-number", "too-long"}


def test_a_lone_mark_means_what_it_means_in_the_senders_language():
    assert kept(one("decimal"), "1.234", language="en") == "1.234"
    assert kept(one("decimal"), "1,234", language="en") == "1234"


@pytest.mark.parametrize(
    ("written", "meant"), [("1,234", 1234), ("1.234", 1234), ("12,0", 12), (3.0, 3), ("12 buổi", 12)]
)
def test_whole_numbers_stay_whole(written: object, meant: int):
    found = kept(one("integer", unit="buổi"), written)
    assert found == meant
    assert isinstance(found, int)


def test_half_a_session_is_refused():
    assert refused(one("integer"), "1,5") == "not-whole"


def test_limits_hold_at_their_edges():
    form = one("integer", min=0, max=10)
    assert kept(form, 0) == 0
    assert kept(form, "10") == 10
    assert refused(form, -1) == "too-small"
    assert refused(form, 11) == "too-large"


@pytest.mark.parametrize(
    ("type_", "written", "meant"),
    [
        ("money", "12.500.000 đ", "12500000"),
        ("money", "12.500.000 đồng", "12500000"),
        ("money", "1,250,000 VND", "1250000"),
        ("percent", "97,5 %", "97.5"),
        ("percent", "100%", "100"),
        ("text", "  Hội  LHPN ", "Hội LHPN"),
        ("text", "Bắc", "Bắc"),
        ("long text", "một\r\nhai", "một\nhai"),
        ("boolean", "Có", True),
        ("boolean", "không", False),
        ("boolean", True, True),
        ("boolean", "x", True),
        ("date", "19/6/2023", "2023-06-19"),
        ("date", "2023-06-19", "2023-06-19"),
        ("date", "19-06-2023", "2023-06-19"),
        ("date", "ngày 19 tháng 6 năm 2023", "2023-06-19"),
        ("list", "https://a.example\n\n b ", ["https://a.example", "b"]),
        ("list", ["a", " ", "b"], ["a", "b"]),
        ("table", [{"tên": "Lan", "tuổi": 9}, {}], [{"tên": "Lan", "tuổi": "9"}]),
    ],
)
def test_every_type_is_kept_in_one_form(type_: str, written: object, meant: object):
    assert kept(one(type_), written) == meant


@pytest.mark.parametrize("written", ["31/6/2023", "2023-02-29", "mai", "1/1/0001", 20230619])
def test_days_that_do_not_exist_are_refused(written: object):
    assert refused(one("date"), written) == "not-a-day"


def test_choices_forgive_capitals_and_spelling_of_the_machine_but_not_other_words():
    form = one("choice", choices=["Đã hoàn thành", "Đang thực hiện"])
    assert kept(form, "đã  hoàn THÀNH") == "Đã hoàn thành"
    assert refused(form, "hoàn tất") == "unknown-choice"
    (problem,) = validate(form, Submit(), {"F": "Da hoan thanh"}).problems
    assert "Đã hoàn thành" in problem.sentence()


def test_several_choices_may_come_as_a_list_or_as_one_line():
    form = one("multiple choice", choices=["a", "b", "c"])
    assert kept(form, ["c", "a", "a"]) == ["c", "a"]
    assert kept(form, "a; b") == ["a", "b"]
    assert refused(form, "a; d") == "unknown-choice"


RATIO = {"of": ["co_ke_hoach", "tong_so"]}


@pytest.mark.parametrize("written", [{"co_ke_hoach": "5", "tong_so": 8}, "5/8", [5, 8], "5 / 8"])
def test_a_ratio_keeps_both_its_numbers(written: object):
    assert kept(one("ratio", **RATIO), written) == {"co_ke_hoach": 5, "tong_so": 8}


def test_a_ratio_may_be_answered_in_two_fields():
    found = validate(one("ratio", **RATIO), Submit(), {"F.co_ke_hoach": "5", "F.tong_so": "8"})
    assert (found.values, found.problems) == ({"F": {"co_ke_hoach": 5, "tong_so": 8}}, ())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("5", "not-a-ratio"),
        ({"co_ke_hoach": 5}, "not-a-ratio"),
        ("9/8", "too-large"),
        ("1/0", "no-whole"),
        ("-1/8", "too-small"),
        (0.6, "not-a-ratio"),
    ],
)
def test_a_ratio_that_cannot_be_is_refused(written: object, code: str):
    assert refused(one("ratio", **RATIO), written) == code


def test_nothing_of_nothing_is_a_ratio_that_can_be_kept():
    assert kept(one("ratio", **RATIO), "0/0") == {"co_ke_hoach": 0, "tong_so": 0}


def test_what_is_missing_is_named_and_what_is_optional_is_left_out():
    form = Form(fields=(*one("integer").fields, FormField(id="G", label="Phụ", required=False)))
    found = validate(form, Submit(), {"F": " "})
    assert [problem.sentence() for problem in found.problems] == ["F (Mục): chưa được điền"]
    assert [problem.sentence("en") for problem in found.problems] == ["F (Mục): is missing; please fill it in"]
    assert found.values == {}


def test_every_problem_is_told_at_once_and_good_answers_are_kept_beside_them():
    form = Form(
        fields=(
            FormField(id="I01", label="Số buổi", type="integer"),
            FormField(id="I02", label="Số lượt", type="integer", min=Decimal(0)),
            FormField(id="I03", label="Ngày", type="date"),
        )
    )
    found = validate(form, Submit(), {"I01": "3", "I02": "-1", "I03": "hôm qua", "I04": 1})
    assert found.values == {"I01": 3}
    assert [(problem.field, problem.code) for problem in found.problems] == [
        ("I04", "unknown-field"), ("I02", "too-small"), ("I03", "not-a-day"),
    ]  # fmt: skip


CASES = Form(
    fields=(
        FormField(id="I12", label="Số vụ tiếp nhận", type="integer"),
        FormField(id="I13", label="Số vụ giải quyết", type="integer"),
    ),
    checks=("I13 <= I12 + previous.I12 or note",),
)


def test_figures_that_contradict_each_other_are_sent_back_with_both():
    (problem,) = validate(CASES, Submit(), {"I12": 4, "I13": 10}, previous={"I12": 5, "I13": 1}).problems
    assert problem.sentence() == (
        "I13 (Số vụ giải quyết): không khớp “I13 <= I12 + previous.I12 or note” "
        "(I13 = 10, I12 = 4, kỳ trước I12 = 5); hãy sửa số liệu hoặc giải thích trong ghi chú"
    )


@pytest.mark.parametrize(
    ("data", "previous"),
    [
        ({"I12": 4, "I13": 9}, {"I12": 5}),
        ({"I12": 4, "I13": 10, "note": "hai vụ từ năm trước"}, {"I12": 5}),
        ({"I12": 4, "I13": 10}, None),
        ({"I12": 4, "I13": 10}, {}),
    ],
)
def test_figures_pass_that_agree_or_are_explained_or_cannot_be_compared(data: dict, previous: dict | None):
    assert validate(CASES, Submit(), data, previous=previous).problems == ()


@pytest.mark.parametrize(
    ("check", "values", "holds"),
    [
        ("a = 1", {"a": Decimal(1)}, True),
        ("a != 1", {"a": Decimal(1)}, False),
        ("a / b >= 0.5", {"a": Decimal(1), "b": Decimal(2)}, True),
        ("a / b >= 0.5", {"a": Decimal(1), "b": Decimal(0)}, True),
        ("a - b - 1 == 0", {"a": Decimal(3), "b": Decimal(2)}, True),
        ("a + b * 2 == 8", {"a": Decimal(2), "b": Decimal(3)}, True),
        ("(a + b) * 2 == 10", {"a": Decimal(2), "b": Decimal(3)}, True),
        ("not (a > b)", {"a": Decimal(3), "b": Decimal(2)}, False),
        ("a > 1 and missing > 2", {"a": Decimal(1)}, False),
        ("a > 1 or missing > 2", {"a": Decimal(1)}, True),
        ("kind == 'họp' and a > 0", {"kind": "họp", "a": Decimal(1)}, True),
        ("order > 1", {"order": Decimal(2)}, True),
        ("note", {}, False),
        ("-a < 0", {"a": Decimal(1)}, True),
    ],
)
def test_checks_reckon(check: str, values: dict, holds: bool):
    assert parse_formula(check).holds(values, None) is holds


@pytest.mark.parametrize(
    "text", ["", "a <=", "a b", "__import__('os')", "a ** 2", "a < b < c", "(a", "a; b", "(" * 400]
)
def test_checks_that_cannot_be_read_say_where(text: str):
    with pytest.raises(FormulaError) as error:
        parse_formula(text)
    assert 0 <= error.value.offset <= len(text)


PDF = OfferedFile("Báo cáo.PDF", 1000)


def test_files_are_counted_weighed_and_told_by_their_ending():
    form = Form.model_validate({"files": {"min": 1, "types": ["pdf"], "max_mb": 2}})

    def codes(*files: OfferedFile) -> list[str]:
        return [problem.code for problem in validate(form, Submit(), {}, files).problems]

    assert codes(PDF) == []
    assert codes() == ["too-few-files"]
    assert codes(OfferedFile("a.pdf", 2 * MEGABYTE)) == []
    assert codes(OfferedFile("a.pdf", 2 * MEGABYTE + 1)) == ["too-large-file"]
    assert codes(PDF, OfferedFile("b.exe", 5)) == ["wrong-type"]
    assert codes(OfferedFile("a.pdf", 0)) == ["empty-file"]


def test_an_acknowledgement_asks_for_nothing():
    assert validate(None, Submit(what="acknowledgement"), {}).problems == ()


def test_files_alone_ask_for_one_file():
    submit = Submit(what="files")
    assert validate(None, submit, {}, [PDF]).problems == ()
    assert [problem.code for problem in validate(None, submit, {}).problems] == ["too-few-files"]


def test_a_signed_document_comes_with_number_day_signer_and_scan():
    submit = Submit(document="signed")
    data = {"number": "12/BC-BTV", "date": "19/6/2023", "signer": "Chủ tịch"}
    assert validate(None, submit, data, [PDF]).values == data | {"date": "2023-06-19"}
    assert [p.field for p in validate(None, submit, {}).problems] == ["number", "date", "signer", "files"]


def test_nothing_to_report_takes_a_note_but_no_figures():
    assert validate(CASES, Submit(), {"note": "không phát sinh"}, nothing=True).values == {"note": "không phát sinh"}
    assert validate(CASES, Submit(), {}, nothing=True).problems == ()
    assert [p.code for p in validate(CASES, Submit(), {"I12": 1}, nothing=True).problems] == ["nothing-and-something"]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3), st.sampled_from(["vi", "en"]))
def test_a_number_that_was_shown_is_read_back_as_it_was(number: Decimal, language: str):
    assert read_number(said_as(number, language), language) == number


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text: str):
    for kind in ("integer", "decimal", "money", "ratio", "percent", "text", "boolean", "date", "list", "table"):
        found = validate(one(kind), Submit(), {"F": text})
        assert found.values or found.problems


def test_an_unreadable_answer_says_so_in_both_languages():
    with pytest.raises(Unreadable) as error:
        read_number("abc")
    assert error.value.message.vi != error.value.message.en


@pytest.mark.parametrize("key", ["", " ", "\u200b"])
def test_an_answer_to_a_question_without_a_name_is_one_problem(key: str) -> None:
    found = validate(None, Submit(), {key: 1}).problems
    assert [one.code for one in found] == ["unknown-field"]
