"""The small plan with a form of every type of field, files, a table, an event to be reported, and a review."""

from __future__ import annotations

from tests.small_plan import PLAN

FORM = """\
  so-lieu:
    title: {vi: Báo cáo công tác trẻ em, en: Report on work for children}
    fields:
      - {id: I12, label: {vi: Số vụ tiếp nhận, en: Cases received}, type: integer, min: 0}
      - {id: I13, label: {vi: Số vụ giải quyết, en: Cases settled}, type: integer, min: 0}
      - {id: I14, label: Tỷ lệ xã có kế hoạch, type: ratio, of: [co_ke_hoach, so_xa], required: false}
      - {id: kinh_phi, label: Kinh phí đã dùng, type: money, unit: triệu đồng, required: false}
      - {id: hinh_thuc, label: Hình thức, type: choice, choices: [Trực tiếp, Trực tuyến], required: false}
      - {id: doi_tuong, label: Đối tượng, type: multiple choice, choices: [Trẻ em, Cha mẹ, Giáo viên], required: false}
      - {id: da_tong_ket, label: Đã tổng kết, type: boolean, required: false}
      - {id: ngay_tong_ket, label: Ngày tổng kết, type: date, required: false}
      - {id: vuong_mac, label: Khó khăn, type: long text, required: false, sensitive: true}
      - {id: sang_kien, label: Sáng kiến, type: list, required: false}
      - {id: lop, label: Lớp tập huấn, type: table, of: [Tên lớp, Số người], required: false}
    checks: ["I13 <= I12 + previous.I12 or note"]
    files: {min: 0, types: [pdf, docx, xlsx], max_mb: 25}
"""

EVENT = """\
      - id: bao-vu-viec
        title: Báo cáo vụ việc
        on_event: {event: vu-viec, title: Vụ xâm hại trẻ em, raised_by: each district, due: 24 hours after}
        owner: each district
        submit: files
"""


def rich(plan: str = PLAN) -> str:
    """The plan's text."""
    before, _, rest = plan.partition("  so-lieu:\n")
    _, sections, after = rest.partition("sections:\n")
    return f"{before}{FORM}{sections}{after}{EVENT}"
