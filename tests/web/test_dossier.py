"""The dossier of a body: who may decide, what a decision does, and that two people at once do no harm."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import httpx
import pytest
from docx import Document

from dondoc.core.standing import situation
from dondoc.desk.links import new_link
from dondoc.store import matters
from dondoc.store.letters import letters
from tests.servers.portal import Portal
from tests.web.leading import QUE_VO, SECRETARY, csrf, let_things_happen, put_before, signed_in
from tests.web.test_leadership import text_of

HERE = "/d/thuong-truc"


@pytest.fixture
def dossier(portal: Portal) -> Portal:
    let_things_happen(portal)
    return portal


def decision(shown: httpx.Response, obligation: str = QUE_VO, **more: str) -> dict[str, str]:
    """A form of the page, filled in."""
    seen = re.search(
        rf'name="obligation" value="{obligation}"><input type="hidden" name="seen" value="(\d+)"', shown.text
    )
    assert seen, shown.text
    return {"csrf": csrf(shown), "obligation": obligation, "seen": seen[1], **more}


def events_of(portal: Portal, obligation: str = QUE_VO) -> list[str]:
    with portal.place.database.reading() as connection:
        ((_, history),) = matters.load(connection, [obligation])
    return [type(one).__name__ for one in history]


def test_the_body_reads_what_was_put_before_it_and_decides_from_the_page(dossier: Portal) -> None:
    with signed_in(dossier, SECRETARY) as secretary:
        shown = secretary.get(HERE)
        told = text_of(shown)
        assert "1 việc đang trình, chưa giải quyết" in told
        assert "1. Hội Phụ nữ thị xã Quế Võ : Báo cáo 6 tháng – 6 tháng đầu năm 2023" in told
        assert "Hạn 19/6/2023, quá hạn 8 ngày. Đã trình 4 ngày." in told
        noted = secretary.post(HERE, data=decision(shown, decision="urge", why="Làm ngay"))
        assert "Đã ghi nhận: Đôn đốc bằng công văn." in text_of(noted)
        told = text_of(secretary.get(HERE))
        assert "Đôn đốc bằng công văn (27/6/2023, thu-ky@hoi.example): Làm ngay" in told
        letter = secretary.get("/p/ke-hoach/dispatch/que-vo/file?as=docx")
        assert "Hội Phụ nữ thị xã Quế Võ" in " ".join(one.text for one in Document(BytesIO(letter.content)).paragraphs)
        extended = secretary.post(
            HERE, data=decision(secretary.get(HERE), decision="extend", to="2023-07-05", why="Mưa bão")
        )
        assert "0 việc đang trình, chưa giải quyết" in text_of(extended)
        history = text_of(secretary.get(f"/h/{QUE_VO}"))
    assert "Thường trực: đôn đốc bằng công văn (thu-ky@hoi.example): Làm ngay" in history
    assert "Gia hạn đến Thứ Tư 5/7/2023 (thu-ky@hoi.example): Mưa bão" in history
    assert dossier.posted  # the unit is told


@pytest.mark.parametrize(
    ("given", "event", "owner"),
    [
        ({"decision": "waive", "why": "Đã giải thể"}, "Waived", "que-vo"),
        ({"decision": "reassign", "unit": "gia-binh"}, "Reassigned", "gia-binh"),
    ],
)
def test_each_decision_acts(dossier: Portal, given: dict[str, str], event: str, owner: str) -> None:
    with signed_in(dossier, SECRETARY) as secretary:
        assert secretary.post(HERE, data=decision(secretary.get(HERE), **given)).status_code == 200
    assert events_of(dossier)[-1] == event
    with dossier.place.database.reading() as connection:
        ((obligation, history),) = matters.load(connection, [QUE_VO])
    assert situation(obligation, history).owner == owner


def test_what_is_missing_is_asked_for_and_nothing_is_recorded(dossier: Portal) -> None:
    before = events_of(dossier)
    with signed_in(dossier, SECRETARY) as secretary:
        form = decision(secretary.get(HERE))
        for given, sentence in (
            ({"decision": ""}, "Xin chọn ý kiến chỉ đạo."),
            ({"decision": "extend"}, "Xin ghi ngày gia hạn."),
            ({"decision": "extend", "to": "2023-06-01"}, "Ngày gia hạn phải sau thời hạn hiện hành."),
            ({"decision": "waive"}, "Xin ghi lý do miễn."),
            ({"decision": "reassign", "unit": "que-vo"}, "Xin chọn một đơn vị khác, hiện có trong tổ chức."),
        ):
            answer = secretary.post(HERE, data=form | given)
            assert answer.status_code == 422
            assert sentence in answer.text
    assert events_of(dossier) == before


def test_of_two_people_at_once_the_second_is_told_and_nothing_happens_twice(dossier: Portal) -> None:
    with signed_in(dossier, SECRETARY) as one, signed_in(dossier, SECRETARY) as other:
        first, second = one.get(HERE), other.get(HERE)
        assert one.post(HERE, data=decision(first, decision="urge")).status_code == 200
        refused = other.post(HERE, data=decision(second, decision="urge"))
        assert refused.status_code == 409
        assert "có người vừa xử lý việc này" in refused.text
        assert one.post(HERE, data=decision(first, decision="waive", why="x")).status_code == 409
    assert events_of(dossier).count("Directed") == 1
    assert "Waived" not in events_of(dossier)


def test_only_the_body_itself_signed_in_decides_and_only_on_what_stands_before_it(dossier: Portal) -> None:
    with signed_in(dossier, SECRETARY) as secretary, signed_in(dossier, "truong-ban@hoi.example") as head:
        form = decision(secretary.get(HERE), decision="note")
        shown = head.get(HERE)
        assert shown.status_code == 200
        assert "Ghi quyết định" not in shown.text
        assert head.post(HERE, data={**form, "csrf": csrf(shown)}).status_code == 403
        assert secretary.post(HERE, data={**form, "csrf": "forged"}).status_code == 403
        put_before(dossier, "ke-hoach/xac-nhan/que-vo/once", "ban")
        elsewhere = {**form, "obligation": "ke-hoach/xac-nhan/que-vo/once"}
        assert secretary.post(HERE, data=elsewhere).status_code == 409
    reading = new_link(dossier.place, SECRETARY, purpose="read", lasts=timedelta(1), by="test")[1]
    with dossier.visit() as reader:
        reader.get(reading)
        shown = reader.get(HERE)
        assert "Đăng nhập để ghi ý kiến chỉ đạo" in shown.text
        assert reader.post(HERE, data={**form, "csrf": csrf(shown)}).status_code == 403
    assert "Directed" not in events_of(dossier)


def test_what_was_settled_since_the_last_meeting_is_told_and_the_dossier_is_taken_along(dossier: Portal) -> None:
    with signed_in(dossier, SECRETARY) as secretary:
        assert "(mới trình)" in text_of(secretary.get(f"{HERE}?since=2023-06-20"))
        word, pdf = (
            secretary.get(f"{HERE}/dossier?plan=ke-hoach&as={form}&since=2023-06-20") for form in ("docx", "pdf")
        )
        secretary.post(HERE, data=decision(secretary.get(HERE), decision="waive", why="Đã giải thể"))
        told = text_of(secretary.get(f"{HERE}?since=2023-06-20"))
        assert secretary.get("/d/khong-co").status_code == 404
    assert "Đã giải quyết từ phiên trước Hội Phụ nữ thị xã Quế Võ: Báo cáo 6 tháng" in told
    assert "Quế Võ" in " ".join(one.text for one in Document(BytesIO(word.content)).paragraphs)
    assert pdf.content.startswith(b"%PDF")


def test_an_alert_lets_its_reader_see_the_matter_and_nobody_answer_for_the_unit(dossier: Portal) -> None:
    with signed_in(dossier, SECRETARY) as secretary:
        secretary.post(HERE, data=decision(secretary.get(HERE), decision="urge", why="Làm ngay"))
    with dossier.place.database.reading() as connection:
        told = letters(connection, recipient="can-bo@hoi.example")
    (alert,) = [one.letter for one in told if one.letter.kind == "alert"]
    assert QUE_VO in alert.about
    with dossier.visit() as officer:
        page = officer.get(dossier.signed(f"/o/{QUE_VO}", alert.id))
        assert page.status_code == 200
        assert "f-I12" not in page.text
        token = re.search(r'name="csrf" value="([^"]+)"', page.text)
        given = {"csrf": token[1] if token else "", "f-I12": "1", "answering": "Hoa"}
        assert officer.post(f"/o/{QUE_VO}/draft", data=given).status_code == 403
    assert "Submitted" not in events_of(dossier)
