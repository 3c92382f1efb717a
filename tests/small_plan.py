"""A small organisation and plan as YAML: two districts that owe a half-yearly report and an acknowledgement."""

from __future__ import annotations

from pathlib import Path

ORGANISATION = """\
organisation: hoi
name: {vi: Hội Phụ nữ tỉnh, en: Provincial Women's Union}
calendar: {holidays: VN}
levels: [province, district]
administrator: {role: administrator, email: quan-tri@hoi.example}
units:
  - {id: hoi, name: Hội Phụ nữ tỉnh, level: province, people: [{role: head, email: chu-tich@hoi.example}]}
  - id: ban
    name: Ban Gia đình
    in: hoi
    kind: department
    people:
      - {role: head, email: truong-ban@hoi.example, receives: [escalations]}
      - {role: officer, email: can-bo@hoi.example}
  - id: gia-binh
    name: Hội Phụ nữ huyện Gia Bình
    level: district
    in: hoi
    people:
      - {role: head, email: chu-tich@gia-binh.example, receives: [escalations]}
      - {role: officer, email: can-bo@gia-binh.example}
  - id: que-vo
    name: Hội Phụ nữ thị xã Quế Võ
    level: district
    in: hoi
    people:
      - {role: head, email: chu-tich@que-vo.example, receives: [escalations]}
      - {role: officer, email: can-bo@que-vo.example}
committees:
  - {id: thuong-truc, name: Thường trực, secretary: {role: secretary, email: thu-ky@hoi.example}}
"""

PLAN = """\
plan: ke-hoach
title: {vi: Kế hoạch công tác trẻ em, en: Children's plan}
issued: 2023-04-13
period: 2023-04-13/2024-01-31
focal_point: ban
policies:
  usual:
    remind: [7 days before, on the day]
    chase: every 2 working days after
    escalate: [{after: 1 working day, to: head of owner}, {after: 3 working days, to: thuong-truc}]
policy: usual
forms:
  so-lieu:
    fields:
      - {id: I12, label: Số vụ tiếp nhận, type: integer, min: 0, over_time: sum, across_units: sum}
      - {id: I13, label: Số vụ giải quyết, type: integer, min: 0, over_time: sum, across_units: sum}
    checks: ["I13 <= I12 + previous.I12 or note"]
sections:
  - id: I
    title: Báo cáo
    tasks:
      - id: bao-cao
        title: {vi: Báo cáo 6 tháng, en: Half-yearly report}
        owner: each district
        due: {every: half-year, year_from: 12-15, by: 3 working days after cut-off}
        submit: {form: so-lieu, review: ban}
      - id: xac-nhan
        title: {vi: Xác nhận, en: Acknowledgement}
        owner: each district
        due: 2023-04-18
        submit: {what: acknowledgement, locks: at the deadline}
"""

H1 = "ke-hoach/bao-cao/gia-binh/2023-H1"
"""Due on 19/6/2023, three working days after the cut-off on 14/6."""
H2 = "ke-hoach/bao-cao/gia-binh/2023-H2"
XAC_NHAN = "ke-hoach/xac-nhan/gia-binh/once"

FIGURES = {"I12": 4, "I13": 3}


def write_plan(folder: Path, plan: str = PLAN, organisation: str = ORGANISATION) -> Path:
    """Write both files into a folder; the plan's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "organisation.yaml").write_text(organisation, encoding="utf-8")
    path = folder / "ke-hoach.yaml"
    path.write_text(plan, encoding="utf-8")
    return path
