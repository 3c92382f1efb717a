"""Previewing a province's whole year: 126 communes, 40 tasks, every letter rendered, nobody answering.

python -m benchmarks.preview                 the province, and where the time goes
python -m benchmarks.preview --communes 12   a tenth of it
"""

from __future__ import annotations

from datetime import date, timedelta

from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan

TASKS = 40


def province(communes: int) -> Organisation:
    """A province with a department that follows up, its standing committee, and so many communes."""
    units = [
        {
            "id": f"xa-{number:03}",
            "name": f"Hội Phụ nữ xã {number}",
            "level": "commune",
            "people": [
                {"role": "head", "email": f"chu-tich@xa-{number:03}.example", "receives": ["escalations"]},
                {"role": "officer", "email": f"can-bo@xa-{number:03}.example", "receives": ["duties", "copies"]},
            ],
        }
        for number in range(communes)
    ]
    department = {
        "id": "ban",
        "name": "Ban Gia đình Xã hội",
        "kind": "department",
        "people": [
            {"role": "head", "email": "truong-ban@tinh.example", "receives": ["escalations"]},
            {"role": "officer", "email": "can-bo@tinh.example", "receives": ["duties"]},
        ],
    }
    secretary = {"role": "secretary", "email": "thu-ky@tinh.example"}
    return Organisation.model_validate(
        {
            "organisation": "tinh",
            "name": "Hội Phụ nữ tỉnh",
            "calendar": {"holidays": "VN"},
            "units": [*units, department],
            "committees": [{"id": "thuong-truc", "name": "Thường trực", "secretary": secretary}],
        }
    )


def year_plan() -> Plan:
    """Forty tasks of every commune, one due every nine days."""
    tasks = [
        {
            "id": f"viec-{number:02}",
            "title": f"Báo cáo kết quả thực hiện nhiệm vụ {number}",
            "owner": "each commune",
            "due": (date(2023, 1, 16) + timedelta(days=9 * number)).isoformat(),
            "submit": {"what": "files", "review": "ban"},
        }
        for number in range(TASKS)
    ]
    return Plan.model_validate(
        {
            "plan": "tinh-2023",
            "title": "Kế hoạch năm 2023",
            "issued": "2023-01-02",
            "period": "2023-01-02/2023-12-31",
            "focal_point": "ban",
            "policy": {
                "remind": ["14 days before", "7 days before", "1 working day before", "on the day"],
                "chase": "every 2 working days after",
                "escalate": [
                    {"after": "1 working day", "to": "head of owner"},
                    {"after": "3 working days", "to": "focal point"},
                    {"after": "5 working days", "to": "thuong-truc", "again": "every 10 working days"},
                ],
            },
            "sections": [{"id": "I", "title": "Việc", "tasks": tasks}],
        }
    )
